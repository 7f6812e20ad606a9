//! The sentence boundaries of a text, by the rules of UAX #29, in one forward pass.
//!
//! The comments name the rules. After a full stop, the next letter, at any distance, may decide whether there is a
//! boundary: until then the boundary is open. Each character is read once, so the time is proportional to the text.

use std::ops::Range;

use icu_properties::props::SentenceBreak;
use icu_properties::{CodePointMapData, CodePointMapDataBorrowed};

use crate::checkpoint::UNITS_PER_LOOK;
use crate::whitespace::is_whitespace;

/// The bytes of text between two pauses.
const BYTES_PER_PAUSE: usize = UNITS_PER_LOOK / 4;

/// The segments between the sentence boundaries of a text, in order. Together they are the text. With `unwrap`, a line
/// end inside a paragraph counts as a space. Each None is a pause, in which the caller may stop.
pub struct Segments<'t> {
    boundaries: SentenceBoundaries<'t>,
    start: usize,
}

impl<'t> Segments<'t> {
    /// The segments of a text.
    pub fn of(text: &'t str, unwrap: bool) -> Self {
        Self { boundaries: SentenceBoundaries::of(text, unwrap), start: 0 }
    }

    /// The text of a segment.
    pub fn text(&self, segment: Range<usize>) -> &'t str {
        &self.boundaries.text[segment]
    }
}

impl Iterator for Segments<'_> {
    type Item = Option<Range<usize>>;

    fn next(&mut self) -> Option<Option<Range<usize>>> {
        let end = match self.boundaries.find(|found| *found != Some(0)) {
            Some(Some(end)) => end,
            Some(None) => return Some(None),
            None => self.boundaries.text.len(),
        };
        let segment = std::mem::replace(&mut self.start, end)..end;
        (!segment.is_empty()).then_some(Some(segment))
    }
}

/// The text before a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// The start of the text, or the end of a paragraph.
    Nothing,
    CarriageReturn,
    /// Text that does not end a sentence. `has_case`: its last character has a case.
    Text {
        has_case: bool,
    },
    /// A mark that may end a sentence, and the text between it and the place.
    End {
        mark: Mark,
        after: AfterMark,
    },
}

/// A mark that may end a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// `ATerm`. `after_case`: the character before it has a case.
    FullStop { after_case: bool },
    /// `STerm`.
    Other,
}

/// The text after the mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AfterMark {
    Nothing,
    Close,
    Spaces,
}

/// Finds the boundaries after the start of a text.
struct SentenceBoundaries<'t> {
    text: &'t str,
    /// The offset of the next character.
    at: usize,
    /// The offset of the next pause.
    pause: usize,
    classes: CodePointMapDataBorrowed<'static, SentenceBreak>,
    before: Before,
    /// The offset of a boundary that exists unless the next letter is lower case: SB8.
    open: Option<usize>,
    unwrap: bool,
    /// The offset where the line begins, and whether its end counts as a space. Used with `unwrap`.
    line: usize,
    is_wrapped: bool,
}

impl<'t> SentenceBoundaries<'t> {
    fn of(text: &'t str, unwrap: bool) -> Self {
        Self {
            text,
            at: 0,
            pause: BYTES_PER_PAUSE,
            classes: CodePointMapData::new(),
            before: Before::Nothing,
            open: None,
            unwrap,
            line: 0,
            is_wrapped: false,
        }
    }

    /// Skips ASCII characters that do not matter for boundaries.
    fn skip_plain(&mut self) {
        let bytes = self.text.as_bytes();
        let rest = &bytes[self.at..bytes.len().min(self.pause)];
        let length = rest.iter().position(|byte| !PLAIN[usize::from(*byte)]).unwrap_or(rest.len());
        if length > 0 {
            self.before = Before::Text { has_case: rest[length - 1].is_ascii_alphabetic() };
            self.at += length;
        }
    }

    /// The class of the next character. With `unwrap`, a line end inside a paragraph has the class of a space.
    fn class(&mut self, character: char) -> SentenceBreak {
        let class = self.classes.get(character);
        if self.unwrap && is_paragraph_end(class) {
            let end = self.at + character.len_utf8();
            let is_second = character == '\n' && self.text[..self.at].ends_with('\r');
            if !is_second {
                let next = if self.text[self.at..].starts_with("\r\n") { end + 1 } else { end };
                self.is_wrapped = matches!(character, '\r' | '\n')
                    && self.text[self.line..self.at].contains(|character| !is_whitespace(character))
                    && self.is_line_with_text(&self.text[next..]);
            }
            self.line = end;
            if self.is_wrapped {
                return SentenceBreak::Sp;
            }
        }
        class
    }

    /// Whether the first line of a text is not blank.
    fn is_line_with_text(&self, text: &str) -> bool {
        let is_end = |character: char| is_paragraph_end(self.classes.get(character));
        let first = text.chars().find(|character| !is_whitespace(*character) || is_end(*character));
        first.is_some_and(|character| !is_end(character))
    }

    /// Whether there is a boundary before a character of this class. No boundary may be open.
    fn is_boundary(&mut self, class: SentenceBreak) -> bool {
        use SentenceBreak as S;
        let Before::End { mark, after } = self.before else {
            // SB3, SB4, SB998
            return match self.before {
                Before::CarriageReturn => class != S::LF,
                before => before == Before::Nothing,
            };
        };
        let is_full_stop = mark != Mark::Other;
        match class {
            S::Numeric if is_full_stop && after == AfterMark::Nothing => false, // SB6
            S::Upper if mark == Mark::FullStop { after_case: true } && after == AfterMark::Nothing => false, // SB7
            S::Lower if is_full_stop => false,                                  // SB8
            S::SContinue | S::STerm | S::ATerm => false,                        // SB8a
            S::Close if after != AfterMark::Spaces => false,                    // SB9
            S::Sp | S::Sep | S::CR | S::LF => false,                            // SB9, SB10
            S::Upper | S::Lower | S::OLetter => true,                           // SB11
            _ if is_full_stop => {
                self.open = Some(self.at);
                false
            }
            _ => true, // SB11
        }
    }

    /// The value of `before` after a character of this class.
    fn before_next(&self, class: SentenceBreak) -> Before {
        use SentenceBreak as S;
        match (class, self.before) {
            (S::ATerm, before) => {
                let mark = Mark::FullStop { after_case: before == Before::Text { has_case: true } };
                Before::End { mark, after: AfterMark::Nothing }
            }
            (S::STerm, _) => Before::End { mark: Mark::Other, after: AfterMark::Nothing },
            (S::Close, Before::End { mark, after: AfterMark::Nothing | AfterMark::Close }) => {
                Before::End { mark, after: AfterMark::Close }
            }
            (S::Sp, Before::End { mark, .. }) => Before::End { mark, after: AfterMark::Spaces },
            (S::CR, _) => Before::CarriageReturn,
            (S::LF | S::Sep, _) => Before::Nothing,
            _ => Before::Text { has_case: matches!(class, S::Upper | S::Lower) },
        }
    }
}

impl Iterator for SentenceBoundaries<'_> {
    /// The offset of a boundary; None is a pause.
    type Item = Option<usize>;

    fn next(&mut self) -> Option<Option<usize>> {
        use SentenceBreak as S;
        loop {
            if self.at >= self.pause {
                self.pause = self.at + BYTES_PER_PAUSE;
                return Some(None);
            }
            if matches!(self.before, Before::Text { .. }) && self.open.is_none() {
                self.skip_plain();
            }
            let Some(character) = self.text[self.at..].chars().next() else { return self.open.take().map(Some) };
            let class = self.class(character);
            let at = self.at;
            let is_after_paragraph = matches!(self.before, Before::Nothing | Before::CarriageReturn);
            if matches!(class, S::Extend | S::Format) && !is_after_paragraph {
                self.at += character.len_utf8(); // SB5
                continue;
            }
            let open = match class {
                S::Lower => self.open.take().and(None),
                S::OLetter | S::Upper | S::Sep | S::CR | S::LF | S::STerm | S::ATerm => self.open.take(),
                _ => None,
            };
            let is_boundary = self.is_boundary(class);
            self.before = self.before_next(class);
            self.at += character.len_utf8();
            if is_boundary || open.is_some() {
                return Some(open.or(Some(at)));
            }
        }
    }
}

/// Whether a class ends a paragraph: SB4.
fn is_paragraph_end(class: SentenceBreak) -> bool {
    matches!(class, SentenceBreak::CR | SentenceBreak::LF | SentenceBreak::Sep)
}

/// Whether a byte is an ASCII character that cannot end a sentence or a line.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        plain[byte as usize] = !matches!(byte, b'.' | b'!' | b'?' | b'\r' | b'\n');
        byte += 1;
    }
    plain
};
