//! Scores many texts on all cores.

use std::num::NonZero;
use std::sync::{Mutex, PoisonError};

use memchr::memchr_iter;

use crate::checkpoint::Steps;
use crate::documents::{number_of_parts, pieces};
use crate::error::{BatchError, Error, Result};
use crate::memory::{list_for, reserve, zeros};
use crate::sentiment::vader::joined_texts::{JoinedTexts, Texts};
use crate::sentiment::vader::scorer::{ScoringScratch, Vader};
use crate::sentiment::vader::scores::Scores;
use crate::utf8;

/// Approximately the bytes of a task, so that its data fit into the fastest cache.
const BYTES_PER_TASK: usize = if cfg!(test) { 32 } else { 8 << 10 };

/// With less text, starting threads and caching words would cost more than it gains.
const MIN_BYTES_FOR_THREADS: usize = if cfg!(test) { 64 } else { 32 << 10 };

/// The scores of texts, in the order of the texts.
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

/// Texts that are scored together.
#[derive(Clone, Copy)]
enum Source<'t> {
    Each(&'t [&'t [u8]]),
    Separated(&'t [u8], u8),
}

/// Texts, and the memory for their scores.
struct ScoringTask<'a, 't> {
    first: usize,
    source: Source<'t>,
    numbers: [&'a mut [f64]; 4],
}

/// The memory of a thread.
#[derive(Default)]
struct WorkerMemory {
    joined: JoinedTexts,
    ends: Vec<usize>,
    scratch: ScoringScratch,
}

type BatchResult<T> = std::result::Result<T, BatchError>;

impl Source<'_> {
    fn texts<'m>(&'m self, joined: &'m mut JoinedTexts, ends: &'m mut Vec<usize>) -> BatchResult<Texts<'m>> {
        match *self {
            Self::Each(texts) => {
                joined.clear();
                for (text, bytes) in texts.iter().enumerate() {
                    let added = utf8::checked(bytes).and_then(|part| joined.append(part)).and_then(|()| joined.end());
                    added.map_err(|error| BatchError { text, error })?;
                }
                Ok(joined.texts())
            }
            Self::Separated(bytes, separator) => {
                ends.clear();
                for end in memchr_iter(separator, bytes).chain([bytes.len()]) {
                    push(ends, end)?;
                }
                if let Ok(text) = utf8::checked(bytes) {
                    return Ok(Texts { text, ends });
                }
                let parts = bytes.split(|byte| *byte == separator).enumerate();
                let mut wrong =
                    parts.filter_map(|(text, part)| Some(BatchError { text, error: utf8::checked(part).err()? }));
                Err(wrong.next().expect("one of the texts is not UTF-8"))
            }
        }
    }
}

impl ScoringTask<'_, '_> {
    fn work(&mut self, vader: &Vader, memory: &mut WorkerMemory, steps: &mut Steps) -> BatchResult<()> {
        let WorkerMemory { joined, ends, scratch } = memory;
        let texts = self.source.texts(joined, ends);
        let texts = texts.map_err(|BatchError { text, error }| BatchError { text: self.first + text, error })?;
        let numbers = &mut self.numbers;
        let scored = vader.score_together(scratch, texts, steps, |place, scores| {
            let Scores { negative, neutral, positive, compound } = scores;
            for (column, number) in numbers.iter_mut().zip([negative, neutral, positive, compound]) {
                column[place] = number;
            }
        });
        scored.map_err(|error| BatchError { text: self.first, error })
    }
}

impl Vader {
    /// Scores texts on at most `threads` threads.
    ///
    /// # Errors
    /// The error of [`score`](Self::score) for the first text that fails, with its index.
    pub fn score_all(&self, texts: &[&[u8]], threads: NonZero<usize>) -> BatchResult<Columns> {
        let (mut rest, mut sources) = (texts, Vec::new());
        while let Some((first, others)) = rest.split_first() {
            let mut length = first.len();
            let fits = |text: &&&[u8]| {
                length += text.len();
                length <= BYTES_PER_TASK
            };
            // Limits the number of texts too, because texts may be empty.
            let some;
            (some, rest) = rest.split_at(1 + others.iter().take(BYTES_PER_TASK).take_while(fits).count());
            push(&mut sources, (Source::Each(some), some.len()))?;
        }
        let bytes = texts.iter().map(|text| text.len()).sum();
        self.score_sources(sources, bytes, threads)
    }

    /// Scores the parts of a text between separators, on at most `threads` threads. The number of parts is the number
    /// of separators plus one.
    ///
    /// # Errors
    /// As [`score_all`](Self::score_all).
    pub fn score_separated(&self, text: &[u8], separator: u8, threads: NonZero<usize>) -> BatchResult<Columns> {
        let mut sources = Vec::new();
        for piece in pieces(text, separator, BYTES_PER_TASK) {
            push(&mut sources, (Source::Separated(piece, separator), number_of_parts(piece, separator)))?;
        }
        self.score_sources(sources, text.len(), threads)
    }

    /// Scores the texts of sources. Each source comes with the number of its texts; `bytes` is the length of all texts.
    fn score_sources(
        &self,
        sources: Vec<(Source, usize)>,
        bytes: usize,
        threads: NonZero<usize>,
    ) -> BatchResult<Columns> {
        let texts = sources.iter().map(|(_, number)| number).sum();
        let mut columns = Columns::for_texts(texts).map_err(out_of_memory)?;
        let is_much = bytes >= MIN_BYTES_FOR_THREADS;
        let threads = if is_much { threads.get().min(sources.len()) } else { 1 };
        let mut memories: Vec<WorkerMemory> = list_for(threads).map_err(out_of_memory)?;
        for _ in 0..threads {
            let mut memory = WorkerMemory::default();
            if is_much {
                memory.scratch.cache.begin().map_err(out_of_memory)?;
            }
            memories.push(memory);
        }
        let mut steps = Steps::begin();
        if let [memory] = &mut memories[..] {
            // A text may be long, so this thread can stop inside it.
            for mut task in columns.tasks(sources) {
                steps.did(task.numbers[0].len()).map_err(|error| BatchError { text: task.first, error })?;
                task.work(self, memory, &mut steps)?;
            }
            return Ok(columns);
        }
        let tasks = Mutex::new(columns.tasks(sources));
        let failed: Mutex<Option<BatchError>> = Mutex::default();
        let stopped = steps.run(&mut memories, |memory, steps| {
            let failed = || failed.lock().unwrap_or_else(PoisonError::into_inner);
            let next = || tasks.lock().unwrap_or_else(PoisonError::into_inner).next();
            // Workers take tasks in order, so the tasks before one that failed are finished too.
            while let Some(mut task) = next().filter(|_| failed().is_none()) {
                if let Err(error) = task.work(self, memory, &mut Steps::one()) {
                    let mut failed = failed();
                    if failed.as_ref().is_none_or(|before| error.text < before.text) {
                        *failed = Some(error);
                    }
                }
                if steps.is_over() {
                    return false;
                }
            }
            true
        });
        stopped.map_err(|error| BatchError { text: 0, error })?;
        drop(tasks);
        failed.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(columns), Err)
    }
}

fn out_of_memory(error: Error) -> BatchError {
    BatchError { text: 0, error }
}

fn push<T>(list: &mut Vec<T>, value: T) -> BatchResult<()> {
    reserve(list, 1).map_err(out_of_memory)?;
    list.push(value);
    Ok(())
}

impl Columns {
    fn for_texts(texts: usize) -> Result<Self> {
        Ok(Self { negative: zeros(texts)?, neutral: zeros(texts)?, positive: zeros(texts)?, compound: zeros(texts)? })
    }

    fn tasks<'a, 't>(&'a mut self, sources: Vec<(Source<'t>, usize)>) -> impl Iterator<Item = ScoringTask<'a, 't>> {
        let Self { negative, neutral, positive, compound } = self;
        let (mut first, mut rest) = (0, [negative, neutral, positive, compound].map(Vec::as_mut_slice));
        sources.into_iter().map(move |(source, number)| {
            let numbers = rest.each_mut().map(|rest| rest.split_off_mut(..number).expect("a place for each text"));
            let task = ScoringTask { first, source, numbers };
            first += number;
            task
        })
    }
}
