//! Operations on arrays of numbers.

use arrow_array::Float64Array;
use arrow_array::ffi::FFI_ArrowArray;

use engine::arrays::scaled as scale;

use crate::arrow::columns::export_array;
use crate::boundary::guard::guard;
use crate::boundary::pointers::{out, slice};
use crate::error::status::tp_status;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_scale_f64(
    values: *const f64,
    length: usize,
    factor: f64,
    scaled: *mut FFI_ArrowArray,
) -> tp_status {
    guard(|| {
        let scaled = out(scaled, "scaled")?;
        // SAFETY: the caller's promise.
        let values = unsafe { slice(values, length, "values")? };
        let array = Float64Array::from(scale(values, factor)?);
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { scaled.write(export_array(&array)) };
        Ok(())
    })
}
