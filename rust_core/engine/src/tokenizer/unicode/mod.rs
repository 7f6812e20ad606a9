//! Words by UAX #29, Unicode Text Segmentation.
//!
//! Operations on bits find the boundaries in ASCII, 64 bytes at a time. A section with other characters is cut out and
//! goes to the general algorithm, [`boundaries`]. At the cuts, no rule needs the text on both sides:
//!
//! - after a line feed: there is always a boundary (WB3a), and no rule depends on the text before it;
//! - between a space and an ASCII character that is not a space: there is a boundary (WB999), because a space joins
//!   only another space (WB3d) and characters that extend it (WB4), which are not ASCII.
//!
//! A long text is also cut between two ideographs: there is a boundary (WB999), and no rule looks across an ideograph.

mod boundaries;

use std::ops::Range;

use memchr::memchr2_iter;

use crate::error::Result;
use crate::interner::Words;
use crate::memory::reserve;
use crate::scanner::word_break::Classes;
use crate::scanner::{LANES, SimdLevel, scan_classes};
use crate::tokenizer::bit_runs::Runs;
use crate::tokenizer::block::MAX_TEXT_BYTES;

/// A place for a cut is looked for in this number of bytes at a time.
const CUT_BYTES: usize = if cfg!(test) { 8 } else { 4 << 10 };

/// The segments between word boundaries that are tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Segments {
    /// Segments that contain a letter or a number.
    #[default]
    Words,
    /// All segments, including spaces and punctuation.
    All,
}

/// Finds the words of one text after another.
#[derive(Default)]
pub struct UnicodeTokenizer {
    segments: Segments,
    /// One bit for each byte: 1 outside tokens and after the end of the text.
    between: Vec<u64>,
    /// Bytes of characters that are not ASCII.
    non_ascii: Vec<u64>,
    runs: Runs,
}

/// The state of a scan.
#[derive(Default)]
struct ScanState {
    /// Masks of the last 64 bytes: their classes, the bytes of words, and where documents begin.
    classes: Classes,
    word: u64,
    border: u64,
    /// Not zero if the text so far has underscores, and if it has bytes that are not ASCII.
    underscores: u64,
    non_ascii: u64,
}

impl UnicodeTokenizer {
    /// A tokenizer for these segments.
    pub fn new(segments: Segments) -> Self {
        Self { segments, ..Self::default() }
    }

    /// Loads a text and returns the number of its tokens. The text must be UTF-8 and contain only complete characters.
    /// `borders` are the offsets where a document begins directly after another.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); then no text is loaded.
    ///
    /// # Panics
    /// Panics if the text is longer than [`MAX_TEXT_BYTES`].
    pub fn read(&mut self, text: &[u8], borders: impl Iterator<Item = usize>) -> Result<usize> {
        assert!(text.len() <= MAX_TEXT_BYTES, "a text of {} bytes is too long", text.len());
        let masks = text.len().div_ceil(LANES);
        self.runs.begin(masks, borders)?;
        self.between.clear();
        reserve(&mut self.between, masks)?;
        let state = match self.segments {
            Segments::Words => self.scan_words(text),
            Segments::All => self.scan_all(text),
        };
        if state.underscores != 0 && self.segments == Segments::Words {
            self.drop_underscores(text);
        }
        if state.non_ascii != 0 {
            self.non_ascii.clear();
            reserve(&mut self.non_ascii, masks)?;
            scan_classes(SimdLevel::best(), text, |classes| self.non_ascii.push(classes.non_ascii));
            self.segment_non_ascii(text);
        }
        if self.segments == Segments::All {
            self.take_begins();
        }
        if !text.len().is_multiple_of(LANES) {
            self.between[masks - 1] |= !0 << (text.len() % LANES);
        }
        Ok(self.runs.count(&self.between))
    }

    /// Calls `take` with the tokens of the text, many at a time.
    #[inline]
    pub fn words(&mut self, take: impl FnMut(Words)) {
        self.runs.words(&self.between, take);
    }

    /// Finds words in ASCII. Runs of underscores count as words here.
    fn scan_words(&mut self, text: &[u8]) -> ScanState {
        let (mut state, borders, between) = (ScanState::default(), self.runs.borders(), &mut self.between);
        scan_classes(SimdLevel::best(), text, |classes| {
            let (word, before) = state.words(&classes, borders[between.len()]);
            if let Some(last) = between.last_mut() {
                *last &= !before;
            }
            between.push(!word);
            state.take(classes, word);
        });
        state
    }

    /// Finds all boundaries in ASCII: stores one bit for each byte that begins a segment, temporarily in `between`.
    fn scan_all(&mut self, text: &[u8]) -> ScanState {
        let (mut state, borders, begins) = (ScanState::default(), self.runs.borders(), &mut self.between);
        scan_classes(SimdLevel::best(), text, |classes| {
            let border = borders[begins.len()];
            let (word, before) = state.words(&classes, border);
            if let Some(last) = begins.last_mut() {
                state.word |= before;
                *last &= !before;
            }
            let together = |this: u64, last: u64| this << 1 | last >> (LANES - 1);
            let joined = (word & together(word, state.word))
                | (classes.space & together(classes.space, state.classes.space))
                | (classes.line_feed & together(classes.carriage_return, state.classes.carriage_return));
            begins.push(!joined | border);
            state.take(classes, word);
        });
        state
    }

    /// Moves the bits of bytes that begin a segment from `between` to the borders, because every byte belongs to a
    /// segment.
    fn take_begins(&mut self) {
        for (border, begins) in self.runs.borders_mut().iter_mut().zip(&mut self.between) {
            *border = std::mem::take(begins);
        }
    }

    /// Removes words that consist of underscores.
    fn drop_underscores(&mut self, text: &[u8]) {
        let Self { between, runs, .. } = self;
        let (mut at, mut before) = (0, 0);
        scan_classes(SimdLevel::best(), text, |classes| {
            let word = !between[at / LANES];
            let mut starts = classes.underscore & word & (!(word << 1 | before) | runs.borders()[at / LANES]);
            before = word >> (LANES - 1);
            while starts != 0 {
                let start = at + starts.trailing_zeros() as usize;
                let is_over = |end: usize| end == text.len() || is_set(runs.borders(), end);
                let mut end = start + 1;
                while !is_over(end) && text[end] == b'_' {
                    end += 1;
                }
                if is_over(end) || is_set(between, end) {
                    set(between, start..end);
                }
                starts &= starts - 1;
            }
            at += LANES;
        });
    }

    /// Finds the tokens of sections with characters that are not ASCII.
    fn segment_non_ascii(&mut self, text: &[u8]) {
        let mut done = 0;
        while let Some(non_ascii) = next_bit(&self.non_ascii, done) {
            let is_cut = |at: &usize| is_cut(text, *at) || is_set(self.runs.borders(), *at);
            let start = (done + 1..=non_ascii).rev().find(is_cut).unwrap_or(done);
            let end = (non_ascii + 1..text.len()).find(is_cut).unwrap_or(text.len());
            let section = str::from_utf8(&text[start..end]).expect("a text of UTF-8");
            match self.segments {
                Segments::Words => {
                    set(&mut self.between, start..end);
                    for word in segments(section, Segments::Words) {
                        unset(&mut self.between, start + word.start..start + word.end);
                        set(self.runs.borders_mut(), start + word.start..start + word.start + 1);
                    }
                }
                Segments::All => {
                    unset(&mut self.between, start..end);
                    for Range { start: at, .. } in segments(section, Segments::All) {
                        set(&mut self.between, start + at..start + at + 1);
                    }
                }
            }
            done = end;
        }
    }
}

impl ScanState {
    /// The mask of word bytes, for `borders` where documents begin. Also a mask to add to the last 64 bytes: only the
    /// next byte shows whether their last byte joins two letters or two digits.
    #[inline(always)]
    fn words(&mut self, classes: &Classes, borders: u64) -> (u64, u64) {
        let Classes { letter, digit, underscore, joins_letters, joins_digits, .. } = *classes;
        let last = &self.classes;
        let behind = |this: u64, last: u64| this << 1 | last >> (LANES - 1);
        let two_behind = |this: u64, last: u64| this << 2 | last >> (LANES - 2);
        let joined = letter & behind(joins_letters, last.joins_letters) & two_behind(letter, last.letter)
            | digit & behind(joins_digits, last.joins_digits) & two_behind(digit, last.digit);
        let joined = joined & !(borders | behind(borders, self.border));
        self.border = borders;
        (letter | digit | underscore | joined >> 1, joined << (LANES - 1))
    }

    #[inline(always)]
    fn take(&mut self, classes: Classes, word: u64) {
        self.underscores |= classes.underscore;
        self.non_ascii |= classes.non_ascii;
        self.classes = classes;
        self.word = word;
    }
}

/// Iterates over the tokens of a text of any length.
pub fn segments(text: &str, segments: Segments) -> impl Iterator<Item = Range<usize>> {
    boundaries::segments(text)
        .filter(move |segment| segments == Segments::All || text[segment.clone()].chars().any(char::is_alphanumeric))
}

/// The first offset at or after `from` where cutting the text does not change its words. `from` may be inside a
/// character.
pub fn cut_from(text: &[u8], from: usize) -> Option<usize> {
    let mut start = from.max(1);
    while start < text.len() {
        let end = text.len().min(start + CUT_BYTES);
        let spaces = memchr2_iter(b' ', b'\n', &text[start - 1..end - 1]).map(|at| start + at);
        let after_space = spaces.into_iter().find(|at| is_cut(text, *at));
        let before = after_space.unwrap_or(end);
        let between =
            (!text[start..before].is_ascii()).then(|| (start..before).find(|at| is_between_ideographs(text, *at)));
        if let Some(cut) = between.flatten().or(after_space) {
            return Some(cut);
        }
        start = end;
    }
    None
}

/// Whether no rule looks across an offset after a space or a line feed. The offset must be inside the text.
fn is_cut(text: &[u8], at: usize) -> bool {
    match text[at - 1] {
        b'\n' => true,
        b' ' => text[at] != b' ' && text[at].is_ascii(),
        _ => false,
    }
}

/// Whether an offset is between two ideographs from U+5000 to U+8FFF. Each is a word, and no rule looks across it.
fn is_between_ideographs(text: &[u8], at: usize) -> bool {
    let is_ideograph = |at: usize| matches!(text[at], 0xE5..=0xE8);
    at >= 3 && is_ideograph(at) && is_ideograph(at - 3)
}

/// The first set bit at or after `from`.
fn next_bit(masks: &[u64], from: usize) -> Option<usize> {
    let first = from / LANES;
    let mask = masks.get(first)? & !0 << (from % LANES);
    let rest = || (first + 1..).zip(&masks[first + 1..]).find(|(_, mask)| **mask != 0);
    let (at, mask) = if mask != 0 { (first, mask) } else { rest().map(|(at, mask)| (at, *mask))? };
    Some(at * LANES + mask.trailing_zeros() as usize)
}

fn is_set(masks: &[u64], at: usize) -> bool {
    masks[at / LANES] >> (at % LANES) & 1 == 1
}

fn set(masks: &mut [u64], range: Range<usize>) {
    change(masks, range, |mask, bits| *mask |= bits);
}

fn unset(masks: &mut [u64], range: Range<usize>) {
    change(masks, range, |mask, bits| *mask &= !bits);
}

/// Changes the bits of a range.
fn change(masks: &mut [u64], range: Range<usize>, change: impl Fn(&mut u64, u64)) {
    let mut at = range.start;
    while at < range.end {
        let next = range.end.min((at / LANES + 1) * LANES);
        change(&mut masks[at / LANES], !0 >> (LANES - (next - at)) << (at % LANES));
        at = next;
    }
}

#[cfg(test)]
mod oracle;
#[cfg(test)]
pub(crate) mod tests;
