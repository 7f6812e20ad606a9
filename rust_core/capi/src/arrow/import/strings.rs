//! Arrays of strings, and the integers in their buffers.

use std::ops::Range;
use std::slice;

use crate::arrow::import::rows::{Rows, buffer, rows_of};
use crate::arrow::import::structures::{ArrowArray, ArrowSchema, invalid, not_text, text_of};
use crate::error::status::Failure;

/// The kind of integers in a buffer.
#[derive(Clone, Copy)]
pub(super) enum Integers {
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    I64,
    U64,
}

impl Integers {
    pub(super) fn of(format: &[u8]) -> Option<Self> {
        Some(match format {
            b"c" => Self::I8,
            b"C" => Self::U8,
            b"s" => Self::I16,
            b"S" => Self::U16,
            b"i" => Self::I32,
            b"I" => Self::U32,
            b"l" => Self::I64,
            b"L" => Self::U64,
            _ => return None,
        })
    }

    /// The integer with a number, if it can be a place.
    ///
    /// # Safety
    /// The buffer has more than `place` integers of this kind.
    #[inline]
    pub(super) unsafe fn read(self, buffer: *const u8, place: usize) -> Option<usize> {
        // SAFETY: the caller's promise, for all.
        unsafe {
            match self {
                Self::I8 => usize::try_from(buffer.cast::<i8>().add(place).read()).ok(),
                Self::U8 => Some(buffer.add(place).read().into()),
                Self::I16 => usize::try_from(buffer.cast::<i16>().add(place).read_unaligned()).ok(),
                Self::U16 => Some(buffer.cast::<u16>().add(place).read_unaligned().into()),
                Self::I32 => usize::try_from(buffer.cast::<i32>().add(place).read_unaligned()).ok(),
                Self::U32 => usize::try_from(buffer.cast::<u32>().add(place).read_unaligned()).ok(),
                Self::I64 => usize::try_from(buffer.cast::<i64>().add(place).read_unaligned()).ok(),
                Self::U64 => usize::try_from(buffer.cast::<u64>().add(place).read_unaligned()).ok(),
            }
        }
    }
}

/// Strings of one kind of array.
#[derive(Clone, Copy)]
enum Values {
    /// Every row is null.
    Null,
    /// Offsets of this kind, and the text between the smallest and the largest offset.
    Offsets { integers: Integers, offsets: *const u8, text: *const u8, first: usize, last: usize },
    /// Views of 16 bytes, and the buffers that long views point into, with their lengths.
    Views { views: *const u8, buffers: *const *const u8, lengths: *const u8, count: usize },
}

/// An array of strings, without a dictionary.
#[derive(Clone, Copy)]
pub(super) struct Strings {
    rows: Rows,
    pub(super) length: usize,
    values: Values,
}

impl Strings {
    /// # Safety
    /// As `Column::new`.
    pub(super) unsafe fn new(
        schema: &ArrowSchema,
        array: &ArrowArray,
        before: usize,
        length: usize,
    ) -> Result<Self, Failure> {
        // SAFETY: the caller's promise, for all.
        unsafe {
            let (rows, values) = match text_of(schema.format) {
                b"n" => (Rows { offset: 0, validity: None }, Values::Null),
                b"u" | b"z" => offsets(array, before, length, Integers::I32)?,
                b"U" | b"Z" => offsets(array, before, length, Integers::I64)?,
                b"vu" | b"vz" => {
                    let rows = rows_of(array, before, 3, false)?;
                    let count = usize::try_from(array.n_buffers - 3).unwrap_or_default();
                    let views = buffer(array, 1, length > 0)?;
                    let lengths = buffer(array, 2 + count, count > 0)?;
                    (rows, Values::Views { views, buffers: array.buffers.add(2), lengths, count })
                }
                _ => return Err(not_text(schema)),
            };
            Ok(Self { rows, length, values })
        }
    }

    /// The bytes of some rows. None if a row may be null, or if a length is not possible.
    ///
    /// # Safety
    /// The rows are less than the length.
    pub(super) unsafe fn bytes_of(&self, rows: Range<usize>) -> Option<u64> {
        if self.rows.validity.is_some() || rows.is_empty() {
            return None;
        }
        let (start, end) = (self.rows.offset + rows.start, self.rows.offset + rows.end);
        match self.values {
            Values::Null => None,
            Values::Offsets { integers, offsets, .. } => {
                // SAFETY: there is one offset more than rows, by the promise of the caller of `Column::new`.
                let ends = unsafe { (integers.read(offsets, start)?, integers.read(offsets, end)?) };
                ends.1.checked_sub(ends.0).map(|bytes| bytes as u64)
            }
            Values::Views { views, .. } => {
                let (mut bytes, mut signs) = (0, 0);
                for row in start..end {
                    // SAFETY: there is a view for each row, which begins with its length, by the promise of the caller of
                    // `Column::new`.
                    let length = unsafe { views.add(16 * row).cast::<i32>().read_unaligned() };
                    bytes += u64::from(length.cast_unsigned());
                    signs |= length;
                }
                (signs >= 0).then_some(bytes)
            }
        }
    }

    /// The text of a row, or None if it is null. An error says why the row is not valid.
    ///
    /// # Safety
    /// The row is less than the length.
    #[inline]
    pub(super) unsafe fn get<'a>(&self, row: usize) -> Result<Option<&'a [u8]>, &'static str> {
        // SAFETY: the caller's promise.
        if self.rows.validity.is_some_and(|validity| unsafe { validity.is_null(row) }) {
            return Ok(None);
        }
        let place = self.rows.offset + row;
        match self.values {
            Values::Null => Ok(None),
            Values::Offsets { integers, offsets, text, first, last } => {
                // SAFETY: there is one offset more than rows, by the promise of the caller of `Column::new`.
                let ends = unsafe { (integers.read(offsets, place), integers.read(offsets, place + 1)) };
                let (Some(start), Some(end)) = ends else { return Err("an offset is negative") };
                if start > end || start < first || end > last {
                    return Err("its offsets are not in order");
                }
                if start == end {
                    return Ok(Some(&[]));
                }
                if text.is_null() {
                    return Err("the buffer of the text is NULL");
                }
                // SAFETY: the text reaches to the last offset, by the promise of the caller of `Column::new`.
                Ok(Some(unsafe { slice::from_raw_parts(text.add(start), end - start) }))
            }
            Values::Views { views, buffers, lengths, count } => {
                // SAFETY: there is a view for each row, by the promise of the caller of `Column::new`; a view of a text
                // of at most 12 bytes contains it, and others contain two more integers.
                let (length, view) = unsafe {
                    let view = views.add(16 * place);
                    (view.cast::<i32>().read_unaligned(), view)
                };
                let Ok(length) = usize::try_from(length) else { return Err("its length is negative") };
                if length <= 12 {
                    // SAFETY: as above.
                    return Ok(Some(unsafe { slice::from_raw_parts(view.add(4), length) }));
                }
                // SAFETY: as above.
                let (number, start) =
                    unsafe { (Integers::I32.read(view.add(8), 0), Integers::I32.read(view.add(12), 0)) };
                let (Some(number), Some(start)) = (number.filter(|number| *number < count), start) else {
                    return Err("its view points to no buffer");
                };
                // SAFETY: there are `count` buffers and lengths, by the promise of the caller of `Column::new`.
                let (buffer, size) = unsafe {
                    (buffers.add(number).read_unaligned(), Integers::I64.read(lengths, number).unwrap_or_default())
                };
                if buffer.is_null() || start + length > size {
                    return Err("its view points beyond the end of a buffer");
                }
                // SAFETY: the buffer has `size` bytes, by the promise of the caller of `Column::new`.
                Ok(Some(unsafe { slice::from_raw_parts(buffer.add(start), length) }))
            }
        }
    }
}

/// The offsets and the text of an array of strings.
///
/// # Safety
/// As `Column::new`.
unsafe fn offsets(
    array: &ArrowArray,
    before: usize,
    length: usize,
    integers: Integers,
) -> Result<(Rows, Values), Failure> {
    // SAFETY: the caller's promise, for all: an array with rows has one offset more than rows.
    unsafe {
        let rows = rows_of(array, before, 3, true)?;
        let (offsets, text) = (buffer(array, 1, length > 0)?, buffer(array, 2, false)?);
        let (mut first, mut last) = (0, 0);
        if length > 0 {
            let ends = (integers.read(offsets, rows.offset), integers.read(offsets, rows.offset + length));
            let (Some(start), Some(end)) = ends else {
                return Err(invalid("the array is not valid: an offset is negative"));
            };
            (first, last) = (start, end);
        }
        Ok((rows, Values::Offsets { integers, offsets, text, first, last }))
    }
}
