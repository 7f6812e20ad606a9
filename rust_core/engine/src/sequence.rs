//! The tokens of documents in order, as ids of terms or features.
//!
//! Matrices and n-grams read the tokens of an index as sequences of complete documents. They leave out tokens without a
//! term; analyses of neighbors read all types.

use std::ops::Range;
use std::slice;
use std::sync::Mutex;

use crate::error::Result;
use crate::index::{Index, TokenRun};
use crate::memory::{list_for, reserve};
use crate::workers;

/// The tokens of a sequence, unless its last document is longer. Few enough for a short step.
pub const TOKENS_PER_SEQUENCE: usize = if cfg!(test) { 16 } else { 1 << 16 };

/// The id of a token that belongs to no sequence.
pub const DROPPED: u32 = u32::MAX;

/// The ids of consecutive documents.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Sequence {
    pub ids: Vec<u32>,
    /// The end of each document in `ids`.
    pub ends: Vec<usize>,
}

impl Sequence {
    /// Removes all tokens, and makes room for those of these runs.
    fn begin(&mut self, runs: &[TokenRun]) -> Result<()> {
        let lengths = || runs.iter().flat_map(|run| run.lengths());
        self.ids.clear();
        self.ends.clear();
        reserve(&mut self.ids, lengths().map(|length| *length as usize).sum())?;
        reserve(&mut self.ends, lengths().count())
    }

    /// Returns the range of a document in `ids`.
    pub fn range(&self, document: usize) -> Range<usize> {
        document.checked_sub(1).map_or(0, |before| self.ends[before])..self.ends[document]
    }

    /// Replaces the sequence by the tokens of these runs, as [`append`](Self::append).
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn fill(&mut self, runs: &[TokenRun], id_of_type: &[u32]) -> Result<()> {
        self.begin(runs)?;
        runs.iter().for_each(|run| self.append(*run, id_of_type));
        Ok(())
    }

    /// Appends the tokens of a run, for which there is room, as types. So the place of a token in its document is its
    /// place in the text.
    pub fn append_types(&mut self, run: TokenRun) {
        let end = self.ids.len();
        run.parts_to(slice::from_ref(&(0..run.len())), &mut self.ids, |id| id);
        self.append_ends(run, end);
    }

    /// Appends the tokens of a run, for which there is room, as the ids of their types. [`DROPPED`] tokens stay in their
    /// places.
    pub fn append_with_gaps(&mut self, run: TokenRun, id_of_type: &[u32]) {
        let end = self.ids.len();
        run.map_to(id_of_type, &mut self.ids);
        self.append_ends(run, end);
    }

    /// Appends the ends of the documents of a run whose first token is at `end`.
    fn append_ends(&mut self, run: TokenRun, mut end: usize) {
        if run.continues() {
            self.ends.pop();
        }
        self.ends.extend(run.lengths().iter().map(|length| {
            end += *length as usize;
            end
        }));
    }

    /// Appends the tokens of a run, for which there is room, as the ids of their types. [`DROPPED`] tokens are left out.
    pub fn append(&mut self, run: TokenRun, id_of_type: &[u32]) {
        let Self { ids, ends } = self;
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
}

/// The sequences of an index, while they are read in steps. The index may grow between two steps.
#[derive(Debug)]
pub struct Reading {
    /// The number of runs of the index that are read.
    runs: usize,
    /// The sequences that were begun, and the number of their runs that they have.
    sequences: Vec<(Sequence, usize)>,
}

impl Reading {
    /// Begins to read all documents, each of which is indexed completely.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn begin(index: &Index) -> Result<Self> {
        let runs = index.token_runs().count();
        let mut sequences: Vec<(Sequence, usize)> = list_for(Groups::first(index, runs)?.len())?;
        sequences.resize_with(sequences.capacity(), Default::default);
        Ok(Self { runs, sequences })
    }

    /// Reads runs until all are read or `is_over` returns true, but at least one on each thread. `append` appends a run to a
    /// sequence, which has room for it. Returns whether all are read.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn advance(
        &mut self,
        index: &Index,
        threads: usize,
        is_over: impl Fn() -> bool + Sync,
        append: impl Fn(&mut Sequence, TokenRun) + Sync,
    ) -> Result<bool> {
        let groups = Groups::first(index, self.runs)?;
        let rest = |(number, (_, read)): (usize, &(Sequence, usize))| *read < groups.get(number).len();
        let tasks = self.sequences.iter().enumerate().filter(|task| rest(*task)).count();
        let mut results = list_for(threads.min(tasks).max(1))?;
        results.resize(threads.min(tasks).max(1), Ok(true));
        let queue = Mutex::new(self.sequences.iter_mut().enumerate());
        let next = || {
            let mut queue = queue.lock().expect("no panic while the queue is locked");
            queue.find(|(number, (_, read))| *read < groups.get(*number).len())
        };
        workers::run(&mut results, |result| {
            while let Some((number, (sequence, read))) = next() {
                let runs = groups.get(number);
                if *read == 0
                    && let Err(error) = sequence.begin(runs)
                {
                    *result = Err(error);
                    return;
                }
                while let Some(run) = runs.get(*read) {
                    append(sequence, *run);
                    *read += 1;
                    if is_over() {
                        *result = Ok(false);
                        return;
                    }
                }
            }
        });
        results.into_iter().try_fold(true, |are_all, result| Ok(are_all & result?))
    }

    /// Returns the sequences, when all are read.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn into_sequences(self) -> Result<Vec<Sequence>> {
        let mut sequences = list_for(self.sequences.len())?;
        sequences.extend(self.sequences.into_iter().map(|(sequence, _)| sequence));
        Ok(sequences)
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
        Self::first(index, usize::MAX)
    }

    /// Returns the first `number` runs of an index.
    fn first(index: &'i Index, number: usize) -> Result<Self> {
        let (mut runs, mut ends): (Vec<TokenRun>, Vec<usize>) = Default::default();
        let mut tokens = 0;
        for run in index.token_runs().take(number) {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::documents::{Checked, Documents};
    use crate::tokenizer::Tokenization;

    /// Returns an index of these texts.
    fn index(texts: &[String]) -> Index {
        let mut documents = Documents::default();
        for text in texts {
            documents.push(&Checked::new(text.as_bytes()).unwrap()).unwrap();
        }
        let mut index = Index::new(true, &Tokenization::default());
        let (chunks, _) = documents.since(0).unwrap();
        index.update(&chunks, 0, 1, None).unwrap();
        index
    }

    /// Returns all sequences, and the number of steps in which they were read.
    fn read(index: &Index, threads: usize, is_over: bool) -> (usize, Vec<Sequence>) {
        let (mut reading, mut steps) = (Reading::begin(index).unwrap(), 1);
        while !reading.advance(index, threads, || is_over, Sequence::append_types).unwrap() {
            steps += 1;
        }
        (steps, reading.into_sequences().unwrap())
    }

    proptest! {
        #[test]
        fn sequences_do_not_depend_on_steps_or_threads(
            texts in prop::collection::vec("([a-e]{1,3} ){1,60}", 1..12), threads in 1..4_usize,
        ) {
            let index = index(&texts);
            let (_, expected) = read(&index, 1, false);
            let lengths = expected.iter().flat_map(|sequence| {
                sequence.ends.iter().scan(0, |start, end| Some(end - std::mem::replace(start, *end)))
            });
            prop_assert!(lengths.eq(texts.iter().map(|text| text.split_whitespace().count())));
            let (steps, sequences) = read(&index, threads, true);
            prop_assert_eq!(sequences, expected);
            let runs = index.token_runs().count();
            prop_assert!((runs / threads..=runs + 1).contains(&steps), "{} steps for {} runs", steps, runs);
        }
    }
}
