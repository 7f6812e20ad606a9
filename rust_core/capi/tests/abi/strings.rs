//! Joining the strings of a column.

use std::ffi::c_void;

use text_processor::*;

use crate::support::last_error;

const TEXT: &str = "xonetwoété";

/// Joins strings with bars. Panics if the library writes bytes after the result.
fn joined(offsets: *const c_void, offset_size: usize, count: usize) -> Result<String, tp_status> {
    let mut joined = [b'?'; 20];
    let separator = c"|".to_bytes()[0].cast_signed();
    // SAFETY: the tests pass offsets within the text, and there is room for all of it.
    let status = unsafe {
        tp_join_strings(offsets, offset_size, TEXT.as_ptr().cast(), count, separator, joined.as_mut_ptr().cast())
    };
    let written = str::from_utf8(&joined).unwrap().trim_end_matches('?').to_owned();
    if status == TP_OK { Ok(written) } else { Err(status) }
}

#[test]
fn strings_are_joined_from_offsets_of_both_sizes() {
    let (small, large) = ([1_i32, 4, 7, 7, 12], [1_i64, 4, 7, 7, 12]);
    assert_eq!(joined(small.as_ptr().cast(), 4, 4).as_deref(), Ok("one|two||été"));
    assert_eq!(joined(large.as_ptr().cast(), 8, 4).as_deref(), Ok("one|two||été"));
    assert_eq!(joined(large.as_ptr().cast(), 8, 1).as_deref(), Ok("one"));
    assert_eq!(joined(large.as_ptr().cast(), 8, 0).as_deref(), Ok(""));
}

#[test]
fn invalid_offsets_are_refused() {
    assert_eq!(joined([4_i32, 1].as_ptr().cast(), 4, 1), Err(TP_ERROR_INVALID_ARGUMENT));
    assert_eq!(joined([-1_i32, 1].as_ptr().cast(), 4, 1), Err(TP_ERROR_INVALID_ARGUMENT));
    assert!(last_error().0.contains("decrease"));
    assert_eq!(joined([0_i64, 1].as_ptr().cast(), 2, 1), Err(TP_ERROR_INVALID_ARGUMENT));
    assert!(last_error().0.contains("offset_size"));
    let offsets = [0_i64, 1, 2].as_ptr();
    assert_eq!(joined(offsets.cast(), 8, usize::MAX), Err(TP_ERROR_INVALID_ARGUMENT));
    assert!(last_error().0.contains("too large for any memory"));
    assert_eq!(joined(offsets.wrapping_byte_add(1).cast(), 4, 1), Err(TP_ERROR_INVALID_ARGUMENT));
    assert!(last_error().0.contains("not aligned to 4 bytes"));
}
