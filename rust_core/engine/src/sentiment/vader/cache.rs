//! A cache of recent words. Most words of a text are found here, without another lookup.

use std::ops::Range;

use crate::error::Result;
use crate::memory::list_for;
use crate::sentiment::vader::short_word::{SHORT_WORD_BYTES, bytes_of, hash};
use crate::sentiment::vader::vocabulary::Word;

/// The number of words in the cache: enough for most words of a text, and small enough for a fast processor cache.
const CACHED_WORDS: usize = 1 << INDEX_BITS;
const INDEX_BITS: u32 = 13;

/// Short words, each at the index of its hash. A new word replaces the word at its index.
#[derive(Debug, Default)]
pub struct WordCache {
    /// Empty until [`begin`](Self::begin) is called.
    words: Vec<(WordKey, Word)>,
}

/// The bytes and the length of a short word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WordKey(u128);

impl WordKey {
    /// The key of all long words, which are not cached.
    const LONG: Self = Self(0);
    /// The key of a free place.
    const FREE: Self = Self(u128::MAX);

    /// The key of the word at `place`.
    #[inline]
    pub fn of(text: &[u8], place: &Range<usize>) -> Self {
        if place.len() >= SHORT_WORD_BYTES {
            return Self::LONG;
        }
        // The last byte of the key is free for the length: it distinguishes words that end in zero bytes.
        Self(bytes_of(text, place) | (place.len() as u128) << (u128::BITS - u8::BITS))
    }

    #[inline]
    fn place(self) -> usize {
        usize::try_from(hash(self.0) >> (u64::BITS - INDEX_BITS)).expect("INDEX_BITS bits")
    }
}

impl WordCache {
    /// Allocates the cache. Before this, nothing is cached.
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

    /// The word with this key, if it is cached.
    #[inline]
    pub fn get(&self, key: WordKey) -> Option<Word> {
        self.words.get(key.place()).filter(|(before, _)| *before == key).map(|(_, word)| *word)
    }

    /// Caches a word.
    pub fn put(&mut self, key: WordKey, word: Word) {
        if let Some(place) = self.words.get_mut(key.place()).filter(|_| key != WordKey::LONG) {
            *place = (key, word);
        }
    }
}
