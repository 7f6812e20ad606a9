//! How pointers from C become references.

use std::slice;

use crate::error::status::{Failure, TP_ERROR_INVALID_ARGUMENT};

/// Reads a pointer and a length as a slice. NULL is allowed if the length is 0.
///
/// # Safety
/// The pointer is NULL, or valid for reads of `length` values, which do not change while the slice is used.
pub(crate) unsafe fn slice<'a, T>(pointer: *const T, length: usize, argument: &str) -> Result<&'a [T], Failure> {
    if length == 0 {
        return Ok(&[]);
    }
    if pointer.is_null() {
        return Err(Failure::null(argument));
    }
    if !pointer.is_aligned() {
        return Err(Failure::not_aligned::<T>(argument));
    }
    if length > isize::MAX.cast_unsigned() / size_of::<T>() {
        let message = format!("the length {length} of `{argument}` is too large for any memory");
        return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message));
    }
    // SAFETY: the caller's promise; the pointer is not NULL and is aligned, and a slice may have this length.
    Ok(unsafe { slice::from_raw_parts(pointer, length) })
}

/// Checks an out-parameter. Functions call this before they do the work.
pub(crate) fn out<T>(pointer: *mut T, argument: &str) -> Result<*mut T, Failure> {
    if pointer.is_null() {
        return Err(Failure::null(argument));
    }
    if !pointer.is_aligned() {
        return Err(Failure::not_aligned::<T>(argument));
    }
    Ok(pointer)
}

/// Writes an out-parameter that may be NULL.
///
/// # Safety
/// The pointer is NULL or valid for writes.
pub(crate) unsafe fn write_if_wanted<T>(pointer: *mut T, value: T) {
    if !pointer.is_null() {
        // SAFETY: the caller's promise.
        unsafe { pointer.write(value) }
    }
}
