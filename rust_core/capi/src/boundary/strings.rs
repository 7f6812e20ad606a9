//! Strings: how C frees those of this library, and how the strings of a column are joined.

use std::ffi::{c_char, c_void};

use crate::boundary::guard::{guard, guard_release};
use crate::boundary::pointers::slice;
use crate::error::status::{Failure, TP_ERROR_INVALID_ARGUMENT, tp_status};
use crate::handles::reclaim_string;

/// Calls `string` for each string, with its start and length in the text and its start in the joined text.
fn joined_places<O: Copy + TryInto<usize>>(
    offsets: &[O],
    mut string: impl FnMut(usize, usize, usize),
) -> Result<(), Failure> {
    let backwards = || Failure::new(TP_ERROR_INVALID_ARGUMENT, "the offsets decrease");
    let place = |offset: O| offset.try_into().map_err(|_| backwards());
    let mut at = 0;
    for pair in offsets.windows(2) {
        let start = place(pair[0])?;
        let length = place(pair[1])?.checked_sub(start).ok_or_else(backwards)?;
        string(start, length, at);
        at += length + 1;
    }
    Ok(())
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_join_strings(
    offsets: *const c_void,
    offset_size: usize,
    text: *const c_char,
    count: usize,
    separator: c_char,
    joined: *mut c_char,
) -> tp_status {
    guard(|| {
        if joined.is_null() && count > 0 {
            return Err(Failure::null("joined"));
        }
        let write = |start: usize, length: usize, at: usize| {
            // SAFETY: the offsets are within the text, and `joined` has room for the strings and the separators, by the
            // caller's promise.
            unsafe {
                if at > 0 {
                    joined.add(at - 1).write(separator);
                }
                text.add(start).copy_to_nonoverlapping(joined.add(at), length);
            }
        };
        // If `count + 1` overflows, `slice` refuses the length.
        let ends = count.saturating_add(1);
        match offset_size {
            // SAFETY: there are `count` + 1 offsets of that size, by the caller's promise.
            4 => joined_places(unsafe { slice(offsets.cast::<i32>(), ends, "offsets")? }, write),
            // SAFETY: as above.
            8 => joined_places(unsafe { slice(offsets.cast::<i64>(), ends, "offsets")? }, write),
            _ => {
                let message = format!("offset_size is {offset_size}: it must be 4 or 8");
                Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message))
            }
        }
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_string_free(string: *mut c_char, length: usize) {
    guard_release(|| {
        // SAFETY: the caller's promise.
        unsafe { reclaim_string(string, length) }
    });
}
