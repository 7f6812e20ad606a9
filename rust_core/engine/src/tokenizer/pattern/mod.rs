//! Tokens that match a regular expression.
//!
//! Patterns have the syntax of the `regex` crate. The time of a search is proportional to the length of the text for
//! every pattern, so there are no look-arounds and no backreferences.

mod linear;
mod open_end;
mod refusal;
mod search;
mod search_scratch;
mod stepper;
mod tokenizer;
mod watch;

pub use tokenizer::PatternTokenizer;

use std::ops::Range;
use std::sync::Arc;

use regex::Regex;
use regex_syntax::hir::Hir;

use crate::checkpoint::Steps;
use crate::error::{Error, Result};
use crate::forks::Watched;
use crate::memory::ensure;

use refusal::refused;
use search::Scratch;
use search_scratch::SearchScratch;
use stepper::{SEARCHING_BYTES, Stepper};

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

#[cfg(test)]
mod tests;
