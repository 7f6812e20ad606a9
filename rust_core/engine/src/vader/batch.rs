//! Many texts, on all cores.

use std::num::NonZero;
use std::sync::{Mutex, PoisonError};

use memchr::memchr_iter;

use crate::analyzer::BatchError;
use crate::documents::number_of_parts;
use crate::error::Result;
use crate::memory::{list_for, zeros};
use crate::vader::{Scores, Scratch, Vader};
use crate::workers;

/// Texts that a thread takes at once.
const TOGETHER: usize = if cfg!(test) { 4 } else { 64 };

/// Bytes of text from which on more than one thread is worth it.
const WORTH_THREADS: usize = if cfg!(test) { 64 } else { 32 << 10 };

/// The numbers of many texts, in the order of these.
#[derive(Debug, Default, PartialEq)]
pub struct Columns {
    /// See [`Scores`].
    pub negative: Vec<f64>,
    /// See [`Scores`].
    pub neutral: Vec<f64>,
    /// See [`Scores`].
    pub positive: Vec<f64>,
    /// See [`Scores`].
    pub compound: Vec<f64>,
}

/// Texts, and where their numbers go.
struct Task<'a, 't> {
    first: usize,
    texts: &'a [&'t [u8]],
    numbers: [&'a mut [f64]; 4],
}

impl Task<'_, '_> {
    fn work(&mut self, vader: &Vader, scratch: &mut Scratch) -> std::result::Result<(), BatchError> {
        for (place, text) in self.texts.iter().enumerate() {
            let scores = vader.score_with(scratch, text);
            let Scores { negative, neutral, positive, compound } =
                scores.map_err(|error| BatchError { text: self.first + place, error })?;
            for (column, number) in self.numbers.iter_mut().zip([negative, neutral, positive, compound]) {
                column[place] = number;
            }
        }
        Ok(())
    }
}

impl Vader {
    /// Scores texts, on so many threads.
    ///
    /// # Errors
    /// What [`score`](Self::score) says of the first text that it fails for, with its place.
    pub fn score_all(&self, texts: &[&[u8]], threads: NonZero<usize>) -> std::result::Result<Columns, BatchError> {
        let out_of_memory = |error| BatchError { text: 0, error };
        let mut columns = Columns::for_texts(texts.len()).map_err(out_of_memory)?;
        let tasks = columns.tasks(texts).map_err(out_of_memory)?;
        let bytes: usize = texts.iter().map(|text| text.len()).sum();
        let threads = if bytes < WORTH_THREADS { 1 } else { threads.get().min(tasks.len()).max(1) };
        let mut scratches = list_for(threads).map_err(out_of_memory)?;
        scratches.resize_with(threads, Scratch::default);
        let tasks = Mutex::new(tasks.into_iter());
        let failed: Mutex<Option<BatchError>> = Mutex::default();
        workers::run(&mut scratches, |scratch| {
            let failed = || failed.lock().unwrap_or_else(PoisonError::into_inner);
            let next = || tasks.lock().unwrap_or_else(PoisonError::into_inner).next();
            // Tasks are given out in order, so those before one that failed are worked on to their end.
            while let Some(mut task) = next().filter(|_| failed().is_none()) {
                if let Err(error) = task.work(self, scratch) {
                    let mut failed = failed();
                    if failed.as_ref().is_none_or(|before| error.text < before.text) {
                        *failed = Some(error);
                    }
                }
            }
        });
        drop(tasks);
        failed.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(columns), Err)
    }

    /// Scores the parts of a text between separators, on so many threads: one more than there are separators.
    ///
    /// # Errors
    /// As [`score_all`](Self::score_all).
    pub fn score_separated(
        &self,
        text: &[u8],
        separator: u8,
        threads: NonZero<usize>,
    ) -> std::result::Result<Columns, BatchError> {
        let parts = list_for(number_of_parts(text, separator));
        let mut parts: Vec<&[u8]> = parts.map_err(|error| BatchError { text: 0, error })?;
        let mut start = 0;
        for end in memchr_iter(separator, text).chain([text.len()]) {
            parts.push(&text[start..end]);
            start = end + 1;
        }
        self.score_all(&parts, threads)
    }
}

impl Columns {
    fn for_texts(texts: usize) -> Result<Self> {
        Ok(Self { negative: zeros(texts)?, neutral: zeros(texts)?, positive: zeros(texts)?, compound: zeros(texts)? })
    }

    fn tasks<'a, 't>(&'a mut self, texts: &'a [&'t [u8]]) -> Result<Vec<Task<'a, 't>>> {
        let mut tasks = list_for(texts.len().div_ceil(TOGETHER))?;
        let firsts = (0..).step_by(TOGETHER);
        let negative = self.negative.chunks_mut(TOGETHER).zip(self.neutral.chunks_mut(TOGETHER));
        let positive = self.positive.chunks_mut(TOGETHER).zip(self.compound.chunks_mut(TOGETHER));
        let numbers = negative
            .zip(positive)
            .map(|((negative, neutral), (positive, compound))| [negative, neutral, positive, compound]);
        let all = firsts.zip(texts.chunks(TOGETHER)).zip(numbers);
        tasks.extend(all.map(|((first, texts), numbers)| Task { first, texts, numbers }));
        Ok(tasks)
    }
}
