//! From types to terms.
//!
//! `options` normalizes a word by the steps in `normal_forms`, `lowercase`, `accents`, `stop_words` and `stemming`.
//! `normalizer` applies them to each type once, on all threads; `external` keeps terms that the caller gives.

pub mod accents;
mod external;
mod lowercase;
pub mod normal_forms;
mod normalizer;
pub mod options;
pub mod stemming;
pub mod stop_words;

pub use external::NO_TERM;
pub use lowercase::lowercase;
pub use options::TermOptions;

use std::sync::Arc;
use std::time::Instant;

use crate::checkpoint::Steps;
use crate::error::{Error, Result};
use crate::interner::{Choice, Interner, MergeRoom, SharedInterner};
use crate::memory::copied;
use external::{ExternalTerms, renumbered};
use normalizer::Normalizer;

/// The most types that are normalized together, before a look at the time, unless there are many more types. This takes
/// about 30 milliseconds on two threads. Small in tests.
const TYPES_PER_STEP: usize = if cfg!(test) { 10 } else { 1 << 19 };

/// There are at most this many types for each type that is normalized in a step, because a merge reads many slots.
const TYPES_PER_ADDED_TYPE: usize = 12;

/// Maps type ids to term ids. It normalizes each distinct word only once, so it can be slow.
#[derive(Debug, Default)]
pub struct TermMap {
    options: Arc<TermOptions>,
    /// The number of maps that this analyzer had before.
    number: u32,
    term_of: Vec<u32>,
    terms: SharedInterner,
    /// In a box, because few analyzers have external terms.
    external: Option<Box<ExternalTerms>>,
}

impl TermMap {
    /// Returns an empty map with other options, which replaces this one.
    pub fn renewed(&self, options: Arc<TermOptions>) -> Self {
        let external = options.has_external_terms.then(Box::<ExternalTerms>::default);
        Self { options, number: self.number.wrapping_add(1), external, ..Self::default() }
    }

    /// Chooses the terms of these types, without normalizing them again. External terms that were given stay, up to the
    /// first type whose term was not given.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
    pub fn choose(&self, types: &[u32], steps: &mut Steps) -> Result<ChosenTerms> {
        let mut map = self.renewed(Arc::clone(&self.options));
        let (terms, words) = match (&self.external, &mut map.external) {
            (Some(external), Some(own)) => {
                let (terms, words);
                (**own, words, terms) = external.choose(types, self.terms.len(), steps)?;
                own.apply(&mut map.term_of)?;
                (terms, words)
            }
            _ => {
                let terms;
                let ids = types.iter().map(|of| self.term_of[*of as usize]);
                (map.term_of, terms) = renumbered(ids, self.terms.len(), steps)?;
                (terms, Vec::new())
            }
        };
        Ok(ChosenTerms { map, terms, words })
    }

    /// Returns the map of the same types, with the same terms.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn shared(&self) -> Result<Self> {
        let external = self.external.as_ref().map(|external| external.shared().map(Box::new)).transpose()?;
        let (term_of, terms) = (copied(&self.term_of)?, SharedInterner::of(self.terms.share()));
        Ok(Self { term_of, terms, external, ..self.renewed(Arc::clone(&self.options)) })
    }

    /// Returns the number of maps before this one. Each map of an analyzer has another number.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Returns the options by which types are normalized.
    pub fn options(&self) -> &Arc<TermOptions> {
        &self.options
    }

    /// Returns the number of types that were normalized.
    pub fn types(&self) -> usize {
        self.external.as_ref().map_or(self.term_of.len(), |external| external.word_of.len())
    }

    /// Normalizes the types that are new since the last call, on this number of threads, until the deadline has passed,
    /// but at least some of them.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); some types may have been normalized.
    pub fn extend(
        &mut self,
        types: &Interner,
        threads: usize,
        deadline: Option<Instant>,
        room: &mut MergeRoom,
    ) -> Result<()> {
        let is_late = || deadline.is_some_and(|deadline| Instant::now() >= deadline);
        while self.types() < types.len() {
            let limit = TYPES_PER_STEP.max(self.types() / TYPES_PER_ADDED_TYPE);
            let normalizer = Normalizer { options: &self.options, types, threads, room: &mut *room };
            let (made, ids) = match &mut self.external {
                None => (&mut self.terms, &mut self.term_of),
                Some(external) => (&mut external.words, &mut external.word_of),
            };
            if !made.make_changeable(deadline)? {
                break;
            }
            // So that the table grows fewer times. Most words have terms of their own.
            let expected = (types.len() - ids.len()) / 4 * 3;
            if made.get_mut().expect(expected, threads) && is_late() {
                break;
            }
            normalizer.extend(limit, made.get_mut(), ids)?;
            if let Some(external) = &self.external {
                external.apply(&mut self.term_of)?;
            }
            if is_late() {
                break;
            }
        }
        Ok(())
    }

    /// Returns this map if all types have their terms.
    ///
    /// # Errors
    /// [`Error::TermsPending`].
    pub fn complete(&self) -> Result<&Self> {
        if self.term_of.len() == self.types() { Ok(self) } else { Err(Error::TermsPending) }
    }

    /// Returns the words that wait for external terms, at most `limit`, and the number with which to call
    /// [`give`](Self::give).
    pub fn pending(&self, limit: usize) -> (u64, impl Iterator<Item = &[u8]>) {
        let words = self.external.as_ref().filter(|_| self.complete().is_err());
        let first = words.map_or(0, |external| external.known());
        let ids = words.map_or(0..0, |external| first..external.words.len().min(first.saturating_add(limit)));
        let word =
            move |id: usize| words.map(|external| external.words.get(u32::try_from(id).expect("ids are 32 bits")));
        (u64::from(self.number) << 32 | first as u64, ids.filter_map(word))
    }

    /// Takes the terms of the words that [`pending`](Self::pending) returned, or of the first of them. Does nothing if
    /// another thread gave them first or the options have changed since.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`]; some terms may have been taken.
    pub fn give<'t>(&mut self, begin: u64, terms: impl Iterator<Item = Option<&'t [u8]>>) -> Result<()> {
        let Some(external) = self.external.as_mut().filter(|_| begin >> 32 == u64::from(self.number)) else {
            return Ok(());
        };
        let first = usize::try_from(begin & u64::from(u32::MAX)).expect("32 bits");
        self.terms.make_changeable(None)?;
        external.take(first, terms, self.terms.get_mut())?;
        external.apply(&mut self.term_of)
    }

    /// Returns the words for which the caller has given a term, with their terms; None if the word was dropped.
    pub fn given(&self) -> impl Iterator<Item = (&[u8], Option<&[u8]>)> {
        let answers = self.external.iter().flat_map(|external| external.answers());
        answers.map(|(word, term)| (word, (term != NO_TERM).then(|| self.terms.get(term))))
    }

    /// Returns the words for which the caller gives terms, and the ids of the terms of the first of them.
    pub fn given_words(&self) -> Option<(&Arc<Interner>, &[u32])> {
        self.external.as_ref().map(|external| (external.words.as_arc(), external.terms()))
    }

    /// Returns the distinct terms, in order of first appearance.
    pub fn terms(&self) -> &Arc<Interner> {
        self.terms.as_arc()
    }

    /// Returns the term of each type; [`NO_TERM`] if the type was dropped.
    pub fn term_of(&self) -> &[u32] {
        &self.term_of
    }
}

/// The terms of chosen types. Their strings are chosen last.
pub struct ChosenTerms {
    map: TermMap,
    terms: Vec<u32>,
    /// The words for which the caller gives terms.
    words: Vec<u32>,
}

impl ChosenTerms {
    /// Begins to choose the strings of the terms, and of the words for which the caller gives terms.
    pub fn strings<'c>(&'c self, of: &'c TermMap) -> [Choice<'c>; 2] {
        let words = of.external.as_ref().map_or(&of.terms, |external| &external.words);
        [Choice::of(&of.terms, &self.terms, &[]), Choice::of(words, &self.words, &[])]
    }

    /// Returns the map with these strings.
    pub fn into_map(self, [terms, words]: [Interner; 2]) -> TermMap {
        let mut map = self.map;
        map.terms = terms.into();
        if let Some(external) = &mut map.external {
            external.words = words.into();
        }
        map
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn types(words: &[&str]) -> Interner {
        let mut types = Interner::default();
        for word in words {
            types.intern(word.as_bytes()).unwrap();
        }
        types
    }

    #[test]
    fn types_with_the_same_term_share_its_id() {
        let mut types = types(&["The", "cat", "THE"]);
        let mut map = TermMap::default();
        map.extend(&types, 1, None, &mut MergeRoom::default()).unwrap();
        types.intern(b"Cat").unwrap();
        map.extend(&types, 1, None, &mut MergeRoom::default()).unwrap();
        assert_eq!(map.term_of(), [0, 1, 0, 1]);
        assert_eq!(map.terms().bytes(), b"thecat");
    }

    #[test]
    fn dropped_types_have_no_term() {
        let options = TermOptions { min_length: 2, ..TermOptions::default() }.with_stop_words(["the"]).unwrap();
        let mut map = TermMap::default().renewed(Arc::new(options));
        map.extend(&types(&["A", "cat", "The", "mat"]), 1, None, &mut MergeRoom::default()).unwrap();
        assert_eq!(map.term_of(), [NO_TERM, 0, NO_TERM, 1]);
    }

    #[test]
    fn each_word_is_pending_only_once() {
        let options = Arc::new(TermOptions { has_external_terms: true, min_length: 2, ..TermOptions::default() });
        let mut map = TermMap::default().renewed(Arc::clone(&options));
        let mut types = types(&["The", "a", "THE", "cat", "mat"]);
        map.extend(&types, 1, None, &mut MergeRoom::default()).unwrap();
        assert!(map.complete().is_err());
        let (begin, words) = map.pending(2);
        assert_eq!(words.collect::<Vec<_>>(), [&b"the"[..], b"cat"]);
        map.give(begin, [Some(&b"X"[..]), None].into_iter()).unwrap();
        // Another thread that called `pending` at the same time gives its terms later.
        map.give(begin, [None, None, Some(&b"Y"[..])].into_iter()).unwrap();
        assert_eq!(map.complete().unwrap().term_of(), [0, NO_TERM, 0, NO_TERM, 1]);
        types.intern(b"MAT").unwrap();
        map.extend(&types, 1, None, &mut MergeRoom::default()).unwrap();
        assert_eq!(map.complete().unwrap().term_of()[5], 1);
        assert_eq!(map.pending(9).1.count(), 0);
        types.intern(b"dog").unwrap();
        let mut other = map.renewed(options);
        other.extend(&types, 1, None, &mut MergeRoom::default()).unwrap();
        other.give(begin, [Some(&b"stale"[..])].into_iter()).unwrap();
        assert_eq!(other.pending(1).1.next(), Some(&b"the"[..]));
    }
}
