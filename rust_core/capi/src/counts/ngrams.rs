//! The frequencies of n-grams.

use engine::counts::{Ngrams, Shape};
use engine::interner::Interner;
use engine::memory::ensure;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_schema::{DataType, SchemaRef};

use crate::analyzer::tp_analyzer;
use crate::arrow::columns::schema;
use crate::arrow::stream::export;
use crate::boundary::guard::guard;
use crate::boundary::pointers::out;
use crate::counts::rows::{COLUMN_BYTES, CountedRows, batches};
use crate::error::status::{Failure, TP_ERROR_INVALID_ARGUMENT, tp_status};
use crate::handles::borrow;

impl CountedRows for Ngrams {
    fn n(&self) -> usize {
        self.n()
    }

    fn terms(&self) -> &Interner {
        self.terms()
    }

    fn ids(&self, row: u32) -> &[u32] {
        self.get(row as usize)
    }

    fn count(&self, row: u32) -> u64 {
        self.counts()[row as usize]
    }

    fn group(&self, _row: u32) -> Option<u32> {
        None
    }
}

pub(super) fn columns(n: usize) -> SchemaRef {
    let names: Vec<String> = (1..=n).map(|number| format!("term_{number}")).collect();
    let terms = names.iter().map(|name| (name.as_str(), DataType::Utf8));
    schema(&terms.chain([("count", DataType::UInt64)]).collect::<Vec<_>>())
}

/// Counts n-grams.
///
/// # Safety
/// As for [`borrow`].
unsafe fn count(analyzer: *const tp_analyzer, n: usize, skip: usize) -> Result<Ngrams, Failure> {
    let shape = shape(n, skip)?;
    // SAFETY: the caller's promise.
    Ok(unsafe { borrow(analyzer, "analyzer")? }.engine.ngrams(shape)?)
}

/// The shape of n-grams, after a check of the memory for their columns.
pub(super) fn shape(n: usize, skip: usize) -> Result<Shape, Failure> {
    let wrong = || {
        let message = format!(
            "`n` is {n} and `skip` is {skip}: `n` must be from 1 to 1000, with at most a million n-grams at each word"
        );
        Failure::new(TP_ERROR_INVALID_ARGUMENT, message)
    };
    let shape = Shape::new(n, skip).ok_or_else(wrong)?;
    ensure(n * COLUMN_BYTES)?;
    Ok(shape)
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
        unsafe { stream.write(export(columns(n), batches(columns(n), ngrams, places, batch_rows))) };
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
        unsafe { stream.write(export(columns(n), batches(columns(n), ngrams, places, batch_rows))) };
        Ok(())
    })
}
