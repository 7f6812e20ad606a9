//! Entry points that make the library fail on purpose, to test that it fails well.

use std::ffi::c_char;

use crate::allocator::refusal;
use crate::analyzer::{analyzer_at, tp_analyzer};
use crate::border::{guard, slice};
use crate::status::tp_status;

/// Panics with `message` on a worker thread, while the index is being changed.
///
/// # Safety
/// As for any function of the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_test_panic(analyzer: *mut tp_analyzer, message: *const c_char, length: usize) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promise, for both.
        let (analyzer, message) = unsafe { (analyzer_at(analyzer)?, slice(message.cast::<u8>(), length, "message")?) };
        analyzer.engine.panic_while_indexing(&String::from_utf8_lossy(message));
        Ok(())
    })
}

/// From now on, the system refuses as many requests for memory as said, after it has granted some; how many there were
/// since the last call.
#[unsafe(no_mangle)]
pub extern "C" fn tp_test_refuse_memory(granted: u64, refused: u64) -> u64 {
    refusal::plan(granted, refused)
}
