//! The document callback.

use std::ffi::{c_char, c_void};
use std::mem::{forget, transmute};
use std::ops::ControlFlow;
use std::thread::park;

use engine::analyzer::Added;

use crate::error::status::Failure;

#[repr(C)]
pub struct tp_document_event {
    pub text: *const c_char,
    pub text_length: usize,
    pub word_count: u64,
    pub total_documents: u64,
}

impl tp_document_event {
    /// The event of a document. It must not be read after the text was freed.
    pub(crate) fn of(text: &[u8], added: Added) -> Self {
        Self {
            text: text.as_ptr().cast(),
            text_length: text.len(),
            word_count: added.words,
            total_documents: added.documents,
        }
    }
}

pub type tp_document_callback =
    Option<unsafe extern "C" fn(user_data: *mut c_void, event: *const tp_document_event) -> i32>;

/// The same type for a function that may unwind instead of returning.
type MayEndItsThread = unsafe extern "C-unwind" fn(user_data: *mut c_void, event: *const tp_document_event) -> i32;

/// The user data of a callback. Its destructor is called once, after the last use.
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
            // SAFETY: the destructor may be called once, on any thread, by the promise of the caller that set it.
            unsafe { destroy(self.pointer) }
        }
    }
}

/// A callback that is set, or that still runs after another has replaced it.
pub(crate) struct Callback {
    function: MayEndItsThread,
    user_data: UserData,
}

// SAFETY: any thread that adds documents may use the callback and its user data, by the caller's promise.
unsafe impl Send for Callback {}
// SAFETY: as above; the promise includes several threads at the same time.
unsafe impl Sync for Callback {}

impl Callback {
    pub fn new(callback: tp_document_callback, user_data: UserData) -> Result<Self, Failure> {
        let function = callback.ok_or_else(|| Failure::null("callback"))?;
        // SAFETY: the only difference between the two types is that this one may unwind.
        let function = unsafe { transmute::<unsafe extern "C" fn(_, _) -> _, MayEndItsThread>(function) };
        Ok(Self { function, user_data })
    }

    /// Reports a document. The caller must hold no lock.
    pub fn call(&self, text: &[u8], added: Added) -> ControlFlow<()> {
        let event = tp_document_event::of(text, added);
        let unwinding = Unwinding;
        // SAFETY: the function and its user data were set together, and the event lives until the call returns.
        let answer = unsafe { (self.function)(self.user_data.pointer, &raw const event) };
        forget(unwinding);
        if answer == 0 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }
}

/// Dropped only if a callback unwinds instead of returning: some hosts end threads this way, as Python does with daemon
/// threads at exit. The frames between here and the host cannot be unwound, so the thread stops here until the process
/// ends.
pub(crate) struct Unwinding;

impl Drop for Unwinding {
    fn drop(&mut self) {
        loop {
            park();
        }
    }
}
