//! Analyzers of chosen documents, and merged analyzers.

use crate::analyzer::tp_analyzer;
use crate::boundary::guard::guard;
use crate::boundary::pointers::{out, slice};
use crate::error::status::tp_status;
use crate::handles::{borrow, into_handle};

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_choose(
    analyzer: *const tp_analyzer,
    documents: *const u64,
    count: usize,
    chosen: *mut *mut tp_analyzer,
) -> tp_status {
    guard(|| {
        let chosen = out(chosen, "chosen")?;
        // SAFETY: the caller's promise, for both.
        let (analyzer, documents) = unsafe { (borrow(analyzer, "analyzer")?, slice(documents, count, "documents")?) };
        let new = analyzer.engine.choose(documents)?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { chosen.write(into_handle(tp_analyzer::of(new))) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_keep(
    analyzer: *mut tp_analyzer,
    documents: *const u64,
    count: usize,
) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promise, for both.
        let (analyzer, documents) = unsafe { (borrow(analyzer, "analyzer")?, slice(documents, count, "documents")?) };
        Ok(analyzer.engine.keep(documents)?)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_merge(analyzer: *mut tp_analyzer, other: *const tp_analyzer) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promise, for both.
        let (analyzer, other) = unsafe { (borrow(analyzer, "analyzer")?, borrow(other, "other")?) };
        Ok(analyzer.engine.append(&other.engine)?)
    })
}
