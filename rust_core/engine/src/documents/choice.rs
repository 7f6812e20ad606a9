//! Chosen documents. They share the chunks of the documents from which they were chosen, until their text is read.

use std::ops::Range;
use std::sync::Arc;

use crate::checkpoint::Steps;
use crate::documents::chunk::Chunk;
use crate::error::Result;
use crate::memory::{list_for, reserve};
use crate::whitespace::count_words;

/// The largest capacity of a chunk, except for a chunk of one larger document.
pub const MAX_CHUNK_BYTES: usize = if cfg!(any(test, fuzzing)) { 16 << 10 } else { 4 << 20 };

/// Copying this many bytes takes about as long as a unit of work.
const BYTES_PER_UNIT: usize = 16;

/// Some of the documents, in order.
#[derive(Debug, Clone)]
pub enum Segment {
    /// All documents of a chunk.
    Chunk(Arc<Chunk>),
    /// Documents whose text is not copied yet.
    Choice(Arc<Choice>),
}

impl Segment {
    /// Returns the number of documents.
    pub fn len(&self) -> usize {
        match self {
            Self::Chunk(chunk) => chunk.len(),
            Self::Choice(choice) => choice.len,
        }
    }

    /// Returns the length of the texts in bytes.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Chunk(chunk) => chunk.text().len(),
            Self::Choice(choice) => choice.bytes,
        }
    }

    fn chunks(&self) -> &[Arc<Chunk>] {
        match self {
            Self::Chunk(chunk) => std::slice::from_ref(chunk),
            Self::Choice(choice) => &choice.chunks,
        }
    }
}

/// Documents of some chunks in any order. A document may be there more than once.
#[derive(Debug, Default)]
pub struct Choice {
    chunks: Vec<Arc<Chunk>>,
    pieces: Vec<Piece>,
    len: usize,
    bytes: usize,
}

/// Consecutive documents of one chunk.
#[derive(Debug, Clone, Copy)]
struct Piece {
    chunk: usize,
    /// The number of the first document in its chunk.
    first: usize,
    /// The number of chosen documents before this piece.
    before: usize,
}

impl Choice {
    /// Returns the number of documents.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Returns whether there is no document.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the length of the texts in bytes.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Returns whether more than half of the text in the chunks belongs to other documents.
    pub(super) fn is_sparse(&self) -> bool {
        self.bytes < self.chunks.iter().map(|chunk| chunk.text().len()).sum::<usize>() / 2
    }

    /// Returns the chunk and the documents of each piece.
    fn pieces(&self) -> impl Iterator<Item = (&Arc<Chunk>, Range<usize>)> {
        let ends = self.pieces.iter().skip(1).map(|piece| piece.before).chain([self.len]);
        self.pieces
            .iter()
            .zip(ends)
            .map(|(piece, end)| (&self.chunks[piece.chunk], piece.first..piece.first + (end - piece.before)))
    }

    /// Returns the number of the piece with this document. `near` is the number of a piece near it.
    fn piece_of(&self, document: usize, near: usize) -> usize {
        let has = |piece: usize| {
            self.pieces.get(piece).is_some_and(|piece| piece.before <= document)
                && self.pieces.get(piece + 1).is_none_or(|next| document < next.before)
        };
        match near {
            near if has(near) => near,
            near if has(near + 1) => near + 1,
            _ => self.pieces.partition_point(|piece| piece.before <= document) - 1,
        }
    }

    /// Counts the words between whitespace.
    pub(super) fn words(&self) -> u64 {
        let words = |(chunk, documents): (&Arc<Chunk>, Range<usize>)| {
            documents.map(|document| count_words(&chunk.text()[chunk.range(document)])).sum::<u64>()
        };
        self.pieces().map(words).sum()
    }

    /// Returns chunks of exactly these documents. Chunks with all their documents in a row stay shared; others are copied.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped),
    /// [`InvalidFile`](crate::Error::InvalidFile).
    pub fn pack(&self, steps: &mut Steps) -> Result<Vec<Arc<Chunk>>> {
        let (mut packed, mut open, mut rest): (Vec<Arc<Chunk>>, Option<Chunk>, usize) = (Vec::new(), None, self.bytes);
        for (chunk, documents) in self.pieces() {
            let bytes = chunk.bytes_of(documents.clone()).len();
            steps.did(documents.len() + bytes / BYTES_PER_UNIT)?;
            reserve(&mut packed, 2)?;
            if documents.len() == chunk.len() {
                packed.extend(open.take().map(Arc::new));
                packed.push(Arc::clone(chunk));
            } else {
                chunk.check()?;
                if !open.as_ref().is_some_and(|open| open.has_room_for(bytes)) {
                    let new = Chunk::with_room_for(rest.min(MAX_CHUNK_BYTES).max(bytes))?;
                    packed.extend(open.replace(new).map(Arc::new));
                }
                open.as_mut().expect("a chunk is open").push_from(chunk, documents)?;
            }
            rest -= bytes;
        }
        reserve(&mut packed, 1)?;
        packed.extend(open.map(Arc::new));
        Ok(packed)
    }
}

/// Chooses documents, on one thread.
pub struct Chooser<'s> {
    places: Places<'s>,
    /// The number of each chunk of the segments in the choice, if it is there.
    own: Vec<Option<usize>>,
    /// The place of the document after the last one.
    next: Option<(usize, usize)>,
    choice: Choice,
}

impl<'s> Chooser<'s> {
    /// Returns a chooser of at most `most` documents of these segments.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn of(segments: &'s [Segment], most: usize) -> Result<Self> {
        let places = Places::of(segments)?;
        let mut own = list_for(places.chunks.len())?;
        own.resize(places.chunks.len(), None);
        // A list that grows would be copied many times. The system provides only the memory that is written.
        let choice = Choice { pieces: list_for(most)?, ..Choice::default() };
        Ok(Self { places, own, next: None, choice })
    }

    /// Chooses consecutive documents.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    ///
    /// # Panics
    /// Panics if there is no document with one of these numbers.
    pub fn choose(&mut self, mut span: Range<usize>) -> Result<()> {
        let Self { places, own, next, choice } = self;
        while !span.is_empty() {
            let (source, documents) = places.find(span.clone());
            if *next != Some((source, documents.start)) {
                let chunk = match own[source] {
                    Some(chunk) => chunk,
                    None => {
                        reserve(&mut choice.chunks, 1)?;
                        choice.chunks.push(Arc::clone(places.chunks[source].0));
                        *own[source].insert(choice.chunks.len() - 1)
                    }
                };
                choice.pieces.push(Piece { chunk, first: documents.start, before: choice.len });
            }
            *next = Some((source, documents.end));
            choice.len += documents.len();
            let offsets = places.chunks[source].1;
            choice.bytes +=
                usize::try_from(offsets[documents.end] - offsets[documents.start]).expect("offsets are lengths");
            span.start += documents.len();
        }
        Ok(())
    }

    /// Returns the chosen documents.
    pub fn finish(mut self) -> Choice {
        self.choice.pieces.shrink_to_fit();
        self.choice
    }
}

/// Finds documents in segments.
struct Places<'s> {
    segments: &'s [Segment],
    /// The number of documents before each segment, and then that of all documents.
    starts: Vec<usize>,
    /// The chunks of all segments, with the offsets of their documents.
    chunks: Vec<(&'s Arc<Chunk>, &'s [i64])>,
    /// The place of the first chunk of each segment in `chunks`.
    first_chunks: Vec<usize>,
    /// The segment and the piece of the last document that was found.
    segment: usize,
    piece: usize,
}

impl<'s> Places<'s> {
    fn of(segments: &'s [Segment]) -> Result<Self> {
        let (mut starts, mut first_chunks) = (list_for(segments.len() + 1)?, list_for(segments.len())?);
        let mut chunks = list_for(segments.iter().map(|segment| segment.chunks().len()).sum())?;
        starts.push(0);
        for segment in segments {
            starts.push(starts[starts.len() - 1] + segment.len());
            first_chunks.push(chunks.len());
            chunks.extend(segment.chunks().iter().map(|chunk| (chunk, chunk.offsets())));
        }
        Ok(Self { segments, starts, chunks, first_chunks, segment: 0, piece: 0 })
    }

    /// Finds the first of these documents, and those that follow it in the same chunk. Returns the place of the chunk in
    /// `chunks`, and the numbers of these documents in the chunk.
    fn find(&mut self, span: Range<usize>) -> (usize, Range<usize>) {
        let has = |segment: usize| (self.starts[segment]..self.starts[segment + 1]).contains(&span.start);
        if !has(self.segment) {
            // Some segments may have no documents.
            self.segment = self.starts.partition_point(|start| *start <= span.start) - 1;
        }
        let (chunk, before) = (self.first_chunks[self.segment], self.starts[self.segment]);
        let (number, end) = (span.start - before, span.end.min(self.starts[self.segment + 1]) - before);
        match &self.segments[self.segment] {
            Segment::Chunk(_) => (chunk, number..end),
            Segment::Choice(choice) => {
                self.piece = choice.piece_of(number, self.piece);
                let piece = choice.pieces[self.piece];
                let end = choice.pieces.get(self.piece + 1).map_or(end, |next| next.before.min(end));
                let first = piece.first + (number - piece.before);
                (chunk + piece.chunk, first..first + (end - number))
            }
        }
    }
}
