//! Shares an index, and appends one index to another.

use std::mem::take;
use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

use crate::error::Result;
use crate::index::Index;
use crate::index::shard::Shard;
use crate::index::token_store::TokenStore;
use crate::index::type_counter::TypeCounter;
use crate::index::unmerged::Unmerged;
use crate::interner::{MergeRoom, Part, SharedInterner};
use crate::memory::{copied, list_for, reserve};

/// The strings of a part that waits to be merged. The memory of the merge of some parts fits into a few huge pages. Small
/// in tests.
const STRINGS_PER_PART: usize = if cfg!(test) { 3 } else { 1 << 14 };
/// Fewer types are added at once. Small in tests.
const MIN_TYPES_FOR_SHARD: usize = if cfg!(test) { 12 } else { 1 << 16 };

impl Index {
    /// Returns an index of the same documents, which shares the memory of the types and of the tokens. The index is
    /// settled.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn shared(&self) -> Result<Self> {
        Ok(Self { terms: self.terms.shared()?, ..self.shared_without_terms()? })
    }

    /// Returns the same as [`shared`](Self::shared), but the types have no terms yet.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn shared_without_terms(&self) -> Result<Self> {
        let mut index_ids = list_for(self.index_ids.len())?;
        for ids in &self.index_ids {
            index_ids.push(copied(ids)?);
        }
        Ok(Self {
            counter: TypeCounter::of(SharedInterner::of(self.counter.share_types()), self.counter.tokenization()),
            tokens: self.tokens.as_ref().map(TokenStore::shared).transpose()?,
            terms: self.terms.renewed(Arc::clone(self.terms.options())),
            index_ids,
            shards: Vec::new(),
            unmerged: Unmerged::default(),
            room: MergeRoom::default(),
            ..*self
        })
    }

    /// Appends the documents of another index, whose tokens are not read. Both indexes are settled and keep tokens. The
    /// next calls of [`settle_until`](Self::settle_until) add the types that are new, in their order.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); nothing was appended.
    pub fn append(&mut self, mut other: Self) -> Result<()> {
        assert!(self.shards.is_empty() && self.unmerged.is_empty(), "the index is settled");
        let (Some(tokens), Some(others)) = (&mut self.tokens, &other.tokens) else { unreachable!("tokens are kept") };
        let (first, lists) = (self.index_ids.len(), other.index_ids.len());
        tokens.reserve_for(others)?;
        reserve(&mut self.index_ids, lists + 1)?;
        let types = other.counter.types_mut();
        let mut own = Vec::new();
        if self.counter.types().is_empty() || types.is_empty() {
            own = list_for(types.len())?;
            own.extend((0..).take(types.len()));
            if !types.is_empty() {
                *self.counter.types_mut() = take(types);
            }
        } else {
            self.wait_for(types, first..first + lists)?;
        }
        self.index_ids.append(&mut other.index_ids);
        self.index_ids.push(own);
        if let (Some(tokens), Some(others)) = (&mut self.tokens, other.tokens) {
            tokens.append(others, first, first + lists);
        }
        self.token_count += other.token_count;
        self.bytes += other.bytes;
        self.position.documents += other.position.documents;
        Ok(())
    }

    /// Adds documents that were tokenized elsewhere: the types of their tokens with their counts. The index keeps no
    /// tokens, and all of its documents are tokenized. If there are many types, the next calls of
    /// [`settle_until`](Self::settle_until) add them.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`TooManyTypes`](crate::Error::TooManyTypes); nothing was added.
    pub fn add_counted(
        &mut self,
        counted: &mut SharedInterner,
        documents: usize,
        tokens: u64,
        bytes: usize,
        threads: usize,
    ) -> Result<()> {
        self.threads = threads;
        if self.types().is_empty() && self.shards.is_empty() {
            *self.counter.types_mut() = take(counted);
        } else if counted.len() >= MIN_TYPES_FOR_SHARD {
            // So that the tables that wait do not take much more memory than the index.
            self.settle_large_shards(None)?;
            reserve(&mut self.index_ids, 1)?;
            self.wait_for(counted, 0..0)?;
            self.index_ids.push(Vec::new());
        } else {
            // The types of earlier documents come first.
            self.merge_until(None)?;
            self.counter.types_mut().make_changeable(None)?;
            let types = self.counter.types_mut().get_mut();
            let ids = types.add_all(counted)?;
            types.count_all(&ids, counted);
            self.room = MergeRoom::default();
        }
        self.token_count += tokens;
        self.bytes += bytes;
        self.position.documents += documents;
        Ok(())
    }

    /// Takes types that were counted, as a shard whose list of ids the caller adds. `lists` are the lists whose ids are
    /// these types.
    fn wait_for(&mut self, types: &mut SharedInterner, lists: Range<usize>) -> Result<()> {
        reserve(&mut self.shards, 1)?;
        let starts = (0..types.len()).step_by(STRINGS_PER_PART);
        self.unmerged.reserve(starts.len())?;
        for start in starts {
            let strings = start..types.len().min(start + STRINGS_PER_PART);
            self.unmerged.push(Part { list: self.shards.len(), strings });
        }
        let counter = TypeCounter::of(take(types), self.counter.tokenization());
        self.shards.push(Shard::appended(counter, lists));
        Ok(())
    }

    /// Completes the types of an index that was appended, until the deadline has passed. Returns whether they are
    /// complete, so that more text can be tokenized.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`TooManyTypes`](crate::Error::TooManyTypes).
    pub(super) fn complete_appended(&mut self, deadline: Option<Instant>) -> Result<bool> {
        if !self.shards.iter().any(|shard| shard.is_appended) {
            return Ok(true);
        }
        Ok(self.merge_until(deadline)? && self.settle_shards(deadline)?)
    }
}
