//! Handles after a fork.
//!
//! A forked child has one thread. If another thread was changing an object at the moment of the fork, the object stays
//! half changed in the child, and no thread will ever release its locks. So the first call for a handle in a child
//! tries the locks. If they are free, the object is intact, and belongs to the child from now on; otherwise every call
//! for the handle fails.

use std::hint;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, TryLockError};

use engine::forks;

use crate::error::status::{Failure, TP_ERROR_FORKED};

/// Counts forks: in each child it is one more than in its parent.
static GENERATION: AtomicU64 = AtomicU64::new(0);
static IS_WATCHING: AtomicBool = AtomicBool::new(false);
/// A spin lock: it is held while `adopt` examines a handle. A lock of the standard library could stay locked in a
/// child; the child releases this one.
static IS_LOOKING: AtomicBool = AtomicBool::new(false);

/// The generation of handles that this process and its children cannot use.
const LOST: u64 = u64::MAX;

/// Registers the functions that run at a fork: the fork waits for the current steps of the engine, and the child counts
/// itself.
#[inline]
pub(crate) fn watch() {
    if !IS_WATCHING.load(Ordering::Acquire) {
        register();
    }
}

#[cold]
fn register() {
    // SAFETY: these functions only store numbers, and wait for threads that do not wait for others. Several threads may
    // register them at the same time: a fork that is counted twice does no harm.
    unsafe { libc::pthread_atfork(Some(before), Some(in_parent), Some(in_child)) };
    IS_WATCHING.store(true, Ordering::Release);
}

extern "C" fn before() {
    forks::begin();
}

extern "C" fn in_parent() {
    forks::end();
}

extern "C" fn in_child() {
    GENERATION.fetch_add(1, Ordering::Relaxed);
    IS_LOOKING.store(false, Ordering::Relaxed);
    forks::end();
}

/// The process that a handle belongs to, as a generation.
pub(crate) struct Origin(AtomicU64);

impl Origin {
    /// This process.
    pub fn new() -> Self {
        Self(AtomicU64::new(GENERATION.load(Ordering::Relaxed)))
    }

    /// Whether this process can use the handle. `is_free` returns whether no thread holds a lock of the object; it is
    /// called only for a handle of another process, whose locks no thread of this process can hold yet.
    #[inline]
    pub fn is_here(&self, is_free: impl FnOnce() -> bool) -> bool {
        self.0.load(Ordering::Acquire) == GENERATION.load(Ordering::Relaxed) || self.adopt(is_free)
    }

    #[cold]
    fn adopt(&self, is_free: impl FnOnce() -> bool) -> bool {
        while IS_LOOKING.swap(true, Ordering::Acquire) {
            hint::spin_loop();
        }
        let here = GENERATION.load(Ordering::Relaxed);
        // Another thread may have examined the handle in between.
        let found = match self.0.load(Ordering::Relaxed) {
            known if known == here || known == LOST => known,
            _ if is_free() => here,
            _ => LOST,
        };
        self.0.store(found, Ordering::Release);
        IS_LOOKING.store(false, Ordering::Release);
        found == here
    }
}

/// Whether no thread holds the lock.
pub(crate) fn is_free<T>(lock: &Mutex<T>) -> bool {
    !matches!(lock.try_lock(), Err(TryLockError::WouldBlock))
}

/// The failure of a call for a handle that this process cannot use.
pub(crate) fn lost(handle: &str) -> Failure {
    let message =
        format!("another thread was using the {handle} when this process was forked: this child cannot use it");
    Failure::new(TP_ERROR_FORKED, message)
}

// Miri cannot fork.
#[cfg(all(test, unix, not(miri)))]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;
    use std::thread;
    use std::time::Duration;

    /// Forks; returns whether `work` returned true in the child.
    fn child(work: impl FnOnce() -> bool) -> bool {
        // SAFETY: the child does little, and ends here without the exit handlers of the test program.
        let process = unsafe { libc::fork() };
        if process == 0 {
            let is_right = work();
            // SAFETY: it ends the process.
            unsafe { libc::_exit(i32::from(!is_right)) };
        }
        let mut status = 0;
        // SAFETY: the process is a child of this one, and the status is valid for writes.
        assert_eq!(unsafe { libc::waitpid(process, &raw mut status, 0) }, process);
        status == 0
    }

    #[test]
    fn a_fork_waits_for_the_step_of_another_thread_and_the_child_can_begin_others() {
        static IS_OVER: AtomicBool = AtomicBool::new(false);
        watch();
        let (begun, is_begun) = channel();
        let other = thread::spawn(move || {
            forks::step(|| {
                begun.send(()).unwrap();
                thread::sleep(Duration::from_millis(20));
                IS_OVER.store(true, Ordering::Relaxed);
            });
        });
        is_begun.recv().unwrap();
        assert!(child(|| IS_OVER.load(Ordering::Relaxed) && forks::step(|| true)));
        other.join().unwrap();
        assert!(forks::step(|| true));
    }

    #[test]
    fn a_thread_may_fork_in_its_own_step_as_a_signal_handler_does() {
        watch();
        assert!(forks::step(|| child(|| forks::step(|| true))));
    }
}
