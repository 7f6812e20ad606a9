//! Finds the words of a text, as defined by the rules.

use std::ops::Range;

use crate::checkpoint::{Steps, UNITS_PER_LOOK};
use crate::error::Result;
use crate::memory::reserve;
use crate::sentiment::vader::cache::{WordCache, WordKey};
use crate::sentiment::vader::joined_texts::Texts;
use crate::sentiment::vader::rules::UNKNOWN;
use crate::sentiment::vader::short_word::ShortWord;
use crate::sentiment::vader::vocabulary::{Vocabulary, Word};
use crate::terms::lowercase;
use crate::whitespace::Whitespace;

/// A word keeps its punctuation if at most this many characters remain without it, because it may be an emoticon.
const MAX_EMOTICON_CHARACTERS: usize = 2;

/// The work that is counted together: counting it for each word would take time.
const UNITS_PER_COUNT: usize = UNITS_PER_LOOK / 8;

/// Finds the words of texts, which replace those in `words`. `whitespace` then has the whitespace of the texts.
///
/// # Errors
/// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
pub fn find(
    vocabulary: &Vocabulary,
    texts: Texts,
    whitespace: &mut Whitespace,
    cache: &mut WordCache,
    words: &mut Vec<Word>,
    steps: &mut Steps,
) -> Result<()> {
    let Texts { text, ends } = texts;
    let count = whitespace.scan_and_count(text.as_bytes())?;
    // The byte between two texts may be any ASCII character, and it must end words.
    ends.iter().filter(|end| **end < text.len()).for_each(|end| whitespace.set(*end));
    words.clear();
    reserve(words, usize::try_from(count).expect("no more words than bytes") + ends.len())?;
    let mut units = 0;
    for place in whitespace.words(text.len()) {
        units += place.len();
        if units > UNITS_PER_COUNT {
            steps.did(std::mem::take(&mut units))?;
        }
        let key = WordKey::of(text.as_bytes(), &place);
        let word = match cache.get(key) {
            Some(word) => word,
            None => {
                let word = known(vocabulary, text, place, steps)?;
                cache.put(key, word);
                word
            }
        };
        words.push(word);
    }
    Ok(())
}

/// Looks up the word at `place`.
#[inline(never)]
fn known(vocabulary: &Vocabulary, text: &str, place: Range<usize>, steps: &mut Steps) -> Result<Word> {
    let place = without_punctuation(text, place);
    let word = &text.as_bytes()[place.clone()];
    let (id, is_upper, may_have_nt) = match ShortWord::of(text.as_bytes(), &place) {
        Some(short) => (vocabulary.find_short(short, place.len()), short.is_upper(), short.has_apostrophe()),
        None => {
            let id = if vocabulary.may_know(word.len()) { vocabulary.find(&lowercase(word)?) } else { UNKNOWN };
            steps.did(word.len())?;
            let is_upper = is_upper(&text[place]);
            steps.did(word.len())?;
            (id, is_upper, true)
        }
    };
    Ok(Word { id, is_upper, has_nt: may_have_nt && has_nt(word), contributes: vocabulary.entry(id).contributes() })
}

fn has_nt(word: &[u8]) -> bool {
    word.windows(3).any(|bytes| bytes.eq_ignore_ascii_case(b"n't"))
}

/// Whether a word without its punctuation is short enough to be part of an emoticon.
fn is_emoticon(text: &str, bare: Range<usize>) -> bool {
    if bare.len() <= MAX_EMOTICON_CHARACTERS {
        return true;
    }
    // Few characters have more bytes only if one of them is not ASCII.
    !text.as_bytes()[bare.start..bare.start + MAX_EMOTICON_CHARACTERS].is_ascii()
        && text[bare].chars().nth(MAX_EMOTICON_CHARACTERS).is_none()
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

/// A word without ASCII punctuation at both ends, unless it may be an emoticon.
#[inline]
fn without_punctuation(text: &str, place: Range<usize>) -> Range<usize> {
    let has_punctuation = |at: usize| IS_PUNCTUATION[usize::from(text.as_bytes()[at])];
    // Most words have no punctuation, and then their length does not matter.
    if has_punctuation(place.start) || has_punctuation(place.end - 1) { stripped(text, place) } else { place }
}

fn stripped(text: &str, place: Range<usize>) -> Range<usize> {
    let (bytes, mut bare) = (text.as_bytes(), place.clone());
    while !bare.is_empty() && IS_PUNCTUATION[usize::from(bytes[bare.start])] {
        bare.start += 1;
    }
    while !bare.is_empty() && IS_PUNCTUATION[usize::from(bytes[bare.end - 1])] {
        bare.end -= 1;
    }
    if is_emoticon(text, bare.clone()) { place } else { bare }
}

/// Whether a word is in capitals, as in Python's `str.isupper()`.
fn is_upper(text: &str) -> bool {
    text.chars().any(char::is_uppercase)
        && !text.chars().any(|character| character.is_lowercase() || is_title(character))
}

/// Whether a character has the category Lt: a pair of letters or a letter with an iota, of which only the first part is
/// a capital.
fn is_title(character: char) -> bool {
    matches!(character, 'ǅ' | 'ǈ' | 'ǋ' | 'ǲ' | 'ᾈ'..='ᾏ' | 'ᾘ'..='ᾟ' | 'ᾨ'..='ᾯ' | 'ᾼ' | 'ῌ' | 'ῼ')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;
    use crate::checkpoint::tests::calls;
    use crate::sentiment::vader::Settings;

    #[test]
    fn the_lower_case_of_a_character_has_a_third_of_its_bytes() {
        for character in '\0'..=char::MAX {
            let lower: usize = character.to_lowercase().map(char::len_utf8).sum();
            assert!(character.len_utf8() <= 3 * lower, "{character:?}");
        }
    }

    #[test]
    fn the_checkpoint_can_stop_inside_a_long_word() {
        let vocabulary = Vocabulary::new(&Settings { lexicon: "good\t1.9\n", ..Settings::default() }).unwrap();
        let texts = Texts { text: &"É".repeat(UNITS_PER_LOOK), ends: &[2 * UNITS_PER_LOOK] };
        let (whitespace, cache) = (&mut Whitespace::default(), &mut WordCache::default());
        let mut find = |steps: &mut Steps| find(&vocabulary, texts, whitespace, cache, &mut Vec::new(), steps);
        assert_eq!(calls(2, || find(&mut Steps::begin())), (2, Err(Error::Stopped)));
        assert_eq!(calls(usize::MAX, || find(&mut Steps::begin())), (3, Ok(())));
    }

    fn found(vocabulary: &Vocabulary, text: &str) -> Vec<Word> {
        let mut words = Vec::new();
        find(
            vocabulary,
            Texts { text, ends: &[text.len()] },
            &mut Whitespace::default(),
            &mut WordCache::default(),
            &mut words,
            &mut Steps::one(),
        )
        .unwrap();
        words
    }

    fn word(vocabulary: &Vocabulary, text: &str) -> Word {
        let words = found(vocabulary, text);
        assert_eq!(words.len(), 1);
        words[0]
    }

    #[test]
    fn a_cached_word_gives_the_same_result() {
        let settings =
            crate::sentiment::vader::Settings { lexicon: "good\t1\nschadenfreudeless\t-1", ..Default::default() };
        let vocabulary = Vocabulary::new(&settings).unwrap();
        let each = ["good", "GOOD!", "other", "Schadenfreudeless", "don't", "é", "good\0", "\0", "\0\0"];
        let (mut whitespace, mut cache, mut words) = (Whitespace::default(), WordCache::default(), Vec::new());
        cache.begin().unwrap();
        let text = [each.join(" "), each.join("\t")].join("\n");
        let texts = Texts { text: &text, ends: &[text.len()] };
        for _ in 0..2 {
            find(&vocabulary, texts, &mut whitespace, &mut cache, &mut words, &mut Steps::one()).unwrap();
            let separate = each.iter().chain(&each).map(|text| word(&vocabulary, text));
            assert_eq!(words, separate.collect::<Vec<_>>());
        }
    }

    #[test]
    fn words_are_in_capitals_by_the_rules_of_python() {
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
    fn punctuation_of_possible_emoticons_is_kept() {
        let vocabulary = Vocabulary::new(&crate::sentiment::vader::Settings {
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
    fn a_contraction_in_capitals_negates() {
        let vocabulary = Vocabulary::new(&Default::default()).unwrap();
        let negates = |text: &str| word(&vocabulary, text).has_nt;
        assert_eq!(
            ["musn't", "WOULDN'T", "n't", "'nt", "ain'", "ñ't"].map(negates),
            [true, true, true, false, false, false]
        );
    }
}
