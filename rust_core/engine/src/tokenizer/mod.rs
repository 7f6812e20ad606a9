//! Splits text into tokens. Each kind of token has a module; this one chooses between them.

mod bit_runs;
pub mod block;
mod character_set;
mod characters;
mod lowercase_first;
mod pattern;
mod scikit_word;
pub mod unicode;
mod whitespace;
pub mod word_characters;

pub use characters::CharacterTokenizer;
use lowercase_first::{Raised, parts};
pub use lowercase_first::{lowered_apart, needs_lowercase_first};
pub use pattern::{Pattern, PatternSearch, PatternTokenizer};
pub use scikit_word::{ScikitWordTokenizer, Shortest, WordRules};
pub use unicode::{Segments, UnicodeTokenizer};
pub use whitespace::WhitespaceTokenizer;

use std::iter::successors;
use std::ops::Range;

use crate::checkpoint::Steps;
use crate::error::Result;
pub use crate::interner::Words;
use crate::terms::lowercase;
use crate::utf8;
use crate::whitespace::{next_word, whitespace_from};
use block::{BLOCK_BYTES, MAX_TEXT_BYTES};

/// The definition of a token.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Tokenization {
    /// Words separated by whitespace, as in Python's `str.split()`.
    #[default]
    Whitespace,
    /// Segments between the word boundaries of UAX #29.
    Unicode(Segments),
    /// Words as in scikit-learn: by default the matches of `(?u)\b\w\w+\b` in the lowercased text.
    Word(WordRules),
    /// Characters.
    Characters,
    /// Matches of a regular expression.
    Pattern(Pattern),
}

impl Tokenization {
    /// An offset at or after `from` where cutting the text does not change its tokens, if one is known.
    pub fn cut_from(&self, text: &[u8], from: usize) -> Option<usize> {
        match self {
            Self::Whitespace | Self::Word(_) => whitespace_from(text, from),
            Self::Unicode(_) => unicode::cut_from(text, from),
            Self::Characters => (from..text.len()).find(|at| text[*at] & 0xC0 != 0x80),
            Self::Pattern(_) => None,
        }
    }

    /// Whether the tokens of a document can be found in parts, although it cannot be cut: see [`PatternTokenizer::part`].
    pub fn has_parts(&self) -> bool {
        matches!(self, Self::Pattern(_))
    }

    /// Whether a text must be lowercased before its tokens are found.
    pub fn lowers(&self, text: &[u8]) -> bool {
        matches!(self, Self::Word(rules) if rules.lowers) && needs_lowercase_first(text)
    }

    /// Calls `take` with the range of each token of a text of any length, block by block. The text is not lowercased.
    ///
    /// # Errors
    /// The errors of `take`; [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
    pub fn spans(&self, text: &str, steps: &mut Steps, mut take: impl FnMut(Range<usize>) -> Result<()>) -> Result<()> {
        if let Self::Pattern(pattern) = self {
            return pattern.find(text, steps, take);
        }
        let (mut tokenizer, bytes, mut start) = (Tokenizer::new(self), text.as_bytes(), 0);
        while start < text.len() {
            let end = self.cut_from(bytes, text.len().min(start + BLOCK_BYTES)).unwrap_or(text.len());
            if end - start > MAX_TEXT_BYTES {
                self.each(&text[start..end], |token| take(start + token.start..start + token.end))?;
            } else {
                tokenizer.read(&bytes[start..end], std::iter::empty())?;
                let mut result = Ok(());
                tokenizer.words(&bytes[start..end], |words| {
                    let mut spans = words.starts.iter().zip(words.ends);
                    if result.is_ok() {
                        result = spans.try_for_each(|(a, b)| take(start + *a as usize..start + *b as usize));
                    }
                });
                result?;
            }
            steps.did(end - start)?;
            start = end;
        }
        Ok(())
    }

    /// Calls `take` with the place of each token of a document, in its original text. The tokens are those of the
    /// index, also if the text is lowercased before its tokens are found.
    ///
    /// # Errors
    /// As [`spans`](Self::spans).
    pub fn document_spans(
        &self,
        text: &str,
        steps: &mut Steps,
        mut take: impl FnMut(Range<usize>) -> Result<()>,
    ) -> Result<()> {
        if !self.lowers(text.as_bytes()) {
            return self.spans(text, steps, take);
        }
        let mut start = 0;
        for (part, is_lowered) in parts(text) {
            let mut shifted = |token: Range<usize>| take(start + token.start..start + token.end);
            if is_lowered {
                let (lower, mut places) = (lowercase(part.as_bytes())?, Raised::new(part));
                self.spans(utf8::checked(&lower)?, steps, |token| shifted(places.range(token)))?;
            } else {
                self.spans(part, steps, shifted)?;
            }
            start += part.len();
        }
        Ok(())
    }

    /// The number of tokens of a text of any length.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn count(&self, text: &str) -> Result<u64> {
        let mut tokens = 0;
        let mut count = |_| {
            tokens += 1;
            Ok(())
        };
        if self.lowers(text.as_bytes()) {
            self.spans(utf8::checked(&lowercase(text.as_bytes())?)?, &mut Steps::one(), &mut count)?;
        } else {
            self.spans(text, &mut Steps::one(), &mut count)?;
        }
        Ok(tokens)
    }

    /// Calls `take` with the range of each token of a text of any length. Slower than a [`Tokenizer`].
    ///
    /// # Errors
    /// The errors of `take`; [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn each(&self, text: &str, take: impl FnMut(Range<usize>) -> Result<()>) -> Result<()> {
        let bytes = text.as_bytes();
        match self {
            Self::Whitespace => successors(next_word(bytes, 0), |word| next_word(bytes, word.end)).try_for_each(take),
            Self::Unicode(segments) => unicode::segments(text, *segments).try_for_each(take),
            Self::Word(rules) => scikit_word::each(text, rules.shortest)?.try_for_each(take),
            Self::Characters => {
                text.char_indices().map(|(at, character)| at..at + character.len_utf8()).try_for_each(take)
            }
            Self::Pattern(pattern) => pattern.find(text, &mut Steps::one(), take),
        }
    }
}

/// Finds the tokens of one text after another.
pub enum Tokenizer {
    /// See [`Tokenization::Whitespace`].
    Whitespace(WhitespaceTokenizer),
    /// See [`Tokenization::Unicode`].
    Unicode(UnicodeTokenizer),
    /// See [`Tokenization::Word`].
    Word(ScikitWordTokenizer),
    /// See [`Tokenization::Characters`].
    Characters(CharacterTokenizer),
    /// See [`Tokenization::Pattern`]. Boxed to keep an analyzer without a pattern small.
    Pattern(Box<PatternTokenizer>),
}

impl Default for Tokenizer {
    fn default() -> Self {
        Self::new(&Tokenization::default())
    }
}

impl Tokenizer {
    /// A tokenizer without a text.
    pub fn new(tokenization: &Tokenization) -> Self {
        match tokenization {
            Tokenization::Whitespace => Self::Whitespace(WhitespaceTokenizer::default()),
            Tokenization::Unicode(segments) => Self::Unicode(UnicodeTokenizer::new(*segments)),
            Tokenization::Word(rules) => Self::Word(ScikitWordTokenizer::new(rules.shortest)),
            Tokenization::Characters => Self::Characters(CharacterTokenizer::default()),
            Tokenization::Pattern(pattern) => Self::Pattern(Box::new(PatternTokenizer::new(pattern.clone()))),
        }
    }

    /// Loads a text and returns an upper bound on the number of its tokens, or 0 if it is unknown. The text must be
    /// UTF-8 and contain only complete characters. `borders` are the offsets where a document begins directly after
    /// another.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); then no text is loaded.
    ///
    /// # Panics
    /// Panics if the text is longer than [`MAX_TEXT_BYTES`].
    #[inline]
    pub fn read(&mut self, text: &[u8], borders: impl Iterator<Item = usize>) -> Result<usize> {
        match self {
            Self::Whitespace(tokenizer) => tokenizer.read(text, borders),
            Self::Unicode(tokenizer) => tokenizer.read(text, borders),
            Self::Word(tokenizer) => tokenizer.read(text, borders),
            Self::Characters(tokenizer) => tokenizer.read(text),
            Self::Pattern(tokenizer) => tokenizer.read(text, borders).map(|()| 0),
        }
    }

    /// Calls `take` with the tokens of the loaded text, many at a time.
    #[inline]
    pub fn words(&mut self, text: &[u8], take: impl FnMut(Words)) {
        match self {
            Self::Whitespace(tokenizer) => tokenizer.words(take),
            Self::Unicode(tokenizer) => tokenizer.words(take),
            Self::Word(tokenizer) => tokenizer.words(take),
            Self::Characters(tokenizer) => tokenizer.words(take),
            Self::Pattern(tokenizer) => tokenizer.words(str::from_utf8(text).expect("a text of UTF-8"), take),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;
    use crate::checkpoint::tests::calls;
    use proptest::prelude::*;

    fn all() -> Vec<Tokenization> {
        vec![
            Tokenization::Whitespace,
            Tokenization::Unicode(Segments::Words),
            Tokenization::Unicode(Segments::All),
            Tokenization::Word(WordRules::default()),
            Tokenization::Word(WordRules { shortest: Shortest::One, lowers: false }),
            Tokenization::Characters,
            Tokenization::Pattern(Pattern::new(r"\w+|[^\w\s]").unwrap()),
            Tokenization::Pattern(Pattern::new(r"(\w)\w*").unwrap()),
        ]
    }

    fn many_at_a_time(tokenization: &Tokenization, text: &str) -> Vec<Range<usize>> {
        let (mut tokenizer, mut tokens) = (Tokenizer::new(tokenization), Vec::new());
        tokenizer.read(text.as_bytes(), std::iter::empty()).unwrap();
        tokenizer.words(text.as_bytes(), |some| {
            tokens.extend(some.starts.iter().zip(some.ends).map(|(start, end)| *start as usize..*end as usize));
        });
        tokens
    }

    #[test]
    fn the_checkpoint_can_stop_every_tokenizer() {
        let text = "Ab c1 é. ".repeat(500);
        for tokenization in all() {
            let find = || tokenization.spans(&text, &mut Steps::begin(), |_| Ok(()));
            let (steps, result) = calls(usize::MAX, find);
            assert_eq!(result, Ok(()));
            // In tests, blocks are short.
            assert!(steps >= text.len() / BLOCK_BYTES / 2, "{tokenization:?}: {steps} steps");
            assert_eq!(calls(3, find), (3, Err(Error::Stopped)));
            // Work that holds a lock does not stop.
            assert_eq!(calls(1, || tokenization.count(&text).map(drop)), (0, Ok(())));
        }
    }

    #[test]
    fn the_checkpoint_can_stop_a_search_that_reads_much_text_for_each_token() {
        let text = "A".repeat(20_000);
        for pattern in [
            Pattern::new(".*[^A-Z]|[A-Z]").unwrap(),
            Pattern::new("(.*[^A-Z]|[A-Z])").unwrap(),
            Pattern::of_python("[a-z]", "(?:.*[^A-Z]|[A-Z]*)(?mR:$)|[A-Z]").unwrap(),
        ] {
            let find = || pattern.find(&text, &mut Steps::begin(), |_| Ok(()));
            assert_eq!(calls(3, find), (3, Err(Error::Stopped)), "{pattern:?}");
        }
    }

    proptest! {
        #[test]
        fn all_functions_find_the_same_tokens(text in "[ab_1.,' \néΣ\u{300}光😀\u{3000}]{0,300}", from in 0..300_usize) {
            for tokenization in all() {
                let expected = many_at_a_time(&tokenization, &text);
                prop_assert_eq!(tokenization.count(&text), Ok(expected.len() as u64), "{:?}", tokenization);
                let mut spans = Vec::new();
                tokenization.spans(&text, &mut Steps::begin(), |token| { spans.push(token); Ok(()) }).unwrap();
                prop_assert_eq!(&spans, &expected, "{:?}", tokenization);
                let mut tokens = Vec::new();
                tokenization.each(&text, |token| { tokens.push(token); Ok(()) }).unwrap();
                prop_assert_eq!(&tokens, &expected, "{:?}", tokenization);
                if let Some(cut) = tokenization.cut_from(text.as_bytes(), from.min(text.len())) {
                    let (left, right) = text.split_at(cut);
                    let mut both = many_at_a_time(&tokenization, left);
                    both.extend(many_at_a_time(&tokenization, right).iter().map(|token| cut + token.start..cut + token.end));
                    prop_assert_eq!(both, expected, "{:?}", tokenization);
                }
            }
        }
    }
}
