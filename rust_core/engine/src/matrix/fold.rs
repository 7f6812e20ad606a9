//! Makes the rows of a matrix from an index: a fold over integers, in steps, on all threads.
//!
//! The tokens of the index become ids of terms or of features. If features are n-grams of several terms, each thread
//! finds them with ids of its own; these are merged at the end, in order of first appearance.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use crate::checkpoint::Steps;
use crate::error::Result;
use crate::index::Index;
use crate::interner::{Interner, SharedInterner};
use crate::matrix::characters::CharacterIds;
use crate::matrix::features::Features;
use crate::matrix::fold_worker::{FoldWorker, Part, Source, Work, is_over, new_workers};
use crate::matrix::hashing::Hashing;
use crate::matrix::merge::{Merge, rename};
use crate::matrix::row_block::RowBlock;
use crate::matrix::trie::NO_ID;
use crate::matrix::vectorizer::{Task, TermKind, Vectorizer};
use crate::matrix::vocabulary::{Vocabulary, known_id};
use crate::matrix::word_features::WordFeatures;
use crate::memory::{list_for, reserve};
use crate::sequence::{DROPPED, Groups, Sequence};
use crate::terms::NO_TERM;
use crate::workers;

mod result;

/// The work of the next step.
enum Stage {
    /// The ids of tokens.
    Vocabulary(Box<Vocabulary>),
    /// The features inside words.
    Words,
    /// The rows of sequences.
    Rows,
    /// The features of all workers.
    Merging(Box<Merge>),
    /// Rows in which features still have the ids of the worker that found them: the features of each worker, and the
    /// number of rows that are done.
    Renaming(Vec<Vec<u32>>, usize),
    /// None: the rows are made later.
    Deferred,
    Complete,
}

/// The tokens of the documents.
enum Tokens {
    /// Those of an index, and the id for each type; `None` if it is the id of its term.
    Index(Box<Index>, Option<Vec<u32>>),
    Sequences(Vec<Sequence>),
}

/// Rows that are being made.
pub struct Fold {
    vectorizer: Arc<Vectorizer>,
    task: Task,
    terms: SharedInterner,
    source: Source,
    /// The characters, if tokens are characters.
    characters: CharacterIds,
    /// The known and the new features, if features may be new. Those that workers find are added at the end.
    features: Option<Features>,
    tokens: Tokens,
    /// The number of sequences.
    sequences: usize,
    /// The number of sequences that a worker has taken.
    taken: usize,
    workers: Vec<FoldWorker>,
    /// The rows of sequences, with the places of the sequences.
    parts: Vec<(usize, Part)>,
    /// The rows of earlier documents.
    earlier: Vec<RowBlock>,
    /// The number of features, if they were taken out.
    bound: Option<usize>,
    /// Whether the rows are made later.
    is_deferred: bool,
    stage: Stage,
}

impl Fold {
    /// Begins to fold an index that is settled. The known features are `grown`, or those of the vectorizer.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub(super) fn new(
        vectorizer: &Arc<Vectorizer>,
        task: Task,
        mut index: Box<Index>,
        grown: Option<Features>,
    ) -> Result<Self> {
        index.forget_types();
        let sequences = Groups::of(&index)?.len();
        let terms = Arc::clone(index.terms().terms());
        let stage = Stage::Vocabulary(Box::new(Vocabulary::begin(vectorizer, task, &terms, grown)?));
        Self::of(vectorizer, task, terms, Tokens::Index(index, None), sequences, stage)
    }

    /// Begins to fold sequences of these terms, which become new features.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    ///
    /// # Panics
    /// Panics if the vectorizer has features.
    pub(crate) fn of_sequences(
        vectorizer: &Arc<Vectorizer>,
        terms: &Arc<Interner>,
        sequences: Vec<Sequence>,
    ) -> Result<Self> {
        assert!(vectorizer.features.is_empty(), "the ids of tokens are those of their terms");
        let number = sequences.len();
        let stage = Stage::Vocabulary(Box::new(Vocabulary::begin(vectorizer, Task::Grow, terms, None)?));
        Self::of(vectorizer, Task::Grow, Arc::clone(terms), Tokens::Sequences(sequences), number, stage)
    }

    fn of(
        vectorizer: &Arc<Vectorizer>,
        task: Task,
        terms: Arc<Interner>,
        tokens: Tokens,
        sequences: usize,
        stage: Stage,
    ) -> Result<Self> {
        const { assert!(NO_TERM == DROPPED && NO_ID == DROPPED) };
        let options = &vectorizer.options;
        let is_inside = options.analyzer == TermKind::CharactersInWords;
        let source = match options.ngrams {
            ngrams if is_inside => Source::Inside(Box::new(WordFeatures::new(ngrams, Hashing::of(task)))),
            (1, 1) => Source::Alone,
            _ => Source::Following,
        };
        Ok(Self {
            vectorizer: Arc::clone(vectorizer),
            task,
            terms: SharedInterner::of(terms),
            source,
            characters: CharacterIds::default(),
            features: None,
            tokens,
            sequences,
            taken: 0,
            workers: new_workers(options.threads.min(sequences), options.ngrams, task)?,
            parts: list_for(sequences)?,
            earlier: Vec::new(),
            bound: None,
            is_deferred: false,
            stage,
        })
    }

    /// A fold of documents whose tokens are characters, and which are added later.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub(super) fn of_characters(vectorizer: &Arc<Vectorizer>, task: Task) -> Result<Self> {
        let options = &vectorizer.options;
        let known = &vectorizer.features;
        let features = if task == Task::Grow && options.ngrams == (1, 1) {
            Some(known.try_clone(&mut Steps::one())?)
        } else {
            None
        };
        let terms = if task == Task::Grow { Arc::clone(known.terms()) } else { Arc::default() };
        let workers = new_workers(options.threads, options.ngrams, task)?;
        let fold = Self::of(vectorizer, task, terms, Tokens::Sequences(Vec::new()), 0, Stage::Rows)?;
        Ok(Self { features, workers, ..fold })
    }

    /// Makes the rows of documents whose tokens are characters. They are ranges of a UTF-8 text.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped); then the fold is lost.
    pub(super) fn add(&mut self, text: &[u8], documents: &[Range<usize>], steps: &mut Steps) -> Result<()> {
        let Self { vectorizer, task, terms, features, .. } = self;
        let known = &vectorizer.features;
        let is_alone = matches!(self.source, Source::Alone);
        let look_up = |character: &[u8]| {
            if let Some(features) = features {
                features.terms_mut()?.intern(character).and_then(|term| features.feature_of_term(term))
            } else if *task == Task::Known {
                Ok(known_id(known, character, is_alone))
            } else if let Some(hashing) = Hashing::of(*task).filter(|_| is_alone) {
                Ok(hashing.occurrence(character))
            } else {
                terms.make_changeable(None)?;
                terms.get_mut().intern(character)
            }
        };
        let sequences = self.characters.sequences(&vectorizer.options, text, documents, look_up, steps)?;
        reserve(&mut self.parts, sequences.len())?;
        self.sequences += sequences.len();
        self.tokens = Tokens::Sequences(sequences);
        while !self.make_rows(|| steps.is_over())? {
            steps.end_step()?;
        }
        Ok(())
    }

    /// The same fold, after the rows of earlier documents.
    pub(super) fn after(self, earlier: Vec<RowBlock>) -> Self {
        Self { earlier, ..self }
    }

    /// The work that is done, and all work, in the same unit.
    pub fn progress(&self) -> (u64, u64) {
        let all = self.sequences.max(1) as u64;
        let done = match &self.stage {
            Stage::Vocabulary(_) | Stage::Words => 0,
            Stage::Rows => all + self.taken as u64,
            Stage::Merging(_) => 2 * all,
            Stage::Renaming(_, renamed) => 2 * all + *renamed as u64,
            Stage::Deferred | Stage::Complete => 3 * all,
        };
        (done, 3 * all)
    }

    /// Works until the deadline, but does at least some work. Returns whether all rows are made.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); then the rows are lost.
    pub fn step(&mut self, deadline: Option<Instant>) -> Result<bool> {
        let is_late = || deadline.is_some_and(|deadline| Instant::now() >= deadline);
        loop {
            match &mut self.stage {
                Stage::Vocabulary(vocabulary) => {
                    let term_of = match &self.tokens {
                        Tokens::Index(index, _) => index.terms().term_of(),
                        Tokens::Sequences(_) => &[],
                    };
                    if vocabulary.step(&self.vectorizer, term_of, is_over(&is_late))? {
                        self.take_vocabulary();
                    }
                }
                Stage::Words => {
                    if self.find_in_words(&is_late)? {
                        self.stage = Stage::Rows;
                    }
                }
                Stage::Rows => {
                    if self.make_rows(is_late)? {
                        self.stage = self.after_rows()?;
                    }
                }
                Stage::Merging(merge) => {
                    if merge.step(&self.workers, &self.parts, is_over(&is_late))? {
                        let Stage::Merging(merge) = std::mem::replace(&mut self.stage, Stage::Complete) else {
                            unreachable!("this is the stage")
                        };
                        let (features, maps) = merge.into_parts();
                        self.features = Some(features);
                        self.workers = Vec::new();
                        self.stage = Stage::Renaming(maps, 0);
                    }
                }
                Stage::Renaming(maps, renamed) => {
                    *renamed += rename(&mut self.parts[*renamed..], maps, is_late)?;
                    if *renamed == self.parts.len() {
                        self.stage = Stage::Complete;
                    }
                }
                Stage::Deferred | Stage::Complete => return Ok(true),
            }
            if is_late() {
                return Ok(matches!(self.stage, Stage::Complete));
            }
        }
    }

    /// Takes over the complete vocabulary.
    fn take_vocabulary(&mut self) {
        let next = match self.source {
            Source::Inside(_) => Stage::Words,
            _ if self.is_deferred => Stage::Deferred,
            _ => Stage::Rows,
        };
        let Stage::Vocabulary(vocabulary) = std::mem::replace(&mut self.stage, next) else {
            unreachable!("this is the stage")
        };
        let (terms, features, of_types) = vocabulary.into_parts();
        (self.terms, self.features) = (SharedInterner::of(terms), features);
        if let Tokens::Index(_, ids) = &mut self.tokens {
            *ids = of_types;
        }
    }

    /// Finds the features inside some words. Returns whether those of all words are found.
    fn find_in_words(&mut self, is_late: &impl Fn() -> bool) -> Result<bool> {
        let Source::Inside(words) = &mut self.source else { return Ok(true) };
        let mut is_over = is_over(is_late);
        while words.len() < self.terms.len() {
            let word = self.terms.get(u32::try_from(words.len()).expect("ids are 32 bits"));
            // Short words cost time too.
            if !words.push(word, &self.vectorizer.features, self.features.as_mut(), &mut is_over)? || is_over(1) {
                return Ok(words.len() == self.terms.len());
            }
        }
        Ok(true)
    }

    /// Makes some rows. Returns whether all are made.
    fn make_rows(&mut self, is_late: impl Fn() -> bool + Sync) -> Result<bool> {
        let bound = self.bound();
        let Self { vectorizer, terms, source, tokens, sequences, taken, workers, parts, .. } = self;
        let work = Work { vectorizer, terms, source, bound };
        let is_busy = workers.iter().any(FoldWorker::is_busy);
        let useful = if is_busy { workers.len() } else { workers.len().min((*sequences - *taken).max(1)) };
        let workers = workers.get_mut(..useful).unwrap_or_default();
        let first = *taken;
        let next = AtomicUsize::new(first);
        match tokens {
            Tokens::Index(index, ids) => {
                let groups = Groups::of(index)?;
                let ids = ids.as_deref().unwrap_or(index.terms().term_of());
                workers::run(workers, |worker| {
                    worker.run(&work, &is_late, |sequence| {
                        let place = next.fetch_add(1, Ordering::Relaxed);
                        if place >= groups.len() {
                            return Ok(None);
                        }
                        sequence.fill(groups.get(place), ids)?;
                        Ok(Some(place))
                    });
                });
            }
            Tokens::Sequences(rest) => {
                let queue = Mutex::new(rest.iter_mut());
                workers::run(workers, |worker| {
                    worker.run(&work, &is_late, |sequence| {
                        let mut queue = queue.lock().expect("no panic while the queue is locked");
                        let Some(taken) = queue.next() else { return Ok(None) };
                        *sequence = std::mem::take(taken);
                        Ok(Some(next.fetch_add(1, Ordering::Relaxed)))
                    });
                });
                let taken = next.load(Ordering::Relaxed) - first;
                rest.drain(..taken);
            }
        }
        *taken = next.into_inner().min(*sequences);
        workers.iter_mut().try_for_each(|worker| worker.failed.take().map_or(Ok(()), Err))?;
        for (number, worker) in workers.iter_mut().enumerate() {
            // There is room for all sequences.
            parts.extend(worker.made.drain(..).map(|(place, part)| (place, Part { worker: number, ..part })));
        }
        Ok(*taken == *sequences && !workers.iter().any(FoldWorker::is_busy))
    }

    /// The stage after all rows are made.
    fn after_rows(&mut self) -> Result<Stage> {
        self.tokens = Tokens::Sequences(Vec::new());
        self.parts.sort_unstable_by_key(|(place, _)| *place);
        if self.task != Task::Grow || !matches!(self.source, Source::Following) {
            return Ok(Stage::Complete);
        }
        let known = self.features.take().map_or_else(|| self.vectorizer.features.try_clone(&mut Steps::one()), Ok)?;
        let terms = self.terms.share();
        if let [first, others @ ..] = &mut self.workers[..]
            && known.is_empty()
            && others.iter().all(|worker| worker.grown.len() == 0)
        {
            self.features = Some(Features::of_grams(terms, std::mem::take(&mut first.grown)));
            return Ok(Stage::Complete);
        }
        Ok(Stage::Merging(Box::new(Merge::new(known, terms, &mut self.workers)?)))
    }
}
