//! Counting the words of a text without an analyzer.

use crate::checkpoint::Steps;
use crate::error::{Error, Result};
use crate::utf8::{self, boundary_before};
use crate::whitespace::count_words_after;

/// Text is checked and counted in parts of this length, each while it is in the first-level cache.
const PART_BYTES: usize = if cfg!(any(test, fuzzing)) { 7 } else { 16 << 10 };

/// Returns the number of words in a text.
///
/// # Errors
/// [`Error::InvalidUtf8`], [`Error::Stopped`].
///
/// ```
/// assert_eq!(engine::word_count::word_count("one two\u{3000}three ".as_bytes()), Ok(3));
/// ```
pub fn word_count(text: &[u8]) -> Result<u64> {
    let (mut start, mut count, mut inside_word) = (0, 0, false);
    let mut steps = Steps::begin();
    while start < text.len() {
        let end = boundary_before(text, start + PART_BYTES);
        let part = &text[start..end];
        if let Err(Error::InvalidUtf8 { offset }) = utf8::checked(part) {
            return Err(Error::InvalidUtf8 { offset: start + offset });
        }
        let (words, inside) = count_words_after(inside_word, part);
        count += words;
        inside_word = inside;
        steps.did(end - start)?;
        start = end;
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::Checked;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_text_has_as_many_words_as_its_document(
            bytes in prop_oneof!["[ab é\u{3000}😀\u{85}]{0,80}".prop_map(String::into_bytes), prop::collection::vec(any::<u8>(), 0..40)],
        ) {
            let expected = match Checked::new(&bytes) {
                Err(Error::NoWords) => Ok(0),
                checked => checked.map(|document| document.words()),
            };
            prop_assert_eq!(word_count(&bytes), expected);
        }
    }
}
