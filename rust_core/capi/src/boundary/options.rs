//! Option structures, which grow at their end.

use std::mem;
use std::ptr;

use crate::boundary::pointers::slice;
use crate::error::status::{Failure, TP_ERROR_INVALID_ARGUMENT};

/// A structure of options.
///
/// # Safety
/// It is laid out as in C, its members are integers and raw pointers, and the first is `struct_size`, a `usize`. Zeros stand
/// for what is done without options.
pub(crate) unsafe trait Options: Copy {
    /// Its name in C.
    const NAME: &str;
}

/// Reads options as far as both sides know them.
///
/// # Safety
/// The pointer is NULL, or valid for reads of `struct_size` bytes.
pub(crate) unsafe fn read<T: Options>(options: *const T) -> Result<T, Failure> {
    // SAFETY: every pattern of bits is a valid structure.
    let mut known: T = unsafe { mem::zeroed() };
    if options.is_null() {
        return Ok(known);
    }
    // SAFETY: a structure holds at least its size, by the caller's promise.
    let size = unsafe { options.cast::<usize>().read() };
    if size < size_of::<usize>() {
        let message = format!("struct_size is {size}: set it to sizeof({})", T::NAME);
        return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message));
    }
    // SAFETY: `size` bytes may be read, by the caller's promise.
    let given = unsafe { slice(options.cast::<u8>(), size, "options")? };
    let common = size.min(size_of::<T>());
    if given[common..].iter().any(|byte| *byte != 0) {
        let message = "an option is set that this library does not know: it is older than the header used";
        return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message));
    }
    // SAFETY: both are valid for `common` bytes, and every pattern of bits is a valid structure.
    unsafe { ptr::copy_nonoverlapping(given.as_ptr(), (&raw mut known).cast(), common) };
    Ok(known)
}
