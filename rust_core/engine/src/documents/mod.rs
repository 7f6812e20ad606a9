//! The documents of an analyzer: their text.
//!
//! `document` is a document that was checked, `separated` has the documents of one text with separators, and `chunk`
//! holds the text of consecutive documents.

mod chunk;
mod document;
mod separated;

pub use chunk::Chunk;
pub use document::{Blank, Checked};
pub use separated::{Joined, PIECE_BYTES, Parts, number_of_parts, parts, pieces};

use std::sync::Arc;

use crate::error::Result;
use crate::memory::{list_for, reserve};

/// The capacity of the first chunk. Each further chunk has room for as much text as all chunks before it, up to
/// [`MAX_CHUNK_BYTES`].
const MIN_CHUNK_BYTES: usize = 4 << 10;
/// The largest capacity of a chunk, except for a chunk of one larger document.
const MAX_CHUNK_BYTES: usize = if cfg!(any(test, fuzzing)) { 16 << 10 } else { 4 << 20 };

/// Documents in the order in which they were added.
///
/// Readers share the chunks: adding does not wait for readers, and does not change a chunk that has readers.
#[derive(Debug, Default)]
pub struct Documents {
    chunks: Vec<Arc<Chunk>>,
    count: usize,
    words: u64,
    bytes: usize,
    /// The length of the texts in the chunks, in bytes.
    stored: usize,
}

impl Documents {
    /// Returns documents that were saved. Without chunks, their texts were freed.
    pub fn of_saved(chunks: Vec<Arc<Chunk>>, count: usize, words: u64, bytes: usize) -> Self {
        let stored = chunks.iter().map(|chunk| chunk.text().len()).sum();
        Self { chunks, count, words, bytes, stored }
    }

    /// Returns the number of documents.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Returns whether there is no document.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Returns the number of words in all documents.
    pub fn words(&self) -> u64 {
        self.words
    }

    /// Returns the length of all texts in bytes.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Returns the length of the texts in memory, which are those that were not freed.
    pub fn stored(&self) -> usize {
        self.stored
    }

    /// Returns the memory of the texts and of the offsets of documents, in bytes.
    pub fn memory(&self) -> usize {
        self.stored + self.chunks.iter().map(|chunk| size_of_val(chunk.offsets())).sum::<usize>()
    }

    /// Adds a document.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); nothing was added.
    pub fn push(&mut self, document: &Checked) -> Result<()> {
        self.push_all(document.text().len(), std::iter::once(document.text()), document.words())
    }

    /// Adds all of these documents, or none of them if there is an error.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); nothing was added.
    pub fn push_parts(&mut self, parts: &Parts) -> Result<()> {
        self.push_all(parts.text().len(), parts.documents(), parts.words())
    }

    fn push_all<'t>(
        &mut self,
        most: usize,
        documents: impl ExactSizeIterator<Item = &'t str>,
        words: u64,
    ) -> Result<()> {
        let number = documents.len();
        let chunk = self.open_chunk(most)?;
        let before = chunk.text().len();
        chunk.push_all(documents)?;
        let bytes = chunk.text().len() - before;
        self.count += number;
        self.bytes += bytes;
        self.stored += bytes;
        self.words += words;
        Ok(())
    }

    /// Returns the last chunk, or a new one if the last has readers or too little room.
    fn open_chunk(&mut self, bytes: usize) -> Result<&mut Chunk> {
        let is_open = self.chunks.last_mut().and_then(Arc::get_mut).is_some_and(|chunk| chunk.has_room_for(bytes));
        if !is_open {
            let chunk = Chunk::with_room_for(self.bytes.clamp(MIN_CHUNK_BYTES, MAX_CHUNK_BYTES).max(bytes))?;
            reserve(&mut self.chunks, 1)?;
            self.chunks.push(Arc::new(chunk));
        }
        Ok(self.chunks.last_mut().and_then(Arc::get_mut).expect("the last chunk is open"))
    }

    /// Makes room for one call of [`push_chunk`](Self::push_chunk).
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn reserve_chunk(&mut self) -> Result<()> {
        reserve(&mut self.chunks, 1)
    }

    /// Adds a chunk of one document, after [`reserve_chunk`](Self::reserve_chunk).
    pub fn push_chunk(&mut self, chunk: Arc<Chunk>, words: u64) {
        self.count += 1;
        self.words += words;
        self.bytes += chunk.text().len();
        self.stored += chunk.text().len();
        self.chunks.push(chunk);
    }

    /// Adds a document without its text, and frees the texts of all documents before it.
    pub fn push_without_text(&mut self, bytes: usize, words: u64) {
        self.free_before(self.count);
        self.count += 1;
        self.words += words;
        self.bytes += bytes;
    }

    /// Frees the texts of chunks whose documents are all before number `first`.
    pub fn free_before(&mut self, first: usize) {
        let mut before = self.count - self.chunks.iter().map(|chunk| chunk.len()).sum::<usize>();
        while let Some(chunk) = self.chunks.first().filter(|chunk| before + chunk.len() <= first) {
            before += chunk.len();
            self.stored -= chunk.text().len();
            self.chunks.remove(0);
        }
    }

    /// Returns the chunks that hold document number `first` and those after it, and the place of this document in the
    /// first chunk.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn since(&self, first: usize) -> Result<(Vec<Arc<Chunk>>, usize)> {
        let mut before = self.count;
        let mut from = self.chunks.len();
        while before > first {
            from -= 1;
            before -= self.chunks[from].len();
        }
        let mut chunks = list_for(self.chunks.len() - from)?;
        chunks.extend_from_slice(&self.chunks[from..]);
        Ok((chunks, first.saturating_sub(before)))
    }

    /// Returns the same chunks, without the last one if documents can still be added to it.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn closed_since(&self, first: usize) -> Result<(Vec<Arc<Chunk>>, usize)> {
        let (mut chunks, skipped) = self.since(first)?;
        chunks.pop_if(|last| last.has_room_for(1));
        Ok((chunks, skipped))
    }

    /// Returns whether one of the documents is exactly this text.
    pub fn contains(chunks: &[Arc<Chunk>], text: &[u8]) -> bool {
        chunks.iter().any(|chunk| (0..chunk.len()).any(|at| &chunk.text()[chunk.range(at)] == text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokenizer::Tokenization;
    use proptest::prelude::*;

    fn texts(documents: &Documents, first: usize) -> Vec<String> {
        let (chunks, skipped) = documents.since(first).unwrap();
        let all = chunks.iter().flat_map(|chunk| {
            (0..chunk.len()).map(|at| String::from_utf8(chunk.text()[chunk.range(at)].to_vec()).unwrap())
        });
        all.skip(skipped).collect()
    }

    #[test]
    fn a_chunk_that_has_a_reader_does_not_change() {
        let mut documents = Documents::default();
        documents.push(&Checked::new(b"first").unwrap()).unwrap();
        let (reading, _) = documents.since(0).unwrap();
        documents.push(&Checked::new(b"second").unwrap()).unwrap();
        assert_eq!(reading[0].text(), b"first");
        assert_eq!(texts(&documents, 0), ["first", "second"]);
    }

    proptest! {
        #[test]
        fn parts_are_checked_as_single_documents_are(
            text in "[ab ,é\u{3000}]{0,200}",
            policy in prop::sample::select(vec![Blank::Refused, Blank::Skipped, Blank::Kept]),
        ) {
            let (parts, blank) = Parts::new(&text, parts(text.as_bytes(), b','), policy).unwrap();
            let single: Vec<_> = text.split(',').map(|part| Checked::with(part.as_bytes(), policy)).collect();
            let first = single.iter().position(Result::is_err);
            prop_assert_eq!(blank, if policy == Blank::Refused { first } else { None });
            let good: Vec<_> = single[..blank.unwrap_or(single.len())].iter().flatten().collect();
            prop_assert_eq!(parts.words(), good.iter().map(|document| document.words()).sum::<u64>());
            let mut documents = Documents::default();
            documents.push_parts(&parts).unwrap();
            prop_assert_eq!(documents.words(), parts.words());
            prop_assert_eq!(texts(&documents, 0), good.iter().map(|document| document.text()).collect::<Vec<_>>());
            let words: Vec<u64> = documents.since(0).unwrap().0.iter().flat_map(|chunk| chunk.words(&Tokenization::Whitespace).unwrap()).collect();
            prop_assert_eq!(words, good.iter().map(|document| document.words()).collect::<Vec<_>>());
        }

        #[test]
        fn documents_are_returned_as_they_were_added(
            lengths in prop::collection::vec(prop_oneof![1..100_usize, 3000..9000_usize], 0..50),
            first in 0..60_usize,
        ) {
            let mut documents = Documents::default();
            let expected: Vec<String> = lengths.iter().map(|length| "é".repeat(*length)).collect();
            let checked: Vec<_> = expected.iter().map(|text| Checked::new(text.as_bytes()).unwrap()).collect();
            for document in &checked {
                prop_assert_eq!(documents.push(document), Ok(()));
            }
            prop_assert_eq!(documents.len(), expected.len());
            prop_assert_eq!(documents.bytes(), expected.iter().map(String::len).sum::<usize>());
            prop_assert_eq!(texts(&documents, first), &expected[first.min(expected.len())..]);
            documents.free_before(first);
            prop_assert_eq!(texts(&documents, first), &expected[first.min(expected.len())..]);
            documents.push_without_text(10, 2);
            documents.push(&Checked::new(b"more").unwrap()).unwrap();
            prop_assert_eq!((documents.stored(), documents.len()), (4, expected.len() + 2));
            prop_assert_eq!(texts(&documents, expected.len() + 1), ["more"]);
        }
    }
}
