//! Words that were met lately, and what is known of them: of most words, nothing has to be looked up again.

use std::ops::Range;

use crate::error::Result;
use crate::memory::list_for;
use crate::vader::short::{LANES, bytes_of, hash};
use crate::vader::words::Word;

/// Words that are remembered: so many that most of a text are among them, so few that they lie in a near cache.
const WORDS: usize = 1 << PLACE;
const PLACE: u32 = 13;

/// Short words, each where its hash says, until another one takes its place.
#[derive(Debug, Default)]
pub struct Recent {
    /// None where nothing is to be remembered.
    words: Vec<(u128, Word)>,
}

impl Recent {
    /// A memory for words.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn new() -> Result<Self> {
        let mut words = list_for(WORDS)?;
        words.resize(WORDS, Default::default());
        Ok(Self { words })
    }

    /// What is known of the word at a place in a text.
    ///
    /// # Errors
    /// Those of `known`, which tells it of a word that is not remembered.
    #[inline]
    pub fn get_or(&mut self, text: &[u8], place: &Range<usize>, known: impl FnOnce() -> Result<Word>) -> Result<Word> {
        if self.words.is_empty() || place.len() >= LANES {
            return known();
        }
        // The last byte tells words from those with zeros behind them, and all from a place that is free.
        let key = bytes_of(text, place) | (place.len() as u128) << (u128::BITS - u8::BITS);
        let (before, word) = &mut self.words[usize::try_from(hash(key) >> (u64::BITS - PLACE)).expect("few bits")];
        if *before != key {
            *word = known()?;
            *before = key;
        }
        Ok(*word)
    }
}
