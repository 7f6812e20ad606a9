//! Whether bytes are UTF-8.

use crate::error::{Error, Result};

/// The bytes as text.
///
/// # Errors
/// [`Error::InvalidUtf8`] with the offset of the first wrong byte.
#[inline]
pub fn checked(bytes: &[u8]) -> Result<&str> {
    // With SIMD; but it does not tell where.
    simdutf8::basic::from_utf8(bytes).map_err(|_| {
        let offset = str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
        Error::InvalidUtf8 { offset }
    })
}
