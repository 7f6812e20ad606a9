//! Counts and statistics of groups of documents.

use std::num::NonZero;
use std::sync::Arc;

use engine::counts::{GroupedCounts, Order, Statistics};
use engine::interner::Interner;
use engine::memory::list_for;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{ArrayRef, Float64Array, RecordBatch, UInt32Array, UInt64Array};
use arrow_schema::{ArrowError, DataType, SchemaRef};

use crate::analyzer::tp_analyzer;
use crate::arrow::columns::schema;
use crate::arrow::stream::export;
use crate::boundary::guard::guard;
use crate::boundary::pointers::{out, slice};
use crate::counts::frequencies;
use crate::counts::ngrams::{self, shape};
use crate::counts::rows::{CountedRows, batches};
use crate::counts::statistics::average_words;
use crate::error::status::{Failure, TP_ERROR_INVALID_ARGUMENT, tp_status};
use crate::handles::{Borrowed, borrow};

pub type tp_order = usize;

pub const TP_ORDER_FIRST_SEEN: tp_order = 0;
pub const TP_ORDER_FREQUENCY: tp_order = 1;

/// The order of the rows of a group.
fn order_of(order: tp_order) -> Result<Order, Failure> {
    match order {
        TP_ORDER_FIRST_SEEN => Ok(Order::FirstSeen),
        TP_ORDER_FREQUENCY => Ok(Order::Frequency),
        other => Err(Failure::unknown_value("order", other, TP_ORDER_FREQUENCY)),
    }
}

impl CountedRows for GroupedCounts {
    fn n(&self) -> usize {
        self.n()
    }

    fn terms(&self) -> &Interner {
        self.terms()
    }

    fn ids(&self, row: u32) -> &[u32] {
        self.get(row)
    }

    fn count(&self, row: u32) -> u64 {
        self.count(row)
    }

    fn group(&self, row: u32) -> Option<u32> {
        Some(self.group(row))
    }
}

/// The columns of counts, after that of the group.
fn grouped(columns: &SchemaRef) -> SchemaRef {
    let columns = columns.fields().iter().map(|column| (column.name().as_str(), column.data_type().clone()));
    schema(&[("group", DataType::UInt32)].into_iter().chain(columns).collect::<Vec<_>>())
}

/// The documents of an analyzer, by their codes.
///
/// # Safety
/// `analyzer` is NULL or valid, and `codes` is NULL or has `code_count` codes.
unsafe fn documents<'a>(
    analyzer: *const tp_analyzer,
    codes: *const u32,
    code_count: usize,
) -> Result<(Borrowed<'a, tp_analyzer>, &'a [u32]), Failure> {
    // SAFETY: the caller's promise, for both.
    unsafe { Ok((borrow(analyzer, "analyzer")?, slice(codes, code_count, "codes")?)) }
}

/// Writes a stream of counts, with the column of the group before `columns`.
///
/// # Safety
/// The stream is valid for writes.
unsafe fn write(stream: *mut FFI_ArrowArrayStream, columns: &SchemaRef, counts: GroupedCounts, batch_rows: usize) {
    let (columns, rows) = (grouped(columns), 0..counts.len());
    let made = export(Arc::clone(&columns), batches(columns, counts, rows, batch_rows));
    // SAFETY: the caller's promise.
    unsafe { stream.write(made) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_grouped_terms(
    analyzer: *const tp_analyzer,
    codes: *const u32,
    code_count: usize,
    order: tp_order,
    limit: usize,
    batch_rows: usize,
    stream: *mut FFI_ArrowArrayStream,
) -> tp_status {
    guard(|| {
        let (stream, order) = (out(stream, "stream")?, order_of(order)?);
        // SAFETY: the caller's promise.
        let (analyzer, codes) = unsafe { documents(analyzer, codes, code_count)? };
        let counts = analyzer.engine.grouped_terms(codes, order, NonZero::new(limit))?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { write(stream, &frequencies::columns(), counts, batch_rows) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_grouped_ngrams(
    analyzer: *const tp_analyzer,
    codes: *const u32,
    code_count: usize,
    n: usize,
    skip: usize,
    order: tp_order,
    limit: usize,
    batch_rows: usize,
    stream: *mut FFI_ArrowArrayStream,
) -> tp_status {
    guard(|| {
        let (stream, order, shape) = (out(stream, "stream")?, order_of(order)?, shape(n, skip)?);
        // SAFETY: the caller's promise.
        let (analyzer, codes) = unsafe { documents(analyzer, codes, code_count)? };
        let counts = analyzer.engine.grouped_ngrams(codes, shape, order, NonZero::new(limit))?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { write(stream, &ngrams::columns(n), counts, batch_rows) };
        Ok(())
    })
}

/// The name of a column, and its value for a group.
type Figure = (&'static str, fn(&Statistics) -> u64);

/// The table of the statistics of each group.
fn statistics(groups: &[Statistics]) -> Result<(SchemaRef, Result<RecordBatch, ArrowError>), Failure> {
    let numbers: [Figure; 5] = [
        ("document_count", |group| group.documents),
        ("total_words", |group| group.total_words),
        ("unique_words", |group| group.unique_words),
        ("distinct_types", |group| group.distinct_types),
        ("total_bytes", |group| group.bytes),
    ];
    let mut codes = list_for(groups.len())?;
    codes.extend((0..).take(groups.len()));
    let mut columns = vec![("group", DataType::UInt32)];
    let mut arrays: Vec<ArrayRef> = vec![Arc::new(UInt32Array::from(codes))];
    for (name, of_group) in numbers {
        let mut values = list_for(groups.len())?;
        values.extend(groups.iter().map(of_group));
        columns.push((name, DataType::UInt64));
        arrays.push(Arc::new(UInt64Array::from(values)));
    }
    let mut averages = list_for(groups.len())?;
    averages.extend(groups.iter().map(average_words));
    columns.push(("average_words", DataType::Float64));
    arrays.push(Arc::new(Float64Array::from(averages)));
    let columns = schema(&columns);
    Ok((Arc::clone(&columns), RecordBatch::try_new(columns, arrays)))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_grouped_statistics(
    analyzer: *const tp_analyzer,
    codes: *const u32,
    code_count: usize,
    group_count: usize,
    stream: *mut FFI_ArrowArrayStream,
) -> tp_status {
    guard(|| {
        let stream = out(stream, "stream")?;
        check_group_count(group_count)?;
        // SAFETY: the caller's promise.
        let (analyzer, codes) = unsafe { documents(analyzer, codes, code_count)? };
        let (columns, batch) = statistics(&analyzer.engine.grouped_statistics(codes, group_count)?)?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { stream.write(export(columns, std::iter::once(batch))) };
        Ok(())
    })
}

/// Refuses a number of groups that codes cannot have.
pub(crate) fn check_group_count(group_count: usize) -> Result<(), Failure> {
    if u32::try_from(group_count).is_ok() {
        return Ok(());
    }
    let message = format!("`group_count` is {group_count}: codes can have at most {} groups", u32::MAX);
    Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message))
}
