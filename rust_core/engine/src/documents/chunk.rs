//! A chunk: the text of consecutive documents.

use std::ops::{Deref, Range};
use std::sync::OnceLock;

use crate::checksum;
use crate::documents::document::Blank;
use crate::error::{Error, Result};
use crate::memory::{Buffer, copied, list_for, reserve};
use crate::tokenizer::Tokenization;
use crate::utf8;
use crate::whitespace::Whitespace;

/// The text of consecutive documents.
#[derive(Debug)]
pub struct Chunk {
    text: Buffer<u8>,
    offsets: Offsets,
    /// For a text of a file, its checksum, and whether it was checked.
    saved: Option<(u32, OnceLock<()>)>,
}

/// The start of each document, and then the end of the last one.
#[derive(Debug)]
enum Offsets {
    Own(Vec<i64>),
    /// In the memory of a file. They are copied before they change.
    Saved(Buffer<i64>),
}

impl Offsets {
    /// Returns the offsets, with room for `more` offsets.
    fn own_with_room(&mut self, more: usize) -> Result<&mut Vec<i64>> {
        if let Self::Saved(saved) = self {
            *self = Self::Own(copied(saved)?);
        }
        let Self::Own(own) = self else { unreachable!("they are copied") };
        reserve(own, more)?;
        Ok(own)
    }
}

impl Deref for Offsets {
    type Target = [i64];

    fn deref(&self) -> &[i64] {
        match self {
            Self::Own(own) => own,
            Self::Saved(saved) => saved,
        }
    }
}

impl Chunk {
    /// Returns an empty chunk with this capacity.
    pub(super) fn with_room_for(bytes: usize) -> Result<Self> {
        Ok(Self { text: Buffer::with_room_for(bytes)?, offsets: Offsets::Own(vec![0]), saved: None })
    }

    /// Returns a chunk of one document.
    pub fn of(text: Buffer<u8>) -> Self {
        let end = i64::try_from(text.len()).expect("lengths in memory fit into 63 bits");
        Self { text, offsets: Offsets::Own(vec![0, end]), saved: None }
    }

    /// Returns a chunk of several documents. `offsets` has the start of each document, and then the end of the last one.
    ///
    /// # Panics
    /// Panics if the offsets are not those of consecutive documents that are the complete text.
    pub fn of_many(text: Buffer<u8>, offsets: Vec<i64>) -> Self {
        let ends = [0, text.len()].map(|end| i64::try_from(end).ok());
        assert!(offsets.is_sorted() && [offsets.first(), offsets.last()].map(Option::<&i64>::copied) == ends);
        Self { text, offsets: Offsets::Own(offsets), saved: None }
    }

    /// Returns a chunk of documents that were saved, whose text has this checksum. Call [`check`](Self::check) before you
    /// read the text.
    ///
    /// # Errors
    /// [`Error::InvalidFile`] if the offsets are not those of consecutive documents that are the complete text.
    pub fn of_saved(text: Buffer<u8>, offsets: Buffer<i64>, checksum: u32) -> Result<Self> {
        let ends = [Some(0), i64::try_from(text.len()).ok()];
        if !offsets.is_sorted() || [offsets.first(), offsets.last()].map(Option::<&i64>::copied) != ends {
            return Err(Error::InvalidFile { reason: "a document is not in its column" });
        }
        Ok(Self { text, offsets: Offsets::Saved(offsets), saved: Some((checksum, OnceLock::new())) })
    }

    /// Checks that the text of a file has its checksum, and that its documents are UTF-8, unless it was checked before. A
    /// text of a mapped file is checked when it is first read.
    ///
    /// # Errors
    /// [`Error::InvalidFile`].
    pub fn check(&self) -> Result<()> {
        let Some((checksum, is_checked)) = &self.saved else { return Ok(()) };
        if is_checked.get().is_none() {
            let invalid = |reason| Error::InvalidFile { reason };
            if !checksum::is_right(&[&self.text], *checksum) {
                return Err(invalid("the texts of a batch have another checksum"));
            }
            let text = utf8::checked(&self.text).map_err(|_| invalid("the text of a document is not UTF-8"))?;
            let is_boundary = |offset: &i64| usize::try_from(*offset).is_ok_and(|at| text.is_char_boundary(at));
            if !self.offsets.iter().all(is_boundary) {
                return Err(invalid("a document begins inside a character"));
            }
            is_checked.get_or_init(|| ());
        }
        Ok(())
    }

    /// Returns the memory of the text.
    pub fn into_text(self) -> Buffer<u8> {
        self.text
    }

    /// Returns whether a text of this length fits. Saved text does not change, because it has a checksum.
    pub(super) fn has_room_for(&self, bytes: usize) -> bool {
        self.saved.is_none() && self.text.capacity() - self.text.len() >= bytes
    }

    /// Appends documents. There must be room for their text.
    pub(super) fn push_all<'t>(&mut self, documents: impl ExactSizeIterator<Item = &'t str>) -> Result<()> {
        let offsets = self.offsets.own_with_room(documents.len())?;
        let start = self.text.len();
        let (room, mut length) = (self.text.room(), 0);
        offsets.extend(documents.map(|document| {
            room[length..length + document.len()].copy_from_slice(document.as_bytes());
            length += document.len();
            i64::try_from(start + length).expect("lengths in memory fit into 63 bits")
        }));
        self.text.take(length);
        Ok(())
    }

    /// Appends the texts that are documents, and removes blank texts from the list if they are skipped. There must be room
    /// for all texts. Appends nothing and returns None if a text is not UTF-8, or if one is blank and blank texts are
    /// refused. Otherwise returns the number of words.
    pub(super) fn push_texts(&mut self, texts: &mut Vec<&[u8]>, blank: Blank) -> Result<Option<u64>> {
        let offsets = self.offsets.own_with_room(texts.len())?;
        let (documents, before) = (offsets.len(), self.text.len());
        let (room, mut length) = (self.text.room(), 0);
        for text in &*texts {
            room[length..length + text.len()].copy_from_slice(text);
            length += text.len();
        }
        let copy = &room[..length];
        if utf8::checked(copy).is_err() {
            return Ok(None);
        }
        let mut whitespace = Whitespace::default();
        let mut words = whitespace.scan_and_count(copy)?;
        let (mut end, mut has_blank) = (0, false);
        for text in &*texts {
            let start = end;
            end += text.len();
            // All texts together may be UTF-8 although a character is divided between two of them.
            if start < end && copy[start] & 0xC0 == 0x80 {
                offsets.truncate(documents);
                return Ok(None);
            }
            if start < end && !whitespace.is_set(start) {
                // A word that ends with a text, and one that begins with the next text.
                words += u64::from(start > 0 && !whitespace.is_set(start - 1));
            } else if blank != Blank::Kept {
                has_blank |= !whitespace.holds_word(start..end);
            }
            offsets.push(i64::try_from(before + end).expect("lengths in memory fit into 63 bits"));
        }
        if has_blank {
            offsets.truncate(documents);
            if blank == Blank::Refused {
                return Ok(None);
            }
            let mut end = 0;
            texts.retain(|text| {
                let start = end;
                end += text.len();
                whitespace.holds_word(start..end)
            });
            return self.push_texts(texts, blank);
        }
        self.text.take(length);
        Ok(Some(words))
    }

    /// Appends consecutive documents of another chunk. There must be room for their text.
    pub(super) fn push_from(&mut self, other: &Self, documents: Range<usize>) -> Result<()> {
        let end = self.offsets[self.len()];
        let offsets = self.offsets.own_with_room(documents.len())?;
        let moved = end - other.offsets[documents.start];
        self.text.extend(&other.text[other.bytes_of(documents.clone())]);
        offsets.extend(other.offsets[documents.start + 1..=documents.end].iter().map(|end| end + moved));
        Ok(())
    }

    /// Returns the number of documents.
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Returns whether there is no document.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the text of all documents.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// Returns the start of each document in [`text`](Self::text), and then the end of the last one.
    pub fn offsets(&self) -> &[i64] {
        &self.offsets
    }

    /// Counts the tokens of each document.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn words(&self, tokenization: &Tokenization) -> Result<Vec<u64>> {
        let (mut whitespace, mut words) = (Whitespace::default(), list_for(self.len())?);
        if !matches!(tokenization, Tokenization::Whitespace) {
            for document in 0..self.len() {
                words.push(tokenization.count(utf8::checked(&self.text[self.range(document)])?)?);
            }
            return Ok(words);
        }
        whitespace.scan(&self.text)?;
        words.extend((0..self.len()).map(|document| whitespace.count(self.range(document))));
        Ok(words)
    }

    /// Returns the range of a document in [`text`](Self::text).
    pub fn range(&self, document: usize) -> Range<usize> {
        self.bytes_of(document..document + 1)
    }

    /// Returns the range of consecutive documents in [`text`](Self::text).
    pub(super) fn bytes_of(&self, documents: Range<usize>) -> Range<usize> {
        let at = |document: usize| usize::try_from(self.offsets[document]).expect("offsets are lengths");
        at(documents.start)..at(documents.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Pod;

    fn buffer<T: Pod>(values: &[T]) -> Buffer<T> {
        let mut buffer = Buffer::with_room_for(values.len()).unwrap();
        buffer.extend(values);
        buffer
    }

    #[test]
    fn documents_after_those_of_a_file_leave_the_file_as_it_is() {
        let mut chunk = Chunk::of_saved(Buffer::default(), buffer(&[0, 0]), checksum::hash(b"")).unwrap();
        chunk.push_all(["", ""].into_iter()).unwrap();
        assert_eq!(chunk.offsets(), [0, 0, 0, 0]);
        assert_eq!(chunk.push_texts(&mut vec![b""], Blank::Kept), Ok(Some(0)));
        assert_eq!(chunk.len(), 4);
    }

    #[test]
    fn a_text_that_was_saved_has_its_checksum_and_documents_of_utf8() {
        let chunk = |text: &[u8], checksum: u32, end: i64| {
            let offsets = [0, end, i64::try_from(text.len()).unwrap()];
            Chunk::of_saved(buffer(text), buffer(&offsets), checksum).unwrap()
        };
        let (text, sum) = ("aéb".as_bytes(), checksum::hash("aéb".as_bytes()));
        for end in [1, 3] {
            let chunk = chunk(text, sum, end);
            assert_eq!((chunk.check(), chunk.check()), (Ok(()), Ok(())));
        }
        let invalid = b"a\xFFb";
        for (chunk, expected) in [
            (chunk(text, sum ^ 1, 1), "the texts of a batch have another checksum"),
            (chunk(text, sum, 2), "a document begins inside a character"),
            (chunk(invalid, checksum::hash(invalid), 1), "the text of a document is not UTF-8"),
        ] {
            let wrong = Err(Error::InvalidFile { reason: expected });
            assert_eq!((chunk.check(), chunk.check()), (wrong.clone(), wrong));
        }
    }
}
