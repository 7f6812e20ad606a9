//! Hash functions.

/// Mixes two integers: returns the two halves of their product, combined by exclusive or.
#[inline]
#[allow(clippy::cast_possible_truncation)] // Each half is used.
pub fn folded_product(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

/// Returns the hash `MurmurHash3_x86_32`.
///
/// ```
/// assert_eq!(engine::hash::murmur3(b"hello", 0), 0x248b_fa47);
/// ```
pub fn murmur3(bytes: &[u8], seed: u32) -> u32 {
    const MIX: [u32; 2] = [0xCC9E_2D51, 0x1B87_3593];
    let mixed = |word: u32| word.wrapping_mul(MIX[0]).rotate_left(15).wrapping_mul(MIX[1]);
    let (words, rest) = bytes.as_chunks::<4>();
    let mut hash = words.iter().fold(seed, |hash, word| {
        (hash ^ mixed(u32::from_le_bytes(*word))).rotate_left(13).wrapping_mul(5).wrapping_add(0xE654_6B64)
    });
    let mut last = [0; 4];
    last[..rest.len()].copy_from_slice(rest);
    hash ^= mixed(u32::from_le_bytes(last));
    #[allow(clippy::cast_possible_truncation)] // The length is taken modulo 2^32.
    let length = bytes.len() as u32;
    hash ^= length;
    hash = (hash ^ hash >> 16).wrapping_mul(0x85EB_CA6B);
    hash = (hash ^ hash >> 13).wrapping_mul(0xC2B2_AE35);
    hash ^ hash >> 16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn murmur3_returns_the_hashes_of_the_original_implementation() {
        // The expected hashes were computed by the original implementation.
        for (text, seed, hash) in [
            ("", 0, 0),
            ("", 1, 0x514E_28B7),
            ("test", 0, 0xBA6B_D213),
            ("Hello, world!", 0, 0xC036_3E43),
            ("aaa", 0x9747_B28C, 0x283E_0130),
        ] {
            assert_eq!(murmur3(text.as_bytes(), seed), hash, "{text:?}");
        }
    }
}
