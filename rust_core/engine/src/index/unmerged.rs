//! The types of shards that are not merged into the index yet.

use std::collections::VecDeque;

use crate::error::{Error, Result};
use crate::interner::Part;
use crate::memory::{ensure, list_for};

/// The most strings of shards that are merged together, unless the index has many more types. This takes about 30
/// milliseconds on two threads. Fewer strings would take longer for each of them. Small in tests.
const STRINGS_PER_MERGE: usize = if cfg!(test) { 20 } else { 1 << 19 };
/// The index has at most this many types for each string that is merged, because a merge reads the slots of all types.
const TYPES_PER_MERGED_STRING: usize = 12;

/// Types in the order of the text: those that are new to their shard in each block. None until threads find types, so
/// that a small index stays small.
#[derive(Default)]
#[expect(clippy::box_collection, reason = "an empty list takes 8 bytes in each small index, not 32")]
pub struct Unmerged(Option<Box<VecDeque<Part>>>);

impl Unmerged {
    /// Returns whether all types are merged.
    pub fn is_empty(&self) -> bool {
        self.0.as_ref().is_none_or(|parts| parts.is_empty())
    }

    /// Makes room for [`push`](Self::push) to be called `blocks` times.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn reserve(&mut self, blocks: usize) -> Result<()> {
        if self.0.is_none() {
            ensure(size_of::<VecDeque<Part>>())?;
        }
        let parts = self.0.get_or_insert_default();
        parts.try_reserve(blocks).map_err(|_| Error::OutOfMemory { bytes: blocks.saturating_mul(size_of::<Part>()) })
    }

    /// Appends the types of the next block. Call [`reserve`](Self::reserve) first.
    pub fn push(&mut self, types: Part) {
        self.0.as_mut().expect("there is room").push_back(types);
    }

    /// Returns the number of the first blocks to merge together into an index with this number of types, and of their
    /// strings.
    fn next(&self, known: usize) -> (usize, usize) {
        let limit = STRINGS_PER_MERGE.max(known / TYPES_PER_MERGED_STRING);
        let (mut blocks, mut strings) = (0, 0);
        for part in self.0.iter().flat_map(|parts| parts.iter()) {
            if strings >= limit {
                break;
            }
            (blocks, strings) = (blocks + 1, strings + part.strings.len());
        }
        (blocks, strings)
    }

    /// Returns the number of strings that [`take`](Self::take) returns.
    pub fn next_strings(&self, known: usize) -> usize {
        self.next(known).1
    }

    /// Removes and returns the first types, to merge them together into an index with this number of types.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`]; nothing was removed.
    pub fn take(&mut self, known: usize) -> Result<Vec<Part>> {
        let (blocks, _) = self.next(known);
        let mut parts = list_for(blocks)?;
        if let Some(waiting) = &mut self.0 {
            parts.extend(waiting.drain(..blocks));
        }
        Ok(parts)
    }

    /// Puts parts back that [`take`](Self::take) returned, without the first strings of each list: `merged` returns how
    /// many strings of a list are merged.
    pub fn put_back(&mut self, parts: Vec<Part>, merged: impl Fn(usize) -> usize) {
        let Some(waiting) = &mut self.0 else { return };
        for Part { list, strings } in parts.into_iter().rev() {
            waiting.push_front(Part { list, strings: strings.start.max(merged(list)).min(strings.end)..strings.end });
        }
    }
}
