//! Documents: how they are added and read.

pub(crate) mod draft;

use std::ffi::c_char;
use std::ops::ControlFlow;
use std::sync::Arc;

use engine::Error;
use engine::analyzer::Added;
use engine::documents::{Blank, Checked, Chunk};
use engine::error::BatchError;
use engine::tokenizer::Tokenization;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{LargeStringArray, RecordBatch, UInt64Array};
use arrow_buffer::{OffsetBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, DataType, SchemaRef};

use crate::analyzer::tp_analyzer;
use crate::arrow::columns::{schema, shared_buffer};
use crate::arrow::stream::{export, failed};
use crate::boundary::blank::{TP_BLANK_REFUSE, TP_BLANK_SKIP, blank_of, tp_blank};
use crate::boundary::guard::guard;
use crate::boundary::pointers::{out, write_if_wanted};
use crate::boundary::text_args::{self, bytes};
use crate::column::{Rows, tp_column};
use crate::error::status::{Failure, tp_status};
use crate::handles::{acquire, borrow};

pub use draft::*;

/// Adds a document with `add`, then calls the listener.
fn add_and_tell(
    analyzer: &tp_analyzer,
    text: &[u8],
    add: impl FnOnce() -> Result<Added, Error>,
) -> Result<ControlFlow<()>, Failure> {
    let listener = analyzer.listening.ready(Some(text))?;
    let words = if listener.is_some() { analyzer.engine.words_of(text)? } else { None };
    let added = add()?;
    let added = Added { words: words.unwrap_or(added.words), ..added };
    Ok(listener.map_or(ControlFlow::Continue(()), |listener| listener.tell(text, added)))
}

/// Adds texts one by one, and calls the listener after each. Reads the listener again for each text, because a callback
/// may replace or clear itself.
fn add_all_and_tell<'t>(
    analyzer: &tp_analyzer,
    texts: impl Iterator<Item = Result<Checked<'t>, Error>>,
    blank: Blank,
    added: &mut u64,
) -> Result<(), Failure> {
    for (place, checked) in texts.enumerate() {
        let document = match checked {
            Err(Error::NoWords) if blank == Blank::Skipped => continue,
            checked => checked.map_err(|error| BatchError { text: place, error })?,
        };
        let told = add_and_tell(analyzer, document.text().as_bytes(), || analyzer.engine.add_checked(&document));
        let told = told.map_err(|failure| Failure { document: Some(place), ..failure })?;
        *added += 1;
        if told.is_break() {
            return Err(Failure::stopped_by_callback(Some(place)));
        }
    }
    Ok(())
}

fn counted(result: (u64, Result<(), BatchError>), added: &mut u64) -> Result<(), Failure> {
    *added = result.0;
    Ok(result.1?)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_add_document(
    analyzer: *mut tp_analyzer,
    text: *const c_char,
    length: usize,
) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promise, for both.
        let (analyzer, text) = unsafe { (acquire(analyzer, "analyzer")?, bytes(text, length, "text")?) };
        match add_and_tell(&analyzer, text, || analyzer.engine.add(text))? {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Failure::stopped_by_callback(None)),
        }
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_add_documents(
    analyzer: *mut tp_analyzer,
    texts: *const *const c_char,
    lengths: *const usize,
    count: usize,
    added: *mut u64,
) -> tp_status {
    // SAFETY: the caller's promises are those of the function called.
    unsafe { tp_analyzer_add_texts(analyzer, texts, lengths, count, TP_BLANK_REFUSE, added) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_add_texts(
    analyzer: *mut tp_analyzer,
    texts: *const *const c_char,
    lengths: *const usize,
    count: usize,
    blank: tp_blank,
    added: *mut u64,
) -> tp_status {
    let mut number = 0;
    let status = guard(|| {
        let blank = blank_of(blank, "blank")?;
        // SAFETY: the caller's promise, for all three.
        let (analyzer, texts) =
            unsafe { (acquire(analyzer, "analyzer")?, text_args::texts(texts, lengths, count, "texts")?) };
        let mut refused = Ok(());
        let documents = texts.map_while(|text| text.map_err(|failure| refused = Err(failure)).ok());
        let documents = documents.fuse().map(|text| Checked::with(text, blank));
        if analyzer.listening.has_listener() {
            add_all_and_tell(&analyzer, documents, blank, &mut number)?;
        } else {
            counted(analyzer.engine.add_all(documents, blank), &mut number)?;
        }
        refused
    });
    // SAFETY: NULL or valid for writes, by the caller's promise.
    unsafe { write_if_wanted(added, number) };
    status
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_add_separated(
    analyzer: *mut tp_analyzer,
    text: *const c_char,
    length: usize,
    separator: c_char,
    parts: usize,
    skip_blank: bool,
    added: *mut u64,
) -> tp_status {
    let blank = if skip_blank { TP_BLANK_SKIP } else { TP_BLANK_REFUSE };
    // SAFETY: the caller's promises are those of the function called.
    unsafe { tp_analyzer_add_parts(analyzer, text, length, separator, parts, blank, added) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_add_parts(
    analyzer: *mut tp_analyzer,
    text: *const c_char,
    length: usize,
    separator: c_char,
    parts: usize,
    blank: tp_blank,
    added: *mut u64,
) -> tp_status {
    let mut number = 0;
    let status = guard(|| {
        let blank = blank_of(blank, "blank")?;
        // SAFETY: the caller's promise, for both.
        let (analyzer, text) = unsafe { (acquire(analyzer, "analyzer")?, bytes(text, length, "text")?) };
        let separator = text_args::separator(separator)?;
        if parts > 0 {
            text_args::count_parts(text, separator, parts)?;
        }
        if analyzer.listening.has_listener() {
            let parts = text.split(|byte| *byte == separator).map(|part| Checked::with(part, blank));
            add_all_and_tell(&analyzer, parts, blank, &mut number)
        } else {
            counted(analyzer.engine.add_separated(text, separator, blank), &mut number)
        }
    });
    // SAFETY: NULL or valid for writes, by the caller's promise.
    unsafe { write_if_wanted(added, number) };
    status
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_add_column(
    analyzer: *mut tp_analyzer,
    column: *const tp_column,
    added: *mut u64,
) -> tp_status {
    let mut number = 0;
    let status = guard(|| {
        // SAFETY: the caller's promise, for both.
        let (analyzer, rows) = unsafe { (acquire(analyzer, "analyzer")?, Rows::read(column)?) };
        let (blank, first) = (rows.missing(), rows.first());
        let mut refused = Ok(());
        let texts = rows.texts().map_while(|text| text.map_err(|failure| refused = Err(failure)).ok());
        // A null is treated as a blank text, which is skipped or kept: `texts` fails if nulls are refused.
        let texts = texts.fuse().map(Option::unwrap_or_default);
        let result = if analyzer.listening.has_listener() {
            add_all_and_tell(&analyzer, texts.map(|text| Checked::with(text, blank)), blank, &mut number)
        } else {
            counted(analyzer.engine.add_texts(texts, blank), &mut number)
        };
        result.map_err(|failure| Failure { document: failure.document.map(|place| first + place), ..failure })?;
        refused
    });
    // SAFETY: NULL or valid for writes, by the caller's promise.
    unsafe { write_if_wanted(added, number) };
    status
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_document_count(analyzer: *const tp_analyzer, count: *mut u64) -> tp_status {
    guard(|| {
        let count = out(count, "count")?;
        // SAFETY: the caller's promise; the out-parameter is not NULL.
        unsafe { count.write(borrow(analyzer, "analyzer")?.engine.document_count()) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_contains_document(
    analyzer: *const tp_analyzer,
    text: *const c_char,
    length: usize,
    contains: *mut bool,
) -> tp_status {
    guard(|| {
        let contains = out(contains, "contains")?;
        // SAFETY: the caller's promise; the out-parameter is not NULL.
        unsafe {
            let text = bytes(text, length, "text")?;
            contains.write(borrow(analyzer, "analyzer")?.engine.contains_document(text)?);
        }
        Ok(())
    })
}

fn columns() -> SchemaRef {
    schema(&[("text", DataType::LargeUtf8), ("word_count", DataType::UInt64)])
}

/// A batch over a chunk's own memory.
fn batch(chunk: &Arc<Chunk>, tokenization: &Tokenization) -> Result<RecordBatch, ArrowError> {
    let words = chunk.words(tokenization).map_err(failed)?;
    let offsets = ScalarBuffer::new(shared_buffer(Arc::clone(chunk), |chunk| chunk.offsets()), 0, chunk.len() + 1);
    let text = shared_buffer(Arc::clone(chunk), |chunk| chunk.text());
    // SAFETY: documents were checked to be UTF-8 before they were added, and the offsets are where they end.
    let text = unsafe { LargeStringArray::new_unchecked(OffsetBuffer::new_unchecked(offsets), text, None) };
    RecordBatch::try_new(columns(), vec![Arc::new(text), Arc::new(UInt64Array::from(words))])
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_documents(
    analyzer: *const tp_analyzer,
    first: u64,
    stream: *mut FFI_ArrowArrayStream,
) -> tp_status {
    guard(|| {
        let stream = out(stream, "stream")?;
        // SAFETY: the caller's promise.
        let analyzer = unsafe { borrow(analyzer, "analyzer")? };
        let (chunks, skipped) = analyzer.engine.documents_since(usize::try_from(first).unwrap_or(usize::MAX))?;
        let tokenization = analyzer.engine.tokenization().clone();
        let batches = chunks.into_iter().enumerate().map(move |(place, chunk)| {
            let skipped = if place == 0 { skipped } else { 0 };
            batch(&chunk, &tokenization).map(|all| all.slice(skipped, all.num_rows() - skipped))
        });
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { stream.write(export(columns(), batches)) };
        Ok(())
    })
}
