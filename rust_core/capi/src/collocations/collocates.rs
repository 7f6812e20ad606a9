//! Terms near a node.

use std::num::NonZero;
use std::sync::Arc;

use engine::collocations::{Collocates, Gaps, Side, WindowSettings};
use engine::memory::{ensure, list_for};
use engine::patterns::{Base, Patterns};

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{ArrayRef, Float64Array, UInt32Array, UInt64Array};

use crate::analyzer::tp_analyzer;
use crate::arrow::columns::StringColumn;
use crate::arrow::stream::export;
use crate::arrow::term_rows::TermRows;
use crate::association::tp_measure;
use crate::boundary::guard::guard;
use crate::boundary::options::{self, Options};
use crate::boundary::pointers::out;
use crate::collocations::settings::{
    TP_CONVENTION_EXACT, TP_CONVENTION_NLTK, codes_of, measures_of, tp_convention, within_of,
};
use crate::counts::rows::COLUMN_BYTES;
use crate::error::status::{Failure, TP_ERROR_INVALID_ARGUMENT, TP_ERROR_OUT_OF_MEMORY, tp_status};
use crate::handles::borrow;
use crate::patterns::tp_patterns;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tp_collocate_options {
    pub struct_size: usize,
    pub left: usize,
    pub right: usize,
    pub measures: *const tp_measure,
    pub measure_count: usize,
    pub min_count: usize,
    pub closes_gaps: usize,
    pub within_sentences: usize,
    pub unwrap: usize,
    pub convention: tp_convention,
    pub limit: usize,
}

// SAFETY: its layout is that of C, its members are integers and a pointer, and 0 is the default of each.
unsafe impl Options for tp_collocate_options {
    const NAME: &str = "tp_collocate_options";
}

/// # Safety
/// The pointers in the options are as the header requires.
unsafe fn settings_of(options: &tp_collocate_options) -> Result<WindowSettings, Failure> {
    if ![TP_CONVENTION_EXACT, TP_CONVENTION_NLTK].contains(&options.convention) {
        let message =
            format!("`convention` is {}: it must be TP_CONVENTION_EXACT or TP_CONVENTION_NLTK", options.convention);
        return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message));
    }
    Ok(WindowSettings {
        left: options.left,
        right: options.right,
        // SAFETY: the caller's promise.
        measures: unsafe { measures_of(options.measures, options.measure_count)? },
        min_count: options.min_count as u64,
        gaps: if options.closes_gaps == 0 { Gaps::Keep } else { Gaps::Close },
        within: within_of(options.within_sentences, options.unwrap),
        counts_pairs: options.convention == TP_CONVENTION_NLTK,
        limit: NonZero::new(options.limit),
    })
}

/// The rows as columns.
fn rows_of(found: Collocates, settings: &WindowSettings) -> Result<TermRows, Failure> {
    let terms = Arc::clone(found.terms());
    let Collocates { groups, ids, sides, counts, frequencies, documents, scores, .. } = found;
    let mut before: Vec<(&'static str, ArrayRef)> = Vec::new();
    if let Some(groups) = groups {
        before.push(("group", Arc::new(UInt32Array::from(groups))));
    }
    let mut after: Vec<(&'static str, ArrayRef)> = list_for(settings.measures.len() + 4)?;
    if let Some(sides) = sides {
        let mut column = StringColumn::<i32>::with_capacity(sides.len())?;
        for side in sides {
            let name: &[u8] = if side == Side::Left { b"left" } else { b"right" };
            if !column.has_room_for(name) {
                return Err(Failure::new(TP_ERROR_OUT_OF_MEMORY, "there are more rows than a column of utf8 can hold"));
            }
            column.push(name)?;
        }
        after.push(("side", Arc::new(column.finish())));
    }
    after.push(("count", Arc::new(UInt64Array::from(counts))));
    after.push(("frequency", Arc::new(UInt64Array::from(frequencies))));
    after.push(("documents", Arc::new(UInt64Array::from(documents))));
    for (measure, scores) in settings.measures.iter().zip(scores) {
        after.push((measure.name(), Arc::new(Float64Array::from(scores))));
    }
    Ok(TermRows { terms, ids, before, after })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_collocates(
    analyzer: *const tp_analyzer,
    node: *const tp_patterns,
    barriers: *const tp_patterns,
    codes: *const u32,
    code_count: usize,
    options: *const tp_collocate_options,
    batch_rows: usize,
    stream: *mut FFI_ArrowArrayStream,
) -> tp_status {
    guard(|| {
        let stream = out(stream, "stream")?;
        // SAFETY: the caller's promise, for all.
        let (analyzer, node, codes, settings) = unsafe {
            let settings = settings_of(&options::read(options)?)?;
            (borrow(analyzer, "analyzer")?, borrow(node, "node")?, codes_of(codes, code_count)?, settings)
        };
        ensure((settings.measures.len() + 5) * COLUMN_BYTES)?;
        let barriers = if barriers.is_null() {
            Patterns::new(Base::Terms)
        } else {
            // SAFETY: the caller's promise.
            unsafe { borrow(barriers, "barriers")? }.current()?
        };
        let found = analyzer.engine.collocates(&node.current()?, &barriers, codes, &settings)?;
        let rows = rows_of(found, &settings)?;
        let columns = rows.columns();
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { stream.write(export(Arc::clone(&columns), rows.batches(columns, batch_rows))) };
        Ok(())
    })
}
