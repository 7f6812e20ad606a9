//! Lower case, as in Python's `str.lower()`.

use std::borrow::Cow;

use crate::error::Result;
use crate::memory::{ensure, list_for};

/// Words of more bytes are lowered only after a check that there is memory.
const MAX_UNCHECKED_BYTES: usize = 256;

/// Returns a word in lower case, exactly as Python's `str.lower()`, including the final sigma.
///
/// # Errors
/// [`OutOfMemory`](crate::Error::OutOfMemory).
pub fn lowercase(word: &[u8]) -> Result<Cow<'_, [u8]>> {
    if word.is_ascii() {
        if word.iter().any(u8::is_ascii_uppercase) {
            let mut lower = list_for(word.len())?;
            lower.extend(word.iter().map(u8::to_ascii_lowercase));
            return Ok(Cow::Owned(lower));
        }
        return Ok(Cow::Borrowed(word));
    }
    if word.iter().all(|byte| has_no_upper_case(*byte)) {
        return Ok(Cow::Borrowed(word));
    }
    match str::from_utf8(word) {
        Ok(text) => {
            if word.len() > MAX_UNCHECKED_BYTES {
                // The standard library does not check for memory. A character of two bytes may become one of three
                // bytes, in a list whose capacity doubles.
                ensure(4 * word.len())?;
            }
            Ok(Cow::Owned(text.to_lowercase().into_bytes()))
        }
        Err(_) => Ok(Cow::Borrowed(word)),
    }
}

/// Returns whether no upper case character begins with this byte of UTF-8; true for continuation bytes.
///
/// Ideographs, kana and most Hangul are in two ranges, from U+3000 to U+9FFF and from U+B000 to U+D7FF.
#[inline]
fn has_no_upper_case(byte: u8) -> bool {
    byte < 0xC0 && !byte.is_ascii_uppercase() || matches!(byte, 0xE3..=0xE9 | 0xEB..=0xED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_lowered_as_in_python() {
        for (word, expected) in
            [("The", "the"), ("ÉCOLE", "école"), ("ΣΊΣΥΦΟΣ", "σίσυφος"), ("İ", "i\u{307}"), ("ẞ", "ß"), ("光", "光")]
        {
            assert_eq!(lowercase(word.as_bytes()).unwrap(), expected.as_bytes());
        }
    }

    #[test]
    fn every_character_is_lowered_as_in_the_standard_library() {
        for character in '\0'..=char::MAX {
            let text = character.to_string();
            assert_eq!(lowercase(text.as_bytes()).unwrap(), text.to_lowercase().as_bytes());
        }
    }
}
