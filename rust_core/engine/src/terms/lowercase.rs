//! Lower case, as Python's `str.lower()` has it.

use std::borrow::Cow;

use crate::error::Result;
use crate::memory::{ensure, list_for};

/// Bytes of a word for which it is worth asking whether there is memory.
const LONG: usize = 256;

/// A word in lower case, exactly as Python's `str.lower()` has it, final sigma included.
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
            if word.len() > LONG {
                // The standard library does not ask whether there is memory: a character of two bytes may become one of
                // three, in a list that grows to twice its size.
                ensure(4 * word.len())?;
            }
            Ok(Cow::Owned(text.to_lowercase().into_bytes()))
        }
        Err(_) => Ok(Cow::Borrowed(word)),
    }
}

/// Whether no character that begins with this byte of UTF-8 has an upper case, or it continues one that began with another.
/// Ideographs, kana and most Hangul lie together, from U+3000 to U+9FFF and from U+B000 to U+D7FF.
#[inline]
fn has_no_upper_case(byte: u8) -> bool {
    byte < 0xC0 && !byte.is_ascii_uppercase() || matches!(byte, 0xE3..=0xE9 | 0xEB..=0xED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lower_case_is_that_of_python() {
        for (word, expected) in
            [("The", "the"), ("ÉCOLE", "école"), ("ΣΊΣΥΦΟΣ", "σίσυφος"), ("İ", "i\u{307}"), ("ẞ", "ß"), ("光", "光")]
        {
            assert_eq!(lowercase(word.as_bytes()).unwrap(), expected.as_bytes());
        }
    }

    #[test]
    fn no_character_that_is_passed_over_has_a_lower_case() {
        for character in '\0'..=char::MAX {
            let text = character.to_string();
            assert_eq!(lowercase(text.as_bytes()).unwrap(), text.to_lowercase().as_bytes());
        }
    }
}
