//! A document, and the checks of its text.

use crate::error::{Error, Result};
use crate::utf8;
use crate::whitespace::count_words;

/// The treatment of a blank text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blank {
    /// The text is refused with [`Error::NoWords`].
    Refused,
    /// The text is skipped.
    Skipped,
    /// The text becomes a document without words.
    Kept,
}

/// A document that passed the checks: it is UTF-8, and it is not blank unless blank texts are kept.
#[derive(Debug, Clone, Copy)]
pub struct Checked<'t> {
    text: &'t str,
    words: u64,
}

impl<'t> Checked<'t> {
    /// Checks a text.
    ///
    /// # Errors
    /// [`Error::InvalidUtf8`] with the offset of the first invalid byte; [`Error::NoWords`].
    pub fn new(text: &'t [u8]) -> Result<Self> {
        Self::with(text, Blank::Refused)
    }

    /// Checks a text. It may be blank if blank texts are kept.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with(text: &'t [u8], blank: Blank) -> Result<Self> {
        let text = utf8::checked(text)?;
        match count_words(text.as_bytes()) {
            0 if blank != Blank::Kept => Err(Error::NoWords),
            words => Ok(Self { text, words }),
        }
    }

    /// Returns the text of the document.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// Returns the number of words in the document.
    pub fn words(&self) -> u64 {
        self.words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_text_has_an_error_that_says_why() {
        assert_eq!(Checked::new(b"").unwrap_err(), Error::NoWords);
        assert_eq!(Checked::new("\u{3000}\n".as_bytes()).unwrap_err(), Error::NoWords);
        assert_eq!(Checked::new(b"ab\xFFcd").unwrap_err(), Error::InvalidUtf8 { offset: 2 });
        assert_eq!(Checked::new(b"caf\xC3").unwrap_err(), Error::InvalidUtf8 { offset: 3 });
        assert_eq!(Checked::new(b" two words").unwrap().words(), 2);
        assert_eq!(Checked::with(b" \n", Blank::Kept).unwrap().words(), 0);
        assert_eq!(Checked::with(b" \xFF", Blank::Kept).unwrap_err(), Error::InvalidUtf8 { offset: 1 });
    }
}
