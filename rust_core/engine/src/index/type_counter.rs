//! The types of one thread and their counts.

use std::iter;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::error::Result;
use crate::index::token_batch::{LengthCounter, TokenBatch};
use crate::interner::{Interner, SharedInterner, Words};
use crate::memory::reserve;
use crate::tokenizer::block::MAX_TEXT_BYTES;
use crate::tokenizer::{Tokenization, Tokenizer, lowered_apart};
use crate::utf8;

/// The least time for a part of a document, unless the document ends earlier. None in tests.
const MIN_TIME_OF_A_PART: Duration = Duration::from_millis(if cfg!(test) { 0 } else { 10 });

/// Tokenizes text and counts the types.
#[derive(Default)]
pub struct TypeCounter {
    types: SharedInterner,
    tokenization: Tokenization,
    tokenizer: Tokenizer,
}

impl TypeCounter {
    /// Returns a counter without types.
    pub fn new(tokenization: &Tokenization) -> Self {
        Self {
            types: SharedInterner::default(),
            tokenization: tokenization.clone(),
            tokenizer: Tokenizer::new(tokenization),
        }
    }

    /// Returns a counter without types whose keys have the same seeds, so merging its types is faster.
    pub fn emptied(&self) -> Self {
        Self { types: self.types.emptied().into(), ..Self::new(&self.tokenization) }
    }

    /// Returns a counter of these types, which were counted before.
    pub fn of(types: SharedInterner, tokenization: &Tokenization) -> Self {
        Self { types, ..Self::new(tokenization) }
    }

    /// Returns the definition of a token.
    pub fn tokenization(&self) -> &Tokenization {
        &self.tokenization
    }

    /// Returns the distinct types in order of first appearance, with their counts.
    pub fn types(&self) -> &Interner {
        &self.types
    }

    /// Returns another owner of the types. They are copied before they change.
    pub fn share_types(&self) -> Arc<Interner> {
        self.types.share()
    }

    /// Returns the types, to change them. Others may own them too: call
    /// [`make_changeable`](SharedInterner::make_changeable) before you change them, or count more tokens.
    pub fn types_mut(&mut self) -> &mut SharedInterner {
        &mut self.types
    }

    /// Counts the tokens of the first `length` bytes of a text, and writes their type ids and the lengths of the
    /// documents to `batch`. The scanner may read the bytes after these. A document, and its last token, ends at each
    /// of `boundaries`, as in [`Tokenizer::read`].
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); no token was counted, and the batch is empty. Some types may have
    /// been added. Their ids are right if the same text is counted next.
    pub fn count(
        &mut self,
        text: &[u8],
        length: usize,
        boundaries: impl Iterator<Item = usize> + Clone,
        batch: &mut TokenBatch,
    ) -> Result<()> {
        batch.clear();
        let result = self.try_count(text, length, boundaries, batch);
        if result.is_err() {
            self.types.get_mut().uncount(&batch.ids);
            batch.clear();
        }
        result
    }

    /// Counts the tokens of a document from the place `from` on, until the deadline, for tokenizers that
    /// [have parts](Tokenization::has_parts). Returns the place of the rest, or None at the end of the document.
    ///
    /// # Errors
    /// As [`count`](Self::count).
    pub fn count_part(
        &mut self,
        document: &[u8],
        from: usize,
        deadline: Option<Instant>,
        batch: &mut TokenBatch,
    ) -> Result<Option<usize>> {
        batch.clear();
        let (types, ids) = (self.types.get_mut(), &mut batch.ids);
        let Tokenizer::Pattern(tokenizer) = &mut self.tokenizer else { unreachable!("the tokenizer has parts") };
        let result = reserve(&mut batch.lengths, 1).and_then(|()| {
            let text = utf8::checked(document)?;
            // The check of a very long document takes longer than a step.
            let deadline = deadline.map(|deadline| deadline.max(Instant::now() + MIN_TIME_OF_A_PART));
            tokenizer.part(text, from, deadline, |words| types.intern_words(document, words, ids))
        });
        if result.is_err() {
            self.types.get_mut().uncount(&batch.ids);
            batch.clear();
        } else {
            batch.lengths.push(u32::try_from(batch.ids.len()).expect("a part has fewer tokens"));
        }
        result
    }

    /// Even after a failure, exactly the tokens in the batch are counted.
    fn try_count(
        &mut self,
        text: &[u8],
        length: usize,
        boundaries: impl Iterator<Item = usize> + Clone,
        batch: &mut TokenBatch,
    ) -> Result<()> {
        let own = &text[..length];
        let TokenBatch { ids, lengths } = batch;
        let mut lengths = LengthCounter::new(boundaries.clone(), lengths)?;
        if self.tokenization.lowers(own) {
            return self.count_lowered(own, boundaries, ids, lengths);
        }
        if length > MAX_TEXT_BYTES {
            // There are no boundaries: so long a block is part of one document that could not be split.
            self.count_one_by_one(own, ids)?;
        } else {
            reserve(ids, self.tokenizer.read(own, boundaries)?)?;
            self.count_many(text, length, |words, before| lengths.advance(words.starts, before), ids)?;
        }
        lengths.end(ids.len());
        Ok(())
    }

    /// Counts the tokens of the text that the tokenizer has read.
    #[inline]
    fn count_many(
        &mut self,
        text: &[u8],
        length: usize,
        mut advance: impl FnMut(Words, usize),
        ids: &mut Vec<u32>,
    ) -> Result<()> {
        let (mut result, types) = (Ok(()), self.types.get_mut());
        self.tokenizer.words(&text[..length], |words| {
            if result.is_ok() {
                advance(words, ids.len());
                result = types.intern_words(text, words, ids);
            }
        });
        result
    }

    fn count_one_by_one(&mut self, text: &[u8], ids: &mut Vec<u32>) -> Result<()> {
        let Self { types, tokenization, .. } = self;
        let types = types.get_mut();
        tokenization.each(utf8::checked(text)?, |token| {
            reserve(ids, 1)?;
            ids.push(types.intern_and_count(&text[token])?);
            Ok(())
        })
    }

    /// Counts text whose tokens are found in its lower case. Each document is lowered by itself.
    fn count_lowered<B: Iterator<Item = usize> + Clone>(
        &mut self,
        text: &[u8],
        boundaries: B,
        ids: &mut Vec<u32>,
        mut lengths: LengthCounter<'_, B>,
    ) -> Result<()> {
        let mut start = 0;
        for end in boundaries.chain([text.len()]) {
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

    /// Frees the memory that only counting needs.
    pub fn settle(&mut self) {
        if matches!(&self.tokenizer, Tokenizer::Pattern(tokenizer) if tokenizer.has_begun()) {
            return;
        }
        self.tokenizer = Tokenizer::new(&self.tokenization);
    }
}
