//! Handles in the shipped library: addresses, which are not checked.

use std::ffi::c_char;
use std::ptr;
use std::sync::Arc;

use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;

use crate::error::status::Failure;
use crate::handles::{Handle, unless_lost};
use crate::runtime::fork::lost;

/// The object of a handle, during a call.
pub(crate) type Borrowed<'a, T> = &'a T;
/// The object of a handle, which stays alive if the handle is freed.
pub(crate) type Acquired<T> = Arc<T>;

/// A handle for C, which owns one strong reference.
pub(crate) fn into_handle<T>(value: impl Into<Arc<T>>) -> *mut T {
    Arc::into_raw(value.into()).cast_mut()
}

/// The object of a handle that is not freed during the call.
///
/// # Safety
/// The handle is NULL or a handle of this type, and is not freed while the reference is used.
pub(crate) unsafe fn borrow<'a, T: Handle>(handle: *const T, argument: &str) -> Result<Borrowed<'a, T>, Failure> {
    // SAFETY: the caller's promise.
    let value = unsafe { handle.as_ref() }.ok_or_else(|| Failure::null(argument))?;
    if value.is_here() { Ok(value) } else { Err(lost(argument)) }
}

/// The object of a handle that a callback may free during the call.
///
/// # Safety
/// The handle is NULL or a handle of this type that was not freed.
pub(crate) unsafe fn acquire<T: Handle>(handle: *const T, argument: &str) -> Result<Acquired<T>, Failure> {
    // SAFETY: the caller's promise.
    unsafe { borrow(handle, argument)? };
    // SAFETY: handles come from `Arc::into_raw`; the count is raised first, so the handle keeps its reference.
    unsafe {
        Arc::increment_strong_count(handle);
        Ok(Arc::from_raw(handle))
    }
}

/// Takes a handle back. `None` for NULL, or if a fork left the object half changed.
///
/// # Safety
/// The handle is NULL or a handle of this type, and is not used again.
pub(crate) unsafe fn from_handle<T: Handle>(handle: *mut T, _argument: &str) -> Result<Option<Arc<T>>, Failure> {
    if handle.is_null() {
        return Ok(None);
    }
    // SAFETY: handles come from `Arc::into_raw`, and C frees each once, by the caller's promise.
    let value = unsafe { Arc::from_raw(handle.cast_const()) };
    Ok(unless_lost(value))
}

/// Returns a string for C, which ends with a zero byte, and its length without that byte.
pub(crate) fn export_string(mut bytes: Vec<u8>) -> (*mut c_char, usize) {
    let length = bytes.len();
    bytes.push(0);
    (Box::into_raw(bytes.into_boxed_slice()).cast(), length)
}

/// Takes a string back and frees it. NULL is ignored.
///
/// # Safety
/// The string is NULL, or came from [`export_string`] with this length and is not used again.
#[expect(clippy::unnecessary_wraps, reason = "the instrumented library refuses")]
pub(crate) unsafe fn reclaim_string(string: *mut c_char, length: usize) -> Result<(), Failure> {
    if !string.is_null() {
        // SAFETY: the string is a boxed slice of its length and a zero byte, by the caller's promise.
        drop(unsafe { Box::from_raw(ptr::slice_from_raw_parts_mut(string.cast::<u8>(), length + 1)) });
    }
    Ok(())
}

/// A stream for C.
pub(crate) fn track_stream(stream: FFI_ArrowArrayStream) -> FFI_ArrowArrayStream {
    stream
}

/// An array for C.
pub(crate) fn track_array(array: FFI_ArrowArray) -> FFI_ArrowArray {
    array
}

/// A schema for C.
pub(crate) fn track_schema(schema: FFI_ArrowSchema) -> FFI_ArrowSchema {
    schema
}

/// The state of memory of the library to which C may write.
#[derive(Default)]
pub(crate) struct Lent;

impl Lent {
    /// Lends the memory to this thread.
    pub fn lend(&mut self) {}

    /// Records that C has given the memory back, on any thread.
    pub fn give_back(&mut self) {}

    /// Ends the loan. Fails if the memory is lent to another thread.
    #[expect(clippy::unnecessary_wraps, reason = "the instrumented library refuses")]
    pub fn revoke(&mut self, _what: &str) -> Result<(), Failure> {
        Ok(())
    }
}

/// A running call.
pub(crate) struct Call;

/// Begins a call. The call ends when the result is dropped.
pub(crate) fn call(_body: &'static str) -> Call {
    Call
}
