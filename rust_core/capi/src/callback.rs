//! The document callback.

use std::ffi::{c_char, c_void};
use std::ops::ControlFlow;
use std::sync::Arc;

use engine::analyzer::Added;

use crate::analyzer::tp_analyzer;
use crate::border::guard;
use crate::handles::hold;
use crate::listener::Listener;
use crate::status::{Failure, tp_status};

/// See the header.
#[repr(C)]
pub struct tp_document_event {
    /// The text of the document.
    pub text: *const c_char,
    /// Its length in bytes.
    pub text_length: usize,
    /// The number of words in it.
    pub word_count: u64,
    /// The number of documents, this one included.
    pub total_documents: u64,
}

impl tp_document_event {
    /// The event of a document, to be read no longer than its text lives.
    pub(crate) fn of(text: &[u8], added: Added) -> Self {
        Self {
            text: text.as_ptr().cast(),
            text_length: text.len(),
            word_count: added.words,
            total_documents: added.documents,
        }
    }
}

/// See the header.
pub type tp_document_callback =
    Option<unsafe extern "C" fn(user_data: *mut c_void, event: *const tp_document_event) -> i32>;

/// The user data of a callback, and how to give it back: once, when nobody uses it any more.
struct UserData {
    pointer: *mut c_void,
    destroy: Option<unsafe extern "C" fn(user_data: *mut c_void)>,
}

impl Drop for UserData {
    fn drop(&mut self) {
        if let Some(destroy) = self.destroy {
            // SAFETY: whoever set the callback promised that the destructor may be called once, on any thread.
            unsafe { destroy(self.pointer) }
        }
    }
}

/// A callback that is set, or still running after it was replaced.
pub(crate) struct Callback {
    function: unsafe extern "C" fn(user_data: *mut c_void, event: *const tp_document_event) -> i32,
    user_data: UserData,
}

// SAFETY: the header asks that callbacks and their user data may be used from any thread that adds documents.
unsafe impl Send for Callback {}
// SAFETY: as above, several threads at once included.
unsafe impl Sync for Callback {}

impl Callback {
    /// Tells of a document. Nothing is locked.
    pub fn call(&self, text: &[u8], added: Added) -> ControlFlow<()> {
        let event = tp_document_event::of(text, added);
        // SAFETY: function and user data belong together, and the event lives until the call returns.
        match unsafe { (self.function)(self.user_data.pointer, &raw const event) } {
            0 => ControlFlow::Continue(()),
            _ => ControlFlow::Break(()),
        }
    }
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_set_callback(
    analyzer: *mut tp_analyzer,
    callback: tp_document_callback,
    user_data: *mut c_void,
    destroy: Option<unsafe extern "C" fn(user_data: *mut c_void)>,
) -> tp_status {
    guard(|| {
        let user_data = UserData { pointer: user_data, destroy };
        // SAFETY: the caller's promise.
        let analyzer = unsafe { hold(analyzer, "analyzer")? };
        let function = callback.ok_or_else(|| Failure::null("callback"))?;
        analyzer.listening.set(Some(Listener::Callback(Arc::new(Callback { function, user_data }))));
        Ok(())
    })
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_clear_callback(analyzer: *mut tp_analyzer) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promise.
        unsafe { hold(analyzer, "analyzer")? }.listening.set(None);
        Ok(())
    })
}
