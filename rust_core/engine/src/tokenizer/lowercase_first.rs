//! Lowercases the parts of a text that must be in lower case before they are tokenized, and finds the places of their
//! tokens in the original text.

use std::borrow::Cow;
use std::iter;
use std::ops::Range;
use std::str::CharIndices;

use memchr::memmem;

use crate::error::Result;
use crate::terms::lowercase;

/// The characters that make this necessary: see [`needs_lowercase_first`].
const LOWERCASE_FIRST: [char; 2] = ['İ', 'Σ'];

/// The text in parts; parts with such characters are in lower case. Parts end at whitespace, and text after whitespace
/// does not change the words or the lower case of the text before it. So the result does not depend on where a text is
/// cut.
pub fn lowered_apart(text: &str) -> impl Iterator<Item = Result<Cow<'_, [u8]>>> {
    parts(text).map(
        |(part, is_lowered)| {
            if is_lowered { lowercase(part.as_bytes()) } else { Ok(Cow::Borrowed(part.as_bytes())) }
        },
    )
}

/// The parts as they are in the text, and whether each is put in lower case.
pub fn parts(text: &str) -> impl Iterator<Item = (&str, bool)> {
    let (mut rest, mut is_lowered) = (text, true);
    iter::from_fn(move || {
        is_lowered = !is_lowered;
        let end = if is_lowered {
            rest.find(char::is_whitespace)
        } else {
            let before = |at: usize| rest[..at].trim_end_matches(|character: char| !character.is_whitespace());
            rest.find(LOWERCASE_FIRST).map(|at| before(at).len())
        };
        if rest.is_empty() {
            return None;
        }
        let part;
        (part, rest) = rest.split_at(end.unwrap_or(rest.len()));
        Some((part, is_lowered))
    })
}

/// Finds the places of a text that ascending places of its lower case stand for.
pub struct Raised<'t> {
    characters: CharIndices<'t>,
    /// The end of the characters before, in the text and in its lower case.
    text: usize,
    lower: usize,
}

impl<'t> Raised<'t> {
    /// Returns the places of a text.
    pub fn new(text: &'t str) -> Self {
        Self { characters: text.char_indices(), text: 0, lower: 0 }
    }

    /// Returns the part of the text with the characters of a part of its lower case.
    pub fn range(&mut self, of_lower: Range<usize>) -> Range<usize> {
        while self.lower < of_lower.start {
            self.advance();
        }
        let start = self.text;
        while self.lower < of_lower.end {
            self.advance();
        }
        start..self.text
    }

    fn advance(&mut self) {
        let (at, character) = self.characters.next().expect("the place is in the text");
        self.text = at + character.len_utf8();
        // The two lower cases of a sigma have the same length.
        self.lower += character.to_lowercase().map(char::len_utf8).sum::<usize>();
    }
}

/// Whether a text must be lowercased before its words are found. For other texts the order does not matter.
///
/// Two characters need it. The lower case of `İ` (U+0130) has two characters, and the second is not a word character.
/// The lower case of `Σ` (U+03A3) depends on the text around it, even outside its word.
pub fn needs_lowercase_first(text: &[u8]) -> bool {
    !text.is_ascii() && ["İ", "Σ"].iter().any(|character| memmem::find(text, character.as_bytes()).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn parts_have_the_lower_case_of_the_full_text(text in "[aΣAİ'\u{3000} .\u{307}]{0,60}") {
            let parts: Vec<Cow<[u8]>> = lowered_apart(&text).map(Result::unwrap).collect();
            let lower: Vec<u8> = parts.concat();
            prop_assert_eq!(String::from_utf8(lower).unwrap().to_lowercase(), text.to_lowercase());
            prop_assert!(!needs_lowercase_first(&parts.concat()));
            let same = text.split_whitespace().filter(|word| !needs_lowercase_first(word.as_bytes()));
            prop_assert!(same.into_iter().all(|word| parts.iter().any(|part| String::from_utf8_lossy(part).contains(word))));
        }
    }
}
