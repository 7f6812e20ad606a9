//! The work of one thread: it makes the rows of sequences of documents.

use crate::error::{Error, Result};
use crate::interner::Interner;
use crate::matrix::features::GrownFeatures;
use crate::matrix::hashing::Hashing;
use crate::matrix::ngram_finder::NgramFinder;
use crate::matrix::rows::{RowBlock, RowMaker};
use crate::matrix::sequence::Sequence;
use crate::matrix::vectorizer::{Task, Vectorizer};
use crate::matrix::words::WordFeatures;
use crate::memory::reserve;

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
            finder: NgramFinder::new(ngrams),
            maker: RowMaker::new(Hashing::of(task).is_some()),
            occurrences: Vec::new(),
            hashed: Vec::new(),
        }
    }

    /// Makes the rows of a sequence. Features are below `bound`, if this worker does not find them.
    pub fn take(
        &mut self,
        place: usize,
        mut sequence: Sequence,
        vectorizer: &Vectorizer,
        terms: &Interner,
        source: &Source,
        bound: usize,
    ) -> Result<()> {
        reserve(&mut self.made, 1)?;
        let mut start = 0;
        for end in &sequence.ends {
            let ids = &mut sequence.ids[start..*end];
            start = *end;
            match source {
                Source::Alone => self.maker.push(ids, bound)?,
                Source::Inside(words) => {
                    self.occurrences.clear();
                    for word in ids {
                        let features = words.get(*word);
                        reserve(&mut self.occurrences, features.len())?;
                        self.occurrences.extend_from_slice(features);
                    }
                    self.maker.push(&mut self.occurrences, bound)?;
                }
                Source::Following => self.push_ngrams(ids, vectorizer, terms, bound)?,
            }
        }
        let part = Part { rows: self.maker.take()?, worker: 0, features: self.grown.len() };
        self.made.push((place, part));
        if Hashing::of(self.task).is_some() && self.grown.trie().len() > MAX_KEPT_NGRAMS {
            self.grown = GrownFeatures::default();
            self.hashed.clear();
        }
        Ok(())
    }

    fn push_ngrams(&mut self, ids: &[u32], vectorizer: &Vectorizer, terms: &Interner, bound: usize) -> Result<()> {
        let Self { grown, finder, maker, occurrences, hashed, .. } = self;
        occurrences.clear();
        if self.task == Task::Known {
            finder.find(ids, &vectorizer.features, occurrences)?;
            return maker.push(occurrences, bound);
        }
        finder.find(ids, &mut grown.growing(terms.len()), occurrences)?;
        let Some(hashing) = Hashing::of(self.task) else {
            let bound = grown.len();
            return maker.push(occurrences, bound);
        };
        hashing.extend(hashed, grown.len(), |feature, name| {
            grown.name(feature, terms, vectorizer.options.analyzer.between(), name)
        })?;
        occurrences.iter_mut().for_each(|feature| *feature = hashed[*feature as usize]);
        maker.push(occurrences, bound)
    }
}
