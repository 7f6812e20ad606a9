//! External terms: those that the caller gives.

use crate::error::Result;
use crate::interner::Interner;
use crate::memory::reserve;

/// The term of a type that was dropped.
pub const NO_TERM: u32 = u32::MAX;

/// Normalized words, and the terms that the caller has given for the first of them.
#[derive(Debug, Default)]
pub struct ExternalTerms {
    /// The distinct normalized words, in order of first appearance.
    pub words: Interner,
    /// The word of each type; [`NO_TERM`] if the type was dropped.
    pub word_of: Vec<u32>,
    /// The term of each of the first words.
    term_of_word: Vec<u32>,
}

impl ExternalTerms {
    /// Returns the number of words for which the caller has answered: the first ones.
    pub fn known(&self) -> usize {
        self.term_of_word.len()
    }

    /// Returns the first words with the ids of their terms: those for which the caller has answered.
    pub fn answers(&self) -> impl Iterator<Item = (&[u8], u32)> {
        self.term_of_word.iter().enumerate().map(|(word, term)| (self.words.strings().get(word), *term))
    }

    /// Takes the terms of the words from number `first` on, and skips words that have an answer already.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); some terms may have been taken.
    pub fn take<'t>(
        &mut self,
        first: usize,
        answers: impl Iterator<Item = Option<&'t [u8]>>,
        terms: &mut Interner,
    ) -> Result<()> {
        let known = self.known();
        if first > known {
            return Ok(());
        }
        for term in answers.take(self.words.len() - first).skip(known - first) {
            reserve(&mut self.term_of_word, 1)?;
            self.term_of_word.push(match term {
                Some(term) if !term.is_empty() => terms.intern(term)?,
                _ => NO_TERM,
            });
        }
        Ok(())
    }

    /// Appends the terms of further types to `term_of`, up to the first type whose word has no answer.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn apply(&self, term_of: &mut Vec<u32>) -> Result<()> {
        reserve(term_of, self.word_of.len() - term_of.len())?;
        let waiting = self.word_of[term_of.len()..].iter();
        term_of.extend(waiting.map_while(|word| match *word {
            NO_TERM => Some(NO_TERM),
            word => self.term_of_word.get(word as usize).copied(),
        }));
        Ok(())
    }
}
