//! Which bytes of a text belong to words: of ASCII by themselves, of other characters by who looks them up.

#[cfg(all(any(target_arch = "x86_64", target_arch = "aarch64"), not(feature = "portable")))]
use super::whitespace::Place;
use super::{LANES, SimdLevel, portable};
#[cfg(all(target_arch = "x86_64", not(feature = "portable")))]
use super::{avx2, avx512};

/// 64 bytes of a text, a bit for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WordBytes {
    /// Letters, digits and underscores of ASCII.
    pub word: u64,
    /// Bytes of characters that are not ASCII.
    pub wide: u64,
}

/// A bit for each of the 128 characters of ASCII: whether it belongs to words.
#[cfg(all(target_arch = "x86_64", not(feature = "portable")))]
pub(super) const ASCII: [u64; 2] = {
    let mut set = [0; 2];
    let mut byte = 0_u8;
    while byte < 128 {
        if byte.is_ascii_alphanumeric() || byte == b'_' {
            set[byte as usize / 64] |= 1 << (byte % 64);
        }
        byte += 1;
    }
    set
};

/// The same as tables by the halves of a byte: digits, letters of the first rows, those of the second, the underscore.
#[cfg(all(any(target_arch = "x86_64", target_arch = "aarch64"), not(feature = "portable")))]
pub(super) const CLASSES: Place = {
    let mut place = Place { high: [0; 16], low: [0; 16] };
    let rows: [(&[usize], u16); 4] = [(&[0x3], 0x03FF), (&[0x4, 0x6], 0xFFFE), (&[0x5, 0x7], 0x07FF), (&[0x5], 0x8000)];
    let mut class = 0;
    while class < rows.len() {
        let (high, low) = rows[class];
        let mut at = 0;
        while at < high.len() {
            place.high[high[at]] |= 1 << class;
            at += 1;
        }
        let mut half = 0;
        while half < 16 {
            place.low[half] |= ((low >> half & 1) as u8) << class;
            half += 1;
        }
        class += 1;
    }
    place
};

/// Tells of every started 64 bytes of `text`, in order; bits behind the end of the text are unset.
#[inline]
pub fn scan_words(level: SimdLevel, text: &[u8], take: impl FnMut(WordBytes)) {
    match level {
        SimdLevel::Portable => portable::scan_words(text, take),
        #[cfg(all(target_arch = "x86_64", not(feature = "portable")))]
        SimdLevel::Avx2 => avx2::scan_words(text, take),
        #[cfg(all(target_arch = "x86_64", not(feature = "portable")))]
        SimdLevel::Avx512 => avx512::scan_words(text, take),
        #[cfg(all(target_arch = "aarch64", not(feature = "portable")))]
        SimdLevel::Neon => super::neon::scan_words(text, take),
    }
}

/// Drives `classify`, which is given 64 bytes; behind the end of the text, they are zeros.
#[inline(always)]
pub(super) fn scan_pieces_with<T>(text: &[u8], mut take: impl FnMut(T), classify: impl Fn(&[u8; LANES]) -> T) {
    let (pieces, rest) = text.as_chunks::<LANES>();
    for piece in pieces {
        take(classify(piece));
    }
    if !rest.is_empty() {
        let mut last = [0; LANES];
        last[..rest.len()].copy_from_slice(rest);
        take(classify(&last));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn assert_every_level(text: &[u8]) {
        let expected: Vec<WordBytes> = text
            .chunks(LANES)
            .map(|piece| {
                let bits = |test: fn(u8) -> bool| (0..).zip(piece).map(|(at, byte)| u64::from(test(*byte)) << at).sum();
                WordBytes {
                    word: bits(|byte| byte.is_ascii_alphanumeric() || byte == b'_'),
                    wide: bits(|byte| !byte.is_ascii()),
                }
            })
            .collect();
        for level in SimdLevel::available() {
            let mut found = Vec::new();
            scan_words(level, text, |piece| found.push(piece));
            assert_eq!(found, expected, "{:?} on {text:?}", level.name());
        }
    }

    #[test]
    fn every_byte_is_classified_at_every_level() {
        let all: Vec<u8> = (0..=u8::MAX).collect();
        (0..all.len()).for_each(|start| assert_every_level(&all[start..]));
    }

    proptest! {
        #[test]
        fn levels_agree_on_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            assert_every_level(&bytes);
        }
    }
}
