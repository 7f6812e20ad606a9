//! The documents of an analyzer: their text, one behind the other.

use std::ops::Range;
use std::sync::Arc;

use memchr::{memchr, memchr_iter, memrchr};

use crate::analyzer::draft::Draft;
use crate::error::{Error, Result};
use crate::memory::{Buffer, list_for, reserve};
use crate::tokenizer::Tokenization;
use crate::utf8;
use crate::whitespace::{Whitespace, count_words};

/// Room of the first chunk; each further one has room for as much again as there is, up to [`MAX_CHUNK`].
const MIN_CHUNK: usize = 4 << 10;
/// Beyond this, a chunk is made only for a document that is larger.
const MAX_CHUNK: usize = if cfg!(any(test, fuzzing)) { 16 << 10 } else { 4 << 20 };
/// Text that is checked and copied at once, while it is in the nearer caches.
pub const PIECE: usize = if cfg!(any(test, fuzzing)) { 64 } else { 256 << 10 };

/// What to do with a text without a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blank {
    /// It is an error: [`Error::NoWords`].
    Refused,
    /// It is skipped.
    Skipped,
    /// It becomes a document without words.
    Kept,
}

/// A document that passed the checks: it is UTF-8, and has a word unless blank ones are kept.
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
        Self::with(text, Blank::Refused)
    }

    /// Checks a text, which may be blank if such texts are kept.
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

    /// The text of the document.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// The number of words in the document.
    pub fn words(&self) -> u64 {
        self.words
    }
}

/// Documents that were found good, and lie in a text with separators between them.
#[derive(Debug)]
pub struct Parts<'t> {
    text: &'t str,
    ranges: Vec<Range<usize>>,
    words: u64,
}

impl<'t> Parts<'t> {
    /// Checks the parts of a text between separators, which are a byte of ASCII. If blank parts are errors, it stops at
    /// the first one and also returns its number.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn new(text: &'t str, separator: u8, blank: Blank) -> Result<(Self, Option<usize>)> {
        debug_assert!(separator.is_ascii());
        let bytes = text.as_bytes();
        let mut whitespace = Whitespace::default();
        whitespace.scan(bytes)?;
        let mut ranges = list_for(number_of_parts(bytes, separator))?;
        for (number, part) in parts(bytes, separator).enumerate() {
            let (start, end) = (part.start, part.end);
            if blank == Blank::Kept || whitespace.holds_word(part.clone()) {
                ranges.push(part);
            } else if blank == Blank::Refused {
                return Ok((Self { text, words: whitespace.count(0..start), ranges }, Some(number)));
            }
            if end < bytes.len() {
                whitespace.set(end);
            }
        }
        Ok((Self { text, words: whitespace.count(0..bytes.len()), ranges }, None))
    }

    /// The number of documents.
    pub fn len(&self) -> usize {
        self.ranges.len()
    }

    /// Whether there is no document.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }
}

/// The number of parts of a text between separators.
pub fn number_of_parts(text: &[u8], separator: u8) -> usize {
    memchr_iter(separator, text).count() + 1
}

/// The parts of a text between separators.
pub fn parts(text: &[u8], separator: u8) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    memchr_iter(separator, text).chain([text.len()]).map(move |end| {
        let part = start..end;
        start = end + 1;
        part
    })
}

/// Cuts a text at separators into pieces of about `length` bytes; the separators between them are left out.
pub fn pieces(text: &[u8], separator: u8, length: usize) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let near = &text[..text.len().min(length)];
        let cut = if near.len() == text.len() {
            None
        } else {
            memrchr(separator, near).or_else(|| Some(length + memchr(separator, &text[length..])?))
        };
        rest = cut.map(|cut| &text[cut + 1..]);
        Some(&text[..cut.unwrap_or(text.len())])
    })
}

/// Consecutive documents whose text lies together.
#[derive(Debug)]
pub struct Chunk {
    text: Buffer<u8>,
    /// Where each document begins, and behind them where the last one ends.
    offsets: Vec<i64>,
}

impl Chunk {
    fn with_room_for(bytes: usize) -> Result<Self> {
        Ok(Self { text: Buffer::with_room_for(bytes)?, offsets: vec![0] })
    }

    /// A chunk of one document, which a draft has become.
    pub fn of(draft: Draft) -> Self {
        let text = draft.into_text();
        let end = i64::try_from(text.len()).expect("no text is longer than that");
        Self { text, offsets: vec![0, end] }
    }

    fn has_room_for(&self, bytes: usize) -> bool {
        self.text.capacity() - self.text.len() >= bytes
    }

    /// Appends documents for whose text there is room.
    fn push_all<'t>(&mut self, documents: impl ExactSizeIterator<Item = &'t str>) -> Result<()> {
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
    /// [`Error::OutOfMemory`].
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
    /// [`Error::OutOfMemory`]; nothing was added then.
    pub fn push(&mut self, document: &Checked) -> Result<()> {
        self.push_all(document.text.len(), std::iter::once(document.text), document.words)
    }

    /// Adds documents; with this, all of them or none.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`]; nothing was added then.
    pub fn push_parts(&mut self, parts: &Parts) -> Result<()> {
        let texts = parts.ranges.iter().map(|range| &parts.text[range.clone()]);
        self.push_all(parts.text.len(), texts, parts.words)
    }

    fn push_all<'t>(
        &mut self,
        most: usize,
        documents: impl ExactSizeIterator<Item = &'t str>,
        words: u64,
    ) -> Result<()> {
        let number = documents.len();
        let chunk = self.open_chunk(most)?;
        let before = chunk.text.len();
        chunk.push_all(documents)?;
        let bytes = chunk.text.len() - before;
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
    /// [`Error::OutOfMemory`].
    pub fn reserve_chunk(&mut self) -> Result<()> {
        reserve(&mut self.chunks, 1)
    }

    /// Adds a chunk of one document with so many words. There is room for it.
    pub fn push_chunk(&mut self, chunk: Arc<Chunk>, words: u64) {
        self.count += 1;
        self.words += words;
        self.bytes += chunk.text.len();
        self.held += chunk.text.len();
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
            self.held -= chunk.text.len();
            self.chunks.remove(0);
        }
    }

    /// The chunks that hold document number `first` and those after it, and its place in the first of these chunks.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
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
    /// [`Error::OutOfMemory`].
    pub fn closed_since(&self, first: usize) -> Result<(Vec<Arc<Chunk>>, usize)> {
        let (mut chunks, skipped) = self.since(first)?;
        chunks.pop_if(|last| last.has_room_for(1));
        Ok((chunks, skipped))
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
        let (chunks, skipped) = documents.since(first).unwrap();
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
        assert_eq!(Checked::with(b" \n", Blank::Kept).unwrap().words(), 0);
        assert_eq!(Checked::with(b" \xFF", Blank::Kept).unwrap_err(), Error::InvalidUtf8 { offset: 1 });
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
            prop_assert_eq!(parts.words, good.iter().map(|document| document.words).sum::<u64>());
            let mut documents = Documents::default();
            documents.push_parts(&parts).unwrap();
            prop_assert_eq!(documents.words(), parts.words);
            prop_assert_eq!(texts(&documents, 0), good.iter().map(|document| document.text).collect::<Vec<_>>());
            let words: Vec<u64> = documents.since(0).unwrap().0.iter().flat_map(|chunk| chunk.words(&Tokenization::Whitespace).unwrap()).collect();
            prop_assert_eq!(words, good.iter().map(|document| document.words).collect::<Vec<_>>());
        }

        #[test]
        fn pieces_are_the_text_without_the_separators_between_them(text in "[ab,]{0,400}") {
            let pieces: Vec<_> = pieces(text.as_bytes(), b',', 64).collect();
            prop_assert_eq!(pieces.join(&b','), text.as_bytes());
            let parts = pieces.iter().map(|piece| number_of_parts(piece, b',')).sum::<usize>();
            prop_assert_eq!(parts, number_of_parts(text.as_bytes(), b','));
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
