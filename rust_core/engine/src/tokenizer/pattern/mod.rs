//! Tokens that match a regular expression.
//!
//! Patterns have the syntax of the `regex` crate. The time of a search is proportional to the length of the text for
//! every pattern, so there are no look-arounds and no backreferences.

mod refusal;
mod stepper;

use std::ops::Range;
use std::sync::Arc;

use regex::{CaptureLocations, Regex};
use regex_syntax::hir::Hir;

use crate::checkpoint::Steps;
use crate::error::{Error, Result};
use crate::forks::Watched;
use crate::interner::Words;
use crate::memory::{ensure, list_for, reserve};
use crate::tokenizer::block::MAX_TEXT_BYTES;

use refusal::refused;
use stepper::{SEARCHING_BYTES, SearchScratch, Stepper};

/// The most tokens that one call of `take` gets.
const TOKENS_PER_CALL: usize = 256;

/// Approximately the most bytes needed to parse a pattern. The crate does not check that there is memory, so we do.
const PARSING_BYTES: usize = 16 << 20;

/// The bytes that a search may read, for a unit of work. Most searches read only a few bytes.
const BYTES_PER_UNIT: usize = 512;

/// A regular expression for tokens.
///
/// It keeps memory for searches, which all threads share.
#[derive(Debug, Clone)]
pub struct Pattern {
    regex: Watched<Regex>,
    /// Finds the tokens of texts in which the `regex` crate would not find the tokens of Python.
    stepper: Option<Arc<Stepper>>,
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
        steps.expect_slow_units();
        self.each(text, &mut SearchScratch::default(), steps, take)
    }

    fn ensure_searching(&self) -> Result<()> {
        self.stepper.as_ref().map_or_else(|| ensure(SEARCHING_BYTES), |stepper| stepper.ensure())
    }

    /// Finds the tokens. The caller has checked that there is memory.
    fn each(
        &self,
        text: &str,
        scratch: &mut SearchScratch,
        steps: &mut Steps,
        mut take: impl FnMut(Range<usize>) -> Result<()>,
    ) -> Result<()> {
        if let Some(stepper) = self.stepper.as_ref().filter(|stepper| stepper.is_needed(text)) {
            let mut at = 0;
            while let Some(found) = stepper.find(text, at, scratch, steps)? {
                at = found.end;
                if let Some((start, end)) = found.token.filter(|(start, end)| start < end) {
                    take(start..end)?;
                }
            }
            return Ok(());
        }
        self.regex.with(|regex| each(regex, text, steps, take))
    }
}

fn each(regex: &Regex, text: &str, steps: &mut Steps, mut take: impl FnMut(Range<usize>) -> Result<()>) -> Result<()> {
    // A search may read the rest of the text before it finds that a match is short. The crate does not say how much it
    // has read.
    let mut did = |end: usize| steps.did(1 + text.len().saturating_sub(end) / BYTES_PER_UNIT);
    if regex.captures_len() == 1 {
        return regex.find_iter(text).map(|found| found.range()).try_for_each(|range| {
            did(range.end)?;
            if range.is_empty() { Ok(()) } else { take(range) }
        });
    }
    let mut groups = regex.capture_locations();
    let mut at = 0;
    while let Some((end, token)) = group_from(regex, text, at, &mut groups) {
        did(end)?;
        at = end;
        if let Some((start, end)) = token.filter(|(start, end)| start < end) {
            take(start..end)?;
        }
    }
    Ok(())
}

/// The group of the first match at or after `at`, and the offset where the next search begins.
fn group_from(
    regex: &Regex,
    text: &str,
    at: usize,
    groups: &mut CaptureLocations,
) -> Option<(usize, Option<(usize, usize)>)> {
    if at > text.len() {
        return None;
    }
    let found = regex.captures_read_at(groups, text, at)?;
    // Without the step, the next search would find an empty match again.
    let step = if found.is_empty() { text[found.end()..].chars().next().map_or(1, char::len_utf8) } else { 0 };
    Some((found.end() + step, groups.get(1)))
}

/// Finds the tokens of one text after another.
pub struct PatternTokenizer {
    pattern: Pattern,
    /// The offset where each document of the text ends.
    documents: Vec<usize>,
    starts: Vec<u32>,
    ends: Vec<u32>,
    scratch: SearchScratch,
}

impl PatternTokenizer {
    /// A tokenizer for the matches of a pattern.
    pub fn new(pattern: Pattern) -> Self {
        Self { pattern, documents: Vec::new(), starts: Vec::new(), ends: Vec::new(), scratch: SearchScratch::default() }
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
            let each = pattern.each(&text[begin..*end], scratch, &mut Steps::one(), |token| {
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tokens<'t>(pattern: &str, text: &'t str, borders: &[usize]) -> Vec<&'t str> {
        let mut tokenizer = PatternTokenizer::new(Pattern::new(pattern).unwrap());
        tokenizer.read(text.as_bytes(), borders.iter().copied()).unwrap();
        let mut tokens = Vec::new();
        tokenizer.words(text, |some| {
            tokens.extend(some.starts.iter().zip(some.ends).map(|(start, end)| &text[*start as usize..*end as usize]));
        });
        tokens
    }

    #[test]
    fn tokens_are_matches_or_the_group_in_them() {
        assert_eq!(tokens(r"\w+", "one, two & é", &[]), ["one", "two", "é"]);
        assert_eq!(tokens(r"#(\w+)", "a #tag, #b and # c", &[]), ["tag", "b"]);
        assert_eq!(tokens(r"(a)|b", "abab", &[]), ["a", "a"]);
        assert_eq!(tokens("x*", "axxb", &[]), ["xx"]);
        assert_eq!(tokens("(x*)", "éxxé", &[]), ["xx"]);
        assert_eq!(tokens("", "abc", &[]), [""; 0]);
        assert_eq!(tokens("a", &"a".repeat(1000), &[]), ["a"; 1000]);
    }

    #[test]
    fn anchors_match_at_the_ends_of_adjacent_documents() {
        assert_eq!(tokens("^.|.$", "abcdéf", &[2, 6]), ["a", "b", "c", "é", "f"]);
    }

    #[test]
    fn an_invalid_pattern_is_shown_with_the_place_of_the_error() {
        let error = |pattern: &str| match Pattern::new(pattern).unwrap_err() {
            Error::InvalidPattern { message, offset } => (message, offset),
            other => panic!("{other:?}"),
        };
        let (message, offset) = error("é(b");
        assert_eq!(offset, Some(2));
        assert_eq!(message, "the pattern is not a valid regular expression: unclosed group\n    é(b\n     ^");
        assert_eq!(error("(?x)a\n  [z-a]").1, Some(9));
        assert!(error("(?x)a\n  [z-a]").0.ends_with("\n      [z-a]\n       ^"), "{}", error("(?x)a\n  [z-a]").0);
        assert!(error("(?=a)").0.contains("look-around"));
        assert!(error(&format!("{}(", "x".repeat(500))).0.len() < 250);
        assert_eq!(error("(a)(b)").1, None);
        assert!(error("(a)(b)").0.contains("2 groups"));
        assert!(error(r"\w{1000}{1000}").0.contains("size"));
    }

    proptest! {
        #[test]
        fn adjacent_documents_are_tokenized_independently(documents in prop::collection::vec("[ab1é ]{1,60}", 1..20)) {
            let pattern = Regex::new(r"\b[a-z]\w*\b").unwrap();
            let text = documents.concat();
            let ends = documents.iter().scan(0, |end, document| { *end += document.len(); Some(*end) });
            let borders: Vec<usize> = ends.take(documents.len() - 1).collect();
            let separate: Vec<&str> = documents.iter().flat_map(|document| pattern.find_iter(document)).map(|m| m.as_str()).collect();
            prop_assert_eq!(tokens(pattern.as_str(), &text, &borders), &separate[..]);
            let grouped = format!("({})", pattern.as_str());
            prop_assert_eq!(tokens(&grouped, &text, &borders), separate);
        }
    }
}
