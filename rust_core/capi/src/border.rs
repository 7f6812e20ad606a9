//! The border between C and Rust: pointers to data become references, failures and panics become statuses.

use std::any::{Any, type_name};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::slice;

use crate::allocator;
use crate::fork;
use crate::handles;
use crate::last_error;
use crate::status::{Failure, TP_ERROR_INVALID_ARGUMENT, TP_ERROR_OUT_OF_MEMORY, TP_ERROR_PANIC, TP_OK, tp_status};

/// Runs the body of an exported function.
pub(crate) fn guard<B: FnOnce() -> Result<(), Failure>>(body: B) -> tp_status {
    let _call = handles::call(type_name::<B>());
    // Before there is a handle, or a thread.
    fork::watch();
    status_of(|| {
        if allocator::is_short() {
            return Err(Failure::new(TP_ERROR_OUT_OF_MEMORY, "there is no memory, not even for small things"));
        }
        body()
    })
}

/// The same for a function that gives memory back, however little there is.
pub(crate) fn guard_release<B: FnOnce() -> Result<(), Failure>>(body: B) -> tp_status {
    let _call = handles::call(type_name::<B>());
    status_of(body)
}

/// What becomes of a body: a failure is kept as the last error, and a panic is a failure.
pub(crate) fn status_of(body: impl FnOnce() -> Result<(), Failure>) -> tp_status {
    // A panic leaves nothing half done that is seen again: the engine makes its index anew after one, and
    // out-parameters are written last.
    let result = catch_unwind(AssertUnwindSafe(body))
        .unwrap_or_else(|panic| Err(Failure::new(TP_ERROR_PANIC, panic_message(&*panic))));
    match result {
        Ok(()) => TP_OK,
        Err(failure) => {
            last_error::set(&failure);
            failure.status
        }
    }
}

/// The message of a panic, as it was given to `panic!`.
pub(crate) fn panic_message(panic: &(dyn Any + Send)) -> String {
    let known = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("the library panicked: {}", known.unwrap_or("no message"))
}

/// Reads a pointer and a length as a slice; NULL is the empty slice where the length is 0.
///
/// # Safety
/// The pointer is NULL, or valid for reads of `length` values that do not change while the slice is used.
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
        let message = format!("the length {length} of `{argument}` is more than any memory holds");
        return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message));
    }
    // SAFETY: the caller's promise; the pointer is not NULL, aligned, and the length is one a slice may have.
    Ok(unsafe { slice::from_raw_parts(pointer, length) })
}

/// Checks an out-parameter before the work is done for it.
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
