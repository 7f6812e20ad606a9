//! Patterns of one word: `*` stands for any characters, `?` for one, and `\` escapes the next character.

use std::mem::take;

use crate::error::Result;
use crate::memory::{append, reserve};
use crate::terms::TermOptions;

/// A part of a pattern.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    /// These characters.
    Text(String),
    /// One character.
    One,
    /// A sigma in lower case, final or not.
    Sigma,
    /// Any number of characters.
    Many,
}

/// A pattern that a word as a whole matches or not.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Glob {
    pieces: Vec<Piece>,
}

impl Glob {
    /// Parses a pattern. A `\` at the end stands for itself.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn parse(pattern: &str) -> Result<Self> {
        let (mut glob, mut text, mut characters) = (Self::default(), String::new(), pattern.chars());
        while let Some(character) = characters.next() {
            match character {
                '*' | '?' => {
                    glob.push_text(take(&mut text))?;
                    glob.push(if character == '*' { Piece::Many } else { Piece::One })?;
                }
                '\\' => append_character(&mut text, characters.next().unwrap_or('\\'))?,
                _ => append_character(&mut text, character)?,
            }
        }
        glob.push_text(text)?;
        Ok(glob)
    }

    /// Returns the pattern of exactly this text.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn literal(text: &str) -> Result<Self> {
        let mut glob = Self::default();
        glob.push_text(owned(text)?)?;
        Ok(glob)
    }

    /// Returns a copy.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn try_clone(&self) -> Result<Self> {
        let mut made = Self::default();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => made.push_text(owned(text)?)?,
                Piece::One => made.push(Piece::One)?,
                Piece::Sigma => made.push(Piece::Sigma)?,
                Piece::Many => made.push(Piece::Many)?,
            }
        }
        Ok(made)
    }

    fn push(&mut self, piece: Piece) -> Result<()> {
        if piece != Piece::Many || self.pieces.last() != Some(&Piece::Many) {
            reserve(&mut self.pieces, 1)?;
            self.pieces.push(piece);
        }
        Ok(())
    }

    fn push_text(&mut self, text: String) -> Result<()> {
        if text.is_empty() { Ok(()) } else { self.push(Piece::Text(text)) }
    }

    /// Returns the only text that matches, if there is only one.
    pub fn as_literal(&self) -> Option<&str> {
        match &self.pieces[..] {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// Returns the pattern whose text is spelled as terms are.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn folded(&self, options: &TermOptions) -> Result<Self> {
        let mut made = Self::default();
        for (number, piece) in self.pieces.iter().enumerate() {
            let Piece::Text(own) = piece else {
                made.push(if *piece == Piece::Many { Piece::Many } else { Piece::One })?;
                continue;
            };
            let (follows, continues) = (number > 0, number + 1 < self.pieces.len());
            let text = spelled_inside(own, follows, continues, options)?;
            // The word may begin or end where the text meets a wildcard.
            let is_open = own.ends_with('Σ') && (continues || (follows && own == "Σ"));
            match text.strip_suffix(['σ', 'ς']).filter(|_| is_open) {
                Some(rest) => {
                    made.push_text(owned(rest)?)?;
                    made.push(Piece::Sigma)?;
                }
                None => made.push_text(text)?,
            }
        }
        Ok(made)
    }

    /// Returns whether a word matches.
    pub fn matches(&self, word: &str) -> bool {
        let (mut piece, mut at) = (0, 0);
        // The piece after the last `Many`, and where the text for it begins in the current attempt.
        let mut last_many = None;
        loop {
            let matched = match self.pieces.get(piece) {
                Some(Piece::Text(text)) if word[at..].starts_with(text.as_str()) => Some(text.len()),
                Some(Piece::One) => word[at..].chars().next().map(char::len_utf8),
                Some(Piece::Sigma) if word[at..].starts_with(['σ', 'ς']) => Some('σ'.len_utf8()),
                Some(Piece::Many) if piece + 1 == self.pieces.len() => return true,
                Some(Piece::Many) => {
                    last_many = Some((piece + 1, at));
                    Some(0)
                }
                None if at == word.len() => return true,
                _ => None,
            };
            if let Some(length) = matched {
                (piece, at) = (piece + 1, at + length);
                continue;
            }
            // Only the last `Many` is tried again: the pieces before it match at their first possible place.
            let Some((after, begin)) = &mut last_many else { return false };
            let Some(skipped) = word[*begin..].chars().next() else { return false };
            *begin += skipped.len_utf8();
            (piece, at) = (*after, *begin);
        }
    }
}

fn owned(text: &str) -> Result<String> {
    let mut own = String::new();
    append(&mut own, [text])?;
    Ok(own)
}

fn append_character(text: &mut String, character: char) -> Result<()> {
    append(text, [&*character.encode_utf8(&mut [0; 4])])
}

/// Returns text as it is spelled inside a longer word. Only the lower case of `Σ` depends on the characters around it.
fn spelled_inside(text: &str, follows: bool, continues: bool, options: &TermOptions) -> Result<String> {
    let (before, after) =
        if text.contains('Σ') { (&"a"[..follows.into()], &"a"[..continues.into()]) } else { ("", "") };
    let mut word = String::new();
    append(&mut word, [before, text, after])?;
    let spelled = options.spelled(&word)?;
    let inside = spelled.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    owned(inside.unwrap_or(&spelled))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::accents::Accents;
    use proptest::prelude::*;
    use regex::Regex;

    fn matches(pattern: &str, word: &str) -> bool {
        Glob::parse(pattern).unwrap().matches(word)
    }

    #[test]
    fn wildcards_match_characters() {
        for (pattern, word) in [
            ("*", "光"),
            ("?", "光"),
            ("a*", "a"),
            ("*a*b", "xaxabxb"),
            ("a?c", "aéc"),
            (r"\*\?", "*?"),
            ("[a]", "[a]"),
        ] {
            assert!(matches(pattern, word), "{pattern} {word}");
        }
        for (pattern, word) in [("?", "ab"), ("a*b", "abc"), ("a?", "a"), (r"\*", "a"), ("[ab]", "a"), ("", "a")] {
            assert!(!matches(pattern, word), "{pattern} {word}");
        }
        assert!(matches(r"a\", r"a\"));
        assert_eq!(Glob::parse(r"a\*b").unwrap().as_literal(), Some("a*b"));
        assert_eq!(Glob::parse("a*").unwrap().as_literal(), None);
        assert_eq!(Glob::literal("a*").unwrap().as_literal(), Some("a*"));
    }

    #[test]
    fn the_text_of_a_glob_is_normalized_in_the_same_way_as_words() {
        let options = TermOptions { accents: Some(Accents::Unicode), ..TermOptions::default() };
        let folded = |pattern: &str| Glob::parse(pattern).unwrap().folded(&options).unwrap();
        assert_eq!(folded("CAFÉ*?A"), Glob::parse("cafe*?a").unwrap());
        // A final sigma is another character.
        assert_eq!(folded("ΟΔΟΣ"), Glob::parse("οδος").unwrap());
        for (pattern, words) in [
            ("ΟΔΟΣ*", &["οδος", "οδοσα", "οδος."][..]),
            ("ΟΔΟΣ?", &["οδοσα", "οδος."]),
            ("*Σ", &["σ", "οδος"]),
            ("ΣΑΣ*ΣΑΣ*", &["σασσας", "σας-σασα"]),
        ] {
            for word in words {
                assert!(folded(pattern).matches(word), "{pattern} {word}");
            }
        }
        assert!(!folded("*ΟΣ").matches("οδοσ") && !folded("ΟΔΟΣ*").matches("οδο"));
    }

    proptest! {
        #[test]
        fn a_glob_matches_the_words_of_its_regular_expression(pattern in "[ab光*?]{0,8}", word in "[ab光]{0,8}") {
            let written = pattern.replace('*', ".*").replace('?', ".");
            let expected = Regex::new(&format!("^(?s:{written})$")).unwrap().is_match(&word);
            prop_assert_eq!(matches(&pattern, &word), expected);
        }
    }
}
