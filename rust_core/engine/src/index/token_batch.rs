//! What is taken from a text at once: the tokens of some documents, and how many each of them has.

use crate::error::Result;
use crate::memory::reserve;

/// The tokens of documents that lie one behind the other.
#[derive(Debug, Default)]
pub struct Taken {
    /// The type id of each token.
    pub ids: Vec<u32>,
    /// The number of tokens of each document, or of the part of it that was there.
    pub lengths: Vec<u32>,
}

impl Taken {
    /// Forgets the tokens, and keeps their memory.
    pub fn clear(&mut self) {
        self.ids.clear();
        self.lengths.clear();
    }
}

/// Counts the tokens of each document while they are taken.
pub struct Lengths<'l, B> {
    borders: B,
    /// Where the current document ends, if it is not the last.
    border: Option<usize>,
    /// Tokens before the current document.
    before: usize,
    /// Has room for all documents.
    lengths: &'l mut Vec<u32>,
}

impl<'l, B: Iterator<Item = usize> + Clone> Lengths<'l, B> {
    /// Of documents that end at `borders`, which are offsets in the text, and at its end.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn new(mut borders: B, lengths: &'l mut Vec<u32>) -> Result<Self> {
        reserve(lengths, borders.clone().count() + 1)?;
        let border = borders.next();
        Ok(Self { borders, border, before: 0, lengths })
    }

    /// Goes on to the document in which the last of some tokens is, which begin at `starts`; there were `before` others.
    pub fn pass(&mut self, starts: &[u32], before: usize) {
        let mut passed = 0;
        while let Some(border) = self.border {
            let Some(more) = starts[passed..].iter().position(|start| *start as usize >= border) else { return };
            passed += more;
            self.end_document(before + passed);
        }
    }

    /// Ends all documents; there are so many tokens.
    pub fn end(mut self, tokens: usize) {
        while self.border.is_some() {
            self.end_document(tokens);
        }
        self.end_document(tokens);
    }

    /// Ends the current document; there are so many tokens.
    pub fn end_document(&mut self, tokens: usize) {
        self.lengths.push(u32::try_from(tokens - self.before).expect("offsets of tokens are 32 bits"));
        self.before = tokens;
        self.border = self.borders.next();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_token_belongs_to_the_document_it_is_in(
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
            let mut taken = Vec::new();
            let mut lengths = Lengths::new(ends[..ends.len() - 1].iter().copied(), &mut taken).unwrap();
            for (number, starts) in starts.chunks(together).enumerate() {
                lengths.pass(starts, number * together);
            }
            lengths.end(starts.len());
            prop_assert_eq!(taken, expected);
        }
    }
}
