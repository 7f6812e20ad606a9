//! How often terms follow each other.

use std::iter::Peekable;
use std::sync::Arc;

use engine::counts::{Ngrams, Shape};
use engine::memory::{ensure, reserve};

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{ArrayRef, RecordBatch, StringArray, UInt64Array};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{ArrowError, DataType, SchemaRef};

use crate::analyzer::tp_analyzer;
use crate::arrow::{export, failed, schema};
use crate::border::{guard, out};
use crate::frequencies::{MAX_BATCH_TEXT, is_full, too_long};
use crate::handles::borrow;
use crate::status::{Failure, TP_ERROR_INVALID_ARGUMENT, tp_status};

/// Bytes that Arrow takes for a column, about, without asking for them.
const COLUMN: usize = 1 << 10;

fn columns(n: usize) -> SchemaRef {
    let names: Vec<String> = (1..=n).map(|number| format!("term_{number}")).collect();
    let terms = names.iter().map(|name| (name.as_str(), DataType::Utf8));
    schema(&terms.chain([("count", DataType::UInt64)]).collect::<Vec<_>>())
}

/// A column of terms while it is made.
struct Terms {
    bytes: Vec<u8>,
    offsets: Vec<i32>,
}

impl Terms {
    fn new() -> Self {
        Self { bytes: Vec::new(), offsets: vec![0] }
    }

    fn has_room_for(&self, term: &[u8]) -> bool {
        self.bytes.len() + term.len() <= MAX_BATCH_TEXT
    }

    fn push(&mut self, term: &[u8]) -> Result<(), ArrowError> {
        let end = i32::try_from(self.bytes.len() + term.len()).map_err(|_| too_long())?;
        reserve(&mut self.bytes, term.len()).map_err(failed)?;
        reserve(&mut self.offsets, 1).map_err(failed)?;
        self.bytes.extend_from_slice(term);
        self.offsets.push(end);
        Ok(())
    }

    fn finish(self) -> Result<ArrayRef, ArrowError> {
        Ok(Arc::new(StringArray::try_new(OffsetBuffer::new(self.offsets.into()), self.bytes.into(), None)?))
    }
}

/// Batches of n-grams in the order of their places.
fn batches<I: Iterator<Item = u32>>(
    ngrams: Ngrams,
    places: I,
    batch_rows: usize,
) -> impl Iterator<Item = Result<RecordBatch, ArrowError>> {
    let columns = columns(ngrams.n());
    let mut places = places.peekable();
    let next = move |places: &mut Peekable<I>| {
        ensure(ngrams.n() * COLUMN).map_err(failed)?;
        let mut terms: Vec<Terms> = (0..ngrams.n()).map(|_| Terms::new()).collect();
        let mut counts = Vec::new();
        let gram = |place: u32| ngrams.get(place as usize).iter().map(|id| ngrams.terms().get(*id));
        while let Some(place) = places.next_if(|place| {
            let fits = || gram(*place).zip(&terms).all(|(term, column)| column.has_room_for(term));
            counts.is_empty() || !is_full(counts.len(), batch_rows) && fits()
        }) {
            for (term, column) in gram(place).zip(&mut terms) {
                column.push(term)?;
            }
            reserve(&mut counts, 1).map_err(failed)?;
            counts.push(ngrams.counts()[place as usize]);
        }
        let mut arrays: Vec<ArrayRef> = terms.into_iter().map(Terms::finish).collect::<Result<_, _>>()?;
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
            "there are no n-grams of {n} terms that leave out {skip}: n is from 1 to 1000, and with what may be left out \
             at most a million may begin at each word"
        );
        Failure::new(TP_ERROR_INVALID_ARGUMENT, message)
    };
    let shape = Shape::new(n, skip).ok_or_else(wrong)?;
    ensure(n * COLUMN)?;
    // SAFETY: the caller's promise.
    Ok(unsafe { borrow(analyzer, "analyzer")? }.engine.ngrams(shape)?)
}

/// See the header.
///
/// # Safety
/// As the header says.
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
        let places = 0..u32::try_from(ngrams.len()).expect("less than memory holds");
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { stream.write(export(columns(n), batches(ngrams, places, batch_rows))) };
        Ok(())
    })
}

/// See the header.
///
/// # Safety
/// As the header says.
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
