//! The tokens of documents in order, as ids of terms or features.

use std::sync::Mutex;

use crate::error::Result;
use crate::index::{Index, TokenRun};
use crate::memory::{list_for, reserve};
use crate::workers;

/// The tokens of a sequence, unless its last document is longer. Few enough for a short step.
pub(super) const TOKENS_PER_SEQUENCE: usize = if cfg!(test) { 16 } else { 1 << 16 };

/// The id of a token that belongs to no sequence.
pub(super) const DROPPED: u32 = u32::MAX;

/// The ids of consecutive documents.
#[derive(Debug, Default)]
pub(super) struct Sequence {
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
        let mut runs: Vec<TokenRun> = Vec::new();
        for run in index.token_runs() {
            reserve(&mut runs, 1)?;
            runs.push(run);
        }
        let mut work: Vec<(&[TokenRun], Result<Self>)> = Vec::new();
        let mut rest = &runs[..];
        while !rest.is_empty() {
            let (mut tokens, mut length) = (0, 0);
            while let Some(run) = rest.get(length).filter(|run| tokens < TOKENS_PER_SEQUENCE || run.continues()) {
                tokens += run.lengths().iter().map(|length| *length as usize).sum::<usize>();
                length += 1;
            }
            let group;
            (group, rest) = rest.split_at(length);
            reserve(&mut work, 1)?;
            work.push((group, Ok(Self::default())));
        }
        let threads = threads.min(work.len()).max(1);
        let queue = Mutex::new(work.iter_mut());
        let mut states = list_for(threads)?;
        states.resize(threads, ());
        workers::run(&mut states, |()| {
            let next = || queue.lock().expect("no panic while the queue is locked").next();
            while let Some((group, sequence)) = next() {
                *sequence = Self::of(group, id_of_type);
            }
        });
        let mut sequences = list_for(work.len())?;
        for (_, sequence) in work {
            sequences.push(sequence?);
        }
        Ok(sequences)
    }

    fn of(runs: &[TokenRun], id_of_type: &[u32]) -> Result<Self> {
        let lengths = || runs.iter().flat_map(|run| run.lengths());
        let mut ids: Vec<u32> = list_for(lengths().map(|length| *length as usize).sum())?;
        let mut ends = list_for(lengths().count())?;
        for run in runs {
            let start = ids.len();
            ids.extend(run.ids().map(|id| id_of_type[id as usize]));
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
        Ok(Self { ids, ends })
    }
}
