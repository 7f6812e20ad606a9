//! UTF-8: checks, and the boundaries of characters.

use crate::error::{Error, Result};

/// Returns the bytes as text.
///
/// # Errors
/// [`Error::InvalidUtf8`] with the offset of the first invalid byte.
#[inline]
pub fn checked(bytes: &[u8]) -> Result<&str> {
    // This check uses SIMD, but does not return the offset.
    simdutf8::basic::from_utf8(bytes).map_err(|_| {
        let offset = str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
        Error::InvalidUtf8 { offset }
    })
}

/// Returns the last boundary of a character at or before an offset. In text that is not UTF-8, returns an offset close
/// to it.
pub fn boundary_before(text: &[u8], offset: usize) -> usize {
    if offset >= text.len() {
        return text.len();
    }
    // A character has at most three bytes after its first.
    (offset.saturating_sub(3)..=offset).rev().find(|at| text[*at] & 0xC0 != 0x80).unwrap_or(offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_boundary_before_an_offset_inside_a_character_is_its_start() {
        let boundaries: Vec<usize> = (0..5).map(|offset| boundary_before("aé光".as_bytes(), offset)).collect();
        assert_eq!(boundaries, [0, 1, 1, 3, 3]);
    }
}
