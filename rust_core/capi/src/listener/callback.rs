//! The document callback.

use std::ffi::{c_char, c_void};
use std::mem::{forget, transmute};
use std::ops::ControlFlow;
use std::thread::park;

use engine::analyzer::Added;

use crate::error::status::Failure;

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

/// The same, of which nobody believes that it always returns.
type MayEndItsThread = unsafe extern "C-unwind" fn(user_data: *mut c_void, event: *const tp_document_event) -> i32;

/// The user data of a callback, and how to give it back: once, when nobody uses it any more.
pub(crate) struct UserData {
    pointer: *mut c_void,
    destroy: Option<unsafe extern "C" fn(user_data: *mut c_void)>,
}

impl UserData {
    pub fn new(pointer: *mut c_void, destroy: Option<unsafe extern "C" fn(user_data: *mut c_void)>) -> Self {
        Self { pointer, destroy }
    }
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
    pub fn new(callback: tp_document_callback, user_data: UserData) -> Result<Self, Failure> {
        let function = callback.ok_or_else(|| Failure::null("callback"))?;
        // SAFETY: the two types differ only in that the compiler makes no assumption about unwinding out of this one.
        let function = unsafe { transmute::<unsafe extern "C" fn(_, _) -> _, MayEndItsThread>(function) };
        Ok(Self { function, user_data })
    }

    /// Tells of a document. Nothing is locked.
    pub fn call(&self, text: &[u8], added: Added) -> ControlFlow<()> {
        let event = tp_document_event::of(text, added);
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
