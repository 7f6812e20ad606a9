//! Weights in place of counts.

use std::ffi::c_void;
use std::num::NonZero;

use engine::matrix::{MatrixIndex, Norm, Value, Weights};

use crate::border::{guard, slice};
use crate::options::{self, Options};
use crate::status::{Failure, TP_ERROR_INVALID_ARGUMENT, tp_status};
use crate::threads::default_threads;

/// The norm that a row is divided by.
pub type tp_norm = usize;

/// See the header.
pub const TP_NORM_NONE: tp_norm = 0;
/// See the header.
pub const TP_NORM_L1: tp_norm = 1;
/// See the header.
pub const TP_NORM_L2: tp_norm = 2;

/// See the header.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tp_weights {
    /// The size of the structure as its user knows it.
    pub struct_size: usize,
    /// The number of threads; 0 for the default.
    pub threads: usize,
    /// Not 0: a value becomes one and its logarithm.
    pub sublinear: usize,
    /// What each column is multiplied with; NULL for nothing.
    pub column_weights: *const f64,
    /// The number of these.
    pub column_count: usize,
    /// What each row is divided by.
    pub norm: tp_norm,
}

// SAFETY: it is laid out as in C, of integers and a raw pointer; its members say what 0 stands for.
unsafe impl Options for tp_weights {
    const NAME: &str = "tp_weights";
}

/// Arrays as C has them.
struct Arrays {
    row_ends: *const c_void,
    rows: usize,
    columns: *const c_void,
    values: *mut c_void,
    entries: usize,
}

impl Arrays {
    /// # Safety
    /// The pointers are valid for so many values of these types, and nobody else uses `values` meanwhile.
    unsafe fn weigh<I: MatrixIndex, T: Value>(&self, weights: &Weights, threads: usize) -> Result<(), Failure> {
        // SAFETY: the caller's promise.
        let (row_ends, columns, _) = unsafe {
            (
                slice(self.row_ends.cast::<I>(), self.rows.saturating_add(1), "row_ends")?,
                slice(self.columns.cast::<I>(), self.entries, "columns")?,
                // So that it is checked like the others.
                slice(self.values.cast::<T>().cast_const(), self.entries, "values")?,
            )
        };
        let values = if self.entries == 0 {
            &mut []
        } else {
            // SAFETY: it is not NULL, aligned, and of a length that a slice may have, as was just checked; nobody else uses it.
            unsafe { std::slice::from_raw_parts_mut(self.values.cast::<T>(), self.entries) }
        };
        let result = weights.apply(row_ends, columns, values, threads)?;
        result.map_err(|error| Failure::new(TP_ERROR_INVALID_ARGUMENT, error.to_string()))
    }
}

/// See the header.
///
/// # Safety
/// As the header says.
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
            other => {
                let message = format!("`norm` is {other}: the largest value of this option is {TP_NORM_L2}");
                return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message));
            }
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
        // SAFETY: the caller's promise; the sizes are those of the types.
        unsafe {
            match (offset_size, value_size) {
                (4, 4) => arrays.weigh::<i32, f32>(&weights, threads),
                (4, 8) => arrays.weigh::<i32, f64>(&weights, threads),
                (8, 4) => arrays.weigh::<i64, f32>(&weights, threads),
                (8, 8) => arrays.weigh::<i64, f64>(&weights, threads),
                _ => {
                    let message =
                        format!("offsets of {offset_size} and values of {value_size} bytes: both have 4 or 8");
                    Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message))
                }
            }
        }
    })
}
