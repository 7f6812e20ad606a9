//! A copy of the words of an index, which patterns read while the index is not locked.

use std::sync::Arc;

use crate::error::Result;
use crate::index::Index;
use crate::interner::Interner;
use crate::memory::{copied, list_for};
use crate::terms::{TermMap, TermOptions};

/// Strings, one after the other.
#[derive(Debug, Default)]
pub struct Words {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Words {
    fn of(strings: &Interner) -> Result<Self> {
        let (bytes, mut ends) = (copied(strings.bytes())?, list_for(strings.len())?);
        ends.extend((0..).take(strings.len()).map(|id| strings.end(id)));
        Ok(Self { bytes, ends })
    }

    /// Returns the number of strings.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns whether there is no string.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Returns a string.
    ///
    /// # Panics
    /// Panics if there is no string with this number, or if it is not UTF-8: words are from text that was checked.
    pub fn get(&self, number: usize) -> &str {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        str::from_utf8(&self.bytes[start..self.ends[number]]).expect("words are from text that was checked")
    }
}

/// The types and terms of an index.
#[derive(Debug)]
pub struct Vocabulary {
    /// The types; empty if patterns do not need them.
    pub types: Words,
    /// The term of each type; [`NO_TERM`](crate::terms::NO_TERM) if the type was dropped.
    pub term_of: Vec<u32>,
    /// The distinct terms.
    pub terms: Arc<Interner>,
    /// How types are normalized.
    pub options: Arc<TermOptions>,
    /// The words for which the caller gives terms, and the terms of the first of them.
    pub given: Option<(Arc<Interner>, Vec<u32>)>,
}

impl Vocabulary {
    /// Copies the words of an index whose terms are complete; the strings of the types only with `needs_types`.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn of(index: &Index, terms: &TermMap, needs_types: bool) -> Result<Self> {
        let types = if needs_types { Words::of(index.types())? } else { Words::default() };
        let given = match terms.given_words() {
            Some((words, terms)) => Some((Arc::clone(words), copied(terms)?)),
            None => None,
        };
        let (term_of, options) = (copied(terms.term_of())?, Arc::clone(terms.options()));
        Ok(Self { types, term_of, terms: Arc::clone(terms.terms()), options, given })
    }
}
