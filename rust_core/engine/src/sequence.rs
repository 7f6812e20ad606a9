//! The tokens of documents in order, as ids of terms or features.
//!
//! Matrices and n-grams read the tokens of an index as sequences of complete documents. They leave out tokens without a
//! term; analyses of neighbors read all types.

use std::ops::Range;

use crate::error::Result;
use crate::index::{Index, TokenRun};
use crate::memory::{list_for, reserve};
use crate::workers;

/// The tokens of a sequence, unless its last document is longer. Few enough for a short step.
pub const TOKENS_PER_SEQUENCE: usize = if cfg!(test) { 16 } else { 1 << 16 };

/// The id of a token that belongs to no sequence.
pub const DROPPED: u32 = u32::MAX;

/// The ids of consecutive documents.
#[derive(Debug, Default)]
pub struct Sequence {
    pub ids: Vec<u32>,
    /// The end of each document in `ids`.
    pub ends: Vec<usize>,
}

impl Sequence {
    /// Returns all tokens of an index, as the ids of their types. [`DROPPED`] tokens are left out.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn all(index: &Index, id_of_type: &[u32], threads: usize) -> Result<Vec<Self>> {
        Self::each(index, threads, |sequence, runs| sequence.fill(runs, id_of_type))
    }

    /// Returns all tokens of an index as types. So the place of a token in its document is its place in the text.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn of_types(index: &Index, threads: usize) -> Result<Vec<Self>> {
        Self::each(index, threads, |sequence, runs| sequence.fill_all(runs, |run, ids| run.ids_to(0..run.len(), ids)))
    }

    /// Returns all tokens of an index, as the ids of their types. [`DROPPED`] tokens stay in their places.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn all_with_gaps(index: &Index, id_of_type: &[u32], threads: usize) -> Result<Vec<Self>> {
        Self::each(index, threads, |sequence, runs| sequence.fill_all(runs, |run, ids| run.map_to(id_of_type, ids)))
    }

    fn each(
        index: &Index,
        threads: usize,
        fill: impl Fn(&mut Self, &[TokenRun]) -> Result<()> + Sync,
    ) -> Result<Vec<Self>> {
        let groups = Groups::of(index)?;
        let mut sequences: Vec<Self> = list_for(groups.len())?;
        sequences.resize_with(groups.len(), Self::default);
        let mut tasks = list_for(groups.len())?;
        tasks.extend(sequences.iter_mut().enumerate());
        let threads = if groups.len() > 1 { threads } else { 1 };
        workers::each(threads, tasks, |(number, sequence)| fill(sequence, groups.get(number)))?;
        Ok(sequences)
    }

    /// Removes all tokens, and makes room for those of these runs.
    fn begin(&mut self, runs: &[TokenRun]) -> Result<()> {
        let lengths = || runs.iter().flat_map(|run| run.lengths());
        self.ids.clear();
        self.ends.clear();
        reserve(&mut self.ids, lengths().map(|length| *length as usize).sum())?;
        reserve(&mut self.ends, lengths().count())
    }

    /// Replaces the sequence by all tokens of these runs, which `append` appends.
    fn fill_all(&mut self, runs: &[TokenRun], append: impl Fn(TokenRun, &mut Vec<u32>)) -> Result<()> {
        self.begin(runs)?;
        let Self { ids, ends } = self;
        for run in runs {
            let mut end = ids.len();
            append(*run, ids);
            if run.continues() {
                ends.pop();
            }
            ends.extend(run.lengths().iter().map(|length| {
                end += *length as usize;
                end
            }));
        }
        Ok(())
    }

    /// Returns the range of a document in `ids`.
    pub fn range(&self, document: usize) -> Range<usize> {
        document.checked_sub(1).map_or(0, |before| self.ends[before])..self.ends[document]
    }

    /// Replaces the sequence by the tokens of these runs. [`DROPPED`] tokens are left out.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn fill(&mut self, runs: &[TokenRun], id_of_type: &[u32]) -> Result<()> {
        self.begin(runs)?;
        let Self { ids, ends } = self;
        for run in runs {
            let start = ids.len();
            run.map_to(id_of_type, ids);
            let has_dropped = ids[start..].contains(&DROPPED);
            if run.continues() {
                ends.pop();
            }
            let (mut from, mut end) = (start, start);
            for length in run.lengths() {
                let own = from..from + *length as usize;
                from = own.end;
                if has_dropped {
                    for at in own {
                        // The next id overwrites a dropped one.
                        ids[end] = ids[at];
                        end += usize::from(ids[end] != DROPPED);
                    }
                } else {
                    end = from;
                }
                ends.push(end);
            }
            ids.truncate(end);
        }
        Ok(())
    }
}

/// The token runs of an index, in groups. Each group has complete documents, and becomes a sequence.
pub struct Groups<'i> {
    runs: Vec<TokenRun<'i>>,
    /// The end of each group in `runs`.
    ends: Vec<usize>,
}

impl<'i> Groups<'i> {
    /// Returns all runs of an index.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn of(index: &'i Index) -> Result<Self> {
        let (mut runs, mut ends): (Vec<TokenRun>, Vec<usize>) = Default::default();
        let mut tokens = 0;
        for run in index.token_runs() {
            if tokens >= TOKENS_PER_SEQUENCE && !run.continues() {
                reserve(&mut ends, 1)?;
                ends.push(runs.len());
                tokens = 0;
            }
            tokens += run.len();
            reserve(&mut runs, 1)?;
            runs.push(run);
        }
        if !runs.is_empty() {
            reserve(&mut ends, 1)?;
            ends.push(runs.len());
        }
        Ok(Self { runs, ends })
    }

    /// Returns the number of groups.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns the runs of a group.
    pub fn get(&self, number: usize) -> &[TokenRun<'i>] {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.runs[start..self.ends[number]]
    }
}
