//! The tokens of one block of text.

use crate::error::Result;
use crate::memory::reserve;

/// The tokens of consecutive documents, or of parts of them.
#[derive(Debug, Default)]
pub struct TokenBatch {
    /// The type id of each token.
    pub ids: Vec<u32>,
    /// The number of tokens of each document, or of the part of it in the block.
    pub lengths: Vec<u32>,
}

impl TokenBatch {
    /// Removes the tokens and keeps their memory.
    pub fn clear(&mut self) {
        self.ids.clear();
        self.lengths.clear();
    }
}

/// The tokens of most short documents.
const FEW: usize = if cfg!(test) { 4 } else { 16 };

/// Counts the tokens of each document of a batch.
pub struct LengthCounter<'l, B> {
    boundaries: B,
    /// Where the current document ends; None for the last one.
    boundary: Option<usize>,
    /// The number of tokens before the current document.
    before: usize,
    /// Has room for all documents.
    lengths: &'l mut Vec<u32>,
}

impl<'l, B: Iterator<Item = usize> + Clone> LengthCounter<'l, B> {
    /// Returns a counter for documents that end at `boundaries`, which are offsets in the text, and at the end of the
    /// text.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn new(mut boundaries: B, lengths: &'l mut Vec<u32>) -> Result<Self> {
        reserve(lengths, boundaries.clone().count() + 1)?;
        let boundary = boundaries.next();
        Ok(Self { boundaries, boundary, before: 0, lengths })
    }

    /// Takes the tokens that begin at `starts`, after `before` other tokens.
    pub fn advance(&mut self, starts: &[u32], before: usize) {
        let mut passed = 0;
        while let Some(boundary) = self.boundary {
            // No token begins at the largest offset.
            let boundary = u32::try_from(boundary).unwrap_or(u32::MAX);
            let is_before = |start: &u32| *start < boundary;
            let rest = &starts[passed..];
            passed += match rest.first_chunk::<FEW>() {
                // Without a branch that depends on the number of tokens of a short document.
                Some(few) if !is_before(&few[FEW - 1]) => {
                    few.iter().map(|start| u32::from(is_before(start))).sum::<u32>() as usize
                }
                _ => match rest.iter().position(|start| !is_before(start)) {
                    Some(more) => more,
                    None => return,
                },
            };
            self.end_document(before + passed);
        }
    }

    /// Ends all documents; `tokens` is the number of tokens in all of them.
    pub fn end(mut self, tokens: usize) {
        while self.boundary.is_some() {
            self.end_document(tokens);
        }
        self.end_document(tokens);
    }

    /// Ends the current document; `tokens` is the number of tokens up to its end.
    pub fn end_document(&mut self, tokens: usize) {
        self.lengths.push(u32::try_from(tokens - self.before).expect("offsets of tokens are 32 bits"));
        self.before = tokens;
        self.boundary = self.boundaries.next();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_token_is_counted_in_its_document(
            documents in prop::collection::vec((1..50_usize, prop::collection::vec(any::<prop::sample::Index>(), 0..5)), 1..20),
            together in 1..7_usize,
        ) {
            let (mut starts, mut ends, mut expected, mut end) = (Vec::new(), Vec::new(), Vec::new(), 0);
            for (length, tokens) in &documents {
                let mut own: Vec<u32> = tokens.iter().map(|token| u32::try_from(end + token.index(*length)).unwrap()).collect();
                own.sort_unstable();
                own.dedup();
                expected.push(u32::try_from(own.len()).unwrap());
                starts.extend(own);
                end += length;
                ends.push(end);
            }
            let mut counted = Vec::new();
            let mut lengths = LengthCounter::new(ends[..ends.len() - 1].iter().copied(), &mut counted).unwrap();
            for (number, starts) in starts.chunks(together).enumerate() {
                lengths.advance(starts, number * together);
            }
            lengths.end(starts.len());
            prop_assert_eq!(counted, expected);
        }
    }
}
