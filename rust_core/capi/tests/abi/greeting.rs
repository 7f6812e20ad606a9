//! Greetings.

use std::ffi::c_char;
use std::ptr::null_mut;

use text_processor::*;

use crate::support::last_error;

fn hello(name: &[u8]) -> Result<String, tp_status> {
    let (mut greeting, mut length): (*mut c_char, usize) = (null_mut(), usize::MAX);
    // SAFETY: the name has the length that is passed.
    match unsafe { tp_hello(name.as_ptr().cast(), name.len(), &raw mut greeting, &raw mut length) } {
        TP_OK => {
            // SAFETY: a greeting has this length, and a zero byte follows.
            let bytes = unsafe { std::slice::from_raw_parts(greeting.cast::<u8>(), length + 1) }.to_vec();
            // SAFETY: the greeting was copied and is freed once.
            unsafe { tp_string_free(greeting, length) };
            let (zero, text) = bytes.split_last().unwrap();
            assert_eq!(*zero, 0);
            Ok(String::from_utf8(text.to_vec()).unwrap())
        }
        status => {
            assert!(greeting.is_null() && length == usize::MAX, "an out-parameter was written on failure");
            Err(status)
        }
    }
}

#[test]
fn a_greeting_contains_the_name() {
    for name in ["World", "", "Zoë", "a\0b"] {
        assert_eq!(hello(name.as_bytes()), Ok(format!("Hello, {name}!")));
    }
}

#[test]
fn a_name_that_is_not_utf8_is_refused_with_the_offset() {
    assert_eq!(hello(b"Zo\xEB"), Err(TP_ERROR_INVALID_UTF8));
    assert_eq!(last_error().1, 2);
}
