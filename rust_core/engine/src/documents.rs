//! The documents of an analyzer: their text, one behind the other.

use std::ops::Range;
use std::sync::Arc;

use memchr::memchr_iter;

use crate::draft::Draft;
use crate::error::{Error, Result};
use crate::tokenizer::{Tokenizer, count_words};

/// Room of the first chunk; each further one has room for as much again as there is, up to [`MAX_CHUNK`].
const MIN_CHUNK: usize = 4 << 10;
/// Beyond this, a chunk is made only for a document that is larger.
const MAX_CHUNK: usize = 4 << 20;

/// A document that was found good: UTF-8 with at least one word.
#[derive(Debug, Clone, Copy)]
pub struct Checked<'t> {
    text: &'t str,
    words: u64,
}

impl<'t> Checked<'t> {
    /// Checks a text.
    ///
    /// # Errors
    /// [`Error::InvalidUtf8`] with the offset of the first wrong byte; [`Error::NoWords`].
    pub fn new(text: &'t [u8]) -> Result<Self> {
        str::from_utf8(text).map_err(|error| Error::InvalidUtf8 { offset: error.valid_up_to() }).and_then(Self::of)
    }

    /// Checks a text that is known to be UTF-8.
    ///
    /// # Errors
    /// [`Error::NoWords`].
    pub fn of(text: &'t str) -> Result<Self> {
        Self::counted(text, count_words(text.as_bytes()))
    }

    fn counted(text: &'t str, words: u64) -> Result<Self> {
        if words == 0 { Err(Error::NoWords) } else { Ok(Self { text, words }) }
    }

    /// Checks the parts of a text between separators, which are a byte of ASCII. All are scanned at once.
    pub fn parts(text: &'t str, separator: u8) -> impl Iterator<Item = Result<Self>> {
        debug_assert!(separator.is_ascii());
        let mut tokenizer = Tokenizer::default();
        tokenizer.scan(text.as_bytes());
        let mut start = 0;
        memchr_iter(separator, text.as_bytes()).chain([text.len()]).map(move |end| {
            let part = start..end;
            start = end + 1;
            Self::counted(&text[part.clone()], tokenizer.count(part))
        })
    }

    /// The text of the document.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// The number of words in the document.
    pub fn words(&self) -> u64 {
        self.words
    }
}

/// The number of parts of a text between separators.
pub fn number_of_parts(text: &[u8], separator: u8) -> usize {
    memchr_iter(separator, text).count() + 1
}

/// Consecutive documents whose text lies together.
#[derive(Debug)]
pub struct Chunk {
    text: Vec<u8>,
    /// Where each document begins, and behind them where the last one ends.
    offsets: Vec<i64>,
    words: Vec<u64>,
}

impl Chunk {
    fn with_room_for(bytes: usize) -> Result<Self> {
        let mut text = Vec::new();
        text.try_reserve_exact(bytes).map_err(|_| Error::OutOfMemory { bytes })?;
        Ok(Self { text, offsets: vec![0], words: Vec::new() })
    }

    /// A chunk of one document, which a draft has become.
    pub fn of(draft: Draft) -> Self {
        let words = vec![draft.words()];
        let mut text = draft.into_text();
        text.shrink_to_fit();
        let end = i64::try_from(text.len()).expect("no text is longer than that");
        Self { text, offsets: vec![0, end], words }
    }

    fn has_room_for(&self, bytes: usize) -> bool {
        self.text.capacity() - self.text.len() >= bytes
    }

    fn push(&mut self, document: &Checked) -> Result<()> {
        let bytes = document.text.len();
        let refused = |_| Error::OutOfMemory { bytes };
        self.offsets.try_reserve(1).map_err(refused)?;
        self.words.try_reserve(1).map_err(refused)?;
        self.text.extend_from_slice(document.text.as_bytes());
        self.offsets.push(i64::try_from(self.text.len()).expect("no text is longer than that"));
        self.words.push(document.words);
        Ok(())
    }

    /// The number of documents.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there is no document.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The text of all documents.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// Where each document begins in [`text`](Self::text), and behind them where the last one ends.
    pub fn offsets(&self) -> &[i64] {
        &self.offsets
    }

    /// The number of words of each document.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// Where in [`text`](Self::text) a document lies.
    pub fn range(&self, document: usize) -> Range<usize> {
        let at = |document: usize| usize::try_from(self.offsets[document]).expect("offsets are lengths");
        at(document)..at(document + 1)
    }
}

/// Documents in the order of their adding.
///
/// Chunks are shared with those who read them: nobody waits for a reader, and a chunk that is being read is not added to.
#[derive(Debug, Default)]
pub struct Documents {
    chunks: Vec<Arc<Chunk>>,
    count: usize,
    words: u64,
    bytes: usize,
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

    /// Adds documents until there is no memory for one; the number of those that were added.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn push_all(&mut self, documents: &[Checked]) -> (usize, Result<()>) {
        let mut added = 0;
        while added < documents.len() {
            let chunk = match self.open_chunk(documents[added].text.len()) {
                Ok(chunk) => chunk,
                Err(error) => return (added, Err(error)),
            };
            let before = added;
            let (mut bytes, mut words) = (0, 0);
            let mut result = Ok(());
            while let Some(document) = documents.get(added).filter(|document| chunk.has_room_for(document.text.len())) {
                result = chunk.push(document);
                if result.is_err() {
                    break;
                }
                bytes += document.text.len();
                words += document.words;
                added += 1;
            }
            self.count += added - before;
            self.bytes += bytes;
            self.words += words;
            if result.is_err() {
                return (added, result);
            }
        }
        (added, Ok(()))
    }

    /// The last chunk, or a new one where that has too little room or is being read.
    fn open_chunk(&mut self, bytes: usize) -> Result<&mut Chunk> {
        let is_open = self.chunks.last_mut().and_then(Arc::get_mut).is_some_and(|chunk| chunk.has_room_for(bytes));
        if !is_open {
            let chunk = Chunk::with_room_for(self.bytes.clamp(MIN_CHUNK, MAX_CHUNK).max(bytes))?;
            self.chunks.try_reserve(1).map_err(|_| Error::OutOfMemory { bytes })?;
            self.chunks.push(Arc::new(chunk));
        }
        Ok(self.chunks.last_mut().and_then(Arc::get_mut).expect("the last chunk is open"))
    }

    /// Adds a chunk of one document.
    pub fn push_chunk(&mut self, chunk: Arc<Chunk>) {
        self.count += 1;
        self.words += chunk.words[0];
        self.bytes += chunk.text.len();
        self.chunks.push(chunk);
    }

    /// The chunks that hold document number `first` and those after it, and its place in the first of these chunks.
    pub fn since(&self, first: usize) -> (Vec<Arc<Chunk>>, usize) {
        let mut behind = self.count;
        let mut from = self.chunks.len();
        while behind > first {
            from -= 1;
            behind -= self.chunks[from].len();
        }
        (self.chunks[from..].to_vec(), first.saturating_sub(behind))
    }

    /// Whether one of the documents is exactly this text.
    pub fn contains(chunks: &[Arc<Chunk>], text: &[u8]) -> bool {
        chunks.iter().any(|chunk| (0..chunk.len()).any(|at| &chunk.text[chunk.range(at)] == text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(documents: &Documents, first: usize) -> Vec<String> {
        let (chunks, skipped) = documents.since(first);
        let all = chunks.iter().flat_map(|chunk| {
            (0..chunk.len()).map(|at| String::from_utf8(chunk.text()[chunk.range(at)].to_vec()).unwrap())
        });
        all.skip(skipped).collect()
    }

    #[test]
    fn what_is_wrong_with_a_document_is_said() {
        assert_eq!(Checked::new(b"").unwrap_err(), Error::NoWords);
        assert_eq!(Checked::new("\u{3000}\n".as_bytes()).unwrap_err(), Error::NoWords);
        assert_eq!(Checked::new(b"ab\xFFcd").unwrap_err(), Error::InvalidUtf8 { offset: 2 });
        assert_eq!(Checked::new(b"caf\xC3").unwrap_err(), Error::InvalidUtf8 { offset: 3 });
        assert_eq!(Checked::new(b" two words").unwrap().words(), 2);
    }

    #[test]
    fn a_chunk_that_is_being_read_does_not_change() {
        let mut documents = Documents::default();
        documents.push_all(&[Checked::new(b"first").unwrap()]).1.unwrap();
        let (reading, _) = documents.since(0);
        documents.push_all(&[Checked::new(b"second").unwrap()]).1.unwrap();
        assert_eq!(reading[0].text(), b"first");
        assert_eq!(texts(&documents, 0), ["first", "second"]);
    }

    proptest! {
        #[test]
        fn parts_are_checked_as_if_they_stood_alone(text in "[ab ,é\u{3000}]{0,200}") {
            let alone: Vec<_> = text.split(',').map(Checked::of).map(|part| part.map(|part| (part.text, part.words))).collect();
            let parts: Vec<_> = Checked::parts(&text, b',').map(|part| part.map(|part| (part.text, part.words))).collect();
            prop_assert_eq!(parts, alone);
        }

        #[test]
        fn documents_come_back_as_they_went_in(
            lengths in prop::collection::vec(prop_oneof![1..100_usize, 3000..9000_usize], 0..50),
            first in 0..60_usize,
        ) {
            let mut documents = Documents::default();
            let expected: Vec<String> = lengths.iter().map(|length| "é".repeat(*length)).collect();
            let checked: Vec<_> = expected.iter().map(|text| Checked::of(text).unwrap()).collect();
            for group in checked.chunks(7) {
                prop_assert_eq!(documents.push_all(group), (group.len(), Ok(())));
            }
            prop_assert_eq!(documents.len(), expected.len());
            prop_assert_eq!(documents.bytes(), expected.iter().map(String::len).sum::<usize>());
            prop_assert_eq!(texts(&documents, first), &expected[first.min(expected.len())..]);
        }
    }
}
