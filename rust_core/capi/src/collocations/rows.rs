//! Batches of collocations.

use std::sync::Arc;

use engine::checkpoint::Steps;
use engine::collocations::Collocations;
use engine::memory::{copied, ensure};

use arrow_array::{ArrayRef, Float64Array, RecordBatch, UInt32Array, UInt64Array};
use arrow_schema::{ArrowError, SchemaRef};

use crate::arrow::columns::{StringColumn, is_full, too_long};
use crate::arrow::stream::failed;
use crate::counts::rows::COLUMN_BYTES;

/// Batches with these columns: the group if there are groups, the terms, the count, the documents and the scores.
pub(super) fn batches(
    columns: SchemaRef,
    found: Collocations,
    batch_rows: usize,
) -> impl Iterator<Item = Result<RecordBatch, ArrowError>> {
    let mut row = 0;
    let next = move |row: &mut usize| {
        ensure(columns.fields().len() * COLUMN_BYTES).map_err(failed)?;
        let terms: Result<Vec<_>, _> = (0..found.n()).map(|_| StringColumn::<i32>::with_capacity(0)).collect();
        let mut terms = terms.map_err(failed)?;
        let (start, mut steps) = (*row, Steps::begin());
        let of_row = |row: usize| found.get(row).iter().map(|id| found.terms().get(*id));
        while *row < found.len() {
            let fits = of_row(*row).zip(&terms).all(|(term, column)| column.has_room_for(term));
            if *row > start && (is_full(*row - start, batch_rows) || !fits) {
                break;
            }
            if !fits {
                return Err(too_long());
            }
            steps.did(found.n()).map_err(failed)?;
            for (term, column) in of_row(*row).zip(&mut terms) {
                column.push(term).map_err(failed)?;
            }
            *row += 1;
        }
        let own = start..*row;
        let mut arrays: Vec<ArrayRef> = Vec::new();
        if let Some(groups) = found.groups() {
            arrays.push(Arc::new(UInt32Array::from(copied(&groups[own.clone()]).map_err(failed)?)));
        }
        arrays.extend(terms.into_iter().map(|column| Arc::new(column.finish()) as ArrayRef));
        for counts in [found.counts(), found.documents()] {
            arrays.push(Arc::new(UInt64Array::from(copied(&counts[own.clone()]).map_err(failed)?)));
        }
        for scores in found.scores() {
            arrays.push(Arc::new(Float64Array::from(copied(&scores[own.clone()]).map_err(failed)?)));
        }
        RecordBatch::try_new(Arc::clone(&columns), arrays)
    };
    std::iter::from_fn(move || {
        // `next` owns the rows, so it says whether there are more rows.
        let batch = next(&mut row);
        match batch {
            Ok(batch) if batch.num_rows() == 0 => None,
            batch => Some(batch),
        }
    })
}
