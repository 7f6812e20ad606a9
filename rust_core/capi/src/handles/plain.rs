//! Handles as they are shipped: addresses, which are believed.

use std::ffi::c_char;
use std::ptr;
use std::sync::Arc;

use arrow_array::ffi::FFI_ArrowArray;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;

use crate::error::status::Failure;
use crate::handles::{Handle, unless_lost};
use crate::runtime::fork::lost;

/// A handle's value, during a call.
pub(crate) type Borrowed<'a, T> = &'a T;
/// A handle's value, which lives on when the handle is freed.
pub(crate) type Acquired<T> = Arc<T>;

/// A handle for C, which owns one strong reference.
pub(crate) fn into_handle<T>(value: impl Into<Arc<T>>) -> *mut T {
    Arc::into_raw(value.into()).cast_mut()
}

/// The value of a handle that nobody frees during the call.
///
/// # Safety
/// The handle is NULL or one of this kind, and is not freed as long as the reference is used.
pub(crate) unsafe fn borrow<'a, T: Handle>(handle: *const T, argument: &str) -> Result<Borrowed<'a, T>, Failure> {
    // SAFETY: the caller's promise.
    let value = unsafe { handle.as_ref() }.ok_or_else(|| Failure::null(argument))?;
    if value.is_here() { Ok(value) } else { Err(lost(argument)) }
}

/// The value of a handle that a callback may free during the call.
///
/// # Safety
/// The handle is NULL or one of this kind that was not freed.
pub(crate) unsafe fn acquire<T: Handle>(handle: *const T, argument: &str) -> Result<Acquired<T>, Failure> {
    // SAFETY: the caller's promise.
    unsafe { borrow(handle, argument)? };
    // SAFETY: handles come from `Arc::into_raw`; the count is raised first, so the handle keeps its own reference.
    unsafe {
        Arc::increment_strong_count(handle);
        Ok(Arc::from_raw(handle))
    }
}

/// Takes a handle back; nothing for NULL, or where a fork left it half changed.
///
/// # Safety
/// The handle is NULL or one of this kind, and is not used any more.
pub(crate) unsafe fn from_handle<T: Handle>(handle: *mut T, _argument: &str) -> Result<Option<Arc<T>>, Failure> {
    if handle.is_null() {
        return Ok(None);
    }
    // SAFETY: handles come from `Arc::into_raw`, and each is given back once, by the caller's promise.
    let value = unsafe { Arc::from_raw(handle.cast_const()) };
    Ok(unless_lost(value))
}

/// A string for C, with a zero behind it; and its length.
pub(crate) fn export_string(mut bytes: Vec<u8>) -> (*mut c_char, usize) {
    let length = bytes.len();
    bytes.push(0);
    (Box::into_raw(bytes.into_boxed_slice()).cast(), length)
}

/// Takes a string back; nothing for NULL.
///
/// # Safety
/// The string is NULL, or came from [`export_string`] with this length and is not used any more.
#[expect(clippy::unnecessary_wraps, reason = "the instrumented library refuses")]
pub(crate) unsafe fn reclaim_string(string: *mut c_char, length: usize) -> Result<(), Failure> {
    if !string.is_null() {
        // SAFETY: strings are boxed slices of their length and a zero, by the caller's promise.
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

/// Memory that C was lent to write to.
#[derive(Default)]
pub(crate) struct Lent;

impl Lent {
    /// It is lent to this thread.
    pub fn lend(&mut self) {}

    /// It is given back, by whoever has it.
    pub fn give_back(&mut self) {}

    /// It must not be lent to another thread, and is not lent any more.
    #[expect(clippy::unnecessary_wraps, reason = "the instrumented library refuses")]
    pub fn revoke(&mut self, _what: &str) -> Result<(), Failure> {
        Ok(())
    }
}

/// A call that runs.
pub(crate) struct Call;

/// Where a call begins, by the name of its body's type; it ends with what is returned.
pub(crate) fn call(_body: &'static str) -> Call {
    Call
}
