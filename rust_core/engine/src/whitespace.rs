//! Finds the whitespace of a text, counts its words, and finds the next word. The speed is close to that of memory.

use std::ops::Range;

use crate::error::Result;
use crate::memory::reserve;
use crate::scanner::{LANES, SimdLevel, scan};
use crate::utf8::boundary_before;

/// The bytes that one step of a search scans. The next whitespace is usually near.
const BYTES_PER_SEARCH: usize = 256;

/// Whether a character is whitespace, as in Python's `str.isspace()`.
pub fn is_whitespace(character: char) -> bool {
    character.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&character)
}

/// One bit for each byte of a text: whether it is whitespace.
#[derive(Debug, Default)]
pub struct Whitespace {
    masks: Vec<u64>,
}

impl Whitespace {
    /// Scans a text, which replaces the one before. The text must contain only complete characters.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn scan(&mut self, text: &[u8]) -> Result<()> {
        self.masks.clear();
        reserve(&mut self.masks, text.len().div_ceil(LANES))?;
        scan(SimdLevel::best(), text, |mask| self.masks.push(mask));
        Ok(())
    }

    /// Scans a text as [`scan`](Self::scan) does, and returns the number of its words. Counting takes almost no extra
    /// time.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn scan_and_count(&mut self, text: &[u8]) -> Result<u64> {
        self.masks.clear();
        reserve(&mut self.masks, text.len().div_ceil(LANES))?;
        Ok(scan_after(false, text, |mask| self.masks.push(mask)).0)
    }

    /// The bits, 64 in each integer. Bits after the end of the text are 0.
    pub fn masks(&self) -> &[u64] {
        &self.masks
    }

    /// Marks the byte at an offset as whitespace.
    pub fn set(&mut self, offset: usize) {
        self.masks[offset / LANES] |= 1 << (offset % LANES);
    }

    /// Whether the byte at an offset is whitespace.
    pub fn is_set(&self, offset: usize) -> bool {
        self.masks[offset / LANES] >> (offset % LANES) & 1 == 1
    }

    /// The ranges of the words of the scanned text, which is `length` bytes long.
    pub fn words(&self, length: usize) -> impl Iterator<Item = Range<usize>> {
        let mut edges = WordEdges { masks: self.masks.iter(), base: 0, edges: 0, last: 1 << (LANES - 1) };
        std::iter::from_fn(move || {
            // The bits after the end are 0, which looks like a word if the text ends in whitespace.
            let start = edges.next().filter(|start| *start < length)?;
            Some(start..edges.next().map_or(length, |end| end.min(length)))
        })
    }

    /// Whether a range contains a word.
    pub fn holds_word(&self, range: Range<usize>) -> bool {
        // Usually the first byte is enough.
        !range.is_empty() && (!self.is_set(range.start) || self.count(range) > 0)
    }

    /// The number of words in a range. Words end at its ends.
    pub fn count(&self, range: Range<usize>) -> u64 {
        let (mut before, mut words) = (1, 0);
        let mut outside = (1 << (range.start % LANES)) - 1;
        let mut at = range.start / LANES * LANES;
        while at < range.end {
            if range.end - at < LANES {
                outside |= !0 << (range.end - at);
            }
            let mask = self.masks[at / LANES] | outside;
            words += u64::from((!mask & (mask << 1 | before)).count_ones());
            before = mask >> (LANES - 1);
            outside = 0;
            at += LANES;
        }
        words
    }
}

/// The number of words in a text.
///
/// ```
/// assert_eq!(engine::whitespace::count_words("one two\u{3000}three ".as_bytes()), 3);
/// ```
pub fn count_words(text: &[u8]) -> u64 {
    count_words_after(false, text).0
}

/// The number of words that begin in a text, and whether the text ends inside a word. `inside_word` is whether the text
/// before it ends inside a word. The text must contain only complete characters.
pub fn count_words_after(inside_word: bool, text: &[u8]) -> (u64, bool) {
    scan_after(inside_word, text, |_| ())
}

/// Counts words as [`count_words_after`] does, and calls `take` with the masks of whitespace.
#[inline]
fn scan_after(inside_word: bool, text: &[u8], mut take: impl FnMut(u64)) -> (u64, bool) {
    let mut counter = WordCounter { words: 0, last: u64::from(!inside_word) << (LANES - 1) };
    scan(SimdLevel::best(), text, |mask| {
        counter.add(mask);
        take(mask);
    });
    let WordCounter { words, last } = counter;
    let used = text.len() % LANES;
    if used == 0 {
        return (words, last >> (LANES - 1) == 0);
    }
    // The bits after the end are 0, which looks like a word if the text ends in whitespace.
    let ends_in_whitespace = last >> (used - 1) & 1 == 1;
    (words - u64::from(ends_in_whitespace), !ends_in_whitespace)
}

/// Iterates over the offsets where words begin or end. The text counts as preceded by whitespace.
struct WordEdges<'m> {
    masks: std::slice::Iter<'m, u64>,
    /// The offset after the current mask.
    base: usize,
    /// The edges in the current mask that were not returned yet.
    edges: u64,
    last: u64,
}

impl Iterator for WordEdges<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.edges == 0 {
            let mask = *self.masks.next()?;
            self.edges = mask ^ (mask << 1 | self.last >> (LANES - 1));
            self.last = mask;
            self.base += LANES;
        }
        let at = self.base - LANES + self.edges.trailing_zeros() as usize;
        self.edges &= self.edges - 1;
        Some(at)
    }
}

/// The state of a count. One struct, so that the code for each mask needs only one pointer.
struct WordCounter {
    words: u64,
    /// The last mask.
    last: u64,
}

impl WordCounter {
    #[inline(always)]
    fn add(&mut self, mask: u64) {
        self.words += u64::from((!mask & (mask << 1 | self.last >> (LANES - 1))).count_ones());
        self.last = mask;
    }
}

/// The offset of the first whitespace character that begins at or after `from`, where text can be cut. `from` may be
/// inside a character.
pub fn whitespace_from(text: &[u8], from: usize) -> Option<usize> {
    let border = (from..text.len()).find(|at| text[*at] & 0xC0 != 0x80)?;
    next_whitespace(text, border)
}

/// The offset of the first whitespace character at or after `from`, which must be a character boundary.
pub fn next_whitespace(text: &[u8], from: usize) -> Option<usize> {
    find(text, from, |mask| mask)
}

/// The first word at or after `from`, which must be a character boundary and counts as a word boundary.
pub fn next_word(text: &[u8], from: usize) -> Option<Range<usize>> {
    let start = find(text, from, |mask| !mask)?;
    Some(start..next_whitespace(text, start).unwrap_or(text.len()))
}

/// The offset of the first byte whose bit is set after `wanted` was applied to the masks of whitespace.
fn find(text: &[u8], from: usize, wanted: impl Fn(u64) -> u64) -> Option<usize> {
    let mut start = from;
    while start < text.len() {
        let end = boundary_before(text, start + BYTES_PER_SEARCH);
        let (mut found, mut at) = (None, start);
        scan(SimdLevel::best(), &text[start..end], |mask| {
            let wanted = wanted(mask);
            if wanted != 0 {
                found = found.or(Some(at + wanted.trailing_zeros() as usize));
            }
            at += LANES;
        });
        // The bits after the end have no meaning.
        if found.is_some_and(|found| found < end) {
            return found;
        }
        start = end;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number_of_words(text: &str) -> u64 {
        text.split(is_whitespace).filter(|word| !word.is_empty()).count() as u64
    }

    #[test]
    fn a_word_longer_than_a_search_step_is_one_word() {
        for length in [LANES, BYTES_PER_SEARCH - 1, BYTES_PER_SEARCH, BYTES_PER_SEARCH + 1, 3 * BYTES_PER_SEARCH] {
            let text = "x".repeat(length);
            assert_eq!(count_words(text.as_bytes()), 1);
            let text = format!("{}é {text}", "é".repeat(length / 2));
            assert_eq!(count_words(text.as_bytes()), 2);
            assert_eq!(next_whitespace(text.as_bytes(), 0), text.find(' '));
        }
    }

    proptest! {
        #[test]
        fn counts_and_the_first_whitespace_are_those_of_a_simple_split(
            text in "[ab\u{e9}\u{3042}\u{1f600}\t \n\u{1c}\u{85}\u{a0}\u{1680}\u{2002}\u{2028}\u{205f}\u{3000}]{0,400}",
        ) {
            prop_assert_eq!(count_words(text.as_bytes()), number_of_words(&text));
            prop_assert_eq!(next_whitespace(text.as_bytes(), 0), text.find(is_whitespace));
            let (mut words, mut from) = (0, 0);
            while let Some(word) = next_word(text.as_bytes(), from) {
                prop_assert!(!text[word.clone()].contains(is_whitespace));
                (words, from) = (words + 1, word.end);
            }
            prop_assert_eq!(words, number_of_words(&text));
        }

        #[test]
        fn a_range_is_counted_independently(text in "[ab\u{3000} ]{0,200}", a: prop::sample::Index, b: prop::sample::Index) {
            let borders: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let (a, b) = (*a.get(&borders), *b.get(&borders));
            let range = a.min(b)..a.max(b);
            let mut whitespace = Whitespace::default();
            whitespace.scan(text.as_bytes()).unwrap();
            let expected = number_of_words(&text[range.clone()]);
            prop_assert_eq!(whitespace.count(range.clone()), expected);
            let masks = whitespace.masks().to_vec();
            prop_assert_eq!(whitespace.scan_and_count(text.as_bytes()).unwrap(), number_of_words(&text));
            prop_assert_eq!(whitespace.masks(), masks);
            let words: Vec<&str> = whitespace.words(text.len()).map(|word| &text[word]).collect();
            prop_assert_eq!(words, text.split(is_whitespace).filter(|word| !word.is_empty()).collect::<Vec<_>>());
            prop_assert_eq!(whitespace.holds_word(range), expected > 0);
        }

        #[test]
        fn a_byte_marked_as_whitespace_ends_a_word(parts in prop::collection::vec("[ab ]{0,40}", 1..20)) {
            let text = parts.join(",");
            let mut whitespace = Whitespace::default();
            whitespace.scan(text.as_bytes()).unwrap();
            for (offset, _) in text.match_indices(',') {
                whitespace.set(offset);
            }
            prop_assert_eq!(whitespace.count(0..text.len()), parts.iter().map(|part| number_of_words(part)).sum::<u64>());
        }
    }
}
