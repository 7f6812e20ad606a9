//! Document-term matrices in compressed rows.

mod arrays;
mod state;
pub(crate) mod vectorizer;
mod weights;

use std::ffi::c_char;
use std::sync::Arc;
use std::time::Duration;

use arrow_array::Int64Array;
use arrow_array::ffi::FFI_ArrowArray;

use engine::documents::{Blank, parts as parts_of};
use engine::matrix::{MatrixBuilder, Task, TermKind, Vectorizer};
use engine::memory::list_for;

use crate::analyzer::tp_analyzer;
use crate::arrow::columns::export_array;
use crate::boundary::guard::{guard, guard_release};
use crate::boundary::pointers::{out, slice, write_if_wanted};
use crate::boundary::text_args::{self, bytes};
use crate::column::{Rows, tp_column};
use crate::counts::groups::check_group_count;
use crate::error::status::{Failure, TP_ERROR_INVALID_ARGUMENT, tp_status};
use crate::handles::{borrow, from_handle, into_handle};
use crate::matrix::state::State;
use crate::matrix::vectorizer::ngrams;

pub use arrays::*;
pub use state::tp_matrix;
pub use vectorizer::*;
pub use weights::*;

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
        let (now_done, all) = matrix.update(Duration::from_millis(milliseconds.into()))?;
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
        let mut documents = list_for(count)?;
        for text in texts {
            documents.push(text?);
        }
        matrix.add_each(&documents)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_matrix_add_column(matrix: *mut tp_matrix, column: *const tp_column) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promise, for both.
        let (matrix, rows) = unsafe { (borrow(matrix, "matrix")?, Rows::read(column)?) };
        // A wrong row leaves the matrix usable, as above.
        let mut texts = list_for(rows.len())?;
        for text in rows.texts() {
            match text? {
                None if rows.missing() == Blank::Skipped => {}
                text => texts.push(text.unwrap_or_default()),
            }
        }
        matrix.add_each(&texts).map_err(|failure| rows.located(failure))
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
pub unsafe extern "C" fn tp_matrix_sum_groups(
    matrix: *mut tp_matrix,
    codes: *const u32,
    code_count: usize,
    group_count: usize,
) -> tp_status {
    guard(|| {
        check_group_count(group_count)?;
        // SAFETY: the caller's promise, for both.
        let (matrix, codes) = unsafe { (borrow(matrix, "matrix")?, slice(codes, code_count, "codes")?) };
        matrix.with(|matrix| Ok(matrix.sum_groups(codes, group_count)?))
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
