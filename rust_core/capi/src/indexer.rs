//! Indexing while documents are added.

use std::ops::Deref;
use std::sync::Arc;

use engine::Analyzer;
use engine::indexer::Indexer;

use crate::analyzer::tp_analyzer;
use crate::border::{guard, guard_release, out};
use crate::documents::hold;
use crate::fork::Origin;
use crate::status::{Failure, tp_status};

/// An indexer behind its opaque handle.
pub struct tp_indexer {
    indexer: Indexer,
    origin: Origin,
}

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
        let indexer_of = Indexer::start(Held(unsafe { hold(analyzer)? }));
        let new = tp_indexer { indexer: indexer_of, origin: Origin::new() };
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { indexer.write(Box::into_raw(Box::new(new))) };
        Ok(())
    })
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_indexer_stop(indexer: *mut tp_indexer) -> tp_status {
    guard_release(|| {
        if indexer.is_null() {
            return Err(Failure::null("indexer"));
        }
        // SAFETY: the pointer came from `Box::into_raw` in `tp_indexer_start`, and is given back once.
        let indexer = unsafe { Box::from_raw(indexer) };
        if indexer.origin.is_here(|| false) {
            indexer.indexer.stop();
        } else {
            // Its thread runs in another process, and nothing of it here.
            std::mem::forget(indexer);
        }
        Ok(())
    })
}
