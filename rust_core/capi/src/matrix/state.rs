//! The state of a matrix, and how calls of several threads share it.

use std::mem::replace;
use std::ops::Range;
use std::slice;
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use engine::Error;
use engine::checkpoint::Steps;
use engine::matrix::{Fold, Matrix, MatrixBuilder};
use engine::memory::{list_for, reserve};
use engine::workers;

use crate::error::status::{Failure, TP_ERROR_INVALID_ARGUMENT};
use crate::handles::Handle;
use crate::runtime::fork::{Origin, is_free};

/// Documents of fewer bytes are copied, so that the engine counts several in one call.
const COPY_BELOW_BYTES: usize = 64 << 10;
/// The bytes of short documents that are copied before one call.
const COPIED_BYTES: usize = 4 << 20;

/// The bytes that each thread copies at least: for fewer, starting a thread costs more time than it saves.
const BYTES_FOR_THREADS: usize = 1 << 20;

/// Copies texts, with a zero byte after each, and lists their places.
fn join(
    texts: &[&[u8]],
    threads: usize,
    together: &mut Vec<u8>,
    documents: &mut Vec<Range<usize>>,
) -> Result<(), Error> {
    documents.clear();
    reserve(documents, texts.len())?;
    let mut length = 0;
    documents.extend(texts.iter().map(|text| {
        let start = length;
        length += text.len() + 1;
        start..length - 1
    }));
    reserve(together, length.saturating_sub(together.len()))?;
    together.resize(length, 0);
    let parts = threads.min(1 + length / BYTES_FOR_THREADS);
    let mut work = list_for(parts)?;
    let (mut rest, mut room, mut before) = (texts, &mut **together, 0);
    for part in 1..=parts {
        let number = documents.partition_point(|document| document.start < length * part / parts) - before;
        let (some, others) = rest.split_at(number);
        let (own, behind) = room.split_at_mut(some.iter().map(|text| text.len() + 1).sum());
        work.push((some, own));
        (rest, room, before) = (others, behind, before + number);
    }
    workers::run(&mut work, |(texts, room)| {
        let mut start = 0;
        for text in *texts {
            room[start..start + text.len()].copy_from_slice(text);
            // Texts of the call before may be there.
            room[start + text.len()] = 0;
            start += text.len() + 1;
        }
    });
    Ok(())
}

/// A matrix behind its opaque handle.
pub struct tp_matrix {
    pub(crate) state: Mutex<State>,
    /// Wakes calls that wait for a call of another thread.
    is_returned: Condvar,
    origin: Origin,
}

pub(crate) enum State {
    Building(Box<MatrixBuilder>),
    Folding(Box<Fold>),
    Complete(Box<Matrix>),
    Failed(Error),
    /// A call of this thread works on the matrix. It does not hold the lock, because it runs checkpoints.
    Taken(ThreadId),
}

impl State {
    /// The state after a panic, and while a step that may panic runs.
    const LOST: Self = Self::Failed(Error::OutOfMemory { bytes: 0 });

    /// Works until the deadline, or until the matrix is complete. Returns the work that is done, and all work.
    pub(super) fn step(&mut self, deadline: Option<Instant>) -> (u64, u64) {
        let fold = match replace(self, Self::LOST) {
            Self::Building(mut builder) => match builder.settle(deadline) {
                Ok(false) => {
                    *self = Self::Building(builder);
                    return (0, 1);
                }
                Ok(true) => builder.finish(),
                Err(error) => Err(error),
            },
            Self::Folding(fold) => Ok(*fold),
            other => {
                *self = other;
                return (1, 1);
            }
        };
        let folded = fold.and_then(|mut fold| match fold.step(deadline)? {
            true => Ok(((1, 1), Self::Complete(Box::new(fold.finish()?)))),
            false => Ok((fold.progress(), Self::Folding(Box::new(fold)))),
        });
        let (progress, after) = folded.unwrap_or_else(|error| ((1, 1), Self::Failed(error)));
        *self = after;
        progress
    }

    /// Completes the matrix if it is not complete yet.
    fn complete(&mut self) -> Result<&mut Matrix, Failure> {
        let mut steps = Steps::begin();
        loop {
            let (done, all) = self.step(steps.end());
            if done == all {
                break;
            }
            steps.end_step()?;
        }
        match self {
            Self::Complete(matrix) => Ok(matrix),
            Self::Failed(error) => Err(error.clone().into()),
            Self::Building(_) | Self::Folding(_) | Self::Taken(_) => unreachable!("it was completed above"),
        }
    }
}

impl Handle for tp_matrix {
    fn is_here(&self) -> bool {
        self.origin.is_here(|| {
            let is_returned = || match &*self.state.lock().unwrap_or_else(PoisonError::into_inner) {
                State::Taken(by) => *by == thread::current().id(),
                _ => true,
            };
            is_free(&self.state) && is_returned()
        })
    }
}

/// Gives the state of a matrix back.
struct Return<'m> {
    matrix: &'m tp_matrix,
    state: State,
}

impl Drop for Return<'_> {
    fn drop(&mut self) {
        let state = replace(&mut self.state, State::LOST);
        let after = if thread::panicking() { State::LOST } else { state };
        *self.matrix.state.lock().unwrap_or_else(PoisonError::into_inner) = after;
        self.matrix.is_returned.notify_all();
    }
}

impl tp_matrix {
    pub(super) fn of(state: State) -> Self {
        Self { state: Mutex::new(state), is_returned: Condvar::new(), origin: Origin::new() }
    }

    /// Passes the state to `work`, which may run checkpoints, because it does not hold the lock. Calls of other threads
    /// wait.
    pub(super) fn with_state<R>(&self, work: impl FnOnce(&mut State) -> Result<R, Failure>) -> Result<R, Failure> {
        let here = thread::current().id();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while let State::Taken(by) = &*state {
            if *by == here {
                let message = "the checkpoint runs inside a call for this matrix: use the matrix after that call";
                return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message));
            }
            state = self.is_returned.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let taken = replace(&mut *state, State::Taken(here));
        drop(state);
        work(&mut Return { matrix: self, state: taken }.state)
    }

    /// Adds documents; `first` is the place of the first one in the call, for errors.
    pub(super) fn add(&self, text: &[u8], documents: &[Range<usize>], first: usize) -> Result<(), Failure> {
        self.with_state(|state| match state {
            State::Building(builder) => builder.add(text, documents).map_err(|error| {
                let failure: Failure = error.into();
                Failure { document: failure.document.map(|document| first + document), ..failure }
            }),
            State::Folding(_) | State::Complete(_) => Err(Failure::new(
                TP_ERROR_INVALID_ARGUMENT,
                "the matrix is complete: documents can only be added before its first query",
            )),
            State::Failed(error) => Err(error.clone().into()),
            State::Taken(_) => unreachable!("this call has taken it"),
        })
    }

    /// Adds documents, short ones together. An error of the matrix has the number of the text.
    pub(super) fn add_each(&self, texts: &[&[u8]]) -> Result<(), Failure> {
        let (mut together, mut documents): (Vec<u8>, Vec<Range<usize>>) = Default::default();
        let threads = self.with_state(|state| match state {
            State::Building(builder) => Ok(builder.threads()),
            _ => Ok(1),
        })?;
        if texts.is_empty() {
            return self.add(&[], &[], 0);
        }
        let mut first = 0;
        while let [text, ..] = &texts[first..] {
            if text.len() >= COPY_BELOW_BYTES {
                self.add(text, slice::from_ref(&(0..text.len())), first)?;
                first += 1;
                continue;
            }
            let mut bytes = 0;
            let is_short = |text: &&&[u8]| {
                let has_room = bytes < COPIED_BYTES;
                bytes += text.len() + 1;
                has_room && text.len() < COPY_BELOW_BYTES
            };
            let number = texts[first..].iter().take_while(is_short).count();
            join(&texts[first..first + number], threads, &mut together, &mut documents)?;
            self.add(&together, &documents, first)?;
            first += number;
        }
        Ok(())
    }

    /// Makes the matrix for about this time; all of it if the time is 0. Returns the work that is done, and all work.
    pub(super) fn update(&self, time: Duration) -> Result<(u64, u64), Failure> {
        self.with_state(|state| {
            if time.is_zero() {
                state.complete()?;
                return Ok((1, 1));
            }
            let progress = state.step(Some(Instant::now() + time));
            if let State::Failed(error) = state { Err(error.clone().into()) } else { Ok(progress) }
        })
    }

    /// Completes the matrix if it is not complete yet, then passes it to `work`.
    pub(super) fn with<R>(&self, work: impl FnOnce(&mut Matrix) -> Result<R, Failure>) -> Result<R, Failure> {
        self.with_state(|state| work(state.complete()?))
    }
}
