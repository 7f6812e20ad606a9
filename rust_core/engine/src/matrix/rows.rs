//! Rows: the distinct features of each document in order of their ids, and their counts.

use std::ops::Range;

use crate::checkpoint::UNITS_PER_LOOK;
use crate::error::Result;
use crate::matrix::row_block::RowBlock;
use crate::memory::{reserve, zeros};

/// The ids in one word of the upper level of bits.
const IDS_PER_SUMMARY: usize = 64 * 64;

/// The most occurrences of a short row.
pub(super) const FEW: usize = 32;

/// Makes rows from the features of documents, each feature as often as it occurs.
///
/// If rows are signed, an occurrence is twice its feature, plus one if it is subtracted.
#[derive(Debug, Default)]
pub(super) struct RowMaker {
    is_signed: bool,
    rows: RowBlock,
    /// For a long row: the count of each feature, a bit for each feature that occurs, and a bit for each word of bits.
    of_features: Vec<i64>,
    bits: Vec<u64>,
    summary: Vec<u64>,
    /// The number of occurrences of the current document in the sums, if its row is made in parts.
    summed: usize,
}

impl RowMaker {
    pub fn new(is_signed: bool) -> Self {
        Self { is_signed, ..Self::default() }
    }

    /// Makes room for the rows of this many documents with this many tokens.
    pub fn begin(&mut self, tokens: usize, documents: usize) -> Result<()> {
        reserve(&mut self.rows.lengths, documents)?;
        reserve(&mut self.rows.features, tokens)?;
        self.rows.counts.reserve(tokens)
    }

    /// Adds the row of a document whose occurrences are the first `number` of these, and changes their order. Features
    /// are below `bound`. It is faster if at least [`FEW`] occurrences follow.
    pub fn push(&mut self, occurrences: &mut [u32], number: usize, bound: usize) -> Result<()> {
        if self.is_signed {
            self.push_as::<true>(occurrences, number, bound)
        } else {
            self.push_as::<false>(occurrences, number, bound)
        }
    }

    /// Adds a row as [`push`](Self::push), that of a long document in parts, until `is_over` returns true. It gets the number
    /// of occurrences since its last call. Returns whether the row is added; call this function again until it is.
    #[inline]
    pub fn push_in_parts(
        &mut self,
        occurrences: &mut [u32],
        number: usize,
        bound: usize,
        is_over: impl FnMut(usize) -> bool,
    ) -> Result<bool> {
        if number <= UNITS_PER_LOOK || number < bound / IDS_PER_SUMMARY {
            return self.push(occurrences, number, bound).map(|()| true);
        }
        self.push_some(&occurrences[..number], bound, is_over)
    }

    /// Adds the next occurrences of a long document, and the row after the last one. Returns whether the row is added.
    #[cold]
    fn push_some(&mut self, occurrences: &[u32], bound: usize, mut is_over: impl FnMut(usize) -> bool) -> Result<bool> {
        let number = occurrences.len();
        self.make_room_for(bound)?;
        while self.summed < number {
            let some = &occurrences[self.summed..number.min(self.summed + UNITS_PER_LOOK)];
            if self.is_signed {
                self.add_all::<true>(some);
            } else {
                self.add_all::<false>(some);
            }
            self.summed += some.len();
            if is_over(some.len()) {
                return Ok(false);
            }
        }
        self.summed = 0;
        self.push_sums()?;
        Ok(true)
    }

    /// Returns whether a part of a row is made.
    pub fn has_part(&self) -> bool {
        self.summed > 0
    }

    fn push_as<const SIGNED: bool>(&mut self, occurrences: &mut [u32], number: usize, bound: usize) -> Result<()> {
        let before = self.rows.features.len();
        reserve(&mut self.rows.lengths, 1)?;
        reserve(&mut self.rows.features, number.max(FEW))?;
        self.rows.counts.reserve(number.max(FEW))?;
        let mut copy = [0; FEW];
        let few = occurrences.first_chunk::<FEW>().unwrap_or_else(|| {
            let number = number.min(FEW);
            copy[..number].copy_from_slice(&occurrences[..number]);
            &copy
        });
        match number {
            0 => {}
            1..=8 => self.push_few::<SIGNED, 8>(few.first_chunk().expect("it is shorter"), number)?,
            9..=16 => self.push_few::<SIGNED, 16>(few.first_chunk().expect("it is shorter"), number)?,
            17..=FEW => self.push_few::<SIGNED, FEW>(few, number)?,
            many => self.push_long::<SIGNED>(&mut occurrences[..many], bound)?,
        }
        self.rows.lengths.push(u32::try_from(self.rows.features.len() - before).expect("ids of features are 32 bits"));
        Ok(())
    }

    /// The place of an occurrence is the number of smaller features, so equal features have the same place, and the places
    /// after it stay empty. Compares all with all: vector instructions make that cheap, and no branch depends on the
    /// features. Loops and copies have a fixed length, because the rest of a vector takes longer than a whole one.
    fn push_few<const SIGNED: bool, const ROOM: usize>(
        &mut self,
        occurrences: &[u32; ROOM],
        number: usize,
    ) -> Result<()> {
        let (mut keys, mut places) = ([i32::MAX; ROOM], [0_u32; ROOM]);
        for (at, (key, occurrence)) in keys.iter_mut().zip(occurrences).enumerate() {
            // Signed integers can be compared with fewer instructions. No feature has the largest key.
            let own = (split::<SIGNED>(*occurrence).0 ^ 1 << 31).cast_signed();
            *key = if at < number { own } else { i32::MAX };
        }
        for other in keys {
            for (key, place) in keys.iter().zip(&mut places) {
                *place += u32::from(*key > other);
            }
        }
        let (mut by_place, mut sums, mut taken) = ([0; ROOM], [0_i8; ROOM], 1_u64 << number);
        for (place, occurrence) in places.iter().zip(occurrences).take(number) {
            let place = *place as usize % ROOM;
            let (feature, change) = split::<SIGNED>(*occurrence);
            by_place[place] = feature;
            taken |= 1 << place;
            if SIGNED {
                sums[place] += change;
            }
        }
        let (mut features, mut counts, mut distinct, mut place) = ([0; ROOM], [0_i8; ROOM], 0, 0);
        // The first place is always taken.
        taken &= taken - 1;
        while taken != 0 {
            let next = taken.trailing_zeros() as usize;
            taken &= taken - 1;
            features[distinct % ROOM] = by_place[place % ROOM];
            #[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap)] // There are at most `FEW` places.
            let count = (next - place) as i8;
            counts[distinct % ROOM] = if SIGNED { sums[place % ROOM] } else { count };
            (place, distinct) = (next, distinct + 1);
        }
        let end = self.rows.features.len() + distinct;
        self.rows.features.extend_from_slice(&features);
        self.rows.features.truncate(end);
        self.rows.counts.extend(&counts)?;
        self.rows.counts.truncate(end);
        Ok(())
    }

    fn push_long<const SIGNED: bool>(&mut self, occurrences: &mut [u32], bound: usize) -> Result<()> {
        if occurrences.len() >= bound / IDS_PER_SUMMARY {
            return self.push_many::<SIGNED>(occurrences, bound);
        }
        occurrences.sort_unstable();
        self.push_sorted::<SIGNED>(occurrences)
    }

    fn push_many<const SIGNED: bool>(&mut self, occurrences: &[u32], bound: usize) -> Result<()> {
        self.make_room_for(bound)?;
        self.add_all::<SIGNED>(occurrences);
        self.take_sums()
    }

    /// Adds occurrences to the sums, which have room for them.
    fn add_all<const SIGNED: bool>(&mut self, occurrences: &[u32]) {
        for occurrence in occurrences {
            let (feature, change) = split::<SIGNED>(*occurrence);
            self.add(feature, change.into());
        }
    }

    /// Makes room for the sums of features below `bound`.
    fn make_room_for(&mut self, bound: usize) -> Result<()> {
        if bound > self.of_features.len() {
            let summary = bound.next_power_of_two().div_ceil(IDS_PER_SUMMARY);
            let room = summary * IDS_PER_SUMMARY;
            (self.of_features, self.bits, self.summary) = (zeros(room)?, zeros(room / 64)?, zeros(summary)?);
        }
        Ok(())
    }

    #[inline]
    fn add(&mut self, feature: u32, change: i64) {
        let feature = feature as usize;
        self.of_features[feature] += change;
        self.bits[feature / 64] |= 1 << (feature % 64);
        self.summary[feature / IDS_PER_SUMMARY] |= 1 << (feature / 64 % 64);
    }

    /// Moves the sums of features to the rows, which have room for them.
    fn take_sums(&mut self) -> Result<()> {
        for (above, words) in self.summary.iter_mut().enumerate() {
            while *words != 0 {
                let word = above * 64 + words.trailing_zeros() as usize;
                *words &= *words - 1;
                let mut bits = std::mem::take(&mut self.bits[word]);
                while bits != 0 {
                    let feature = word * 64 + bits.trailing_zeros() as usize;
                    bits &= bits - 1;
                    self.rows.features.push(u32::try_from(feature).expect("ids of features are 32 bits"));
                    self.rows.counts.push(std::mem::take(&mut self.of_features[feature]))?;
                }
            }
        }
        Ok(())
    }

    fn push_sorted<const SIGNED: bool>(&mut self, occurrences: &[u32]) -> Result<()> {
        for equal in occurrences.chunk_by(|a, b| split::<SIGNED>(*a).0 == split::<SIGNED>(*b).0) {
            self.rows.features.push(split::<SIGNED>(equal[0]).0);
            self.rows.counts.push(equal.iter().map(|occurrence| i64::from(split::<SIGNED>(*occurrence).1)).sum())?;
        }
        Ok(())
    }

    /// Adds entries of a row of other rows to the sums of the next row. Features are below `bound`.
    pub fn sum(&mut self, others: &RowBlock, entries: Range<usize>, bound: usize) -> Result<()> {
        self.make_room_for(bound)?;
        for place in entries {
            self.add(others.features[place], others.counts.get(place));
        }
        Ok(())
    }

    /// Adds the row of the sums.
    pub fn push_sums(&mut self) -> Result<()> {
        let before = self.rows.features.len();
        let distinct = |above: usize| {
            let words = &self.bits[above * 64..][..64];
            words.iter().map(|word| word.count_ones() as usize).sum::<usize>()
        };
        let has_sums = |above: &usize| self.summary[*above] != 0;
        let entries = (0..self.summary.len()).filter(has_sums).map(distinct).sum();
        self.begin(entries, 1)?;
        self.take_sums()?;
        self.rows.lengths.push(u32::try_from(self.rows.features.len() - before).expect("ids of features are 32 bits"));
        Ok(())
    }

    /// Returns whether a row was added since the last call of [`take`](Self::take).
    pub fn has_rows(&self) -> bool {
        !self.rows.lengths.is_empty()
    }

    /// Returns the number of entries since the last call of [`take`](Self::take).
    pub fn entries(&self) -> usize {
        self.rows.features.len()
    }

    /// Returns the rows since the last call. The next rows are made in the memory of `spare`.
    pub fn replace(&mut self, mut spare: RowBlock) -> RowBlock {
        spare.clear();
        std::mem::replace(&mut self.rows, spare)
    }

    /// Returns the rows since the last call, in as little memory as possible.
    pub fn take(&mut self) -> RowBlock {
        let mut rows = self.replace(RowBlock::default());
        rows.shrink();
        rows
    }
}

/// The feature of an occurrence, and the change of its count.
#[inline]
#[allow(clippy::cast_possible_truncation)] // One bit.
pub(super) fn split<const SIGNED: bool>(occurrence: u32) -> (u32, i8) {
    if SIGNED { (occurrence >> 1, 1 - 2 * (occurrence & 1) as i8) } else { (occurrence, 1) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use proptest::prelude::*;

    fn rows(block: &RowBlock) -> Vec<Vec<(u32, i64)>> {
        let mut start = 0;
        let row = block.lengths.iter().map(|length| {
            let row = start..start + *length as usize;
            start = row.end;
            row.map(|place| (block.features[place], block.counts.get(place))).collect()
        });
        row.collect()
    }

    proptest! {
        #[test]
        fn a_row_has_each_feature_once_in_order(
            documents in prop::collection::vec(prop::collection::vec(prop_oneof![0..9_u32, 0..90_000_u32], 0..200), 0..9),
            repeated in 1..200_usize,
            is_signed: bool,
            in_parts: bool,
            following in 0..40_usize,
        ) {
            let (mut maker, mut expected, mut renamed) = (RowMaker::new(is_signed), Vec::new(), Vec::new());
            let bound = if is_signed { 45_000 } else { 90_000 };
            for document in documents {
                let mut occurrences = document.clone();
                occurrences.extend(document.iter().take(1).cycle().take(if document.is_empty() { 0 } else { repeated }));
                let mut row: BTreeMap<u32, i64> = BTreeMap::new();
                for occurrence in &occurrences {
                    let (feature, change) =
                        if is_signed { (occurrence / 2, 1 - 2 * i64::from(occurrence % 2)) } else { (*occurrence, 1) };
                    *row.entry(feature).or_default() += change;
                }
                let number = occurrences.len();
                // These are not occurrences of this document.
                occurrences.extend((0..).take(following));
                if in_parts {
                    while !maker.push_in_parts(&mut occurrences, number, bound, |_| true).unwrap() {
                        prop_assert!(maker.has_part());
                    }
                    prop_assert!(!maker.has_part());
                } else {
                    maker.push(&mut occurrences, number, bound).unwrap();
                }
                renamed.push(row.iter().rev().map(|(feature, count)| (89_999 - feature, *count)).collect::<Vec<_>>());
                expected.push(row.into_iter().collect::<Vec<_>>());
            }
            let mut block = maker.take();
            prop_assert_eq!(rows(&block), expected);
            block.rename(&(0..90_000).rev().collect::<Vec<_>>()).unwrap();
            prop_assert_eq!(rows(&block), renamed);
            prop_assert_eq!(rows(&maker.take()), Vec::<Vec<_>>::new());
        }
    }
}
