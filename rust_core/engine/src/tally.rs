//! Types and how often each occurs, as one thread collects them.

use std::iter::successors;

use crate::interner::Interner;
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
    pub fn take(&mut self, text: &[u8], length: usize, borders: impl Iterator<Item = usize>, tokens: &mut Vec<u32>) {
        let own = &text[..length];
        if length > LONGEST {
            // There are no borders: a block of more than its aim is part of one document, and ends with a word of gigabytes.
            let words = successors(next_word(own, 0), |word| next_word(own, word.end));
            tokens.extend(words.map(|word| self.types.intern_and_count(&own[word])));
            return;
        }
        tokens.reserve_exact(self.tokenizer.read(own, borders));
        self.tokenizer.words(|words| self.types.intern_words(text, words, tokens));
    }

    /// Frees what only taking text needs.
    pub fn settle(&mut self) {
        self.tokenizer = Tokenizer::default();
    }
}
