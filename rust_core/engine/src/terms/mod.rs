//! From types to terms: what words become after normalization.

pub mod external;
pub mod lowercase;
pub mod normalization;
pub mod options;
pub mod stemming;
pub mod stop_words;

use std::sync::Arc;

use crate::error::{Error, Result};
use crate::interner::{Interner, Words};
use crate::memory::reserve;

use external::Given;
pub use lowercase::lowercase;
pub use options::TermOptions;

/// The term of a type that becomes none.
pub const NONE: u32 = u32::MAX;

/// Types whose terms are looked up together, at most, and about how many bytes of them.
const TOGETHER: usize = 1024;
const TOGETHER_BYTES: usize = 64 << 10;

/// Maps type ids to term ids. It is given each distinct word once, so it may be slow and correct.
#[derive(Debug, Default)]
pub struct TermMap {
    options: Arc<TermOptions>,
    /// Which of the maps of an analyzer it is.
    number: u32,
    term_of: Vec<u32>,
    /// Shared with the results that were handed out; copied before it grows while one is alive.
    terms: Arc<Interner>,
    /// Terms that the caller gives. In a box, so that an analyzer without such terms stays small.
    given: Option<Box<Given>>,
}

impl TermMap {
    /// A map of no types, in place of this one, with other options.
    pub fn renewed(&self, options: Arc<TermOptions>) -> Self {
        let given = options.are_given.then(Box::<Given>::default);
        Self { options, number: self.number.wrapping_add(1), given, ..Self::default() }
    }

    /// How types become terms.
    pub fn options(&self) -> &Arc<TermOptions> {
        &self.options
    }

    /// The number of types it was given.
    pub fn types(&self) -> usize {
        self.given.as_ref().map_or(self.term_of.len(), |given| given.word_of.len())
    }

    /// Takes in the types that came since the last call.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); some of them may have been taken in then.
    pub fn extend(&mut self, types: &Interner) -> Result<()> {
        if self.types() == types.len() {
            return Ok(());
        }
        match &mut self.given {
            None => map(&self.options, types, changeable(&mut self.terms)?, &mut self.term_of),
            Some(given) => {
                map(&self.options, types, &mut given.words, &mut given.word_of)?;
                given.apply(&mut self.term_of)
            }
        }
    }

    /// This map, if all its types have their terms.
    ///
    /// # Errors
    /// [`Error::TermsPending`].
    pub fn complete(&self) -> Result<&Self> {
        if self.term_of.len() == self.types() { Ok(self) } else { Err(Error::TermsPending) }
    }

    /// The words that wait for their terms, at most so many, and where [`give`](Self::give) is to begin.
    pub fn pending(&self, most: usize) -> (u64, impl Iterator<Item = &[u8]>) {
        let words = self.given.as_ref().filter(|_| self.complete().is_err());
        let first = words.map_or(0, |given| given.known());
        let ids = words.map_or(0..0, |given| first..given.words.len().min(first.saturating_add(most)));
        let word = move |id: usize| words.map(|given| given.words.get(u32::try_from(id).expect("ids are 32 bits")));
        (u64::from(self.number) << 32 | first as u64, ids.filter_map(word))
    }

    /// Takes the terms of the words that [`pending`](Self::pending) told, or of the first of them. Where they are of no use
    /// any more, because others were faster or the options have changed, nothing happens.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`]; some may have been taken then.
    pub fn give<'t>(&mut self, begin: u64, terms: impl Iterator<Item = Option<&'t [u8]>>) -> Result<()> {
        let Some(given) = self.given.as_mut().filter(|_| begin >> 32 == u64::from(self.number)) else { return Ok(()) };
        let first = usize::try_from(begin & u64::from(u32::MAX)).expect("32 bits");
        given.take(first, terms, changeable(&mut self.terms)?)?;
        given.apply(&mut self.term_of)
    }

    /// The distinct terms, in order of first appearance.
    pub fn terms(&self) -> &Arc<Interner> {
        &self.terms
    }

    /// The term of each type; [`NONE`] of those that become none.
    pub fn term_of(&self) -> &[u32] {
        &self.term_of
    }
}

/// The terms, copied if somebody else has them too.
fn changeable(terms: &mut Arc<Interner>) -> Result<&mut Interner> {
    if Arc::get_mut(terms).is_none() {
        *terms = Arc::new(terms.try_clone()?);
    }
    Ok(Arc::get_mut(terms).expect("nobody else has it"))
}

/// Appends what the types that follow on those which have an id become, as ids of `made`.
fn map(options: &TermOptions, types: &Interner, made: &mut Interner, ids: &mut Vec<u32>) -> Result<()> {
    let mut batch = Batch::default();
    for id in ids.len()..types.len() {
        let Some(term) = options.term(types.get(u32::try_from(id).expect("ids are 32 bits")))? else {
            batch.look_up(made, ids)?;
            reserve(ids, 1)?;
            ids.push(NONE);
            continue;
        };
        if batch.text.len() + term.len() > u32::MAX as usize {
            // One of gigabytes, alone.
            batch.look_up(made, ids)?;
            reserve(ids, 1)?;
            ids.push(made.intern(&term)?);
            continue;
        }
        batch.push(&term)?;
        if batch.ends.len() == TOGETHER || batch.text.len() > TOGETHER_BYTES {
            batch.look_up(made, ids)?;
        }
    }
    batch.look_up(made, ids)
}

/// Terms that are looked up together: that takes less time than one by one.
#[derive(Default)]
struct Batch {
    text: Vec<u8>,
    starts: Vec<u32>,
    ends: Vec<u32>,
}

impl Batch {
    fn push(&mut self, term: &[u8]) -> Result<()> {
        let offset = |text: &[u8]| u32::try_from(text.len()).expect("a batch is shorter than that");
        reserve(&mut self.text, term.len())?;
        reserve(&mut self.starts, 1)?;
        reserve(&mut self.ends, 1)?;
        self.starts.push(offset(&self.text));
        self.text.extend_from_slice(term);
        self.ends.push(offset(&self.text));
        Ok(())
    }

    fn look_up(&mut self, terms: &mut Interner, ids: &mut Vec<u32>) -> Result<()> {
        terms.intern_uncounted(&self.text, Words { starts: &self.starts, ends: &self.ends }, ids)?;
        self.text.clear();
        self.starts.clear();
        self.ends.clear();
        Ok(())
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
    fn types_that_fall_together_share_a_term() {
        let mut types = types(&["The", "cat", "THE"]);
        let mut map = TermMap::default();
        map.extend(&types).unwrap();
        types.intern(b"Cat").unwrap();
        map.extend(&types).unwrap();
        assert_eq!(map.term_of(), [0, 1, 0, 1]);
        assert_eq!(map.terms().bytes(), b"thecat");
    }

    #[test]
    fn what_is_dropped_becomes_no_term() {
        let options = TermOptions { min_length: 2, ..TermOptions::default() }.with_stop_words(["the"]).unwrap();
        let mut map = TermMap::default().renewed(Arc::new(options));
        map.extend(&types(&["A", "cat", "The", "mat"])).unwrap();
        assert_eq!(map.term_of(), [NONE, 0, NONE, 1]);
    }

    #[test]
    fn given_terms_are_asked_for_once_a_word() {
        let options = Arc::new(TermOptions { are_given: true, min_length: 2, ..TermOptions::default() });
        let mut map = TermMap::default().renewed(Arc::clone(&options));
        let mut types = types(&["The", "a", "THE", "cat", "mat"]);
        map.extend(&types).unwrap();
        assert!(map.complete().is_err());
        let (begin, words) = map.pending(2);
        assert_eq!(words.collect::<Vec<_>>(), [&b"the"[..], b"cat"]);
        map.give(begin, [Some(&b"X"[..]), None].into_iter()).unwrap();
        // Somebody else, who has asked at the same time.
        map.give(begin, [None, None, Some(&b"Y"[..])].into_iter()).unwrap();
        assert_eq!(map.complete().unwrap().term_of(), [0, NONE, 0, NONE, 1]);
        types.intern(b"MAT").unwrap();
        map.extend(&types).unwrap();
        assert_eq!(map.complete().unwrap().term_of()[5], 1);
        assert_eq!(map.pending(9).1.count(), 0);
        types.intern(b"dog").unwrap();
        let mut other = map.renewed(options);
        other.extend(&types).unwrap();
        other.give(begin, [Some(&b"stale"[..])].into_iter()).unwrap();
        assert_eq!(other.pending(1).1.next(), Some(&b"the"[..]));
    }
}
