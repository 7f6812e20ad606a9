//! Analyzers: how they are made and freed, their options and listeners, and the state of the index.

use std::ffi::{c_char, c_void};
use std::num::NonZero;
use std::sync::Arc;
use std::time::Duration;

use engine::Analyzer;

use crate::boundary::guard::{guard, guard_release};
use crate::boundary::options::{self, Options};
use crate::boundary::pointers::{out, write_if_wanted};
use crate::error::status::tp_status;
use crate::handles::{Handle, acquire, borrow, from_handle, into_handle};
use crate::listener::callback::{Callback, UserData, tp_document_callback};
use crate::listener::events::tp_events;
use crate::listener::{Listener, Listening};
use crate::runtime::fork::Origin;
use crate::runtime::threads::default_threads;
use crate::tokenizer::{tokenization, tp_tokenizer};

/// An analyzer behind its opaque handle.
pub struct tp_analyzer {
    pub(crate) engine: Analyzer,
    pub(crate) listening: Listening,
    origin: Origin,
}

impl tp_analyzer {
    /// An analyzer without a listener.
    pub fn of(engine: Analyzer) -> Self {
        Self { engine, listening: Listening::default(), origin: Origin::new() }
    }
}

impl Handle for tp_analyzer {
    fn is_here(&self) -> bool {
        self.origin.is_here(|| self.engine.is_free() && self.listening.is_free())
    }
}

#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct tp_analyzer_options {
    pub struct_size: usize,
    pub threads: usize,
    pub counts_only: usize,
    pub tokenizer: tp_tokenizer,
    pub pattern: *const c_char,
    pub pattern_length: usize,
}

// SAFETY: its layout is that of C, its members are integers and a pointer, and 0 is the default of each.
unsafe impl Options for tp_analyzer_options {
    const NAME: &str = "tp_analyzer_options";
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_new(
    options: *const tp_analyzer_options,
    analyzer: *mut *mut tp_analyzer,
) -> tp_status {
    guard(|| {
        let analyzer = out(analyzer, "analyzer")?;
        // SAFETY: the caller's promise.
        let options = unsafe { options::read(options)? };
        let threads = Some(NonZero::new(options.threads).map_or_else(default_threads, Ok)?);
        // SAFETY: the pattern is valid for reads of its length, by the caller's promise.
        let tokenization = unsafe { tokenization(options.tokenizer, options.pattern, options.pattern_length)? };
        let engine = Analyzer::with(threads, options.counts_only == 0, tokenization);
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { analyzer.write(into_handle(tp_analyzer::of(engine))) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_free(analyzer: *mut tp_analyzer) {
    guard_release(|| {
        // SAFETY: the caller's promise.
        drop(unsafe { from_handle(analyzer, "analyzer")? });
        Ok(())
    });
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_clear(analyzer: *mut tp_analyzer) -> tp_status {
    guard_release(|| {
        // SAFETY: the caller's promise.
        unsafe { borrow(analyzer, "analyzer")? }.engine.clear();
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_update(
    analyzer: *mut tp_analyzer,
    milliseconds: u32,
    done: *mut u64,
    total: *mut u64,
) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promise.
        let analyzer = unsafe { borrow(analyzer, "analyzer")? };
        let time = (milliseconds > 0).then(|| Duration::from_millis(milliseconds.into()));
        let progress = analyzer.engine.update(time)?;
        // SAFETY: NULL or valid for writes, by the caller's promise.
        unsafe {
            write_if_wanted(done, progress.done);
            write_if_wanted(total, progress.total);
        }
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_set_callback(
    analyzer: *mut tp_analyzer,
    callback: tp_document_callback,
    user_data: *mut c_void,
    destroy: Option<unsafe extern "C" fn(user_data: *mut c_void)>,
) -> tp_status {
    guard(|| {
        let user_data = UserData::new(user_data, destroy);
        // SAFETY: the caller's promise.
        let analyzer = unsafe { acquire(analyzer, "analyzer")? };
        let callback = Callback::new(callback, user_data)?;
        analyzer.listening.set(Some(Listener::Callback(Arc::new(callback))));
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_clear_callback(analyzer: *mut tp_analyzer) -> tp_status {
    guard_release(|| {
        // SAFETY: the caller's promise.
        unsafe { acquire(analyzer, "analyzer")? }.listening.set(None);
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_events_new(analyzer: *mut tp_analyzer, events: *mut *mut tp_events) -> tp_status {
    guard(|| {
        let events = out(events, "events")?;
        // SAFETY: the caller's promise.
        let analyzer = unsafe { acquire(analyzer, "analyzer")? };
        let new = Arc::new(tp_events::new());
        analyzer.listening.set(Some(Listener::Events(Arc::downgrade(&new))));
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { events.write(into_handle(new)) };
        Ok(())
    })
}
