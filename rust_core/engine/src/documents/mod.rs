//! The documents of an analyzer: their text.
//!
//! `document` is a document that was checked, `separated` has the documents of one text with separators, `chunk` holds
//! the text of consecutive documents, and `choice` is a list of documents in chunks. `spans` finds consecutive documents
//! among chosen ones.

mod choice;
mod chunk;
mod document;
mod separated;
mod spans;

pub use choice::Choice;
pub use chunk::Chunk;
pub use document::{Blank, Checked};
pub use separated::{PIECE_BYTES, Parts, number_of_parts, parts, pieces};
pub use spans::each_span;

use std::sync::Arc;

use crate::checkpoint::{Steps, UNITS_PER_LOOK};
use crate::error::Result;
use crate::memory::{list_for, reserve};
use choice::{Chooser, MAX_CHUNK_BYTES, Segment};

/// The capacity of the first chunk. Each further chunk has room for as much text as all chunks before it, up to
/// [`MAX_CHUNK_BYTES`].
const MIN_CHUNK_BYTES: usize = 4 << 10;
/// For fewer documents, it takes longer to start a thread than to choose them.
const MIN_DOCUMENTS_FOR_THREAD: usize = if cfg!(test) { 7 } else { 1 << 14 };

/// Documents in the order in which they were added.
///
/// Readers share the chunks: adding does not wait for readers, and does not change a chunk that has readers.
#[derive(Debug, Default)]
pub struct Documents {
    segments: Vec<Segment>,
    count: usize,
    words: u64,
    bytes: usize,
    /// The length of the texts in the segments, in bytes.
    stored: usize,
}

impl Documents {
    /// Returns documents that were saved. Without chunks, their texts were freed.
    pub fn of_saved(chunks: Vec<Arc<Chunk>>, count: usize, words: u64, bytes: usize) -> Self {
        let stored = chunks.iter().map(|chunk| chunk.text().len()).sum();
        let segments = chunks.into_iter().map(Segment::Chunk).collect();
        Self { segments, count, words, bytes, stored }
    }

    /// Returns the number of documents.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Returns whether there is no document.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Returns the number of words in all documents. For chosen documents, it is the number that
    /// [`push_choices`](Self::push_choices) got.
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
        let offsets = |segment: &Segment| match segment {
            Segment::Chunk(chunk) => size_of_val(chunk.offsets()),
            Segment::Choice(_) => 0,
        };
        self.stored + self.segments.iter().map(offsets).sum::<usize>()
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

    /// Adds the texts that are documents. Removes the blank texts from the list if blank texts are skipped. Adds nothing and
    /// returns false if a text is not UTF-8, or if one is blank and blank texts are refused.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); nothing was added.
    pub fn push_texts(&mut self, texts: &mut Vec<&[u8]>, blank: Blank) -> Result<bool> {
        let chunk = self.open_chunk(texts.iter().map(|text| text.len()).sum())?;
        let before = chunk.text().len();
        let Some(words) = chunk.push_texts(texts, blank)? else { return Ok(false) };
        let bytes = chunk.text().len() - before;
        self.count(texts.len(), bytes, words);
        Ok(true)
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
        self.count(number, bytes, words);
        Ok(())
    }

    /// Counts documents that were stored.
    fn count(&mut self, documents: usize, bytes: usize, words: u64) {
        self.count += documents;
        self.bytes += bytes;
        self.stored += bytes;
        self.words += words;
    }

    /// Returns the last chunk, or a new one if the last has readers or too little room.
    fn open_chunk(&mut self, bytes: usize) -> Result<&mut Chunk> {
        if !self.last_chunk().is_some_and(|chunk| chunk.has_room_for(bytes)) {
            let chunk = Chunk::with_room_for(self.bytes.clamp(MIN_CHUNK_BYTES, MAX_CHUNK_BYTES).max(bytes))?;
            self.reserve_segments(1)?;
            self.segments.push(Segment::Chunk(Arc::new(chunk)));
        }
        Ok(self.last_chunk().expect("the last chunk is open"))
    }

    /// Returns the last chunk if it has no readers.
    fn last_chunk(&mut self) -> Option<&mut Chunk> {
        match self.segments.last_mut() {
            Some(Segment::Chunk(chunk)) => Arc::get_mut(chunk),
            _ => None,
        }
    }

    /// Makes room for chunks and choices, `segments` in all.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn reserve_segments(&mut self, segments: usize) -> Result<()> {
        reserve(&mut self.segments, segments)
    }

    /// Adds a chunk of one document, after [`reserve_segments`](Self::reserve_segments).
    pub fn push_chunk(&mut self, chunk: Arc<Chunk>, words: u64) {
        self.push_segment(Segment::Chunk(chunk), words);
    }

    /// Adds chosen documents with this number of words in all, after [`reserve_segments`](Self::reserve_segments).
    pub fn push_choices(&mut self, choices: impl IntoIterator<Item = Choice>, words: u64) {
        for choice in choices.into_iter().filter(|choice| !choice.is_empty()) {
            self.push_segment(Segment::Choice(Arc::new(choice)), 0);
        }
        self.words += words;
    }

    fn push_segment(&mut self, segment: Segment, words: u64) {
        self.count(segment.len(), segment.bytes(), words);
        self.segments.push(segment);
    }

    /// Adds documents without their text, and frees the texts of all documents before them.
    pub fn push_without_text(&mut self, documents: usize, bytes: usize, words: u64) {
        self.free_before(self.count);
        self.count += documents;
        self.words += words;
        self.bytes += bytes;
    }

    /// Frees the texts of segments whose documents are all before number `first`.
    pub fn free_before(&mut self, first: usize) {
        let mut before = self.count - self.segments.iter().map(Segment::len).sum::<usize>();
        while let Some(segment) = self.segments.first().filter(|segment| before + segment.len() <= first) {
            before += segment.len();
            self.stored -= segment.bytes();
            self.segments.remove(0);
        }
    }

    /// Returns the same documents, which share their text with these.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn shared(&self) -> Result<Self> {
        let mut segments = list_for(self.segments.len())?;
        segments.extend_from_slice(&self.segments);
        Ok(Self { segments, ..*self })
    }

    /// Returns the first `count` documents, which share their text with these. All texts must be stored.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn first(&self, count: usize) -> Result<Self> {
        let mut first = Self::default();
        first.reserve_segments(self.segments.len())?;
        for segment in &self.segments {
            let rest = count - first.count;
            if segment.len() <= rest {
                first.push_segment(segment.clone(), 0);
                continue;
            }
            let mut part = Chooser::of(std::slice::from_ref(segment), rest)?;
            part.choose(0..rest)?;
            first.push_choices([part.finish()], 0);
            break;
        }
        Ok(first)
    }

    /// Returns these documents with this number of words in all.
    pub fn with_words(self, words: u64) -> Self {
        Self { words, ..self }
    }

    /// Adds other documents, which share their text with these, after a call of
    /// [`reserve_segments`](Self::reserve_segments) for all [segments](Self::segments) of the others.
    pub fn push_others(&mut self, others: Self) {
        self.words += others.words;
        others.segments.into_iter().for_each(|segment| self.push_segment(segment, 0));
    }

    /// Returns the number of parts that [`push_others`](Self::push_others) needs room for.
    pub fn segments(&self) -> usize {
        self.segments.len()
    }

    /// Chooses the documents with these numbers. Each thread makes one choice; the choices follow each other. All texts
    /// must be stored.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
    ///
    /// # Panics
    /// Panics if there is no document with one of the numbers.
    pub fn choose(&self, numbers: &[u64], threads: usize, steps: &mut Steps) -> Result<Vec<Choice>> {
        let each = numbers.len().div_ceil(threads).max(MIN_DOCUMENTS_FOR_THREAD);
        let mut states = list_for(numbers.len().div_ceil(each))?;
        for numbers in numbers.chunks(each) {
            states.push((Chooser::of(&self.segments, numbers.len())?, numbers.chunks(UNITS_PER_LOOK), Ok(())));
        }
        steps.run(&mut states, |(chooser, rest, result), steps| {
            while result.is_ok()
                && let Some(some) = rest.next()
            {
                *result = each_span(some, |span| chooser.choose(span));
                if steps.is_over() {
                    break;
                }
            }
            result.is_err() || rest.len() == 0
        })?;
        let mut choices = list_for(states.len())?;
        for (chooser, _, result) in states {
            result?;
            choices.push(chooser.finish());
        }
        Ok(choices)
    }

    /// Adds document number `first` of others, and those after it. All texts of the others must be stored.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); nothing was added.
    pub fn push_since(&mut self, others: &Self, first: usize) -> Result<()> {
        let mut more = Chooser::of(&others.segments, others.count - first)?;
        more.choose(first..others.count)?;
        let more = more.finish();
        self.reserve_segments(1)?;
        let words = more.words();
        self.push_choices([more], words);
        Ok(())
    }

    /// Returns a choice that has document number `first` or one after it, if there is one.
    pub fn unpacked_since(&self, first: usize) -> Option<Arc<Choice>> {
        let mut before = self.count;
        self.segments.iter().rev().find_map(|segment| {
            let is_since = before > first;
            before -= segment.len();
            match segment {
                Segment::Choice(choice) if is_since => Some(Arc::clone(choice)),
                _ => None,
            }
        })
    }

    /// Replaces a choice by the chunks that [`Choice::pack`] made of it. Does nothing if these documents do not have it.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); nothing has changed.
    pub fn replace_choice(&mut self, choice: &Arc<Choice>, chunks: Vec<Arc<Chunk>>) -> Result<()> {
        let is_it = |segment: &Segment| matches!(segment, Segment::Choice(own) if Arc::ptr_eq(own, choice));
        if let Some(at) = self.segments.iter().position(is_it) {
            reserve(&mut self.segments, chunks.len())?;
            self.segments.splice(at..=at, chunks.into_iter().map(Segment::Chunk));
        }
        Ok(())
    }

    /// Copies the texts of choices that use less than half of the text in their chunks, so that the rest can be freed.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
    pub fn pack_sparse(&mut self, steps: &mut Steps) -> Result<()> {
        let sparse = |segment: &Segment| match segment {
            Segment::Choice(choice) if choice.is_sparse() => Some(Arc::clone(choice)),
            _ => None,
        };
        while let Some(choice) = self.segments.iter().find_map(sparse) {
            self.replace_choice(&choice, choice.pack(steps)?)?;
        }
        Ok(())
    }

    /// Returns the chunks that hold document number `first` and those after it, and the place of this document in the
    /// first chunk. Packs choices in one step: call [`unpacked_since`](Self::unpacked_since) to pack them in several.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn since(&mut self, first: usize) -> Result<(Vec<Arc<Chunk>>, usize)> {
        while let Some(choice) = self.unpacked_since(first) {
            self.replace_choice(&choice, choice.pack(&mut Steps::one())?)?;
        }
        let mut before = self.count;
        let mut from = self.segments.len();
        while before > first {
            from -= 1;
            before -= self.segments[from].len();
        }
        let mut chunks = list_for(self.segments.len() - from)?;
        chunks.extend(self.segments[from..].iter().filter_map(|segment| match segment {
            Segment::Chunk(chunk) => Some(Arc::clone(chunk)),
            Segment::Choice(_) => None,
        }));
        Ok((chunks, first.saturating_sub(before)))
    }

    /// Returns the same chunks, without the last one if documents can still be added to it.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn closed_since(&mut self, first: usize) -> Result<(Vec<Arc<Chunk>>, usize)> {
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
mod tests;
