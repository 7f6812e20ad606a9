//! The document callback.

use std::ffi::{c_char, c_void};
use std::mem::{forget, transmute};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::park;

use engine::analyzer::Added;

use crate::analyzer::tp_analyzer;
use crate::border::{borrow, guard};
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

/// See the header.
pub type tp_document_callback =
    Option<unsafe extern "C" fn(user_data: *mut c_void, event: *const tp_document_event) -> i32>;

/// The same, of which nobody believes that it always returns.
type MayEndItsThread = unsafe extern "C-unwind" fn(user_data: *mut c_void, event: *const tp_document_event) -> i32;

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
    function: MayEndItsThread,
    user_data: UserData,
}

// SAFETY: the header asks that callbacks and their user data may be used from any thread that adds documents.
unsafe impl Send for Callback {}
// SAFETY: as above, several threads at once included.
unsafe impl Sync for Callback {}

impl Callback {
    /// Tells of a document. Nothing is locked.
    pub fn call(&self, text: &[u8], added: Added) -> ControlFlow<()> {
        let event = tp_document_event {
            text: text.as_ptr().cast(),
            text_length: text.len(),
            word_count: added.words,
            total_documents: added.documents,
        };
        let unwinding = Unwinding;
        // SAFETY: function and user data belong together, and the event lives until the call returns.
        let answer = unsafe { (self.function)(self.user_data.pointer, &raw const event) };
        forget(unwinding);
        if answer == 0 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }
}

/// Dropped only where a callback does not return but unwinds: hosts end threads this way, as Python does with daemon
/// threads when it ends. The frames between here and the host cannot be unwound, so the thread stays here for good.
struct Unwinding;

impl Drop for Unwinding {
    fn drop(&mut self) {
        loop {
            park();
        }
    }
}

/// The callback that is set now.
pub(crate) fn current(callback: &Mutex<Option<Arc<Callback>>>) -> Option<Arc<Callback>> {
    callback.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn replace(analyzer: &tp_analyzer, callback: Option<Arc<Callback>>) {
    let mut place = analyzer.callback.lock().unwrap_or_else(PoisonError::into_inner);
    let old = std::mem::replace(&mut *place, callback);
    // The destructor may use the analyzer, so it must not run under the lock.
    drop(place);
    drop(old);
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
        let analyzer = unsafe { borrow(analyzer, "analyzer")? };
        let function = callback.ok_or_else(|| Failure::null("callback"))?;
        // SAFETY: the two types differ only in that the compiler makes no assumption about unwinding out of this one.
        let function = unsafe { transmute::<unsafe extern "C" fn(_, _) -> _, MayEndItsThread>(function) };
        replace(analyzer, Some(Arc::new(Callback { function, user_data })));
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
        replace(unsafe { borrow(analyzer, "analyzer")? }, None);
        Ok(())
    })
}
