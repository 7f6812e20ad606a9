//! Words separated by whitespace.
//!
//! A word is a maximal run of characters that are not whitespace, exactly as in Python's `str.split()`.

use crate::error::Result;
use crate::interner::Words;
use crate::scanner::LANES;
use crate::tokenizer::bit_runs::Runs;
use crate::tokenizer::block::MAX_TEXT_BYTES;
use crate::whitespace::Whitespace;

/// Finds the words of one text after another.
#[derive(Default)]
pub struct WhitespaceTokenizer {
    whitespace: Whitespace,
    runs: Runs,
}

impl WhitespaceTokenizer {
    /// Loads a text and returns an upper bound on the number of its words. The text must contain only complete
    /// characters. A word also ends at each of `borders`: the offsets where a document begins directly after another.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); then no text is loaded.
    ///
    /// # Panics
    /// Panics if the text is longer than [`MAX_TEXT_BYTES`].
    pub fn read(&mut self, text: &[u8], borders: impl Iterator<Item = usize>) -> Result<usize> {
        assert!(text.len() <= MAX_TEXT_BYTES, "a text of {} bytes is too long", text.len());
        let words = self.whitespace.scan_and_count(text)?;
        if !text.len().is_multiple_of(LANES) {
            (text.len()..text.len().next_multiple_of(LANES)).for_each(|behind| self.whitespace.set(behind));
        }
        let documents = self.runs.begin(self.whitespace.masks().len(), borders)?;
        Ok(documents + usize::try_from(words).expect("no more words than bytes"))
    }

    /// Calls `take` with the words of the text, many at a time.
    #[inline]
    pub fn words(&mut self, take: impl FnMut(Words)) {
        self.runs.words(self.whitespace.masks(), take);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(text: &str) -> Vec<&str> {
        text.split(|c: char| c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c))
            .filter(|word| !word.is_empty())
            .collect()
    }

    fn words<'t>(text: &'t str, borders: &[usize]) -> Vec<&'t str> {
        let mut tokenizer = WhitespaceTokenizer::default();
        let most = tokenizer.read(text.as_bytes(), borders.iter().copied()).unwrap();
        let mut words = Vec::new();
        tokenizer.words(|some| {
            words.extend(some.starts.iter().zip(some.ends).map(|(start, end)| &text[*start as usize..*end as usize]));
        });
        assert!(words.len() <= most);
        words
    }

    #[test]
    fn words_are_those_of_python_split() {
        assert_eq!(words(" In the\tbeginning,\u{3000}光 \r\n", &[]), ["In", "the", "beginning,", "光"]);
        assert_eq!(words("", &[]), [""; 0]);
        assert_eq!(words("\u{2003}\u{85}", &[]), [""; 0]);
    }

    #[test]
    fn a_word_longer_than_a_mask_is_one_word() {
        let many = "a bc ".repeat(1000);
        assert_eq!(words(&many, &[]), split(&many));
        for length in [LANES - 1, LANES, LANES + 1, 3 * LANES] {
            let text = "x".repeat(length);
            assert_eq!(words(&text, &[]), [text.as_str()]);
        }
    }

    proptest! {
        #[test]
        fn words_equal_those_of_a_simple_split(
            text in "[ab\u{e9}\u{3042}\u{1f600}\t \n\u{1c}\u{85}\u{a0}\u{1680}\u{2002}\u{2028}\u{205f}\u{3000}]{0,400}",
        ) {
            prop_assert_eq!(words(&text, &[]), split(&text));
        }

        #[test]
        fn adjacent_documents_are_tokenized_independently(
            documents in prop::collection::vec("[ab\u{3000} ]{1,150}", 1..20),
        ) {
            let text = documents.concat();
            let ends = documents.iter().scan(0, |end, document| { *end += document.len(); Some(*end) });
            let borders: Vec<usize> = ends.take(documents.len() - 1).collect();
            let separate: Vec<&str> = documents.iter().flat_map(|document| split(document)).collect();
            prop_assert_eq!(words(&text, &borders), separate);
        }
    }
}
