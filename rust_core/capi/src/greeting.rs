//! The smallest thing the library can do, and the strings it gives.

use std::ffi::c_char;
use std::ptr;

use engine::Error;
use engine::greeting::hello;

use crate::border::{guard, out, slice};
use crate::status::tp_status;

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_hello(
    name: *const c_char,
    name_length: usize,
    greeting: *mut *mut c_char,
    greeting_length: *mut usize,
) -> tp_status {
    guard(|| {
        let (greeting, greeting_length) = (out(greeting, "greeting")?, out(greeting_length, "greeting_length")?);
        // SAFETY: the caller's promise.
        let name = unsafe { slice(name.cast::<u8>(), name_length, "name")? };
        let name = str::from_utf8(name).map_err(|error| Error::InvalidUtf8 { offset: error.valid_up_to() })?;
        let mut text = hello(name)?;
        let length = text.len();
        text.push(0);
        let string = Box::into_raw(text.into_boxed_slice());
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe {
            greeting.write(string.cast());
            greeting_length.write(length);
        }
        Ok(())
    })
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_string_free(string: *mut c_char, length: usize) {
    if !string.is_null() {
        // SAFETY: strings are boxed slices of their length and a zero, given back once by the caller's promise.
        drop(unsafe { Box::from_raw(ptr::slice_from_raw_parts_mut(string.cast::<u8>(), length + 1)) });
    }
}
