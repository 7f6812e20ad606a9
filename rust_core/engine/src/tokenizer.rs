//! From whitespace masks to words.
//!
//! A word is a maximal run of characters that are not whitespace: exactly what Python's `str.split()` gives.

use std::ops::Range;

use crate::scanner::{LANES, SimdLevel, scan};

/// Text scanned at once when looking for the next whitespace, which is seldom far.
const PIECE: usize = 256;

/// Words that are handed out together, at least.
const ENOUGH: usize = 512;

/// Where words begin and end in a text; a word has the same place in both lists.
#[derive(Debug, Clone, Copy)]
pub struct Words<'t> {
    /// The offset of the first byte of each word.
    pub starts: &'t [usize],
    /// The offset behind the last byte of each word.
    pub ends: &'t [usize],
}

/// Offsets, one behind the other.
struct Offsets {
    /// Room for more than is ever taken, so that a mask can be written without looking at it bit by bit.
    list: Box<[usize; ENOUGH + 4 * LANES]>,
    len: usize,
}

impl Default for Offsets {
    fn default() -> Self {
        Self { list: Box::new([0; ENOUGH + 4 * LANES]), len: 0 }
    }
}

impl Offsets {
    /// Appends the offsets of the set bits.
    #[inline]
    fn push_bits(&mut self, base: usize, mut bits: u64) {
        let count = bits.count_ones() as usize;
        let mut at = self.len;
        // Eight at a time, needed or not: how many bits are set is nothing a processor can foresee.
        while bits != 0 {
            for place in &mut self.list[at..at + 8] {
                *place = base + bits.trailing_zeros() as usize;
                bits &= bits.wrapping_sub(1);
            }
            at += 8;
        }
        self.len += count;
    }

    #[inline]
    fn push(&mut self, offset: usize) {
        self.list[self.len] = offset;
        self.len += 1;
    }
}

/// Masks of a text, and the words in any range of it.
#[derive(Default)]
pub struct Tokenizer {
    masks: Vec<u64>,
    starts: Offsets,
    ends: Offsets,
}

impl Tokenizer {
    /// Scans `text`, from the border of a character on; ranges given later are relative to its first byte.
    pub fn scan(&mut self, text: &[u8]) {
        self.masks.clear();
        self.masks.reserve(text.len().div_ceil(LANES));
        scan(SimdLevel::best(), text, |mask| self.masks.push(mask));
    }

    /// Passes the words in a range of the scanned text to `take`, many at a time; what is left over waits for the next
    /// range, or for [`finish`](Self::finish). A border of a range is one of words, too.
    #[inline]
    pub fn words(&mut self, range: Range<usize>, mut take: impl FnMut(Words)) {
        for (base, edges, mask) in Edges::new(&self.masks, range.clone()) {
            self.starts.push_bits(base, edges & !mask);
            self.ends.push_bits(base, edges & mask);
            if self.ends.len >= ENOUGH {
                let whole = self.ends.len;
                take(Words { starts: &self.starts.list[..whole], ends: &self.ends.list[..whole] });
                // A word may have begun that has not ended yet.
                let begun = (self.starts.len > whole).then(|| self.starts.list[whole]);
                (self.starts.len, self.ends.len) = (0, 0);
                if let Some(begun) = begun {
                    self.starts.push(begun);
                }
            }
        }
        if self.starts.len > self.ends.len {
            self.ends.push(range.end);
        }
    }

    /// Passes what is left over.
    pub fn finish(&mut self, mut take: impl FnMut(Words)) {
        take(Words { starts: &self.starts.list[..self.starts.len], ends: &self.ends.list[..self.ends.len] });
        (self.starts.len, self.ends.len) = (0, 0);
    }

    /// The number of words in a range of the scanned text.
    pub fn count(&self, range: Range<usize>) -> u64 {
        Edges::new(&self.masks, range).map(|(_, edges, mask)| u64::from((edges & !mask).count_ones())).sum()
    }
}

/// The edges of the words in a range of masks: for each mask the offset of its first byte, one bit for each byte at which
/// a word begins or has ended, and the mask, with what is outside the range as whitespace.
struct Edges<'m> {
    masks: &'m [u64],
    at: usize,
    end: usize,
    /// Whether the byte before is whitespace.
    before: u64,
    /// Bytes that do not belong to the range, and so separate words.
    outside: u64,
}

impl<'m> Edges<'m> {
    #[inline]
    fn new(masks: &'m [u64], range: Range<usize>) -> Self {
        let first = range.start / LANES;
        let outside = (1 << (range.start % LANES)) - 1;
        Self { masks, at: first * LANES, end: range.end.max(first * LANES), before: 1, outside }
    }
}

impl Iterator for Edges<'_> {
    type Item = (usize, u64, u64);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let at = self.at;
        let left = self.end - at;
        if left == 0 {
            return None;
        }
        if left < LANES {
            self.outside |= !0 << left;
        }
        self.at += left.min(LANES);
        let mask = self.masks[at / LANES] | self.outside;
        let edges = mask ^ (mask << 1 | self.before);
        self.before = mask >> (LANES - 1);
        self.outside = 0;
        Some((at, edges, mask))
    }
}

/// The number of words in a text; only scans, so it runs near the speed of memory.
///
/// ```
/// assert_eq!(engine::tokenizer::count_words("one two\u{3000}three ".as_bytes()), 3);
/// ```
pub fn count_words(text: &[u8]) -> u64 {
    count_words_after(false, text).0
}

/// The number of words that begin in a text, and whether it ends inside one; `inside_word` tells whether what stands
/// before the text does. The text begins and ends at borders of characters.
pub fn count_words_after(inside_word: bool, text: &[u8]) -> (u64, bool) {
    let mut count = 0;
    let mut before = u64::from(!inside_word);
    let mut last = 0;
    scan(SimdLevel::best(), text, |mask| {
        count += u64::from((!mask & (mask << 1 | before)).count_ones());
        before = mask >> (LANES - 1);
        last = mask;
    });
    let used = text.len() % LANES;
    if used == 0 {
        return (count, before == 0);
    }
    // Behind the end, bits are unset, which looks like a word where whitespace stands before it.
    let ends_in_whitespace = last >> (used - 1) & 1 == 1;
    (count - u64::from(ends_in_whitespace), !ends_in_whitespace)
}

/// The offset of the first whitespace character at or after `from`, which must be the border of a character.
pub fn next_whitespace(text: &[u8], from: usize) -> Option<usize> {
    let mut start = from;
    while start < text.len() {
        let end = border_before(text, start + PIECE);
        let (mut found, mut at) = (None, start);
        scan(SimdLevel::best(), &text[start..end], |mask| {
            if mask != 0 {
                found = found.or(Some(at + mask.trailing_zeros() as usize));
            }
            at += LANES;
        });
        if found.is_some() {
            return found;
        }
        start = end;
    }
    None
}

/// The last border of a character at or before an offset; in text that is not UTF-8, some offset close to it.
fn border_before(text: &[u8], offset: usize) -> usize {
    if offset >= text.len() {
        return text.len();
    }
    // At most three bytes of a character follow its first.
    (offset - 3..=offset).rev().find(|at| text[*at] & 0xC0 != 0x80).unwrap_or(offset)
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
        let mut words = Vec::new();
        let mut take = |some: Words| {
            words.extend(some.starts.iter().zip(some.ends).map(|(start, end)| &text[*start..*end]));
        };
        tokenizer.words(0..text.len(), &mut take);
        tokenizer.finish(take);
        words
    }

    #[test]
    fn words_are_what_python_split_gives() {
        assert_eq!(words(" In the\tbeginning,\u{3000}光 \r\n"), ["In", "the", "beginning,", "光"]);
        assert_eq!(words(""), [""; 0]);
        assert_eq!(words("\u{2003}\u{85}"), [""; 0]);
    }

    #[test]
    fn words_longer_than_a_piece_are_one() {
        let many = "a bc ".repeat(2 * ENOUGH);
        assert_eq!(words(&many), split(&many));
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
            let mut found = Vec::new();
            let mut take = |some: Words| {
                found.extend(some.starts.iter().zip(some.ends).map(|(start, end)| &text[*start..*end]));
            };
            tokenizer.words(range.clone(), &mut take);
            tokenizer.finish(take);
            prop_assert_eq!(tokenizer.count(range.clone()), found.len() as u64);
            prop_assert_eq!(found, split(&text[range]));
        }
    }
}
