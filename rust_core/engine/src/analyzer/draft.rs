//! A document that comes in pieces.
//!
//! A draft is for long documents, so that the caller can show progress or stop, and for files, which the caller never
//! holds completely in memory. The text is copied once: it becomes the memory of the document, or it is freed after its
//! words are counted.

use crate::error::{Error, Result};
use crate::index::{TokenBatch, TypeCounter};
use crate::memory::Buffer;
use crate::tokenizer::block::BLOCK_BYTES;
use crate::utf8;
use crate::whitespace::{count_words_after, whitespace_from};

/// Text is copied, checked and counted in parts of this length, each while it is in the first-level cache.
const PART_BYTES: usize = if cfg!(any(test, fuzzing)) { 5 } else { 32 << 10 };

/// The first pieces of a document.
#[derive(Default)]
pub struct Draft {
    /// The text that was not freed.
    text: Buffer<u8>,
    /// The number of bytes after the text that the caller may write.
    room: usize,
    /// The number of bytes of the text that are known to be UTF-8. After them is at most an incomplete character.
    checked: usize,
    /// The number of bytes that were freed.
    freed: usize,
    words: u64,
    allows_blank: bool,
    /// Whether the checked text ends inside a word.
    inside_word: bool,
    /// The counts of the freed text; None if the draft keeps its text.
    counter: Option<TypeCounter>,
}

impl Draft {
    /// Returns a draft that keeps its text; `bytes` is a hint of its length.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn with_room_for(bytes: usize) -> Result<Self> {
        Ok(Self { text: Buffer::with_room_for(bytes)?, ..Self::default() })
    }

    /// Returns a draft that counts its words and frees its text.
    pub fn counting() -> Self {
        Self { counter: Some(TypeCounter::default()), ..Self::default() }
    }

    /// Appends a piece of text. A character may begin in one piece and end in the next. After an error, the draft is
    /// unchanged.
    ///
    /// # Errors
    /// [`Error::InvalidUtf8`] with the offset in the complete document; [`Error::OutOfMemory`].
    pub fn append(&mut self, piece: &[u8]) -> Result<()> {
        self.reserve(piece.len())?;
        let start = self.text.len();
        self.append_or_undo(start, |draft| {
            piece.chunks(PART_BYTES).try_for_each(|part| {
                draft.text.extend(part);
                draft.check_to(draft.text.len())
            })
        })
    }

    /// Returns `bytes` bytes after the text. To save a copy, the caller writes text there and then calls
    /// [`take`](Self::take). Bytes that were written there before are lost.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn room(&mut self, bytes: usize) -> Result<&mut [u8]> {
        self.reserve(bytes)?;
        self.room = bytes;
        Ok(&mut self.text.room()[..bytes])
    }

    /// Returns the number of bytes that the caller may still take.
    pub fn room_left(&self) -> usize {
        self.room
    }

    /// Appends the first `bytes` bytes of the room, as [`append`](Self::append) appends a piece. Then there is no more
    /// room.
    ///
    /// # Errors
    /// [`Error::InvalidUtf8`] with the offset in the complete document.
    ///
    /// # Panics
    /// If there is less room.
    pub fn take(&mut self, bytes: usize) -> Result<()> {
        assert!(bytes <= self.room, "{bytes} bytes were taken of room for {}", self.room);
        let start = self.text.len();
        self.room = 0;
        self.text.take(bytes);
        self.append_or_undo(start, |draft| {
            let mut ends = (start..start + bytes).step_by(PART_BYTES).skip(1).chain([start + bytes]);
            ends.try_for_each(|end| draft.check_to(end))
        })
    }

    /// Appends text after `start`. After an error, restores the draft.
    fn append_or_undo(&mut self, start: usize, append: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        let (checked, words, inside_word) = (self.checked, self.words, self.inside_word);
        let result = append(self);
        if result.is_err() {
            self.text.truncate(start);
            (self.checked, self.words, self.inside_word) = (checked, words, inside_word);
        } else {
            // If there is no memory to count now, the text stays and is counted later.
            _ = self.count_and_free();
        }
        result
    }

    fn reserve(&mut self, bytes: usize) -> Result<()> {
        self.room = 0;
        self.text.reserve(bytes)
    }

    fn check_to(&mut self, end: usize) -> Result<()> {
        let new = &self.text[self.checked..end];
        let valid = match utf8::checked(new) {
            Ok(new) => new.len(),
            // The rest of the character may be in the next piece.
            Err(Error::InvalidUtf8 { offset }) if is_incomplete_character(&new[offset..]) => offset,
            Err(Error::InvalidUtf8 { offset }) => {
                return Err(Error::InvalidUtf8 { offset: self.freed + self.checked + offset });
            }
            Err(error) => return Err(error),
        };
        let (words, inside_word) = count_words_after(self.inside_word, &new[..valid]);
        self.words += words;
        self.inside_word = inside_word;
        self.checked += valid;
        Ok(())
    }

    /// Counts complete blocks of text and frees them, if the draft counts.
    fn count_and_free(&mut self) -> Result<()> {
        let Some(counter) = &mut self.counter else { return Ok(()) };
        let (counted, result) = count_blocks(counter, &self.text[..self.checked]);
        self.free(counted);
        result
    }

    fn free(&mut self, bytes: usize) {
        self.text.remove_first(bytes);
        self.checked -= bytes;
        self.freed += bytes;
    }

    /// Allows a blank document.
    pub fn allow_blank(&mut self) {
        self.allows_blank = true;
    }

    /// Checks that the text so far is a document: it has no incomplete character, and it is not blank unless that is
    /// allowed.
    ///
    /// # Errors
    /// [`Error::InvalidUtf8`], [`Error::NoWords`].
    pub fn check(&self) -> Result<()> {
        if self.checked < self.text.len() {
            return Err(Error::InvalidUtf8 { offset: self.freed + self.checked });
        }
        if self.words == 0 && !self.allows_blank { Err(Error::NoWords) } else { Ok(()) }
    }

    /// Returns the number of words so far.
    pub fn words(&self) -> u64 {
        self.words
    }

    /// Returns the length so far, in bytes.
    pub fn length(&self) -> usize {
        self.freed + self.text.len()
    }

    /// Returns whether the draft counts words and frees its text.
    pub fn is_counting(&self) -> bool {
        self.counter.is_some()
    }

    /// Frees unused memory.
    pub fn shrink(&mut self) {
        self.text.shrink();
    }

    /// Returns the text so far, without the part that was freed.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// Returns the text, and consumes the draft.
    pub fn into_text(self) -> Buffer<u8> {
        self.text
    }

    /// Returns the types of all words with their counts, or None if the draft keeps its text.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`]; call it again.
    pub fn counted(&mut self) -> Result<Option<&mut TypeCounter>> {
        self.count_and_free()?;
        if let Some(counter) = &mut self.counter {
            counter.count(&self.text, self.checked, std::iter::empty(), &mut TokenBatch::default())?;
            self.free(self.checked);
        }
        Ok(self.counter.as_mut())
    }
}

/// Returns whether bytes that are not UTF-8 are the beginning of a character.
fn is_incomplete_character(bytes: &[u8]) -> bool {
    str::from_utf8(bytes).is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
}

/// Counts the words of complete blocks of a text. Returns the number of bytes that were counted, and the error if there
/// was one.
fn count_blocks(counter: &mut TypeCounter, text: &[u8]) -> (usize, Result<()>) {
    let (mut start, mut batch) = (0, TokenBatch::default());
    while let Some(end) = whitespace_from(text, start + BLOCK_BYTES) {
        if let Err(error) = counter.count(&text[start..], end - start, std::iter::empty(), &mut batch) {
            return (start, Err(error));
        }
        start = end;
    }
    (start, Ok(()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::{Blank, Checked};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_draft_of_pieces_is_checked_and_counted_in_the_same_way_as_its_text(
            bytes in prop_oneof!["[ab é\u{3000}😀\u{85}]{0,300}".prop_map(String::into_bytes), prop::collection::vec(any::<u8>(), 0..20)],
            piece in 1..90_usize,
            allows_blank: bool,
        ) {
            for mut draft in [Draft::with_room_for(piece).unwrap(), Draft::counting()] {
                if allows_blank {
                    draft.allow_blank();
                }
                let append = |(number, piece): (usize, &[u8])| match number % 2 {
                    0 => draft.append(piece),
                    _ => {
                        draft.room(piece.len() + 3)?[..piece.len()].copy_from_slice(piece);
                        draft.take(piece.len())
                    }
                };
                let result = bytes.chunks(piece).enumerate().try_for_each(append).and_then(|()| draft.check());
                draft.room(5).unwrap().fill(b'?');
                match Checked::with(&bytes, if allows_blank { Blank::Kept } else { Blank::Refused }) {
                    Ok(document) => {
                        prop_assert_eq!(result, Ok(()));
                        prop_assert_eq!((draft.words(), draft.length()), (document.words(), bytes.len()));
                        match draft.counted().unwrap() {
                            Some(counter) => prop_assert_eq!(counter.types().counts().sum::<u64>(), document.words()),
                            None => prop_assert_eq!(&draft.into_text()[..], &bytes[..]),
                        }
                    }
                    Err(error) => prop_assert_eq!(result, Err(error)),
                }
            }
        }
    }
}
