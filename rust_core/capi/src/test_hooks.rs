//! Entry points that make the library fail on purpose, to test that it fails well.

use std::cell::UnsafeCell;
use std::ffi::c_char;
use std::hint::black_box;
use std::mem::forget;
use std::sync::Barrier;
use std::thread;

use crate::allocator::refusal;
use crate::analyzer::tp_analyzer;
use crate::border::{guard, slice};
use crate::handles::borrow;
use crate::status::tp_status;

/// Panics with `message` on a worker thread, while the index is being changed.
///
/// # Safety
/// As for any function of the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_test_panic(analyzer: *mut tp_analyzer, message: *const c_char, length: usize) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promise, for both.
        let (analyzer, message) =
            unsafe { (borrow(analyzer, "analyzer")?, slice(message.cast::<u8>(), length, "message")?) };
        analyzer.engine.panic_while_indexing(&String::from_utf8_lossy(message));
        Ok(())
    })
}

/// Memory that two threads write at once.
struct Raced(UnsafeCell<u64>);

// SAFETY: none; the race is the defect.
unsafe impl Sync for Raced {}

static RACED: Raced = Raced(UnsafeCell::new(0));

/// Does what a sanitizer, or a build with all checks on, must see: 0 reads behind memory, 1 loses memory, 2 writes the same
/// memory on two threads, 3 overflows a number.
#[unsafe(no_mangle)]
pub extern "C" fn tp_test_defect(defect: u32) -> tp_status {
    guard(|| {
        match defect {
            0 => {
                let memory = black_box(vec![1_u8; 64]);
                // SAFETY: none; this is the defect.
                black_box(unsafe { memory.as_ptr().add(memory.len()).read() });
            }
            1 => (0..100).for_each(|_| forget(black_box(vec![1_u8; 64]))),
            2 => {
                // One after the other would be no race.
                let both = Barrier::new(2);
                let write = || {
                    both.wait();
                    // SAFETY: none; this is the defect.
                    unsafe { *black_box(&RACED).0.get() += 1 }
                };
                thread::scope(|scope| {
                    scope.spawn(write);
                    write();
                });
            }
            _ => _ = black_box(black_box(u32::MAX) + defect),
        }
        Ok(())
    })
}

/// From now on, the system refuses as many requests for memory as said, after it has granted some; how many there were
/// since the last call.
#[unsafe(no_mangle)]
pub extern "C" fn tp_test_refuse_memory(granted: u64, refused: u64) -> u64 {
    refusal::plan(granted, refused)
}
