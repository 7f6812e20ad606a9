//! Counts of n-grams within documents, and of skip-grams, which may skip terms.
//!
//! `shape` finds the n-grams, and `table` counts them.

use std::hash::{BuildHasher, RandomState};
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use crate::checkpoint::{Steps, UNITS_PER_LOOK};
use crate::counts::frequencies::Ranked;
use crate::error::{Error, Result};
use crate::grouping::NO_GROUP;
use crate::interner::Interner;
use crate::memory::{list_for, reserve, zeros};
use crate::sequence::Sequence;
use crate::workers;

mod shape;
mod table;

pub use shape::Shape;
use shape::{Block, Grams};
use table::{LongKey, NgramCount, NgramKey, NgramTable};

/// The number of consecutive terms whose n-grams a thread counts together.
const TERMS_PER_BLOCK: usize = if cfg!(test) { 8 } else { 1 << 16 };

/// The number of n-grams for one table of a thread. A table grows, and is sorted, in one piece.
const NGRAMS_PER_TABLE: u64 = if cfg!(test) { 16 } else { 1 << 17 };
/// The number of n-grams after which a thread sees that tables have grown. Few tables grow in the meantime.
const NGRAMS_PER_READ: usize = if cfg!(test) { 4 } else { 1 << 9 };
/// The most tables of a thread.
const MAX_TABLES: usize = 256;

/// N-grams and their counts, in order of first appearance.
#[derive(Debug, Clone)]
pub struct Ngrams {
    terms: Arc<Interner>,
    n: usize,
    ids: Arc<Vec<u32>>,
    counts: Arc<Vec<u64>>,
    distinct: usize,
}

impl Ngrams {
    /// Counts the n-grams of sequences of these terms, and keeps those with this count or a larger one. `codes` has the
    /// code of the group of each document: then the n-grams of each group are counted for themselves, and the code
    /// follows the ids of the terms.
    ///
    /// # Errors
    /// [`OutOfMemory`](Error::OutOfMemory), [`Stopped`](Error::Stopped).
    pub(crate) fn count(
        sequences: &[Sequence],
        codes: Option<&[u32]>,
        terms: &Arc<Interner>,
        shape: Shape,
        min_count: u64,
        threads: usize,
    ) -> Result<Self> {
        let all = u32::try_from(terms.len()).expect("ids are 32 bits");
        let largest =
            codes.into_iter().flatten().filter(|code| **code != NO_GROUP).max().map_or(all, |code| all.max(*code));
        let bits = u32::BITS - largest.leading_zeros();
        let length = shape.n() + usize::from(codes.is_some());
        match length * bits as usize {
            0..=64 => count::<u64>(sequences, codes, terms, shape, bits, min_count, threads),
            65..=128 => count::<u128>(sequences, codes, terms, shape, bits, min_count, threads),
            _ => count::<LongKey>(sequences, codes, terms, shape, bits, min_count, threads),
        }
    }

    /// Returns n-grams of `n` ids each that were counted.
    pub(super) fn new(terms: Arc<Interner>, n: usize, ids: Vec<u32>, counts: Vec<u64>) -> Self {
        let distinct = counts.len();
        Self { terms, n, ids: Arc::new(ids), counts: Arc::new(counts), distinct }
    }

    /// Returns the number of distinct n-grams, with those that were not kept.
    pub fn distinct(&self) -> usize {
        self.distinct
    }

    /// Returns the number of n-grams that were kept.
    pub fn len(&self) -> usize {
        self.counts.len()
    }

    /// Returns whether there is no n-gram.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Returns the number of terms in an n-gram.
    pub fn n(&self) -> usize {
        self.n
    }

    /// Returns the terms.
    pub fn terms(&self) -> &Arc<Interner> {
        &self.terms
    }

    /// Returns the term ids of an n-gram.
    pub fn get(&self, number: usize) -> &[u32] {
        &self.ids[number * self.n..][..self.n]
    }

    /// Returns the count of each n-gram.
    pub fn counts(&self) -> &Arc<Vec<u64>> {
        &self.counts
    }

    /// Returns the numbers of n-grams by descending count. Those with equal counts are in order of first appearance.
    ///
    /// # Errors
    /// [`OutOfMemory`](Error::OutOfMemory), [`Stopped`](Error::Stopped).
    pub fn ranked(&self) -> Result<Ranked> {
        Ranked::of(&self.counts)
    }
}

/// Cuts sequences into blocks. `codes` has the code of each document, if documents are in groups.
fn blocks<'s>(sequences: &'s [Sequence], codes: Option<&'s [u32]>) -> Result<Vec<Block<'s>>> {
    let (mut blocks, mut before, mut rest) = (Vec::new(), 0, codes);
    for sequence in sequences {
        let codes = rest.as_mut().and_then(|rest| rest.split_off(..sequence.ends.len()));
        for start in (0..sequence.ids.len()).step_by(TERMS_PER_BLOCK) {
            let starts = start..sequence.ids.len().min(start + TERMS_PER_BLOCK);
            reserve(&mut blocks, 1)?;
            blocks.push(Block { sequence, codes, before, starts });
        }
        before += sequence.ids.len() as u64;
    }
    Ok(blocks)
}

/// The n-grams that a thread has counted. Each table has the n-grams of one part of the hashes.
struct NgramWorker<'s, K: NgramKey> {
    tables: Vec<NgramTable<K>>,
    /// The rest of a block.
    grams: Option<Grams<'s>>,
    /// The terms of one n-gram.
    lists: K::Lists,
    failed: Option<Error>,
}

fn count<K: NgramKey>(
    sequences: &[Sequence],
    codes: Option<&[u32]>,
    terms: &Arc<Interner>,
    shape: Shape,
    bits: u32,
    min_count: u64,
    threads: usize,
) -> Result<Ngrams> {
    let mut steps = Steps::begin();
    let blocks = blocks(sequences, codes)?;
    let threads = threads.min(blocks.len()).max(1);
    let length = sequences.iter().map(|sequence| sequence.ids.len()).sum();
    let tables = usize::try_from(shape.most(length) / NGRAMS_PER_TABLE).unwrap_or(MAX_TABLES);
    let parts = tables.min(MAX_TABLES).max(threads).next_power_of_two();
    let seed = RandomState::new().hash_one(0);
    let mut workers = list_for(threads)?;
    for _ in 0..threads {
        let mut tables = list_for(parts)?;
        tables.resize_with(parts, || NgramTable::new(seed));
        workers.push(NgramWorker::<K> { tables, grams: None, lists: K::Lists::default(), failed: None });
    }
    let next = AtomicUsize::new(0);
    let counted = steps.run(&mut workers, |worker, steps| {
        while worker.failed.is_none() {
            match worker.count_some(&blocks, shape, bits, seed, &next) {
                Ok(true) if steps.is_over() => return false,
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => worker.failed = Some(error),
            }
        }
        true
    });
    if counted.is_err() {
        // The system needs long to free large tables.
        workers::run(&mut workers, |worker| worker.tables = Vec::new());
    }
    counted?;
    let mut by_part = list_for(parts)?;
    by_part.resize_with(parts, Part::default);
    for worker in workers {
        worker.failed.map_or(Ok(()), Err)?;
        for (part, table) in by_part.iter_mut().zip(worker.tables) {
            reserve(&mut part.tables, 1)?;
            part.tables.push(table);
        }
    }
    let queue = Mutex::new(by_part.iter_mut());
    let mut current = list_for(threads)?;
    current.resize_with(threads, || None);
    let merged = steps.run(&mut current, |current: &mut Option<&mut Part<K>>, steps| {
        let next = || queue.lock().expect("no panic while the queue is locked").next();
        while let Some(part) = current.take().or_else(next) {
            if part.merge_some(min_count) {
                *current = Some(part);
            }
            if steps.is_over() {
                return false;
            }
        }
        true
    });
    drop((current, queue));
    if merged.is_err() {
        // As above.
        workers::each(threads, by_part, |part| {
            drop(part);
            Ok(())
        })?;
        return Err(Error::Stopped);
    }
    let (mut lists, mut distinct) = (list_for(parts)?, 0);
    for part in by_part {
        part.failed.map_or(Ok(()), Err)?;
        lists.extend(part.merged);
        distinct += part.distinct;
    }
    let kept = in_order(&lists, terms, shape.n() + usize::from(codes.is_some()), bits, &mut steps, threads)?;
    // The system needs long to free many large lists.
    for list in lists {
        steps.did(list.0.len())?;
    }
    Ok(Ngrams { distinct, ..kept })
}

impl<'s, K: NgramKey> NgramWorker<'s, K> {
    /// Counts some n-grams of the current block, or of the next one. Returns whether there were more.
    fn count_some(
        &mut self,
        blocks: &[Block<'s>],
        shape: Shape,
        bits: u32,
        seed: u64,
        next: &AtomicUsize,
    ) -> Result<bool> {
        let grams = match &mut self.grams {
            Some(grams) if grams.has_more() => grams,
            grams => {
                let Some(block) = blocks.get(next.fetch_add(1, Ordering::Relaxed)) else { return self.settle() };
                grams.insert(Grams::new(block, shape)?)
            }
        };
        let (parts, mut slots, mut rest) = (self.tables.len(), 0, UNITS_PER_LOOK.div_ceil(shape.n()));
        let tables = &mut self.tables;
        // Hashes distribute n-grams equally, so all tables grow soon after each other.
        while rest > 0 && slots < UNITS_PER_LOOK && grams.has_more() {
            let some = rest.min(NGRAMS_PER_READ);
            rest -= some;
            grams.read(some, bits, &mut self.lists, |key: K, lists, ordinal| {
                let hash = key.hash(lists, seed);
                #[allow(clippy::cast_possible_truncation)] // Any bits of the hash are good.
                let part = hash as usize % parts;
                tables[part].meet(key, lists, hash, ordinal, &mut slots)
            })?;
        }
        Ok(true)
    }

    /// Counts the keys that were not looked up yet, in some tables or in all. Returns whether there may be more.
    fn settle(&mut self) -> Result<bool> {
        let mut slots = 0;
        for table in &mut self.tables {
            table.settle(&mut slots)?;
            if slots >= UNITS_PER_LOOK {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// The n-grams of one part of the hashes.
struct Part<K: NgramKey> {
    /// The tables of the threads. They are merged into the first one.
    tables: Vec<NgramTable<K>>,
    /// The number of slots of the last table that are merged.
    slots: usize,
    /// The number of distinct n-grams, when they are merged.
    distinct: usize,
    /// The result: n-grams in order of first appearance, and the terms of their keys.
    merged: Option<(Vec<NgramCount<K>>, K::Lists)>,
    failed: Option<Error>,
}

impl<K: NgramKey> Default for Part<K> {
    fn default() -> Self {
        Self { tables: Vec::new(), slots: 0, distinct: 0, merged: None, failed: None }
    }
}

impl<K: NgramKey> Part<K> {
    /// Merges some slots, or sorts the merged n-grams that have this count. Returns whether there is more to do.
    fn merge_some(&mut self, min_count: u64) -> bool {
        let merged = match &mut self.tables[..] {
            [first, .., last] => {
                let range = self.slots..last.slots().min(self.slots + UNITS_PER_LOOK);
                self.slots = range.end;
                first.add_slots(last, range)
            }
            _ => self.tables.pop().map_or(Ok(()), |table| {
                self.distinct = table.len();
                table.in_order(min_count).map(|merged| self.merged = Some(merged))
            }),
        };
        if self.tables.last().is_some_and(|last| self.slots == last.slots() && self.tables.len() > 1) {
            self.tables.pop();
            self.slots = 0;
        }
        self.failed = merged.err();
        self.failed.is_none() && self.merged.is_none()
    }
}

/// N-grams whose numbers of first appearance are in a range, and the place for the result.
struct OrderTask<'r> {
    firsts: Range<u64>,
    ids: &'r mut [u32],
    counts: &'r mut [u64],
}

/// Merges lists in order of first appearance.
fn in_order<K: NgramKey>(
    lists: &[(Vec<NgramCount<K>>, K::Lists)],
    terms: &Arc<Interner>,
    n: usize,
    bits: u32,
    steps: &mut Steps,
    threads: usize,
) -> Result<Ngrams> {
    let len = lists.iter().map(|(list, _)| list.len()).sum();
    let mut ids = zeros(n.saturating_mul(len))?;
    let mut counts = zeros(len)?;
    // Hashes distribute n-grams equally, so the n-grams of one list divide those of each other list.
    let longest = lists.iter().map(|(list, _)| &list[..]).max_by_key(|list| list.len()).unwrap_or_default();
    let step = (UNITS_PER_LOOK / lists.len() / n).max(1);
    let mut tasks = list_for(longest.len() / step + 1)?;
    let (mut rest_ids, mut rest_counts, mut begin) = (&mut ids[..], &mut counts[..], 0);
    for number in 1..=longest.len().div_ceil(step) {
        let end = longest.get(number * step).map_or(u64::MAX, |next| next.first);
        let firsts = std::mem::replace(&mut begin, end)..end;
        let number = lists.iter().map(|(list, _)| within(list, &firsts).len()).sum::<usize>();
        steps.did(lists.len())?;
        let ids = rest_ids.split_off_mut(..n * number).expect("there is a place for each n-gram");
        let counts = rest_counts.split_off_mut(..number).expect("there is a place for each n-gram");
        tasks.push(OrderTask { firsts, ids, counts });
    }
    let queue = Mutex::new(tasks.iter_mut());
    let mut failed = list_for(threads)?;
    failed.resize(threads, Ok(()));
    steps.run(&mut failed, |result, steps| {
        let next = || queue.lock().expect("no panic while the queue is locked").next();
        while let Some(task) = next().filter(|_| result.is_ok()) {
            *result = task.order(lists, n, bits);
            if steps.is_over() {
                return false;
            }
        }
        true
    })?;
    failed.into_iter().collect::<Result<()>>()?;
    Ok(Ngrams::new(Arc::clone(terms), n, ids, counts))
}

/// Returns the n-grams of a list that first appear in a range.
fn within<'l, K>(list: &'l [NgramCount<K>], firsts: &Range<u64>) -> &'l [NgramCount<K>] {
    let place = |first| list.partition_point(|slot| slot.first < first);
    &list[place(firsts.start)..place(firsts.end)]
}

impl OrderTask<'_> {
    fn order<K: NgramKey>(&mut self, lists: &[(Vec<NgramCount<K>>, K::Lists)], n: usize, bits: u32) -> Result<()> {
        let mut slots = list_for(self.counts.len())?;
        for (list, terms) in lists {
            slots.extend(within(list, &self.firsts).iter().map(|slot| (slot, terms)));
        }
        // The stable sort would end the process without memory. No two n-grams have the same number.
        slots.sort_unstable_by_key(|(slot, _)| slot.first);
        for (((slot, terms), ids), count) in slots.iter().zip(self.ids.chunks_mut(n)).zip(&mut *self.counts) {
            slot.key.unpack(terms, bits, ids);
            *count = slot.count;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
