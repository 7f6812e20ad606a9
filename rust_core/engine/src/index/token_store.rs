//! The type ids of all tokens, in the order of the text: what the text has become, and all that later folds read.

use std::ops::Range;
use std::sync::Arc;

use crate::error::Result;
use crate::memory::{Buffer, HUGE, reserve};

/// Type ids, of which the first 65,536 fit into two bytes.
enum Ids {
    Narrow(Buffer<u16>),
    Wide(Buffer<u32>),
}

/// The place of some tokens in what a thread has written.
pub struct Place {
    buffer: usize,
    range: Range<usize>,
}

/// Where one thread writes tokens.
#[derive(Default)]
pub struct TokenWriter {
    buffers: Vec<Ids>,
}

impl TokenWriter {
    /// Writes tokens with ids below `types`. `more` tells whether much more is to come.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); nothing was written then.
    pub fn write(&mut self, tokens: &[u32], types: usize, more: bool) -> Result<Place> {
        let is_narrow = types <= 1 << u16::BITS;
        let room = match self.buffers.last() {
            Some(Ids::Narrow(buffer)) if is_narrow => buffer.capacity() - buffer.len(),
            Some(Ids::Wide(buffer)) if !is_narrow => buffer.capacity() - buffer.len(),
            _ => 0,
        };
        if room < tokens.len() || self.buffers.is_empty() {
            let capacity = if more { tokens.len().max(HUGE / 2) } else { tokens.len() };
            reserve(&mut self.buffers, 1)?;
            self.buffers.push(if is_narrow {
                Ids::Narrow(Buffer::with_room_for(capacity)?)
            } else {
                Ids::Wide(Buffer::with_room_for(capacity)?)
            });
        }
        let start = match self.buffers.last_mut() {
            Some(Ids::Narrow(buffer)) => {
                let start = buffer.len();
                for (place, token) in buffer.room().iter_mut().zip(tokens) {
                    #[allow(clippy::cast_possible_truncation)] // There are no more types than fit.
                    let narrow = *token as u16;
                    *place = narrow;
                }
                buffer.take(tokens.len());
                start
            }
            Some(Ids::Wide(buffer)) => {
                let start = buffer.len();
                buffer.extend(tokens);
                start
            }
            None => unreachable!("a buffer was just opened"),
        };
        Ok(Place { buffer: self.buffers.len() - 1, range: start..start + tokens.len() })
    }
}

/// Tokens that were written together.
struct Written {
    writer: usize,
    place: Place,
    /// The index's type id of each of those written, where a thread has ids of its own.
    global: Option<Arc<Vec<u32>>>,
    lengths: Vec<u32>,
    continues: bool,
}

/// The tokens of consecutive documents.
#[derive(Clone, Copy)]
pub struct Stretch<'t> {
    ids: &'t Ids,
    written: &'t Written,
}

impl<'t> Stretch<'t> {
    /// The number of tokens of each document, or of the part of it that is here.
    pub fn lengths(self) -> &'t [u32] {
        &self.written.lengths
    }

    /// Whether the first document is one that began in the stretch before.
    pub fn continues(self) -> bool {
        self.written.continues
    }

    /// The type id of each token.
    pub fn ids(self) -> impl Iterator<Item = u32> + use<'t> {
        let Written { place, global, .. } = self.written;
        let id = move |at: usize| match self.ids {
            Ids::Narrow(buffer) => u32::from(buffer[at]),
            Ids::Wide(buffer) => buffer[at],
        };
        place.range.clone().map(id).map(|id| global.as_ref().map_or(id, |global| global[id as usize]))
    }
}

/// All tokens.
#[derive(Default)]
pub struct Tokens {
    writers: Vec<TokenWriter>,
    written: Vec<Written>,
}

impl Tokens {
    /// Writers, one for each of so many threads.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn writers(&mut self, threads: usize) -> Result<&mut [TokenWriter]> {
        let more = threads.saturating_sub(self.writers.len());
        reserve(&mut self.writers, more)?;
        self.writers.resize_with(self.writers.len() + more, TokenWriter::default);
        Ok(&mut self.writers)
    }

    /// Makes room to [`push`](Self::push) so many times.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn reserve(&mut self, places: usize) -> Result<()> {
        reserve(&mut self.written, places)
    }

    /// Appends what a writer has written at a place: documents of these lengths, the first of which may have begun before.
    /// There is room for it.
    pub fn push(
        &mut self,
        writer: usize,
        place: Place,
        global: Option<&Arc<Vec<u32>>>,
        lengths: Vec<u32>,
        continues: bool,
    ) {
        self.written.push(Written { writer, place, global: global.cloned(), lengths, continues });
    }

    /// All tokens in the order of the text, as they were written together.
    pub fn stretches(&self) -> impl ExactSizeIterator<Item = Stretch<'_>> {
        self.written.iter().map(|written| {
            let ids = &self.writers[written.writer].buffers[written.place.buffer];
            Stretch { ids, written }
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
            let (mut tokens, mut expected) = (Tokens::default(), Vec::new());
            let global: Arc<Vec<u32>> = Arc::new((0..80_000).map(|id| 80_000 - id).collect());
            let mut places = Vec::new();
            for (block, is_narrow, more) in &blocks {
                let block: Vec<u32> = block.iter().map(|id| if *is_narrow { id % 65_536 } else { *id }).collect();
                let types = if *is_narrow { 65_536 } else { 80_000 };
                places.push(tokens.writers(2).unwrap()[places.len() % 2].write(&block, types, *more).unwrap());
                expected.push(block);
            }
            for (number, place) in places.into_iter().enumerate() {
                let is_global = number % 2 == 1;
                tokens.push(number % 2, place, is_global.then_some(&global), Vec::new(), false);
                if is_global {
                    expected[number].iter_mut().for_each(|id| *id = 80_000 - *id);
                }
            }
            prop_assert_eq!(tokens.stretches().flat_map(Stretch::ids).collect::<Vec<_>>(), expected.concat());
        }
    }
}
