//! The word boundaries of a text, by the rules of UAX #29, in one forward pass.
//!
//! The comments name the rules. Only the next character shows whether a character joins two letters or two numbers:
//! until then the boundary before it is open. Each character is read once, so the time is proportional to the text.

use std::iter::once_with;
use std::ops::Range;
use std::str::CharIndices;

use icu_properties::props::{ExtendedPictographic, WordBreak};
use icu_properties::{CodePointMapData, CodePointMapDataBorrowed, CodePointSetData};

/// The segments between the word boundaries of a text, in order. Together they are the text.
pub fn segments(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    WordBoundaries::of(text).map(move |end| std::mem::replace(&mut start, end)..end)
}

/// Finds the boundaries after the start of a text.
struct WordBoundaries<'t> {
    text: CharIndices<'t>,
    classes: CodePointMapDataBorrowed<'static, WordBreak>,
    /// The class of the last character.
    previous: WordBreak,
    /// The classes of the last two characters, except those that rule WB4 ignores.
    last_two: [WordBreak; 2],
    /// Whether the last character is the first one of a pair of regional indicators.
    is_half_flag: bool,
    /// The offset of a boundary that exists unless the next character joins the text on both sides.
    open: Option<usize>,
    /// A boundary after the one that was returned.
    next: Option<usize>,
}

impl<'t> WordBoundaries<'t> {
    /// The class at the start of the text is `LF`, because no rule joins a character to a line feed.
    fn of(text: &'t str) -> impl Iterator<Item = usize> {
        Self {
            text: text.char_indices(),
            classes: CodePointMapData::new(),
            previous: WordBreak::LF,
            last_two: [WordBreak::LF; 2],
            is_half_flag: false,
            open: None,
            next: None,
        }
        .filter(|at| *at > 0)
        .chain(once_with(|| text.len()).filter(|end| *end > 0))
    }

    /// Whether there is no boundary before a character of this class.
    fn take(&mut self, class: WordBreak, character: char, at: usize) -> bool {
        let previous = std::mem::replace(&mut self.previous, class);
        let is_behind_line = is_line_end(previous);
        if is_ignored(class) && !is_behind_line {
            return true; // WB4
        }
        let [before, last] = self.last_two;
        self.last_two = [last, class];
        let joins_both = joins_both(before, last, class);
        if self.open.is_some() && !joins_both {
            self.next = self.open.take();
        }
        self.open = None;
        let is_flag = class == WordBreak::RegionalIndicator && last == class && self.is_half_flag;
        self.is_half_flag = class == WordBreak::RegionalIndicator && !is_flag;
        if is_behind_line || is_line_end(class) {
            return previous == WordBreak::CR && class == WordBreak::LF; // WB3, WB3a, WB3b
        }
        if previous == WordBreak::ZWJ && is_pictograph(character) {
            return true; // WB3c
        }
        if class == WordBreak::WSegSpace {
            return previous == class; // WB3d
        }
        if may_join(last, class) {
            self.open = Some(at);
            return true;
        }
        joins_both || is_flag || joins(last, class)
    }
}

impl Iterator for WordBoundaries<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        if self.next.is_some() {
            return self.next.take();
        }
        while let Some((at, character)) = self.text.next() {
            let is_joined = self.take(self.classes.get(character), character, at);
            match self.next.take() {
                Some(open) => {
                    self.next = (!is_joined).then_some(at);
                    return Some(open);
                }
                None if !is_joined => return Some(at),
                None => {}
            }
        }
        self.open.take()
    }
}

/// Whether a class ends a line: WB3a, WB3b.
fn is_line_end(class: WordBreak) -> bool {
    matches!(class, WordBreak::CR | WordBreak::LF | WordBreak::Newline)
}

/// Whether rule WB4 ignores a class after other characters.
fn is_ignored(class: WordBreak) -> bool {
    matches!(class, WordBreak::Extend | WordBreak::Format | WordBreak::ZWJ)
}

fn is_letter(class: WordBreak) -> bool {
    matches!(class, WordBreak::ALetter | WordBreak::HebrewLetter)
}

fn is_pictograph(character: char) -> bool {
    CodePointSetData::new::<ExtendedPictographic>().contains(character)
}

/// Whether there is never a boundary between two characters of these classes.
fn joins(last: WordBreak, class: WordBreak) -> bool {
    use WordBreak as W;
    match last {
        // WB5, WB7a, WB9, WB13a
        W::HebrewLetter if class == W::SingleQuote => true,
        W::ALetter | W::HebrewLetter => is_letter(class) || matches!(class, W::Numeric | W::ExtendNumLet),
        // WB8, WB10, WB13a
        W::Numeric => is_letter(class) || matches!(class, W::Numeric | W::ExtendNumLet),
        // WB13, WB13a
        W::Katakana => matches!(class, W::Katakana | W::ExtendNumLet),
        // WB13a, WB13b
        W::ExtendNumLet => is_letter(class) || matches!(class, W::Numeric | W::Katakana | W::ExtendNumLet),
        _ => false,
    }
}

/// Whether the next character can prevent a boundary between these two: WB6, WB7b, WB12.
fn may_join(last: WordBreak, class: WordBreak) -> bool {
    use WordBreak as W;
    match class {
        W::MidLetter => is_letter(last),
        W::MidNum => last == W::Numeric,
        W::MidNumLet => is_letter(last) || last == W::Numeric,
        // After a Hebrew letter it always joins: WB7a.
        W::SingleQuote => matches!(last, W::ALetter | W::Numeric),
        W::DoubleQuote => last == W::HebrewLetter,
        _ => false,
    }
}

/// Whether a character joins the two before it: WB7, WB7c, WB11.
fn joins_both(before: WordBreak, last: WordBreak, class: WordBreak) -> bool {
    use WordBreak as W;
    match last {
        W::MidLetter => is_letter(before) && is_letter(class),
        W::MidNum => before == W::Numeric && class == W::Numeric,
        W::MidNumLet | W::SingleQuote => {
            is_letter(before) && is_letter(class) || before == W::Numeric && class == W::Numeric
        }
        W::DoubleQuote => before == W::HebrewLetter && class == W::HebrewLetter,
        _ => false,
    }
}
