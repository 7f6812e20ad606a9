//! Document-term matrices in compressed rows.

pub(crate) mod vectorizer;
mod weights;

use std::ffi::c_char;
use std::ops::Range;
use std::panic::RefUnwindSafe;
use std::slice;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use arrow_array::ffi::FFI_ArrowArray;
use arrow_array::types::{Float32Type, Float64Type, Int32Type, Int64Type};
use arrow_array::{ArrowPrimitiveType, Int64Array, PrimitiveArray};
use arrow_buffer::ScalarBuffer;

use engine::Error;
use engine::documents::{Blank, parts as parts_of};
use engine::matrix::{Csr, Fold, Matrix, MatrixBuilder, Number, Task, TermKind, Vectorizer};
use engine::memory::{Buffer, list_for, reserve};

use crate::analyzer::tp_analyzer;
use crate::arrow::columns::{export_array, shared_buffer};
use crate::boundary::guard::{guard, guard_release};
use crate::boundary::pointers::{out, slice, write_if_wanted};
use crate::boundary::text_args::{self, bytes};
use crate::column::{Rows, tp_column};
use crate::error::status::{Failure, TP_ERROR_INVALID_ARGUMENT, tp_status};
use crate::handles::{Handle, borrow, from_handle, into_handle};
use crate::matrix::vectorizer::ngrams;
use crate::runtime::fork::{Origin, is_free};

pub use vectorizer::*;
pub use weights::*;

/// Documents of fewer bytes are copied, so that the engine counts several in one call.
const COPY_BELOW_BYTES: usize = 64 << 10;
/// The bytes of short documents that are copied before one call.
const COPIED_BYTES: usize = 4 << 20;

/// A matrix behind its opaque handle.
pub struct tp_matrix {
    pub(crate) state: Mutex<State>,
    origin: Origin,
}

pub(crate) enum State {
    Building(Box<MatrixBuilder>),
    Folding(Box<Fold>),
    Complete(Box<Matrix>),
    Failed(Error),
}

impl State {
    /// Works for about this time, or until the matrix is complete. Returns the work that is done, and all work.
    fn step(&mut self, time: Option<Duration>) -> (u64, u64) {
        let deadline = time.map(|time| Instant::now() + time);
        // If a step fails or panics, the matrix stays failed.
        let before = std::mem::replace(self, Self::Failed(Error::OutOfMemory { bytes: 0 }));
        let fold = match before {
            Self::Building(builder) => builder.finish(),
            Self::Folding(fold) => Ok(*fold),
            other => {
                *self = other;
                return (1, 1);
            }
        };
        let folded = fold.and_then(|mut fold| match fold.step(deadline)? {
            true => Ok(((1, 1), Self::Complete(Box::new(fold.finish()?)))),
            false => Ok((fold.progress(), Self::Folding(Box::new(fold)))),
        });
        let (progress, after) = folded.unwrap_or_else(|error| ((1, 1), Self::Failed(error)));
        *self = after;
        progress
    }
}

impl Handle for tp_matrix {
    fn is_here(&self) -> bool {
        self.origin.is_here(|| is_free(&self.state))
    }
}

impl tp_matrix {
    /// Adds documents; `first` is the place of the first one in the call, for errors.
    fn add(&self, text: &[u8], documents: &[Range<usize>], first: usize) -> Result<(), Failure> {
        match &mut *self.state.lock().unwrap_or_else(PoisonError::into_inner) {
            State::Building(builder) => builder.add(text, documents).map_err(|error| {
                let failure: Failure = error.into();
                Failure { document: failure.document.map(|document| first + document), ..failure }
            }),
            State::Folding(_) | State::Complete(_) => Err(Failure::new(
                TP_ERROR_INVALID_ARGUMENT,
                "the matrix is complete: documents can only be added before its first query",
            )),
            State::Failed(error) => Err(error.clone().into()),
        }
    }

    /// Adds documents, short ones together. An error of the matrix has the number of the text.
    fn add_each<'t>(&self, texts: impl Iterator<Item = Result<&'t [u8], Failure>>) -> Result<(), Failure> {
        let (mut together, mut documents): (Vec<u8>, Vec<Range<usize>>) = Default::default();
        let mut first = 0;
        for (place, text) in texts.enumerate() {
            let text = text?;
            if text.len() >= COPY_BELOW_BYTES || together.len() >= COPIED_BYTES {
                self.add(&together, &documents, first)?;
                together.clear();
                documents.clear();
                first = place;
            }
            if text.len() >= COPY_BELOW_BYTES {
                self.add(text, slice::from_ref(&(0..text.len())), place)?;
                first = place + 1;
                continue;
            }
            reserve(&mut together, text.len() + 1)?;
            reserve(&mut documents, 1)?;
            documents.push(together.len()..together.len() + text.len());
            together.extend_from_slice(text);
            together.push(0);
        }
        self.add(&together, &documents, first)
    }

    /// Completes the matrix if it is not complete yet, then passes it to `work`.
    fn with<R>(&self, work: impl FnOnce(&mut Matrix) -> Result<R, Failure>) -> Result<R, Failure> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.step(None);
        match &mut *state {
            State::Complete(matrix) => work(matrix),
            State::Failed(error) => Err(error.clone().into()),
            State::Building(_) | State::Folding(_) => unreachable!("it was completed above"),
        }
    }
}

impl tp_matrix {
    fn of(state: State) -> Self {
        Self { state: Mutex::new(state), origin: Origin::new() }
    }
}

fn new_matrix(vectorizer: &Arc<Vectorizer>, task: Task) -> Result<*mut tp_matrix, Failure> {
    if vectorizer.options.analyzer == TermKind::OfAnalyzer {
        let message = "the vectorizer has the terms of an analyzer, and cannot count other texts: \
                       call tp_analyzer_document_term_matrix()";
        return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message));
    }
    let builder = MatrixBuilder::new(Arc::clone(vectorizer), task)?;
    Ok(into_handle(tp_matrix::of(State::Building(Box::new(builder)))))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_document_term_matrix(
    analyzer: *const tp_analyzer,
    ngrams_from: usize,
    ngrams_to: usize,
    matrix: *mut *mut tp_matrix,
) -> tp_status {
    guard(|| {
        let matrix = out(matrix, "matrix")?;
        let ngrams = ngrams(ngrams_from, ngrams_to)?;
        // SAFETY: the caller's promise.
        let fold = unsafe { borrow(analyzer, "analyzer")? }.engine.document_term_matrix(ngrams)?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { matrix.write(into_handle(tp_matrix::of(State::Folding(Box::new(fold))))) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_matrix_update(
    matrix: *mut tp_matrix,
    milliseconds: u32,
    done: *mut u64,
    total: *mut u64,
) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promise.
        let matrix = unsafe { borrow(matrix, "matrix")? };
        let mut state = matrix.state.lock().unwrap_or_else(PoisonError::into_inner);
        let time = (milliseconds > 0).then(|| Duration::from_millis(milliseconds.into()));
        let (now_done, all) = state.step(time);
        if let State::Failed(error) = &*state {
            return Err(error.clone().into());
        }
        // SAFETY: NULL or valid for writes, by the caller's promise.
        unsafe {
            write_if_wanted(done, now_done);
            write_if_wanted(total, all);
        }
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_matrix_new(
    vectorizer: *const tp_vectorizer,
    grows: bool,
    matrix: *mut *mut tp_matrix,
) -> tp_status {
    guard(|| {
        let matrix = out(matrix, "matrix")?;
        // SAFETY: the caller's promise.
        let vectorizer = unsafe { borrow(vectorizer, "vectorizer")? };
        let new = new_matrix(&vectorizer.engine, if grows { Task::Grow } else { Task::Known })?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { matrix.write(new) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_matrix_new_hashed(
    vectorizer: *const tp_vectorizer,
    columns: usize,
    alternates: bool,
    matrix: *mut *mut tp_matrix,
) -> tp_status {
    guard(|| {
        let matrix = out(matrix, "matrix")?;
        let wrong = || {
            let message = format!("`columns` is {columns}: a hashed matrix has from 1 to {} columns", i32::MAX);
            Failure::new(TP_ERROR_INVALID_ARGUMENT, message)
        };
        let columns = u32::try_from(columns).map_err(|_| wrong())?;
        if columns == 0 || columns > i32::MAX.cast_unsigned() {
            return Err(wrong());
        }
        // SAFETY: the caller's promise.
        let vectorizer = unsafe { borrow(vectorizer, "vectorizer")? };
        let new = new_matrix(&vectorizer.engine, Task::Hash { columns, alternates })?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { matrix.write(new) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_matrix_free(matrix: *mut tp_matrix) {
    guard_release(|| {
        // SAFETY: the caller's promise.
        drop(unsafe { from_handle(matrix, "matrix")? });
        Ok(())
    });
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_matrix_add_documents(
    matrix: *mut tp_matrix,
    texts: *const *const c_char,
    lengths: *const usize,
    count: usize,
) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promise, for all three.
        let (matrix, texts) = unsafe { (borrow(matrix, "matrix")?, text_args::texts(texts, lengths, count, "texts")?) };
        // A wrong pointer leaves the matrix usable, so the call must not add the documents before the wrong one.
        texts.clone().try_for_each(|text| text.map(drop))?;
        matrix.add_each(texts)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_matrix_add_column(matrix: *mut tp_matrix, column: *const tp_column) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promise, for both.
        let (matrix, rows) = unsafe { (borrow(matrix, "matrix")?, Rows::read(column)?) };
        // A wrong row leaves the matrix usable, as above.
        rows.texts().try_for_each(|text| text.map(drop))?;
        let is_skipped = |text: &Result<Option<_>, _>| rows.missing() == Blank::Skipped && matches!(text, Ok(None));
        let texts = rows.texts().filter(|text| !is_skipped(text));
        let added = matrix.add_each(texts.map(|text| text.map(Option::unwrap_or_default)));
        added.map_err(|failure| rows.located(failure))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_matrix_add_separated(
    matrix: *mut tp_matrix,
    text: *const c_char,
    length: usize,
    separator: c_char,
    parts: usize,
) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promise, for both.
        let (matrix, text) = unsafe { (borrow(matrix, "matrix")?, bytes(text, length, "text")?) };
        let separator = text_args::separator(separator)?;
        if separator.is_ascii_alphanumeric() || separator == b'_' {
            let message = format!(
                "the separator is the byte {separator:#04x}: it must not be a letter, a digit or an underscore"
            );
            return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message));
        }
        let mut documents = list_for(text_args::count_parts(text, separator, parts)?)?;
        documents.extend(parts_of(text, separator));
        matrix.add(text, &documents, 0)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_matrix_shape(
    matrix: *mut tp_matrix,
    rows: *mut u64,
    columns: *mut u64,
    entries: *mut u64,
) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promise.
        let matrix = unsafe { borrow(matrix, "matrix")? };
        let (counted_rows, counted_columns, counted) = matrix.with(|matrix| {
            Ok((matrix.rows(), matrix.columns(), if entries.is_null() { 0 } else { matrix.entries()? }))
        })?;
        // SAFETY: NULL or valid for writes, by the caller's promise.
        unsafe {
            write_if_wanted(rows, counted_rows as u64);
            write_if_wanted(columns, counted_columns as u64);
            write_if_wanted(entries, counted as u64);
        }
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_matrix_sort(matrix: *mut tp_matrix) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promise.
        unsafe { borrow(matrix, "matrix")? }.with(|matrix| Ok(matrix.sort()?))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_matrix_totals(
    matrix: *mut tp_matrix,
    documents: *mut FFI_ArrowArray,
    counts: *mut FFI_ArrowArray,
) -> tp_status {
    guard(|| {
        let (documents, counts) = (out(documents, "documents")?, out(counts, "counts")?);
        // SAFETY: the caller's promise.
        let totals = unsafe { borrow(matrix, "matrix")? }.with(|matrix| Ok(matrix.totals()?))?;
        let array = |numbers: Vec<i64>| export_array(&Int64Array::from(numbers));
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe {
            documents.write(array(totals.documents));
            counts.write(array(totals.counts));
        }
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_matrix_keep(matrix: *mut tp_matrix, is_kept: *const u8, columns: usize) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promise, for both.
        let (matrix, is_kept) = unsafe { (borrow(matrix, "matrix")?, slice(is_kept, columns, "is_kept")?) };
        matrix.with(|matrix| {
            if matrix.is_hashed() || matrix.columns() != columns {
                let message = format!(
                    "`columns` is {columns}, but the matrix has {}{}",
                    matrix.columns(),
                    if matrix.is_hashed() { "; hashed columns cannot be removed" } else { "" },
                );
                return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message));
            }
            Ok(matrix.keep(is_kept.iter().map(|is_kept| *is_kept != 0))?)
        })
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_matrix_vectorizer(
    matrix: *mut tp_matrix,
    vectorizer: *mut *mut tp_vectorizer,
) -> tp_status {
    guard(|| {
        let vectorizer = out(vectorizer, "vectorizer")?;
        // SAFETY: the caller's promise.
        let fitted = unsafe { borrow(matrix, "matrix")? }.with(|matrix| Ok(matrix.vectorizer()?))?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { vectorizer.write(into_handle(tp_vectorizer::new(fitted))) };
        Ok(())
    })
}

/// An array that owns the buffer.
fn array<P>(buffer: Buffer<P::Native>) -> FFI_ArrowArray
where
    P: ArrowPrimitiveType,
    P::Native: Number + RefUnwindSafe,
{
    let length = buffer.len();
    let values = ScalarBuffer::new(shared_buffer(Arc::new(buffer), |buffer| &buffer[..]), 0, length);
    export_array(&PrimitiveArray::<P>::new(values, None))
}

/// The arrays of the compressed rows: row ends, columns and values.
fn arrays<I, T>(matrix: &mut Matrix, is_binary: bool) -> Result<[FFI_ArrowArray; 3], Failure>
where
    I: ArrowPrimitiveType,
    T: ArrowPrimitiveType,
    I::Native: Number + RefUnwindSafe,
    T::Native: Number + RefUnwindSafe,
{
    let Csr { row_ends, columns, values } = matrix.into_csr::<I::Native, T::Native>(is_binary)?;
    Ok([array::<I>(row_ends), array::<I>(columns), array::<T>(values)])
}

pub type tp_value_type = usize;

pub const TP_VALUE_INT32: tp_value_type = 0;
pub const TP_VALUE_INT64: tp_value_type = 1;
pub const TP_VALUE_FLOAT32: tp_value_type = 2;
pub const TP_VALUE_FLOAT64: tp_value_type = 3;

fn arrays_of<I>(matrix: &mut Matrix, value_type: tp_value_type, is_binary: bool) -> Result<[FFI_ArrowArray; 3], Failure>
where
    I: ArrowPrimitiveType,
    I::Native: Number + RefUnwindSafe,
{
    match value_type {
        TP_VALUE_INT32 => arrays::<I, Int32Type>(matrix, is_binary),
        TP_VALUE_INT64 => arrays::<I, Int64Type>(matrix, is_binary),
        TP_VALUE_FLOAT32 => arrays::<I, Float32Type>(matrix, is_binary),
        TP_VALUE_FLOAT64 => arrays::<I, Float64Type>(matrix, is_binary),
        _ => Err(Failure::unknown_value("value_type", value_type, TP_VALUE_FLOAT64)),
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_matrix_arrays(
    matrix: *mut tp_matrix,
    value_type: tp_value_type,
    is_binary: bool,
    offset_size: *mut usize,
    row_ends: *mut FFI_ArrowArray,
    columns: *mut FFI_ArrowArray,
    values: *mut FFI_ArrowArray,
) -> tp_status {
    guard(|| {
        let offset_size = out(offset_size, "offset_size")?;
        let places = [out(row_ends, "row_ends")?, out(columns, "columns")?, out(values, "values")?];
        // SAFETY: the caller's promise.
        let (size, arrays) = unsafe { borrow(matrix, "matrix")? }.with(|matrix| {
            if matrix.entries()? > i32::MAX.cast_unsigned() as usize {
                return Ok((8, arrays_of::<Int64Type>(matrix, value_type, is_binary)?));
            }
            Ok((4, arrays_of::<Int32Type>(matrix, value_type, is_binary)?))
        })?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe {
            offset_size.write(size);
            places.into_iter().zip(arrays).for_each(|(place, array)| place.write(array));
        }
        Ok(())
    })
}
