//! An index of chosen documents, made from the tokens of another index.
//!
//! Each thread takes blocks of chosen documents in order from one counter. It numbers their types in the order in which
//! it meets them, counts them, and writes the tokens with these numbers. As in `take_blocks` of the index, the order of
//! first appearance is then the order of the blocks, and within a block the order of the types that are new to its
//! thread.

use std::mem::take;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::checkpoint::Steps;
use crate::documents::each_span;
use crate::error::{Error, Result};
use crate::index::Index;
use crate::index::places::Places;
use crate::index::plan::Position;
use crate::index::token_batch::TokenBatch;
use crate::index::token_store::{TokenRange, TokenRun, TokenStore, TokenWriter};
use crate::index::type_counter::TypeCounter;
use crate::index::unmerged::Unmerged;
use crate::interner::{Interner, MergeRoom};
use crate::memory::{HUGE_PAGE_BYTES, copied, list_for, reserve, zeros};
use crate::terms::TermMap;
use crate::workers;

/// A block has about this many tokens, and a run at most this many, unless a part of a document has more.
const TOKENS_PER_BLOCK: usize = if cfg!(test) { 16 } else { 1 << 15 };
/// The most documents of a block.
const MAX_DOCUMENTS_PER_BLOCK: usize = 1 << 14;
/// Below this many chosen types, one thread copies the types and their terms.
const MIN_TYPES_FOR_THREADS: usize = if cfg!(test) { 8 } else { 1 << 13 };
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

impl Index {
    /// Returns an index of the same documents, which shares the memory of the tokens. The index is settled and keeps
    /// tokens.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn shared(&self) -> Result<Self> {
        let mut types = list_for(self.types().len())?;
        types.extend((0..).take(self.types().len()));
        Ok(Self { terms: self.terms.choose(&types)?, ..self.shared_without_terms()? })
    }

    /// Returns the same as [`shared`](Self::shared), but the types have no terms yet.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn shared_without_terms(&self) -> Result<Self> {
        let mut index_ids = list_for(self.index_ids.len())?;
        for ids in &self.index_ids {
            index_ids.push(copied(ids)?);
        }
        Ok(Self {
            counter: TypeCounter::of(self.types().try_clone()?, self.counter.tokenization()),
            tokens: self.tokens.as_ref().map(TokenStore::shared).transpose()?,
            terms: self.terms.renewed(Arc::clone(self.terms.options())),
            index_ids,
            shards: Vec::new(),
            unmerged: Unmerged::default(),
            room: MergeRoom::default(),
            ..*self
        })
    }
}

/// Documents while they are chosen.
pub struct Choosing<'d> {
    /// The numbers of the chosen documents, in any order. A document may be there more than once.
    numbers: &'d [u64],
    places: Places,
    workers: Vec<Worker>,
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

    /// Returns the index of the chosen documents, whose texts have `bytes` bytes in all.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn finish(mut self, index: &Index, bytes: usize) -> Result<Index> {
        let blocks = blocks_of(&mut self.workers)?;
        let (types, lists) = merged(&self.workers, &blocks, index.types().len())?;
        let mut counts: Vec<u64> = zeros(types.len())?;
        for (worker, list) in self.workers.iter_mut().zip(&lists) {
            worker.gather()?;
            list.iter().zip(&worker.counts).for_each(|(id, count)| counts[*id as usize] += count);
        }
        let mut tokens = TokenStore::default();
        tokens.reserve(self.workers.iter().map(|worker| worker.runs.len()).sum())?;
        let writers = tokens.writers(self.workers.len())?;
        for (worker, writer) in self.workers.iter_mut().zip(writers) {
            *writer = take(&mut worker.writer);
        }
        // The numbers of one worker are those of the index.
        let has_lists = self.workers.len() > 1;
        let mut runs = list_for(self.workers.len())?;
        runs.extend(self.workers.iter_mut().map(|worker| take(&mut worker.runs).into_iter()));
        for (worker, block) in &blocks {
            for Run { lengths, tokens: range, continues } in runs[*worker].by_ref().take(block.runs) {
                tokens.push(*worker, range, has_lists.then_some(*worker), lengths, continues);
            }
        }
        let mut copies = [Copied::Types(Interner::default()), Copied::Terms(TermMap::default())];
        let mut tasks = list_for(copies.len())?;
        tasks.extend(&mut copies);
        let threads = if types.len() < MIN_TYPES_FOR_THREADS { 1 } else { index.threads };
        workers::each(threads, tasks, |copy| {
            match copy {
                Copied::Types(copy) => {
                    let chosen = types.iter().copied().zip(counts.iter().copied());
                    *copy = index.types().choose(chosen)?;
                }
                Copied::Terms(copy) => *copy = index.terms().choose(&types)?,
            }
            Ok(())
        })?;
        let [Copied::Types(own), Copied::Terms(terms)] = copies else { unreachable!("they are in this order") };
        Ok(Index {
            counter: TypeCounter::of(own, index.counter.tokenization()),
            tokens: Some(tokens),
            terms,
            position: Position { documents: self.numbers.len(), inside: 0 },
            token_count: counts.iter().sum(),
            bytes,
            shards: Vec::new(),
            index_ids: if has_lists { lists } else { Vec::new() },
            unmerged: Unmerged::default(),
            room: MergeRoom::default(),
            threads: index.threads,
        })
    }
}

/// A copy of the chosen types or of their terms.
enum Copied {
    Types(Interner),
    Terms(TermMap),
}

/// The work of one thread.
#[derive(Default)]
struct Worker {
    /// For each type of the index: its number in `types`, plus one, or 0 if this thread has not met the type; and how often
    /// the thread met it since `gather`. Both are small and next to each other, because the processor waits for each
    /// place in memory.
    met: Vec<[u32; 2]>,
    /// The number of tokens since `gather`.
    met_tokens: usize,
    /// The count of each type in `types`, up to the last `gather`.
    counts: Vec<u64>,
    /// The types, in the order in which this thread met them. There is room for all types of the index.
    types: Vec<u32>,
    writer: TokenWriter,
    runs: Vec<Run>,
    blocks: Vec<Block>,
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
struct Run {
    lengths: Vec<u32>,
    tokens: TokenRange,
    continues: bool,
}

/// Consecutive documents that one thread has chosen.
struct Block {
    number: usize,
    /// The number of types that the thread has met up to its end.
    types: usize,
    /// The number of its runs.
    runs: usize,
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
    fn gather(&mut self) -> Result<()> {
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

/// Takes the blocks of all workers, and returns them in order with the number of their worker.
fn blocks_of(workers: &mut [Worker]) -> Result<Vec<(usize, Block)>> {
    let mut blocks = list_for(workers.iter().map(|worker| worker.blocks.len()).sum())?;
    for (number, worker) in workers.iter_mut().enumerate() {
        blocks.extend(worker.blocks.drain(..).map(|block| (number, block)));
    }
    blocks.sort_unstable_by_key(|(_, block)| block.number);
    Ok(blocks)
}

/// Returns the types of all workers in order of first appearance, and for each worker the number of each of its types in
/// this order. `known` is the number of types of the index.
fn merged(workers: &[Worker], blocks: &[(usize, Block)], known: usize) -> Result<(Vec<u32>, Vec<Vec<u32>>)> {
    let (mut types, mut numbers): (Vec<u32>, Vec<u32>) = (Vec::new(), zeros(known)?);
    let mut lists: Vec<Vec<u32>> = list_for(workers.len())?;
    for worker in workers {
        lists.push(list_for(worker.types.len())?);
    }
    for (worker, block) in blocks {
        let list = &mut lists[*worker];
        for id in &workers[*worker].types[list.len()..block.types] {
            let number = &mut numbers[*id as usize];
            if *number == 0 {
                reserve(&mut types, 1)?;
                types.push(*id);
                *number = u32::try_from(types.len()).expect("ids are 32 bits");
            }
            list.push(*number - 1);
        }
    }
    Ok((types, lists))
}
