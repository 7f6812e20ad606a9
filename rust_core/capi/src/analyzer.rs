//! Analyzers: making and freeing them, options, and the state of the index.

use std::num::NonZero;
use std::ptr;
use std::time::Duration;

use engine::Analyzer;

use crate::border::{guard, guard_release, out, slice, write_if_wanted};
use crate::fork::Origin;
use crate::handles::{Handle, borrow, give, take};
use crate::listener::Listening;
use crate::status::{Failure, TP_ERROR_INVALID_ARGUMENT, tp_status};
use crate::threads::default_threads;

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
#[derive(Clone, Copy)]
pub struct tp_analyzer_options {
    /// The size of the structure as its user knows it.
    pub struct_size: usize,
    /// The number of threads; 0 for the default.
    pub threads: usize,
    /// Not 0: text is let go once it is counted.
    pub counts_only: usize,
}

/// Reads options as far as both sides know them.
///
/// # Safety
/// The pointer is NULL, or valid for reads of `struct_size` bytes.
unsafe fn read_options(options: *const tp_analyzer_options) -> Result<tp_analyzer_options, Failure> {
    let mut known = tp_analyzer_options { struct_size: size_of::<tp_analyzer_options>(), threads: 0, counts_only: 0 };
    if options.is_null() {
        return Ok(known);
    }
    // SAFETY: a structure holds at least its size, by the caller's promise.
    let size = unsafe { options.cast::<usize>().read() };
    if size < size_of::<usize>() {
        let message = format!("struct_size is {size}: set it to sizeof(tp_analyzer_options)");
        return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message));
    }
    // SAFETY: `size` bytes may be read, by the caller's promise.
    let given = unsafe { slice(options.cast::<u8>(), size, "options")? };
    let common = size.min(known.struct_size);
    if given[common..].iter().any(|byte| *byte != 0) {
        let message = "an option is set that this library does not know: it is older than the header used";
        return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message));
    }
    // SAFETY: both are valid for `common` bytes, and every pattern of bits is a valid structure.
    unsafe { ptr::copy_nonoverlapping(given.as_ptr(), (&raw mut known).cast(), common) };
    Ok(known)
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
        let options = unsafe { read_options(options)? };
        let threads = Some(NonZero::new(options.threads).map_or_else(default_threads, Ok)?);
        let engine = if options.counts_only == 0 { Analyzer::new(threads) } else { Analyzer::counting(threads) };
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
