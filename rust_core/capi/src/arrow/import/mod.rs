//! Arrow arrays that C passes in: columns of text.
//!
//! This code checks everything that it can: the members of the structures, the counts of buffers and children, and each
//! offset, if the interface gives the length of the buffer. Buffers may begin at any address, so values are read
//! unaligned.

mod member;
pub(crate) mod nulls;
mod rows;
mod strings;
pub(crate) mod structures;

use std::ops::Range;

use crate::arrow::import::member::{Found, member};
use crate::arrow::import::rows::{Rows, Validity, buffer, rows_of};
use crate::arrow::import::strings::{Integers, Strings};
use crate::arrow::import::structures::{ArrowArray, ArrowSchema, invalid, length_of, not_text, structure, text_of};
use crate::error::status::Failure;

/// A column of text: an array of strings, or places in a dictionary of strings.
pub(crate) struct Column {
    /// The rows of the structure that the column is a member of, if it has nulls.
    outer: Option<Validity>,
    length: usize,
    kind: Kind,
}

enum Kind {
    Plain(Strings),
    Dictionary { rows: Rows, places: *const u8, integers: Integers, strings: Strings },
}

impl Column {
    /// Reads an array as a column of text, or the member `name` of an array of structures.
    ///
    /// # Safety
    /// Each pointer is NULL or valid, by the rules of the Arrow C data interface, and nothing changes while the column
    /// or a text of it is used.
    pub unsafe fn new(
        schema: *const ArrowSchema,
        array: *const ArrowArray,
        name: Option<&[u8]>,
    ) -> Result<Self, Failure> {
        // SAFETY: the caller's promise, for all.
        let found = unsafe {
            let schema = structure(schema, "schema")?;
            let array = structure(array, "array")?;
            let length = length_of(array)?;
            match name {
                None => Found { schema, array, outer: Rows { offset: 0, validity: None }, length },
                Some(name) => member(schema, array, length, name)?,
            }
        };
        // The rows of a member begin where those of its structure begin.
        // SAFETY: as above.
        unsafe { Self::of(&found) }
    }

    /// The column of a schema and an array.
    ///
    /// # Safety
    /// As [`new`](Self::new).
    unsafe fn of(found: &Found<'_>) -> Result<Self, Failure> {
        let Found { schema, array, outer, length } = found;
        // SAFETY: the caller's promise, for all.
        let kind = unsafe {
            if schema.dictionary.is_null() {
                Kind::Plain(Strings::new(schema, array, outer.offset, *length)?)
            } else {
                let format = text_of(schema.format);
                let integers = Integers::of(format).ok_or_else(|| not_text(schema))?;
                let texts = structure(schema.dictionary, "schema->dictionary")?;
                let dictionary = structure(array.dictionary, "array->dictionary")?;
                if !texts.dictionary.is_null() {
                    return Err(invalid("a dictionary whose values are a dictionary is not a column of text"));
                }
                let rows = rows_of(array, outer.offset, 2, true)?;
                let places = buffer(array, 1, *length > 0)?;
                let strings = Strings::new(texts, dictionary, 0, length_of(dictionary)?)?;
                Kind::Dictionary { rows, places, integers, strings }
            }
        };
        Ok(Self { outer: outer.validity, length: *length, kind })
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.length
    }

    /// The bytes of some rows, without a check of each row. None if a row may be null.
    ///
    /// # Safety
    /// As [`get`](Self::get).
    pub unsafe fn bytes_of(&self, rows: Range<usize>) -> Option<u64> {
        match &self.kind {
            // SAFETY: the caller's promise.
            Kind::Plain(strings) if self.outer.is_none() => unsafe { strings.bytes_of(rows) },
            _ => None,
        }
    }

    /// The text of a row, or None if it is null.
    ///
    /// # Safety
    /// The row is less than the length; the promise of [`new`](Self::new) lasts while the text is used.
    #[inline]
    pub unsafe fn get<'a>(&self, row: usize) -> Result<Option<&'a [u8]>, Failure> {
        // SAFETY: the caller's promise, for all: each array has at least `length` rows.
        let found = unsafe {
            if self.outer.is_some_and(|outer| outer.is_null(row)) {
                return Ok(None);
            }
            match &self.kind {
                Kind::Plain(strings) => strings.get(row),
                Kind::Dictionary { rows, places, integers, strings } => {
                    if rows.validity.is_some_and(|validity| validity.is_null(row)) {
                        return Ok(None);
                    }
                    match integers.read(*places, rows.offset + row).filter(|place| *place < strings.length) {
                        Some(place) => strings.get(place),
                        None => Err("its place in the dictionary is out of range"),
                    }
                }
            }
        };
        found.map_err(|message| {
            let message = format!("the array is not valid: a row has no text, because {message}");
            Failure { document: Some(row), ..invalid(message) }
        })
    }
}
