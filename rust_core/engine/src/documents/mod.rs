//! The documents of an analyzer: their text, one behind the other.

mod chunk;
mod document;
mod separated;

pub use chunk::Chunk;
pub use document::{Blank, Checked};
pub use separated::{PIECE, Parts, number_of_parts, parts, pieces};

use std::sync::Arc;

use crate::error::Result;
use crate::memory::{list_for, reserve};

/// Room of the first chunk; each further one has room for as much again as there is, up to [`MAX_CHUNK`].
const MIN_CHUNK: usize = 4 << 10;
/// Beyond this, a chunk is made only for a document that is larger.
const MAX_CHUNK: usize = if cfg!(any(test, fuzzing)) { 16 << 10 } else { 4 << 20 };

/// Documents in the order of their adding.
///
/// Chunks are shared with those who read them: nobody waits for a reader, and a chunk that is being read is not added to.
#[derive(Debug, Default)]
pub struct Documents {
    chunks: Vec<Arc<Chunk>>,
    count: usize,
    words: u64,
    bytes: usize,
    /// Bytes of the texts in the chunks.
    held: usize,
}

impl Documents {
    /// The number of documents.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is no document.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The number of words in all documents.
    pub fn words(&self) -> u64 {
        self.words
    }

    /// The length of all texts.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The length of the texts that are in memory: all, where none were forgotten.
    pub fn held(&self) -> usize {
        self.held
    }

    /// Bytes of memory that grow with what is added: the texts, and where each document ends.
    pub fn memory(&self) -> usize {
        self.held + self.chunks.iter().map(|chunk| size_of_val(chunk.offsets())).sum::<usize>()
    }

    /// Adds a document.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); nothing was added then.
    pub fn push(&mut self, document: &Checked) -> Result<()> {
        self.push_all(document.text().len(), std::iter::once(document.text()), document.words())
    }

    /// Adds documents; with this, all of them or none.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); nothing was added then.
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
        self.held += bytes;
        self.words += words;
        Ok(())
    }

    /// The last chunk, or a new one where that has too little room or is being read.
    fn open_chunk(&mut self, bytes: usize) -> Result<&mut Chunk> {
        let is_open = self.chunks.last_mut().and_then(Arc::get_mut).is_some_and(|chunk| chunk.has_room_for(bytes));
        if !is_open {
            let chunk = Chunk::with_room_for(self.bytes.clamp(MIN_CHUNK, MAX_CHUNK).max(bytes))?;
            reserve(&mut self.chunks, 1)?;
            self.chunks.push(Arc::new(chunk));
        }
        Ok(self.chunks.last_mut().and_then(Arc::get_mut).expect("the last chunk is open"))
    }

    /// Makes room to [`push_chunk`](Self::push_chunk) once.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn reserve_chunk(&mut self) -> Result<()> {
        reserve(&mut self.chunks, 1)
    }

    /// Adds a chunk of one document with so many words. There is room for it.
    pub fn push_chunk(&mut self, chunk: Arc<Chunk>, words: u64) {
        self.count += 1;
        self.words += words;
        self.bytes += chunk.text().len();
        self.held += chunk.text().len();
        self.chunks.push(chunk);
    }

    /// Counts a document whose text is not wanted, and forgets all before it.
    pub fn push_forgotten(&mut self, bytes: usize, words: u64) {
        self.forget_before(self.count);
        self.count += 1;
        self.words += words;
        self.bytes += bytes;
    }

    /// Forgets the texts of chunks that hold only documents before number `first`.
    pub fn forget_before(&mut self, first: usize) {
        let mut behind = self.count - self.chunks.iter().map(|chunk| chunk.len()).sum::<usize>();
        while let Some(chunk) = self.chunks.first().filter(|chunk| behind + chunk.len() <= first) {
            behind += chunk.len();
            self.held -= chunk.text().len();
            self.chunks.remove(0);
        }
    }

    /// The chunks that hold document number `first` and those after it, and its place in the first of these chunks.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn since(&self, first: usize) -> Result<(Vec<Arc<Chunk>>, usize)> {
        let mut behind = self.count;
        let mut from = self.chunks.len();
        while behind > first {
            from -= 1;
            behind -= self.chunks[from].len();
        }
        let mut chunks = list_for(self.chunks.len() - from)?;
        chunks.extend_from_slice(&self.chunks[from..]);
        Ok((chunks, first.saturating_sub(behind)))
    }

    /// The same, without the chunk that may still be added to.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn closed_since(&self, first: usize) -> Result<(Vec<Arc<Chunk>>, usize)> {
        let (mut chunks, skipped) = self.since(first)?;
        chunks.pop_if(|last| last.has_room_for(1));
        Ok((chunks, skipped))
    }

    /// Whether one of the documents is exactly this text.
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
    fn a_chunk_that_is_being_read_does_not_change() {
        let mut documents = Documents::default();
        documents.push(&Checked::new(b"first").unwrap()).unwrap();
        let (reading, _) = documents.since(0).unwrap();
        documents.push(&Checked::new(b"second").unwrap()).unwrap();
        assert_eq!(reading[0].text(), b"first");
        assert_eq!(texts(&documents, 0), ["first", "second"]);
    }

    proptest! {
        #[test]
        fn parts_are_checked_as_if_they_stood_alone(
            text in "[ab ,é\u{3000}]{0,200}",
            policy in prop::sample::select(vec![Blank::Refused, Blank::Skipped, Blank::Kept]),
        ) {
            let (parts, blank) = Parts::new(&text, b',', policy).unwrap();
            let alone: Vec<_> = text.split(',').map(|part| Checked::with(part.as_bytes(), policy)).collect();
            let first = alone.iter().position(Result::is_err);
            prop_assert_eq!(blank, if policy == Blank::Refused { first } else { None });
            let good: Vec<_> = alone[..blank.unwrap_or(alone.len())].iter().flatten().collect();
            prop_assert_eq!(parts.words(), good.iter().map(|document| document.words()).sum::<u64>());
            let mut documents = Documents::default();
            documents.push_parts(&parts).unwrap();
            prop_assert_eq!(documents.words(), parts.words());
            prop_assert_eq!(texts(&documents, 0), good.iter().map(|document| document.text()).collect::<Vec<_>>());
            let words: Vec<u64> = documents.since(0).unwrap().0.iter().flat_map(|chunk| chunk.words(&Tokenization::Whitespace).unwrap()).collect();
            prop_assert_eq!(words, good.iter().map(|document| document.words()).collect::<Vec<_>>());
        }

        #[test]
        fn documents_come_back_as_they_went_in(
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
            documents.forget_before(first);
            prop_assert_eq!(texts(&documents, first), &expected[first.min(expected.len())..]);
            documents.push_forgotten(10, 2);
            documents.push(&Checked::new(b"more").unwrap()).unwrap();
            prop_assert_eq!((documents.held(), documents.len()), (4, expected.len() + 2));
            prop_assert_eq!(texts(&documents, expected.len() + 1), ["more"]);
        }
    }
}
