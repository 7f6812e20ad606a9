//! The word characters of Python's regular expressions.
//!
//! A character is a word character (`\w`) if it is an underscore or if `str.isalnum()` is true for it: its general
//! category is a letter or a number (L\* or N\*). Rust's `char::is_alphanumeric` differs: it is also true for combining
//! marks.

use std::sync::OnceLock;

use regex_syntax::hir::{Class, HirKind};

use crate::error::Result;
use crate::forks;
use crate::tokenizer::character_set::CharacterSet;

/// The set of word characters.
pub struct WordCharacters(CharacterSet);

impl WordCharacters {
    /// The set, which the first call builds.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn get() -> Result<&'static Self> {
        static SET: OnceLock<WordCharacters> = OnceLock::new();
        if SET.get().is_none() {
            let set = Self::new()?;
            // Another thread may build it at the same time. A step delays forks: without it, a child could wait forever
            // for a thread of the parent.
            return Ok(forks::step(|| SET.get_or_init(|| set)));
        }
        Ok(SET.get().expect("the set exists"))
    }

    fn new() -> Result<Self> {
        let mut set = CharacterSet::empty()?;
        let class = regex_syntax::parse(r"[\p{L}\p{N}_]").expect("a regular expression");
        let HirKind::Class(Class::Unicode(class)) = class.kind() else { unreachable!("it is a class of characters") };
        for range in class.ranges() {
            (range.start()..=range.end()).for_each(|character| set.toggle(character));
        }
        Ok(Self(set))
    }

    /// Whether a character is a word character.
    #[inline]
    pub fn contains(&self, character: u32) -> bool {
        self.0.contains(character)
    }
}

/// The first character of a text and its length in bytes. The character must not be ASCII; for bytes that are not
/// UTF-8, the result is unspecified.
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
    fn characters_are_decoded_as_in_rust() {
        for character in '\u{80}'..=char::MAX {
            let mut bytes = [0; 5];
            let length = u32::try_from(character.encode_utf8(&mut bytes).len()).unwrap();
            assert_eq!(first_character(&bytes), (character as u32, length));
        }
    }
}
