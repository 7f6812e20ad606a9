//! Indexing while documents are added.

use std::ops::Deref;
use std::sync::Arc;

use engine::Analyzer;
use engine::indexer::Indexer;

use crate::analyzer::tp_analyzer;
use crate::border::{guard, out};
use crate::handles::{give, hold, take};
use crate::status::{Failure, tp_status};

/// An indexer behind its opaque handle.
pub struct tp_indexer(Indexer);

struct Held(Arc<tp_analyzer>);

impl Deref for Held {
    type Target = Analyzer;

    fn deref(&self) -> &Analyzer {
        &self.0.engine
    }
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_indexer_start(analyzer: *mut tp_analyzer, indexer: *mut *mut tp_indexer) -> tp_status {
    guard(|| {
        let indexer = out(indexer, "indexer")?;
        // SAFETY: the caller's promise.
        let analyzer = unsafe { hold(analyzer, "analyzer")? };
        let new = tp_indexer(Indexer::start(Held(Arc::clone(&analyzer))));
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { indexer.write(give(new)) };
        Ok(())
    })
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_indexer_stop(indexer: *mut tp_indexer) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promise.
        let indexer = unsafe { take(indexer, "indexer")? }.ok_or_else(|| Failure::null("indexer"))?;
        // Nothing else uses an indexer.
        if let Some(tp_indexer(indexer)) = Arc::into_inner(indexer) {
            indexer.stop();
        }
        Ok(())
    })
}
