//! Lexicons: words, each with a value.

use crate::error::{Error, Result};
use crate::interner::Interner;
use crate::memory::reserve;
use crate::whitespace::is_whitespace;

/// The lines of a file that lists words, with their line numbers, counted from 1. Trims whitespace and skips blank
/// lines.
pub fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let numbered = (1..).zip(text.split('\n'));
    numbered.map(|(line, text)| (line, text.trim_matches(is_whitespace))).filter(|(_, text)| !text.is_empty())
}

/// The entries of a file: one or more words, a tab, and a number. Skips everything after a second tab.
///
/// # Errors
/// [`Error::InvalidLexicon`]; its message names `what` is read.
pub fn entries<'t>(what: &'static str, text: &'t str) -> impl Iterator<Item = Result<Listed<'t>>> {
    lines(text).map(move |(line, text)| {
        let invalid = |reason| Error::InvalidLexicon { what, line, reason };
        let (word, rest) = text.split_once('\t').ok_or_else(|| invalid("the line needs a word, a tab and a number"))?;
        let number = rest.split('\t').next().unwrap_or_default().trim_matches(is_whitespace);
        let value: f64 = number.parse().map_err(|_| invalid("the text after the tab is not a number"))?;
        if !value.is_finite() {
            return Err(invalid("a value must be a finite number"));
        }
        Ok(Listed { line, word, value })
    })
}

/// An entry of a file.
#[derive(Debug, Clone, Copy)]
pub struct Listed<'t> {
    /// The line number, counted from 1.
    pub line: usize,
    /// The word or words.
    pub word: &'t str,
    /// The value.
    pub value: f64,
}

/// A lexicon: words with a value each.
///
/// ```
/// let lexicon = engine::sentiment::lexicon::Lexicon::parse("good\t1.5\nbad\t-2")?;
/// assert_eq!(lexicon.find(b"bad"), Some(-2.0));
/// # Ok::<(), engine::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Lexicon {
    words: Interner,
    values: Vec<f64>,
}

impl Lexicon {
    /// Parses a lexicon: each line has a word, a tab and a value. If a word is repeated, its last value counts.
    ///
    /// # Errors
    /// [`Error::InvalidLexicon`] if a value is not a finite number or a word contains whitespace;
    /// [`Error::OutOfMemory`].
    pub fn parse(text: &str) -> Result<Self> {
        let what = "the lexicon";
        let mut lexicon = Self::default();
        for entry in entries(what, text) {
            let Listed { line, word, value } = entry?;
            if word.contains(is_whitespace) {
                let reason = "a word must not contain whitespace";
                return Err(Error::InvalidLexicon { what, line, reason });
            }
            lexicon.set(word, value)?;
        }
        Ok(lexicon)
    }

    fn set(&mut self, word: &str, value: f64) -> Result<()> {
        reserve(&mut self.values, 1)?;
        let id = self.words.intern(word.as_bytes())? as usize;
        match self.values.get_mut(id) {
            Some(known) => *known = value,
            None => self.values.push(value),
        }
        Ok(())
    }

    /// The value of a word, if it is listed.
    pub fn find(&self, word: &[u8]) -> Option<f64> {
        self.words.find(word).map(|id| self.values[id as usize])
    }

    /// The number of words.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are no words.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Words and values, in the order of the first entry of each word.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], f64)> {
        (0..).zip(&self.values).map(|(id, value)| (self.words.get(id), *value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_the_line_and_the_reason() {
        for (text, line, says) in [
            ("good\t1\nbad", 2, "a tab"),
            ("good\t1\n\n\nbad\tvery", 4, "not a number"),
            ("good\tnan", 1, "finite"),
            ("good\tinf", 1, "finite"),
            ("fed up\t-1", 1, "whitespace"),
            ("\t1", 1, "a tab"),
        ] {
            let error = Lexicon::parse(text).unwrap_err();
            assert!(matches!(error, Error::InvalidLexicon { line: at, .. } if at == line), "{error}");
            assert!(error.to_string().contains(says), "{error}");
        }
    }

    #[test]
    fn the_last_value_of_a_repeated_word_is_used() {
        let lexicon = Lexicon::parse("\ngood\t1\t0.5\n bad\t-1 \r\n\ngood\t2.5\n").unwrap();
        let entries: Vec<_> = lexicon.iter().collect();
        assert_eq!(entries, [(&b"good"[..], 2.5), (b"bad", -1.0)]);
        assert_eq!((lexicon.len(), lexicon.is_empty(), lexicon.find(b"Good")), (2, false, None));
    }
}
