//! The arrays of compressed rows (CSR), and their parts, which threads write.

use std::mem::take;

use bytemuck::Pod;

use crate::checkpoint::Steps;
use crate::error::Result;
use crate::matrix::places::places_of;
use crate::matrix::row_block::RowBlock;
use crate::matrix::trie::NO_ID;
use crate::memory::Buffer;

/// A type of the numbers in a matrix.
pub trait Number: Pod + Send + Sync {
    /// Converts a count.
    fn of(count: i64) -> Self;
}

macro_rules! numbers {
    ($($number:ty),+) => {
        $(impl Number for $number {
            #[inline]
            #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)] // As in NumPy.
            fn of(count: i64) -> Self {
                count as Self
            }
        })+
    };
}

numbers!(i32, i64, f32, f64);

/// Compressed rows: the row of document `d` is `row_ends[d]..row_ends[d + 1]` in the other arrays.
#[derive(Debug, Default)]
pub struct Csr<I: Pod, T: Pod> {
    /// The index where each row begins, and where the last one ends.
    pub row_ends: Buffer<I>,
    /// The column of each entry.
    pub columns: Buffer<I>,
    /// The value of each entry.
    pub values: Buffer<T>,
}

impl<I: Number, T: Number> Csr<I, T> {
    /// Arrays without rows, and with room for these numbers of rows and entries.
    pub(super) fn with_room_for(rows: usize, entries: usize) -> Result<Self> {
        let mut csr = Self {
            row_ends: Buffer::with_room_for(rows + 1)?,
            columns: Buffer::with_room_for(entries)?,
            values: Buffer::with_room_for(entries)?,
        };
        csr.row_ends.room()[0] = I::of(0);
        Ok(csr)
    }

    /// The room of all arrays.
    pub(super) fn rest(&mut self) -> ArrayPart<'_, I, T> {
        let (row_ends, columns, values) = (&mut self.row_ends.room()[1..], self.columns.room(), self.values.room());
        ArrayPart { before: 0, row_ends, columns, values }
    }

    /// Frees the room that is left.
    pub(super) fn shrink(&mut self) {
        self.columns.shrink();
        self.values.shrink();
    }

    /// Appends rows that were written to the room.
    pub(super) fn take(&mut self, rows: usize, entries: usize) {
        self.row_ends.take(rows + 1);
        self.columns.take(entries);
        self.values.take(entries);
    }
}

/// The arrays from some row on.
pub(super) struct ArrayPart<'a, I, T> {
    /// The number of entries before these rows.
    before: usize,
    row_ends: &'a mut [I],
    columns: &'a mut [I],
    values: &'a mut [T],
}

impl<'a, I: Number, T: Number> ArrayPart<'a, I, T> {
    /// Removes and returns the part for these numbers of rows and entries.
    pub fn split(&mut self, rows: usize, entries: usize) -> Self {
        let (row_ends, columns, values);
        (row_ends, self.row_ends) = take(&mut self.row_ends).split_at_mut(rows);
        (columns, self.columns) = take(&mut self.columns).split_at_mut(entries);
        (values, self.values) = take(&mut self.values).split_at_mut(entries);
        let part = ArrayPart { before: self.before, row_ends, columns, values };
        self.before += entries;
        part
    }

    /// The number of entries before these rows.
    pub fn before(&self) -> usize {
        self.before
    }

    /// Writes rows, which fill the part.
    pub fn write(mut self, block: &RowBlock, columns: &ColumnMap, is_binary: bool) {
        let is_complete = self.write_some(block, &mut Written::default(), usize::MAX, columns, is_binary);
        debug_assert!(is_complete, "there was no limit");
    }

    /// Writes the next entries of rows, which fill the part, about `most` of them. `written` is the place after the entries
    /// that are written. Returns whether all are written.
    pub fn write_some(
        &mut self,
        block: &RowBlock,
        written: &mut Written,
        most: usize,
        columns: &ColumnMap,
        is_binary: bool,
    ) -> bool {
        let has_all = self.columns.len() == block.features.len();
        let Written { mut rows, mut row_end, mut read, mut at } = *written;
        let stop = block.features.len().min(read.saturating_add(most));
        if has_all {
            let some = read..stop;
            let features = self.columns[some.clone()].iter_mut().zip(&block.features[some.clone()]);
            features.for_each(|(place, feature)| *place = I::of(i64::from(columns.get(*feature))));
            block.counts.write(read, &mut self.values[some], |count| T::of(if is_binary { 1 } else { count }));
        }
        for (length, place) in block.lengths[rows..].iter().zip(&mut self.row_ends[rows..]) {
            let end = row_end + *length as usize;
            if has_all {
                at = end;
            } else {
                for place in (read..end.min(stop)).filter(|place| columns.get(block.features[*place]) != NO_ID) {
                    self.columns[at] = I::of(i64::from(columns.get(block.features[place])));
                    self.values[at] = T::of(if is_binary { 1 } else { block.counts.get(place) });
                    at += 1;
                }
                read = end.min(stop);
            }
            if end > stop {
                break;
            }
            *place = I::of(i64::try_from(self.before + at).expect("fewer than the bytes of memory"));
            (rows, row_end) = (rows + 1, end);
        }
        *written = Written { rows, row_end, read: stop, at };
        rows == block.lengths.len()
    }
}

/// How much of a block of rows is written.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Written {
    /// The number of complete rows, and of their entries.
    rows: usize,
    row_end: usize,
    /// The number of entries that are read, and of those that are written.
    read: usize,
    at: usize,
}

/// The column of each feature.
pub(super) struct ColumnMap {
    /// [`NO_ID`] for a feature that is not a column; None if each feature is the column with its number.
    columns: Option<Vec<u32>>,
    /// Whether all features are columns.
    has_all: bool,
}

impl ColumnMap {
    /// The map for the feature of each column, if not all features are columns in order of their ids.
    pub fn new(columns: Option<&[u32]>, features: usize, steps: &mut Steps) -> Result<Self> {
        let Some(columns) = columns else { return Ok(Self { columns: None, has_all: true }) };
        let column_of = places_of(columns, features, steps)?;
        Ok(Self { columns: Some(column_of), has_all: columns.len() == features })
    }

    #[inline]
    fn get(&self, feature: u32) -> u32 {
        self.columns.as_ref().map_or(feature, |columns| columns[feature as usize])
    }

    /// The number of entries in columns.
    pub fn entries(&self, block: &RowBlock) -> usize {
        if self.has_all {
            return block.features.len();
        }
        block.features.iter().filter(|feature| self.get(**feature) != NO_ID).count()
    }
}
