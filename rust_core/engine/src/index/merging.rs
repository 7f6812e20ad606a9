//! Merges what threads have found into the index.

use std::mem::replace;
use std::time::Instant;

use crate::error::{Error, Result};
use crate::index::Index;
use crate::index::plan::TextBlock;
use crate::index::shard::TokenizedBlock;
use crate::index::unmerged::Unmerged;
use crate::interner::Part;
use crate::memory::list_for;

impl Index {
    /// Discards the shards after a failure. If the index keeps tokens, the text is there too, and all of it can be
    /// indexed again. If not, the shards hold no counts of text from before this update.
    pub(super) fn discard_shards<R>(&mut self, error: Error) -> Result<R> {
        if self.tokens.is_some() {
            *self = self.emptied();
        }
        self.shards = Vec::new();
        self.index_ids = Vec::new();
        self.unmerged = Unmerged::default();
        Err(error)
    }

    pub(super) fn settle_shards(&mut self) {
        let first = self.index_ids.len() - self.shards.len();
        for (shard, index_ids) in self.shards.drain(..).zip(&self.index_ids[first..]) {
            self.counter.types_mut().count_all(index_ids, shard.counter.types());
        }
        if self.tokens.is_none() {
            self.index_ids = Vec::new();
        }
    }

    /// Takes the blocks that the shards have tokenized. Their types are merged later, if the index keeps tokens.
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
            self.unmerged.push(Part { list: *shard, strings: start..block.types });
        }
        if let Some(store) = &mut self.tokens {
            let first = self.index_ids.len() - self.shards.len();
            store.reserve(made.len())?;
            for (shard, block) in &mut made {
                let (lengths, range) = block.tokens.take().expect("tokens are kept");
                store.push(1 + *shard, range, Some(first + *shard), lengths, plan[block.number].continues);
            }
        } else {
            // The text will be freed.
            self.merge_until(None)?;
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
    /// [`OutOfMemory`](crate::Error::OutOfMemory). An index that keeps tokens has gone back to the beginning.
    pub(super) fn merge_until(&mut self, deadline: Option<Instant>) -> Result<bool> {
        let is_late = || deadline.is_some_and(|deadline| Instant::now() >= deadline);
        while !self.unmerged.is_empty() {
            let types = self.counter.types_mut();
            let strings = self.unmerged.next_strings(types.len());
            let has_grown = types.grow_for(strings, self.threads).or_else(|error| self.discard_shards(error))?;
            if has_grown && is_late() {
                break;
            }
            self.merge_some().or_else(|error| self.discard_shards(error))?;
            if is_late() {
                break;
            }
        }
        Ok(self.unmerged.is_empty())
    }

    /// Merges some types of the shards.
    ///
    /// After a failure, the index may know types of blocks that were not merged. They too are in order of first
    /// appearance.
    fn merge_some(&mut self) -> Result<()> {
        let parts = self.unmerged.take(self.counter.types().len())?;
        let first = self.index_ids.len() - self.shards.len();
        let (mut lists, mut ids) = (list_for(self.shards.len())?, list_for(self.shards.len())?);
        for (shard, index_ids) in self.shards.iter().zip(&mut self.index_ids[first..]) {
            lists.push(shard.counter.types().strings());
            ids.push(index_ids);
        }
        self.counter.types_mut().merge(&lists, &parts, &mut ids, self.threads, &mut self.room)
    }
}
