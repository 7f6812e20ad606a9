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
#[derive(Debug, Clone, Copy)]
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
