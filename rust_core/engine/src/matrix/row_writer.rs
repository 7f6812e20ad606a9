//! Writes rows to the arrays of a matrix as soon as they are made, so that they stay in the cache.
//!
//! The place of a row is known when all rows before it are counted. Threads take sequences in order, so rows wait for
//! their place only for a short time.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::checkpoint::Steps;
use crate::error::{Error, Result};
use crate::matrix::arrays::{ArrayPart, ColumnMap, Number};
use crate::matrix::fold::Fold;
use crate::matrix::hashing::Hashing;
use crate::matrix::row_block::RowBlock;
use crate::matrix::rows::RowMaker;
use crate::memory::{list_for, reserve};
use crate::sequence::{Groups, Sequence};

/// Gives the rows of each sequence their part of the arrays.
struct Places<'a, I, T> {
    rest: ArrayPart<'a, I, T>,
    /// The number of sequences that have got their parts.
    next: usize,
    /// For each sequence, the numbers of its rows and entries, until it has got its part.
    counted: Vec<Option<(usize, usize)>>,
    /// The part of each sequence, until it is taken.
    parts: Vec<Option<ArrayPart<'a, I, T>>>,
}

impl<I: Number, T: Number> Places<'_, I, T> {
    /// Takes the numbers of rows and entries of a sequence.
    fn count(&mut self, place: usize, rows: usize, entries: usize) {
        self.counted[place] = Some((rows, entries));
        while let Some((rows, entries)) = self.counted.get_mut(self.next).and_then(Option::take) {
            self.parts[self.next] = Some(self.rest.split(rows, entries));
            self.next += 1;
        }
    }
}

/// Makes the rows of sequences.
struct Writer {
    sequence: Sequence,
    maker: RowMaker,
    /// The rows that wait for their place.
    waiting: Vec<(usize, RowBlock)>,
    /// The memory of rows that were written.
    spare: Vec<RowBlock>,
    failed: Option<Error>,
}

impl Writer {
    /// Makes the rows of a sequence.
    fn make_rows(&mut self, bound: usize) -> Result<RowBlock> {
        let Self { sequence, maker, .. } = self;
        maker.begin(sequence.ids.len(), sequence.ends.len())?;
        let mut start = 0;
        for end in &sequence.ends {
            maker.push(&mut sequence.ids[start..], end - start, bound)?;
            start = *end;
        }
        Ok(maker.replace(self.spare.pop().unwrap_or_default()))
    }

    /// Writes the rows whose place is known.
    fn write<I: Number, T: Number>(
        &mut self,
        places: &Mutex<Places<I, T>>,
        columns: &ColumnMap,
        is_binary: bool,
    ) -> Result<()> {
        let mut at = 0;
        while let Some((place, _)) = self.waiting.get(at) {
            let part = places.lock().expect("no panic while the places are locked").parts[*place].take();
            let Some(part) = part else {
                at += 1;
                continue;
            };
            let (_, block) = self.waiting.swap_remove(at);
            part.write(&block, columns, is_binary);
            reserve(&mut self.spare, 1)?;
            self.spare.push(block);
        }
        Ok(())
    }
}

/// Makes the rows of a fold whose tokens are those of an index, and writes them. Returns the number of entries.
///
/// # Errors
/// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
pub(super) fn write_tokens<I: Number, T: Number>(
    arrays: ArrayPart<I, T>,
    fold: &Fold,
    columns: &ColumnMap,
    is_binary: bool,
    steps: &mut Steps,
) -> Result<usize> {
    let (index, ids) = fold.index().expect("the tokens are those of an index");
    let (groups, bound) = (Groups::of(index)?, fold.bound());
    let (mut counted, mut parts) = (list_for(groups.len())?, list_for(groups.len())?);
    counted.resize(groups.len(), None);
    parts.resize_with(groups.len(), || None);
    let places = Mutex::new(Places { rest: arrays, next: 0, counted, parts });
    let threads = fold.vectorizer().options.threads.min(groups.len()).max(1);
    let is_signed = Hashing::of(fold.task()).is_some();
    let mut writers = list_for(threads)?;
    writers.resize_with(threads, || Writer {
        sequence: Sequence::default(),
        maker: RowMaker::new(is_signed),
        waiting: Vec::new(),
        spare: Vec::new(),
        failed: None,
    });
    let next = AtomicUsize::new(0);
    steps.run(&mut writers, |writer, steps| {
        let mut run = || -> Result<bool> {
            loop {
                let place = next.fetch_add(1, Ordering::Relaxed);
                if place >= groups.len() {
                    return Ok(true);
                }
                writer.sequence.fill(groups.get(place), ids)?;
                let block = writer.make_rows(bound)?;
                let (rows, entries) = (block.lengths.len(), columns.entries(&block));
                reserve(&mut writer.waiting, 1)?;
                writer.waiting.push((place, block));
                places.lock().expect("no panic while the places are locked").count(place, rows, entries);
                writer.write(&places, columns, is_binary)?;
                if steps.is_over() {
                    return Ok(false);
                }
            }
        };
        run().unwrap_or_else(|error| {
            writer.failed = Some(error);
            next.fetch_max(groups.len(), Ordering::Relaxed);
            true
        })
    })?;
    writers.iter_mut().try_for_each(|writer| writer.failed.take().map_or(Ok(()), Err))?;
    // Now all places are known.
    writers.iter_mut().try_for_each(|writer| writer.write(&places, columns, is_binary))?;
    let places = places.into_inner().expect("no panic while the places are locked");
    Ok(places.rest.before())
}
