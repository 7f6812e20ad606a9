//! The work of one thread: it makes the rows of sequences of documents.

use std::ops::Range;

use crate::checkpoint::UNITS_PER_LOOK;
use crate::error::{Error, Result};
use crate::interner::Interner;
use crate::matrix::features::GrownFeatures;
use crate::matrix::hashing::Hashing;
use crate::matrix::ngram_finder::NgramFinder;
use crate::matrix::row_block::RowBlock;
use crate::matrix::rows::RowMaker;
use crate::matrix::vectorizer::{Task, Vectorizer};
use crate::matrix::word_features::WordFeatures;
use crate::memory::{list_for, reserve};
use crate::sequence::Sequence;

/// The most n-grams that a hashing worker keeps. It then forgets them all, because only hashing needs them.
const MAX_KEPT_NGRAMS: usize = if cfg!(test) { 50 } else { 1 << 20 };

/// The features that a token stands for.
pub(super) enum Source {
    /// One: the id of a token is the feature, or its occurrence in a hashed row.
    Alone,
    /// Those inside the word; the id of a token is the id of the word.
    Inside(Box<WordFeatures>),
    /// The n-grams that begin with the token; its id is that of a term.
    Following,
}

/// The input that is the same for all sequences.
pub(super) struct Work<'f> {
    pub vectorizer: &'f Vectorizer,
    pub terms: &'f Interner,
    pub source: &'f Source,
    /// Features are below this bound, if workers do not find them.
    pub bound: usize,
}

/// The rows of one sequence.
pub(super) struct Part {
    pub rows: RowBlock,
    pub worker: usize,
    /// The number of features that the worker knew after this sequence.
    pub features: usize,
}

/// Makes the rows of sequences.
pub(super) struct FoldWorker {
    /// The features that this worker has found, if features are n-grams that may be new.
    pub grown: GrownFeatures,
    /// The rows of sequences, with the places of the sequences.
    pub made: Vec<(usize, Part)>,
    pub failed: Option<Error>,
    task: Task,
    sequence: Sequence,
    /// The place of the sequence, and the number of its documents whose rows are made; `None` if all are made.
    current: Option<(usize, usize)>,
    finder: NgramFinder,
    maker: RowMaker,
    occurrences: Vec<u32>,
    /// The occurrence of each feature in a hashed row.
    hashed: Vec<u32>,
}

impl FoldWorker {
    pub fn new(ngrams: (usize, usize), task: Task) -> Self {
        Self {
            grown: GrownFeatures::default(),
            made: Vec::new(),
            failed: None,
            task,
            sequence: Sequence::default(),
            current: None,
            finder: NgramFinder::new(ngrams),
            maker: RowMaker::new(Hashing::of(task).is_some()),
            occurrences: Vec::new(),
            hashed: Vec::new(),
        }
    }

    /// Whether rows of the last sequence are not made yet.
    pub fn is_busy(&self) -> bool {
        self.current.is_some()
    }

    /// Makes rows until `is_late` returns true after some work. `next` replaces a sequence by the next one, and returns
    /// its place.
    pub fn run(
        &mut self,
        work: &Work,
        is_late: &impl Fn() -> bool,
        next: impl Fn(&mut Sequence) -> Result<Option<usize>>,
    ) {
        let mut sequences = || -> Result<()> {
            loop {
                if self.current.is_none() {
                    let Some(place) = next(&mut self.sequence)? else { return Ok(()) };
                    self.maker.begin(self.sequence.ids.len(), self.sequence.ends.len())?;
                    self.current = Some((place, 0));
                }
                if !self.make_rows(work, is_over(is_late))? || is_late() {
                    return Ok(());
                }
            }
        };
        self.failed = sequences().err();
    }

    /// Makes the rows of the sequence. Returns whether all are made.
    fn make_rows(&mut self, work: &Work, mut is_over: impl FnMut(usize) -> bool) -> Result<bool> {
        let Some((place, mut document)) = self.current else { return Ok(true) };
        reserve(&mut self.made, 1)?;
        let mut start = document.checked_sub(1).map_or(0, |before| self.sequence.ends[before]);
        while let Some(end) = self.sequence.ends.get(document) {
            let (ids, number) = (&mut self.sequence.ids[start..], *end - start);
            let units = 1 + number;
            let is_made = match work.source {
                Source::Alone => self.maker.push_in_parts(ids, number, work.bound, &mut is_over)?,
                Source::Inside(words) => {
                    if !self.maker.has_part() {
                        self.occurrences.clear();
                        for word in &ids[..number] {
                            let features = words.get(*word);
                            reserve(&mut self.occurrences, features.len())?;
                            self.occurrences.extend_from_slice(features);
                        }
                    }
                    let number = self.occurrences.len();
                    self.maker.push_in_parts(&mut self.occurrences, number, work.bound, &mut is_over)?
                }
                Source::Following => self.push_ngrams(start..*end, work, &mut is_over)?,
            };
            if !is_made {
                self.current = Some((place, document));
                return Ok(false);
            }
            start = self.sequence.ends[document];
            document += 1;
            if is_over(units) {
                self.current = Some((place, document));
                return Ok(false);
            }
        }
        self.made.push((place, Part { rows: self.maker.take(), worker: 0, features: self.grown.len() }));
        self.current = None;
        Ok(true)
    }

    /// Makes the row of the n-grams of a document. Returns whether it is made.
    fn push_ngrams(
        &mut self,
        document: Range<usize>,
        work: &Work,
        mut is_over: impl FnMut(usize) -> bool,
    ) -> Result<bool> {
        if !self.maker.has_part() && !self.find_ngrams(document, work, &mut is_over)? {
            return Ok(false);
        }
        let Self { grown, maker, occurrences, hashed, .. } = self;
        let is_grown = self.task == Task::Grow;
        let (number, bound) = (occurrences.len(), if is_grown { grown.len() } else { work.bound });
        if !maker.push_in_parts(occurrences, number, bound, is_over)? {
            return Ok(false);
        }
        if !is_grown && grown.trie().len() > MAX_KEPT_NGRAMS {
            *grown = GrownFeatures::default();
            hashed.clear();
        }
        occurrences.clear();
        Ok(true)
    }

    /// Finds the n-grams of a document, as occurrences. Returns whether all are found.
    #[inline]
    fn find_ngrams(&mut self, document: Range<usize>, work: &Work, is_over: impl FnMut(usize) -> bool) -> Result<bool> {
        let Self { grown, finder, occurrences, hashed, sequence, .. } = self;
        let ids = &sequence.ids[document];
        let Work { vectorizer, terms, .. } = *work;
        let is_found = if self.task == Task::Known {
            finder.find(ids, &vectorizer.features, occurrences, is_over)?
        } else {
            finder.find(ids, grown.growing(terms.len()), occurrences, is_over)?
        };
        if let Some(hashing) = Hashing::of(self.task) {
            hashing.extend(hashed, grown.len(), |feature, name| {
                grown.name(feature, terms, vectorizer.options.analyzer.between(), name)
            })?;
            if is_found {
                occurrences.iter_mut().for_each(|feature| *feature = hashed[*feature as usize]);
            }
        }
        Ok(is_found)
    }
}

/// One worker for each thread, and at least one.
pub(super) fn new_workers(threads: usize, ngrams: (usize, usize), task: Task) -> Result<Vec<FoldWorker>> {
    let mut workers = list_for(threads.max(1))?;
    workers.resize_with(threads.max(1), || FoldWorker::new(ngrams, task));
    Ok(workers)
}

/// Counts units of work, and looks at the clock after many.
pub(super) fn is_over(is_late: &impl Fn() -> bool) -> impl FnMut(usize) -> bool {
    let mut units = 0;
    move |more| {
        units += more;
        if units < UNITS_PER_LOOK {
            return false;
        }
        units = 0;
        is_late()
    }
}
