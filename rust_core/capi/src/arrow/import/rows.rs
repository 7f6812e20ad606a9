//! The rows of an array, and its buffers.

use crate::arrow::import::structures::{ArrowArray, invalid};
use crate::error::status::Failure;

/// Which rows are null: a bit for each row, 0 for a null.
#[derive(Clone, Copy)]
pub(super) struct Validity {
    bits: *const u8,
    offset: usize,
}

impl Validity {
    /// # Safety
    /// The row is one of the array that the bits belong to.
    #[inline]
    pub(super) unsafe fn is_null(self, row: usize) -> bool {
        let place = self.offset + row;
        // SAFETY: the bitmap has a bit for each row of the array, by the promise of the caller of `Column::new`.
        unsafe { self.bits.add(place / 8).read() >> (place % 8) & 1 == 0 }
    }
}

/// The rows of an array: where they begin in its buffers, and which are null.
#[derive(Clone, Copy)]
pub(super) struct Rows {
    pub(super) offset: usize,
    pub(super) validity: Option<Validity>,
}

/// The buffer with a number. It may be NULL only if it is not needed.
///
/// # Safety
/// `array->buffers` is NULL, or has `n_buffers` pointers.
pub(super) unsafe fn buffer(array: &ArrowArray, place: usize, is_needed: bool) -> Result<*const u8, Failure> {
    // SAFETY: `rows_of` has checked that there are more than `place` buffers, and that the list is not NULL.
    let found = unsafe { array.buffers.add(place).read_unaligned() };
    if found.is_null() && is_needed {
        return Err(invalid(format!("the array is not valid: its buffer number {place} is NULL")));
    }
    Ok(found)
}

/// The rows of an array, after a check of the number of its buffers. `before` rows of a structure come first.
///
/// # Safety
/// As for [`buffer`].
pub(super) unsafe fn rows_of(array: &ArrowArray, before: usize, buffers: i64, is_exact: bool) -> Result<Rows, Failure> {
    let has_all = if is_exact { array.n_buffers == buffers } else { array.n_buffers >= buffers };
    if !has_all || array.buffers.is_null() {
        return Err(invalid(format!("the array is not valid: it has {} buffers, not {buffers}", array.n_buffers)));
    }
    // `length_of` has checked the offset of each array, and that of the structure.
    let offset = before + usize::try_from(array.offset).unwrap_or_default();
    // SAFETY: the list of buffers is not NULL, and has at least one.
    let bits = unsafe { array.buffers.read_unaligned() };
    let may_have_nulls = array.null_count != 0;
    if bits.is_null() && array.null_count > 0 {
        return Err(invalid("the array is not valid: it has nulls, but no bitmap that says which rows are null"));
    }
    let validity = (may_have_nulls && !bits.is_null()).then_some(Validity { bits, offset });
    Ok(Rows { offset, validity })
}
