//! Totals of the columns of a matrix, counted on all threads.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::checkpoint::Steps;
use crate::error::{Error, Result};
use crate::matrix::fold::Fold;
use crate::matrix::hashing::Hashing;
use crate::matrix::row_block::RowBlock;
use crate::matrix::rows::split;
use crate::memory::{list_for, zeros};
use crate::sequence::{Groups, Sequence};

/// With fewer entries, starting a thread would cost more time than it saves.
const MIN_ENTRIES_PER_THREAD: usize = if cfg!(test) { 8 } else { 1 << 17 };

/// Totals of each column.
#[derive(Debug)]
pub struct Totals {
    /// The number of documents that contain the feature.
    pub documents: Vec<i64>,
    /// The sum of the counts.
    pub counts: Vec<i64>,
}

impl Totals {
    fn zeros(features: usize) -> Result<Self> {
        Ok(Self { documents: zeros(features)?, counts: zeros(features)? })
    }

    /// The sums of totals, at least one.
    fn sum(mut all: Vec<Self>, steps: &mut Steps) -> Result<Self> {
        let mut total = all.pop().expect("at least one thread");
        for other in all {
            total.documents.iter_mut().zip(&other.documents).for_each(|(sum, more)| *sum += more);
            total.counts.iter_mut().zip(&other.counts).for_each(|(sum, more)| *sum += more);
            steps.did(total.counts.len())?;
        }
        Ok(total)
    }

    /// The totals of each feature in rows. Features are below `features`.
    pub(super) fn of_rows(blocks: &[RowBlock], features: usize, threads: usize) -> Result<Self> {
        let mut steps = Steps::begin();
        let entries: usize = blocks.iter().map(|block| block.features.len()).sum();
        let threads = useful(threads, entries, features);
        let mut totals = list_for(threads)?;
        for _ in 0..threads {
            totals.push(Self::zeros(features)?);
        }
        let queue = Mutex::new(blocks.iter());
        steps.run(&mut totals, |total, steps| {
            let next = || queue.lock().expect("no panic while the queue is locked").next();
            while let Some(block) = next() {
                block.each(|feature, count| {
                    total.documents[feature as usize] += 1;
                    total.counts[feature as usize] += count;
                });
                if steps.is_over() {
                    return false;
                }
            }
            true
        })?;
        Self::sum(totals, &mut steps)
    }

    /// The totals of each feature in the rows that a fold will make of the tokens of an index.
    pub(super) fn of_tokens(fold: &Fold) -> Result<Self> {
        let (index, ids) = fold.index().expect("the tokens are those of an index");
        let (groups, features, mut steps) = (Groups::of(index)?, fold.bound(), Steps::begin());
        let is_signed = Hashing::of(fold.task()).is_some();
        let threads = useful(fold.vectorizer().options.threads, fold.token_count(), features);
        let mut counters = list_for(threads)?;
        for _ in 0..threads {
            let (total, last_in) = (Self::zeros(features)?, zeros(features)?);
            counters.push(TokenCounter { total, last_in, document: 0, sequence: Sequence::default(), failed: None });
        }
        let next = AtomicUsize::new(0);
        steps.run(&mut counters, |counter, steps| {
            loop {
                let place = next.fetch_add(1, Ordering::Relaxed);
                if place >= groups.len() {
                    return true;
                }
                if let Err(error) = counter.sequence.fill(groups.get(place), ids) {
                    counter.failed = Some(error);
                    return true;
                }
                if is_signed {
                    counter.count::<true>();
                } else {
                    counter.count::<false>();
                }
                if steps.is_over() {
                    return false;
                }
            }
        })?;
        let mut totals = list_for(threads)?;
        for counter in counters {
            counter.failed.map_or(Ok(()), Err)?;
            totals.push(counter.total);
        }
        Self::sum(totals, &mut steps)
    }
}

/// The number of threads that are useful to count this number of entries, if each thread has a total of each feature.
fn useful(threads: usize, entries: usize, features: usize) -> usize {
    threads.min(entries / features.max(MIN_ENTRIES_PER_THREAD)).max(1)
}

/// Counts the tokens of documents.
struct TokenCounter {
    total: Totals,
    /// The last document that has each feature, or zero.
    last_in: Vec<u32>,
    /// The number of documents that were counted.
    document: u32,
    sequence: Sequence,
    failed: Option<Error>,
}

impl TokenCounter {
    /// Counts the tokens of the sequence.
    fn count<const SIGNED: bool>(&mut self) {
        let Self { total, last_in, document, sequence, .. } = self;
        let mut start = 0;
        for end in &sequence.ends {
            *document += 1;
            for occurrence in &sequence.ids[start..*end] {
                let (feature, change) = split::<SIGNED>(*occurrence);
                let last = &mut last_in[feature as usize];
                total.documents[feature as usize] += i64::from(*last != *document);
                total.counts[feature as usize] += i64::from(change);
                *last = *document;
            }
            start = *end;
        }
    }
}
