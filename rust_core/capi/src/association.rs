//! Measures of association for tables of two rows and two columns, and their p-values.

use arrow_array::Float64Array;
use arrow_array::ffi::FFI_ArrowArray;

use engine::association::{self, Correction, Measure, Parameters};

use crate::arrow::columns::export_array;
use crate::boundary::guard::guard;
use crate::boundary::options::{self, Options};
use crate::boundary::pointers::{out, slice};
use crate::error::status::{Failure, tp_status};

pub type tp_measure = usize;

pub const TP_MEASURE_PMI: tp_measure = 0;
pub const TP_MEASURE_PMI2: tp_measure = 1;
pub const TP_MEASURE_MI3: tp_measure = 2;
pub const TP_MEASURE_NPMI: tp_measure = 3;
pub const TP_MEASURE_MI_LOG_F: tp_measure = 4;
pub const TP_MEASURE_T: tp_measure = 5;
pub const TP_MEASURE_Z: tp_measure = 6;
pub const TP_MEASURE_G2: tp_measure = 7;
pub const TP_MEASURE_SIMPLE_LL: tp_measure = 8;
pub const TP_MEASURE_CHI2: tp_measure = 9;
pub const TP_MEASURE_CHI2_YATES: tp_measure = 10;
pub const TP_MEASURE_DICE: tp_measure = 11;
pub const TP_MEASURE_LOG_DICE: tp_measure = 12;
pub const TP_MEASURE_JACCARD: tp_measure = 13;
pub const TP_MEASURE_MS: tp_measure = 14;
pub const TP_MEASURE_DELTA_P21: tp_measure = 15;
pub const TP_MEASURE_DELTA_P12: tp_measure = 16;
pub const TP_MEASURE_LIDDELL: tp_measure = 17;
pub const TP_MEASURE_ODDS_RATIO_DISC: tp_measure = 18;
pub const TP_MEASURE_LOG_RATIO_WALTER: tp_measure = 19;
pub const TP_MEASURE_FISHER: tp_measure = 20;
pub const TP_MEASURE_POISSON_STIRLING: tp_measure = 21;
pub const TP_MEASURE_LAMBDA: tp_measure = 22;
pub const TP_MEASURE_LAMBDA_Z: tp_measure = 23;
pub const TP_MEASURE_G2_RAYSON: tp_measure = 24;
pub const TP_MEASURE_LOG_RATIO: tp_measure = 25;
pub const TP_MEASURE_PERCENT_DIFF: tp_measure = 26;
pub const TP_MEASURE_BIC: tp_measure = 27;
pub const TP_MEASURE_ELL: tp_measure = 28;
pub const TP_MEASURE_RELATIVE_RISK: tp_measure = 29;
pub const TP_MEASURE_ODDS_RATIO: tp_measure = 30;
pub const TP_MEASURE_SIMPLE_MATHS: tp_measure = 31;
pub const TP_MEASURE_LOG_ODDS: tp_measure = 32;
pub const TP_MEASURE_LOG_ODDS_Z: tp_measure = 33;
pub const TP_MEASURE_FISHER_TWO_SIDED: tp_measure = 34;
pub const TP_MEASURE_MIKOLOV: tp_measure = 35;

pub type tp_correction = usize;

pub const TP_CORRECTION_NONE: tp_correction = 0;
pub const TP_CORRECTION_BONFERRONI: tp_correction = 1;
pub const TP_CORRECTION_HOLM: tp_correction = 2;
pub const TP_CORRECTION_BH: tp_correction = 3;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tp_association_options {
    pub struct_size: usize,
    pub is_signed: usize,
    pub smoothing: *const f64,
    pub prior: *const f64,
    pub prior_total: *const f64,
}

// SAFETY: its layout is that of C, its members are integers and pointers, and 0 is the default of each.
unsafe impl Options for tp_association_options {
    const NAME: &str = "tp_association_options";
}

/// The measure of a code of C.
pub(crate) fn measure_of(measure: tp_measure) -> Result<Measure, Failure> {
    Measure::from_code(measure).ok_or_else(|| Failure::unknown_value("measure", measure, TP_MEASURE_MIKOLOV))
}

pub(crate) fn correction_of(correction: tp_correction) -> Result<Option<Correction>, Failure> {
    match correction {
        TP_CORRECTION_NONE => Ok(None),
        TP_CORRECTION_BONFERRONI => Ok(Some(Correction::Bonferroni)),
        TP_CORRECTION_HOLM => Ok(Some(Correction::Holm)),
        TP_CORRECTION_BH => Ok(Some(Correction::BenjaminiHochberg)),
        other => Err(Failure::unknown_value("correction", other, TP_CORRECTION_BH)),
    }
}

/// The number that a pointer of options points to, or the default for NULL.
///
/// # Safety
/// As for [`slice`], with the length 1.
pub(crate) unsafe fn number_or(pointer: *const f64, default: f64, option: &str) -> Result<f64, Failure> {
    if pointer.is_null() {
        return Ok(default);
    }
    // SAFETY: the caller's promise.
    Ok(unsafe { slice(pointer, 1, option)? }[0])
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_association(
    measure: tp_measure,
    o11: *const f64,
    o12: *const f64,
    o21: *const f64,
    o22: *const f64,
    count: usize,
    options: *const tp_association_options,
    scores: *mut FFI_ArrowArray,
) -> tp_status {
    guard(|| {
        let (scores, measure) = (out(scores, "scores")?, measure_of(measure)?);
        // SAFETY: the caller's promise, for all.
        let (cells, options) = unsafe {
            let cells = [
                slice(o11, count, "o11")?,
                slice(o12, count, "o12")?,
                slice(o21, count, "o21")?,
                slice(o22, count, "o22")?,
            ];
            (cells, options::read(options)?)
        };
        let default = Parameters::default();
        // SAFETY: the caller's promise, for all.
        let parameters = unsafe {
            let prior = number_or(options.prior, default.prior, "prior")?;
            #[allow(clippy::cast_precision_loss)] // The arrays have fewer than 2⁵³ numbers.
            let all = prior * count as f64;
            Parameters {
                smoothing: number_or(options.smoothing, default.smoothing, "smoothing")?,
                prior,
                prior_total: number_or(options.prior_total, all, "prior_total")?,
            }
        };
        let array = Float64Array::from(association::scores(measure, cells, &parameters, options.is_signed != 0)?);
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { scores.write(export_array(&array)) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_association_p_values(
    measure: tp_measure,
    scores: *const f64,
    count: usize,
    correction: tp_correction,
    p_values: *mut FFI_ArrowArray,
) -> tp_status {
    guard(|| {
        let p_values = out(p_values, "p_values")?;
        let (measure, correction) = (measure_of(measure)?, correction_of(correction)?);
        // SAFETY: the caller's promise.
        let scores = unsafe { slice(scores, count, "scores")? };
        let array = Float64Array::from(association::p_values(measure, scores, correction)?);
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { p_values.write(export_array(&array)) };
        Ok(())
    })
}
