//! Batches of rows of counts: the terms of each row, its count, and its group if documents are in groups.

use std::iter::Peekable;
use std::sync::Arc;

use engine::checkpoint::Steps;
use engine::interner::Interner;
use engine::memory::{ensure, reserve};

use arrow_array::{ArrayRef, RecordBatch, UInt32Array, UInt64Array};
use arrow_schema::{ArrowError, SchemaRef};

use crate::arrow::columns::{StringColumn, is_full, too_long};
use crate::arrow::stream::failed;

/// The approximate bytes for a column that Arrow allocates without a way to report a failure.
pub(crate) const COLUMN_BYTES: usize = 1 << 10;

/// Rows of the same number of terms, each with a count.
pub(super) trait CountedRows {
    /// The number of terms of a row.
    fn n(&self) -> usize;

    /// The terms.
    fn terms(&self) -> &Interner;

    /// The ids of the terms of a row.
    fn ids(&self, row: u32) -> &[u32];

    /// The count of a row.
    fn count(&self, row: u32) -> u64;

    /// The group of a row. Either all rows have a group, or none has.
    fn group(&self, row: u32) -> Option<u32>;
}

/// Batches with these columns: the group if there are groups, the terms, and the count. The rows are in the order of
/// `places`.
pub(super) fn batches<R: CountedRows, I: Iterator<Item = u32>>(
    columns: SchemaRef,
    rows: R,
    places: I,
    batch_rows: usize,
) -> impl Iterator<Item = Result<RecordBatch, ArrowError>> {
    let mut places = places.peekable();
    let next = move |places: &mut Peekable<I>| {
        ensure(rows.n() * COLUMN_BYTES).map_err(failed)?;
        let terms: Result<Vec<_>, _> = (0..rows.n()).map(|_| StringColumn::<i32>::with_capacity(0)).collect();
        let mut terms = terms.map_err(failed)?;
        let (mut groups, mut counts, mut steps) = (Vec::new(), Vec::new(), Steps::begin());
        let of_row = |row: u32| rows.ids(row).iter().map(|id| rows.terms().get(*id));
        while let Some(row) = places.next_if(|row| {
            let fits = || of_row(*row).zip(&terms).all(|(term, column)| column.has_room_for(term));
            counts.is_empty() || !is_full(counts.len(), batch_rows) && fits()
        }) {
            steps.did(rows.n()).map_err(failed)?;
            for (term, column) in of_row(row).zip(&mut terms) {
                if !column.has_room_for(term) {
                    return Err(too_long());
                }
                column.push(term).map_err(failed)?;
            }
            if let Some(group) = rows.group(row) {
                reserve(&mut groups, 1).map_err(failed)?;
                groups.push(group);
            }
            reserve(&mut counts, 1).map_err(failed)?;
            counts.push(rows.count(row));
        }
        let mut arrays: Vec<ArrayRef> = Vec::new();
        if !groups.is_empty() {
            arrays.push(Arc::new(UInt32Array::from(groups)));
        }
        arrays.extend(terms.into_iter().map(|column| Arc::new(column.finish()) as ArrayRef));
        arrays.push(Arc::new(UInt64Array::from(counts)));
        RecordBatch::try_new(Arc::clone(&columns), arrays)
    };
    std::iter::from_fn(move || places.peek().is_some().then(|| next(&mut places)))
}
