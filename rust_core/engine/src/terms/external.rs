//! Terms that are given from outside, for the words that the options leave.

use crate::error::Result;
use crate::interner::Interner;
use crate::memory::reserve;

use super::NONE;

/// Distinct words, and the terms of those that were given one.
#[derive(Debug, Default)]
pub struct Given {
    /// What types became, in order of first appearance.
    pub words: Interner,
    /// The word of each type.
    pub word_of: Vec<u32>,
    /// The term of each word, for the first of them.
    term_of_word: Vec<u32>,
}

impl Given {
    /// The number of words that have a term, or are known to have none: the first ones.
    pub fn known(&self) -> usize {
        self.term_of_word.len()
    }

    /// Takes the terms of the words from number `first` on; those that are known already are passed over.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); some may have been taken then.
    pub fn take<'t>(
        &mut self,
        first: usize,
        given: impl Iterator<Item = Option<&'t [u8]>>,
        terms: &mut Interner,
    ) -> Result<()> {
        let known = self.known();
        if first > known {
            return Ok(());
        }
        for term in given.take(self.words.len() - first).skip(known - first) {
            reserve(&mut self.term_of_word, 1)?;
            self.term_of_word.push(match term {
                Some(term) if !term.is_empty() => terms.intern(term)?,
                _ => NONE,
            });
        }
        Ok(())
    }

    /// Appends the terms of the types that follow on those which have one, as far as their words are known.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn apply(&self, term_of: &mut Vec<u32>) -> Result<()> {
        reserve(term_of, self.word_of.len() - term_of.len())?;
        let waiting = self.word_of[term_of.len()..].iter();
        term_of.extend(waiting.map_while(|word| match *word {
            NONE => Some(NONE),
            word => self.term_of_word.get(word as usize).copied(),
        }));
        Ok(())
    }
}
