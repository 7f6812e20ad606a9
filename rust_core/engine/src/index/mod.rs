//! The index: the text as integers.
//!
//! `plan` cuts text into blocks; `type_counter` makes a `token_batch` of each block, in the index or in the `shard` of
//! a thread; `token_store` keeps the tokens; `unmerged` lists the types that wait for the index, and `merging` adds them.
//! `choose` copies the tokens of some documents, which `places` finds, and `chosen` makes an index of them. `append`
//! appends another index. `saved` makes an index of the types and tokens of a file.

mod append;
mod choose;
mod chosen;
mod merging;
mod places;
mod plan;
mod saved;
mod shard;
mod token_batch;
mod token_store;
mod type_counter;
mod unmerged;

pub use choose::{Choosing, are_all, check_numbers};
pub use chosen::Origin;
pub use plan::Position;
pub use saved::{SavedTokens, SavedTypes, types_of};
pub use token_batch::TokenBatch;
pub use token_store::{IdBuffer, TokenRun};
pub use type_counter::TypeCounter;

use std::iter;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use crate::documents::Chunk;
use crate::error::Result;
use crate::interner::{Interner, MergeRoom};
use crate::memory::{HUGE_PAGE_BYTES, copied, list_for, reserve};
use crate::terms::{TermMap, TermOptions};
use crate::tokenizer::Tokenization;
use crate::tokenizer::block::BLOCK_BYTES;
use crate::workers;
use plan::{TextBlock, plan};
use shard::{Shard, ShardWork};
use token_store::TokenStore;
use unmerged::Unmerged;

/// Below this much text, starting threads costs more time than it saves.
const MIN_BYTES_FOR_THREADS: usize = 8 * BLOCK_BYTES;

/// A thread with less text than this would use only a part of a huge page for its tokens, and all of it is set to zero.
const MIN_BYTES_FOR_HUGE_PAGES: usize = 2 * HUGE_PAGE_BYTES;

/// An index that only counts takes at most this many blocks of each thread together.
const COUNTED_BLOCKS: usize = 32;

/// All that queries need: the types and their counts, the term of each type, and the tokens of the documents.
#[derive(Default)]
pub struct Index {
    counter: TypeCounter,
    /// None if tokens are only counted.
    tokens: Option<TokenStore>,
    terms: TermMap,
    position: Position,
    token_count: u64,
    bytes: usize,
    shards: Vec<Shard>,
    /// For each shard, the type id in the index for each of its type ids. The last lists are those of `shards`; the lists
    /// before are those of earlier shards, whose tokens are kept.
    index_ids: Vec<Vec<u32>>,
    /// The types of shards that are not merged yet, in the order of the text: those that are new to their shard in
    /// each block.
    unmerged: Unmerged,
    /// The memory of merges, which is used again in the next step. Freed when the counts are complete.
    room: MergeRoom,
    /// The number of threads of the last update.
    threads: usize,
}

impl Index {
    /// Returns an empty index, which keeps tokens or only counts them.
    pub fn new(keeps_tokens: bool, tokenization: &Tokenization) -> Self {
        let tokens = keeps_tokens.then(TokenStore::default);
        Self { counter: TypeCounter::new(tokenization), tokens, ..Self::default() }
    }

    /// Returns an empty index with the options of this one.
    pub fn emptied(&self) -> Self {
        let terms = self.terms.renewed(Arc::clone(self.terms.options()));
        Self { terms, ..Self::new(self.tokens.is_some(), self.counter.tokenization()) }
    }

    /// Changes how types are normalized into terms. The next [`settle_until`](Self::settle_until) normalizes them.
    pub fn set_terms(&mut self, options: TermOptions) {
        self.terms = self.terms.renewed(Arc::new(options));
    }

    /// Returns a number that changes when documents or types get other numbers.
    pub fn number(&self) -> u32 {
        self.terms.number()
    }

    /// Returns how much of the documents is indexed.
    pub fn position(&self) -> Position {
        self.position
    }

    /// Returns the number of bytes that are indexed.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Returns the number of tokens.
    pub fn token_count(&self) -> u64 {
        self.token_count
    }

    /// Returns all tokens in the order of the text, or nothing if tokens are only counted.
    pub fn token_runs(&self) -> impl Iterator<Item = TokenRun<'_>> {
        self.tokens.iter().flat_map(|tokens| tokens.runs(&self.index_ids))
    }

    /// Returns the number of tokens of each document, or an empty list if tokens are only counted.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn document_lengths(&self) -> Result<Vec<u64>> {
        let mut lengths = list_for(if self.tokens.is_some() { self.position.documents + 1 } else { 0 })?;
        for run in self.token_runs() {
            let mut more = run.lengths().iter().copied().map(u64::from);
            if run.continues() {
                *lengths.last_mut().expect("a document has begun") += more.next().expect("the run has a part of it");
            }
            lengths.extend(more);
        }
        Ok(lengths)
    }

    /// Returns the distinct types in order of first appearance, with their counts.
    pub fn types(&self) -> &Interner {
        self.counter.types()
    }

    /// Returns another owner of the types. They are copied before they change.
    pub fn share_types(&self) -> Arc<Interner> {
        self.counter.share_types()
    }

    /// Frees the types. Their terms and the tokens stay.
    pub fn forget_types(&mut self) {
        self.counter = TypeCounter::new(self.counter.tokenization());
    }

    /// Returns the term of each type.
    pub fn terms(&self) -> &TermMap {
        &self.terms
    }

    /// Returns the term of each type, to change it.
    pub fn terms_mut(&mut self) -> &mut TermMap {
        &mut self.terms
    }

    /// Tokenizes text until all of `chunks` is tokenized or the deadline has passed, but at least one block. If types must
    /// be copied or merged first, this may be all that it does. Some types may be merged and get their terms only in
    /// [`settle_until`](Self::settle_until).
    ///
    /// The text begins at the position of the index: at document number `skipped` of the first chunk. Ids are in order
    /// of first appearance for any number of threads.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory). The index is consistent: call again with the text from its position
    /// on. An index that keeps tokens may have gone back to the beginning.
    pub fn update(
        &mut self,
        chunks: &[Arc<Chunk>],
        skipped: usize,
        threads: usize,
        deadline: Option<Instant>,
    ) -> Result<()> {
        self.threads = threads;
        let result = self.try_update(chunks, skipped, deadline);
        if result.is_err() || deadline.is_none() {
            self.room = MergeRoom::default();
        }
        result
    }

    fn try_update(&mut self, chunks: &[Arc<Chunk>], skipped: usize, deadline: Option<Instant>) -> Result<()> {
        let threads = self.threads;
        if !self.complete_appended(deadline)? || !self.counter.types_mut().make_changeable(deadline)? {
            return Ok(());
        }
        let plan = plan(chunks, skipped, self.position, self.counter.tokenization())?;
        let bytes: usize = plan.iter().map(TextBlock::len).sum();
        let is_late = || deadline.is_some_and(|deadline| Instant::now() >= deadline);
        let is_much = bytes / threads.max(1) >= MIN_BYTES_FOR_HUGE_PAGES;
        let is_little = bytes < MIN_BYTES_FOR_THREADS && self.unmerged.is_empty();
        if threads < 2 || is_little || plan.first().is_some_and(|block| block.has_parts) {
            // These types follow on those of the shards.
            if !self.merge_until(deadline)? {
                return Ok(());
            }
            self.tokenize_here(&plan, is_much, deadline)?;
        } else {
            if !self.settle_large_shards(deadline)? {
                return Ok(());
            }
            let useful = threads.min(plan.len()).max(self.shards.len());
            // The ids of the tokens are kept until the blocks are taken.
            let blocks = if self.tokens.is_some() { plan.len() } else { plan.len().min(useful * COUNTED_BLOCKS) };
            self.tokenize_on_threads(useful, &plan[..blocks], is_much, is_late)
                .or_else(|error| self.forget_blocks(error))?;
        }
        self.extend_terms(deadline)
    }

    /// Normalizes types until the deadline has passed.
    fn extend_terms(&mut self, deadline: Option<Instant>) -> Result<()> {
        let Self { terms, counter, room, .. } = self;
        terms.extend(counter.types(), self.threads, deadline, room)
    }

    fn tokenize_here(&mut self, plan: &[TextBlock], is_much: bool, deadline: Option<Instant>) -> Result<()> {
        let mut batch = TokenBatch::default();
        for block in plan {
            let rest = if block.has_parts {
                block.tokenize_part(&mut self.counter, &mut batch, deadline)?
            } else {
                block.tokenize(&mut self.counter, &mut batch)?;
                None
            };
            if rest == Some(self.position.inside) {
                // The step ended inside the first token, whose search continues in the next step.
                break;
            }
            if let Some(store) = &mut self.tokens {
                let types = self.counter.types().len();
                let mut write = || -> Result<_> {
                    store.reserve(1)?;
                    Ok((copied(&batch.lengths)?, store.writers(1)?[0].write(&batch.ids, types, is_much)?))
                };
                match write() {
                    Ok((lengths, range)) => store.push(0, range, None, lengths, block.continues),
                    Err(error) => {
                        self.counter.types_mut().get_mut().uncount(&batch.ids);
                        return Err(error);
                    }
                }
            }
            self.advance(block, rest, batch.ids.len());
            if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                break;
            }
        }
        Ok(())
    }

    fn tokenize_on_threads(
        &mut self,
        threads: usize,
        plan: &[TextBlock],
        is_much: bool,
        is_late: impl Fn() -> bool + Sync,
    ) -> Result<()> {
        let more = threads - self.shards.len();
        reserve(&mut self.shards, more)?;
        reserve(&mut self.index_ids, more)?;
        self.shards.resize_with(threads, || Shard::new(&self.counter));
        self.index_ids.resize_with(self.index_ids.len() + more, Vec::new);
        // The first writer is that of `tokenize_here`.
        let writers = match &mut self.tokens {
            Some(store) => &mut store.writers(1 + threads)?[1..],
            None => &mut [],
        };
        let writers = writers.iter_mut().map(Some).chain(iter::repeat_with(|| None));
        let mut work = list_for(threads)?;
        let works = writers.map(|writer| ShardWork { writer, batch: TokenBatch::default(), is_much });
        work.extend(self.shards.iter_mut().zip(works));
        let next = AtomicUsize::new(0);
        workers::run(&mut work, |(shard, work)| {
            // A thread finishes each block that it takes, so the blocks that are done have no gap.
            while next.load(Ordering::Relaxed) == 0 || !is_late() {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(block) = plan.get(number) else { break };
                if let Err(error) = shard.tokenize(number, block, work) {
                    next.fetch_max(plan.len(), Ordering::Relaxed);
                    shard.failed = Some(error);
                    break;
                }
            }
        });
        self.shards.iter_mut().try_for_each(|shard| shard.failed.take().map_or(Ok(()), Err))?;
        self.take_blocks(plan)
    }

    /// Returns whether the counts are complete: [`settle_until`](Self::settle_until) was called after the last update.
    pub fn is_settled(&self) -> bool {
        self.shards.is_empty() && self.terms.types() == self.counter.types().len()
    }

    /// Ends one or several updates, when all text is indexed, on this number of threads: merges the shards and completes the
    /// counts, normalizes types, and frees what only updates need, until the deadline has passed. Call it until
    /// [`is_settled`](Self::is_settled).
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`TooManyTypes`](crate::Error::TooManyTypes); call it again.
    pub fn settle_until(&mut self, threads: usize, deadline: Option<Instant>) -> Result<()> {
        self.threads = threads;
        let result = self.try_settle(deadline);
        if result.is_err() || self.is_settled() {
            self.room = MergeRoom::default();
        }
        result
    }

    fn try_settle(&mut self, deadline: Option<Instant>) -> Result<()> {
        let is_late = || deadline.is_some_and(|deadline| Instant::now() >= deadline);
        // With many types, each of the three parts of this work takes a step or more.
        if !self.unmerged.is_empty() && (!self.merge_until(deadline)? || is_late()) {
            return Ok(());
        }
        if !self.shards.is_empty() && (!self.settle_shards(deadline)? || is_late()) {
            return Ok(());
        }
        self.counter.settle();
        self.extend_terms(deadline)
    }

    /// Moves the position to the end of a tokenized block, the next one in the plan, or to the place of its rest.
    fn advance(&mut self, block: &TextBlock, rest: Option<usize>, token_count: usize) {
        self.token_count += token_count as u64;
        match rest {
            Some(inside) => {
                self.bytes += inside - self.position.inside;
                self.position.inside = inside;
            }
            None => {
                self.bytes += block.len();
                self.position = block.after;
            }
        }
    }
}
