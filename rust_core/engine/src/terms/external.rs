//! External terms: those that the caller gives.

use crate::checkpoint::Steps;
use crate::error::Result;
use crate::interner::{Interner, SharedInterner};
use crate::memory::{copied, reserve, zeros};

/// The term of a type that was dropped.
pub const NO_TERM: u32 = u32::MAX;

/// Normalized words, and the terms that the caller has given for the first of them.
#[derive(Debug, Default)]
pub struct ExternalTerms {
    /// The distinct normalized words, in order of first appearance.
    pub words: SharedInterner,
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

    /// Returns the ids of the terms of the first words: those for which the caller has answered.
    pub fn terms(&self) -> &[u32] {
        &self.term_of_word
    }

    /// Returns the first words with the ids of their terms: those for which the caller has answered.
    pub fn answers(&self) -> impl Iterator<Item = (&[u8], u32)> {
        self.term_of_word.iter().enumerate().map(|(word, term)| (self.words.strings().get(word), *term))
    }

    /// Chooses the words of these types, and their terms up to the first word whose term was not given: terms are in order
    /// of first appearance. Also returns the old numbers of these words and terms; there are `terms` old terms. The strings
    /// of the words are still to be chosen.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
    pub fn choose(&self, types: &[u32], terms: usize, steps: &mut Steps) -> Result<(Self, Vec<u32>, Vec<u32>)> {
        let ids = types.iter().map(|of| self.word_of[*of as usize]);
        let (word_of, words) = renumbered(ids, self.words.len(), steps)?;
        let known = words.iter().map_while(|word| self.term_of_word.get(*word as usize).copied());
        let (term_of_word, terms) = renumbered(known, terms, steps)?;
        Ok((Self { words: SharedInterner::default(), word_of, term_of_word }, words, terms))
    }

    /// Returns the same words and terms.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn shared(&self) -> Result<Self> {
        let words = SharedInterner::of(self.words.share());
        Ok(Self { words, word_of: copied(&self.word_of)?, term_of_word: copied(&self.term_of_word)? })
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

/// Numbers ids below `count` in order of first appearance. Returns their numbers, and the distinct ids in this order.
/// [`NO_TERM`] stays.
///
/// # Errors
/// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
pub fn renumbered(ids: impl Iterator<Item = u32>, count: usize, steps: &mut Steps) -> Result<(Vec<u32>, Vec<u32>)> {
    // The number of each id, plus one.
    let mut known: Vec<u32> = zeros(count)?;
    let (mut numbers, mut order): (Vec<u32>, Vec<u32>) = (Vec::new(), Vec::new());
    for id in ids {
        steps.did(1)?;
        reserve(&mut numbers, 1)?;
        if id == NO_TERM {
            numbers.push(NO_TERM);
            continue;
        }
        let number = &mut known[id as usize];
        if *number == 0 {
            reserve(&mut order, 1)?;
            order.push(id);
            *number = u32::try_from(order.len()).expect("ids are 32 bits");
        }
        numbers.push(*number - 1);
    }
    Ok((numbers, order))
}
