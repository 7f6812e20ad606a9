//! Functions that make the library fail on purpose, for tests of its behavior after a failure.

use std::cell::UnsafeCell;
use std::ffi::{c_char, c_void};
use std::hint::black_box;
use std::mem::forget;
use std::sync::{Barrier, Mutex, PoisonError};
use std::{ptr, thread};

use crate::analyzer::tp_analyzer;
use crate::boundary::guard::guard;
use crate::boundary::text_args::bytes;
use crate::documents::draft::tp_draft;
use crate::error::status::tp_status;
use crate::handles::borrow;
use crate::listener::events::tp_events;
use crate::matrix::tp_matrix;
use crate::runtime::allocator::refusal;
use crate::sentiment::vader::tp_vader;

/// Panics with `message` on a worker thread, while it changes the index.
///
/// # Safety
/// As for every function in the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_test_panic(analyzer: *mut tp_analyzer, message: *const c_char, length: usize) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promise, for both.
        let (analyzer, message) = unsafe { (borrow(analyzer, "analyzer")?, bytes(message, length, "message")?) };
        analyzer.engine.panic_while_indexing(&String::from_utf8_lossy(message));
        Ok(())
    })
}

/// Memory that two threads write at the same time.
struct Raced(UnsafeCell<u64>);

// SAFETY: not sound: the race is the defect.
unsafe impl Sync for Raced {}

static RACED: Raced = Raced(UnsafeCell::new(0));

/// Has a defect that a sanitizer, or a build with all checks, must report: 0 reads beyond the end of memory, 1 leaks
/// memory, 2 writes the same memory on two threads, 3 overflows a number.
#[unsafe(no_mangle)]
pub extern "C" fn tp_test_defect(defect: u32) -> tp_status {
    guard(|| {
        match defect {
            0 => {
                let memory = black_box(vec![1_u8; 64]);
                // SAFETY: not sound: this is the defect.
                black_box(unsafe { memory.as_ptr().add(memory.len()).read() });
            }
            1 => (0..100).for_each(|_| forget(black_box(vec![1_u8; 64]))),
            2 => {
                // Without the barrier, one write might end before the other begins.
                let both = Barrier::new(2);
                let write = || {
                    both.wait();
                    // SAFETY: not sound: this is the defect.
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

/// Grants the next `granted` requests for memory, and refuses the `refused` requests after them. Returns the number of
/// requests since the last call.
#[unsafe(no_mangle)]
pub extern "C" fn tp_test_refuse_memory(granted: u64, refused: u64) -> u64 {
    refusal::plan(granted, refused)
}

fn locked<T>(lock: &Mutex<T>, work: impl FnOnce()) {
    let _locked = lock.lock().unwrap_or_else(PoisonError::into_inner);
    work();
}

/// Runs `work` with `data` while this thread holds a lock of a handle. The locks are: 0 the index of an analyzer, 1 its
/// documents, 2 its listener, 3 a draft, 4 the waiting events, 5 the shown event, 6 a matrix, 7 the memory that VADER
/// keeps for the next text. A child that `work` forks sees this memory during a reallocation: the memory is freed, but
/// still in the list.
///
/// # Safety
/// As for every function in the header; the handle has the type that belongs to the lock.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_test_while_locked(
    lock: u32,
    handle: *mut c_void,
    work: unsafe extern "C" fn(*mut c_void),
    data: *mut c_void,
) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promise.
        let work = || unsafe { work(data) };
        // SAFETY: the caller's promise, for each kind.
        unsafe {
            match lock {
                0 | 1 => borrow(handle.cast::<tp_analyzer>(), "handle")?.engine.while_locked(lock == 1, work),
                2 => borrow(handle.cast::<tp_analyzer>(), "handle")?.listening.while_locked(work),
                3 => locked(&borrow(handle.cast::<tp_draft>(), "handle")?.inner, work),
                4 => locked(&borrow(handle.cast::<tp_events>(), "handle")?.waiting, work),
                5 => locked(&borrow(handle.cast::<tp_events>(), "handle")?.shown, work),
                6 => locked(&borrow(handle.cast::<tp_matrix>(), "handle")?.state, work),
                _ => borrow(handle.cast::<tp_vader>(), "handle")?.engine.while_scoring(|list| {
                    list.reserve(1000);
                    drop(ptr::read(list));
                    work();
                    ptr::write(list, Vec::new());
                }),
            }
        }
        Ok(())
    })
}
