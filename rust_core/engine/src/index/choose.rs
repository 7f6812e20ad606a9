//! An index of chosen documents, made from the tokens of another index.
//!
//! Each thread takes blocks of chosen documents in order from one counter. It numbers their types in the order in which
//! it meets them, counts them, and writes the tokens with these numbers. As in `take_blocks` of the index, the order of
//! first appearance is then the order of the blocks, and within a block the order of the types that are new to its
//! thread.

use std::mem::take;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::checkpoint::Steps;
use crate::documents::each_span;
use crate::error::{Error, Result};
use crate::index::Index;
use crate::index::places::Places;
use crate::index::token_batch::TokenBatch;
use crate::index::token_store::{TokenRange, TokenRun, TokenWriter};
use crate::memory::{HUGE_PAGE_BYTES, copied, list_for, reserve, zeros};
use crate::workers;

/// A block has about this many tokens, and a run at most this many, unless a part of a document has more.
const TOKENS_PER_BLOCK: usize = if cfg!(test) { 16 } else { 1 << 15 };
/// The most documents of a block.
const MAX_DOCUMENTS_PER_BLOCK: usize = 1 << 14;
/// A thread counts at most this many tokens with 32 bits.
const MAX_MET_TOKENS: usize = if cfg!(test) { 7 } else { u32::MAX as usize };
/// Below this many tokens, starting threads costs more time than it saves.
const MIN_TOKENS_FOR_THREADS: usize = if cfg!(test) { 40 } else { 1 << 18 };

/// Returns whether these are the numbers of all of `documents` documents, in order.
pub fn are_all(numbers: &[u64], documents: usize) -> bool {
    numbers.len() == documents && (0..).zip(numbers).all(|(place, number): (u64, _)| place == *number)
}

/// Checks that each number is that of one of `documents` documents.
///
/// # Errors
/// [`Error::NoSuchDocument`].
pub fn check_numbers(numbers: &[u64], documents: usize) -> Result<()> {
    let is_wrong = |number: &u64| *number >= documents as u64;
    // This loop has no branch.
    if !numbers.iter().fold(false, |found, number| found | is_wrong(number)) {
        return Ok(());
    }
    let document = numbers.iter().copied().find(is_wrong).expect("one was found");
    Err(Error::NoSuchDocument { document, documents })
}

/// Documents while they are chosen.
pub struct Choosing<'d> {
    /// The numbers of the chosen documents, in any order. A document may be there more than once.
    pub(super) numbers: &'d [u64],
    places: Places,
    pub(super) workers: Vec<Worker>,
    next_block: AtomicUsize,
    documents_per_block: usize,
    /// Whether there are enough tokens for large buffers.
    is_much: bool,
}

impl<'d> Choosing<'d> {
    /// Begins to choose documents of a settled index that keeps tokens, on this number of threads.
    ///
    /// # Errors
    /// [`Error::NoSuchDocument`], [`Error::OutOfMemory`].
    pub fn begin(index: &Index, numbers: &'d [u64], threads: usize) -> Result<Self> {
        let documents = index.position().documents;
        check_numbers(numbers, documents)?;
        let tokens_per_document = index.token_count() / documents.max(1) as u64 + 1;
        let tokens_per_document = usize::try_from(tokens_per_document).unwrap_or(usize::MAX);
        let documents_per_block = (TOKENS_PER_BLOCK / tokens_per_document).clamp(1, MAX_DOCUMENTS_PER_BLOCK);
        let tokens = numbers.len().saturating_mul(tokens_per_document);
        let useful =
            if tokens < MIN_TOKENS_FOR_THREADS { 1 } else { threads.min(numbers.len().div_ceil(documents_per_block)) };
        let mut workers = list_for(useful)?;
        for _ in 0..useful {
            let known = index.types().len();
            workers.push(Worker { met: zeros(known)?, types: list_for(known)?, ..Worker::default() });
        }
        Ok(Self {
            numbers,
            places: Places::of(index, threads)?,
            workers,
            next_block: AtomicUsize::new(0),
            documents_per_block,
            is_much: tokens >= HUGE_PAGE_BYTES,
        })
    }

    /// Chooses documents until all are chosen or the step is over, but at least one block. Returns whether all are chosen.
    /// The index may have more documents than at the beginning.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn advance(&mut self, index: &Index, steps: &Steps) -> Result<bool> {
        let mut runs = list_for(index.token_runs().count())?;
        runs.extend(index.token_runs());
        let Self { numbers, places, workers, next_block, documents_per_block, is_much, .. } = self;
        let (blocks, size) = (numbers.len().div_ceil(*documents_per_block), *documents_per_block);
        workers::run(workers, |worker| {
            // A thread finishes each block that it takes, so the blocks that are done have no gap.
            while worker.failed.is_none() {
                let block = next_block.fetch_add(1, Ordering::Relaxed);
                if block >= blocks {
                    break;
                }
                let own = &numbers[block * size..numbers.len().min((block + 1) * size)];
                if let Err(error) = worker.choose(block, own, places, &runs, *is_much) {
                    worker.failed = Some(error);
                    next_block.fetch_max(blocks, Ordering::Relaxed);
                }
                if steps.is_over() {
                    break;
                }
            }
        });
        workers.iter_mut().try_for_each(|worker| worker.failed.take().map_or(Ok(()), Err))?;
        Ok(next_block.load(Ordering::Relaxed) >= blocks)
    }
}

/// The work of one thread.
#[derive(Default)]
pub(super) struct Worker {
    /// For each type of the index: its number in `types`, plus one, or 0 if this thread has not met the type; and how often
    /// the thread met it since `gather`. Both are small and next to each other, because the processor waits for each
    /// place in memory.
    met: Vec<[u32; 2]>,
    /// The number of tokens since `gather`.
    met_tokens: usize,
    /// The count of each type in `types`, up to the last `gather`.
    pub(super) counts: Vec<u64>,
    /// The types, in the order in which this thread met them. There is room for all types of the index.
    pub(super) types: Vec<u32>,
    pub(super) writer: TokenWriter,
    pub(super) runs: Vec<Run>,
    pub(super) blocks: Vec<Block>,
    batch: TokenBatch,
    /// The parts of the current run whose tokens are not in the batch yet.
    parts: Vec<Range<usize>>,
    /// The number of tokens in the batch, and in these parts.
    tokens: usize,
    /// Whether the batch begins inside a document.
    continues: bool,
    /// The error that stopped this thread, if any.
    failed: Option<Error>,
}

/// Consecutive tokens that a thread wrote together.
pub(super) struct Run {
    pub(super) lengths: Vec<u32>,
    pub(super) tokens: TokenRange,
    pub(super) continues: bool,
}

/// Consecutive documents that one thread has chosen.
pub(super) struct Block {
    pub(super) number: usize,
    /// The number of types that the thread has met up to its end.
    pub(super) types: usize,
    /// The number of its runs.
    pub(super) runs: usize,
}

impl Worker {
    /// Chooses the documents of a block.
    fn choose(
        &mut self,
        number: usize,
        documents: &[u64],
        places: &Places,
        runs: &[TokenRun],
        is_much: bool,
    ) -> Result<()> {
        let (mut run, before) = (0, self.runs.len());
        each_span(documents, |mut span| {
            while !span.is_empty() {
                if !places.is_in(span.start, run) {
                    self.copy(runs[run])?;
                    run = places.run_of(span.start);
                }
                let end = places.before[run + 1].min(span.end);
                let place = span.start - places.before[run] + usize::from(runs[run].continues());
                let lengths = &runs[run].lengths()[place..place + (end - span.start)];
                let last = if end < places.before[run + 1] { places.starts[end] as usize } else { runs[run].len() };
                self.take(places.starts[span.start] as usize..last, lengths)?;
                // The rest of a document is in the runs that follow.
                while places.before[run + 1] == end && runs.get(run + 1).is_some_and(|run| run.continues()) {
                    self.copy(runs[run])?;
                    if self.tokens >= TOKENS_PER_BLOCK {
                        self.write(is_much, true)?;
                    }
                    run += 1;
                    let length = runs[run].lengths()[0];
                    match self.batch.lengths.last_mut() {
                        Some(last) => {
                            *last += length;
                            self.take(0..length as usize, &[])?;
                        }
                        None => self.take(0..length as usize, &[length])?,
                    }
                }
                if self.tokens >= TOKENS_PER_BLOCK {
                    self.copy(runs[run])?;
                    self.write(is_much, false)?;
                }
                span.start = end;
            }
            Ok(())
        })?;
        self.copy(runs[run])?;
        self.write(is_much, false)?;
        reserve(&mut self.blocks, 1)?;
        self.blocks.push(Block { number, types: self.types.len(), runs: self.runs.len() - before });
        Ok(())
    }

    /// Takes documents of these lengths, whose tokens are in this part of the run. `copy` copies the tokens.
    #[inline]
    fn take(&mut self, tokens: Range<usize>, lengths: &[u32]) -> Result<()> {
        reserve(&mut self.batch.lengths, lengths.len())?;
        self.batch.lengths.extend(lengths);
        self.tokens += tokens.len();
        reserve(&mut self.parts, 1)?;
        self.parts.push(tokens);
        Ok(())
    }

    /// Numbers and counts the types of the tokens that were taken from a run, and appends these numbers to the batch.
    fn copy(&mut self, run: TokenRun) -> Result<()> {
        let tokens = self.tokens - self.batch.ids.len();
        if self.met_tokens + tokens > MAX_MET_TOKENS {
            self.gather()?;
        }
        self.met_tokens += tokens;
        let Self { met, types, batch, parts, .. } = self;
        reserve(&mut batch.ids, tokens)?;
        #[allow(clippy::cast_possible_truncation)] // There are fewer types than ids of 32 bits.
        run.parts_to(parts, &mut batch.ids, |id| {
            let [number, count] = &mut met[id as usize];
            if *number == 0 {
                types.push(id);
                *number = types.len() as u32;
            }
            *count += 1;
            *number - 1
        });
        parts.clear();
        Ok(())
    }

    /// Adds how often types were met to their counts.
    pub(super) fn gather(&mut self) -> Result<()> {
        let Self { met, types, counts, .. } = self;
        reserve(counts, types.len() - counts.len())?;
        counts.resize(types.len(), 0);
        for (of, count) in types.iter().zip(counts) {
            *count += u64::from(take(&mut met[*of as usize][1]));
        }
        self.met_tokens = 0;
        Ok(())
    }

    /// Writes the batch as a run. `has_rest` says whether the next run begins inside the same document.
    fn write(&mut self, is_much: bool, has_rest: bool) -> Result<()> {
        let Self { types, batch, .. } = self;
        if batch.lengths.is_empty() {
            return Ok(());
        }
        reserve(&mut self.runs, 1)?;
        let tokens = self.writer.write(&batch.ids, types.len(), is_much)?;
        self.runs.push(Run { lengths: copied(&batch.lengths)?, tokens, continues: self.continues });
        self.continues = has_rest;
        self.tokens = 0;
        batch.clear();
        Ok(())
    }
}
