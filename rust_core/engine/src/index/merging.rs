//! Merges what threads have found into the index.

use std::mem::replace;
use std::time::Instant;

use crate::error::{Error, Result};
use crate::index::Index;
use crate::index::plan::TextBlock;
use crate::index::shard::{Shard, TokenizedBlock};
use crate::interner::Part;
use crate::memory::list_for;

/// If all shards together have fewer types than twice this number, they are not large. Small in tests.
const MIN_WAITING_TYPES: usize = if cfg!(test) { 20 } else { 1 << 17 };

impl Index {
    /// Forgets the blocks that the shards have tokenized in this update, after a failure. If the index keeps tokens, the
    /// text is there too: the index is emptied, and all text will be indexed again.
    pub(super) fn forget_blocks<R>(&mut self, error: Error) -> Result<R> {
        if self.tokens.is_some() {
            *self = self.emptied();
        } else {
            self.shards.iter_mut().for_each(Shard::forget_blocks);
        }
        Err(error)
    }

    /// Merges and settles the shards of an index that only counts, if all shards together have at least twice as many
    /// types as the index. So the shards of many threads do not take much more memory than the index. Continues until the
    /// deadline has passed. Returns whether no shards are left that are so large.
    ///
    /// # Errors
    /// As [`merge_until`](Self::merge_until).
    pub(super) fn settle_large_shards(&mut self, deadline: Option<Instant>) -> Result<bool> {
        let waiting: usize = self.shards.iter().map(|shard| shard.counter.types().len()).sum();
        if self.tokens.is_some() || waiting < 2 * self.types().len().max(MIN_WAITING_TYPES) {
            return Ok(true);
        }
        Ok(self.merge_until(deadline)? && self.settle_shards(deadline)?)
    }

    /// Adds the counts of the shards, whose types are merged, and frees the shards. May first copy the types until the
    /// deadline has passed. Returns whether it is done.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); call it again.
    pub(super) fn settle_shards(&mut self, deadline: Option<Instant>) -> Result<bool> {
        if self.shards.is_empty() {
            return Ok(true);
        }
        // A choice of documents may have shared the types since the last step.
        if !self.counter.types_mut().make_changeable(deadline)? {
            return Ok(false);
        }
        let first = self.index_ids.len() - self.shards.len();
        for (shard, number) in self.shards.drain(..).zip(first..) {
            let (before, own) = self.index_ids.split_at_mut(number);
            self.counter.types_mut().get_mut().count_all(&own[0], shard.counter.types());
            for id in before[shard.lists].iter_mut().flatten() {
                *id = own[0][*id as usize];
            }
        }
        if self.tokens.is_none() {
            self.index_ids = Vec::new();
        }
        Ok(true)
    }

    /// Takes the blocks that the shards have tokenized. Their types are merged later.
    ///
    /// A type first appears in the first block that holds it, and the shard of that block meets it there for the first
    /// time. So the order of first appearance is that of the blocks, and within a block that of the types new to its
    /// shard.
    pub(super) fn take_blocks(&mut self, plan: &[TextBlock]) -> Result<()> {
        let mut made: Vec<(usize, TokenizedBlock)> =
            list_for(self.shards.iter().map(|shard| shard.blocks.len()).sum())?;
        for (number, shard) in self.shards.iter_mut().enumerate() {
            made.extend(shard.blocks.drain(..).map(|block| (number, block)));
        }
        made.sort_unstable_by_key(|(_, block)| block.number);
        self.unmerged.reserve(made.len())?;
        for (shard, block) in &made {
            let start = replace(&mut self.shards[*shard].taken, block.types);
            if start < block.types {
                self.unmerged.push(Part { list: *shard, strings: start..block.types });
            }
        }
        if let Some(store) = &mut self.tokens {
            let first = self.index_ids.len() - self.shards.len();
            store.reserve(made.len())?;
            for (shard, block) in &mut made {
                let (lengths, range) = block.tokens.take().expect("tokens are kept");
                store.push(1 + *shard, range, Some(first + *shard), lengths, plan[block.number].continues);
            }
        } else {
            self.shards.iter_mut().for_each(|shard| shard.counted.clear());
        }
        for (_, block) in &made {
            self.advance(&plan[block.number], None, block.token_count);
        }
        Ok(())
    }

    /// Merges types of the shards into the index, until all are merged or the deadline has passed. Returns whether all
    /// are merged.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`TooManyTypes`](crate::Error::TooManyTypes); call it again.
    pub(super) fn merge_until(&mut self, deadline: Option<Instant>) -> Result<bool> {
        let is_late = || deadline.is_some_and(|deadline| Instant::now() >= deadline);
        while !self.unmerged.is_empty() {
            let strings = self.unmerged.next_strings(self.types().len());
            let types = self.counter.types_mut();
            if !types.make_changeable(deadline)? {
                break;
            }
            if types.get_mut().grow_for(strings, self.threads)? && is_late() {
                break;
            }
            self.merge_some()?;
            if is_late() {
                break;
            }
        }
        Ok(self.unmerged.is_empty())
    }

    /// Merges some types of the shards. After a failure, some of these are merged, and the others still wait.
    fn merge_some(&mut self) -> Result<()> {
        let first = self.index_ids.len() - self.shards.len();
        let (mut lists, mut ids) = (list_for(self.shards.len())?, list_for(self.shards.len())?);
        for (shard, index_ids) in self.shards.iter().zip(&mut self.index_ids[first..]) {
            lists.push(shard.counter.types().strings());
            ids.push(index_ids);
        }
        let types = self.counter.types_mut().get_mut();
        let parts = self.unmerged.take(types.len())?;
        let merged = types.merge(&lists, &parts, &mut ids, self.threads, &mut self.room);
        if merged.is_err() {
            self.unmerged.put_back(parts, |list| ids[list].len());
        }
        merged
    }
}
