//! The number of words, and the frequencies of terms.

use std::iter::Peekable;
use std::ops::Range;
use std::sync::Arc;

use engine::checkpoint::Steps;
use engine::counts::{Frequencies, Ranked};
use engine::memory::reserve;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{ArrayRef, RecordBatch, StringArray, UInt64Array};
use arrow_buffer::{OffsetBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, DataType, SchemaRef};

use crate::analyzer::tp_analyzer;
use crate::arrow::columns::{StringColumn, is_full, schema, shared_buffer, too_long};
use crate::arrow::stream::{export, failed};
use crate::boundary::guard::guard;
use crate::boundary::pointers::out;
use crate::error::status::tp_status;
use crate::handles::borrow;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_total_words(analyzer: *const tp_analyzer, words: *mut u64) -> tp_status {
    guard(|| {
        let words = out(words, "words")?;
        // SAFETY: the caller's promise; the out-parameter is not NULL.
        unsafe { words.write(borrow(analyzer, "analyzer")?.engine.total_words()?) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_unique_words(analyzer: *const tp_analyzer, words: *mut u64) -> tp_status {
    guard(|| {
        let words = out(words, "words")?;
        // SAFETY: the caller's promise; the out-parameter is not NULL.
        unsafe { words.write(borrow(analyzer, "analyzer")?.engine.unique_words()?) };
        Ok(())
    })
}

pub(super) fn columns() -> SchemaRef {
    schema(&[("term", DataType::Utf8), ("count", DataType::UInt64)])
}

fn batch(terms: ArrayRef, counts: UInt64Array) -> Result<RecordBatch, ArrowError> {
    RecordBatch::try_new(columns(), vec![terms, Arc::new(counts)])
}

/// Batches in order of the terms' ids. They share the memory of the terms.
struct InOrder {
    frequencies: Frequencies,
    batch_rows: usize,
    next: u32,
}

impl InOrder {
    fn batch(&self, ids: Range<u32>, start: usize, offsets: Vec<i32>) -> Result<RecordBatch, ArrowError> {
        let terms = shared_buffer(Arc::clone(self.frequencies.terms()), |terms| {
            &terms.bytes()[start..][..offsets.last().map_or(0, |end| end.unsigned_abs() as usize)]
        });
        // SAFETY: the offsets are the ends of terms, and terms are UTF-8, because the words they come from are.
        let terms = unsafe { StringArray::new_unchecked(OffsetBuffer::new(offsets.into()), terms, None) };
        let (start, rows) = (ids.start as usize, ids.len());
        let counts = shared_buffer(Arc::clone(self.frequencies.counts()), |counts| &counts[..]);
        batch(Arc::new(terms), UInt64Array::new(ScalarBuffer::new(counts, start, rows), None))
    }
}

impl Iterator for InOrder {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let terms = self.frequencies.terms();
        let first = self.next;
        let start = first.checked_sub(1).map_or(0, |before| terms.end(before));
        let (mut offsets, mut steps) = (vec![0], Steps::begin());
        while (self.next as usize) < self.frequencies.len() && !is_full(offsets.len() - 1, self.batch_rows) {
            match i32::try_from(terms.end(self.next) - start) {
                Ok(offset) => {
                    if let Err(error) = steps.did(1).and_then(|()| reserve(&mut offsets, 1)) {
                        return Some(Err(failed(error)));
                    }
                    offsets.push(offset);
                }
                Err(_) => break,
            }
            self.next += 1;
        }
        if self.next == first {
            // No term is left, or the next term is too long for a batch.
            return ((first as usize) < self.frequencies.len()).then(|| {
                self.next = u32::try_from(self.frequencies.len()).expect("ids are 32 bits");
                Err(too_long())
            });
        }
        Some(self.batch(first..self.next, start, offsets))
    }
}

/// Batches of terms, the most frequent first.
fn ranked(
    frequencies: Frequencies,
    ids: Ranked,
    batch_rows: usize,
) -> impl Iterator<Item = Result<RecordBatch, ArrowError>> + Send {
    let mut ids = ids.peekable();
    let next = move |ids: &mut Peekable<Ranked>| {
        let term = |id: u32| frequencies.terms().get(id);
        let (mut terms, mut counts) = (StringColumn::<i32>::with_capacity(0).map_err(failed)?, Vec::new());
        let mut steps = Steps::begin();
        while let Some(id) =
            ids.next_if(|id| counts.is_empty() || !is_full(counts.len(), batch_rows) && terms.has_room_for(term(*id)))
        {
            if !terms.has_room_for(term(id)) {
                return Err(too_long());
            }
            steps.did(1).map_err(failed)?;
            terms.push(term(id)).map_err(failed)?;
            reserve(&mut counts, 1).map_err(failed)?;
            counts.push(frequencies.counts()[id as usize]);
        }
        batch(Arc::new(terms.finish()), counts.into())
    };
    std::iter::from_fn(move || ids.peek().is_some().then(|| next(&mut ids)))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_term_frequencies(
    analyzer: *const tp_analyzer,
    batch_rows: usize,
    stream: *mut FFI_ArrowArrayStream,
) -> tp_status {
    guard(|| {
        let stream = out(stream, "stream")?;
        // SAFETY: the caller's promise.
        let frequencies = unsafe { borrow(analyzer, "analyzer")? }.engine.frequencies()?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { stream.write(export(columns(), InOrder { frequencies, batch_rows, next: 0 })) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_top_terms(
    analyzer: *const tp_analyzer,
    batch_rows: usize,
    stream: *mut FFI_ArrowArrayStream,
) -> tp_status {
    guard(|| {
        let stream = out(stream, "stream")?;
        // SAFETY: the caller's promise.
        let frequencies = unsafe { borrow(analyzer, "analyzer")? }.engine.frequencies()?;
        let ids = frequencies.ranked()?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { stream.write(export(columns(), ranked(frequencies, ids, batch_rows))) };
        Ok(())
    })
}
