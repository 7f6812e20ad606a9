//! Letters without their accents, as in scikit-learn's `strip_accents`.

use std::borrow::Cow;

use unicode_normalization::char::{canonical_combining_class, decompose_compatible};

use crate::error::Result;
use crate::memory::{list_for, reserve};

/// The most bytes of a decomposed character: 18 characters (U+FDFA) of up to four bytes.
const MAX_DECOMPOSED_BYTES: usize = 72;

/// The characters that are removed with the accents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accents {
    /// Decomposes characters (NFKD) and removes combining characters.
    Unicode,
    /// Decomposes characters (NFKD) and removes all characters outside ASCII.
    Ascii,
}

impl Accents {
    /// Returns a word without accents.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    ///
    /// ```
    /// use engine::terms::accents::Accents;
    /// assert_eq!(Accents::Unicode.strip("déjà").unwrap(), "deja");
    /// ```
    pub fn strip(self, word: &str) -> Result<Cow<'_, str>> {
        if word.is_ascii() {
            return Ok(Cow::Borrowed(word));
        }
        let mut stripped = list_for(word.len())?;
        self.strip_to(word, &mut stripped)?;
        Ok(Cow::Owned(String::from_utf8(stripped).expect("it was made of characters")))
    }

    /// Appends a text without accents to `stripped`.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn strip_to(self, text: &str, stripped: &mut Vec<u8>) -> Result<()> {
        // The normal form reorders only combining characters, all of which are removed. So characters can be decomposed
        // one by one.
        for character in text.chars() {
            reserve(stripped, MAX_DECOMPOSED_BYTES)?;
            decompose_compatible(character, |part| {
                let stays = match self {
                    Self::Unicode => canonical_combining_class(part) == 0,
                    Self::Ascii => part.is_ascii(),
                };
                if stays {
                    stripped.extend_from_slice(part.encode_utf8(&mut [0; 4]).as_bytes());
                }
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    #[test]
    fn accents_are_removed_but_letters_are_kept() {
        assert_eq!(Accents::Unicode.strip("àéß光").unwrap(), "aeß光");
        assert_eq!(Accents::Ascii.strip("àéß光").unwrap(), "ae");
        assert_eq!(Accents::Unicode.strip(&"e\u{301}".repeat(1000)).unwrap(), "e".repeat(1000));
    }

    proptest! {
        #[test]
        fn accents_are_removed_after_the_text_is_decomposed(
            text in prop_oneof![any::<String>(), "[aéǖ\u{301}\u{323}\u{fdfa}가光]{0,40}"],
        ) {
            let unicode: String = text.nfkd().filter(|c| canonical_combining_class(*c) == 0).collect();
            prop_assert_eq!(Accents::Unicode.strip(&text).unwrap(), unicode);
            let ascii: String = text.nfkd().filter(char::is_ascii).collect();
            prop_assert_eq!(Accents::Ascii.strip(&text).unwrap(), ascii);
        }
    }
}
