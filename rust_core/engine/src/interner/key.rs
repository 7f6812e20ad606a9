//! Keys that stand for strings in the hash table.

use std::hash::{BuildHasher, RandomState};

use crate::hash::folded_product;

/// Strings shorter than this fit into their key.
pub const KEY_BYTES: usize = 16;

/// Two integers that stand for a string. The key of a short string is its bytes, then zeros, then its length in the
/// last byte, so short strings with the same key are equal. The key of a long string is its hash and its length.
pub type StringKey = [u64; 2];

/// Marks the key of a long string, in its last byte.
const LONG_MARK: u64 = 0xFF << 56;

#[inline]
#[allow(clippy::cast_possible_truncation)] // Each half is used.
fn halves(bytes: [u8; KEY_BYTES]) -> [u64; 2] {
    let both = u128::from_le_bytes(bytes);
    [both as u64, (both >> 64) as u64]
}

/// Makes the keys of strings and their hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyHasher {
    seeds: [u64; 2],
}

impl Default for KeyHasher {
    fn default() -> Self {
        let random = RandomState::new();
        Self { seeds: [random.hash_one(0), random.hash_one(1)] }
    }
}

impl KeyHasher {
    /// Returns the key of a string.
    #[inline(never)]
    pub fn key(&self, string: &[u8]) -> StringKey {
        if string.len() >= KEY_BYTES {
            return [self.long_hash(string), string.len() as u64 | LONG_MARK];
        }
        let mut bytes = [0; KEY_BYTES];
        bytes[..string.len()].copy_from_slice(string);
        short_key(bytes, string.len())
    }

    /// Returns the hash of a key.
    #[inline]
    #[allow(clippy::cast_possible_truncation)] // The upper half.
    pub fn hash(&self, key: StringKey) -> u32 {
        (folded_product(key[0] ^ self.seeds[0], key[1] ^ self.seeds[1]) >> 32) as u32
    }

    fn long_hash(&self, string: &[u8]) -> u64 {
        let (pieces, rest) = string.as_chunks::<KEY_BYTES>();
        let last = self.key(rest);
        pieces
            .iter()
            .map(|piece| halves(*piece))
            .chain([last])
            .fold(self.seeds[0], |hash, piece| folded_product(piece[0] ^ hash, piece[1] ^ self.seeds[1]))
    }
}

/// Returns the key of the string in the first `len` bytes, fewer than 16.
#[inline]
pub fn short_key(bytes: [u8; KEY_BYTES], len: usize) -> StringKey {
    let (bytes, mask) = (halves(bytes), MASKS[len]);
    [bytes[0] & mask[0], bytes[1] & mask[1] | (len as u64) << 56]
}

/// Returns the bytes of a short string with this key, then zeros, and the length of the string.
#[inline]
pub fn short_bytes(key: StringKey) -> ([u8; KEY_BYTES], usize) {
    let mut bytes = [0; KEY_BYTES];
    bytes[..8].copy_from_slice(&key[0].to_le_bytes());
    bytes[8..].copy_from_slice(&key[1].to_le_bytes());
    (bytes, usize::from(std::mem::take(&mut bytes[KEY_BYTES - 1])))
}

/// Returns the length of the short string with this key.
#[inline]
#[allow(clippy::cast_possible_truncation)] // It is below 16.
pub fn short_length(key: StringKey) -> usize {
    (key[1] >> 56) as usize
}

/// Returns whether this is the key of a long string.
#[inline]
pub fn is_long(key: StringKey) -> bool {
    key[1] >= LONG_MARK
}

/// Returns the key of a short ASCII string in lower case, or None if the string is long or not ASCII.
#[inline]
pub fn ascii_lowercase(key: StringKey) -> Option<StringKey> {
    const EACH: u64 = u64::MAX / 0xFF;
    // The mark of a long string is not ASCII, and the length of a short string is below the letters.
    if (key[0] | key[1]) & (0x80 * EACH) != 0 {
        return None;
    }
    Some(key.map(|bytes| {
        let from_a = bytes + (0x80 - u64::from(b'A')) * EACH;
        let after_z = bytes + (0x7F - u64::from(b'Z')) * EACH;
        bytes | (from_a & !after_z & (0x80 * EACH)) >> 2
    }))
}

/// The bits of a key that belong to the bytes of a short string, for each length.
const MASKS: [StringKey; KEY_BYTES] = {
    let mut masks = [[0; 2]; KEY_BYTES];
    let mut len = 0;
    while len < KEY_BYTES {
        let mut bit = 0;
        while bit < 8 * len {
            masks[len][bit / 64] |= 1 << (bit % 64);
            bit += 1;
        }
        len += 1;
    }
    masks
};

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_lower_case_of_a_key_is_that_of_its_string(string in prop_oneof!["[\\x00-\\x7F]{0,20}", "[@A-Z\\[a-z`{é]{0,16}"]) {
            let hasher = KeyHasher::default();
            let key = hasher.key(string.as_bytes());
            let is_short_ascii = string.len() < KEY_BYTES && string.is_ascii();
            prop_assert_eq!(is_long(key), string.len() >= KEY_BYTES);
            prop_assert_eq!(
                ascii_lowercase(key),
                is_short_ascii.then(|| hasher.key(string.to_ascii_lowercase().as_bytes()))
            );
            if is_short_ascii {
                let (bytes, length) = short_bytes(key);
                prop_assert_eq!(&bytes[..length], string.as_bytes());
            }
        }
    }
}
