//! The words of a text, as the rules see them.

use std::ops::Range;

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

/// The most characters that a word may have left without its punctuation to keep it: it is an emoticon, then.
const EMOTICON: usize = 2;

/// Bytes that are looked at together.
const LANES: usize = 16;

/// Words that are looked up together: so the processor waits for many places of memory at once.
const TOGETHER: usize = 32;

/// A word of ASCII of fewer bytes than there are lanes, in lower case.
#[derive(Clone, Copy, Default)]
struct Short {
    lanes: u128,
    length: usize,
    /// Its number among the words.
    number: usize,
}

/// Appends the words of a text.
///
/// # Errors
/// [`OutOfMemory`](crate::Error::OutOfMemory).
pub fn find(vocabulary: &Vocabulary, text: &str, whitespace: &mut Whitespace, words: &mut Vec<Word>) -> Result<()> {
    let count = whitespace.scan_and_count(text.as_bytes())?;
    reserve(words, usize::try_from(count).expect("no more words than bytes"))?;
    let mut places = whitespace.words(text.len());
    loop {
        let (first, mut shorts, mut known) = (words.len(), [Short::default(); TOGETHER], 0);
        for place in places.by_ref().take(TOGETHER) {
            let place = without_punctuation(text, place);
            let Some(lanes) = short(text.as_bytes(), place.clone()) else {
                words.push(long_word(vocabulary, &text[place])?);
                continue;
            };
            let upper = within(lanes, b'A', b'Z');
            // The bit that upper and lower case differ in.
            let lower = lanes | upper >> 2;
            shorts[known] = Short { lanes: lower, length: place.len(), number: words.len() };
            // Counted without a branch, which no processor could foresee.
            known += usize::from(vocabulary.may_know(lower));
            words.push(Word {
                id: UNKNOWN,
                is_upper: upper != 0 && within(lanes, b'a', b'z') == 0,
                has_nt: has_apostrophe(lanes) && has_nt(&text.as_bytes()[place]),
            });
        }
        for short in &shorts[..known] {
            words[short.number].id = vocabulary.find_short(short.lanes, short.length);
        }
        if words.len() < first + TOGETHER {
            return Ok(());
        }
    }
}

/// A short word of ASCII, with zeros behind it.
#[inline]
fn short(text: &[u8], place: Range<usize>) -> Option<u128> {
    if place.len() >= LANES {
        return None;
    }
    let lanes = match text[place.start..].first_chunk::<LANES>() {
        Some(lanes) => u128::from_le_bytes(*lanes) & FIRST[place.len()],
        None => {
            let mut lanes = [0; LANES];
            lanes[..place.len()].copy_from_slice(&text[place]);
            u128::from_le_bytes(lanes)
        }
    };
    (lanes & UPPER_BITS == 0).then_some(lanes)
}

/// A one in each of the bytes.
const EACH: u128 = u128::MAX / 0xFF;
/// The upper bit of each, which no character of ASCII has.
const UPPER_BITS: u128 = EACH << 7;

/// The upper bits of the bytes that are from `first` to `last`. All of them are ASCII.
#[inline]
fn within(lanes: u128, first: u8, last: u8) -> u128 {
    let (from_first, behind_last) = (lanes + EACH * u128::from(0x80 - first), lanes + EACH * u128::from(0x7F - last));
    from_first & !behind_last & UPPER_BITS
}

#[inline]
fn has_apostrophe(lanes: u128) -> bool {
    // Borrowing begins at a zero.
    let zero_where_it_is = lanes ^ (EACH * u128::from(b'\''));
    zero_where_it_is.wrapping_sub(EACH) & !zero_where_it_is & UPPER_BITS != 0
}

/// All bits of so many bytes.
const FIRST: [u128; LANES] = {
    let mut masks = [0; LANES];
    let mut bytes = 1;
    while bytes < LANES {
        masks[bytes] = masks[bytes - 1] << 8 | 0xFF;
        bytes += 1;
    }
    masks
};

/// Whether what is left of a word without its punctuation is so short that it may be part of an emoticon.
#[inline]
fn is_emoticon(text: &str, bare: Range<usize>) -> bool {
    if bare.len() <= EMOTICON {
        return true;
    }
    // More bytes than characters are few only where one of these is not ASCII.
    !text.as_bytes()[bare.start..bare.start + EMOTICON].is_ascii() && text[bare].chars().nth(EMOTICON).is_none()
}

fn long_word(vocabulary: &Vocabulary, text: &str) -> Result<Word> {
    Ok(Word {
        id: vocabulary.find(&lowercase(text.as_bytes())?),
        is_upper: is_upper(text),
        has_nt: has_nt(text.as_bytes()),
    })
}

fn has_nt(text: &[u8]) -> bool {
    text.windows(3).any(|bytes| bytes.eq_ignore_ascii_case(b"n't"))
}

const IS_PUNCTUATION: [bool; 256] = {
    let mut is_punctuation = [false; 256];
    let mut byte = 0_u8;
    while byte.is_ascii() {
        is_punctuation[byte as usize] = byte.is_ascii_punctuation();
        byte += 1;
    }
    is_punctuation
};

/// A word without the punctuation of ASCII at both ends; with it, where it may be an emoticon.
#[inline]
fn without_punctuation(text: &str, place: Range<usize>) -> Range<usize> {
    let (bytes, mut bare) = (text.as_bytes(), place.clone());
    while !bare.is_empty() && IS_PUNCTUATION[usize::from(bytes[bare.start])] {
        bare.start += 1;
    }
    while !bare.is_empty() && IS_PUNCTUATION[usize::from(bytes[bare.end - 1])] {
        bare.end -= 1;
    }
    if is_emoticon(text, bare.clone()) { place } else { bare }
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

    fn word(vocabulary: &Vocabulary, text: &str) -> Word {
        let mut words = Vec::new();
        find(vocabulary, text, &mut Whitespace::default(), &mut words).unwrap();
        assert_eq!(words.len(), 1);
        words[0]
    }

    #[test]
    fn many_words_are_found_as_each_alone() {
        let settings = crate::vader::Settings { lexicon: "good\t1\nschadenfreudeless\t-1", ..Default::default() };
        let vocabulary = Vocabulary::new(&settings).unwrap();
        let each = ["good", "GOOD!", "other", "Schadenfreudeless", "don't", "é"];
        for times in [1, TOGETHER - 1, TOGETHER, TOGETHER + 1, 5 * TOGETHER] {
            let text: Vec<&str> = each.into_iter().cycle().take(times).collect();
            let mut words = Vec::new();
            find(&vocabulary, &text.join(" "), &mut Whitespace::default(), &mut words).unwrap();
            assert_eq!(words, text.iter().map(|text| word(&vocabulary, text)).collect::<Vec<_>>());
        }
    }

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
        let value = |text: &str| vocabulary.entry(word(&vocabulary, text).id).valence;
        assert_eq!(
            [":D", ":)", "..GOOD!!", "\"École(s\"", "'ÉCOLES?'", "(É)", ":)!"].map(value),
            [Some(1.0), Some(2.0), Some(3.0), None, Some(4.0), Some(5.0), None]
        );
    }

    #[test]
    fn a_contraction_negates_in_capitals_too() {
        let vocabulary = Vocabulary::new(&Default::default()).unwrap();
        let negates = |text: &str| word(&vocabulary, text).has_nt;
        assert_eq!(
            ["musn't", "WOULDN'T", "n't", "'nt", "ain'", "ñ't"].map(negates),
            [true, true, true, false, false, false]
        );
    }
}
