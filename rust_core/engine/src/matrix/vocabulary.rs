//! How the terms of an index become the ids of tokens in a matrix.

use std::sync::Arc;

use crate::checkpoint::Steps;
use crate::error::Result;
use crate::interner::Interner;
use crate::matrix::features::Features;
use crate::matrix::hashing::Hashing;
use crate::matrix::trie::NO_ID;
use crate::matrix::vectorizer::{Task, TermKind, Vectorizer};
use crate::memory::list_for;
use crate::sequence::DROPPED;

/// The id of a term that is in no known feature. It separates the terms around it.
const UNKNOWN: u32 = NO_ID - 1;

/// The terms whose ids are made between two calls of `is_over`.
const TERMS_PER_CALL: usize = if cfg!(test) { 3 } else { 1 << 12 };

/// How the terms of an index become the ids of tokens.
pub(super) struct Vocabulary {
    /// The terms of the index.
    terms: Arc<Interner>,
    /// The known and the new features, if they are added here or inside words.
    features: Option<Features>,
    ids: Ids,
    /// The id of each term of the index, if it is not the id of the term.
    of_terms: Vec<u32>,
    /// The id of each type of the index, likewise.
    of_types: Vec<u32>,
}

/// How the id of a term is found.
#[derive(Debug, Clone, Copy)]
enum Ids {
    /// It is the id of the term.
    OfTerms,
    /// The same, and each term becomes a feature.
    OfNewFeatures,
    /// It is the known feature of this term alone, or the known term.
    Known {
        is_alone: bool,
    },
    /// The same, and new features or terms are added.
    Grown {
        is_alone: bool,
    },
    Hashed(Hashing),
}

impl Vocabulary {
    /// Begins to make the ids of tokens for the terms of an index. The known features are `grown`, or those of the
    /// vectorizer, which are copied if new ones may be added.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn begin(vectorizer: &Vectorizer, task: Task, terms: &Arc<Interner>, grown: Option<Features>) -> Result<Self> {
        let known = grown.as_ref().unwrap_or(&vectorizer.features);
        let is_empty = known.is_empty();
        let known = || grown.map_or_else(|| vectorizer.features.try_clone(&mut Steps::one()), Ok);
        let is_alone = vectorizer.options.ngrams == (1, 1);
        let (ids, features) = if vectorizer.options.analyzer == TermKind::CharactersInWords {
            let features = match task {
                Task::Known => None,
                Task::Grow => Some(known()?),
                Task::Hash { .. } => Some(Features::default()),
            };
            (Ids::OfTerms, features)
        } else {
            match (task, is_alone) {
                (Task::Hash { columns, alternates }, true) => (Ids::Hashed(Hashing { columns, alternates }), None),
                (Task::Hash { .. }, false) => (Ids::OfTerms, None),
                (Task::Known, is_alone) => (Ids::Known { is_alone }, None),
                (Task::Grow, true) if is_empty => (Ids::OfNewFeatures, Some(Features::for_terms(Arc::clone(terms))?)),
                (Task::Grow, false) if is_empty => (Ids::OfTerms, None),
                (Task::Grow, is_alone) => (Ids::Grown { is_alone }, Some(known()?)),
            }
        };
        let room = if matches!(ids, Ids::OfTerms | Ids::OfNewFeatures) { 0 } else { terms.len() };
        Ok(Self { terms: Arc::clone(terms), features, ids, of_terms: list_for(room)?, of_types: Vec::new() })
    }

    /// Continues, until `is_over` returns true. It gets the number of ids that were made since its last call. `term_of`
    /// has the term of each type of the index. Returns whether all ids are made.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); then the ids are lost.
    pub fn step(
        &mut self,
        vectorizer: &Vectorizer,
        term_of: &[u32],
        mut is_over: impl FnMut(usize) -> bool,
    ) -> Result<bool> {
        while !self.make_some(vectorizer, term_of)? {
            if is_over(TERMS_PER_CALL) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Makes some ids. Returns whether all are made.
    fn make_some(&mut self, vectorizer: &Vectorizer, term_of: &[u32]) -> Result<bool> {
        let known = &vectorizer.features;
        let Self { terms, features, ids, of_terms, of_types } = self;
        let before = of_terms.len();
        let some = before..terms.len().min(before + TERMS_PER_CALL);
        let names = some.clone().map(|term| terms.get(u32::try_from(term).expect("ids are 32 bits")));
        match ids {
            Ids::OfTerms => return Ok(true),
            Ids::OfNewFeatures => return features.as_mut().expect("there are features").add_terms(TERMS_PER_CALL),
            Ids::Known { is_alone } => of_terms.extend(names.map(|name| known_id(known, name, *is_alone))),
            Ids::Hashed(hashing) => of_terms.extend(names.map(|name| hashing.occurrence(name))),
            Ids::Grown { is_alone } => {
                let features = features.as_mut().expect("there are features");
                if !features.copy_some_terms()? {
                    return Ok(false);
                }
                features.terms_mut()?.intern_all(terms, some.clone(), of_terms)?;
                if *is_alone {
                    for id in &mut of_terms[before..] {
                        *id = features.feature_of_term(*id)?;
                    }
                }
            }
        }
        if !some.is_empty() {
            return Ok(false);
        }
        if of_types.is_empty() {
            *of_types = list_for(term_of.len())?;
        }
        // A dropped type has no term, so its id is not in the list.
        let id = |term: &u32| of_terms.get(*term as usize).copied().unwrap_or(DROPPED);
        of_types.extend(term_of[of_types.len()..].iter().take(TERMS_PER_CALL).map(id));
        Ok(of_types.len() == term_of.len())
    }

    /// When all ids are made, returns the terms that n-grams consist of, or the words that features are inside; the known
    /// features, if features may be new, with those of new terms alone; and the id of each type of the index, `None` if it
    /// is the id of its term.
    pub fn into_parts(self) -> (Arc<Interner>, Option<Features>, Option<Vec<u32>>) {
        let Self { terms, features, ids, of_types, .. } = self;
        match (ids, features) {
            (Ids::OfTerms | Ids::OfNewFeatures, features) => (terms, features, None),
            (Ids::Grown { .. }, Some(all)) => (Arc::clone(all.terms()), Some(all), Some(of_types)),
            (_, features) => (terms, features, Some(of_types)),
        }
    }
}

/// The id of a token: that of the feature with this term alone, or that of the term.
pub(super) fn known_id(known: &Features, term: &[u8], is_alone: bool) -> u32 {
    match known.terms().find(term) {
        Some(id) if is_alone => known.feature(known.alone(id)),
        Some(id) => id,
        None if is_alone => DROPPED,
        None => UNKNOWN,
    }
}
