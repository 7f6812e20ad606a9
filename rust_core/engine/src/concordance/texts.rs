//! The texts and the tokens of the documents of a concordance, by the numbers of the documents.

use std::sync::Arc;

use crate::documents::Chunk;
use crate::error::Result;
use crate::memory::list_for;
use crate::sequence::Sequence;
use crate::utf8;

/// Returns which of several lists has an item, and the place of the item in it; `ends` has the number of items up to the
/// end of each list.
fn find(ends: &[usize], item: usize) -> (usize, usize) {
    let list = ends.partition_point(|end| *end <= item);
    (list, item - list.checked_sub(1).map_or(0, |before| ends[before]))
}

fn ends(lengths: impl ExactSizeIterator<Item = usize>) -> Result<Vec<usize>> {
    let (mut ends, mut end) = (list_for(lengths.len())?, 0);
    ends.extend(lengths.map(|length| {
        end += length;
        end
    }));
    Ok(ends)
}

/// The texts of documents.
#[derive(Debug)]
pub struct Texts {
    chunks: Vec<Arc<Chunk>>,
    ends: Vec<usize>,
}

impl Texts {
    /// Returns the texts in chunks, which are checked.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn new(chunks: Vec<Arc<Chunk>>) -> Result<Self> {
        let ends = ends(chunks.iter().map(|chunk| chunk.len()))?;
        Ok(Self { chunks, ends })
    }

    /// Returns the text of a document.
    pub fn bytes(&self, document: usize) -> &[u8] {
        let (chunk, place) = find(&self.ends, document);
        &self.chunks[chunk].text()[self.chunks[chunk].range(place)]
    }

    /// Returns the text of a document.
    ///
    /// # Errors
    /// [`InvalidUtf8`](crate::Error::InvalidUtf8).
    pub fn text(&self, document: usize) -> Result<&str> {
        utf8::checked(self.bytes(document))
    }
}

/// The tokens of documents, as types.
pub struct Tokens<'s> {
    sequences: &'s [Sequence],
    ends: Vec<usize>,
}

impl<'s> Tokens<'s> {
    /// Returns the tokens of sequences.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn new(sequences: &'s [Sequence]) -> Result<Self> {
        Ok(Self { sequences, ends: ends(sequences.iter().map(|sequence| sequence.ends.len()))? })
    }

    /// Returns the tokens of a document.
    pub fn of(&self, document: usize) -> &'s [u32] {
        let (sequence, place) = find(&self.ends, document);
        &self.sequences[sequence].ids[self.sequences[sequence].range(place)]
    }
}
