//! The compressed rows of a matrix, as Arrow arrays.

use std::panic::RefUnwindSafe;
use std::sync::Arc;

use arrow_array::ffi::FFI_ArrowArray;
use arrow_array::types::{Float32Type, Float64Type, Int32Type, Int64Type};
use arrow_array::{ArrowPrimitiveType, PrimitiveArray};
use arrow_buffer::ScalarBuffer;

use engine::matrix::{Csr, Matrix, Number};
use engine::memory::Buffer;

use crate::arrow::columns::{export_array, shared_buffer};
use crate::boundary::guard::guard;
use crate::boundary::pointers::out;
use crate::error::status::{Failure, tp_status};
use crate::handles::borrow;
use crate::matrix::state::tp_matrix;

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
            if matrix.most_entries()? > i32::MAX.cast_unsigned() as usize
                && matrix.entries()? > i32::MAX.cast_unsigned() as usize
            {
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
