//! Terms that occur together: adjacent terms, and terms near a node.

mod collocates;
mod rows;
mod settings;

pub use collocates::*;
pub use settings::*;

use std::sync::Arc;

use engine::collocations::{Gaps, Settings};
use engine::memory::ensure;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_schema::{DataType, SchemaRef};

use crate::analyzer::tp_analyzer;
use crate::arrow::columns::schema;
use crate::arrow::stream::export;
use crate::association::tp_measure;
use crate::boundary::guard::guard;
use crate::boundary::options::{self, Options};
use crate::boundary::pointers::out;
use crate::counts::rows::COLUMN_BYTES;
use crate::error::status::{Failure, TP_ERROR_INVALID_ARGUMENT, tp_status};
use crate::handles::borrow;
use rows::batches;
use settings::{codes_of, convention_of, measures_of, within_of};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tp_collocation_options {
    pub struct_size: usize,
    pub n: usize,
    pub measures: *const tp_measure,
    pub measure_count: usize,
    pub min_count: usize,
    pub min_documents: usize,
    pub closes_gaps: usize,
    pub within_sentences: usize,
    pub unwrap: usize,
    pub convention: tp_convention,
    pub limit: usize,
}

// SAFETY: its layout is that of C, its members are integers and a pointer, and 0 is the default of each.
unsafe impl Options for tp_collocation_options {
    const NAME: &str = "tp_collocation_options";
}

/// # Safety
/// The pointers in the options are as the header requires.
unsafe fn settings_of(options: &tp_collocation_options) -> Result<Settings, Failure> {
    let settings = Settings {
        n: if options.n == 0 { 2 } else { options.n },
        // SAFETY: the caller's promise.
        measures: unsafe { measures_of(options.measures, options.measure_count)? },
        min_count: options.min_count as u64,
        min_documents: options.min_documents as u64,
        gaps: if options.closes_gaps == 0 { Gaps::Keep } else { Gaps::Close },
        within: within_of(options.within_sentences, options.unwrap),
        convention: convention_of(options.convention)?,
        limit: std::num::NonZero::new(options.limit),
    };
    if !settings.has_length() {
        let words = match settings.convention.most_words() {
            2 => "2 words".to_owned(),
            most => format!("2 to {most} words"),
        };
        let message = format!("`n` is {}: this convention has collocations of {words}", settings.n);
        return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message));
    }
    if let Some(measure) = settings.undefined() {
        let message = format!("the measure {} is for two words: choose another one, or set `n` to 2", measure.name());
        return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message));
    }
    Ok(settings)
}

fn columns(settings: &Settings, is_grouped: bool) -> SchemaRef {
    let names: Vec<String> = (1..=settings.n).map(|number| format!("term_{number}")).collect();
    let group = is_grouped.then_some(("group", DataType::UInt32));
    let terms = names.iter().map(|name| (name.as_str(), DataType::Utf8));
    let counts = ["count", "documents"].map(|name| (name, DataType::UInt64));
    let scores = settings.measures.iter().map(|measure| (measure.name(), DataType::Float64));
    schema(&group.into_iter().chain(terms).chain(counts).chain(scores).collect::<Vec<_>>())
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_collocations(
    analyzer: *const tp_analyzer,
    codes: *const u32,
    code_count: usize,
    options: *const tp_collocation_options,
    batch_rows: usize,
    stream: *mut FFI_ArrowArrayStream,
) -> tp_status {
    guard(|| {
        let stream = out(stream, "stream")?;
        // SAFETY: the caller's promise, for all three.
        let (analyzer, codes, settings) = unsafe {
            (borrow(analyzer, "analyzer")?, codes_of(codes, code_count)?, settings_of(&options::read(options)?)?)
        };
        ensure((settings.n + settings.measures.len() + 3) * COLUMN_BYTES)?;
        let found = analyzer.engine.collocations(codes, &settings)?;
        let columns = columns(&settings, codes.is_some());
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { stream.write(export(Arc::clone(&columns), batches(columns, found, batch_rows))) };
        Ok(())
    })
}
