//! Chunks: documents whose text lies together.

use std::ops::Range;

use crate::error::Result;
use crate::memory::{Buffer, list_for, reserve};
use crate::tokenizer::Tokenization;
use crate::utf8;
use crate::whitespace::Whitespace;

/// Consecutive documents whose text lies together.
#[derive(Debug)]
pub struct Chunk {
    text: Buffer<u8>,
    /// Where each document begins, and behind them where the last one ends.
    offsets: Vec<i64>,
}

impl Chunk {
    pub(super) fn with_room_for(bytes: usize) -> Result<Self> {
        Ok(Self { text: Buffer::with_room_for(bytes)?, offsets: vec![0] })
    }

    /// A chunk of one document.
    pub fn of(text: Buffer<u8>) -> Self {
        let end = i64::try_from(text.len()).expect("no text is longer than that");
        Self { text, offsets: vec![0, end] }
    }

    pub(super) fn has_room_for(&self, bytes: usize) -> bool {
        self.text.capacity() - self.text.len() >= bytes
    }

    /// Appends documents for whose text there is room.
    pub(super) fn push_all<'t>(&mut self, documents: impl ExactSizeIterator<Item = &'t str>) -> Result<()> {
        reserve(&mut self.offsets, documents.len())?;
        let start = self.text.len();
        let (room, mut length) = (self.text.room(), 0);
        self.offsets.extend(documents.map(|document| {
            room[length..length + document.len()].copy_from_slice(document.as_bytes());
            length += document.len();
            i64::try_from(start + length).expect("no text is longer than that")
        }));
        self.text.take(length);
        Ok(())
    }

    /// The number of documents.
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Whether there is no document.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The text of all documents.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// Where each document begins in [`text`](Self::text), and behind them where the last one ends.
    pub fn offsets(&self) -> &[i64] {
        &self.offsets
    }

    /// The number of tokens of each document, counted anew.
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

    /// Where in [`text`](Self::text) a document lies.
    pub fn range(&self, document: usize) -> Range<usize> {
        let at = |document: usize| usize::try_from(self.offsets[document]).expect("offsets are lengths");
        at(document)..at(document + 1)
    }
}
