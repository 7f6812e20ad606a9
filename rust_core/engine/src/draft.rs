//! A document that is given piece by piece.
//!
//! For documents so long that one wants to stop, or to show progress, while they are added, or that never lie in memory
//! as a whole, as files. The text is copied once: it becomes the document's own memory.

use crate::error::{Error, Result};
use crate::whitespace::count_words_after;

/// Text that is copied, checked and counted at once, while it is in the nearest cache.
const CACHED: usize = if cfg!(test) { 5 } else { 32 << 10 };

/// The beginning of a document.
#[derive(Debug, Default)]
pub struct Draft {
    text: Vec<u8>,
    /// Bytes that are known to be UTF-8; behind them lies at most the beginning of a character.
    checked: usize,
    words: u64,
    /// Whether what was checked ends inside a word.
    inside_word: bool,
}

impl Draft {
    /// A draft with room for `bytes`, which is a hint.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn with_room_for(bytes: usize) -> Result<Self> {
        let mut draft = Self::default();
        draft.text.try_reserve_exact(bytes).map_err(|_| Error::OutOfMemory { bytes })?;
        Ok(draft)
    }

    /// Appends a piece of text; characters may lie across pieces. On failure nothing has changed.
    ///
    /// # Errors
    /// [`Error::InvalidUtf8`] with the offset in the whole document; [`Error::OutOfMemory`].
    pub fn append(&mut self, piece: &[u8]) -> Result<()> {
        self.text.try_reserve(piece.len()).map_err(|_| Error::OutOfMemory { bytes: piece.len() })?;
        let (length, checked, words, inside_word) = (self.text.len(), self.checked, self.words, self.inside_word);
        for part in piece.chunks(CACHED) {
            self.text.extend_from_slice(part);
            if let Err(error) = self.check_new() {
                self.text.truncate(length);
                (self.checked, self.words, self.inside_word) = (checked, words, inside_word);
                return Err(error);
            }
        }
        Ok(())
    }

    fn check_new(&mut self) -> Result<()> {
        let new = &self.text[self.checked..];
        let valid = match str::from_utf8(new) {
            Ok(new) => new.len(),
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(error) => return Err(Error::InvalidUtf8 { offset: self.checked + error.valid_up_to() }),
        };
        let (words, inside_word) = count_words_after(self.inside_word, &new[..valid]);
        self.words += words;
        self.inside_word = inside_word;
        self.checked += valid;
        Ok(())
    }

    /// Whether this is a document: whole characters, and at least a word.
    ///
    /// # Errors
    /// [`Error::InvalidUtf8`], [`Error::NoWords`].
    pub fn check(&self) -> Result<()> {
        if self.checked < self.text.len() {
            return Err(Error::InvalidUtf8 { offset: self.checked });
        }
        if self.words == 0 { Err(Error::NoWords) } else { Ok(()) }
    }

    /// The number of words so far.
    pub fn words(&self) -> u64 {
        self.words
    }

    /// The text so far.
    pub fn into_text(self) -> Vec<u8> {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::Checked;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn pieces_are_worth_what_the_whole_is(
            bytes in prop_oneof!["[ab é\u{3000}😀\u{85}]{0,80}".prop_map(String::into_bytes), prop::collection::vec(any::<u8>(), 0..20)],
            piece in 1..9_usize,
        ) {
            let mut draft = Draft::with_room_for(piece).unwrap();
            let result = bytes.chunks(piece).try_for_each(|piece| draft.append(piece)).and_then(|()| draft.check());
            match Checked::new(&bytes) {
                Ok(whole) => {
                    prop_assert_eq!(result, Ok(()));
                    prop_assert_eq!(draft.words(), whole.words());
                    prop_assert_eq!(draft.into_text(), bytes);
                }
                Err(error) => prop_assert_eq!(result, Err(error)),
            }
        }
    }
}
