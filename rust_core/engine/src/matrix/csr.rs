//! The matrix: its columns, and its rows as compressed arrays (CSR).

use std::sync::Arc;
use std::sync::Mutex;

use bytemuck::Pod;

use crate::error::Result;
use crate::matrix::features::Features;
use crate::matrix::ngram_finder::BlockRows;
use crate::matrix::row_sort::sort_row;
use crate::matrix::trie::NO_ID;
use crate::matrix::vectorizer::{Task, Vectorizer};
use crate::memory::{Buffer, list_for, reserve, zeros};
use crate::workers;

/// A number that a matrix may hold.
pub trait Number: Pod + Send + Sync {
    /// What a count is.
    fn of(count: i64) -> Self;
}

macro_rules! numbers {
    ($($number:ty),+) => {
        $(impl Number for $number {
            #[inline]
            #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)] // As NumPy does it.
            fn of(count: i64) -> Self {
                count as Self
            }
        })+
    };
}

numbers!(i32, i64, f32, f64);

/// Consecutive rows, in features of a worker.
pub(super) struct Part {
    pub worker: usize,
    pub block: BlockRows,
}

/// Compressed rows: those of document `d` are `row_ends[d]..row_ends[d + 1]` in the other two.
#[derive(Debug, Default)]
pub struct Csr<I: Pod, T: Pod> {
    /// Where each row begins, and the last one ends.
    pub row_ends: Buffer<I>,
    /// The column of each entry.
    pub columns: Buffer<I>,
    /// What stands there.
    pub values: Buffer<T>,
}

/// How often each feature stands in each document.
pub struct Matrix {
    vectorizer: Arc<Vectorizer>,
    task: Task,
    /// Those that grew, where they did.
    features: Option<Features>,
    /// The rows, until they are given away.
    parts: Vec<Part>,
    /// The feature of each one of a worker, where these differ.
    maps: Vec<Option<Vec<u32>>>,
    rows: usize,
    /// The features that are columns, where these are not all in their order.
    columns: Option<Vec<u32>>,
}

/// What is known of each column.
#[derive(Debug)]
pub struct Totals {
    /// In how many documents it is.
    pub documents: Vec<i64>,
    /// The sum of its counts.
    pub counts: Vec<i64>,
}

impl Matrix {
    pub(super) fn new(
        vectorizer: Arc<Vectorizer>,
        task: Task,
        features: Option<Features>,
        parts: Vec<Part>,
        maps: Vec<Option<Vec<u32>>>,
    ) -> Result<Self> {
        let rows = parts.iter().map(|part| part.block.ends.len()).sum();
        Ok(Self { vectorizer, task, features, parts, maps, rows, columns: None })
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Whether columns are hashes, and have no names.
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

    /// The features that rows are made of; none of those that are hashed.
    fn features(&self) -> &Features {
        self.features.as_ref().unwrap_or(&self.vectorizer.features)
    }

    /// Puts the columns in the order of their names. What is hashed has none.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn sort(&mut self) -> Result<()> {
        if self.is_hashed() {
            return Ok(());
        }
        let mut order = self.features().in_order()?;
        if let Some(columns) = &self.columns {
            let mut is_column: Vec<u8> = zeros(self.features().len())?;
            columns.iter().for_each(|feature| is_column[*feature as usize] = 1);
            order.retain(|feature| is_column[*feature as usize] == 1);
        }
        self.columns = Some(order);
        Ok(())
    }

    /// Keeps some of the columns, in the order in which they are.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    ///
    /// # Panics
    /// There are not as many answers as columns, or the columns are hashes.
    pub fn keep(&mut self, is_kept: impl ExactSizeIterator<Item = bool>) -> Result<()> {
        assert!(is_kept.len() == self.columns() && !self.is_hashed(), "an answer for each column");
        if self.columns.is_none() {
            let mut columns = list_for(is_kept.len())?;
            columns.extend((0_u32..).take(is_kept.len()));
            self.columns = Some(columns);
        }
        let mut is_kept = is_kept;
        self.columns.as_mut().expect("they are there now").retain(|_| is_kept.next() == Some(true));
        Ok(())
    }

    /// A vectorizer that knows what the columns are now, and nothing else.
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

    /// What is known of each column, of those rows that are not given away.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn totals(&self) -> Result<Totals> {
        let columns = self.columns();
        let is_hashed = self.is_hashed();
        let features = if is_hashed { columns } else { self.features().len() };
        let mut total = Totals { documents: zeros(features)?, counts: zeros(features)? };
        for part in &self.parts {
            let map = self.maps[part.worker].as_deref();
            for entry in &part.block.entries {
                let feature = map.map_or(entry.feature, |map| map[entry.feature as usize]) as usize;
                total.documents[feature] += 1;
                total.counts[feature] += value(entry.count, is_hashed);
            }
        }
        let Some(columns) = &self.columns else { return Ok(total) };
        let mut kept = Totals { documents: list_for(columns.len())?, counts: list_for(columns.len())? };
        kept.documents.extend(columns.iter().map(|feature| total.documents[*feature as usize]));
        kept.counts.extend(columns.iter().map(|feature| total.counts[*feature as usize]));
        Ok(kept)
    }

    /// How many entries there are, of those rows that are not given away.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn entries(&self) -> Result<usize> {
        if self.has_all_columns() {
            return Ok(self.parts.iter().map(|part| part.block.entries.len()).sum());
        }
        let documents = self.totals()?.documents;
        Ok(documents.iter().map(|number| usize::try_from(*number).expect("not negative")).sum())
    }

    /// The rows, which are given away. The entries of each are in the order in which their features first appeared, as
    /// scikit-learn leaves them, or in that of the columns, where these are known beforehand. `is_binary` makes each count one.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); some rows may be lost then.
    ///
    /// # Panics
    /// There are more entries than `I` can count.
    pub fn into_csr<I: Number, T: Number>(&mut self, is_binary: bool) -> Result<Csr<I, T>> {
        let column_of = self.column_of()?;
        let is_hashed = self.is_hashed();
        let parts = std::mem::take(&mut self.parts);
        let mut kept: Vec<usize> = list_for(parts.len())?;
        match &column_of {
            Some(column_of) if !self.has_all_columns() => kept.extend(parts.iter().map(|part| {
                let map = self.maps[part.worker].as_deref();
                let is_kept =
                    |feature: u32| column_of[map.map_or(feature, |map| map[feature as usize]) as usize] != NO_ID;
                part.block.entries.iter().filter(|entry| is_kept(entry.feature)).count()
            })),
            _ => kept.extend(parts.iter().map(|part| part.block.entries.len())),
        }
        let entries = kept.iter().sum();
        let mut csr = Csr {
            row_ends: Buffer::with_room_for(self.rows + 1)?,
            columns: Buffer::<I>::with_room_for(entries)?,
            values: Buffer::<T>::with_room_for(entries)?,
        };
        let count = |number: usize| I::of(i64::try_from(number).expect("no more than memory has bytes"));
        csr.row_ends.room()[0] = count(0);
        // Each part writes to places of its own.
        let mut work = list_for(parts.len())?;
        let mut row_ends = &mut csr.row_ends.room()[1..=self.rows];
        let (mut columns, mut values) = (&mut csr.columns.room()[..entries], &mut csr.values.room()[..entries]);
        let mut before = 0;
        for (part, kept) in parts.into_iter().zip(kept) {
            let (own_ends, own_columns, own_values);
            (own_ends, row_ends) = row_ends.split_at_mut(part.block.ends.len());
            (own_columns, columns) = columns.split_at_mut(kept);
            (own_values, values) = values.split_at_mut(kept);
            work.push(Some((part, before, own_ends, own_columns, own_values)));
            before += kept;
        }
        let queue = Mutex::new(work.iter_mut());
        let threads = self.vectorizer.options.threads.min(queue_len(&queue)).max(1);
        let mut workers: Vec<(Vec<u64>, Result<()>)> = list_for(threads)?;
        workers.resize_with(threads, || (Vec::new(), Ok(())));
        workers::run(&mut workers, |(row, result)| {
            let next = || queue.lock().expect("no panic while the queue is locked").next().and_then(Option::take);
            while let (Some((part, before, row_ends, columns, values)), Ok(())) = (next(), &result) {
                let map = self.maps[part.worker].as_deref();
                let (mut start, mut at) = (0, 0);
                for (end, row_end) in part.block.ends.iter().zip(row_ends) {
                    row.clear();
                    *result = reserve(row, end - start);
                    if result.is_err() {
                        break;
                    }
                    row.extend(part.block.entries[start..*end].iter().map(|entry| {
                        let feature = map.map_or(entry.feature, |map| map[entry.feature as usize]);
                        u64::from(feature) << 32 | u64::from(entry.count)
                    }));
                    start = *end;
                    if !is_hashed {
                        sort_row(row);
                    }
                    for both in &*row {
                        #[allow(clippy::cast_possible_truncation)] // Each half is meant.
                        let (feature, count) = ((both >> 32) as u32, *both as u32);
                        let column = column_of.as_ref().map_or(feature, |column_of| column_of[feature as usize]);
                        if column != NO_ID {
                            columns[at] = I::of(i64::from(column));
                            values[at] = T::of(if is_binary { 1 } else { value(count, is_hashed) });
                            at += 1;
                        }
                    }
                    *row_end = count(before + at);
                }
            }
        });
        workers.into_iter().try_for_each(|(_, result)| result)?;
        drop(work);
        csr.row_ends.take(self.rows + 1);
        csr.columns.take(entries);
        csr.values.take(entries);
        Ok(csr)
    }

    /// Whether each feature is a column.
    fn has_all_columns(&self) -> bool {
        self.columns.as_ref().is_none_or(|columns| columns.len() == self.features().len())
    }

    /// The column of each feature, where it is not its number.
    fn column_of(&self) -> Result<Option<Vec<u32>>> {
        let Some(columns) = &self.columns else { return Ok(None) };
        let mut column_of: Vec<u32> = list_for(self.features().len())?;
        column_of.resize(self.features().len(), NO_ID);
        (0..).zip(columns).for_each(|(column, feature): (u32, &u32)| column_of[*feature as usize] = column);
        Ok(Some(column_of))
    }
}

fn queue_len<I: ExactSizeIterator>(queue: &Mutex<I>) -> usize {
    queue.lock().expect("nobody else has it yet").len()
}

/// What the bits of a count stand for.
#[inline]
fn value(count: u32, is_hashed: bool) -> i64 {
    if is_hashed { i64::from(count.cast_signed()) } else { i64::from(count) }
}
