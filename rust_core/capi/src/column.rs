//! Columns: many texts that C passes as one Arrow array.

use std::ffi::c_char;
use std::marker::PhantomData;

use arrow_array::UInt64Array;
use arrow_array::ffi::FFI_ArrowArray;
use arrow_schema::ffi::FFI_ArrowSchema;

use engine::Error;
use engine::documents::{Blank, Checked};
use engine::memory::reserve;

use crate::arrow::columns::export_array;
use crate::arrow::import::Column;
use crate::boundary::blank::{blank_of, tp_blank};
use crate::boundary::guard::guard;
use crate::boundary::options::{self, Options};
use crate::boundary::pointers::{out, write_if_wanted};
use crate::boundary::text_args::bytes;
use crate::error::status::{Failure, TP_ERROR_INVALID_ARGUMENT, TP_ERROR_MISSING_TEXT, tp_status};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tp_column {
    pub struct_size: usize,
    pub schema: *const FFI_ArrowSchema,
    pub array: *const FFI_ArrowArray,
    pub name: *const c_char,
    pub name_length: usize,
    pub first: usize,
    pub count: usize,
    pub missing: tp_blank,
}

// SAFETY: its layout is that of C, its members are integers and pointers, and 0 is the default of each.
unsafe impl Options for tp_column {
    const NAME: &str = "tp_column";
}

/// Rows of a column, during a call.
pub(crate) struct Rows<'a> {
    column: Column,
    first: usize,
    count: usize,
    missing: Blank,
    arrays: PhantomData<&'a FFI_ArrowArray>,
}

impl<'a> Rows<'a> {
    /// Reads the argument `column` of a function.
    ///
    /// # Safety
    /// The pointer is NULL or valid, and so are its members, by the promises of the header, while the result and its
    /// texts are used.
    pub unsafe fn read(column: *const tp_column) -> Result<Self, Failure> {
        if column.is_null() {
            return Err(Failure::null("column"));
        }
        // SAFETY: the caller's promise, for both.
        let (given, name) = unsafe {
            let given = options::read(column)?;
            (given, bytes(given.name, given.name_length, "name")?)
        };
        let missing = blank_of(given.missing, "missing")?;
        let name = (!given.name.is_null()).then_some(name);
        // SAFETY: the caller's promise; both structures have the layout of C.
        let column = unsafe { Column::new(given.schema.cast(), given.array.cast(), name)? };
        let Some(rest) = column.len().checked_sub(given.first) else {
            let message = format!("`first` is {}, but the column has only {} rows", given.first, column.len());
            return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message));
        };
        if given.count > rest {
            let message = format!("`count` is {}, but the column has only {rest} rows from `first` on", given.count);
            return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message));
        }
        let count = if given.count == 0 { rest } else { given.count };
        Ok(Self { column, first: given.first, count, missing, arrays: PhantomData })
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.count
    }

    /// How to treat missing texts.
    pub fn missing(&self) -> Blank {
        self.missing
    }

    /// The number of the first row in the array.
    pub fn first(&self) -> usize {
        self.first
    }

    /// The number of bytes, without a check of each row. None if a row may be null.
    fn bytes(&self) -> Option<u64> {
        // SAFETY: `read` has checked that the column has these rows; its promise lasts as long as 'a.
        unsafe { self.column.bytes_of(self.first..self.first + self.count) }
    }

    /// The texts, or None for each null, whether nulls are refused or not.
    fn all(&self) -> impl Iterator<Item = Result<Option<&'a [u8]>, Failure>> {
        // SAFETY: `read` has checked that the column has these rows; its promise lasts as long as 'a.
        (self.first..self.first + self.count).map(|row| unsafe { self.column.get(row) })
    }

    /// The texts, and None for each null that is not refused. An error has the number of the row in the array.
    pub fn texts(&self) -> impl Iterator<Item = Result<Option<&'a [u8]>, Failure>> {
        self.all().zip(self.first..).map(|(text, row)| match text {
            Ok(None) if self.missing == Blank::Refused => {
                let message = "the row is null: set `missing` to TP_BLANK_SKIP or TP_BLANK_KEEP to allow nulls";
                Err(Failure { document: Some(row), ..Failure::new(TP_ERROR_MISSING_TEXT, message) })
            }
            text => text,
        })
    }

    /// A failure for one of the texts that were read, with the number of its row in place of the number of the text.
    /// Nulls that are skipped have no number.
    pub fn located(&self, failure: Failure) -> Failure {
        let row = failure.document.map(|number| match self.missing {
            Blank::Skipped => {
                let present = self.all().zip(self.first..).filter(|(text, _)| !matches!(text, Ok(None)));
                present.map(|(_, row)| row).nth(number).unwrap_or(self.first)
            }
            Blank::Refused | Blank::Kept => self.first + number,
        });
        Failure { document: row, ..failure }
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_column_shape(
    column: *const tp_column,
    rows: *mut u64,
    bytes: *mut u64,
    nulls: *mut u64,
) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promise.
        let found = unsafe { Rows::read(column)? };
        let (length, missing) = match found.bytes() {
            Some(length) => (length, 0),
            None => found.all().try_fold((0, 0), |(length, missing), text| match text? {
                Some(text) => Ok::<_, Failure>((length + text.len() as u64, missing)),
                None => Ok((length, missing + 1)),
            })?,
        };
        // SAFETY: NULL or valid for writes, by the caller's promise.
        unsafe {
            write_if_wanted(rows, found.len() as u64);
            write_if_wanted(bytes, length);
            write_if_wanted(nulls, missing);
        }
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_column_rows_with_words(column: *const tp_column, rows: *mut FFI_ArrowArray) -> tp_status {
    guard(|| {
        let rows = out(rows, "rows")?;
        // SAFETY: the caller's promise.
        let found = unsafe { Rows::read(column)? };
        let mut numbers = Vec::new();
        for (text, row) in found.all().zip(found.first()..) {
            // A text that is not UTF-8 is not blank: adding it fails.
            if text?.is_some_and(|text| !matches!(Checked::new(text), Err(Error::NoWords))) {
                reserve(&mut numbers, 1)?;
                numbers.push(row as u64);
            }
        }
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { rows.write(export_array(&UInt64Array::from(numbers))) };
        Ok(())
    })
}
