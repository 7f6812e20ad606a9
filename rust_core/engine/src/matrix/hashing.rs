//! The hashing trick: the column of a feature is a hash of its name, so no vocabulary is needed.

use crate::error::Result;
use crate::hash::murmur3;
use crate::matrix::features::Features;
use crate::matrix::ngram_finder::{BlockRows, CountedRows, FeatureCount};
use crate::memory::{list_for, reserve};

/// Turns features into columns by their hashes.
#[derive(Debug)]
pub(super) struct Hashing {
    pub columns: u32,
    /// Whether half of the features have negative counts. Features that share a column then tend to cancel out.
    pub alternates: bool,
    of_features: Vec<FeatureCount>,
    name: Vec<u8>,
    row: Vec<u64>,
    hashed: Vec<FeatureCount>,
    ends: Vec<usize>,
}

impl Hashing {
    pub fn new(columns: u32, alternates: bool) -> Self {
        let lists = (Vec::new(), Vec::new(), Vec::new());
        let (of_features, name, row) = lists;
        Self { columns, alternates, of_features, name, row, hashed: Vec::new(), ends: Vec::new() }
    }

    /// Forgets the columns of the features.
    pub fn clear(&mut self) {
        self.of_features.clear();
    }

    /// The rows with columns instead of features: sorted, each column once. The bits of a count are those of an `i32`.
    pub fn hash(&mut self, rows: &CountedRows, features: &Features, between: &[u8]) -> Result<BlockRows> {
        let known = self.of_features.len();
        reserve(&mut self.of_features, features.len() - known)?;
        for feature in known..features.len() {
            self.name.clear();
            features.name(u32::try_from(feature).expect("ids are 32 bits"), between, &mut self.name)?;
            let hash = murmur3(&self.name, 0).cast_signed();
            // As in scikit-learn: -2^31 has the column of 2^31.
            let sign = if self.alternates && hash < 0 { -1_i32 } else { 1 };
            self.of_features
                .push(FeatureCount { feature: hash.unsigned_abs() % self.columns, count: sign.cast_unsigned() });
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
                let FeatureCount { feature: column, count: sign } = self.of_features[entry.feature as usize];
                u64::from(column) << 32 | u64::from(entry.count.wrapping_mul(sign))
            }));
            self.row.sort_unstable();
            let first = self.hashed.len();
            for both in &self.row {
                #[allow(clippy::cast_possible_truncation)] // Takes both halves on purpose.
                let (column, count) = ((both >> 32) as u32, *both as u32);
                match self.hashed[first..].last_mut() {
                    Some(entry) if entry.feature == column => entry.count = entry.count.wrapping_add(count),
                    _ => self.hashed.push(FeatureCount { feature: column, count }),
                }
            }
            self.ends.push(self.hashed.len());
            start = *end;
        }
        let (mut entries, mut ends) = (list_for(self.hashed.len())?, list_for(self.ends.len())?);
        entries.extend_from_slice(&self.hashed);
        ends.extend_from_slice(&self.ends);
        Ok(BlockRows { entries, ends })
    }
}
