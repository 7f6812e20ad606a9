//! Types and how often each occurs, as one thread collects them.

use std::iter;

use crate::error::Result;
use crate::index::token_batch::{Lengths, Taken};
use crate::interner::{Interner, Words};
use crate::memory::reserve;
use crate::tokenizer::block::MAX_TEXT_BYTES;
use crate::tokenizer::{Tokenization, Tokenizer, lowered_apart};
use crate::utf8;

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
        Self { types: Interner::default(), tokenization: tokenization.clone(), tokenizer: Tokenizer::new(tokenization) }
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

    /// Counts the words of the first `length` bytes of a text, and puts their ids and the lengths of the documents into
    /// `taken`. What follows is there to be read past the last word. A document, and with it a word, ends at each of
    /// `borders`, as in [`Tokenizer::read`].
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
        if self.tokenization.lowers(own) {
            return self.count_lowered(own, borders, ids, lengths);
        }
        if length > MAX_TEXT_BYTES {
            // There are no borders: a block of more than its aim is part of one document, which nobody knew where to cut.
            self.count_one_by_one(own, ids)?;
        } else {
            reserve(ids, self.tokenizer.read(own, borders)?)?;
            self.count_many(text, length, |words, before| lengths.pass(words.starts, before), ids)?;
        }
        lengths.end(ids.len());
        Ok(())
    }

    /// Counts the words of what was taken up.
    #[inline]
    fn count_many(
        &mut self,
        text: &[u8],
        length: usize,
        mut pass: impl FnMut(Words, usize),
        ids: &mut Vec<u32>,
    ) -> Result<()> {
        let mut result = Ok(());
        self.tokenizer.words(&text[..length], |words| {
            if result.is_ok() {
                pass(words, ids.len());
                result = self.types.intern_words(text, words, ids);
            }
        });
        result
    }

    fn count_one_by_one(&mut self, text: &[u8], ids: &mut Vec<u32>) -> Result<()> {
        let Self { types, tokenization, .. } = self;
        tokenization.each(utf8::checked(text)?, |token| {
            reserve(ids, 1)?;
            ids.push(types.intern_and_count(&text[token])?);
            Ok(())
        })
    }

    /// Brings what must be into lower case before, no matter what lies beside it.
    fn count_lowered<B: Iterator<Item = usize> + Clone>(
        &mut self,
        text: &[u8],
        borders: B,
        ids: &mut Vec<u32>,
        mut lengths: Lengths<'_, B>,
    ) -> Result<()> {
        let mut start = 0;
        for end in borders.chain([text.len()]) {
            for part in lowered_apart(utf8::checked(&text[start..end])?) {
                let part = part?;
                if part.len() > MAX_TEXT_BYTES {
                    self.count_one_by_one(&part, ids)?;
                    continue;
                }
                reserve(ids, self.tokenizer.read(&part, iter::empty())?)?;
                self.count_many(&part, part.len(), |_, _| (), ids)?;
            }
            start = end;
            lengths.end_document(ids.len());
        }
        Ok(())
    }

    /// Frees what only taking text needs.
    pub fn settle(&mut self) {
        self.tokenizer = Tokenizer::new(&self.tokenization);
    }
}
