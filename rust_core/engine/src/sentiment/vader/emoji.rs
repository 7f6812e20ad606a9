//! Replaces emoji by the words that describe them.

use crate::checkpoint::Steps;
use crate::error::{Error, Result};
use crate::memory::append;
use crate::sentiment::lexicon::lines;
use crate::sentiment::vader::joined_texts::{JoinedTexts, Texts};
use crate::sentiment::vader::prefix_map::PrefixMap;

/// Emoji and their descriptions.
#[derive(Debug)]
pub struct Emoji {
    descriptions: PrefixMap<String>,
    /// For each byte: whether the UTF-8 of an emoji begins with it.
    begins: [bool; 256],
    /// Whether an emoji begins with an ASCII character.
    is_ascii: bool,
}

impl Emoji {
    /// Parses emoji: each line has an emoji, a tab and a description. Skips emoji of several code points unless `long`.
    ///
    /// # Errors
    /// [`Error::InvalidLexicon`], [`Error::OutOfMemory`].
    pub fn parse(text: &str, long: bool) -> Result<Self> {
        let mut emoji = Self { descriptions: PrefixMap::default(), begins: [false; 256], is_ascii: false };
        for (line, entry) in lines(text) {
            let (key, rest) = entry.split_once('\t').ok_or(Error::InvalidLexicon {
                what: "the emoji",
                line,
                reason: "the line needs an emoji, a tab and a description",
            })?;
            if long || key.chars().nth(1).is_none() {
                let mut description = String::new();
                append(&mut description, rest.split('\t').next())?;
                emoji.descriptions.insert(key.chars().map(u32::from), description)?;
                emoji.begins[usize::from(key.as_bytes()[0])] = true;
            }
        }
        emoji.is_ascii = emoji.begins[..128].contains(&true);
        Ok(emoji)
    }

    /// The texts with descriptions instead of emoji, in `memory`.
    ///
    /// Adds a space before a description, except at the beginning of a text and after a space. Adds no space after it,
    /// so the next character belongs to the last word of the description.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], [`Error::Stopped`].
    pub fn described<'t>(&self, texts: Texts<'t>, memory: &'t mut JoinedTexts, steps: &mut Steps) -> Result<Texts<'t>> {
        if !self.may_be_in(texts.text) {
            return Ok(texts);
        }
        memory.clear();
        for range in texts.ranges() {
            self.describe(&texts.text[range], memory, steps)?;
        }
        Ok(memory.texts())
    }

    fn may_be_in(&self, text: &str) -> bool {
        // Most text is ASCII, and checking that is faster.
        (self.is_ascii || !text.is_ascii()) && text.bytes().any(|byte| self.begins[usize::from(byte)])
    }

    fn describe(&self, text: &str, memory: &mut JoinedTexts, steps: &mut Steps) -> Result<()> {
        // `start` is the end of the last emoji.
        let (mut start, mut at, mut is_spaced) = (0, 0, true);
        while let Some(skipped) = text.as_bytes()[at..].iter().position(|byte| self.begins[usize::from(*byte)]) {
            at += skipped;
            steps.did(1 + skipped)?;
            let rest = &text[at..];
            let Some((length, description)) = self.descriptions.longest(rest.chars().map(u32::from)) else {
                at += rest.chars().next().map_or(0, char::len_utf8);
                continue;
            };
            let plain = &text[start..at];
            if let Some(last) = plain.as_bytes().last() {
                is_spaced = *last == b' ';
            }
            memory.append(plain)?;
            memory.append(if is_spaced { "" } else { " " })?;
            memory.append(description)?;
            is_spaced = false;
            at += rest.chars().take(length).map(char::len_utf8).sum::<usize>();
            start = at;
        }
        memory.append(&text[start..])?;
        memory.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTED: &str = "♥\theart suit\n😁\tbeaming face\n♥\u{fe0f}\tred heart\n1\u{20e3}\tkeycap: 1\n";

    fn described(text: &str, long: bool) -> String {
        let texts = Texts { text, ends: &[text.len()] };
        let mut memory = JoinedTexts::default();
        let texts = Emoji::parse(LISTED, long).unwrap().described(texts, &mut memory, &mut Steps::one()).unwrap();
        texts.text[..texts.ends[0]].to_owned()
    }

    #[test]
    fn a_space_is_added_before_a_description_but_not_after_it() {
        for (text, expected) in [
            ("none", "none"),
            ("a😁b", "a beaming faceb"),
            ("a 😁", "a beaming face"),
            ("😁😁 😁", "beaming face beaming face beaming face"),
            ("\n😁", "\n beaming face"),
            ("♦♥\u{fe0f}", "♦ heart suit\u{fe0f}"),
            ("1\u{20e3}", "1\u{20e3}"),
        ] {
            assert_eq!(described(text, false), expected);
        }
    }

    #[test]
    fn emoji_of_several_code_points_are_found_if_long() {
        assert_eq!(described("I ♥\u{fe0f}♥ 1\u{20e3}1", true), "I red heart heart suit keycap: 11");
    }

    #[test]
    fn a_line_without_a_description_is_refused() {
        let error = Emoji::parse("😁\tbeaming face\n♥", false).unwrap_err();
        assert_eq!(error.to_string(), "the emoji, line 2: the line needs an emoji, a tab and a description");
    }
}
