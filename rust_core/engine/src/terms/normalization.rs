//! Normal forms, case folding, and letters without their accents.

use std::borrow::Cow;
use std::ops::Deref;

use caseless::Caseless;
use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{UnicodeNormalization, is_nfc, is_nfkc};

use crate::error::Result;
use crate::memory::{ensure, reserve};

/// Bytes of a word for which it is worth asking whether there is memory.
const LONG: usize = 256;
/// What a normal form needs for a byte of it, at worst: a mark of two bytes becomes two that are held as eight bytes each,
/// in a list that grows to twice its size.
const HELD: usize = 32;

/// How the same text written in different ways becomes one: Unicode's normal forms (UAX #15).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NormalForm {
    /// Characters with their accents as one character, where there is one.
    Nfc,
    /// The same, and compatibility characters as those they stand for: ligatures, full width, superscripts.
    Nfkc,
}

impl NormalForm {
    /// A word in this form.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn of(self, word: &str) -> Result<Cow<'_, str>> {
        if word.is_ascii() {
            return Ok(Cow::Borrowed(word));
        }
        hold(word)?;
        match self {
            Self::Nfc if is_nfc(word) => Ok(Cow::Borrowed(word)),
            Self::Nfc => collected(word.nfc()),
            Self::Nfkc if is_nfkc(word) => Ok(Cow::Borrowed(word)),
            Self::Nfkc => collected(word.nfkc()),
        }
    }
}

/// What becomes of accents, as scikit-learn's `strip_accents` has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accents {
    /// Characters are decomposed (NFKD), and combining ones dropped.
    Unicode,
    /// Characters are decomposed (NFKD), and all outside ASCII dropped.
    Ascii,
}

impl Accents {
    /// A word without accents.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn strip(self, word: &str) -> Result<Cow<'_, str>> {
        if word.is_ascii() {
            return Ok(Cow::Borrowed(word));
        }
        hold(word)?;
        match self {
            Self::Unicode => collected(word.nfkd().filter(|c| canonical_combining_class(*c) == 0)),
            Self::Ascii => collected(word.nfkd().filter(char::is_ascii)),
        }
    }
}

/// A word as Python's `str.casefold()` has it: Unicode's full case folding.
///
/// # Errors
/// [`OutOfMemory`](crate::Error::OutOfMemory).
pub fn casefold(word: &str) -> Result<Cow<'_, str>> {
    if word.is_ascii() && !word.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Ok(Cow::Borrowed(word));
    }
    collected(word.chars().default_case_fold())
}

/// Makes sure of the memory that normalizing a long word takes, for which the library does not ask.
fn hold(word: &str) -> Result<()> {
    if word.len() > LONG {
        return ensure(HELD.saturating_mul(word.len()));
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

/// Does a step to what the steps before have made of a word.
///
/// # Errors
/// What the step fails with.
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
    fn a_word_has_one_spelling_in_a_normal_form() {
        assert_eq!(NormalForm::Nfc.of("e\u{301}").unwrap(), "é");
        assert_eq!(NormalForm::Nfc.of("ﬁ²").unwrap(), "ﬁ²");
        assert_eq!(NormalForm::Nfkc.of("ﬁ²").unwrap(), "fi2");
    }

    #[test]
    fn accents_go_and_letters_stay() {
        assert_eq!(Accents::Unicode.strip("àéß光").unwrap(), "aeß光");
        assert_eq!(Accents::Ascii.strip("àéß光").unwrap(), "ae");
    }

    #[test]
    fn folding_goes_further_than_lower_case() {
        assert_eq!(casefold("Straße").unwrap(), "strasse");
        assert_eq!(casefold("Σίσυφος").unwrap(), "σίσυφοσ");
    }

    #[test]
    fn a_long_word_is_normalized_as_well() {
        let word = "e\u{301}".repeat(1000);
        assert_eq!(NormalForm::Nfc.of(&word).unwrap(), "é".repeat(1000));
        assert_eq!(Accents::Unicode.strip(&word).unwrap(), "e".repeat(1000));
    }
}
