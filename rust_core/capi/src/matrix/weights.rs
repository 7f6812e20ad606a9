//! Weights: they replace the counts of a matrix.

use std::ffi::c_void;
use std::num::NonZero;

use engine::matrix::{MatrixIndex, Norm, Value, Weights};

use crate::boundary::guard::guard;
use crate::boundary::options::{self, Options};
use crate::boundary::pointers::slice;
use crate::error::status::{Failure, TP_ERROR_INVALID_ARGUMENT, tp_status};
use crate::runtime::threads::default_threads;

pub type tp_norm = usize;

pub const TP_NORM_NONE: tp_norm = 0;
pub const TP_NORM_L1: tp_norm = 1;
pub const TP_NORM_L2: tp_norm = 2;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tp_weights {
    pub struct_size: usize,
    pub threads: usize,
    pub sublinear: usize,
    pub column_weights: *const f64,
    pub column_count: usize,
    pub norm: tp_norm,
}

// SAFETY: its layout is that of C, its members are integers and a pointer, and 0 is the default of each.
unsafe impl Options for tp_weights {
    const NAME: &str = "tp_weights";
}

/// The arrays of a matrix, as C passes them.
struct Arrays {
    row_ends: *const c_void,
    rows: usize,
    columns: *const c_void,
    values: *mut c_void,
    entries: usize,
}

impl Arrays {
    /// # Safety
    /// The pointers are valid for `rows + 1` or `entries` values of these types, and only this call uses `values`.
    unsafe fn weigh<I: MatrixIndex, T: Value>(&self, weights: &Weights, threads: usize) -> Result<(), Failure> {
        // SAFETY: the caller's promise.
        let (row_ends, columns, _) = unsafe {
            (
                slice(self.row_ends.cast::<I>(), self.rows.saturating_add(1), "row_ends")?,
                slice(self.columns.cast::<I>(), self.entries, "columns")?,
                // Checks the pointer; `values` becomes a mutable slice below.
                slice(self.values.cast::<T>().cast_const(), self.entries, "values")?,
            )
        };
        let values = if self.entries == 0 {
            &mut []
        } else {
            // SAFETY: `slice` has checked that it is not NULL, aligned, and of a valid length; only this call uses it.
            unsafe { std::slice::from_raw_parts_mut(self.values.cast::<T>(), self.entries) }
        };
        let result = weights.apply(row_ends, columns, values, threads)?;
        result.map_err(|error| Failure::new(TP_ERROR_INVALID_ARGUMENT, error.to_string()))
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_weigh(
    weights: *const tp_weights,
    offset_size: usize,
    row_ends: *const c_void,
    rows: usize,
    columns: *const c_void,
    value_size: usize,
    values: *mut c_void,
    entries: usize,
) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promise.
        let options = unsafe { options::read(weights)? };
        let norm = match options.norm {
            TP_NORM_NONE => None,
            TP_NORM_L1 => Some(Norm::L1),
            TP_NORM_L2 => Some(Norm::L2),
            other => return Err(Failure::unknown_value("norm", other, TP_NORM_L2)),
        };
        let of_columns = if options.column_weights.is_null() {
            None
        } else {
            // SAFETY: the caller's promise.
            Some(unsafe { slice(options.column_weights, options.column_count, "column_weights")? })
        };
        let weights = Weights { is_sublinear: options.sublinear != 0, of_columns, norm };
        let threads = NonZero::new(options.threads).map_or_else(default_threads, Ok)?.get();
        let arrays = Arrays { row_ends, rows, columns, values, entries };
        // SAFETY: the caller's promise; each type has the size that the caller passed.
        unsafe {
            match (offset_size, value_size) {
                (4, 4) => arrays.weigh::<i32, f32>(&weights, threads),
                (4, 8) => arrays.weigh::<i32, f64>(&weights, threads),
                (8, 4) => arrays.weigh::<i64, f32>(&weights, threads),
                (8, 8) => arrays.weigh::<i64, f64>(&weights, threads),
                _ => {
                    let message =
                        format!("offset_size is {offset_size} and value_size is {value_size}: each must be 4 or 8");
                    Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message))
                }
            }
        }
    })
}
