//! What a fork makes of handles.
//!
//! A forked child has one thread. What another thread was changing at that moment stays half changed there, and its locks
//! are held by nobody for ever. So the first call for a handle in a child looks whether its locks are free: then it is
//! whole, and belongs to the child from now on; otherwise every call for it fails.

use std::hint;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, TryLockError};

use engine::forks;

use crate::error::status::{Failure, TP_ERROR_FORKED};

/// Which process this is: one more in each child.
static GENERATION: AtomicU64 = AtomicU64::new(0);
static IS_WATCHING: AtomicBool = AtomicBool::new(false);
/// Held while a handle is looked at. A child finds it free, so it is no lock of the standard library.
static IS_LOOKING: AtomicBool = AtomicBool::new(false);

/// The generation of handles that are lost in this process and its children.
const LOST: u64 = u64::MAX;

/// Makes children know that they are children, and makes forks wait for the end of a step of the engine.
#[inline]
pub(crate) fn watch() {
    if !IS_WATCHING.load(Ordering::Acquire) {
        register();
    }
}

#[cold]
fn register() {
    // SAFETY: these functions only store numbers, and wait for threads that wait for nothing themselves. If several threads
    // come here at once, each may register the functions: it does no harm to count a fork twice.
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

/// The process that a handle belongs to.
pub(crate) struct Origin(AtomicU64);

impl Origin {
    /// This process.
    pub fn new() -> Self {
        Self(AtomicU64::new(GENERATION.load(Ordering::Relaxed)))
    }

    /// Whether the handle is as good here as where it comes from. `is_free` tells whether nobody holds a lock of it; where
    /// the handle comes from another process, no thread of this one can, before this was asked.
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
        // Another thread may have looked meanwhile.
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

/// Whether nobody holds a lock.
pub(crate) fn is_free<T>(lock: &Mutex<T>) -> bool {
    !matches!(lock.try_lock(), Err(TryLockError::WouldBlock))
}

/// What is said of a handle that is lost.
pub(crate) fn lost(handle: &str) -> Failure {
    let message = format!("another thread was using the {handle} when this process was forked: it is lost here");
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
        // SAFETY: the child does little, and ends here, without what the test program does at its end.
        let process = unsafe { libc::fork() };
        if process == 0 {
            let is_right = work();
            // SAFETY: as above.
            unsafe { libc::_exit(i32::from(!is_right)) };
        }
        let mut status = 0;
        // SAFETY: it is a child of this process, and the status is valid.
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
