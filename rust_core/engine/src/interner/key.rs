//! Keys: two integers that stand for a string.

use std::hash::{BuildHasher, RandomState};

use crate::hash::folded_product;

/// Strings shorter than this are compared as two integers.
pub const LONG: usize = 16;

/// Two integers that stand for a string: of a short one the bytes, zeros behind them, and its length in the last byte; of
/// a long one its hash and its length. Short strings with the same key are the same.
pub type StringKey = [u64; 2];

/// The last byte of the key of a long string.
const LONG_MARK: u64 = 0xFF << 56;

#[inline]
#[allow(clippy::cast_possible_truncation)] // Each half is meant.
fn halves(bytes: [u8; LONG]) -> [u64; 2] {
    let both = u128::from_le_bytes(bytes);
    [both as u64, (both >> 64) as u64]
}

/// Makes the keys of strings, and their hashes.
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
    #[inline(never)]
    pub fn key(&self, string: &[u8]) -> StringKey {
        if string.len() >= LONG {
            return [self.long_hash(string), string.len() as u64 | LONG_MARK];
        }
        let mut bytes = [0; LONG];
        bytes[..string.len()].copy_from_slice(string);
        short_key(bytes, string.len())
    }

    #[inline]
    #[allow(clippy::cast_possible_truncation)] // The upper half is meant.
    pub fn hash(&self, key: StringKey) -> u32 {
        (folded_product(key[0] ^ self.seeds[0], key[1] ^ self.seeds[1]) >> 32) as u32
    }

    fn long_hash(&self, string: &[u8]) -> u64 {
        let (pieces, rest) = string.as_chunks::<LONG>();
        let last = self.key(rest);
        pieces
            .iter()
            .map(|piece| halves(*piece))
            .chain([last])
            .fold(self.seeds[0], |hash, piece| folded_product(piece[0] ^ hash, piece[1] ^ self.seeds[1]))
    }
}

/// The key of a short string that begins here.
#[inline]
pub fn short_key(bytes: [u8; LONG], len: usize) -> StringKey {
    let (bytes, mask) = (halves(bytes), MASKS[len]);
    [bytes[0] & mask[0], bytes[1] & mask[1] | (len as u64) << 56]
}

/// Which bits of a key belong to the bytes of a short string of each length.
const MASKS: [StringKey; LONG] = {
    let mut masks = [[0; 2]; LONG];
    let mut len = 0;
    while len < LONG {
        let mut bit = 0;
        while bit < 8 * len {
            masks[len][bit / 64] |= 1 << (bit % 64);
            bit += 1;
        }
        len += 1;
    }
    masks
};
