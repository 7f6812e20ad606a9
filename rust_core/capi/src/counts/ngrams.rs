//! The frequencies of n-grams.

use std::iter::Peekable;
use std::sync::Arc;

use engine::checkpoint::Steps;
use engine::counts::{Ngrams, Shape};
use engine::memory::{ensure, reserve};

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{ArrayRef, RecordBatch, UInt64Array};
use arrow_schema::{ArrowError, DataType, SchemaRef};

use crate::analyzer::tp_analyzer;
use crate::arrow::columns::{StringColumn, is_full, schema, too_long};
use crate::arrow::stream::{export, failed};
use crate::boundary::guard::guard;
use crate::boundary::pointers::out;
use crate::error::status::{Failure, TP_ERROR_INVALID_ARGUMENT, tp_status};
use crate::handles::borrow;

/// The approximate bytes for a column that Arrow allocates without a way to report a failure.
const COLUMN_BYTES: usize = 1 << 10;

fn columns(n: usize) -> SchemaRef {
    let names: Vec<String> = (1..=n).map(|number| format!("term_{number}")).collect();
    let terms = names.iter().map(|name| (name.as_str(), DataType::Utf8));
    schema(&terms.chain([("count", DataType::UInt64)]).collect::<Vec<_>>())
}

/// Batches of n-grams in the order of `places`.
fn batches<I: Iterator<Item = u32>>(
    ngrams: Ngrams,
    places: I,
    batch_rows: usize,
) -> impl Iterator<Item = Result<RecordBatch, ArrowError>> {
    let columns = columns(ngrams.n());
    let mut places = places.peekable();
    let next = move |places: &mut Peekable<I>| {
        ensure(ngrams.n() * COLUMN_BYTES).map_err(failed)?;
        let terms: Result<Vec<_>, _> = (0..ngrams.n()).map(|_| StringColumn::<i32>::with_capacity(0)).collect();
        let mut terms = terms.map_err(failed)?;
        let (mut counts, mut steps) = (Vec::new(), Steps::begin());
        let gram = |place: u32| ngrams.get(place as usize).iter().map(|id| ngrams.terms().get(*id));
        while let Some(place) = places.next_if(|place| {
            let fits = || gram(*place).zip(&terms).all(|(term, column)| column.has_room_for(term));
            counts.is_empty() || !is_full(counts.len(), batch_rows) && fits()
        }) {
            steps.did(ngrams.n()).map_err(failed)?;
            for (term, column) in gram(place).zip(&mut terms) {
                if !column.has_room_for(term) {
                    return Err(too_long());
                }
                column.push(term).map_err(failed)?;
            }
            reserve(&mut counts, 1).map_err(failed)?;
            counts.push(ngrams.counts()[place as usize]);
        }
        let mut arrays: Vec<ArrayRef> = terms.into_iter().map(|column| Arc::new(column.finish()) as _).collect();
        arrays.push(Arc::new(UInt64Array::from(counts)));
        RecordBatch::try_new(Arc::clone(&columns), arrays)
    };
    std::iter::from_fn(move || places.peek().is_some().then(|| next(&mut places)))
}

/// Counts n-grams.
///
/// # Safety
/// As for [`borrow`].
unsafe fn count(analyzer: *const tp_analyzer, n: usize, skip: usize) -> Result<Ngrams, Failure> {
    let wrong = || {
        let message = format!(
            "`n` is {n} and `skip` is {skip}: `n` must be from 1 to 1000, with at most a million n-grams at each word"
        );
        Failure::new(TP_ERROR_INVALID_ARGUMENT, message)
    };
    let shape = Shape::new(n, skip).ok_or_else(wrong)?;
    ensure(n * COLUMN_BYTES)?;
    // SAFETY: the caller's promise.
    Ok(unsafe { borrow(analyzer, "analyzer")? }.engine.ngrams(shape)?)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_ngrams(
    analyzer: *const tp_analyzer,
    n: usize,
    skip: usize,
    batch_rows: usize,
    stream: *mut FFI_ArrowArrayStream,
) -> tp_status {
    guard(|| {
        let stream = out(stream, "stream")?;
        // SAFETY: the caller's promise.
        let ngrams = unsafe { count(analyzer, n, skip)? };
        let places = 0..u32::try_from(ngrams.len()).expect("fewer than fit into memory");
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { stream.write(export(columns(n), batches(ngrams, places, batch_rows))) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_top_ngrams(
    analyzer: *const tp_analyzer,
    n: usize,
    skip: usize,
    batch_rows: usize,
    stream: *mut FFI_ArrowArrayStream,
) -> tp_status {
    guard(|| {
        let stream = out(stream, "stream")?;
        // SAFETY: the caller's promise.
        let ngrams = unsafe { count(analyzer, n, skip)? };
        let places = ngrams.ranked()?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { stream.write(export(columns(n), batches(ngrams, places, batch_rows))) };
        Ok(())
    })
}
