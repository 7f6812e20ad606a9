//! Masks of the bytes that belong to words. The bytes of other characters than ASCII have a mask of their own: the
//! tokenizer looks these characters up.

#[cfg(all(any(target_arch = "x86_64", target_arch = "aarch64"), not(feature = "portable")))]
use super::whitespace::NibbleTables;

/// Masks for 64 bytes of a text: one bit for each byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WordBytes {
    /// ASCII letters, digits and underscores.
    pub word: u64,
    /// Bytes of characters that are not ASCII.
    pub non_ascii: u64,
}

/// One bit for each of the 128 characters of ASCII: whether it belongs to words.
#[cfg(all(target_arch = "x86_64", not(feature = "portable")))]
pub(super) const ASCII_WORD_BITS: [u64; 2] = {
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

/// The same characters as tables by the halves of a byte. The classes are: digits, letters of the first rows,
/// letters of the second rows, the underscore.
#[cfg(all(any(target_arch = "x86_64", target_arch = "aarch64"), not(feature = "portable")))]
pub(super) const WORD_TABLES: NibbleTables = {
    let mut place = NibbleTables { high: [0; 16], low: [0; 16] };
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
