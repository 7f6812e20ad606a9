//! Analyzers: making and freeing them, options, and the state of the index.

use std::ffi::c_char;
use std::num::NonZero;
use std::time::Duration;

use engine::Analyzer;

use crate::border::{guard, guard_release, out, write_if_wanted};
use crate::fork::Origin;
use crate::handles::{Handle, borrow, give, take};
use crate::listener::Listening;
use crate::options::{self, Options};
use crate::status::tp_status;
use crate::threads::default_threads;
use crate::tokenizers::{tokenization, tp_tokenizer};

/// An analyzer behind its opaque handle.
pub struct tp_analyzer {
    pub(crate) engine: Analyzer,
    pub(crate) listening: Listening,
    origin: Origin,
}

impl Handle for tp_analyzer {
    fn is_here(&self) -> bool {
        self.origin.is_here(|| self.engine.is_free() && self.listening.is_free())
    }
}

/// See the header.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct tp_analyzer_options {
    /// The size of the structure as its user knows it.
    pub struct_size: usize,
    /// The number of threads; 0 for the default.
    pub threads: usize,
    /// Not 0: text is let go once it is counted.
    pub counts_only: usize,
    /// What a token is.
    pub tokenizer: tp_tokenizer,
    /// A regular expression, where that is what finds tokens.
    pub pattern: *const c_char,
    /// The length of the pattern in bytes.
    pub pattern_length: usize,
}

// SAFETY: it is laid out as in C, of integers and a pointer; its members say what 0 stands for.
unsafe impl Options for tp_analyzer_options {
    const NAME: &str = "tp_analyzer_options";
}

/// See the header.
///
/// # Safety
/// As the header says.
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
        let new = tp_analyzer { engine, listening: Listening::default(), origin: Origin::new() };
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { analyzer.write(give(new)) };
        Ok(())
    })
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_free(analyzer: *mut tp_analyzer) {
    guard_release(|| {
        // SAFETY: the caller's promise.
        drop(unsafe { take(analyzer, "analyzer")? });
        Ok(())
    });
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_clear(analyzer: *mut tp_analyzer) -> tp_status {
    guard_release(|| {
        // SAFETY: the caller's promise.
        unsafe { borrow(analyzer, "analyzer")? }.engine.clear();
        Ok(())
    })
}

/// See the header.
///
/// # Safety
/// As the header says.
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
