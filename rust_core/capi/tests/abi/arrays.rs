//! Arrays of numbers.

use arrow_array::cast::AsArray;
use arrow_array::ffi::{FFI_ArrowArray, from_ffi_and_data_type};
use arrow_array::types::Float64Type;
use arrow_array::{Array, make_array};
use arrow_schema::DataType;
use text_processor::*;

fn scaled(values: &[f64], factor: f64) -> Vec<f64> {
    let mut array = FFI_ArrowArray::empty();
    // SAFETY: there are as many values as the length says.
    assert_eq!(unsafe { tp_scale_f64(values.as_ptr(), values.len(), factor, &raw mut array) }, TP_OK);
    // SAFETY: the library returns arrays of float64.
    let array = make_array(unsafe { from_ffi_and_data_type(array, DataType::Float64) }.unwrap());
    assert_eq!(array.null_count(), 0);
    array.as_primitive::<Float64Type>().values().to_vec()
}

#[test]
fn numbers_are_scaled() {
    assert_eq!(scaled(&[1.0, -2.5, 0.1], 2.0), [2.0, -5.0, 0.2]);
    assert_eq!(scaled(&[], 2.0), [0.0; 0]);
    assert_eq!(scaled(&[f64::INFINITY, f64::MAX], -2.0), [f64::NEG_INFINITY; 2]);
    assert!(scaled(&[f64::NAN], 1.0)[0].is_nan());
}

#[test]
fn numbers_are_read_and_not_changed() {
    let values = [1.0, 2.0];
    assert_eq!(scaled(&values[1..], 3.0), [6.0]);
    assert_eq!(values, [1.0, 2.0]);
}
