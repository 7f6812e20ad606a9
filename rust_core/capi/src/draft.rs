//! Documents that are given piece by piece.

use std::ffi::c_char;
use std::sync::{Mutex, PoisonError};

use engine::draft::Draft;

use crate::analyzer::tp_analyzer;
use crate::border::{borrow, guard, out, slice};
use crate::callback;
use crate::documents::hold;
use crate::status::{Failure, tp_status};

/// A draft behind its opaque handle.
pub struct tp_draft(Mutex<Draft>);

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_draft_new(capacity: usize, draft: *mut *mut tp_draft) -> tp_status {
    guard(|| {
        let draft = out(draft, "draft")?;
        let new = tp_draft(Mutex::new(Draft::with_room_for(capacity)?));
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { draft.write(Box::into_raw(Box::new(new))) };
        Ok(())
    })
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_draft_free(draft: *mut tp_draft) {
    guard(|| {
        if !draft.is_null() {
            // SAFETY: the pointer came from `Box::into_raw` in `tp_draft_new`, and is given back once.
            drop(unsafe { Box::from_raw(draft) });
        }
        Ok(())
    });
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_draft_append(draft: *mut tp_draft, text: *const c_char, length: usize) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promise, for both.
        let (draft, text) = unsafe { (borrow(draft, "draft")?, slice(text.cast::<u8>(), length, "text")?) };
        draft.0.lock().unwrap_or_else(PoisonError::into_inner).append(text)?;
        Ok(())
    })
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_add_draft(analyzer: *mut tp_analyzer, draft: *mut tp_draft) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promise, for both.
        let (analyzer, draft) = unsafe { (hold(analyzer)?, borrow(draft, "draft")?) };
        // The lock ends with the statement, before the callback runs.
        let (added, chunk) = analyzer.engine.add_draft(&mut draft.0.lock().unwrap_or_else(PoisonError::into_inner))?;
        match callback::current(&analyzer.callback) {
            Some(callback) if callback.call(chunk.text(), added).is_break() => Err(Failure::stopped_by_callback(None)),
            _ => Ok(()),
        }
    })
}
