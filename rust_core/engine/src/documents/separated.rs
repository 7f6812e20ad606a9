//! The documents of one text with separators between them.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memrchr};

use crate::documents::document::Blank;
use crate::error::Result;
use crate::memory::reserve;
use crate::whitespace::Whitespace;

/// The length of a piece: text that is checked and then copied while it is in the second-level cache.
pub const PIECE_BYTES: usize = if cfg!(any(test, fuzzing)) { 64 } else { 256 << 10 };

/// The usual length of a part. If parts are shorter, their list grows while they are found: that takes less time than
/// counting them first.
const USUAL_PART_BYTES: usize = 64;

/// Documents that passed the checks, in a text with separators between them.
#[derive(Debug)]
pub struct Parts<'t> {
    text: &'t str,
    ranges: Vec<Range<usize>>,
    words: u64,
}

impl<'t> Parts<'t> {
    /// Checks parts of a text, in order. A separator, which is one byte of ASCII, follows each part but the last; all
    /// other bytes belong to a part. If blank parts are refused, stops at the first one and also returns its number.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn new(
        text: &'t str,
        parts: impl Iterator<Item = Range<usize>>,
        blank: Blank,
    ) -> Result<(Self, Option<usize>)> {
        let bytes = text.as_bytes();
        let mut whitespace = Whitespace::default();
        whitespace.scan(bytes)?;
        let mut ranges = Vec::new();
        reserve(&mut ranges, bytes.len() / USUAL_PART_BYTES)?;
        for (number, part) in parts.enumerate() {
            let (start, end) = (part.start, part.end);
            if blank == Blank::Kept || whitespace.holds_word(part.clone()) {
                reserve(&mut ranges, 1)?;
                ranges.push(part);
            } else if blank == Blank::Refused {
                return Ok((Self { text, words: whitespace.count(0..start), ranges }, Some(number)));
            }
            if end < bytes.len() {
                whitespace.set(end);
            }
        }
        Ok((Self { text, words: whitespace.count(0..bytes.len()), ranges }, None))
    }

    /// Returns the text that holds the documents.
    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    /// Returns the text of each document.
    pub(super) fn documents(&self) -> impl ExactSizeIterator<Item = &'t str> {
        self.ranges.iter().map(|range| &self.text[range.clone()])
    }

    /// Returns the number of words in all documents.
    pub(super) fn words(&self) -> u64 {
        self.words
    }

    /// Returns the number of documents.
    pub fn len(&self) -> usize {
        self.ranges.len()
    }

    /// Returns whether there is no document.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }
}

/// Returns the number of parts of a text between separators.
pub fn number_of_parts(text: &[u8], separator: u8) -> usize {
    memchr_iter(separator, text).count() + 1
}

/// Returns the ranges of the parts of a text between separators.
pub fn parts(text: &[u8], separator: u8) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    memchr_iter(separator, text).chain([text.len()]).map(move |end| {
        let part = start..end;
        start = end + 1;
        part
    })
}

/// Cuts a text at separators into pieces of about `length` bytes, without the separators between the pieces.
pub fn pieces(text: &[u8], separator: u8, length: usize) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let near = &text[..text.len().min(length)];
        let cut = if near.len() == text.len() {
            None
        } else {
            memrchr(separator, near).or_else(|| Some(length + memchr(separator, &text[length..])?))
        };
        rest = cut.map(|cut| &text[cut + 1..]);
        Some(&text[..cut.unwrap_or(text.len())])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn pieces_joined_by_separators_are_the_text(text in "[ab,]{0,400}") {
            let pieces: Vec<_> = pieces(text.as_bytes(), b',', 64).collect();
            prop_assert_eq!(pieces.join(&b','), text.as_bytes());
            let parts = pieces.iter().map(|piece| number_of_parts(piece, b',')).sum::<usize>();
            prop_assert_eq!(parts, number_of_parts(text.as_bytes(), b','));
        }
    }
}
