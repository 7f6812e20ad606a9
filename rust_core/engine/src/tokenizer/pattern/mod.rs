//! Tokens that match a regular expression.
//!
//! Patterns have the syntax of the `regex` crate. The time of a search is proportional to the length of the text for
//! every pattern, so there are no look-arounds and no backreferences.

mod linear;
mod refusal;
mod search_scratch;
mod stepper;
mod watch;

use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use regex::{CaptureLocations, Regex};
use regex_syntax::hir::Hir;

use crate::checkpoint::Steps;
use crate::error::{Error, Result};
use crate::forks::Watched;
use crate::interner::Words;
use crate::memory::{ensure, list_for, reserve};
use crate::tokenizer::block::MAX_TEXT_BYTES;

use linear::LinearSearch;
use refusal::refused;
use search_scratch::SearchScratch;
use stepper::{Found, SEARCHING_BYTES, Stepper};
use watch::Watch;

/// The most tokens that one call of `take` gets.
const TOKENS_PER_CALL: usize = 256;

/// The number of tokens between two looks at the clock, and the time after which the tokens were slow.
const TOKENS_PER_LOOK: usize = if cfg!(test) { 2 } else { 64 };
const SLOW_TOKENS: Duration = Duration::from_millis(1);

/// Approximately the most bytes needed to parse a pattern. The crate does not check that there is memory, so we do.
const PARSING_BYTES: usize = 16 << 20;

/// A regular expression for tokens.
///
/// It keeps memory for searches, which all threads share.
#[derive(Debug, Clone)]
pub struct Pattern {
    regex: Watched<Regex>,
    /// Finds the tokens of texts in which the `regex` crate would not find the tokens of Python.
    stepper: Option<Arc<Stepper>>,
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        let has_same_words = match (&self.stepper, &other.stepper) {
            (Some(own), Some(others)) => own.has_same_words(others),
            (own, others) => own.is_none() && others.is_none(),
        };
        has_same_words && self.regex.with(|own| other.regex.with(|others| own.as_str() == others.as_str()))
    }
}

impl Pattern {
    /// Parses a pattern. Each match is a token; if the pattern has a capturing group, the group is the token, as in
    /// Python's `re.findall`.
    ///
    /// # Errors
    /// [`Error::InvalidPattern`] with the offset; [`Error::OutOfMemory`].
    pub fn new(pattern: &str) -> Result<Self> {
        Self::parsed(pattern).map(|(regex, _)| Self { regex, stepper: None })
    }

    /// Parses a pattern that was translated from Python: see [`Stepper`] for the differences. The class `words`
    /// contains the word characters.
    ///
    /// # Errors
    /// As for [`new`](Self::new).
    pub fn of_python(words: &str, pattern: &str) -> Result<Self> {
        let (regex, parsed) = Self::parsed(pattern)?;
        Ok(Self { regex, stepper: Some(Arc::new(Stepper::new(words, pattern, &parsed)?)) })
    }

    /// Returns the regular expression.
    pub fn source(&self) -> String {
        self.regex.with(|regex| regex.as_str().to_owned())
    }

    /// Returns the class of the word characters, if the pattern was translated from Python.
    pub fn word_class(&self) -> Option<&str> {
        self.stepper.as_ref().map(|stepper| stepper.word_class())
    }

    fn parsed(pattern: &str) -> Result<(Watched<Regex>, Hir)> {
        ensure(PARSING_BYTES)?;
        let parsed = regex_syntax::parse(pattern).map_err(|error| refused(pattern, &error))?;
        let too_large = |error: regex::Error| Error::InvalidPattern {
            message: format!("the pattern is refused: {error}"),
            offset: None,
        };
        let regex = Regex::new(pattern).map_err(too_large)?;
        match regex.captures_len() - 1 {
            0 | 1 => Ok((Watched::new(regex), parsed)),
            groups => {
                let message = format!(
                    "the pattern has {groups} groups that capture, but at most one is allowed: write (?:...) for the others"
                );
                Err(Error::InvalidPattern { message, offset: None })
            }
        }
    }

    /// Calls `take` with the range of each token of a text of any length. An empty match is not a token.
    ///
    /// # Errors
    /// The errors of `take`; [`OutOfMemory`](Error::OutOfMemory), [`Stopped`](Error::Stopped).
    pub fn find(&self, text: &str, steps: &mut Steps, take: impl FnMut(Range<usize>) -> Result<()>) -> Result<()> {
        self.ensure_searching()?;
        self.each(text, &mut 0, &mut Scratch::default(), steps, take)
    }

    fn ensure_searching(&self) -> Result<()> {
        self.stepper.as_ref().map_or_else(|| ensure(SEARCHING_BYTES), |stepper| stepper.ensure())
    }

    /// Finds the tokens at or after `at`, which is then the place where the next search begins. The caller has checked
    /// that there is memory. If `at` is not 0, the scratch is new, or that of the search before.
    fn each(
        &self,
        text: &str,
        at: &mut usize,
        scratch: &mut Scratch,
        steps: &mut Steps,
        mut take: impl FnMut(Range<usize>) -> Result<()>,
    ) -> Result<()> {
        if *at == 0 {
            (scratch.needs_stepper, scratch.is_slow) = (None, false);
        }
        let is_needed = |stepper: &&Arc<Stepper>| *scratch.needs_stepper.get_or_insert_with(|| stepper.is_needed(text));
        if let Some(stepper) = self.stepper.as_ref().filter(is_needed) {
            return each_step(stepper, text, at, &mut scratch.search, steps, &mut take);
        }
        self.regex.with(|regex| {
            scratch.is_slow = scratch.is_slow || each(regex, text, at, true, steps, &mut take)?;
            if !scratch.is_slow {
                return Ok(());
            }
            let SlowPattern { linear, stepper } =
                &mut **scratch.slow.get_or_insert_with(|| Box::new(SlowPattern::new(regex.as_str())));
            if let Some(linear) = linear {
                linear.begin(text)?;
                while let Some(found) = linear.find(text, *at, steps)? {
                    let Some(Found { end, token }) = found else { return Ok(()) };
                    *at = end;
                    take_token(token, &mut take)?;
                }
            }
            if let Some(stepper) = stepper {
                return each_step(stepper, text, at, &mut scratch.search, steps, &mut take);
            }
            // Only the crate can search the rest of this text.
            each(regex, text, at, false, steps, &mut take).map(drop)
        })
    }
}

/// The facts that a search knows about the current text, and memory that the next search uses again.
#[derive(Default)]
struct Scratch {
    search: SearchScratch,
    /// Whether the `regex` crate may find other matches in the text. None before the first search in it.
    needs_stepper: Option<bool>,
    /// Whether the searches of the `regex` crate in the text are slow.
    is_slow: bool,
    /// Searches texts in which the `regex` crate is slow, from the first such text on.
    slow: Option<Box<SlowPattern>>,
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

/// Finds the tokens at or after `at` with a stepper.
fn each_step(
    stepper: &Stepper,
    text: &str,
    at: &mut usize,
    scratch: &mut SearchScratch,
    steps: &mut Steps,
    take: &mut impl FnMut(Range<usize>) -> Result<()>,
) -> Result<()> {
    scratch.begin();
    while let Some(found) = stepper.find(text, *at, scratch, steps)? {
        *at = found.end;
        take_token(found.token, take)?;
    }
    Ok(())
}

/// Finds the tokens at or after `at`, which is then the place where the next search begins. Returns true if
/// `stops_if_slow`, and the searches became slow; false at the end of the text.
fn each(
    regex: &Regex,
    text: &str,
    at: &mut usize,
    stops_if_slow: bool,
    steps: &mut Steps,
    take: &mut impl FnMut(Range<usize>) -> Result<()>,
) -> Result<bool> {
    let mut watch = Watch::begin();
    let mut is_slow = |end: usize| -> Result<bool> {
        Ok(watch.searched(end, text.len().saturating_sub(end), steps)? && stops_if_slow)
    };
    let mut groups = (regex.captures_len() > 1).then(|| regex.capture_locations());
    if *at == 0 && groups.is_none() {
        for found in regex.find_iter(text) {
            *at = found.end();
            take_token(Some((found.start(), found.end())), take)?;
            if is_slow(*at)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    while let Some(Found { end, token }) = next_from(regex, text, *at, groups.as_mut()) {
        *at = end;
        take_token(token, take)?;
        if is_slow(*at)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Takes a match, or the group in it. An empty match is not a token.
#[inline]
fn take_token(token: Option<(usize, usize)>, take: &mut impl FnMut(Range<usize>) -> Result<()>) -> Result<()> {
    match token {
        Some((start, end)) if start < end => take(start..end),
        _ => Ok(()),
    }
}

/// The first match at or after `at`, and the offset where the next search begins.
fn next_from(regex: &Regex, text: &str, at: usize, groups: Option<&mut CaptureLocations>) -> Option<Found> {
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
    Some(Found { end: found.end() + step, token })
}

/// Searches a pattern in one short text after another.
pub struct PatternSearch {
    pattern: Pattern,
    scratch: SearchScratch,
}

impl PatternSearch {
    /// Returns a search for a pattern.
    ///
    /// # Errors
    /// [`OutOfMemory`](Error::OutOfMemory).
    pub fn new(pattern: Pattern) -> Result<Self> {
        pattern.ensure_searching()?;
        Ok(Self { pattern, scratch: SearchScratch::default() })
    }

    /// Returns whether a part of a text matches. A pattern that was translated from Python finds no empty match.
    ///
    /// # Errors
    /// [`OutOfMemory`](Error::OutOfMemory), [`Stopped`](Error::Stopped).
    pub fn is_in(&mut self, text: &str, steps: &mut Steps) -> Result<bool> {
        if let Some(stepper) = self.pattern.stepper.as_ref().filter(|stepper| stepper.is_needed(text)) {
            self.scratch.begin();
            return Ok(stepper.find(text, 0, &mut self.scratch, steps)?.is_some());
        }
        steps.did(text.len())?;
        Ok(self.pattern.regex.with(|regex| regex.is_match(text)))
    }
}

/// Finds the tokens of one text after another.
pub struct PatternTokenizer {
    pattern: Pattern,
    /// The offset where each document of the text ends.
    documents: Vec<usize>,
    starts: Vec<u32>,
    ends: Vec<u32>,
    scratch: Scratch,
}

impl PatternTokenizer {
    /// A tokenizer for the matches of a pattern.
    pub fn new(pattern: Pattern) -> Self {
        Self { pattern, documents: Vec::new(), starts: Vec::new(), ends: Vec::new(), scratch: Scratch::default() }
    }

    /// Loads a text. It must be UTF-8 and contain only complete characters. `borders` are the offsets where a document
    /// begins directly after another.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); then no text is loaded.
    ///
    /// # Panics
    /// Panics if the text is longer than [`MAX_TEXT_BYTES`].
    pub fn read(&mut self, text: &[u8], borders: impl Iterator<Item = usize>) -> Result<()> {
        assert!(text.len() <= MAX_TEXT_BYTES, "a text of {} bytes is too long", text.len());
        self.pattern.ensure_searching()?;
        self.starts.clear();
        self.ends.clear();
        self.documents.clear();
        for border in borders.chain([text.len()]) {
            reserve(&mut self.documents, 1)?;
            self.documents.push(border);
        }
        if self.starts.capacity() == 0 {
            (self.starts, self.ends) = (list_for(TOKENS_PER_CALL)?, list_for(TOKENS_PER_CALL)?);
        }
        Ok(())
    }

    /// Calls `take` with the tokens of the loaded text, many at a time.
    pub fn words(&mut self, text: &str, mut take: impl FnMut(Words)) {
        let Self { pattern, documents, starts, ends, scratch } = self;
        let mut begin = 0;
        for end in documents {
            let place = |offset: usize| u32::try_from(begin + offset).expect("a text is at most MAX_TEXT_BYTES long");
            let each = pattern.each(&text[begin..*end], &mut 0, scratch, &mut Steps::one(), |token| {
                starts.push(place(token.start));
                ends.push(place(token.end));
                if starts.len() == TOKENS_PER_CALL {
                    take(Words { starts, ends });
                    starts.clear();
                    ends.clear();
                }
                Ok(())
            });
            each.expect("this closure does not fail");
            begin = *end;
        }
        take(Words { starts, ends });
        starts.clear();
        ends.clear();
    }
}

impl PatternTokenizer {
    /// Calls `take` with the tokens of a document, many at a time, from the place `from` on, until `is_late`. Returns the
    /// place of the rest, or None at the end of the document. If `from` is not 0, it is the place of the rest of the call
    /// before.
    ///
    /// # Errors
    /// The errors of `take`; [`OutOfMemory`](Error::OutOfMemory).
    ///
    /// # Panics
    /// Panics if the document is longer than [`MAX_TEXT_BYTES`].
    pub fn part(
        &mut self,
        document: &str,
        from: usize,
        is_late: impl Fn() -> bool,
        mut take: impl FnMut(Words) -> Result<()>,
    ) -> Result<Option<usize>> {
        self.read(document.as_bytes(), std::iter::empty())?;
        let Self { pattern, starts, ends, scratch, .. } = self;
        let (mut at, mut tokens, mut looked) = (from, 0, Instant::now());
        let place = |offset: usize| u32::try_from(offset).expect("a text is at most MAX_TEXT_BYTES long");
        let result = pattern.each(document, &mut at, scratch, &mut Steps::one(), |token| {
            starts.push(place(token.start));
            ends.push(place(token.end));
            if starts.len() == TOKENS_PER_CALL {
                let result = take(Words { starts, ends });
                starts.clear();
                ends.clear();
                result?;
            }
            tokens += 1;
            if tokens < TOKENS_PER_LOOK {
                return Ok(());
            }
            let now = Instant::now();
            // If searches are slow, the clock is read after each token.
            let is_slow = now - std::mem::replace(&mut looked, now) > SLOW_TOKENS;
            tokens = if is_slow { TOKENS_PER_LOOK } else { 0 };
            if is_late() { Err(Error::Stopped) } else { Ok(()) }
        });
        let rest = match result {
            Err(Error::Stopped) => Some(at),
            result => result.map(|()| None)?,
        };
        take(Words { starts, ends })?;
        Ok(rest)
    }
}

#[cfg(test)]
mod tests;
