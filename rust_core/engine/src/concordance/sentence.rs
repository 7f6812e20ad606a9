//! The sentences of a document, in bytes and in tokens.

use std::ops::Range;

use crate::checkpoint::Steps;
use crate::concordance::layout::Layout;
use crate::error::Result;
use crate::memory::reserve;
use crate::sentences;

/// Where the sentences of a document begin. The first begins with the document.
#[derive(Default)]
pub struct Sentences {
    starts: Vec<usize>,
    /// The number of tokens before each sentence.
    tokens: Vec<usize>,
}

impl Sentences {
    /// Finds the sentences of a document. A token belongs to the sentence in which it begins.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
    pub fn fill(&mut self, text: &str, layout: &mut Layout, unwrap: bool, steps: &mut Steps) -> Result<()> {
        self.starts.clear();
        self.tokens.clear();
        let (starts, tokens, mut token) = (&mut self.starts, &mut self.tokens, 0);
        sentences::each_in(text, unwrap, steps, |sentence| {
            let start = if starts.is_empty() { 0 } else { sentence.start };
            while token < layout.len() && layout.place(token).start < start {
                token += 1;
            }
            reserve(starts, 1)?;
            reserve(tokens, 1)?;
            starts.push(start);
            tokens.push(token);
            Ok(())
        })
    }

    /// Returns the number of tokens before each sentence.
    pub fn token_starts(&self) -> &[usize] {
        &self.tokens
    }

    /// Returns the tokens of the sentence that has a token; `tokens` is the number of tokens of the document.
    pub fn tokens(&self, token: usize, tokens: usize) -> Range<usize> {
        let next = self.tokens.partition_point(|before| *before <= token);
        // A text that has tokens but no sentence is one sentence.
        let start = next.checked_sub(1).map_or(0, |own| self.tokens[own]);
        start..self.tokens.get(next).copied().unwrap_or(tokens)
    }

    /// Returns the bytes of the sentence that has a byte, of some sentences before it, and of some after it; `bytes` is the
    /// length of the document.
    pub fn bytes(&self, byte: usize, (before, after): (usize, usize), bytes: usize) -> Range<usize> {
        let next = self.starts.partition_point(|start| *start <= byte);
        let first = next.saturating_sub(1).saturating_sub(before);
        let start = self.starts.get(first).copied().unwrap_or(0);
        start..next.checked_add(after).and_then(|end| self.starts.get(end)).copied().unwrap_or(bytes)
    }
}
