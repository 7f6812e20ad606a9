//! How the terms of an index become the ids of tokens in a matrix.

use std::sync::Arc;

use crate::error::Result;
use crate::interner::Interner;
use crate::matrix::features::Features;
use crate::matrix::hashing::Hashing;
use crate::matrix::trie::NO_ID;
use crate::matrix::vectorizer::{Task, TermKind, Vectorizer};
use crate::memory::list_for;
use crate::sequence::DROPPED;
use crate::terms::TermMap;

/// The id of a term that is in no known feature. It separates the terms around it.
const UNKNOWN: u32 = NO_ID - 1;

/// How the terms of an index become the ids of tokens.
pub(super) struct Vocabulary {
    /// The terms that n-grams consist of, or the words that features are inside.
    pub terms: Arc<Interner>,
    /// The known and the new features, if features may be new and are not found by workers.
    pub features: Option<Features>,
    /// The id for each term of the index; `None` if it is the id of the term.
    pub ids: Option<Vec<u32>>,
}

impl Vocabulary {
    pub fn of(vectorizer: &Vectorizer, task: Task, terms: &Arc<Interner>) -> Result<Self> {
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

/// The vocabulary of a fold, and the id for each type of an index; `None` if it is the id of its term.
pub(super) fn ids_of_types(
    vectorizer: &Vectorizer,
    task: Task,
    terms: &TermMap,
) -> Result<(Vocabulary, Option<Vec<u32>>)> {
    let mut vocabulary = Vocabulary::of(vectorizer, task, terms.terms())?;
    let Some(ids) = vocabulary.ids.take() else { return Ok((vocabulary, None)) };
    let mut of_types = list_for(terms.term_of().len())?;
    // A dropped type has no term, so its id is not in the list.
    of_types.extend(terms.term_of().iter().map(|term| ids.get(*term as usize).copied().unwrap_or(DROPPED)));
    Ok((vocabulary, Some(of_types)))
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
