//! Steps that a fork must not interrupt, and values that a fork may leave half changed.
//!
//! A forked child has one thread. It never finishes the work that another thread was doing at the fork. So forks wait
//! for the end of a step, and a child does not free values that another thread was using.

use std::cell::Cell;
use std::mem::forget;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{sleep, yield_now};
use std::time::Duration;

/// The address of [`DEPTH`] of the thread that is in a step, or 0 if no thread is in a step.
static OWNER: AtomicUsize = AtomicUsize::new(0);

/// The number of times that a thread checks whether it can begin a step before it sleeps between checks.
const CHECKS_BEFORE_SLEEP: usize = 100;
const SLEEP_TIME: Duration = Duration::from_micros(50);

thread_local! {
    /// The number of steps this thread is in. Steps are nested if a signal handler forks during a step. The cell has no
    /// destructor, so it exists as long as its thread.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// Runs short work while no thread forks: a fork waits for its end. Only one thread at a time runs such work.
///
/// The engine starts threads in a step. When a thread starts, glibc reuses the stack of a thread that has ended: it
/// frees the memory of that thread, and only then records that it did. A child forked in between would free this memory
/// again.
///
/// This works only if [`begin`] and [`end`] are called around each fork.
pub fn step<R>(work: impl FnOnce() -> R) -> R {
    struct End;
    impl Drop for End {
        fn drop(&mut self) {
            end();
        }
    }
    begin();
    let _end = End;
    work()
}

/// Begins a step, as soon as no other thread is in one. Call it before a fork.
pub fn begin() {
    DEPTH.with(|depth| {
        depth.set(depth.get() + 1);
        let this = ptr::from_ref(depth).addr();
        let mut checks = 0;
        while let Err(owner) = OWNER.compare_exchange(0, this, Ordering::Acquire, Ordering::Relaxed) {
            if owner == this {
                break;
            }
            checks += 1;
            if checks < CHECKS_BEFORE_SLEEP { yield_now() } else { sleep(SLEEP_TIME) }
        }
    });
}

/// Ends the step that was begun last, if there is one. Call it after a fork, on the same thread, in the parent and in
/// the child.
pub fn end() {
    DEPTH.with(|depth| {
        depth.set(depth.get().saturating_sub(1));
        if depth.get() == 0 {
            let this = ptr::from_ref(depth).addr();
            // Changes nothing if another thread is in the step.
            _ = OWNER.compare_exchange(this, 0, Ordering::Release, Ordering::Relaxed);
        }
    });
}

/// A value with locks of its own, which threads change while they use it. If a thread was using it when this process
/// was forked, the value may be half changed in the child, so its memory is never freed there.
#[derive(Debug, Default)]
pub struct Watched<T> {
    /// None only while this is dropped.
    value: Option<T>,
    users: AtomicUsize,
}

impl<T> Watched<T> {
    /// Watches a value.
    pub const fn new(value: T) -> Self {
        Self { value: Some(value), users: AtomicUsize::new(0) }
    }

    /// Uses the value.
    pub fn with<R>(&self, work: impl FnOnce(&T) -> R) -> R {
        let _use = Use::begin(&self.users);
        work(self.value.as_ref().expect("it is not dropped"))
    }

    /// Uses the value alone. Returns None if another thread was using it when this process was forked.
    pub fn with_all<R>(&mut self, work: impl FnOnce(&mut T) -> R) -> Option<R> {
        if *self.users.get_mut() > 0 {
            return None;
        }
        let _use = Use::begin(&self.users);
        Some(work(self.value.as_mut().expect("it is not dropped")))
    }
}

impl<T: Clone> Clone for Watched<T> {
    fn clone(&self) -> Self {
        self.with(|value| Self::new(value.clone()))
    }
}

impl<T> Drop for Watched<T> {
    fn drop(&mut self) {
        // The only remaining users are threads of the parent, which do not exist in the child.
        if *self.users.get_mut() > 0 {
            forget(self.value.take());
        }
    }
}

/// Counts a user.
struct Use<'u>(&'u AtomicUsize);

impl<'u> Use<'u> {
    fn begin(users: &'u AtomicUsize) -> Self {
        users.fetch_add(1, Ordering::Acquire);
        Self(users)
    }
}

impl Drop for Use<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicBool;
    use std::sync::mpsc;
    use std::thread;

    #[test]
    fn only_one_thread_at_a_time_is_in_a_step_or_forks() {
        let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let work = || {
            most.fetch_max(inside.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
            yield_now();
            inside.fetch_sub(1, Ordering::Relaxed);
        };
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| (0..200).for_each(|_| step(work)));
            }
            for _ in 0..200 {
                begin();
                work();
                end();
            }
        });
        assert_eq!(most.into_inner(), 1);
    }

    #[test]
    fn a_thread_that_forks_within_its_own_step_does_not_wait_for_itself() {
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            let (sender, receiver) = mpsc::channel();
            let is_over = &is_over;
            step(|| {
                begin();
                end();
                // The step continues.
                scope.spawn(move || {
                    sender.send(()).unwrap();
                    step(|| assert!(is_over.load(Ordering::Relaxed)));
                });
                receiver.recv().unwrap();
                thread::sleep(Duration::from_millis(5));
                is_over.store(true, Ordering::Relaxed);
            });
        });
    }

    #[test]
    fn an_end_without_a_beginning_does_not_end_the_step_of_another_thread() {
        static IS_OVER: AtomicBool = AtomicBool::new(false);
        let other = step(|| {
            thread::spawn(end).join().unwrap();
            let other = thread::spawn(|| step(|| assert!(IS_OVER.load(Ordering::Relaxed))));
            thread::sleep(Duration::from_millis(5));
            IS_OVER.store(true, Ordering::Relaxed);
            other
        });
        other.join().unwrap();
    }

    #[test]
    fn a_step_ends_if_its_work_panics() {
        assert!(std::panic::catch_unwind(|| step(|| panic!("in a step"))).is_err());
        thread::spawn(|| step(|| ())).join().unwrap();
    }

    /// Returns a value as it is in a child if another thread used it at the fork: this use never ends.
    fn stays_in_use<T>(watched: Watched<T>) -> Watched<T> {
        forget(Use::begin(&watched.users));
        watched
    }

    /// Records when it is dropped. It owns no memory, which the test would leak.
    struct RecordsDrop<'f>(&'f AtomicBool);

    impl Drop for RecordsDrop<'_> {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }

    #[test]
    fn a_value_is_freed_unless_a_thread_that_no_longer_exists_used_it() {
        let is_freed = AtomicBool::new(false);
        drop(stays_in_use(Watched::new(RecordsDrop(&is_freed))));
        assert!(!is_freed.load(Ordering::Relaxed));
        let watched = Watched::new(RecordsDrop(&is_freed));
        watched.with(|_| assert!(!is_freed.load(Ordering::Relaxed)));
        drop(watched);
        assert!(is_freed.load(Ordering::Relaxed));
    }

    #[test]
    fn a_value_that_stays_in_use_can_be_read_but_not_changed() {
        let mut watched = stays_in_use(Watched::new(5));
        assert_eq!(watched.with(|value| *value), 5);
        assert_eq!(watched.with_all(|value| *value += 1), None);
        assert_eq!(Watched::new(5).with_all(|value| *value + 1), Some(6));
    }

    #[test]
    fn a_use_ends_if_its_work_panics() {
        let mut watched = Watched::new(5);
        let use_it = std::panic::AssertUnwindSafe(|| watched.with(|_| panic!("in a use")));
        assert!(std::panic::catch_unwind(use_it).is_err());
        assert!(watched.with_all(|_| ()).is_some());
    }
}
