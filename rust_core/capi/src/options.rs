//! Structures of options, which may grow.

use std::any::type_name;
use std::ptr;

use crate::border::slice;
use crate::status::{Failure, TP_ERROR_INVALID_ARGUMENT};

/// A structure of options.
///
/// # Safety
/// It is `repr(C)`, begins with its size as `usize`, has no padding, and every pattern of bits is a value of it.
pub(crate) unsafe trait Options: Copy {
    /// What holds where nothing is said: its size, and zeros.
    const DEFAULT: Self;
}

/// Reads options as far as both sides know them.
///
/// # Safety
/// The pointer is NULL, or valid for reads of `struct_size` bytes.
pub(crate) unsafe fn read_options<O: Options>(options: *const O) -> Result<O, Failure> {
    let mut known = O::DEFAULT;
    if options.is_null() {
        return Ok(known);
    }
    // SAFETY: a structure holds at least its size, by the caller's promise.
    let size = unsafe { options.cast::<usize>().read() };
    if size < size_of::<usize>() {
        let name = type_name::<O>().rsplit("::").next().unwrap_or_default();
        let message = format!("struct_size is {size}: set it to sizeof({name})");
        return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message));
    }
    // SAFETY: `size` bytes may be read, by the caller's promise.
    let given = unsafe { slice(options.cast::<u8>(), size, "options")? };
    let common = size.min(size_of::<O>());
    if given[common..].iter().any(|byte| *byte != 0) {
        let message = "an option is set that this library does not know: it is older than the header used";
        return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message));
    }
    // SAFETY: both are valid for `common` bytes, and every pattern of bits is a valid structure.
    unsafe { ptr::copy_nonoverlapping(given.as_ptr(), (&raw mut known).cast(), common) };
    Ok(known)
}
