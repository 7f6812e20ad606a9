//! Documents that are given piece by piece.

use std::ffi::c_char;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use engine::draft::Draft;

use crate::analyzer::{analyzer_at, tp_analyzer};
use crate::border::{borrow, guard, guard_release, out, slice};
use crate::callback;
use crate::documents::hold;
use crate::fork::{Origin, lost};
use crate::status::{Failure, TP_ERROR_INVALID_ARGUMENT, tp_status};

/// A draft behind its opaque handle.
pub struct tp_draft {
    draft: Mutex<Draft>,
    origin: Origin,
}

impl tp_draft {
    fn is_here(&self) -> bool {
        self.origin.is_here(|| !matches!(self.draft.try_lock(), Err(TryLockError::WouldBlock)))
    }
}

/// Locks the draft behind a handle, unless it was lost in a fork.
///
/// # Safety
/// The pointer is NULL, or a handle that is not freed as long as the draft is locked.
unsafe fn lock<'a>(draft: *const tp_draft) -> Result<MutexGuard<'a, Draft>, Failure> {
    // SAFETY: the caller's promise.
    let draft = unsafe { borrow(draft, "draft")? };
    if !draft.is_here() {
        return Err(lost("draft"));
    }
    Ok(draft.draft.lock().unwrap_or_else(PoisonError::into_inner))
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_draft_new(
    analyzer: *const tp_analyzer,
    capacity: usize,
    draft: *mut *mut tp_draft,
) -> tp_status {
    guard(|| {
        let draft = out(draft, "draft")?;
        // SAFETY: the caller's promise.
        let analyzer = unsafe { analyzer_at(analyzer)? };
        let is_told = callback::current(&analyzer.callback).is_some();
        let draft_of = analyzer.engine.draft(capacity, is_told)?;
        let new = tp_draft { draft: Mutex::new(draft_of), origin: Origin::new() };
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
    guard_release(|| {
        if !draft.is_null() {
            // SAFETY: the pointer came from `Box::into_raw` in `tp_draft_new`, and is given back once.
            let draft = unsafe { Box::from_raw(draft) };
            if !draft.is_here() {
                // What was left half changed cannot be freed.
                std::mem::forget(draft);
            }
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
        let (mut draft, text) = unsafe { (lock(draft)?, slice(text.cast::<u8>(), length, "text")?) };
        draft.append(text)?;
        Ok(())
    })
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_draft_room(draft: *mut tp_draft, length: usize, room: *mut *mut c_char) -> tp_status {
    guard(|| {
        let room = out(room, "room")?;
        // SAFETY: the caller's promise.
        let pointer = unsafe { lock(draft)? }.room(length)?.as_mut_ptr();
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { room.write(pointer.cast()) };
        Ok(())
    })
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_draft_take(draft: *mut tp_draft, length: usize) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promise.
        let mut draft = unsafe { lock(draft)? };
        if length > draft.room_left() {
            let message = format!("{length} bytes are taken of room for {}", draft.room_left());
            return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message));
        }
        Ok(draft.take(length)?)
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
        let (analyzer, mut draft) = unsafe { (hold(analyzer)?, lock(draft)?) };
        let (added, chunk) = analyzer.engine.add_draft(&mut draft)?;
        // The callback runs without a lock.
        drop(draft);
        match callback::current(&analyzer.callback) {
            Some(callback) if callback.call(chunk.as_ref().map_or(&[], |chunk| chunk.text()), added).is_break() => {
                Err(Failure::stopped_by_callback(None))
            }
            _ => Ok(()),
        }
    })
}
