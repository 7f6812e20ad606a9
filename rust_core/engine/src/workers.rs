//! Work on several threads at once.
//!
//! Threads are started for a call and joined before it returns: nothing runs in the background, and nothing is lost by
//! a fork. Starting one costs some 30 µs, so only work of milliseconds comes here.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, available_parallelism};

use crate::forks;
use crate::memory::list_for;

/// What there must be for each thread: its stack, and what the system's library allocates for it in the beginning, and ends
/// the process where it cannot; and so much besides that those that began before it have not taken all of it by then.
const THREAD: usize = 32 << 20;

/// The number of processors this process may run on, as of the first time it is asked.
pub fn processors() -> NonZero<usize> {
    // Finding out takes longer than to index a short text. Two threads may do it: waiting for one that a fork has left
    // behind would never end.
    static PROCESSORS: AtomicUsize = AtomicUsize::new(0);
    NonZero::new(PROCESSORS.load(Ordering::Relaxed)).unwrap_or_else(|| {
        let found = available_parallelism().unwrap_or(NonZero::<usize>::MIN);
        PROCESSORS.store(found.get(), Ordering::Relaxed);
        found
    })
}

/// Whether there is memory to start so many threads.
pub fn there_is_memory_for(threads: usize) -> bool {
    list_for::<u8>(threads.saturating_mul(THREAD)).is_ok()
}

/// Runs `work` once for each of `states`, all at once as far as the system gives threads.
///
/// A panic of any of them is raised again here, after all have ended.
pub fn run<S: Send>(states: &mut [S], work: impl Fn(&mut S) + Sync) {
    let helpers = states.len().saturating_sub(1);
    let queue = Mutex::new(states.iter_mut());
    let drain = || {
        let next = || queue.lock().expect("no panic while the queue is locked").next();
        while let Some(state) = next() {
            work(state);
        }
    };
    // Where a thread cannot be had, the others do its share.
    let may_start = there_is_memory_for(helpers);
    thread::scope(|scope| {
        let mut threads = list_for(helpers).unwrap_or_default();
        let most = if may_start { threads.capacity() } else { 0 };
        let start = |_| forks::step(|| thread::Builder::new().spawn_scoped(scope, drain)).ok();
        threads.extend((0..helpers.min(most)).map_while(start));
        drain();
        for thread in threads {
            if let Err(panic) = thread.join() {
                resume_unwind(panic);
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_worked_on_once() {
        let mut states = [1, 2, 3];
        run(&mut states, |state| *state *= 10);
        assert_eq!(states, [10, 20, 30]);
    }

    #[test]
    #[should_panic(expected = "of a worker")]
    fn a_panic_of_a_worker_reaches_the_caller() {
        run(&mut [false, true], |fails| assert!(!*fails, "the panic of a worker"));
    }
}
