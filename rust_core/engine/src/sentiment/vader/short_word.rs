//! Short words in one integer, so that one operation handles all their bytes.

use std::ops::Range;

/// The bytes of an ASCII word in an integer, followed by zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShortWord(u128);

/// The bytes of the integer. A short word has fewer.
pub const SHORT_WORD_BYTES: usize = size_of::<u128>();

/// A 1 in each byte.
const EACH: u128 = u128::MAX / 0xFF;
/// The upper bit of each byte, which is 0 in ASCII characters.
const UPPER_BITS: u128 = EACH << 7;
/// The bit of each byte in which upper and lower case differ.
const CASE: u128 = EACH << 5;

impl ShortWord {
    /// The word at `place`; `None` if it is too long or not ASCII.
    #[inline]
    pub fn of(text: &[u8], place: &Range<usize>) -> Option<Self> {
        if place.len() >= SHORT_WORD_BYTES {
            return None;
        }
        let bytes = bytes_of(text, place);
        (bytes & UPPER_BITS == 0).then_some(Self(bytes))
    }

    /// The upper bits of the bytes that are between `first` and `last`.
    #[inline]
    fn within(self, first: u8, last: u8) -> u128 {
        let from_first = self.0 + EACH * u128::from(0x80 - first);
        let behind_last = self.0 + EACH * u128::from(0x7F - last);
        from_first & !behind_last & UPPER_BITS
    }

    /// The bytes in lower case.
    #[inline]
    pub fn lower(self) -> [u8; SHORT_WORD_BYTES] {
        // Shifts the upper bit to the bit in which upper and lower case differ.
        (self.0 | self.within(b'A', b'Z') >> 2).to_le_bytes()
    }

    /// Whether the word is in capitals.
    #[inline]
    pub fn is_upper(self) -> bool {
        self.within(b'A', b'Z') != 0 && self.within(b'a', b'z') == 0
    }

    /// Whether the word contains an apostrophe.
    #[inline]
    pub fn has_apostrophe(self) -> bool {
        // The subtraction borrows from the upper bit of a zero byte.
        let zero_where_it_is = self.0 ^ (EACH * u128::from(b'\''));
        zero_where_it_is.wrapping_sub(EACH) & !zero_where_it_is & UPPER_BITS != 0
    }

    /// A hash that does not depend on the case of letters.
    #[inline]
    pub fn caseless_hash(self) -> u64 {
        hash(self.0 | CASE)
    }
}

/// The bytes of a word, followed by zeros. There must be fewer than [`SHORT_WORD_BYTES`].
#[inline]
pub fn bytes_of(text: &[u8], place: &Range<usize>) -> u128 {
    match text[place.start..].first_chunk::<SHORT_WORD_BYTES>() {
        Some(bytes) => u128::from_le_bytes(*bytes) & FIRST_BYTES[place.len()],
        None => u128::from_le_bytes(padded(&text[place.clone()])),
    }
}

/// A hash; its upper bits are the best mixed.
#[inline]
#[allow(clippy::cast_possible_truncation)] // Takes both halves on purpose.
pub fn hash(bytes: u128) -> u64 {
    (bytes as u64 ^ ((bytes >> 64) as u64).rotate_left(32)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

fn padded(bytes: &[u8]) -> [u8; SHORT_WORD_BYTES] {
    let mut lanes = [0; SHORT_WORD_BYTES];
    lanes[..bytes.len()].copy_from_slice(bytes);
    lanes
}

/// For each number of bytes: a mask of the first bytes.
const FIRST_BYTES: [u128; SHORT_WORD_BYTES] = {
    let mut masks = [0; SHORT_WORD_BYTES];
    let mut bytes = 1;
    while bytes < SHORT_WORD_BYTES {
        masks[bytes] = masks[bytes - 1] << 8 | 0xFF;
        bytes += 1;
    }
    masks
};

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn short_words_are_ascii_words_of_few_bytes(text in "[ -~]{0,20}|[a-zé]{0,20}", behind in "[a-z]{0,20}") {
            let both = format!("{text}{behind}");
            let short = ShortWord::of(both.as_bytes(), &(0..text.len()));
            prop_assert_eq!(short, ShortWord::of(text.as_bytes(), &(0..text.len())));
            prop_assert_eq!(short.is_some(), text.len() < SHORT_WORD_BYTES && text.is_ascii());
            let Some(short) = short else { return Ok(()) };
            let lower = text.to_ascii_lowercase();
            prop_assert_eq!(short.lower(), padded(lower.as_bytes()));
            let hash_of_lower = ShortWord::of(lower.as_bytes(), &(0..text.len())).unwrap().caseless_hash();
            prop_assert_eq!(short.caseless_hash(), hash_of_lower);
            prop_assert_eq!(short.has_apostrophe(), text.contains('\''));
            let has = |kind: fn(&u8) -> bool| text.as_bytes().iter().any(kind);
            prop_assert_eq!(short.is_upper(), has(u8::is_ascii_uppercase) && !has(u8::is_ascii_lowercase));
        }
    }
}
