//! Every character is a token, as in Python's `list(text)`.

use crate::error::Result;
use crate::interner::Words;
use crate::memory::reserve;
use crate::scanner::LANES;
use crate::tokenizer::bit_runs::Runs;
use crate::tokenizer::block::MAX_TEXT_BYTES;

/// Finds the characters of one text after another.
#[derive(Default)]
pub struct CharacterTokenizer {
    /// One bit for each byte: set after the end of the text.
    between: Vec<u64>,
    runs: Runs,
}

impl CharacterTokenizer {
    /// Loads a text and returns the number of its characters. The text must be UTF-8 and contain only complete
    /// characters.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); then no text is loaded.
    ///
    /// # Panics
    /// Panics if the text is longer than [`MAX_TEXT_BYTES`].
    pub fn read(&mut self, text: &[u8]) -> Result<usize> {
        assert!(text.len() <= MAX_TEXT_BYTES, "a text of {} bytes is too long", text.len());
        let masks = text.len().div_ceil(LANES);
        self.between.clear();
        reserve(&mut self.between, masks)?;
        self.between.resize(masks, 0);
        self.runs.begin(masks, std::iter::empty())?;
        for (piece, begins) in text.chunks(LANES).zip(self.runs.borders_mut()) {
            *begins = piece.iter().rev().fold(0, |bits, byte| bits << 1 | u64::from(byte & 0xC0 != 0x80));
        }
        if let Some(last) = self.between.last_mut().filter(|_| !text.len().is_multiple_of(LANES)) {
            *last = !0 << (text.len() % LANES);
        }
        Ok(self.runs.count(&self.between))
    }

    /// Calls `take` with the characters of the text, many at a time.
    #[inline]
    pub fn words(&mut self, take: impl FnMut(Words)) {
        self.runs.words(&self.between, take);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_character_is_a_token(text in "[a é光😀\n]{0,200}") {
            let mut tokenizer = CharacterTokenizer::default();
            tokenizer.read("é".repeat(100).as_bytes()).unwrap();
            let number = tokenizer.read(text.as_bytes()).unwrap();
            let mut characters = Vec::new();
            tokenizer.words(|some| {
                characters.extend(some.starts.iter().zip(some.ends).map(|(start, end)| &text[*start as usize..*end as usize]));
            });
            prop_assert_eq!(characters.len(), number);
            prop_assert_eq!(characters, text.split("").filter(|character| !character.is_empty()).collect::<Vec<_>>());
        }
    }
}
