//! The words of a text, as the rules see them.

use crate::error::Result;
use crate::memory::reserve;
use crate::terms::lowercase;
use crate::vader::vocabulary::{UNKNOWN, Vocabulary};
use crate::whitespace::Whitespace;

/// A word of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// Its id in the vocabulary, in lower case.
    pub id: u32,
    /// Whether it is in capitals.
    pub is_upper: bool,
    /// Whether "n't" is in it.
    pub has_nt: bool,
}

/// What a byte tells of the word it is in.
const UPPER: u8 = 1;
const LOWER: u8 = 2;
const NOT_ASCII: u8 = 4;
const APOSTROPHE: u8 = 8;

const TELLS: [u8; 256] = {
    let mut tells = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        tells[byte] = match byte {
            0x41..=0x5A => UPPER,
            0x61..=0x7A => LOWER,
            0x80.. => NOT_ASCII,
            0x27 => APOSTROPHE,
            _ => 0,
        };
        byte += 1;
    }
    tells
};

/// The most characters that a word may have left without its punctuation to keep it: it is an emoticon, then.
const EMOTICON: usize = 2;

/// Appends the words of a text.
///
/// # Errors
/// [`OutOfMemory`](crate::Error::OutOfMemory).
pub fn find(
    vocabulary: &Vocabulary,
    text: &str,
    whitespace: &mut Whitespace,
    lower: &mut Vec<u8>,
    words: &mut Vec<Word>,
) -> Result<()> {
    whitespace.scan(text.as_bytes())?;
    for place in whitespace.words(text.len()) {
        reserve(words, 1)?;
        words.push(word(vocabulary, &text[place], lower)?);
    }
    Ok(())
}

fn word(vocabulary: &Vocabulary, text: &str, lower: &mut Vec<u8>) -> Result<Word> {
    let tells = text.bytes().fold(0, |tells, byte| tells | TELLS[usize::from(byte)]);
    let has = |what: u8| tells & what != 0;
    let bare = without_punctuation(text);
    let is_emoticon = bare.len() <= EMOTICON || has(NOT_ASCII) && bare.chars().nth(EMOTICON).is_none();
    let text = if is_emoticon { text } else { bare };
    let has_nt = has(APOSTROPHE) && text.as_bytes().windows(3).any(|bytes| bytes.eq_ignore_ascii_case(b"n't"));
    if has(NOT_ASCII) {
        let id = vocabulary.find(&lowercase(text.as_bytes())?);
        return Ok(Word { id, is_upper: is_upper(text), has_nt });
    }
    let id = if text.len() > vocabulary.longest() {
        UNKNOWN
    } else if has(UPPER) {
        lower.clear();
        reserve(lower, text.len())?;
        lower.extend(text.bytes().map(|byte| byte.to_ascii_lowercase()));
        vocabulary.find(lower)
    } else {
        vocabulary.find(text.as_bytes())
    };
    Ok(Word { id, is_upper: has(UPPER) && !has(LOWER), has_nt })
}

/// What is left without the punctuation of ASCII at both ends.
fn without_punctuation(text: &str) -> &str {
    text.trim_matches(|character: char| character.is_ascii_punctuation())
}

/// Whether a word is in capitals, as Python's `str.isupper()` has it.
fn is_upper(text: &str) -> bool {
    text.chars().any(char::is_uppercase)
        && !text.chars().any(|character| character.is_lowercase() || is_title(character))
}

/// Whether a character is one of those that stand for two letters or have a iota below, of which only the first part is a
/// capital (the category Lt).
fn is_title(character: char) -> bool {
    matches!(character, 'ǅ' | 'ǈ' | 'ǋ' | 'ǲ' | 'ᾈ'..='ᾏ' | 'ᾘ'..='ᾟ' | 'ᾨ'..='ᾯ' | 'ᾼ' | 'ῌ' | 'ῼ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_are_those_of_python() {
        for (text, expected) in [
            ("NO", true),
            ("N0!", true),
            ("No", false),
            ("123", false),
            ("ÉÀ", true),
            ("Éà", false),
            ("ǄǅA", false),
            ("光A", true),
        ] {
            assert_eq!(is_upper(text), expected, "{text}");
        }
    }

    #[test]
    fn punctuation_is_kept_where_little_else_is_left() {
        let vocabulary = Vocabulary::new(&crate::vader::Settings {
            lexicon: ":d\t1\n:)\t2\ngood\t3\nécoles\t4\n(é)\t5",
            ..Default::default()
        });
        let vocabulary = vocabulary.unwrap();
        let value = |text: &str| {
            let word = word(&vocabulary, text, &mut Vec::new()).unwrap();
            vocabulary.entry(word.id).valence
        };
        assert_eq!(
            [":D", ":)", "..GOOD!!", "\"École(s\"", "'ÉCOLES?'", "(É)", ":)!"].map(value),
            [Some(1.0), Some(2.0), Some(3.0), None, Some(4.0), Some(5.0), None]
        );
    }

    #[test]
    fn a_contraction_negates_in_capitals_too() {
        let vocabulary = Vocabulary::new(&Default::default()).unwrap();
        let negates = |text: &str| word(&vocabulary, text, &mut Vec::new()).unwrap().has_nt;
        assert_eq!(
            ["musn't", "WOULDN'T", "n't", "'nt", "ain'", "ñ't"].map(negates),
            [true, true, true, false, false, false]
        );
    }
}
