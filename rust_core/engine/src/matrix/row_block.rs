//! The rows of consecutive documents, and their counts in as little memory as possible.

use crate::error::Result;
use crate::matrix::row_sort::sort_row;
use crate::memory::{list_for, reserve};

/// The rows of consecutive documents.
#[derive(Debug, Default)]
pub(super) struct RowBlock {
    /// The number of features of each document.
    pub lengths: Vec<u32>,
    pub features: Vec<u32>,
    pub counts: Counts,
}

/// The counts of features. Most counts are small.
#[derive(Debug)]
pub(super) enum Counts {
    Narrow(Vec<i8>),
    Wide(Vec<i64>),
}

impl Default for Counts {
    fn default() -> Self {
        Self::Narrow(Vec::new())
    }
}

impl Counts {
    /// Appends a count. There is room for it, if counts are narrow.
    #[inline]
    pub fn push(&mut self, count: i64) -> Result<()> {
        match self {
            Self::Narrow(counts) => match i8::try_from(count) {
                Ok(count) => counts.push(count),
                Err(_) => self.widen(count)?,
            },
            Self::Wide(counts) => {
                reserve(counts, 1)?;
                counts.push(count);
            }
        }
        Ok(())
    }

    /// Appends a count that does not fit into one byte.
    #[cold]
    fn widen(&mut self, count: i64) -> Result<()> {
        if let Self::Narrow(counts) = self {
            let mut wide = list_for(counts.len() + 1)?;
            wide.extend(counts.iter().map(|count| i64::from(*count)));
            wide.push(count);
            *self = Self::Wide(wide);
        }
        Ok(())
    }

    /// Appends narrow counts. There is room for them, if counts are narrow.
    #[inline]
    pub fn extend(&mut self, more: &[i8]) -> Result<()> {
        match self {
            Self::Narrow(counts) => counts.extend_from_slice(more),
            Self::Wide(counts) => {
                reserve(counts, more.len())?;
                counts.extend(more.iter().map(|count| i64::from(*count)));
            }
        }
        Ok(())
    }

    /// Removes all counts.
    fn clear(&mut self) {
        match self {
            Self::Narrow(counts) => counts.clear(),
            Self::Wide(_) => *self = Self::default(),
        }
    }

    /// Keeps only the first `len` counts.
    #[inline]
    pub fn truncate(&mut self, len: usize) {
        match self {
            Self::Narrow(counts) => counts.truncate(len),
            Self::Wide(counts) => counts.truncate(len),
        }
    }

    /// Makes room for more counts, if counts are narrow.
    pub fn reserve(&mut self, more: usize) -> Result<()> {
        if let Self::Narrow(counts) = self { reserve(counts, more) } else { Ok(()) }
    }

    /// The count at a place.
    #[inline]
    pub fn get(&self, place: usize) -> i64 {
        match self {
            Self::Narrow(counts) => i64::from(counts[place]),
            Self::Wide(counts) => counts[place],
        }
    }

    /// Writes the counts from number `first` on, converted, to all of these places.
    pub fn write<T>(&self, first: usize, places: &mut [T], convert: impl Fn(i64) -> T) {
        match self {
            Self::Narrow(counts) => {
                let counts = &counts[first..];
                places.iter_mut().zip(counts).for_each(|(place, count)| *place = convert(i64::from(*count)));
            }
            Self::Wide(counts) => {
                places.iter_mut().zip(&counts[first..]).for_each(|(place, count)| *place = convert(*count));
            }
        }
    }

    /// Moves the counts of a row, which begins at `start`, to the places that `sorted` has in its lower halves.
    fn reorder(&mut self, start: usize, sorted: &[u64], moved: &mut Vec<i64>) -> Result<()> {
        moved.clear();
        reserve(moved, sorted.len())?;
        #[allow(clippy::cast_possible_truncation)] // Takes the lower half on purpose.
        let places = sorted.iter().map(|both| start + *both as u32 as usize);
        match self {
            Self::Narrow(counts) => {
                moved.extend(places.map(|place| i64::from(counts[place])));
                #[allow(clippy::cast_possible_truncation)] // They were narrow before.
                counts[start..].iter_mut().zip(moved).for_each(|(count, moved)| *count = *moved as i8);
            }
            Self::Wide(counts) => {
                moved.extend(places.map(|place| counts[place]));
                counts[start..start + sorted.len()].copy_from_slice(moved);
            }
        }
        Ok(())
    }
}

impl RowBlock {
    /// Frees the room that is left.
    pub fn shrink(&mut self) {
        self.lengths.shrink_to_fit();
        self.features.shrink_to_fit();
        if let Counts::Narrow(counts) = &mut self.counts {
            counts.shrink_to_fit();
        }
    }

    /// Removes all rows, and keeps the memory.
    pub fn clear(&mut self) {
        self.lengths.clear();
        self.features.clear();
        self.counts.clear();
    }

    /// Calls `take` with each feature of each row, and its count.
    pub fn each(&self, mut take: impl FnMut(u32, i64)) {
        match &self.counts {
            Counts::Narrow(counts) => {
                self.features.iter().zip(counts).for_each(|(feature, count)| take(*feature, i64::from(*count)));
            }
            Counts::Wide(counts) => {
                self.features.iter().zip(counts).for_each(|(feature, count)| take(*feature, *count));
            }
        }
    }

    /// Replaces each feature by the one in `map`, and sorts the rows again.
    pub fn rename(&mut self, map: &[u32]) -> Result<()> {
        let (mut row, mut moved): (Vec<u64>, Vec<i64>) = Default::default();
        let mut start = 0;
        for length in &self.lengths {
            let end = start + *length as usize;
            row.clear();
            reserve(&mut row, end - start)?;
            let features = &mut self.features[start..end];
            row.extend(
                (0..)
                    .zip(&*features)
                    .map(|(place, feature): (u64, &u32)| u64::from(map[*feature as usize]) << 32 | place),
            );
            sort_row(&mut row);
            #[allow(clippy::cast_possible_truncation)] // Takes the upper half on purpose.
            features.iter_mut().zip(&row).for_each(|(feature, both)| *feature = (both >> 32) as u32);
            self.counts.reorder(start, &row, &mut moved)?;
            start = end;
        }
        Ok(())
    }
}
