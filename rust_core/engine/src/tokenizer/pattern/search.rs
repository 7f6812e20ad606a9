//! Finds the tokens of a text, with the fastest search that can stop soon.
//!
//! The `regex` crate is fastest, but cannot stop inside a match. So it searches a long text window by window. If a match
//! may be open at the end of a window, the next window begins at that match; if it is long, slower searches that can
//! stop read it.

use std::ops::Range;

use regex::{CaptureLocations, Regex};

use crate::checkpoint::Steps;
use crate::error::Result;
use crate::tokenizer::pattern::Pattern;
use crate::tokenizer::pattern::linear::LinearSearch;
use crate::tokenizer::pattern::open_end::OpenEnd;
use crate::tokenizer::pattern::search_scratch::SearchScratch;
use crate::tokenizer::pattern::stepper::{Found, Stepper};
use crate::tokenizer::pattern::watch::Watch;
use crate::utf8::boundary_before;

/// The bytes of a window. The crate needs up to 70 ns for a byte of a text that is not ASCII. A text that is shorter
/// than two windows is one window.
const WINDOW_BYTES: usize = if cfg!(any(test, fuzzing)) { 100 } else { 512 << 10 };

/// The text that is checked for certain characters before the work is counted.
const CHECKED_BYTES: usize = if cfg!(test) { 10 } else { 64 << 10 };

/// The facts that a search knows about the current text, and memory that the next search uses again.
#[derive(Default)]
pub struct Scratch {
    search: SearchScratch,
    /// Whether the `regex` crate may find other matches in the text. None if the text is not completely checked.
    needs_stepper: Option<bool>,
    /// The length of the text that was checked.
    checked: usize,
    window: Window,
    /// The linear search cannot search from a place before this one.
    linear_from: usize,
    /// Finds the open matches of a window, from the first long text on. None inside if the pattern is too large.
    open_end: Option<Option<Box<OpenEnd>>>,
    /// Searches texts that the `regex` crate cannot search well, from the first such text on.
    slow: Option<Box<SlowPattern>>,
}

/// A part of a text.
#[derive(Debug, Clone, Copy, Default)]
struct Window {
    begin: usize,
    /// The end of the window; after the end of the text if the window is the last one.
    end: usize,
    /// The matches of the `regex` crate that begin before this place do not depend on the text after the window.
    certain: usize,
    /// Whether the `regex` crate is not used in the window.
    is_slow: bool,
}

/// Other ways to search for the matches that the `regex` crate finds, if there are any.
struct SlowPattern {
    linear: Option<LinearSearch>,
    stepper: Option<Stepper>,
}

impl SlowPattern {
    /// Builds the automata of a pattern.
    fn new(pattern: &str) -> Self {
        Self { linear: LinearSearch::new(pattern), stepper: Stepper::of_crate(pattern) }
    }
}

impl Scratch {
    /// Begins another text.
    pub fn begin(&mut self) {
        (self.needs_stepper, self.checked, self.window) = (None, 0, Window::default());
        self.linear_from = 0;
        self.search.begin();
        if let Some(linear) = self.slow.as_mut().and_then(|slow| slow.linear.as_mut()) {
            linear.begin();
        }
    }

    /// Whether only the stepper finds the tokens of the text.
    fn needs(&mut self, stepper: &Stepper, text: &str, steps: &mut Steps) -> Result<bool> {
        while self.needs_stepper.is_none() {
            let end = boundary_before(text.as_bytes(), self.checked + CHECKED_BYTES);
            let part = self.checked..end;
            if stepper.is_needed(&text[part.clone()]) {
                self.needs_stepper = Some(true);
            } else if end == text.len() {
                self.needs_stepper = Some(false);
            } else {
                self.checked = end;
                steps.did(part.len())?;
            }
        }
        Ok(self.needs_stepper == Some(true))
    }

    /// Begins the window at `at`.
    fn begin_window(&mut self, regex: &Regex, text: &str, at: usize) {
        let last = Window { begin: at, end: text.len() + 1, certain: text.len() + 1, ..Window::default() };
        if text.len() <= 2 * WINDOW_BYTES || text.len() - at <= WINDOW_BYTES {
            self.window = last;
            return;
        }
        let new = || regex_syntax::parse(regex.as_str()).ok().and_then(|parsed| OpenEnd::new(&parsed)).map(Box::new);
        let Some(open_end) = self.open_end.get_or_insert_with(new) else {
            self.window = last;
            return;
        };
        let end = boundary_before(text.as_bytes(), at + WINDOW_BYTES);
        let certain = open_end.first(text, at, end);
        let is_slow = certain < at + WINDOW_BYTES / 2;
        self.window = Window { begin: at, end, certain, is_slow };
    }

    /// Finds the first match at or after `at`. Does not use the `regex` crate, if possible.
    fn next(
        &mut self,
        regex: &Regex,
        text: &str,
        at: usize,
        groups: Option<&mut CaptureLocations>,
        steps: &mut Steps,
    ) -> Result<Option<Found>> {
        let Self { search, linear_from, slow, .. } = self;
        let SlowPattern { linear, stepper } =
            &mut **slow.get_or_insert_with(|| Box::new(SlowPattern::new(regex.as_str())));
        if let Some(linear) = linear.as_mut().filter(|_| at >= *linear_from) {
            if let Some(found) = linear.find(text, at, stepper.as_ref(), search, steps)? {
                return Ok(found);
            }
            // It failed at a character that is not ASCII.
            let failed = text.as_bytes()[at..].iter().position(|byte| !byte.is_ascii());
            *linear_from = failed.map_or(text.len(), |place| at + place) + 1;
        }
        if let Some(stepper) = stepper {
            return stepper.find(text, at, search, steps);
        }
        // Only the crate can search the rest of this text.
        Ok(next_from(regex, text, at, groups).map(|(_, found)| found))
    }
}

impl Pattern {
    /// Finds the tokens at or after `at`, which is then the place where the next search begins. The caller has checked
    /// that there is memory, and has begun the text or continues the search that stopped before.
    pub(super) fn each(
        &self,
        text: &str,
        at: &mut usize,
        scratch: &mut Scratch,
        steps: &mut Steps,
        mut take: impl FnMut(Range<usize>) -> Result<()>,
    ) -> Result<()> {
        if let Some(stepper) = &self.stepper
            && scratch.needs(stepper, text, steps)?
        {
            return each_step(stepper, text, at, &mut scratch.search, steps, &mut take);
        }
        self.regex.with(|regex| each(regex, text, at, scratch, steps, &mut take))
    }
}

/// Finds the tokens at or after `at` with a stepper.
pub(super) fn each_step(
    stepper: &Stepper,
    text: &str,
    at: &mut usize,
    scratch: &mut SearchScratch,
    steps: &mut Steps,
    take: &mut impl FnMut(Range<usize>) -> Result<()>,
) -> Result<()> {
    while let Some(found) = stepper.find(text, *at, scratch, steps)? {
        *at = found.end;
        take_token(found.token, take)?;
    }
    Ok(())
}

/// Finds the tokens of the `regex` crate at or after `at`.
fn each(
    regex: &Regex,
    text: &str,
    at: &mut usize,
    scratch: &mut Scratch,
    steps: &mut Steps,
    take: &mut impl FnMut(Range<usize>) -> Result<()>,
) -> Result<()> {
    let mut watch = Watch::begin();
    let mut groups = (regex.captures_len() > 1).then(|| regex.capture_locations());
    while *at <= text.len() {
        if *at >= scratch.window.end {
            scratch.begin_window(regex, text, *at);
        }
        while scratch.window.is_slow && *at < scratch.window.end {
            let Some(Found { end, token }) = scratch.next(regex, text, *at, groups.as_mut(), steps)? else {
                return Ok(());
            };
            *at = end;
            take_token(token, take)?;
            watch.searched(*at, text.len().saturating_sub(*at), steps)?;
        }
        let Window { begin, end: window_end, certain, .. } = scratch.window;
        let window = &text[..window_end.min(text.len())];
        while *at < window_end {
            match next_from(regex, window, *at, groups.as_mut()) {
                Some((start, Found { end, token })) if start < certain => {
                    *at = end;
                    take_token(token, take)?;
                    if watch.searched(*at, window.len().saturating_sub(*at), steps)? {
                        // The rest of the text is one slow window.
                        scratch.window = Window { end: text.len() + 1, is_slow: true, ..Window::default() };
                        break;
                    }
                }
                _ => {
                    *at = certain.max(*at);
                    scratch.window.end = *at;
                    if *at <= text.len() {
                        steps.did(window_end - begin)?;
                    }
                    break;
                }
            }
        }
    }
    Ok(())
}

/// Takes a match, or the group in it. An empty match is not a token.
#[inline]
fn take_token(token: Option<(usize, usize)>, take: &mut impl FnMut(Range<usize>) -> Result<()>) -> Result<()> {
    match token {
        Some((start, end)) if start < end => take(start..end),
        _ => Ok(()),
    }
}

/// The start of the first match at or after `at`, and the match with the offset where the next search begins.
#[inline]
fn next_from(regex: &Regex, text: &str, at: usize, groups: Option<&mut CaptureLocations>) -> Option<(usize, Found)> {
    if at > text.len() {
        return None;
    }
    let (found, token) = match groups {
        Some(groups) => (regex.captures_read_at(groups, text, at)?, groups.get(1)),
        None => {
            let found = regex.find_at(text, at)?;
            (found, Some((found.start(), found.end())))
        }
    };
    // Without the step, the next search would find an empty match again.
    let step = if found.is_empty() { text[found.end()..].chars().next().map_or(1, char::len_utf8) } else { 0 };
    Some((found.start(), Found { end: found.end() + step, token }))
}
