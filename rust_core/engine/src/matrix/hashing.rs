//! The hashing trick: a feature's column is a hash of its name, so that no vocabulary is needed.

use crate::error::Result;
use crate::matrix::features::Features;
use crate::matrix::ngram_finder::{Block, Entry, Rows};
use crate::memory::{list_for, reserve};

/// `MurmurHash3_x86_32`.
///
/// ```
/// assert_eq!(engine::matrix::murmur3(b"hello", 0), 0x248b_fa47);
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

/// Columns of features, for a matrix of so many.
#[derive(Debug)]
pub(super) struct Hashing {
    pub columns: u32,
    /// Whether half of the features count downwards, so that those which share a column cancel out rather than add up.
    pub alternates: bool,
    of_features: Vec<Entry>,
    name: Vec<u8>,
    row: Vec<u64>,
    hashed: Vec<Entry>,
    ends: Vec<usize>,
}

impl Hashing {
    pub fn new(columns: u32, alternates: bool) -> Self {
        let lists = (Vec::new(), Vec::new(), Vec::new());
        let (of_features, name, row) = lists;
        Self { columns, alternates, of_features, name, row, hashed: Vec::new(), ends: Vec::new() }
    }

    /// Forgets the features.
    pub fn clear(&mut self) {
        self.of_features.clear();
    }

    /// The rows with columns in place of features, each once, in order. The counts are those of `i32`.
    pub fn hash(&mut self, rows: &Rows, features: &Features, between: &[u8]) -> Result<Block> {
        let known = self.of_features.len();
        reserve(&mut self.of_features, features.len() - known)?;
        for feature in known..features.len() {
            self.name.clear();
            features.name(u32::try_from(feature).expect("ids are 32 bits"), between, &mut self.name)?;
            let hash = murmur3(&self.name, 0).cast_signed();
            // As scikit-learn: for -2^31 this is what 2^31 modulo the columns would be.
            let sign = if self.alternates && hash < 0 { -1_i32 } else { 1 };
            self.of_features.push(Entry { feature: hash.unsigned_abs() % self.columns, count: sign.cast_unsigned() });
        }
        self.hashed.clear();
        self.ends.clear();
        reserve(&mut self.hashed, rows.entries().len())?;
        reserve(&mut self.ends, rows.ends().len())?;
        let mut start = 0;
        for end in rows.ends() {
            self.row.clear();
            reserve(&mut self.row, end - start)?;
            self.row.extend(rows.entries()[start..*end].iter().map(|entry| {
                let Entry { feature: column, count: sign } = self.of_features[entry.feature as usize];
                u64::from(column) << 32 | u64::from(entry.count.wrapping_mul(sign))
            }));
            self.row.sort_unstable();
            let first = self.hashed.len();
            for both in &self.row {
                #[allow(clippy::cast_possible_truncation)] // Each half is meant.
                let (column, count) = ((both >> 32) as u32, *both as u32);
                match self.hashed[first..].last_mut() {
                    Some(entry) if entry.feature == column => entry.count = entry.count.wrapping_add(count),
                    _ => self.hashed.push(Entry { feature: column, count }),
                }
            }
            self.ends.push(self.hashed.len());
            start = *end;
        }
        let (mut entries, mut ends) = (list_for(self.hashed.len())?, list_for(self.ends.len())?);
        entries.extend_from_slice(&self.hashed);
        ends.extend_from_slice(&self.ends);
        Ok(Block { entries, ends })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_murmurhash3() {
        // The vectors that its author's implementation gives.
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
