//! Which characters words are made of, as Python's regular expressions have it.
//!
//! A character belongs to words (`\w`) if `str.isalnum()` holds for it, which is to say that it is a letter or a number by its
//! general category (L\* and N\*), or if it is an underscore. Rust's `char::is_alphanumeric` is something else: it holds for
//! marks that combine with letters, too.

use std::sync::OnceLock;

use regex_syntax::hir::{Class, HirKind};

use crate::error::Result;
use crate::forks;
use crate::memory::zeros;

/// A bit for each character of Unicode.
pub struct WordCharacters(Vec<u64>);

const CHARACTERS: usize = char::MAX as usize + 1;

impl WordCharacters {
    /// The set, which is made when it is asked for first.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn get() -> Result<&'static Self> {
        static SET: OnceLock<WordCharacters> = OnceLock::new();
        if SET.get().is_none() {
            let set = Self::new()?;
            // Another thread may have been faster. In a step: a child would wait forever for a thread of the parent.
            return Ok(forks::step(|| SET.get_or_init(|| set)));
        }
        Ok(SET.get().expect("it was made"))
    }

    fn new() -> Result<Self> {
        let mut bits = zeros(CHARACTERS.div_ceil(64))?;
        let class = regex_syntax::parse(r"[\p{L}\p{N}_]").expect("a regular expression");
        let HirKind::Class(Class::Unicode(class)) = class.kind() else { unreachable!("it is a class of characters") };
        for range in class.ranges() {
            for character in range.start() as usize..=range.end() as usize {
                bits[character / 64] |= 1_u64 << (character % 64);
            }
        }
        Ok(Self(bits))
    }

    /// Whether words have this character.
    #[inline]
    pub fn contains(&self, character: u32) -> bool {
        let character = character as usize;
        self.0.get(character / 64).is_some_and(|bits| bits >> (character % 64) & 1 == 1)
    }
}

/// The first character of some UTF-8 that is not ASCII, and its length in bytes. Of other bytes, something.
#[inline]
pub fn first_character(text: &[u8]) -> (u32, u32) {
    let byte = |at: usize| text.get(at).map_or(0, |byte| u32::from(*byte));
    let (lead, second, third) = (byte(0), byte(1) & 0x3F, byte(2) & 0x3F);
    match lead {
        0..0xE0 => ((lead & 0x1F) << 6 | second, 2),
        0xE0..0xF0 => ((lead & 0x0F) << 12 | second << 6 | third, 3),
        _ => ((lead & 0x07) << 18 | second << 12 | third << 6 | byte(3) & 0x3F, 4),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_numbers_are_word_characters_and_marks_are_not() {
        let set = WordCharacters::get().unwrap();
        assert!("aZ09_éßΩж光ⅷ²①٣一𝔘".chars().all(|character| set.contains(character as u32)));
        assert!(" -'\u{301}\u{93f}Ⓐ©—€😀\u{200d}".chars().all(|character| !set.contains(character as u32)));
        assert!(!set.contains(u32::MAX));
    }

    #[test]
    fn characters_are_decoded_as_rust_does() {
        for character in '\u{80}'..=char::MAX {
            let mut bytes = [0; 5];
            let length = u32::try_from(character.encode_utf8(&mut bytes).len()).unwrap();
            assert_eq!(first_character(&bytes), (character as u32, length));
        }
    }
}
