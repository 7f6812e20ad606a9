//! The type ids of all tokens in the order of the text.

use std::ops::Range;
use std::sync::Arc;

use crate::error::Result;
use crate::memory::{Buffer, HUGE_PAGE_BYTES, copied, list_for, reserve};

/// Type ids: ids below 65,536 fit into two bytes.
pub enum IdBuffer {
    /// Two bytes each.
    Narrow(Buffer<u16>),
    /// Four bytes each.
    Wide(Buffer<u32>),
}

impl IdBuffer {
    /// Returns an empty buffer with room for `ids` ids below `types`.
    fn with_room_for(ids: usize, types: usize) -> Result<Self> {
        Ok(if is_narrow(types) {
            Self::Narrow(Buffer::with_room_for(ids)?)
        } else {
            Self::Wide(Buffer::with_room_for(ids)?)
        })
    }

    /// Returns whether there is room for `ids` more ids below `types`.
    fn has_room_for(&self, ids: usize, types: usize) -> bool {
        match self {
            Self::Narrow(buffer) => is_narrow(types) && buffer.capacity() - buffer.len() >= ids,
            Self::Wide(buffer) => !is_narrow(types) && buffer.capacity() - buffer.len() >= ids,
        }
    }

    /// Appends ids, for which there must be room, and returns their place.
    fn write(&mut self, ids: &[u32]) -> Range<usize> {
        let start = match self {
            Self::Narrow(buffer) => {
                let start = buffer.len();
                for (place, id) in buffer.room().iter_mut().zip(ids) {
                    #[allow(clippy::cast_possible_truncation)] // There are at most 65,536 types.
                    let narrow = *id as u16;
                    *place = narrow;
                }
                buffer.take(ids.len());
                start
            }
            Self::Wide(buffer) => {
                let start = buffer.len();
                buffer.extend(ids);
                start
            }
        };
        start..start + ids.len()
    }
}

/// Whether the ids of this number of types fit into two bytes.
fn is_narrow(types: usize) -> bool {
    types <= 1 << u16::BITS
}

/// The tokens of one block among those that a thread has written.
#[derive(Clone)]
pub struct TokenRange {
    buffer: usize,
    range: Range<usize>,
}

/// The tokens that one thread writes. Several stores may share buffers, which then do not change.
#[derive(Default)]
pub struct TokenWriter {
    buffers: Vec<Arc<IdBuffer>>,
}

impl TokenWriter {
    /// Writes tokens with ids below `types`. With `more`, it takes a large buffer, because many more tokens follow.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); nothing was written.
    pub fn write(&mut self, tokens: &[u32], types: usize, more: bool) -> Result<TokenRange> {
        let open = self.buffers.last_mut().and_then(Arc::get_mut);
        if !open.is_some_and(|open| open.has_room_for(tokens.len(), types)) {
            let capacity = if more { tokens.len().max(HUGE_PAGE_BYTES / 2) } else { tokens.len() };
            reserve(&mut self.buffers, 1)?;
            self.buffers.push(Arc::new(IdBuffer::with_room_for(capacity, types)?));
        }
        let open = self.buffers.last_mut().and_then(Arc::get_mut).expect("no other store has this buffer");
        let range = open.write(tokens);
        Ok(TokenRange { buffer: self.buffers.len() - 1, range })
    }
}

/// The tokens of one block.
struct WrittenRun {
    writer: usize,
    range: TokenRange,
    /// The number of the list that has the type id in the index for each written id; None if the written ids are those
    /// of the index.
    index_ids: Option<usize>,
    lengths: Vec<u32>,
    continues: bool,
}

/// A part of tokens that were written elsewhere.
pub struct SavedRun {
    /// The place of the tokens in their buffer.
    pub range: Range<usize>,
    /// The number of tokens of each document.
    pub lengths: Vec<u32>,
    /// Whether the first document began in the run before.
    pub continues: bool,
}

/// The tokens of consecutive documents, which were written together.
#[derive(Clone, Copy)]
pub struct TokenRun<'t> {
    ids: &'t IdBuffer,
    index_ids: Option<&'t [u32]>,
    written: &'t WrittenRun,
}

impl<'t> TokenRun<'t> {
    /// Returns the number of tokens of each document, or of the part of it in this run.
    pub fn lengths(self) -> &'t [u32] {
        &self.written.lengths
    }

    /// Returns whether the first document began in the run before.
    pub fn continues(self) -> bool {
        self.written.continues
    }

    /// Returns the number of tokens.
    pub fn len(self) -> usize {
        self.written.range.range.len()
    }

    /// Returns whether there is no token.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Returns the type id of each token.
    pub fn ids(self) -> impl Iterator<Item = u32> + use<'t> {
        let Self { index_ids, written: WrittenRun { range, .. }, .. } = self;
        let (narrow, wide): (&[u16], &[u32]) = match self.ids {
            IdBuffer::Narrow(buffer) => (&buffer[range.range.clone()], &[]),
            IdBuffer::Wide(buffer) => (&[], &buffer[range.range.clone()]),
        };
        let ids = narrow.iter().map(|id| u32::from(*id)).chain(wide.iter().copied());
        ids.map(move |id| index_ids.map_or(id, |index_ids| index_ids[id as usize]))
    }

    /// Appends to `list`, which has room for them, the value of `of_type` for the type id of each token in some parts.
    #[inline]
    pub fn parts_to(self, parts: &[Range<usize>], list: &mut Vec<u32>, mut of_type: impl FnMut(u32) -> u32) {
        let range = self.written.range.range.clone();
        // One loop for each case, as below.
        match (self.ids, self.index_ids) {
            (IdBuffer::Narrow(buffer), None) => {
                each_part(&buffer[range], parts, |ids| list.extend(ids.iter().map(|id| of_type(u32::from(*id)))));
            }
            (IdBuffer::Wide(buffer), None) => {
                each_part(&buffer[range], parts, |ids| list.extend(ids.iter().map(|id| of_type(*id))));
            }
            (IdBuffer::Narrow(buffer), Some(of)) => {
                each_part(&buffer[range], parts, |ids| list.extend(ids.iter().map(|id| of_type(of[*id as usize]))));
            }
            (IdBuffer::Wide(buffer), Some(of)) => {
                each_part(&buffer[range], parts, |ids| list.extend(ids.iter().map(|id| of_type(of[*id as usize]))));
            }
        }
    }

    /// Appends to `list`, which has room for them, the value of `of_types` for the type of each token.
    pub fn map_to(self, of_types: &[u32], list: &mut Vec<u32>) {
        // One loop for each case, so that no loop has a branch.
        let range = self.written.range.range.clone();
        match (self.ids, self.index_ids) {
            (IdBuffer::Narrow(buffer), None) => list.extend(buffer[range].iter().map(|id| of_types[*id as usize])),
            (IdBuffer::Wide(buffer), None) => list.extend(buffer[range].iter().map(|id| of_types[*id as usize])),
            (IdBuffer::Narrow(buffer), Some(index_ids)) => {
                list.extend(buffer[range].iter().map(|id| of_types[index_ids[*id as usize] as usize]));
            }
            (IdBuffer::Wide(buffer), Some(index_ids)) => {
                list.extend(buffer[range].iter().map(|id| of_types[index_ids[*id as usize] as usize]));
            }
        }
    }
}

fn each_part<'b, T>(ids: &'b [T], parts: &[Range<usize>], mut take: impl FnMut(&'b [T])) {
    parts.iter().for_each(|part| take(&ids[part.clone()]));
}

/// The tokens of all documents.
#[derive(Default)]
pub struct TokenStore {
    writers: Vec<TokenWriter>,
    written: Vec<WrittenRun>,
}

impl TokenStore {
    /// Returns the writers, at least one for each of `threads` threads.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn writers(&mut self, threads: usize) -> Result<&mut [TokenWriter]> {
        let more = threads.saturating_sub(self.writers.len());
        reserve(&mut self.writers, more)?;
        self.writers.resize_with(self.writers.len() + more, TokenWriter::default);
        Ok(&mut self.writers)
    }

    /// Makes room for [`push`](Self::push) to be called `runs` times.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn reserve(&mut self, runs: usize) -> Result<()> {
        reserve(&mut self.written, runs)
    }

    /// Appends the tokens that a writer has written: documents of these lengths. `index_ids` is the number of the list in
    /// [`runs`](Self::runs) for their ids. With `continues`, the first document began in the run before. Call [`reserve`](Self::reserve) first.
    pub fn push(
        &mut self,
        writer: usize,
        range: TokenRange,
        index_ids: Option<usize>,
        lengths: Vec<u32>,
        continues: bool,
    ) {
        self.written.push(WrittenRun { writer, range, index_ids, lengths, continues });
    }

    /// Appends tokens that were written elsewhere, with the type ids of the index.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); nothing was appended.
    pub fn append_saved(&mut self, ids: IdBuffer, runs: Vec<SavedRun>) -> Result<()> {
        self.writers(1)?;
        self.reserve(runs.len())?;
        let buffers = &mut self.writers[0].buffers;
        reserve(buffers, 1)?;
        buffers.push(Arc::new(ids));
        let buffer = buffers.len() - 1;
        for SavedRun { range, lengths, continues } in runs {
            self.push(0, TokenRange { buffer, range }, None, lengths, continues);
        }
        Ok(())
    }

    /// Returns the same tokens, which share their memory with these.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn shared(&self) -> Result<Self> {
        let (mut writers, mut written) = (list_for(self.writers.len())?, list_for(self.written.len())?);
        for writer in &self.writers {
            let mut buffers = list_for(writer.buffers.len())?;
            buffers.extend_from_slice(&writer.buffers);
            writers.push(TokenWriter { buffers });
        }
        for run in &self.written {
            written.push(WrittenRun { lengths: copied(&run.lengths)?, range: run.range.clone(), ..*run });
        }
        Ok(Self { writers, written })
    }

    /// Makes room for one call of [`append`](Self::append).
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn reserve_for(&mut self, others: &Self) -> Result<()> {
        reserve(&mut self.writers, others.writers.len())?;
        reserve(&mut self.written, others.written.len())
    }

    /// Appends all tokens of another store, after [`reserve_for`](Self::reserve_for). The numbers of its lists of ids grow
    /// by `lists`; runs without a list get the list number `own`.
    pub fn append(&mut self, others: Self, lists: usize, own: usize) {
        let writers = self.writers.len();
        self.writers.extend(others.writers);
        self.written.extend(others.written.into_iter().map(|run| WrittenRun {
            writer: run.writer + writers,
            index_ids: Some(run.index_ids.map_or(own, |list| list + lists)),
            ..run
        }));
    }

    /// Returns all tokens in the order of the text. `index_ids` has lists of the type id in the index for each written
    /// id.
    pub fn runs<'t>(&'t self, index_ids: &'t [Vec<u32>]) -> impl ExactSizeIterator<Item = TokenRun<'t>> {
        self.written.iter().map(|written| {
            let ids = &self.writers[written.writer].buffers[written.range.buffer];
            TokenRun { ids, index_ids: written.index_ids.map(|number| &index_ids[number][..]), written }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn tokens_are_read_as_they_were_written(
            blocks in prop::collection::vec((prop::collection::vec(0..80_000_u32, 0..300), any::<bool>(), any::<bool>()), 0..10),
        ) {
            let (mut tokens, mut expected) = (TokenStore::default(), Vec::new());
            let index_ids: [Vec<u32>; 1] = [(0..80_000).map(|id| 80_000 - id).collect()];
            let mut places = Vec::new();
            for (block, is_narrow, more) in &blocks {
                let block: Vec<u32> = block.iter().map(|id| if *is_narrow { id % 65_536 } else { *id }).collect();
                let types = if *is_narrow { 65_536 } else { 80_000 };
                places.push(tokens.writers(2).unwrap()[places.len() % 2].write(&block, types, *more).unwrap());
                expected.push(block);
            }
            for (number, place) in places.into_iter().enumerate() {
                let is_mapped = number % 2 == 1;
                tokens.push(number % 2, place, is_mapped.then_some(0), Vec::new(), false);
                if is_mapped {
                    expected[number].iter_mut().for_each(|id| *id = 80_000 - *id);
                }
            }
            let all = |tokens: &TokenStore| tokens.runs(&index_ids).flat_map(TokenRun::ids).collect::<Vec<_>>();
            let mut shared = tokens.shared().unwrap();
            for (tokens, more) in [(&mut tokens, [1, 2]), (&mut shared, [3, 4])] {
                let place = tokens.writers(1).unwrap()[0].write(&more, 65_536, true).unwrap();
                tokens.push(0, place, None, Vec::new(), false);
                prop_assert_eq!(all(tokens), [&expected.concat()[..], &more].concat());
            }
        }
    }
}
