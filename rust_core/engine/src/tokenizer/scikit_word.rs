//! Words of letters, digits and underscores, as in scikit-learn.
//!
//! The words are exactly the matches of Python's `re.findall(r"(?u)\b\w\w+\b", text)`: maximal runs of at least two
//! word characters. With [`Shortest::One`], a single word character is also a word, as in `(?u)\b\w+\b`.

use std::ops::Range;

use crate::error::Result;
use crate::interner::Words;
use crate::memory::reserve;
use crate::scanner::word_bytes::WordBytes;
use crate::scanner::{LANES, SimdLevel, scan_words};
use crate::tokenizer::bit_runs::Runs;
use crate::tokenizer::block::MAX_TEXT_BYTES;
use crate::tokenizer::word_characters::{WordCharacters, first_character};

/// The minimum number of characters of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shortest {
    /// Any run of word characters is a word.
    One,
    /// A single word character is not a word.
    #[default]
    Two,
}

/// Which words of a text are tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WordRules {
    /// The minimum number of characters of a word.
    pub shortest: Shortest,
    /// Whether words are found in the lowercased text. Lower case can change where words begin and end.
    pub lowers: bool,
}

impl Default for WordRules {
    fn default() -> Self {
        Self { shortest: Shortest::Two, lowers: true }
    }
}

/// Finds the words of one text after another.
#[derive(Default)]
pub struct ScikitWordTokenizer {
    shortest: Shortest,
    /// One bit for each byte: 1 outside words and after the end of the text.
    between: Vec<u64>,
    /// Bytes of characters that are not ASCII.
    non_ascii: Vec<u64>,
    runs: Runs,
}

impl ScikitWordTokenizer {
    /// A tokenizer for words of at least this many characters.
    pub fn new(shortest: Shortest) -> Self {
        Self { shortest, ..Self::default() }
    }

    /// Loads a text and returns the number of its words. The text must be UTF-8 and contain only complete characters. A
    /// word also ends at each of `borders`: the offsets where a document begins directly after another.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); then no text is loaded.
    ///
    /// # Panics
    /// Panics if the text is longer than [`MAX_TEXT_BYTES`].
    pub fn read(&mut self, text: &[u8], borders: impl Iterator<Item = usize>) -> Result<usize> {
        assert!(text.len() <= MAX_TEXT_BYTES, "a text of {} bytes is too long", text.len());
        let masks = text.len().div_ceil(LANES);
        self.between.clear();
        self.non_ascii.clear();
        reserve(&mut self.between, masks)?;
        reserve(&mut self.non_ascii, masks)?;
        let characters = WordCharacters::get()?;
        let (mut spill, mut at) = (0, 0);
        scan_words(SimdLevel::best(), text, |WordBytes { mut word, non_ascii }| {
            if non_ascii != 0 {
                (word, spill) = with_non_ascii(characters, &text[at..], word | spill, non_ascii);
            }
            self.between.push(!word);
            self.non_ascii.push(non_ascii);
            at += LANES;
        });
        self.runs.begin(masks, borders)?;
        Ok(self.finish(text))
    }

    /// Calls `take` with the words of the text, many at a time.
    #[inline]
    pub fn words(&mut self, take: impl FnMut(Words)) {
        self.runs.words(&self.between, take);
    }

    /// Removes words that are too short, and returns the number of words.
    fn finish(&mut self, text: &[u8]) -> usize {
        let mut words = 0;
        let mut before = 0;
        for at in 0..self.between.len() {
            let (word, borders) = (!self.between[at], self.runs.borders()[at]);
            let mut starts = word & (!(word << 1 | before) | borders);
            before = word >> (LANES - 1);
            if self.shortest == Shortest::Two {
                let (next, next_borders) = match self.between.get(at + 1) {
                    Some(between) => (!between, self.runs.borders()[at + 1]),
                    None => (0, 0),
                };
                let goes_on = (word >> 1 | next << (LANES - 1)) & !(borders >> 1 | next_borders << (LANES - 1));
                // A start after which the word does not continue is a single character of one byte.
                let mut alone = starts & !goes_on;
                let mut non_ascii = starts & self.non_ascii[at];
                while non_ascii != 0 {
                    let start = at * LANES + non_ascii.trailing_zeros() as usize;
                    let end = start + first_character(&text[start..]).1 as usize;
                    if !self.is_inside(end) {
                        alone |= non_ascii & non_ascii.wrapping_neg();
                        (start..end.min(text.len())).for_each(|byte| self.between[byte / LANES] |= 1 << (byte % LANES));
                    }
                    non_ascii &= non_ascii - 1;
                }
                self.between[at] |= alone;
                starts &= !alone;
            }
            words += starts.count_ones() as usize;
        }
        words
    }

    /// Whether the byte at `offset` belongs to the same word as the byte before it, which must belong to a word.
    fn is_inside(&self, offset: usize) -> bool {
        let bit = |masks: &[u64]| masks.get(offset / LANES).map(|mask| mask >> (offset % LANES) & 1 == 1);
        bit(&self.between) == Some(false) && bit(self.runs.borders()) == Some(false)
    }
}

/// Adds the word characters that are not ASCII to the mask of the first 64 bytes of `text`. Also returns the mask of
/// the next 64 bytes, for a character that begins in these and ends in those.
#[inline]
#[allow(clippy::cast_possible_truncation)] // Takes the lower half on purpose.
fn with_non_ascii(characters: &WordCharacters, text: &[u8], word: u64, non_ascii: u64) -> (u64, u64) {
    let (mut bits, mut rest) = (u128::from(word), non_ascii);
    while rest != 0 {
        let at = rest.trailing_zeros();
        let text = &text[at as usize..];
        // The bits of a character that began in the piece before are already set.
        let length = if text[0] < 0xC0 {
            1
        } else {
            let (character, length) = first_character(text);
            bits |= (u128::from(characters.contains(character)) * ((1 << length) - 1)) << at;
            length
        };
        rest &= (!0_u128 << (at + length)) as u64;
    }
    (bits as u64, (bits >> LANES) as u64)
}

/// Iterates over the words of a text of any length.
///
/// # Errors
/// [`OutOfMemory`](crate::Error::OutOfMemory).
pub fn each(text: &str, shortest: Shortest) -> Result<impl Iterator<Item = Range<usize>>> {
    let characters = WordCharacters::get()?;
    let runs = text.split(|character| !characters.contains(character as u32));
    let place = |run: &str| run.as_ptr().addr() - text.as_ptr().addr();
    let is_word = move |run: &&str| run.chars().nth(shortest as usize).is_some();
    Ok(runs.filter(is_word).map(move |run| place(run)..place(run) + run.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::lowercase;
    use crate::tokenizer::needs_lowercase_first;
    use proptest::prelude::*;
    use regex::Regex;
    use std::sync::LazyLock;

    /// Python's pattern in the syntax of the regex crate, whose `\w` matches other characters.
    static PATTERNS: LazyLock<[Regex; 2]> =
        LazyLock::new(|| ["+", "{2,}"].map(|times| Regex::new(&format!(r"[\p{{L}}\p{{N}}_]{times}")).unwrap()));

    fn words<'t>(text: &'t str, borders: &[usize], shortest: Shortest) -> Vec<&'t str> {
        let mut tokenizer = ScikitWordTokenizer::new(shortest);
        let number = tokenizer.read(text.as_bytes(), borders.iter().copied()).unwrap();
        let mut words = Vec::new();
        tokenizer.words(|some| {
            words.extend(some.starts.iter().zip(some.ends).map(|(start, end)| &text[*start as usize..*end as usize]));
        });
        assert_eq!(words.len(), number);
        words
    }

    fn expected(text: &str, shortest: Shortest) -> Vec<&str> {
        PATTERNS[shortest as usize].find_iter(text).map(|found| found.as_str()).collect()
    }

    #[test]
    fn words_are_those_that_python_finds() {
        assert_eq!(
            words("I don't like é, 光 or a__b; x² = 4", &[], Shortest::Two),
            ["don", "like", "or", "a__b", "x²"]
        );
        assert_eq!(words("I don't", &[], Shortest::One), ["I", "don", "t"]);
        assert_eq!(words("", &[], Shortest::Two), [""; 0]);
        assert_eq!(words("e\u{301}te\u{301}", &[], Shortest::Two), ["te"]);
    }

    #[test]
    fn words_across_pieces_are_found() {
        for word in ["ab", "a", "é", "éa", "光", "光光", "𝔘", "a𝔘"] {
            for before in 0..2 * LANES {
                for behind in ["", " ", "—", "; x"] {
                    let text = format!("{}{word}{behind}", "-".repeat(before));
                    for shortest in [Shortest::One, Shortest::Two] {
                        assert_eq!(words(&text, &[], shortest), expected(&text, shortest), "{text:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn every_character_is_classified_as_in_python() {
        let all: String = ('\0'..=char::MAX).flat_map(|character| ['-', character, 'x']).collect();
        let mut tokenizer = ScikitWordTokenizer::default();
        let mut found = Vec::new();
        for piece in all.char_indices().filter(|(at, _)| at % (12 << 10) == 0).map(|(at, _)| at) {
            let mut end = all.len().min(piece + (12 << 10));
            while !all.is_char_boundary(end) {
                end += 1;
            }
            let text = &all[piece..end];
            tokenizer.read(text.as_bytes(), std::iter::empty()).unwrap();
            tokenizer.words(|some| {
                found.extend(some.starts.iter().zip(some.ends).map(|(a, b)| text[*a as usize..*b as usize].to_owned()));
            });
            assert_eq!(found, expected(text, Shortest::Two));
            found.clear();
        }
    }

    /// Looks for characters whose lower case is not exactly one character, and for characters of which either the
    /// character or its lower case is a word character, but not both.
    #[test]
    fn only_two_characters_need_lowercase_first() {
        let set = WordCharacters::get().unwrap();
        // Rust may use a newer Unicode version than the tables.
        let unassigned = Regex::new(r"^\p{Cn}$").unwrap();
        let is_known = |character: &char| !unassigned.is_match(&character.to_string());
        for character in ('\0'..=char::MAX).filter(|character| *character != 'Σ').filter(is_known) {
            let lower: Vec<char> = character.to_lowercase().collect();
            let stays = matches!(lower[..], [one] if set.contains(one as u32) == set.contains(character as u32));
            assert_eq!(!stays, needs_lowercase_first(character.to_string().as_bytes()), "{character:?}");
        }
        assert!(needs_lowercase_first("ΑΣ".as_bytes()));
    }

    proptest! {
        #[test]
        fn words_agree_with_a_regular_expression(
            text in "[ab_9\u{e9}\u{301}\u{3042}\u{1f600}\u{1d518}\t -—\u{93f}]{0,400}", is_short: bool,
        ) {
            let shortest = if is_short { Shortest::One } else { Shortest::Two };
            prop_assert_eq!(words(&text, &[], shortest), expected(&text, shortest));
        }

        #[test]
        fn words_agree_with_a_regular_expression_on_any_text(text in "\\PC{0,200}") {
            prop_assert_eq!(words(&text, &[], Shortest::Two), expected(&text, Shortest::Two));
        }

        #[test]
        fn adjacent_documents_are_tokenized_independently(
            documents in prop::collection::vec("[ab\u{3042}é -]{1,90}", 1..20), is_short: bool,
        ) {
            let shortest = if is_short { Shortest::One } else { Shortest::Two };
            let text = documents.concat();
            let ends = documents.iter().scan(0, |end, document| { *end += document.len(); Some(*end) });
            let borders: Vec<usize> = ends.take(documents.len() - 1).collect();
            let separate: Vec<&str> = documents.iter().flat_map(|document| expected(document, shortest)).collect();
            prop_assert_eq!(words(&text, &borders, shortest), separate);
        }

        #[test]
        fn words_can_be_lowercased_before_or_after_tokenizing(text in "[a-cA-CÉéÀ'σςΑα.ıiI\u{307} ǅẞ]{0,60}") {
            let lower = lowercase(text.as_bytes()).unwrap().into_owned();
            let lower = String::from_utf8(lower).unwrap();
            let after: Vec<Vec<u8>> =
                words(&text, &[], Shortest::Two).iter().map(|word| lowercase(word.as_bytes()).unwrap().into_owned()).collect();
            let before: Vec<&[u8]> = words(&lower, &[], Shortest::Two).iter().map(|word| word.as_bytes()).collect();
            prop_assert_eq!(before, after);
        }
    }
}
