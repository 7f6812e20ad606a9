//! The places of the tokens of each document.

use crate::error::Result;
use crate::index::Index;
use crate::index::token_store::TokenRun;
use crate::memory::{list_for, zeros};
use crate::workers;

/// Below this many documents, one thread finds the places of their tokens.
const MIN_DOCUMENTS_FOR_THREADS: usize = if cfg!(test) { 8 } else { 1 << 17 };

/// The places of the tokens of all documents.
pub struct Places {
    /// The number of documents that begin before each run, and then that of all documents.
    pub before: Vec<usize>,
    /// The number of tokens before each document in the run where it begins.
    pub starts: Vec<u32>,
}

impl Places {
    /// Returns the places of the tokens of an index, in which each document is complete.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn of(index: &Index, threads: usize) -> Result<Self> {
        let documents = index.position().documents;
        let runs = index.token_runs().count();
        let (mut before, mut starts, mut tasks) = (list_for(runs + 1)?, zeros(documents)?, list_for(runs)?);
        let (mut rest, mut count) = (&mut starts[..], 0);
        for run in index.token_runs() {
            before.push(count);
            let (own, others) = rest.split_at_mut(run.lengths().len() - usize::from(run.continues()));
            count += own.len();
            rest = others;
            tasks.push((run, own));
        }
        before.push(count);
        let useful = if documents < MIN_DOCUMENTS_FOR_THREADS { 1 } else { threads };
        workers::each(useful, tasks, |(run, starts): (TokenRun, &mut [u32])| {
            let (first, lengths) = run.lengths().split_at(usize::from(run.continues()));
            let mut start = first.iter().sum();
            for (place, length) in starts.iter_mut().zip(lengths) {
                *place = start;
                start += length;
            }
            Ok(())
        })?;
        Ok(Self { before, starts })
    }

    /// Returns whether a document begins in a run.
    pub fn is_in(&self, document: usize, run: usize) -> bool {
        self.before[run] <= document && document < self.before[run + 1]
    }

    /// Returns the number of the run where a document begins.
    pub fn run_of(&self, document: usize) -> usize {
        self.before.partition_point(|before| *before <= document) - 1
    }
}
