//! Words that were met lately, and what is known of them: of most words, nothing has to be looked up again.

use std::ops::Range;

use crate::error::Result;
use crate::memory::list_for;
use crate::sentiment::vader::short_word::{SHORT_WORD_BYTES, bytes_of, hash};
use crate::sentiment::vader::vocabulary::Word;

/// Words that are remembered: so many that most of a text are among them, so few that they lie in a near cache.
const CACHED_WORDS: usize = 1 << INDEX_BITS;
const INDEX_BITS: u32 = 13;

/// ShortWord words, each where its hash says, until another one takes its place.
#[derive(Debug, Default)]
pub struct WordCache {
    /// None until it has begun to remember.
    words: Vec<(WordKey, Word)>,
}

/// What tells a word from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WordKey(u128);

impl WordKey {
    /// That of all long words, which are not remembered.
    const LONG: Self = Self(0);
    /// One that no word has.
    const FREE: Self = Self(u128::MAX);

    /// The key of the word at a place in a text.
    #[inline]
    pub fn of(text: &[u8], place: &Range<usize>) -> Self {
        if place.len() >= SHORT_WORD_BYTES {
            return Self::LONG;
        }
        // The last byte is not one of the word, and tells it from others with zeros behind them.
        Self(bytes_of(text, place) | (place.len() as u128) << (u128::BITS - u8::BITS))
    }

    #[inline]
    fn place(self) -> usize {
        usize::try_from(hash(self.0) >> (u64::BITS - INDEX_BITS)).expect("few bits")
    }
}

impl WordCache {
    /// Remembers words from now on.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn begin(&mut self) -> Result<()> {
        if self.words.is_empty() {
            self.words = list_for(CACHED_WORDS)?;
            self.words.resize(CACHED_WORDS, (WordKey::FREE, Word::default()));
        }
        Ok(())
    }

    /// What is known of a word, if it is remembered.
    #[inline]
    pub fn get(&self, key: WordKey) -> Option<Word> {
        self.words.get(key.place()).filter(|(before, _)| *before == key).map(|(_, word)| *word)
    }

    /// Remembers a word.
    pub fn put(&mut self, key: WordKey, word: Word) {
        if let Some(place) = self.words.get_mut(key.place()).filter(|_| key != WordKey::LONG) {
            *place = (key, word);
        }
    }
}
