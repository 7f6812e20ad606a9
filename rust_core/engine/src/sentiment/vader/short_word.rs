//! ShortWord words, all of whose bytes are looked at together.

use std::ops::Range;

/// The bytes of a word of ASCII in an integer, with zeros behind them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShortWord(u128);

/// Bytes that are looked at together: more than a short word has.
pub const SHORT_WORD_BYTES: usize = size_of::<u128>();

/// A one in each of the bytes.
const EACH: u128 = u128::MAX / 0xFF;
/// The upper bit of each, which no character of ASCII has.
const UPPER_BITS: u128 = EACH << 7;
/// The bit that upper and lower case differ in.
const CASE: u128 = EACH << 5;

impl ShortWord {
    /// The word at a place in a text; None where it is long or not all ASCII.
    #[inline]
    pub fn of(text: &[u8], place: &Range<usize>) -> Option<Self> {
        if place.len() >= SHORT_WORD_BYTES {
            return None;
        }
        let bytes = bytes_of(text, place);
        (bytes & UPPER_BITS == 0).then_some(Self(bytes))
    }

    /// The upper bits of the bytes that are from `first` to `last`.
    #[inline]
    fn within(self, first: u8, last: u8) -> u128 {
        let from_first = self.0 + EACH * u128::from(0x80 - first);
        let behind_last = self.0 + EACH * u128::from(0x7F - last);
        from_first & !behind_last & UPPER_BITS
    }

    /// Its bytes in lower case.
    #[inline]
    pub fn lower(self) -> [u8; SHORT_WORD_BYTES] {
        // From the upper bit to the one that upper and lower case differ in.
        (self.0 | self.within(b'A', b'Z') >> 2).to_le_bytes()
    }

    /// Whether it is in capitals.
    #[inline]
    pub fn is_upper(self) -> bool {
        self.within(b'A', b'Z') != 0 && self.within(b'a', b'z') == 0
    }

    /// Whether there is an apostrophe in it.
    #[inline]
    pub fn has_apostrophe(self) -> bool {
        // Borrowing begins at a zero.
        let zero_where_it_is = self.0 ^ (EACH * u128::from(b'\''));
        zero_where_it_is.wrapping_sub(EACH) & !zero_where_it_is & UPPER_BITS != 0
    }

    /// A hash that does not depend on the case of letters.
    #[inline]
    pub fn caseless_hash(self) -> u64 {
        hash(self.0 | CASE)
    }
}

/// The bytes of a word, fewer than [`SHORT_WORD_BYTES`], with zeros behind them.
#[inline]
pub fn bytes_of(text: &[u8], place: &Range<usize>) -> u128 {
    match text[place.start..].first_chunk::<SHORT_WORD_BYTES>() {
        Some(bytes) => u128::from_le_bytes(*bytes) & FIRST[place.len()],
        None => u128::from_le_bytes(padded(&text[place.clone()])),
    }
}

/// A hash, the upper bits of which are the good ones.
#[inline]
#[allow(clippy::cast_possible_truncation)] // Each half is meant.
pub fn hash(bytes: u128) -> u64 {
    (bytes as u64 ^ ((bytes >> 64) as u64).rotate_left(32)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

fn padded(bytes: &[u8]) -> [u8; SHORT_WORD_BYTES] {
    let mut lanes = [0; SHORT_WORD_BYTES];
    lanes[..bytes.len()].copy_from_slice(bytes);
    lanes
}

/// All bits of so many bytes.
const FIRST: [u128; SHORT_WORD_BYTES] = {
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
        fn short_words_are_those_of_few_bytes_of_ascii(text in "[ -~]{0,20}|[a-zé]{0,20}", behind in "[a-z]{0,20}") {
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
