//! From whitespace masks to words.
//!
//! A word is a maximal run of characters that are not whitespace: exactly what Python's `str.split()` gives.

use std::ops::Range;

use crate::scanner::{LANES, SimdLevel, scan};

/// Text scanned at once when nothing but a sum is kept of it; its masks stay in the first cache.
const PIECE: usize = 16 << 10;

/// Masks of a text, and the words in any range of it.
#[derive(Default)]
pub struct Tokenizer {
    masks: Vec<u64>,
}

impl Tokenizer {
    /// Scans `text`, from the border of a character on; ranges given later are relative to its first byte.
    pub fn scan(&mut self, text: &[u8]) {
        self.masks.clear();
        scan(SimdLevel::best(), text, &mut self.masks);
    }

    /// The words in `range` of the scanned text, as byte ranges; a border of the range is also a border of words.
    pub fn words(&self, range: Range<usize>) -> Words<'_> {
        let mut words = Words { masks: &self.masks, at: range.start / LANES, end: range.end, edges: 0, carry: 1 };
        if range.start < range.end {
            let before = (1 << (range.start % LANES)) - 1;
            words.load(before);
        }
        words
    }
}

/// Iterator over the words of a range, as byte ranges. See [`Tokenizer::words`].
pub struct Words<'m> {
    masks: &'m [u64],
    /// The mask whose edges are being handed out.
    at: usize,
    end: usize,
    /// Where whitespace begins or ends within that mask.
    edges: u64,
    /// Whether the byte before the next mask is whitespace.
    carry: u64,
}

impl Words<'_> {
    #[inline]
    fn load(&mut self, also_whitespace: u64) {
        let mask = self.masks[self.at] | also_whitespace;
        self.edges = mask ^ (mask << 1 | self.carry);
        self.carry = mask >> (LANES - 1);
    }

    #[inline]
    fn next_edge(&mut self) -> Option<usize> {
        while self.edges == 0 {
            if (self.at + 1) * LANES >= self.end {
                return None;
            }
            self.at += 1;
            self.load(0);
        }
        let edge = self.at * LANES + self.edges.trailing_zeros() as usize;
        self.edges &= self.edges - 1;
        (edge < self.end).then_some(edge)
    }
}

impl Iterator for Words<'_> {
    type Item = Range<usize>;

    #[inline]
    fn next(&mut self) -> Option<Range<usize>> {
        let start = self.next_edge()?;
        Some(start..self.next_edge().unwrap_or(self.end))
    }
}

/// Cuts a text into pieces of about [`PIECE`] bytes, each beginning at the border of a character.
fn pieces(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut cut = rest.len().min(PIECE);
        // In UTF-8 the border is at most three bytes back; in anything else, any cut will do.
        for back in 0..4 {
            if cut < rest.len() && (rest[cut - back] & 0xC0) != 0x80 {
                cut -= back;
                break;
            }
        }
        let (piece, after) = rest.split_at(cut);
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}

/// The number of words in a text; only scans, so it runs near the speed of memory.
///
/// ```
/// assert_eq!(engine::tokenizer::count_words("one two\u{3000}three ".as_bytes()), 3);
/// ```
pub fn count_words(text: &[u8]) -> u64 {
    let mut masks = Vec::new();
    let (mut count, mut carry) = (0, 1);
    for piece in pieces(text) {
        masks.clear();
        scan(SimdLevel::best(), piece, &mut masks);
        let unused = masks.len() * LANES - piece.len();
        if let Some(last) = masks.last_mut() {
            // Behind the end, bits are unset, which would look like a word.
            *last |= (!0_u64).checked_shl(u32::try_from(LANES - unused).expect("at most 64")).unwrap_or(0);
        }
        for mask in &masks {
            count += u64::from((!mask & (mask << 1 | carry)).count_ones());
            carry = mask >> (LANES - 1);
        }
        if unused > 0 {
            let last = masks[masks.len() - 1];
            carry = last >> (LANES - unused - 1) & 1;
        }
    }
    count
}

/// The offset of the first whitespace character at or after `from`, which must be the border of a character.
pub fn next_whitespace(text: &[u8], from: usize) -> Option<usize> {
    let mut masks = Vec::new();
    let mut start = from;
    for piece in pieces(&text[from..]) {
        masks.clear();
        scan(SimdLevel::best(), piece, &mut masks);
        if let Some(at) = masks.iter().position(|mask| *mask != 0) {
            return Some(start + at * LANES + masks[at].trailing_zeros() as usize);
        }
        start += piece.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(text: &str) -> Vec<&str> {
        text.split(|c: char| c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c))
            .filter(|word| !word.is_empty())
            .collect()
    }

    fn words(text: &str) -> Vec<&str> {
        let mut tokenizer = Tokenizer::default();
        tokenizer.scan(text.as_bytes());
        tokenizer.words(0..text.len()).map(|range| &text[range]).collect()
    }

    #[test]
    fn words_are_what_python_split_gives() {
        assert_eq!(words(" In the\tbeginning,\u{3000}光 \r\n"), ["In", "the", "beginning,", "光"]);
        assert_eq!(words(""), [""; 0]);
        assert_eq!(words("\u{2003}\u{85}"), [""; 0]);
    }

    #[test]
    fn words_longer_than_a_piece_are_one() {
        for length in [LANES, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE] {
            let text = "x".repeat(length);
            assert_eq!(words(&text), [text.as_str()]);
            assert_eq!(count_words(text.as_bytes()), 1);
            let text = format!("{}é {text}", "é".repeat(length / 2));
            assert_eq!(count_words(text.as_bytes()), 2);
            assert_eq!(next_whitespace(text.as_bytes(), 0), text.find(' '));
        }
    }

    proptest! {
        #[test]
        fn words_count_and_first_whitespace_agree_with_a_naive_split(
            text in "[ab\u{e9}\u{3042}\u{1f600}\t \n\u{1c}\u{85}\u{a0}\u{1680}\u{2002}\u{2028}\u{205f}\u{3000}]{0,400}",
        ) {
            prop_assert_eq!(words(&text), split(&text));
            prop_assert_eq!(count_words(text.as_bytes()), split(&text).len() as u64);
            let first = text.find(|c: char| c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c));
            prop_assert_eq!(next_whitespace(text.as_bytes(), 0), first);
        }

        #[test]
        fn a_range_is_tokenized_as_if_it_stood_alone(text in "[ab\u{3000} ]{0,200}", a: prop::sample::Index, b: prop::sample::Index) {
            let borders: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let (a, b) = (*a.get(&borders), *b.get(&borders));
            let range = a.min(b)..a.max(b);
            let mut tokenizer = Tokenizer::default();
            tokenizer.scan(text.as_bytes());
            let found: Vec<&str> = tokenizer.words(range.clone()).map(|word| &text[word]).collect();
            prop_assert_eq!(found, split(&text[range]));
        }
    }
}
