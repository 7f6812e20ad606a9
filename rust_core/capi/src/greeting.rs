//! The smallest thing the library can do, and the strings it gives.

use std::ffi::c_char;

use engine::Error;
use engine::greeting::hello;

use crate::boundary::guard::guard;
use crate::boundary::pointers::{out, slice};
use crate::error::status::tp_status;
use crate::handles::export_string;

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
        let (string, length) = export_string(hello(name)?);
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe {
            greeting.write(string);
            greeting_length.write(length);
        }
        Ok(())
    })
}
