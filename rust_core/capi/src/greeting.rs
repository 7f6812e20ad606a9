//! A greeting: the smallest use of the library.

use std::ffi::c_char;

use engine::greeting::hello;
use engine::utf8;

use crate::boundary::guard::guard;
use crate::boundary::pointers::out;
use crate::boundary::text_args::bytes;
use crate::error::status::tp_status;
use crate::handles::export_string;

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
        let name = utf8::checked(unsafe { bytes(name, name_length, "name")? })?;
        let (string, length) = export_string(hello(name)?);
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe {
            greeting.write(string);
            greeting_length.write(length);
        }
        Ok(())
    })
}
