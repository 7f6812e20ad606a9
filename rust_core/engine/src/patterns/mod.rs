//! Patterns of words and phrases, for concordances and other analyses of words in their places.
//!
//! A pattern has a slot for each token of a match. `glob` has wildcards. `compiled` compares each slot with the distinct
//! types or terms once, so that tokens need one test of a bit for each slot; `vocabulary` is a copy of these types and
//! terms.

mod compiled;
mod glob;
mod vocabulary;

pub use compiled::Compiled;
pub use glob::Glob;
pub use vocabulary::{Vocabulary, Words};

use crate::checkpoint::Steps;
use crate::error::{Error, Result};
use crate::memory::{append, list_for, reserve};
use crate::tokenizer::Pattern as Regex;
use crate::whitespace::is_whitespace;

/// The strings with which the words of patterns are compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Base {
    /// Terms. A string is normalized as words are.
    #[default]
    Terms,
    /// Tokens as they are written.
    Tokens,
}

/// A description of words.
#[derive(Debug)]
pub enum Word {
    /// A string with wildcards. Without wildcards it also matches the term that the string becomes.
    Glob(Glob),
    /// A regular expression that is found in the word.
    Regex(Regex),
}

impl Word {
    /// Returns the description of words in which a pattern that was translated from Python finds something.
    ///
    /// # Errors
    /// [`Error::InvalidPattern`], [`Error::OutOfMemory`].
    pub fn of_python(words: &str, pattern: &str) -> Result<Self> {
        // Such a pattern finds no empty matches. So the expression matches the word as a whole.
        let mut whole = String::new();
        append(&mut whole, [r"\A(?s:.*)(?:", pattern, r")(?s:.*)\z"])?;
        Ok(Self::Regex(Regex::of_python(words, &whole)?))
    }

    fn as_literal(&self) -> Option<&str> {
        match self {
            Self::Glob(glob) => glob.as_literal(),
            Self::Regex(_) => None,
        }
    }
}

/// A description of one token of a match.
#[derive(Debug)]
pub enum Slot {
    /// Any token, even if it has no term.
    Any,
    /// One of these words.
    Words(Vec<Word>),
}

impl Slot {
    fn try_clone(&self) -> Result<Self> {
        let Self::Words(words) = self else { return Ok(Self::Any) };
        let mut copies = list_for(words.len())?;
        for word in words {
            copies.push(match word {
                Word::Glob(glob) => Word::Glob(glob.try_clone()?),
                Word::Regex(regex) => Word::Regex(regex.clone()),
            });
        }
        Ok(Self::Words(copies))
    }
}

/// A phrase of slots.
#[derive(Debug)]
struct Pattern {
    label: usize,
    slots: Vec<Slot>,
}

/// Labeled patterns. Patterns with the same label belong together.
#[derive(Debug, Default)]
pub struct Patterns {
    base: Base,
    labels: Vec<String>,
    patterns: Vec<Pattern>,
}

impl Patterns {
    /// Returns an empty list of patterns.
    pub fn new(base: Base) -> Self {
        Self { base, ..Self::default() }
    }

    /// Returns a copy.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn try_clone(&self) -> Result<Self> {
        let mut copy = Self::new(self.base);
        reserve(&mut copy.labels, self.labels.len())?;
        for label in &self.labels {
            let mut own = String::new();
            append(&mut own, [label.as_str()])?;
            copy.labels.push(own);
        }
        reserve(&mut copy.patterns, self.patterns.len())?;
        for pattern in &self.patterns {
            let mut slots = list_for(pattern.slots.len())?;
            for slot in &pattern.slots {
                slots.push(slot.try_clone()?);
            }
            copy.patterns.push(Pattern { label: pattern.label, slots });
        }
        Ok(copy)
    }

    /// Returns the labels in the order in which they were added.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// Returns the labels, and drops the patterns.
    pub fn into_labels(self) -> Vec<String> {
        self.labels
    }

    /// Returns whether there is no pattern.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Returns whether the patterns are compared with types as they are written.
    pub fn reads_types(&self) -> bool {
        self.base == Base::Tokens
    }

    /// Adds a pattern without slots, which [`add_slot`](Self::add_slot) adds to it.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`]; nothing was added.
    pub fn add(&mut self, label: &str) -> Result<()> {
        reserve(&mut self.labels, 1)?;
        reserve(&mut self.patterns, 1)?;
        let known = self.labels.iter().position(|other| other == label);
        let label = match known {
            Some(known) => known,
            None => {
                let mut own = String::new();
                append(&mut own, [label])?;
                self.labels.push(own);
                self.labels.len() - 1
            }
        };
        self.patterns.push(Pattern { label, slots: Vec::new() });
        Ok(())
    }

    /// Adds a pattern of strings with wildcards, which are separated by whitespace. A `\` before a character means the
    /// character itself.
    ///
    /// # Errors
    /// [`Error::InvalidPattern`] if there is no string, [`Error::OutOfMemory`]; nothing was added.
    pub fn add_phrase(&mut self, label: &str, phrase: &str) -> Result<()> {
        let mut slots = Vec::new();
        let (mut start, mut is_escaped) = (None, false);
        let mut end_slot = |start: &mut Option<usize>, end: usize| -> Result<()> {
            if let Some(start) = start.take() {
                let mut words = Vec::new();
                reserve(&mut words, 1)?;
                words.push(Word::Glob(Glob::parse(&phrase[start..end])?));
                reserve(&mut slots, 1)?;
                slots.push(Slot::Words(words));
            }
            Ok(())
        };
        for (at, character) in phrase.char_indices() {
            if is_whitespace(character) && !is_escaped {
                end_slot(&mut start, at)?;
            } else {
                start.get_or_insert(at);
            }
            is_escaped = character == '\\' && !is_escaped;
        }
        end_slot(&mut start, phrase.len())?;
        if slots.is_empty() {
            return Err(empty(label));
        }
        self.add(label)?;
        self.patterns.last_mut().expect("it was added").slots = slots;
        Ok(())
    }

    /// Adds a slot to the last pattern. Returns false if there is no pattern.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`]; nothing was added.
    pub fn add_slot(&mut self, slot: Slot) -> Result<bool> {
        let Some(last) = self.patterns.last_mut() else { return Ok(false) };
        reserve(&mut last.slots, 1)?;
        last.slots.push(slot);
        Ok(true)
    }

    /// Compares the patterns with the words of an index. The words have types if the patterns
    /// [read types](Self::reads_types).
    ///
    /// # Errors
    /// [`Error::InvalidPattern`] if a pattern has no slot, [`Error::OutOfMemory`], [`Error::Stopped`].
    pub fn compile(&self, vocabulary: &Vocabulary, steps: &mut Steps) -> Result<Compiled> {
        if let Some(pattern) = self.patterns.iter().find(|pattern| pattern.slots.is_empty()) {
            return Err(empty(&self.labels[pattern.label]));
        }
        Compiled::of(&self.patterns, self.base, vocabulary, steps)
    }
}

fn empty(label: &str) -> Error {
    Error::InvalidPattern { message: format!("the pattern {label:?} is empty: it must have a word"), offset: None }
}

#[cfg(test)]
mod tests;
