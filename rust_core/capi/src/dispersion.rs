//! Dispersion: how evenly terms occur in the parts of a corpus.

use std::ffi::c_char;
use std::sync::Arc;

use engine::dispersion::{Dispersed, Dispersion, Parts, Settings};
use engine::memory::list_for;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{ArrayRef, Float64Array, UInt32Array, UInt64Array};

use crate::analyzer::tp_analyzer;
use crate::arrow::stream::export;
use crate::arrow::term_rows::TermRows;
use crate::boundary::guard::guard;
use crate::boundary::options::{self, Options};
use crate::boundary::pointers::{out, slice};
use crate::boundary::text_args::texts;
use crate::error::status::{Failure, TP_ERROR_INVALID_ARGUMENT, tp_status};
use crate::handles::borrow;

pub type tp_dispersion = usize;

pub const TP_DISPERSION_RANGE: tp_dispersion = 0;
pub const TP_DISPERSION_DP: tp_dispersion = 1;
pub const TP_DISPERSION_DPNORM: tp_dispersion = 2;
pub const TP_DISPERSION_D: tp_dispersion = 3;
pub const TP_DISPERSION_D2: tp_dispersion = 4;
pub const TP_DISPERSION_S: tp_dispersion = 5;
pub const TP_DISPERSION_D3: tp_dispersion = 6;
pub const TP_DISPERSION_DC: tp_dispersion = 7;
pub const TP_DISPERSION_DA: tp_dispersion = 8;
pub const TP_DISPERSION_KLD: tp_dispersion = 9;
pub const TP_DISPERSION_KLDNORM: tp_dispersion = 10;
pub const TP_DISPERSION_ARF: tp_dispersion = 11;
pub const TP_DISPERSION_ALD: tp_dispersion = 12;
pub const TP_DISPERSION_AWT: tp_dispersion = 13;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tp_dispersion_options {
    pub struct_size: usize,
    pub measures: *const tp_dispersion,
    pub measure_count: usize,
    pub terms: *const *const c_char,
    pub term_lengths: *const usize,
    pub term_count: usize,
    pub min_count: usize,
    pub runs: usize,
    pub equal_parts: usize,
}

// SAFETY: its layout is that of C, its members are integers and pointers, and 0 is the default of each.
unsafe impl Options for tp_dispersion_options {
    const NAME: &str = "tp_dispersion_options";
}

fn measure_of(measure: tp_dispersion) -> Result<Dispersion, Failure> {
    Dispersion::from_code(measure).ok_or_else(|| Failure::unknown_value("measure", measure, TP_DISPERSION_AWT))
}

/// A stream of the rows.
fn stream_of(
    dispersed: Dispersed,
    measures: &[Dispersion],
    batch_rows: usize,
) -> Result<FFI_ArrowArrayStream, Failure> {
    let Dispersed { terms, ids, counts, values, parts, empty_parts } = dispersed;
    let mut after: Vec<(&str, ArrayRef)> = list_for(3 + values.len())?;
    after.push(("count", Arc::new(UInt64Array::from(counts))));
    for (name, number) in [("parts", parts), ("empty_parts", empty_parts)] {
        let mut numbers = list_for(ids.len())?;
        numbers.resize(ids.len(), number);
        after.push((name, Arc::new(UInt32Array::from(numbers))));
    }
    for (measure, values) in measures.iter().zip(values) {
        let column: ArrayRef = if *measure == Dispersion::Range {
            let mut numbers = list_for(values.len())?;
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A number of parts, which has 32 bits.
            numbers.extend(values.iter().map(|value| *value as u32));
            Arc::new(UInt32Array::from(numbers))
        } else {
            Arc::new(Float64Array::from(values))
        };
        after.push((measure.name(), column));
    }
    let rows = TermRows { terms, ids, before: Vec::new(), after };
    let columns = rows.columns();
    Ok(export(Arc::clone(&columns), rows.batches(columns, batch_rows)))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_dispersion(
    analyzer: *const tp_analyzer,
    codes: *const u32,
    code_count: usize,
    options: *const tp_dispersion_options,
    batch_rows: usize,
    stream: *mut FFI_ArrowArrayStream,
) -> tp_status {
    guard(|| {
        let stream = out(stream, "stream")?;
        // SAFETY: the caller's promise, for all.
        let (analyzer, codes, options) =
            unsafe { (borrow(analyzer, "analyzer")?, slice(codes, code_count, "codes")?, options::read(options)?) };
        // SAFETY: the caller's promise.
        let measure_codes = unsafe { slice(options.measures, options.measure_count, "measures")? };
        let mut measures = list_for(measure_codes.len())?;
        for code in measure_codes {
            measures.push(measure_of(*code)?);
        }
        let mut terms = list_for(options.term_count)?;
        // SAFETY: the caller's promise.
        for term in unsafe { texts(options.terms, options.term_lengths, options.term_count, "terms")? } {
            terms.push(term?);
        }
        let parts = match (options.runs, code_count) {
            (0, 0) => Parts::Documents,
            (0, _) => Parts::Groups(codes),
            (runs, 0) => Parts::Runs(u32::try_from(runs).map_err(|_| too_many_runs(runs))?),
            _ => {
                let message = "there are codes and a number of runs: pass only one of them";
                return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message));
            }
        };
        let settings = Settings {
            measures: &measures,
            terms: (!options.terms.is_null()).then_some(&terms[..]),
            min_count: options.min_count as u64,
            equal_parts: options.equal_parts != 0,
        };
        let dispersed = analyzer.engine.dispersion(parts, &settings)?;
        let opened = stream_of(dispersed, &measures, batch_rows)?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { stream.write(opened) };
        Ok(())
    })
}

fn too_many_runs(runs: usize) -> Failure {
    Failure::new(TP_ERROR_INVALID_ARGUMENT, format!("`runs` is {runs}: it must be less than {}", u32::MAX))
}
