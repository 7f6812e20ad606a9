//! Types and how often each occurs, as one thread collects them.

use std::iter;
use std::mem;

use crate::error::Result;
use crate::interner::Interner;
use crate::memory::reserve;
use crate::tokenizer::{LONGEST, Tokenization, Tokenizer, lowered_apart};
use crate::utf8;

/// Text tokenized at once. Small enough to stop between two of them when asked to, large enough to be worth a thread.
/// In tests, small enough that texts of a line have many.
pub const BLOCK: usize = if cfg!(any(test, fuzzing)) { 64 } else { 128 << 10 };

/// Takes text, and knows its types.
#[derive(Default)]
pub struct Tally {
    types: Interner,
    tokenization: Tokenization,
    tokenizer: Tokenizer,
}

impl Tally {
    /// Knows no types, and takes these tokens.
    pub fn new(tokenization: &Tokenization) -> Self {
        Self {
            types: Interner::default(),
            tokenization: tokenization.clone(),
            tokenizer: Tokenizer::new(tokenization),
        }
    }

    /// What it takes for a token.
    pub fn tokenization(&self) -> &Tokenization {
        &self.tokenization
    }

    /// The distinct types, in order of first appearance, and how often each occurs.
    pub fn types(&self) -> &Interner {
        &self.types
    }

    /// The same, to be changed.
    pub fn types_mut(&mut self) -> &mut Interner {
        &mut self.types
    }

    /// Counts the words of the first `length` bytes of a text and appends their ids to `tokens`. What follows is there to
    /// be read past the last word. At each of `borders`, documents touch, as in [`Tokenizer::read`].
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
        if self.tokenization.lowers(&text[..length]) {
            return self.count_lowered(&text[..length], borders, tokens);
        }
        self.count_as_it_is(text, length, borders, tokens)
    }

    fn count_as_it_is(
        &mut self,
        text: &[u8],
        length: usize,
        borders: impl Iterator<Item = usize>,
        tokens: &mut Vec<u32>,
    ) -> Result<()> {
        let own = &text[..length];
        if length > LONGEST {
            // There are no borders: a block of more than its aim is part of one document, which nobody knew where to cut.
            let Self { types, tokenization, .. } = self;
            return tokenization.each(utf8::checked(own)?, |token| {
                reserve(tokens, 1)?;
                tokens.push(types.intern_and_count(&own[token])?);
                Ok(())
            });
        }
        reserve(tokens, self.tokenizer.read(own, borders)?)?;
        let mut result = Ok(());
        self.tokenizer.words(own, |words| {
            if result.is_ok() {
                result = self.types.intern_words(text, words, tokens);
            }
        });
        result
    }

    /// Brings what must be into lower case before, no matter what lies beside it.
    fn count_lowered(
        &mut self,
        text: &[u8],
        borders: impl Iterator<Item = usize>,
        tokens: &mut Vec<u32>,
    ) -> Result<()> {
        let mut start = 0;
        for end in borders.chain([text.len()]) {
            let document = &text[mem::replace(&mut start, end)..end];
            for stretch in lowered_apart(utf8::checked(document)?) {
                let text = stretch?;
                self.count_as_it_is(&text, text.len(), iter::empty(), tokens)?;
            }
        }
        Ok(())
    }

    /// Frees what only taking text needs.
    pub fn settle(&mut self) {
        self.tokenizer = Tokenizer::new(&self.tokenization);
    }
}
