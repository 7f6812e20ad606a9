//! Types and how often each occurs, as one thread collects them.

use std::iter::successors;

use crate::error::Result;
use crate::interner::Interner;
use crate::memory::reserve;
use crate::taken::{Lengths, Taken};
use crate::tokenizer::{LONGEST, WhitespaceTokenizer};
use crate::whitespace::next_word;

/// Text tokenized at once. Small enough to stop between two of them when asked to, large enough to be worth a thread.
/// In tests, small enough that texts of a line have many.
pub const BLOCK: usize = if cfg!(any(test, fuzzing)) { 64 } else { 128 << 10 };

/// Takes text, and knows its types.
#[derive(Default)]
pub struct Tally {
    types: Interner,
    tokenizer: WhitespaceTokenizer,
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

    /// Counts the words of the first `length` bytes of a text, and puts their ids and the lengths of the documents into
    /// `taken`. What follows is there to be read past the last word. A document, and with it a word, ends at each of
    /// `borders`, as in [`WhitespaceTokenizer::read`].
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); nothing is counted then, and nothing taken. Types may have been added:
    /// they stand where they would, if the same text is what is taken next.
    pub fn take(
        &mut self,
        text: &[u8],
        length: usize,
        borders: impl Iterator<Item = usize> + Clone,
        taken: &mut Taken,
    ) -> Result<()> {
        taken.clear();
        let result = self.count(text, length, borders, taken);
        if result.is_err() {
            self.types.uncount(&taken.ids);
            taken.clear();
        }
        result
    }

    /// The words whose ids were appended are counted, however it ends.
    fn count(
        &mut self,
        text: &[u8],
        length: usize,
        borders: impl Iterator<Item = usize> + Clone,
        taken: &mut Taken,
    ) -> Result<()> {
        let own = &text[..length];
        let Taken { ids, lengths } = taken;
        let mut lengths = Lengths::new(borders.clone(), lengths)?;
        if length > LONGEST {
            // There are no borders: a block of more than its aim is part of one document, and ends with a word of gigabytes.
            successors(next_word(own, 0), |word| next_word(own, word.end)).try_for_each(|word| {
                reserve(ids, 1)?;
                ids.push(self.types.intern_and_count(&own[word])?);
                Ok(())
            })?;
            lengths.end(ids.len());
            return Ok(());
        }
        reserve(ids, self.tokenizer.read(own, borders)?)?;
        let mut result = Ok(());
        self.tokenizer.words(|words| {
            if result.is_ok() {
                lengths.pass(words.starts, ids.len());
                result = self.types.intern_words(text, words, ids);
            }
        });
        lengths.end(ids.len());
        result
    }

    /// Frees what only taking text needs.
    pub fn settle(&mut self) {
        self.tokenizer = WhitespaceTokenizer::default();
    }
}
