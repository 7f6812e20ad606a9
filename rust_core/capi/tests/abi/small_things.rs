//! Greetings, arrays of numbers, versions.

use std::ffi::{CStr, c_char};
use std::ptr::null_mut;
use std::thread::available_parallelism;

use arrow_array::cast::AsArray;
use arrow_array::ffi::{FFI_ArrowArray, from_ffi_and_data_type};
use arrow_array::types::Float64Type;
use arrow_array::{Array, make_array};
use arrow_schema::DataType;
use text_processor::*;

use crate::support::{last_error, text};

fn hello(name: &[u8]) -> Result<String, tp_status> {
    let (mut greeting, mut length): (*mut c_char, usize) = (null_mut(), usize::MAX);
    // SAFETY: the name has the length that is passed.
    match unsafe { tp_hello(name.as_ptr().cast(), name.len(), &raw mut greeting, &raw mut length) } {
        TP_OK => {
            // SAFETY: a greeting has this length, and a zero byte behind it.
            let bytes = unsafe { std::slice::from_raw_parts(greeting.cast::<u8>(), length + 1) }.to_vec();
            // SAFETY: the greeting was copied and is freed once.
            unsafe { tp_string_free(greeting, length) };
            let (zero, text) = bytes.split_last().unwrap();
            assert_eq!(*zero, 0);
            Ok(String::from_utf8(text.to_vec()).unwrap())
        }
        status => {
            assert!(greeting.is_null() && length == usize::MAX, "an out-parameter was written on failure");
            Err(status)
        }
    }
}

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
fn a_greeting_contains_the_name() {
    for name in ["World", "", "Zoë", "a\0b"] {
        assert_eq!(hello(name.as_bytes()), Ok(format!("Hello, {name}!")));
    }
}

#[test]
fn a_name_that_is_not_utf8_is_refused_with_the_offset() {
    assert_eq!(hello(b"Zo\xEB"), Err(TP_ERROR_INVALID_UTF8));
    assert_eq!(last_error().1, 2);
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

#[test]
fn the_library_knows_its_versions() {
    assert_eq!(tp_abi_version(), 1 << 16 | 1);
    assert_eq!(text(tp_version()), env!("CARGO_PKG_VERSION"));
}

#[test]
fn the_library_names_its_simd_level() {
    let level = text(tp_simd_level());
    if cfg!(feature = "portable") {
        assert_eq!(level, "portable");
    } else if cfg!(target_arch = "aarch64") {
        assert_eq!(level, "neon");
    } else {
        assert!(["portable", "avx2", "avx512"].contains(&level.as_str()), "{level}");
    }
}

#[test]
fn strings_of_the_library_stay_where_they_are() {
    for ask in [tp_version, tp_simd_level] {
        assert_eq!(ask(), ask());
    }
    // SAFETY: the names of status codes live as long as the library.
    let names = [TP_OK, TP_ERROR_PANIC].map(|status| unsafe { CStr::from_ptr(tp_status_name(status)) });
    assert_eq!(names, [c"TP_OK", c"TP_ERROR_PANIC"]);
}

#[test]
fn an_analyzer_uses_every_processor_by_default() {
    assert_eq!(usize::try_from(tp_default_threads()).unwrap(), available_parallelism().unwrap().get());
}
