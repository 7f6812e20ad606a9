//! Types and how often each occurs, as one thread collects them.

use std::iter::successors;

use crate::error::Result;
use crate::interner::Interner;
use crate::memory::reserve;
use crate::tokenizer::{LONGEST, Tokenizer};
use crate::whitespace::next_word;

/// Text tokenized at once. Small enough to stop between two of them when asked to, large enough to be worth a thread.
/// In tests, small enough that texts of a line have many.
pub const BLOCK: usize = if cfg!(any(test, fuzzing)) { 64 } else { 128 << 10 };

/// Takes text, and knows its types.
#[derive(Default)]
pub struct Tally {
    types: Interner,
    tokenizer: Tokenizer,
}

impl Tally {
    /// The distinct types, in order of first appearance, and how often each occurs.
    pub fn types(&self) -> &Interner {
        &self.types
    }

    /// The same, to be changed.
    pub fn types_mut(&mut self) -> &mut Interner {
        &mut self.types
    }

    /// Counts the words of the first `length` bytes of a text and appends their ids to `tokens`. What follows is there to
    /// be read past the last word. Words end at each of `borders` too, as in [`Tokenizer::read`].
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); nothing is counted then, and no id appended. Types may have been added:
    /// they stand where they would, if the same text is what is taken next.
    pub fn take(
        &mut self,
        text: &[u8],
        length: usize,
        borders: impl Iterator<Item = usize>,
        tokens: &mut Vec<u32>,
    ) -> Result<()> {
        let before = tokens.len();
        let result = self.count(text, length, borders, tokens);
        if result.is_err() {
            self.types.uncount(&tokens[before..]);
            tokens.truncate(before);
        }
        result
    }

    /// The words whose ids were appended are counted, however it ends.
    fn count(
        &mut self,
        text: &[u8],
        length: usize,
        borders: impl Iterator<Item = usize>,
        tokens: &mut Vec<u32>,
    ) -> Result<()> {
        let own = &text[..length];
        if length > LONGEST {
            // There are no borders: a block of more than its aim is part of one document, and ends with a word of gigabytes.
            return successors(next_word(own, 0), |word| next_word(own, word.end)).try_for_each(|word| {
                reserve(tokens, 1)?;
                tokens.push(self.types.intern_and_count(&own[word])?);
                Ok(())
            });
        }
        reserve(tokens, self.tokenizer.read(own, borders)?)?;
        let mut result = Ok(());
        self.tokenizer.words(|words| {
            if result.is_ok() {
                result = self.types.intern_words(text, words, tokens);
            }
        });
        result
    }

    /// Frees what only taking text needs.
    pub fn settle(&mut self) {
        self.tokenizer = Tokenizer::default();
    }
}
