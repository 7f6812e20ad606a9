//! Unicode normal forms and case folding.

use std::borrow::Cow;
use std::ops::Deref;

use caseless::Caseless;
use unicode_normalization::{UnicodeNormalization, is_nfc, is_nfkc};

use crate::error::Result;
use crate::memory::{ensure, reserve};

/// Words of more bytes are normalized only after a check that there is memory.
const MAX_UNCHECKED_BYTES: usize = 256;
/// The most memory that a normal form needs for each byte of a word. A mark of two bytes may become two marks, which
/// the library keeps as eight bytes each, in a list whose capacity doubles.
const MEMORY_PER_BYTE: usize = 32;

/// A Unicode normal form (UAX #15), in which equivalent texts are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NormalForm {
    /// Composes letters and their accents into single characters that exist in Unicode.
    Nfc,
    /// Also replaces compatibility characters, such as ligatures, full width letters and superscripts.
    Nfkc,
}

impl NormalForm {
    /// Returns a word in this form.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn of(self, word: &str) -> Result<Cow<'_, str>> {
        if word.is_ascii() {
            return Ok(Cow::Borrowed(word));
        }
        ensure_memory(word)?;
        match self {
            Self::Nfc if is_nfc(word) => Ok(Cow::Borrowed(word)),
            Self::Nfc => collected(word.nfc()),
            Self::Nfkc if is_nfkc(word) => Ok(Cow::Borrowed(word)),
            Self::Nfkc => collected(word.nfkc()),
        }
    }
}

/// Returns a word with Unicode's full case folding, as Python's `str.casefold()`.
///
/// # Errors
/// [`OutOfMemory`](crate::Error::OutOfMemory).
pub fn casefold(word: &str) -> Result<Cow<'_, str>> {
    if word.is_ascii() && !word.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Ok(Cow::Borrowed(word));
    }
    collected(word.chars().default_case_fold())
}

/// Checks that there is memory to normalize a long word, because the library does not check.
fn ensure_memory(word: &str) -> Result<()> {
    if word.len() > MAX_UNCHECKED_BYTES {
        return ensure(MEMORY_PER_BYTE.saturating_mul(word.len()));
    }
    Ok(())
}

fn collected(characters: impl Iterator<Item = char>) -> Result<Cow<'static, str>> {
    let mut text = Vec::new();
    for character in characters {
        let mut bytes = [0; 4];
        let bytes = character.encode_utf8(&mut bytes).as_bytes();
        reserve(&mut text, bytes.len())?;
        text.extend_from_slice(bytes);
    }
    Ok(Cow::Owned(String::from_utf8(text).expect("it was made of characters")))
}

/// Applies a step of normalization to the result of the steps before it.
///
/// # Errors
/// The error of the step.
pub fn then<'w>(word: Cow<'w, str>, step: impl Fn(&str) -> Result<Cow<'_, str>>) -> Result<Cow<'w, str>> {
    match word {
        Cow::Borrowed(word) => step(word),
        Cow::Owned(word) => {
            let changed = match step(&word)? {
                Cow::Borrowed(same) if same.len() == word.deref().len() => None,
                other => Some(other.into_owned()),
            };
            Ok(Cow::Owned(changed.unwrap_or(word)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equivalent_words_are_equal_in_a_normal_form() {
        assert_eq!(NormalForm::Nfc.of("e\u{301}").unwrap(), "é");
        assert_eq!(NormalForm::Nfc.of("ﬁ²").unwrap(), "ﬁ²");
        assert_eq!(NormalForm::Nfkc.of("ﬁ²").unwrap(), "fi2");
    }

    #[test]
    fn case_folding_changes_more_than_lower_case() {
        assert_eq!(casefold("Straße").unwrap(), "strasse");
        assert_eq!(casefold("Σίσυφος").unwrap(), "σίσυφοσ");
    }

    #[test]
    fn long_words_are_normalized() {
        let word = "e\u{301}".repeat(1000);
        assert_eq!(NormalForm::Nfc.of(&word).unwrap(), "é".repeat(1000));
    }
}
