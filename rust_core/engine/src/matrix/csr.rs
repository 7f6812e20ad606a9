//! The matrix: its columns, and its rows in compressed form (CSR).

use std::sync::Arc;
use std::sync::Mutex;

use bytemuck::Pod;

use crate::checkpoint::Steps;
use crate::error::Result;
use crate::matrix::features::Features;
use crate::matrix::rows::RowBlock;
use crate::matrix::trie::NO_ID;
use crate::matrix::vectorizer::{Task, Vectorizer};
use crate::memory::{Buffer, list_for, zeros};

/// With fewer entries, starting a thread would cost more time than it saves.
const MIN_ENTRIES_PER_THREAD: usize = if cfg!(test) { 8 } else { 1 << 17 };

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

/// How often each feature occurs in each document.
pub struct Matrix {
    vectorizer: Arc<Vectorizer>,
    task: Task,
    /// The features, if new ones were added.
    features: Option<Features>,
    /// The rows, until [`into_csr`](Self::into_csr) takes them.
    blocks: Vec<RowBlock>,
    rows: usize,
    /// The feature of each column; `None` if the columns are all features in order of their ids.
    columns: Option<Vec<u32>>,
}

/// Totals of each column.
#[derive(Debug)]
pub struct Totals {
    /// The number of documents that contain the feature.
    pub documents: Vec<i64>,
    /// The sum of the counts.
    pub counts: Vec<i64>,
}

impl Matrix {
    pub(super) fn new(
        vectorizer: Arc<Vectorizer>,
        task: Task,
        features: Option<Features>,
        blocks: Vec<RowBlock>,
    ) -> Self {
        let rows = blocks.iter().map(|block| block.lengths.len()).sum();
        Self { vectorizer, task, features, blocks, rows, columns: None }
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The rows that were not taken yet.
    pub(super) fn blocks(&self) -> &[RowBlock] {
        &self.blocks
    }

    /// Replaces the rows.
    pub(super) fn replace_rows(&mut self, blocks: Vec<RowBlock>) {
        self.rows = blocks.iter().map(|block| block.lengths.len()).sum();
        self.blocks = blocks;
    }

    /// The number of threads that work on the matrix.
    pub(super) fn threads(&self) -> usize {
        self.vectorizer.options.threads
    }

    /// The features in the rows are below this number.
    pub(super) fn feature_bound(&self) -> usize {
        match self.task {
            Task::Hash { columns, .. } => columns as usize,
            _ => self.features().len(),
        }
    }

    /// Whether columns are hashes. They have no names then.
    pub fn is_hashed(&self) -> bool {
        matches!(self.task, Task::Hash { .. })
    }

    /// The number of columns.
    pub fn columns(&self) -> usize {
        match (&self.columns, self.task) {
            (Some(columns), _) => columns.len(),
            (None, Task::Hash { columns, .. }) => columns as usize,
            (None, _) => self.features().len(),
        }
    }

    /// The features of the rows. Empty if columns are hashes.
    fn features(&self) -> &Features {
        self.features.as_ref().unwrap_or(&self.vectorizer.features)
    }

    /// Sorts the columns by their names. Does nothing if columns are hashes.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped); nothing has changed.
    pub fn sort(&mut self) -> Result<()> {
        if self.is_hashed() {
            return Ok(());
        }
        let mut order = self.features().in_order(self.vectorizer.options.threads, &mut Steps::begin())?;
        if let Some(columns) = &self.columns {
            let mut is_column: Vec<u8> = zeros(self.features().len())?;
            columns.iter().for_each(|feature| is_column[*feature as usize] = 1);
            order.retain(|feature| is_column[*feature as usize] == 1);
        }
        self.columns = Some(order);
        Ok(())
    }

    /// Keeps the columns for which `is_kept` is true, in their order.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    ///
    /// # Panics
    /// Panics if `is_kept` does not have one answer per column, or if columns are hashes.
    pub fn keep(&mut self, is_kept: impl ExactSizeIterator<Item = bool>) -> Result<()> {
        assert!(is_kept.len() == self.columns() && !self.is_hashed(), "one answer per column");
        if self.columns.is_none() {
            let mut columns = list_for(is_kept.len())?;
            columns.extend((0_u32..).take(is_kept.len()));
            self.columns = Some(columns);
        }
        let mut is_kept = is_kept;
        self.columns.as_mut().expect("set above").retain(|_| is_kept.next() == Some(true));
        Ok(())
    }

    /// A vectorizer that knows exactly the columns of this matrix.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn vectorizer(&self) -> Result<Vectorizer> {
        let options = self.vectorizer.options.try_clone()?;
        let features = match &self.columns {
            Some(columns) => self.features().only(columns)?,
            None => self.features().try_clone()?,
        };
        Ok(Vectorizer { options, features })
    }

    /// The totals of each column, in the rows that were not taken yet.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
    pub fn totals(&self) -> Result<Totals> {
        let mut steps = Steps::begin();
        let features = self.feature_bound();
        let entries: usize = self.blocks.iter().map(|block| block.features.len()).sum();
        let threads = self.threads().min(entries / features.max(MIN_ENTRIES_PER_THREAD)).max(1);
        let mut totals = list_for(threads)?;
        for _ in 0..threads {
            totals.push(Totals { documents: zeros(features)?, counts: zeros(features)? });
        }
        let queue = Mutex::new(self.blocks.iter());
        steps.run(&mut totals, |total, steps| {
            let next = || queue.lock().expect("no panic while the queue is locked").next();
            while let Some(block) = next() {
                block.each(|feature, count| {
                    total.documents[feature as usize] += 1;
                    total.counts[feature as usize] += count;
                });
                if steps.is_over() {
                    return false;
                }
            }
            true
        })?;
        let mut total = totals.pop().expect("at least one thread");
        for other in totals {
            total.documents.iter_mut().zip(other.documents).for_each(|(sum, more)| *sum += more);
            total.counts.iter_mut().zip(other.counts).for_each(|(sum, more)| *sum += more);
            steps.did(features)?;
        }
        let Some(columns) = &self.columns else { return Ok(total) };
        let mut kept = Totals { documents: list_for(columns.len())?, counts: list_for(columns.len())? };
        kept.documents.extend(columns.iter().map(|feature| total.documents[*feature as usize]));
        kept.counts.extend(columns.iter().map(|feature| total.counts[*feature as usize]));
        Ok(kept)
    }

    /// The number of entries in the rows that were not taken yet.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
    pub fn entries(&self) -> Result<usize> {
        if self.has_all_columns() {
            return Ok(self.blocks.iter().map(|block| block.features.len()).sum());
        }
        let documents = self.totals()?.documents;
        Ok(documents.iter().map(|number| usize::try_from(*number).expect("not negative")).sum())
    }

    /// Takes the rows out of the matrix. The entries of a row are in order of the first appearance of their features,
    /// as in scikit-learn, or in the order of the columns if these were known before. With `is_binary`, each count
    /// becomes 1.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped); then some rows may be lost.
    ///
    /// # Panics
    /// Panics if there are more entries than `I` can count.
    pub fn into_csr<I: Number, T: Number>(&mut self, is_binary: bool) -> Result<Csr<I, T>> {
        let mut steps = Steps::begin();
        let column_of = self.column_of()?;
        let blocks = std::mem::take(&mut self.blocks);
        let mut kept: Vec<usize> = list_for(blocks.len())?;
        let is_kept = |feature: &&u32| column_of.as_ref().is_none_or(|columns| columns[**feature as usize] != NO_ID);
        if self.has_all_columns() {
            kept.extend(blocks.iter().map(|block| block.features.len()));
        } else {
            kept.extend(blocks.iter().map(|block| block.features.iter().filter(is_kept).count()));
        }
        let entries = kept.iter().sum();
        let mut csr = Csr {
            row_ends: Buffer::with_room_for(self.rows + 1)?,
            columns: Buffer::<I>::with_room_for(entries)?,
            values: Buffer::<T>::with_room_for(entries)?,
        };
        let count = |number: usize| I::of(i64::try_from(number).expect("fewer than the bytes of memory"));
        csr.row_ends.room()[0] = count(0);
        // Each block writes to its own part of the arrays.
        let mut work = list_for(blocks.len())?;
        let mut row_ends = &mut csr.row_ends.room()[1..=self.rows];
        let (mut columns, mut values) = (&mut csr.columns.room()[..entries], &mut csr.values.room()[..entries]);
        let mut before = 0;
        for (block, kept) in blocks.into_iter().zip(kept) {
            let (own_ends, own_columns, own_values);
            (own_ends, row_ends) = row_ends.split_at_mut(block.lengths.len());
            (own_columns, columns) = columns.split_at_mut(kept);
            (own_values, values) = values.split_at_mut(kept);
            work.push(Some((block, before, own_ends, own_columns, own_values)));
            before += kept;
        }
        let number = self.vectorizer.options.threads.min(work.len()).max(1);
        let mut threads = list_for(number)?;
        threads.resize(number, ());
        let queue = Mutex::new(work.iter_mut());
        steps.run(&mut threads, |(), steps| {
            let next = || queue.lock().expect("no panic while the queue is locked").next().and_then(Option::take);
            while let Some((block, before, row_ends, columns, values)) = next() {
                let has_all = columns.len() == block.features.len();
                let column = |feature: u32| column_of.as_ref().map_or(feature, |columns| columns[feature as usize]);
                let (mut start, mut at) = (0, 0);
                for (length, row_end) in block.lengths.iter().zip(row_ends) {
                    let row = start..start + *length as usize;
                    start = row.end;
                    if has_all {
                        at = row.end;
                    } else {
                        for place in row.filter(|place| column(block.features[*place]) != NO_ID) {
                            columns[at] = I::of(i64::from(column(block.features[place])));
                            values[at] = T::of(if is_binary { 1 } else { block.counts.get(place) });
                            at += 1;
                        }
                    }
                    *row_end = count(before + at);
                }
                if has_all {
                    let features = columns.iter_mut().zip(&block.features);
                    features.for_each(|(place, feature)| *place = I::of(i64::from(column(*feature))));
                    block.counts.write(values, |count| T::of(if is_binary { 1 } else { count }));
                }
                drop(block);
                if steps.is_over() {
                    return false;
                }
            }
            true
        })?;
        drop(work);
        csr.row_ends.take(self.rows + 1);
        csr.columns.take(entries);
        csr.values.take(entries);
        Ok(csr)
    }

    /// Whether all features are columns.
    fn has_all_columns(&self) -> bool {
        self.columns.as_ref().is_none_or(|columns| columns.len() == self.features().len())
    }

    /// The column of each feature; `None` if it is the id of the feature.
    fn column_of(&self) -> Result<Option<Vec<u32>>> {
        let Some(columns) = &self.columns else { return Ok(None) };
        let mut column_of: Vec<u32> = list_for(self.features().len())?;
        column_of.resize(self.features().len(), NO_ID);
        (0..).zip(columns).for_each(|(column, feature): (u32, &u32)| column_of[*feature as usize] = column);
        Ok(Some(column_of))
    }
}
