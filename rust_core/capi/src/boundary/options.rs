//! Option structures. A newer release may add members at their end.

use std::mem;
use std::ptr;

use crate::boundary::pointers::slice;
use crate::error::status::{Failure, TP_ERROR_INVALID_ARGUMENT};

/// A structure of options.
///
/// # Safety
/// The layout is that of C, the members are integers and raw pointers, and the first is `struct_size`, a `usize`. A
/// member that is 0 has the same effect as no options.
pub(crate) unsafe trait Options: Copy {
    /// Its name in C.
    const NAME: &str;
}

/// Reads the members that both the caller and this library know.
///
/// # Safety
/// The pointer is NULL, or valid for reads of `struct_size` bytes.
pub(crate) unsafe fn read<T: Options>(options: *const T) -> Result<T, Failure> {
    // SAFETY: every bit pattern is a valid structure.
    let mut known: T = unsafe { mem::zeroed() };
    if options.is_null() {
        return Ok(known);
    }
    // SAFETY: a structure contains at least `struct_size`, by the caller's promise.
    let size = unsafe { options.cast::<usize>().read() };
    if size < size_of::<usize>() {
        let message = format!("struct_size is {size}: set it to sizeof({})", T::NAME);
        return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message));
    }
    // SAFETY: `size` bytes may be read, by the caller's promise.
    let given = unsafe { slice(options.cast::<u8>(), size, "options")? };
    let common = size.min(size_of::<T>());
    if given[common..].iter().any(|byte| *byte != 0) {
        let message = "this library does not know an option that is set: the library is older than the header";
        return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message));
    }
    // SAFETY: both are valid for `common` bytes, and every bit pattern is a valid structure.
    unsafe { ptr::copy_nonoverlapping(given.as_ptr(), (&raw mut known).cast(), common) };
    Ok(known)
}
