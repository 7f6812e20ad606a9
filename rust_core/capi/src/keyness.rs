//! Keyness: terms that are more or less frequent in a target than in a reference.

use std::num::NonZero;
use std::sync::Arc;

use engine::association::Measure;
use engine::keyness::{Keyness, Settings};
use engine::memory::list_for;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{ArrayRef, Float64Array, UInt32Array, UInt64Array};

use crate::analyzer::tp_analyzer;
use crate::arrow::stream::export;
use crate::arrow::term_rows::TermRows;
use crate::association::{correction_of, measure_of, number_or, tp_correction, tp_measure};
use crate::boundary::guard::guard;
use crate::boundary::options::{self, Options};
use crate::boundary::pointers::{out, slice};
use crate::error::status::{Failure, tp_status};
use crate::handles::borrow;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tp_keyness_options {
    pub struct_size: usize,
    pub measures: *const tp_measure,
    pub measure_count: usize,
    pub min_count: usize,
    pub limit: usize,
    pub is_unsigned: usize,
    pub correction: tp_correction,
    pub smoothing: *const f64,
    pub prior: *const f64,
}

// SAFETY: its layout is that of C, its members are integers and pointers, and 0 is the default of each.
unsafe impl Options for tp_keyness_options {
    const NAME: &str = "tp_keyness_options";
}

/// The measures of options.
///
/// # Safety
/// The array of measures is valid.
unsafe fn measures_of(options: &tp_keyness_options) -> Result<Vec<Measure>, Failure> {
    // SAFETY: the caller's promise.
    let codes = unsafe { slice(options.measures, options.measure_count, "measures")? };
    let mut measures = list_for(codes.len())?;
    for code in codes {
        measures.push(measure_of(*code)?);
    }
    Ok(measures)
}

/// The settings of options, whose measures are `measures`.
///
/// # Safety
/// The pointers to numbers are NULL or valid.
unsafe fn settings_of<'m>(options: &tp_keyness_options, measures: &'m [Measure]) -> Result<Settings<'m>, Failure> {
    // SAFETY: the caller's promise, for both.
    let (smoothing, prior) =
        unsafe { (number_or(options.smoothing, 1.0, "smoothing")?, number_or(options.prior, 0.01, "prior")?) };
    Ok(Settings {
        measures,
        min_count: options.min_count as u64,
        is_signed: options.is_unsigned == 0,
        correction: correction_of(options.correction)?,
        limit: NonZero::new(options.limit),
        smoothing,
        prior,
    })
}

/// A stream of the rows.
fn stream_of(keyness: Keyness, measures: &[Measure], batch_rows: usize) -> Result<FFI_ArrowArrayStream, Failure> {
    let Keyness { terms, groups, ids, counts, rates, documents, scores, p_values } = keyness;
    let [target_count, reference_count] = counts;
    let [target_rate, reference_rate] = rates;
    let [target_documents, reference_documents] = documents;
    let whole = |values: Vec<u64>| Arc::new(UInt64Array::from(values)) as ArrayRef;
    let real = |values: Vec<f64>| Arc::new(Float64Array::from(values)) as ArrayRef;
    let mut after = list_for(8 + scores.len())?;
    after.extend([("target_count", whole(target_count)), ("reference_count", whole(reference_count))]);
    after.extend([("target_per_million", real(target_rate)), ("reference_per_million", real(reference_rate))]);
    after.extend([("target_documents", whole(target_documents)), ("reference_documents", whole(reference_documents))]);
    after.extend(measures.iter().zip(scores).map(|(measure, scores)| (measure.name(), real(scores))));
    after.extend(p_values.map(|p_values| ("p", real(p_values))));
    let mut before = list_for(1)?;
    before.extend(groups.map(|groups| ("group", Arc::new(UInt32Array::from(groups)) as ArrayRef)));
    let rows = TermRows { terms, ids, before, after };
    let columns = rows.columns();
    Ok(export(Arc::clone(&columns), rows.batches(columns, batch_rows)))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_keyness(
    analyzer: *const tp_analyzer,
    codes: *const u32,
    code_count: usize,
    other: *const tp_analyzer,
    other_codes: *const u32,
    other_code_count: usize,
    options: *const tp_keyness_options,
    batch_rows: usize,
    stream: *mut FFI_ArrowArrayStream,
) -> tp_status {
    guard(|| {
        let stream = out(stream, "stream")?;
        // SAFETY: the caller's promise, for all.
        let (analyzer, codes, options) =
            unsafe { (borrow(analyzer, "analyzer")?, slice(codes, code_count, "codes")?, options::read(options)?) };
        // SAFETY: the caller's promise.
        let other_codes = unsafe { slice(other_codes, other_code_count, "other_codes")? };
        // SAFETY: the caller's promise.
        let other = if other.is_null() { None } else { Some(unsafe { borrow(other, "other")? }) };
        let other = other.as_ref().map(|other| (&other.engine, other_codes));
        // SAFETY: the caller's promise, for both.
        let measures = unsafe { measures_of(&options)? };
        // SAFETY: as above.
        let settings = unsafe { settings_of(&options, &measures)? };
        let keyness = analyzer.engine.keyness(codes, other, &settings)?;
        let opened = stream_of(keyness, &measures, batch_rows)?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { stream.write(opened) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_grouped_keyness(
    analyzer: *const tp_analyzer,
    codes: *const u32,
    code_count: usize,
    options: *const tp_keyness_options,
    batch_rows: usize,
    stream: *mut FFI_ArrowArrayStream,
) -> tp_status {
    guard(|| {
        let stream = out(stream, "stream")?;
        // SAFETY: the caller's promise, for all.
        let (analyzer, codes, options) =
            unsafe { (borrow(analyzer, "analyzer")?, slice(codes, code_count, "codes")?, options::read(options)?) };
        // SAFETY: the caller's promise, for both.
        let measures = unsafe { measures_of(&options)? };
        // SAFETY: as above.
        let settings = unsafe { settings_of(&options, &measures)? };
        let keyness = analyzer.engine.grouped_keyness(codes, &settings)?;
        let opened = stream_of(keyness, &measures, batch_rows)?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { stream.write(opened) };
        Ok(())
    })
}
