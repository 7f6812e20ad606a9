//! Drafts: documents whose text C passes in pieces.

use std::ffi::c_char;
use std::ops::ControlFlow;
use std::sync::{Mutex, MutexGuard, PoisonError};

use engine::analyzer::{Added, Draft};

use crate::analyzer::tp_analyzer;
use crate::boundary::guard::{guard, guard_release};
use crate::boundary::pointers::out;
use crate::boundary::text_args::bytes;
use crate::error::status::{Failure, TP_ERROR_INVALID_ARGUMENT, tp_status};
use crate::handles::{Handle, Lent, acquire, borrow, from_handle, into_handle};
use crate::runtime::fork::{Origin, is_free};

/// A draft behind its opaque handle.
pub struct tp_draft {
    pub(crate) inner: Mutex<Inner>,
    origin: Origin,
}

pub(crate) struct Inner {
    draft: Draft,
    room: Lent,
}

impl Handle for tp_draft {
    fn is_here(&self) -> bool {
        self.origin.is_here(|| is_free(&self.inner))
    }
}

impl tp_draft {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Locks the draft for a call after which C must not use room from an earlier call.
    fn lock_without_room(&self) -> Result<MutexGuard<'_, Inner>, Failure> {
        let mut inner = self.lock();
        inner.room.revoke("room of the draft")?;
        Ok(inner)
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_draft_new(
    analyzer: *const tp_analyzer,
    capacity: usize,
    draft: *mut *mut tp_draft,
) -> tp_status {
    guard(|| {
        let draft = out(draft, "draft")?;
        // SAFETY: the caller's promise.
        let analyzer = unsafe { borrow(analyzer, "analyzer")? };
        let is_told = analyzer.listening.has_listener();
        let inner = Inner { draft: analyzer.engine.draft(capacity, is_told)?, room: Default::default() };
        let new = tp_draft { inner: Mutex::new(inner), origin: Origin::new() };
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { draft.write(into_handle(new)) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_draft_free(draft: *mut tp_draft) {
    guard_release(|| {
        // SAFETY: the caller's promise.
        drop(unsafe { from_handle(draft, "draft")? });
        Ok(())
    });
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_draft_append(draft: *mut tp_draft, text: *const c_char, length: usize) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promise, for both.
        let (draft, text) = unsafe { (borrow(draft, "draft")?, bytes(text, length, "text")?) };
        draft.lock_without_room()?.draft.append(text)?;
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_draft_room(draft: *mut tp_draft, length: usize, room: *mut *mut c_char) -> tp_status {
    guard(|| {
        let room = out(room, "room")?;
        // SAFETY: the caller's promise.
        let draft = unsafe { borrow(draft, "draft")? };
        let mut inner = draft.lock_without_room()?;
        let pointer = inner.draft.room(length)?.as_mut_ptr();
        inner.room.lend();
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { room.write(pointer.cast()) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_draft_take(draft: *mut tp_draft, length: usize) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promise.
        let draft = unsafe { borrow(draft, "draft")? };
        let mut inner = draft.lock();
        inner.room.give_back();
        let draft = &mut inner.draft;
        if length > draft.room_left() {
            let message = format!("cannot take {length} bytes: the room has only {}", draft.room_left());
            return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message));
        }
        Ok(draft.take(length)?)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_draft_allow_blank(draft: *mut tp_draft) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promise.
        unsafe { borrow(draft, "draft")? }.lock_without_room()?.draft.allow_blank();
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_add_draft(analyzer: *mut tp_analyzer, draft: *mut tp_draft) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promise, for both.
        let (analyzer, draft) = unsafe { (acquire(analyzer, "analyzer")?, borrow(draft, "draft")?) };
        let listener = analyzer.listening.ready(None)?;
        // Releases the lock before the callback runs.
        let (added, chunk) = {
            let draft = &mut draft.lock_without_room()?.draft;
            let words = if listener.is_some() { analyzer.engine.words_of(draft.text())? } else { None };
            let (added, chunk) = analyzer.engine.add_draft(draft)?;
            (Added { words: words.unwrap_or(added.words), ..added }, chunk)
        };
        match listener.map(|listener| listener.tell_of_draft(chunk, added)) {
            Some(ControlFlow::Break(())) => Err(Failure::stopped_by_callback(None)),
            _ => Ok(()),
        }
    })
}
