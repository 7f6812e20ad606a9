//! Indexing in the background, while documents are added.

use std::ops::Deref;
use std::sync::Arc;

use engine::Analyzer;
use engine::indexer::Indexer;

use crate::analyzer::tp_analyzer;
use crate::boundary::guard::{guard, guard_release};
use crate::boundary::pointers::out;
use crate::error::status::{Failure, tp_status};
use crate::handles::{Handle, acquire, from_handle, into_handle};
use crate::runtime::fork::Origin;

/// An indexer behind its opaque handle.
pub struct tp_indexer {
    indexer: Indexer,
    origin: Origin,
}

impl Handle for tp_indexer {
    fn is_here(&self) -> bool {
        // The child does not have the thread of the indexer, so it cannot use the indexer.
        self.origin.is_here(|| false)
    }
}

struct Indexed(Arc<tp_analyzer>);

impl Deref for Indexed {
    type Target = Analyzer;

    fn deref(&self) -> &Analyzer {
        &self.0.engine
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_indexer_start(analyzer: *mut tp_analyzer, indexer: *mut *mut tp_indexer) -> tp_status {
    guard(|| {
        let indexer = out(indexer, "indexer")?;
        // SAFETY: the caller's promise.
        let analyzer = unsafe { acquire(analyzer, "analyzer")? };
        let new = tp_indexer { indexer: Indexer::start(Indexed(Arc::clone(&analyzer))), origin: Origin::new() };
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { indexer.write(into_handle(new)) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_indexer_stop(indexer: *mut tp_indexer) -> tp_status {
    guard_release(|| {
        if indexer.is_null() {
            return Err(Failure::null("indexer"));
        }
        // SAFETY: the caller's promise, and no other call uses the indexer.
        if let Some(tp_indexer { indexer, .. }) = unsafe { from_handle(indexer, "indexer")? }.and_then(Arc::into_inner)
        {
            indexer.stop();
        }
        Ok(())
    })
}
