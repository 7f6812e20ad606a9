//! Statistics of the whole corpus.

use std::ptr;

use engine::counts::Statistics;

use crate::analyzer::tp_analyzer;
use crate::boundary::guard::guard;
use crate::boundary::pointers::out;
use crate::error::status::{Failure, TP_ERROR_INVALID_ARGUMENT, tp_status};
use crate::handles::borrow;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tp_statistics {
    pub struct_size: usize,
    pub document_count: u64,
    pub total_words: u64,
    pub unique_words: u64,
    pub distinct_types: u64,
    pub total_bytes: u64,
    pub average_words: f64,
}

/// The average number of words in a document; 0 if there are no documents.
pub(super) fn average_words(figures: &Statistics) -> f64 {
    if figures.documents == 0 { 0.0 } else { figures.total_words as f64 / figures.documents as f64 }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_statistics(
    analyzer: *const tp_analyzer,
    statistics: *mut tp_statistics,
) -> tp_status {
    guard(|| {
        let statistics = out(statistics, "statistics")?;
        // SAFETY: a structure contains at least `struct_size`, by the caller's promise.
        let struct_size = unsafe { statistics.cast::<usize>().read() };
        if struct_size < size_of::<usize>() + size_of::<u64>() {
            let message = format!("struct_size is {struct_size}: set it to sizeof(tp_statistics)");
            return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message));
        }
        // SAFETY: the caller's promise.
        let found = unsafe { borrow(analyzer, "analyzer")? }.engine.statistics()?;
        let full = tp_statistics {
            struct_size,
            document_count: found.documents,
            total_words: found.total_words,
            unique_words: found.unique_words,
            distinct_types: found.distinct_types,
            total_bytes: found.bytes,
            average_words: average_words(&found),
        };
        // Leaves out a member for which the caller's structure has only part of the room.
        let common = struct_size.min(size_of::<tp_statistics>()) / size_of::<u64>() * size_of::<u64>();
        // SAFETY: the structure has room for `struct_size` bytes, by the caller's promise.
        unsafe { ptr::copy_nonoverlapping((&raw const full).cast::<u8>(), statistics.cast(), common) };
        Ok(())
    })
}
