//! Work on several threads.
//!
//! A call starts its threads and joins them before it returns. No thread stays in the background, so a fork loses no
//! work. Starting a thread takes about 30 µs, so threads are only used for work of milliseconds.

use std::mem::replace;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, available_parallelism};

use crate::error::Result;
use crate::forks;
use crate::memory::list_for;

/// The memory that must be available for each thread: for its stack, and for what the system library allocates when it
/// starts. Without that memory, the system library ends the process. The rest is for the work of threads that
/// started earlier.
const BYTES_PER_THREAD: usize = 32 << 20;

/// Returns the number of processors this process may run on, as of the first call.
pub fn processors() -> NonZero<usize> {
    // The system call takes longer than indexing a short text, so its result is kept. Two threads may both make the
    // call: a thread that does not exist after a fork could hold a lock without end.
    static PROCESSORS: AtomicUsize = AtomicUsize::new(0);
    NonZero::new(PROCESSORS.load(Ordering::Relaxed)).unwrap_or_else(|| {
        let found = available_parallelism().unwrap_or(NonZero::<usize>::MIN);
        PROCESSORS.store(found.get(), Ordering::Relaxed);
        found
    })
}

/// Returns whether there is memory to start this number of threads.
pub fn has_memory_for(threads: usize) -> bool {
    list_for::<u8>(threads.saturating_mul(BYTES_PER_THREAD)).is_ok()
}

/// Runs `work` once for each of `states`, at the same time on as many threads as the system allows.
///
/// After all threads have ended, a panic of one of them continues here.
pub fn run<S: Send>(states: &mut [S], work: impl Fn(&mut S) + Sync) {
    let helpers = states.len().saturating_sub(1);
    let queue = Mutex::new(states.iter_mut());
    let drain = || {
        let next = || queue.lock().expect("no panic while the queue is locked").next();
        while let Some(state) = next() {
            work(state);
        }
    };
    // If a thread cannot be started, the others do its work.
    let may_start = has_memory_for(helpers);
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

/// Runs `work` once for each task, on this number of threads. A thread takes the next task when it has time.
///
/// # Errors
/// An error of `work`. Tasks that no thread has begun are skipped then.
pub fn each<T: Send>(threads: usize, tasks: Vec<T>, work: impl Fn(T) -> Result<()> + Sync) -> Result<()> {
    // Without memory for a list of results, this thread does all the work.
    let mut results = list_for(threads.min(tasks.len())).unwrap_or_default();
    results.resize_with(results.capacity(), || Ok(()));
    let mut result = [Ok(())];
    let results = if results.is_empty() { &mut result[..] } else { &mut results[..] };
    let queue = Mutex::new(tasks.into_iter());
    let next = || queue.lock().expect("no panic while the queue is locked").next();
    run(results, |result| {
        while let Some(task) = next() {
            *result = work(task);
            if result.is_err() {
                while next().is_some() {}
            }
        }
    });
    results.iter_mut().try_for_each(|result| replace(result, Ok(())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn the_work_runs_once_for_each_state() {
        let mut states = [1, 2, 3];
        run(&mut states, |state| *state *= 10);
        assert_eq!(states, [10, 20, 30]);
    }

    #[test]
    fn the_work_runs_once_for_each_task() {
        let sum = AtomicUsize::new(0);
        let add = |task| {
            sum.fetch_add(task, Ordering::Relaxed);
            Ok(())
        };
        assert_eq!(each(3, vec![1, 20, 300, 4000], add), Ok(()));
        assert_eq!(sum.into_inner(), 4321);
    }

    #[test]
    fn an_error_ends_the_work() {
        let begun = AtomicUsize::new(0);
        let fail = |()| {
            begun.fetch_add(1, Ordering::Relaxed);
            Err(Error::NoWords)
        };
        assert_eq!(each(2, vec![(); 100], fail), Err(Error::NoWords));
        assert!(begun.into_inner() <= 2);
    }

    #[test]
    #[should_panic(expected = "of a worker")]
    fn a_panic_of_a_worker_reaches_the_caller() {
        run(&mut [false, true], |fails| assert!(!*fails, "the panic of a worker"));
    }
}
