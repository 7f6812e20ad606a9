//! Counts of n-grams within documents, and of skip-grams, which may skip terms.
//!
//! `shape` finds the n-grams, and `table` counts them.

use std::hash::{BuildHasher, RandomState};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::counts::frequencies::Ranked;
use crate::error::{Error, Result};
use crate::index::Index;
use crate::interner::Interner;
use crate::memory::{list_for, reserve, zeros};
use crate::terms::{NO_TERM, TermMap};
use crate::workers;

mod shape;
mod table;

pub use shape::Shape;
use table::{NgramCount, NgramKey, NgramTable};

/// The number of consecutive terms whose n-grams a thread counts together.
const TERMS_PER_BLOCK: usize = if cfg!(test) { 8 } else { 1 << 16 };

/// The terms of all tokens in order, without tokens that have no term.
pub struct Sequence {
    terms: Arc<Interner>,
    ids: Vec<u32>,
    /// The end of each document in `ids`.
    ends: Vec<usize>,
}

impl Sequence {
    /// Returns the sequence of all tokens of an index.
    ///
    /// # Errors
    /// [`OutOfMemory`](Error::OutOfMemory).
    pub fn of(index: &Index, terms: &TermMap) -> Result<Self> {
        let mut ids = zeros(usize::try_from(index.token_count()).unwrap_or(usize::MAX))?;
        let mut end = 0;
        let mut ends = list_for(index.position().documents + 1)?;
        let term_of = terms.term_of();
        for run in index.token_runs() {
            let mut tokens = run.ids();
            for (number, length) in run.lengths().iter().enumerate() {
                if number == 0 && run.continues() {
                    ends.pop();
                }
                for id in tokens.by_ref().take(*length as usize) {
                    // The next term overwrites the id of a dropped type.
                    ids[end] = term_of[id as usize];
                    end += usize::from(ids[end] != NO_TERM);
                }
                ends.push(end);
            }
        }
        ids.truncate(end);
        Ok(Self { terms: Arc::clone(terms.terms()), ids, ends })
    }

    /// Returns the documents in a block of `ids`, each as the ids up to its end and the range of it inside the block.
    fn documents(&self, block: Range<usize>) -> impl Iterator<Item = (&[u32], Range<usize>)> {
        let first = self.ends.partition_point(|end| *end <= block.start);
        (first..self.ends.len())
            .map(|document| (document.checked_sub(1).map_or(0, |before| self.ends[before]), self.ends[document]))
            .take_while(move |(start, _)| *start < block.end)
            .map(move |(start, end)| (&self.ids[..end], start.max(block.start)..end.min(block.end)))
    }
}

/// Distinct n-grams and their counts, in order of first appearance.
#[derive(Debug, Clone)]
pub struct Ngrams {
    terms: Arc<Interner>,
    n: usize,
    ids: Arc<Vec<u32>>,
    counts: Arc<Vec<u64>>,
}

impl Ngrams {
    /// Counts the n-grams of a sequence.
    ///
    /// # Errors
    /// [`OutOfMemory`](Error::OutOfMemory).
    pub fn count(sequence: &Sequence, shape: Shape, threads: usize) -> Result<Self> {
        let bits = u32::BITS - u32::try_from(sequence.terms.len()).expect("ids are 32 bits").leading_zeros();
        match shape.n() * bits as usize {
            0..=64 => count::<u64>(sequence, shape, bits, threads),
            65..=128 => count::<u128>(sequence, shape, bits, threads),
            _ => count::<Box<[u32]>>(sequence, shape, bits, threads),
        }
    }

    /// Returns the number of distinct n-grams.
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
    /// [`OutOfMemory`](Error::OutOfMemory).
    pub fn ranked(&self) -> Result<Ranked> {
        Ranked::of(&self.counts)
    }
}

/// The n-grams that a thread has counted. Each table has the n-grams of one part of the hashes.
struct NgramWorker<K> {
    tables: Vec<NgramTable<K>>,
    failed: Option<Error>,
}

fn count<K: NgramKey>(sequence: &Sequence, shape: Shape, bits: u32, threads: usize) -> Result<Ngrams> {
    let blocks = sequence.ids.len().div_ceil(TERMS_PER_BLOCK);
    let threads = threads.min(blocks).max(1);
    let parts = threads.next_power_of_two();
    let seed = RandomState::new().hash_one(0);
    let mut workers = list_for(threads)?;
    for _ in 0..threads {
        let mut tables = list_for(parts)?;
        tables.resize_with(parts, || NgramTable::new(seed));
        workers.push(NgramWorker::<K> { tables, failed: None });
    }
    let next = AtomicUsize::new(0);
    workers::run(&mut workers, |worker| {
        while worker.failed.is_none() {
            let start = next.fetch_add(1, Ordering::Relaxed) * TERMS_PER_BLOCK;
            if start >= sequence.ids.len() {
                break;
            }
            let block = start..sequence.ids.len().min(start + TERMS_PER_BLOCK);
            worker.failed = shape
                .for_each(sequence.documents(block), bits, |key: K, ordinal| {
                    let hash = key.hash(seed);
                    #[allow(clippy::cast_possible_truncation)] // Any bits of the hash are good.
                    let part = hash as usize % parts;
                    worker.tables[part].meet(key, hash, ordinal)
                })
                .err();
        }
        let mut settle = || worker.tables.iter_mut().try_for_each(NgramTable::settle);
        worker.failed = worker.failed.take().or_else(|| settle().err());
    });
    let mut by_part = list_for(parts)?;
    by_part.resize_with(parts, || NgramWorker { tables: Vec::new(), failed: None });
    for worker in workers {
        worker.failed.map_or(Ok(()), Err)?;
        for (part, table) in by_part.iter_mut().zip(worker.tables) {
            reserve(&mut part.tables, 1)?;
            part.tables.push(table);
        }
    }
    let mut sorted = list_for(parts)?;
    sorted.extend(by_part.into_iter().map(|part| (part.tables, Ok(Vec::new()))));
    workers::run(&mut sorted, |(tables, slots)| *slots = merged(std::mem::take(tables), seed));
    let mut lists = list_for(parts)?;
    for (_, slots) in sorted {
        lists.push(slots?);
    }
    in_order(&lists, &sequence.terms, shape.n(), bits)
}

/// Merges tables of the same part of the hashes. Returns their n-grams in order of first appearance.
fn merged<K: NgramKey>(tables: Vec<NgramTable<K>>, seed: u64) -> Result<Vec<NgramCount<K>>> {
    let mut tables = tables.into_iter();
    let mut all = tables.next().unwrap_or_else(|| NgramTable::new(seed));
    for NgramCount { key, count, first } in tables.flat_map(NgramTable::into_slots) {
        let hash = key.hash(seed);
        all.add(key, hash, count, first)?;
    }
    let mut slots = list_for(all.len())?;
    slots.extend(all.into_slots());
    slots.sort_unstable_by_key(|slot| slot.first);
    Ok(slots)
}

/// Merges lists in order of first appearance.
fn in_order<K: NgramKey>(lists: &[Vec<NgramCount<K>>], terms: &Arc<Interner>, n: usize, bits: u32) -> Result<Ngrams> {
    let len = lists.iter().map(Vec::len).sum();
    let mut ids = list_for(n.saturating_mul(len))?;
    let mut counts = list_for(len)?;
    let mut rest: Vec<&[NgramCount<K>]> = list_for(lists.len())?;
    rest.extend(lists.iter().map(Vec::as_slice));
    let first = |list: &&mut &[NgramCount<K>]| list.first().map_or(u64::MAX, |slot| slot.first);
    while let Some(slot) = rest.iter_mut().min_by_key(first).and_then(|list| list.split_off_first()) {
        slot.key.unpack(n, bits, &mut ids);
        counts.push(slot.count);
    }
    Ok(Ngrams { terms: Arc::clone(terms), n, ids: Arc::new(ids), counts: Arc::new(counts) })
}

#[cfg(test)]
mod tests;
