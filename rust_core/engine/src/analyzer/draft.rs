//! A document that is given piece by piece.
//!
//! For documents so long that one wants to stop, or to show progress, while they are added, or that never lie in memory
//! as a whole, as files. The text is copied once: it becomes the document's own memory, or is let go once it is counted.

use crate::error::{Error, Result};
use crate::index::token_batch::Taken;
use crate::index::type_counter::Tally;
use crate::memory::Buffer;
use crate::tokenizer::block::BLOCK_BYTES;
use crate::utf8;
use crate::whitespace::{count_words_after, whitespace_from};

/// Text that is copied, checked and counted at once, while it is in the nearest cache.
const CACHED: usize = if cfg!(any(test, fuzzing)) { 5 } else { 32 << 10 };

/// The beginning of a document.
#[derive(Default)]
pub struct Draft {
    /// What was not let go.
    text: Buffer<u8>,
    /// Bytes behind it that were given as room, and not taken yet.
    room: usize,
    /// Bytes of it that are known to be UTF-8; behind them lies at most the beginning of a character.
    checked: usize,
    /// Bytes that were let go.
    gone: usize,
    words: u64,
    allows_blank: bool,
    /// Whether what was checked ends inside a word.
    inside_word: bool,
    /// Where only counts are wanted: those of the text that was let go.
    tally: Option<Tally>,
}

impl Draft {
    /// A draft that keeps its text, with room for `bytes`, which is a hint.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn with_room_for(bytes: usize) -> Result<Self> {
        Ok(Self { text: Buffer::with_room_for(bytes)?, ..Self::default() })
    }

    /// A draft that counts its words and lets its text go.
    pub fn counting() -> Self {
        Self { tally: Some(Tally::default()), ..Self::default() }
    }

    /// Appends a piece of text; characters may lie across pieces. On failure nothing has changed.
    ///
    /// # Errors
    /// [`Error::InvalidUtf8`] with the offset in the whole document; [`Error::OutOfMemory`].
    pub fn append(&mut self, piece: &[u8]) -> Result<()> {
        self.reserve(piece.len())?;
        let start = self.text.len();
        self.or_as_before(start, |draft| {
            piece.chunks(CACHED).try_for_each(|part| {
                draft.text.extend(part);
                draft.check_to(draft.text.len())
            })
        })
    }

    /// Room behind the text, to be written to and then taken: for what would be copied otherwise. What lay there before is
    /// lost.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn room(&mut self, bytes: usize) -> Result<&mut [u8]> {
        self.reserve(bytes)?;
        self.room = bytes;
        Ok(&mut self.text.room()[..bytes])
    }

    /// How much room there is that was not taken.
    pub fn room_left(&self) -> usize {
        self.room
    }

    /// Appends the first `bytes` of the room, as [`append`](Self::append) does with a piece. There is no room afterwards.
    ///
    /// # Errors
    /// [`Error::InvalidUtf8`] with the offset in the whole document.
    ///
    /// # Panics
    /// There is less room.
    pub fn take(&mut self, bytes: usize) -> Result<()> {
        assert!(bytes <= self.room, "{bytes} bytes were taken of room for {}", self.room);
        let start = self.text.len();
        self.room = 0;
        self.text.take(bytes);
        self.or_as_before(start, |draft| {
            let mut ends = (start..start + bytes).step_by(CACHED).skip(1).chain([start + bytes]);
            ends.try_for_each(|end| draft.check_to(end))
        })
    }

    /// Appends text behind `start`, or leaves the draft as it was.
    fn or_as_before(&mut self, start: usize, append: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        let (checked, words, inside_word) = (self.checked, self.words, self.inside_word);
        let result = append(self);
        if result.is_err() {
            self.text.truncate(start);
            (self.checked, self.words, self.inside_word) = (checked, words, inside_word);
        } else {
            // What there is no memory to count now stays, and is counted later.
            _ = self.let_go();
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
            // A character may go on in the next piece.
            Err(Error::InvalidUtf8 { offset }) if is_begun_character(&new[offset..]) => offset,
            Err(Error::InvalidUtf8 { offset }) => {
                return Err(Error::InvalidUtf8 { offset: self.gone + self.checked + offset });
            }
            Err(error) => return Err(error),
        };
        let (words, inside_word) = count_words_after(self.inside_word, &new[..valid]);
        self.words += words;
        self.inside_word = inside_word;
        self.checked += valid;
        Ok(())
    }

    /// Where only counts are wanted, counts whole blocks and lets them go.
    fn let_go(&mut self) -> Result<()> {
        let Some(tally) = &mut self.tally else { return Ok(()) };
        let (gone, result) = count_blocks(tally, &self.text[..self.checked]);
        self.forget(gone);
        result
    }

    fn forget(&mut self, bytes: usize) {
        self.text.remove_first(bytes);
        self.checked -= bytes;
        self.gone += bytes;
    }

    /// Allows a document without words.
    pub fn allow_blank(&mut self) {
        self.allows_blank = true;
    }

    /// Whether this is a document: whole characters, and at least a word unless a blank one is allowed.
    ///
    /// # Errors
    /// [`Error::InvalidUtf8`], [`Error::NoWords`].
    pub fn check(&self) -> Result<()> {
        if self.checked < self.text.len() {
            return Err(Error::InvalidUtf8 { offset: self.gone + self.checked });
        }
        if self.words == 0 && !self.allows_blank { Err(Error::NoWords) } else { Ok(()) }
    }

    /// The number of words so far.
    pub fn words(&self) -> u64 {
        self.words
    }

    /// The length so far, in bytes.
    pub fn length(&self) -> usize {
        self.gone + self.text.len()
    }

    /// Whether the text is let go.
    pub fn is_counting(&self) -> bool {
        self.tally.is_some()
    }

    /// Gives back the room for more text, where that is much.
    pub fn shrink(&mut self) {
        self.text.shrink();
    }

    /// The text so far, as far as it was kept.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// The same, for good.
    pub fn into_text(self) -> Buffer<u8> {
        self.text
    }

    /// The types of all words with their counts, where the draft only counts.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`]; the draft is worth what it was then.
    pub fn counted(&mut self) -> Result<Option<&Tally>> {
        self.let_go()?;
        if let Some(tally) = &mut self.tally {
            tally.take(&self.text, self.checked, std::iter::empty(), &mut Taken::default())?;
            self.forget(self.checked);
        }
        Ok(self.tally.as_ref())
    }
}

/// Whether bytes that are not UTF-8 would be with more behind them.
fn is_begun_character(bytes: &[u8]) -> bool {
    str::from_utf8(bytes).is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
}

/// Counts the words of whole blocks of a text; where the rest of it begins, and why it ended there if it did not have to.
fn count_blocks(tally: &mut Tally, text: &[u8]) -> (usize, Result<()>) {
    let (mut start, mut taken) = (0, Taken::default());
    while let Some(end) = whitespace_from(text, start + BLOCK_BYTES) {
        if let Err(error) = tally.take(&text[start..], end - start, std::iter::empty(), &mut taken) {
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
        fn pieces_are_worth_what_the_whole_is(
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
                    Ok(whole) => {
                        prop_assert_eq!(result, Ok(()));
                        prop_assert_eq!((draft.words(), draft.length()), (whole.words(), bytes.len()));
                        match draft.counted().unwrap() {
                            Some(tally) => prop_assert_eq!(tally.types().counts().sum::<u64>(), whole.words()),
                            None => prop_assert_eq!(&draft.into_text()[..], &bytes[..]),
                        }
                    }
                    Err(error) => prop_assert_eq!(result, Err(error)),
                }
            }
        }
    }
}
