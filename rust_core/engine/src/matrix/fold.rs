//! Makes the rows of a matrix from an index: a fold over integers, in steps, on all threads.
//!
//! The tokens of the index become ids of terms or of features. If features are n-grams of several terms, each thread
//! finds them with ids of its own; these are merged at the end, in order of first appearance.

use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use crate::error::Result;
use crate::index::Index;
use crate::interner::Interner;
use crate::matrix::characters::CharacterIds;
use crate::matrix::csr::Matrix;
use crate::matrix::features::{Features, GrownFeatures, changeable};
use crate::matrix::fold_worker::{FoldWorker, Part, Source};
use crate::matrix::hashing::Hashing;
use crate::matrix::rows::RowBlock;
use crate::matrix::sequence::{DROPPED, Sequence};
use crate::matrix::trie::NO_ID;
use crate::matrix::vectorizer::{Task, TermKind, Vectorizer};
use crate::matrix::words::WordFeatures;
use crate::memory::{list_for, reserve};
use crate::terms::{NO_TERM, TermMap};
use crate::workers;

/// The id of a term that is in no known feature. It separates the terms around it.
const UNKNOWN: u32 = NO_ID - 1;

/// The words whose features are found between two looks at the clock.
const WORDS_PER_LOOK: usize = 1 << 10;

/// The work of the next step.
enum Stage {
    /// The features inside words.
    Words,
    /// The rows of sequences.
    Rows,
    /// Rows in which features still have the ids of the worker that found them: the features of each worker, and the
    /// number of rows that are done.
    Renaming(Vec<Vec<u32>>, usize),
    Complete,
}

/// Rows that are being made.
pub struct Fold {
    vectorizer: Arc<Vectorizer>,
    task: Task,
    terms: Arc<Interner>,
    source: Source,
    /// The characters, if tokens are characters.
    characters: CharacterIds,
    /// The known and the new features, if features may be new and are not found by workers.
    features: Option<Features>,
    sequences: Vec<Sequence>,
    /// The number of sequences whose rows are made.
    made: usize,
    workers: Vec<FoldWorker>,
    parts: Vec<Part>,
    /// The rows of earlier documents.
    earlier: Vec<RowBlock>,
    stage: Stage,
}

impl Fold {
    /// Begins to fold an index that is settled.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub(crate) fn new(vectorizer: &Arc<Vectorizer>, task: Task, index: &Index, terms: &TermMap) -> Result<Self> {
        const { assert!(NO_TERM == DROPPED && NO_ID == DROPPED) };
        let options = &vectorizer.options;
        let Vocabulary { terms: base, features, ids } = Vocabulary::of(vectorizer, task, terms.terms())?;
        let id_of_type = match ids {
            None => None,
            Some(ids) => {
                let mut of_types = list_for(terms.term_of().len())?;
                // A dropped type has no term, so its id is not in the list.
                of_types.extend(terms.term_of().iter().map(|term| ids.get(*term as usize).copied().unwrap_or(DROPPED)));
                Some(of_types)
            }
        };
        let sequences = Sequence::all(index, id_of_type.as_deref().unwrap_or(terms.term_of()), options.threads)?;
        let threads = options.threads.min(sequences.len()).max(1);
        let mut workers = list_for(threads)?;
        workers.resize_with(threads, || FoldWorker::new(options.ngrams, task));
        let is_inside = options.analyzer == TermKind::CharactersInWords;
        let source = match options.ngrams {
            ngrams if is_inside => Source::Inside(Box::new(WordFeatures::new(ngrams, Hashing::of(task)))),
            (1, 1) => Source::Alone,
            _ => Source::Following,
        };
        let stage = if is_inside { Stage::Words } else { Stage::Rows };
        let (vectorizer, parts) = (Arc::clone(vectorizer), list_for(sequences.len())?);
        Ok(Self {
            vectorizer,
            task,
            terms: base,
            source,
            characters: CharacterIds::default(),
            features,
            sequences,
            made: 0,
            workers,
            parts,
            earlier: Vec::new(),
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
        let is_alone = options.ngrams == (1, 1);
        let features = if task == Task::Grow && is_alone { Some(known.try_clone()?) } else { None };
        let mut workers = list_for(options.threads.max(1))?;
        workers.resize_with(options.threads.max(1), || FoldWorker::new(options.ngrams, task));
        Ok(Self {
            vectorizer: Arc::clone(vectorizer),
            task,
            terms: if task == Task::Grow { Arc::clone(known.terms()) } else { Arc::default() },
            source: if is_alone { Source::Alone } else { Source::Following },
            characters: CharacterIds::default(),
            features,
            sequences: Vec::new(),
            made: 0,
            workers,
            parts: Vec::new(),
            earlier: Vec::new(),
            stage: Stage::Rows,
        })
    }

    /// Makes the rows of documents whose tokens are characters. They are ranges of a UTF-8 text.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); then the fold is lost.
    pub(super) fn add(&mut self, text: &[u8], documents: &[Range<usize>]) -> Result<()> {
        let Self { vectorizer, task, terms, features, .. } = self;
        let known = &vectorizer.features;
        let is_alone = matches!(self.source, Source::Alone);
        self.sequences = self.characters.sequences(&vectorizer.options, text, documents, |character| {
            if let Some(features) = features {
                features.terms_mut()?.intern(character).and_then(|term| features.feature_of_term(term))
            } else if *task == Task::Known {
                Ok(known_id(known, character, is_alone))
            } else if let Some(hashing) = Hashing::of(*task).filter(|_| is_alone) {
                Ok(hashing.occurrence(character))
            } else {
                changeable(terms)?.intern(character)
            }
        })?;
        self.made = 0;
        reserve(&mut self.parts, self.sequences.len())?;
        while self.made < self.sequences.len() {
            self.make_rows(|| false)?;
        }
        Ok(())
    }

    /// The same fold, after the rows of earlier documents.
    pub(super) fn after(self, earlier: Vec<RowBlock>) -> Self {
        Self { earlier, ..self }
    }

    /// The work that is done, and all work, in the same unit.
    pub fn progress(&self) -> (u64, u64) {
        let all = self.sequences.len().max(1) as u64;
        let done = match &self.stage {
            Stage::Words => 0,
            Stage::Rows => all + self.made as u64,
            Stage::Renaming(_, renamed) => 2 * all + *renamed as u64,
            Stage::Complete => 3 * all,
        };
        (done, 3 * all)
    }

    /// Works until the deadline, but at least on one sequence of documents. Returns whether all rows are made.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); then the rows are lost.
    pub fn step(&mut self, deadline: Option<Instant>) -> Result<bool> {
        let is_late = || deadline.is_some_and(|deadline| Instant::now() >= deadline);
        loop {
            match &mut self.stage {
                Stage::Words => {
                    if self.find_in_words()? {
                        self.stage = Stage::Rows;
                    }
                }
                Stage::Rows if self.made < self.sequences.len() => self.make_rows(is_late)?,
                Stage::Rows => self.stage = self.merge()?,
                Stage::Renaming(maps, renamed) => {
                    *renamed += rename(&mut self.parts[*renamed..], maps, is_late)?;
                    if *renamed == self.parts.len() {
                        self.stage = Stage::Complete;
                    }
                }
                Stage::Complete => return Ok(true),
            }
            if is_late() {
                return Ok(matches!(self.stage, Stage::Complete));
            }
        }
    }

    /// Finds the features inside some words. Returns whether those of all words are found.
    fn find_in_words(&mut self) -> Result<bool> {
        let Source::Inside(words) = &mut self.source else { return Ok(true) };
        let some = words.len()..self.terms.len().min(words.len() + WORDS_PER_LOOK);
        for id in some.map(|id| u32::try_from(id).expect("ids are 32 bits")) {
            words.push(self.terms.get(id), &self.vectorizer.features, self.features.as_mut())?;
        }
        Ok(words.len() == self.terms.len())
    }

    fn make_rows(&mut self, is_late: impl Fn() -> bool + Sync) -> Result<()> {
        let Self { vectorizer, task, terms, source, features, sequences, made, workers, parts, .. } = self;
        let columns = features.as_ref().unwrap_or(&vectorizer.features).len();
        let bound = Hashing::of(*task).map_or(columns, |hashing| hashing.columns as usize);
        let useful = workers.len().min(sequences.len() - *made).max(1);
        let queue = Mutex::new(sequences[*made..].iter_mut().enumerate());
        workers::run(&mut workers[..useful], |worker| {
            let next = || queue.lock().expect("no panic while the queue is locked").next();
            while let Some((place, sequence)) = next() {
                worker.failed = worker.take(place, std::mem::take(sequence), vectorizer, terms, source, bound).err();
                if worker.failed.is_some() || is_late() {
                    break;
                }
            }
        });
        let left = queue.into_inner().expect("no panic while the queue is locked").len();
        *made = sequences.len() - left;
        workers.iter_mut().try_for_each(|worker| worker.failed.take().map_or(Ok(()), Err))?;
        let mut some: Vec<(usize, Part)> = list_for(workers.iter().map(|worker| worker.made.len()).sum())?;
        for (number, worker) in workers.iter_mut().enumerate() {
            some.extend(worker.made.drain(..).map(|(place, part)| (place, Part { worker: number, ..part })));
        }
        some.sort_unstable_by_key(|(place, _)| *place);
        parts.extend(some.into_iter().map(|(_, part)| part));
        Ok(())
    }

    /// Merges the features of all workers, in order of first appearance.
    ///
    /// In the sequence where a feature first appears, it is new to the worker. So visiting the sequences in order, and
    /// in each the features that are new to its worker, gives this order.
    fn merge(&mut self) -> Result<Stage> {
        self.sequences = Vec::new();
        if self.task != Task::Grow || !matches!(self.source, Source::Following) {
            return Ok(Stage::Complete);
        }
        let known = &self.vectorizer.features;
        let terms = Arc::clone(&self.terms);
        let is_first = known.is_empty();
        if is_first && self.workers[1..].iter().all(|worker| worker.grown.len() == 0) {
            let grown = std::mem::take(&mut self.workers[0].grown);
            self.features = Some(Features::of_grams(terms, grown));
            return Ok(Stage::Complete);
        }
        let mut all =
            if is_first { Features::of_grams(terms, GrownFeatures::default()) } else { known.with_terms(terms)? };
        let (mut nodes, mut maps): (Vec<Option<Vec<u32>>>, _) =
            (list_for(self.workers.len())?, list_for(self.workers.len())?);
        for worker in &mut self.workers {
            maps.push(list_for(worker.grown.len())?);
            if is_first && nodes.is_empty() {
                // Keeps the n-grams of the first worker without copying them.
                all = Features::of_grams(Arc::clone(&self.terms), worker.grown.take_trie().into());
                nodes.push(None);
            } else {
                nodes.push(Some(all.growing()?.trie.take_in(worker.grown.trie())?));
            }
        }
        let mut growing = all.growing()?;
        growing.reserve(0)?;
        for part in &self.parts {
            let (worker, nodes, map) = (&self.workers[part.worker], &nodes[part.worker], &mut maps[part.worker]);
            let new = u32::try_from(map.len()).expect("ids are 32 bits")..;
            for feature in new.take(part.features - map.len()) {
                let node = worker.grown.node_of(feature);
                map.push(growing.feature(nodes.as_ref().map_or(node, |nodes| nodes[node as usize])));
            }
        }
        self.features = Some(all);
        self.workers = Vec::new();
        Ok(Stage::Renaming(maps, 0))
    }

    /// The features, if new ones may have been added, and the rows of all documents, when all are made.
    pub(super) fn into_parts(self) -> (Option<Features>, impl ExactSizeIterator<Item = RowBlock>) {
        let features = self.features.filter(|_| self.task == Task::Grow);
        (features, self.parts.into_iter().map(|part| part.rows))
    }

    /// The matrix, after all steps that are left.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn finish(mut self) -> Result<Matrix> {
        while !self.step(None)? {}
        let (vectorizer, task) = (Arc::clone(&self.vectorizer), self.task);
        let mut rows = std::mem::take(&mut self.earlier);
        let (features, own) = self.into_parts();
        reserve(&mut rows, own.len())?;
        rows.extend(own);
        Ok(Matrix::new(vectorizer, task, features, rows))
    }
}

/// Replaces the features of workers in some of these rows. Returns the number of parts that are done.
fn rename(parts: &mut [Part], maps: &[Vec<u32>], is_late: impl Fn() -> bool + Sync) -> Result<usize> {
    let all = parts.len();
    let queue = Mutex::new(parts.iter_mut());
    let mut results = list_for(maps.len())?;
    results.resize(maps.len(), Ok(()));
    workers::run(&mut results, |result| {
        let next = || queue.lock().expect("no panic while the queue is locked").next();
        while let Some(part) = next() {
            *result = part.rows.rename(&maps[part.worker]);
            if result.is_err() || is_late() {
                break;
            }
        }
    });
    results.into_iter().collect::<Result<()>>()?;
    Ok(all - queue.into_inner().expect("no panic while the queue is locked").len())
}

/// How the terms of an index become the ids of tokens.
struct Vocabulary {
    /// The terms that n-grams consist of, or the words that features are inside.
    terms: Arc<Interner>,
    /// The known and the new features, if features may be new and are not found by workers.
    features: Option<Features>,
    /// The id for each term of the index; `None` if it is the id of the term.
    ids: Option<Vec<u32>>,
}

impl Vocabulary {
    fn of(vectorizer: &Vectorizer, task: Task, terms: &Arc<Interner>) -> Result<Self> {
        let known = &vectorizer.features;
        let is_alone = vectorizer.options.ngrams == (1, 1);
        let same = |features| Self { terms: Arc::clone(terms), features, ids: None };
        let ids = |id: &dyn Fn(&[u8]) -> u32| {
            let mut ids = list_for(terms.len())?;
            ids.extend((0_u32..).take(terms.len()).map(|term| id(terms.get(term))));
            Ok(Self { terms: Arc::clone(terms), features: None, ids: Some(ids) })
        };
        if vectorizer.options.analyzer == TermKind::CharactersInWords {
            return Ok(same(match task {
                Task::Known => None,
                Task::Grow => Some(known.try_clone()?),
                Task::Hash { .. } => Some(Features::default()),
            }));
        }
        match (task, is_alone) {
            (Task::Hash { .. }, false) => Ok(same(None)),
            (Task::Hash { columns, alternates }, true) => {
                let hashing = Hashing { columns, alternates };
                ids(&|term| hashing.occurrence(term))
            }
            (Task::Known, _) => ids(&|term| known_id(known, term, is_alone)),
            (Task::Grow, true) if known.is_empty() => Ok(same(Some(Features::of_terms(Arc::clone(terms))?))),
            (Task::Grow, false) if known.is_empty() => Ok(same(None)),
            (Task::Grow, _) => {
                let mut all = known.try_clone()?;
                let mut ids = list_for(terms.len())?;
                all.terms_mut()?.intern_all(terms, 0..terms.len(), &mut ids)?;
                let base = Arc::clone(all.terms());
                if !is_alone {
                    return Ok(Self { terms: base, features: None, ids: Some(ids) });
                }
                for id in &mut ids {
                    *id = all.feature_of_term(*id)?;
                }
                Ok(Self { terms: base, features: Some(all), ids: Some(ids) })
            }
        }
    }
}

/// The id of a token: that of the feature with this term alone, or that of the term.
fn known_id(known: &Features, term: &[u8], is_alone: bool) -> u32 {
    match known.terms().find(term) {
        Some(id) if is_alone => known.feature(known.alone(id)),
        Some(id) => id,
        None if is_alone => DROPPED,
        None => UNKNOWN,
    }
}
