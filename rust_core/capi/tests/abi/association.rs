//! Scores of tables and their p-values.

use std::ptr::null;

use arrow_array::cast::AsArray;
use arrow_array::ffi::{FFI_ArrowArray, from_ffi_and_data_type};
use arrow_array::make_array;
use arrow_array::types::Float64Type;
use arrow_schema::DataType;
use text_processor::*;

use crate::support::last_error;

fn numbers(fill: impl FnOnce(*mut FFI_ArrowArray) -> tp_status) -> Result<Vec<f64>, tp_status> {
    let mut array = FFI_ArrowArray::empty();
    match fill(&raw mut array) {
        TP_OK => {
            // SAFETY: the library returns arrays of float64.
            let array = make_array(unsafe { from_ffi_and_data_type(array, DataType::Float64) }.unwrap());
            Ok(array.as_primitive::<Float64Type>().values().to_vec())
        }
        status => Err(status),
    }
}

/// The scores of "the cat" among the bigrams of a small corpus, and of a bigram that never occurs.
fn scores(measure: tp_measure, options: *const tp_association_options) -> Result<Vec<f64>, tp_status> {
    let cells = [[3.0, 0.0], [4.0, 7.0], [0.0, 3.0], [14.0, 11.0]];
    let [o11, o12, o21, o22] = cells.each_ref().map(|cell| cell.as_ptr());
    // SAFETY: there are two numbers in each array, and the options are NULL or valid.
    numbers(|out| unsafe { tp_association(measure, o11, o12, o21, o22, 2, options, out) })
}

fn p_values(measure: tp_measure, scores: &[f64], correction: tp_correction) -> Result<Vec<f64>, tp_status> {
    // SAFETY: there are as many numbers as the length says.
    numbers(|out| unsafe { tp_association_p_values(measure, scores.as_ptr(), scores.len(), correction, out) })
}

#[test]
fn tables_are_scored() {
    assert_eq!(scores(TP_MEASURE_Z, null()).unwrap()[0], 2.0);
    assert_eq!(scores(TP_MEASURE_CHI2, null()).unwrap()[0], 7.0);
    assert_eq!(scores(TP_MEASURE_PMI, null()).unwrap()[1], f64::NEG_INFINITY);
    let unsigned = scores(TP_MEASURE_G2, null()).unwrap();
    let signed = tp_association_options { is_signed: 1, ..options() };
    assert_eq!(scores(TP_MEASURE_G2, &raw const signed).unwrap(), [unsigned[0], -unsigned[1]]);
    // SAFETY: the library does not read arrays without numbers.
    let empty = numbers(|out| unsafe { tp_association(0, null(), null(), null(), null(), 0, null(), out) });
    assert_eq!(empty, Ok(vec![]));
}

fn options() -> tp_association_options {
    tp_association_options {
        struct_size: size_of::<tp_association_options>(),
        is_signed: 0,
        smoothing: null(),
        prior: null(),
        prior_total: null(),
    }
}

#[test]
fn options_change_the_measures_that_have_parameters() {
    let (smoothing, prior, total) = (100.0, 0.5, 4.0);
    let given = tp_association_options {
        smoothing: &raw const smoothing,
        prior: &raw const prior,
        prior_total: &raw const total,
        ..options()
    };
    let rate = |count: f64, size: f64| 1e6 * count / size + smoothing;
    assert_eq!(scores(TP_MEASURE_SIMPLE_MATHS, &raw const given).unwrap()[0], rate(3.0, 7.0) / rate(0.0, 14.0));
    let odds = (3.5_f64 / 7.5 / (0.5 / 17.5)).ln();
    assert!((scores(TP_MEASURE_LOG_ODDS, &raw const given).unwrap()[0] - odds).abs() < 1e-14);
    // Without `prior_total`, the total is that of two terms, because there are two tables.
    let odds = (3.01_f64 / 4.01 / (0.01 / 14.01)).ln();
    assert!((scores(TP_MEASURE_LOG_ODDS, null()).unwrap()[0] - odds).abs() < 1e-14);
}

#[test]
fn scores_have_p_values() {
    let found = p_values(TP_MEASURE_G2, &[3.841_458_820_694_124, -1000.0], TP_CORRECTION_NONE).unwrap();
    assert!((found[0] - 0.05).abs() < 1e-15 && found[1] > 1e-219 && found[1] < 2e-219);
    let adjusted =
        |correction| p_values(TP_MEASURE_FISHER, &[0.01, 0.02, f64::NAN, 0.5], correction).unwrap()[..2].to_vec();
    assert_eq!(adjusted(TP_CORRECTION_BONFERRONI), [0.03, 0.06]);
    assert_eq!(adjusted(TP_CORRECTION_HOLM), [0.03, 0.04]);
    assert_eq!(adjusted(TP_CORRECTION_BH), [0.03, 0.03]);
}

#[test]
fn wrong_arguments_are_refused() {
    assert_eq!(scores(36, null()), Err(TP_ERROR_INVALID_ARGUMENT));
    assert_eq!(last_error().0, "`measure` is 36: the largest value of this option is 35");
    assert_eq!(p_values(TP_MEASURE_G2, &[1.0], 4), Err(TP_ERROR_INVALID_ARGUMENT));
    assert_eq!(last_error().0, "`correction` is 4: the largest value of this option is 3");
    assert_eq!(p_values(TP_MEASURE_LOG_RATIO, &[1.0], 0), Err(TP_ERROR_INVALID_ARGUMENT));
    assert!(last_error().0.starts_with("none of the measures has p-values"), "{:?}", last_error());
    let cells = [1.0];
    let cell = cells.as_ptr();
    // SAFETY: the library refuses NULL.
    let missing = numbers(|out| unsafe { tp_association(0, cell, cell, null(), cell, 1, null(), out) });
    assert_eq!(missing, Err(TP_ERROR_NULL_POINTER));
    assert_eq!(last_error().0, "the argument `o21` is NULL");
}
