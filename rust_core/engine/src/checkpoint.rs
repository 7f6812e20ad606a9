//! Checkpoints: places where the caller may end long work.
//!
//! The caller sets a function for its thread. Long work on that thread calls the function between two steps. At that
//! time, the work holds no lock, and none of its other threads runs. So the function may use the same objects, and it
//! may fork.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::memory::list_for;
use crate::workers;

/// Returns whether the work continues.
pub type Continues = fn() -> bool;

/// The work between two looks at the clock. A unit is the work on one byte, one term or one entry of a table: some
/// nanoseconds.
pub const UNITS_PER_LOOK: usize = if cfg!(test) { 16 } else { 1 << 16 };

thread_local! {
    /// The cell has no destructor, so it exists as long as its thread.
    static CHECKPOINT: Cell<Option<(Continues, Duration)>> = const { Cell::new(None) };
}

/// Sets the function of this thread, and the time of a step of long work.
pub fn set(checkpoint: Option<(Continues, Duration)>) {
    CHECKPOINT.set(checkpoint);
}

/// If the time between two looks at the clock is longer, the units take longer than expected.
const LONG: Duration = Duration::from_millis(4);
/// If it is shorter, the clock is read too often.
const SHORT: Duration = Duration::from_millis(1);
/// The most that a unit is multiplied by, as a power of two.
const MAX_SHIFT: u32 = 16;

/// The steps of long work.
#[derive(Debug)]
pub struct Steps {
    /// When this thread looked at the clock, and when the current step ends; None if the work is one step.
    looked: Option<(Instant, Instant)>,
    /// The units of work since the last look at the clock.
    units: u64,
    /// Each unit counts as this power of two, because units take longer than expected.
    shift: u32,
    /// Whether the work stops at the end of the step, without a call of the function.
    is_last: bool,
}

impl Steps {
    /// Begins the first step. If this thread has no checkpoint, the work is one step.
    pub fn begin() -> Self {
        Self { looked: CHECKPOINT.get().map(|(_, time)| start(time)), ..Self::one() }
    }

    /// Returns one step that does not end, for work that holds a lock or must not be stopped.
    pub fn one() -> Self {
        Self { looked: None, units: 0, shift: 0, is_last: false }
    }

    /// Returns one step for work that holds a lock, and that its caller can continue later. The work fails with
    /// [`Error::Stopped`] soon after `end`.
    pub fn until(end: Option<Instant>) -> Self {
        Self { looked: end.map(|end| (Instant::now(), end)), is_last: true, ..Self::one() }
    }

    /// Returns when the step ends.
    pub fn end(&self) -> Option<Instant> {
        self.looked.map(|(_, end)| end)
    }

    /// Returns whether the step is over. Any thread may ask.
    pub fn is_over(&self) -> bool {
        self.end().is_some_and(|end| Instant::now() >= end)
    }

    /// Ends the step, and begins another one if the work continues.
    ///
    /// # Errors
    /// [`Error::Stopped`].
    #[cold]
    pub fn end_step(&mut self) -> Result<()> {
        if self.is_last {
            return Err(Error::Stopped);
        }
        let continues = CHECKPOINT.get().is_none_or(|(continues, _)| continues());
        // The function may have set another one.
        self.looked = CHECKPOINT.get().map(|(_, time)| start(time));
        if continues { Ok(()) } else { Err(Error::Stopped) }
    }

    /// Counts work of this thread, and ends the step if it is over.
    ///
    /// # Errors
    /// [`Error::Stopped`].
    #[inline]
    pub fn did(&mut self, units: usize) -> Result<()> {
        self.units += (units as u64) << self.shift;
        if self.units < UNITS_PER_LOOK as u64 { Ok(()) } else { self.look() }
    }

    /// Appends items to a list, which has room for them, in steps.
    ///
    /// # Errors
    /// [`Error::Stopped`].
    pub fn extend<T>(&mut self, list: &mut Vec<T>, items: impl IntoIterator<Item = T>) -> Result<()> {
        let mut items = items.into_iter();
        loop {
            let before = list.len();
            list.extend(items.by_ref().take(UNITS_PER_LOOK));
            if list.len() == before {
                return Ok(());
            }
            self.did(list.len() - before)?;
        }
    }

    /// Ends the step if it is over now. For work whose units are unknown.
    ///
    /// # Errors
    /// [`Error::Stopped`].
    pub fn look_at(&mut self, now: Instant) -> Result<()> {
        if self.end().is_some_and(|end| now >= end) { self.end_step() } else { Ok(()) }
    }

    #[cold]
    fn look(&mut self) -> Result<()> {
        self.units = 0;
        let Some((before, _)) = &mut self.looked else { return Ok(()) };
        let now = Instant::now();
        let time = now - std::mem::replace(before, now);
        if time > LONG {
            self.shift = (self.shift + 2).min(MAX_SHIFT);
        } else if time < SHORT {
            self.shift = self.shift.saturating_sub(1);
        }
        self.look_at(now)
    }

    /// Runs work on one thread for each of `states`, step by step. `work` returns whether the work of this state is
    /// finished; it returns false soon after the step is over, and is then called again.
    ///
    /// # Errors
    /// [`Error::Stopped`].
    pub fn run<S: Send>(&mut self, states: &mut [S], work: impl Fn(&mut S, &Self) -> bool + Sync) -> Result<()> {
        loop {
            let is_finished = AtomicBool::new(true);
            workers::run(states, |state| {
                if !work(state, self) {
                    is_finished.store(false, Ordering::Relaxed);
                }
            });
            if is_finished.into_inner() {
                return Ok(());
            }
            self.end_step()?;
        }
    }

    /// Runs work as [`run`](Self::run). `work` does a small part of the work of a state, and returns whether this was
    /// the last part; it is called again until then, or until it fails.
    ///
    /// # Errors
    /// That of the first state whose work has failed; [`Error::OutOfMemory`], [`Error::Stopped`].
    pub fn try_run<S: Send>(&mut self, states: &mut [S], work: impl Fn(&mut S) -> Result<bool> + Sync) -> Result<()> {
        let mut each = list_for(states.len())?;
        each.extend(states.iter_mut().map(|state| (state, Ok(false))));
        self.run(&mut each, |(state, result), steps| {
            while *result == Ok(false) {
                *result = work(state);
                if *result == Ok(false) && steps.is_over() {
                    return false;
                }
            }
            true
        })?;
        each.into_iter().try_for_each(|(_, result)| result.map(drop))
    }
}

/// Returns the present, and the end of a step that begins now.
fn start(time: Duration) -> (Instant, Instant) {
    let now = Instant::now();
    (now, now + time)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    thread_local! {
        /// The number of calls of the function, and the number of the call that ends the work.
        static CALLS: Cell<(usize, usize)> = const { Cell::new((0, usize::MAX)) };
    }

    /// Returns the number of times that `work` calls the function of its thread; the last call ends the work.
    pub(crate) fn calls<R>(last: usize, work: impl FnOnce() -> R) -> (usize, R) {
        CALLS.set((0, last));
        set(Some((
            || {
                let (calls, last) = CALLS.get();
                CALLS.set((calls + 1, last));
                calls + 1 < last
            },
            Duration::ZERO,
        )));
        let result = work();
        set(None);
        (CALLS.get().0, result)
    }

    #[test]
    fn work_calls_the_function_of_its_thread_after_each_step() {
        let work = || {
            let mut steps = Steps::begin();
            (0..10 * UNITS_PER_LOOK).try_for_each(|_| steps.did(1))
        };
        assert_eq!(calls(usize::MAX, work), (10, Ok(())));
        assert_eq!(calls(3, work), (3, Err(Error::Stopped)));
        set(Some((|| unreachable!("the step is not over"), Duration::from_hours(1))));
        assert_eq!(work(), Ok(()));
        set(None);
        assert_eq!(work(), Ok(()));
    }

    #[test]
    fn work_stops_at_its_deadline_and_does_not_call_the_function() {
        let work = |end| {
            let mut steps = Steps::until(end);
            (0..10 * UNITS_PER_LOOK).try_for_each(|_| steps.did(1))
        };
        let now = Instant::now();
        assert_eq!(calls(usize::MAX, || work(Some(now))), (0, Err(Error::Stopped)));
        assert_eq!(calls(usize::MAX, || work(Some(now + Duration::from_hours(1)))), (0, Ok(())));
        assert_eq!(calls(usize::MAX, || work(None)), (0, Ok(())));
    }

    #[test]
    fn a_list_grows_in_steps() {
        let number = 3 * UNITS_PER_LOOK + 1;
        let extend = || {
            let mut list = list_for(number)?;
            Steps::begin().extend(&mut list, 0..number).map(|()| list)
        };
        assert_eq!(calls(usize::MAX, extend), (3, Ok((0..number).collect())));
        assert_eq!(calls(2, extend), (2, Err(Error::Stopped)));
    }

    #[test]
    fn work_that_is_slower_than_expected_looks_at_the_clock_more_often() {
        set(Some((|| false, Duration::from_millis(30))));
        let mut steps = Steps::begin();
        let done = (1..).find(|_| {
            std::thread::sleep(LONG);
            steps.did(1).is_err()
        });
        set(None);
        assert!(done < Some(2 * UNITS_PER_LOOK), "{done:?}");
    }

    #[test]
    fn threads_end_before_the_function_is_called() {
        let run = || {
            let mut counts = [0_usize; 3];
            let work = |count: &mut usize, steps: &Steps| {
                while *count < 5 && (*count == 0 || !steps.is_over()) {
                    *count += 1;
                }
                *count == 5
            };
            let result = Steps::begin().run(&mut counts, work);
            (counts, result)
        };
        assert_eq!(run(), ([5; 3], Ok(())));
        let (called, (counts, result)) = calls(2, run);
        assert_eq!((called, result), (2, Err(Error::Stopped)));
        assert!(counts.iter().all(|count| *count < 5));
    }

    #[test]
    fn work_that_fails_ends_and_the_first_failure_is_returned() {
        let run = |failing: std::ops::Range<usize>| {
            let mut states = [0, 1, 2].map(|number| (number, 0_usize));
            let result = Steps::begin().try_run(&mut states, |(number, parts)| {
                *parts += 1;
                if failing.contains(number) { Err(Error::OutOfMemory { bytes: *number }) } else { Ok(*parts == 4) }
            });
            (states.map(|(_, parts)| parts), result)
        };
        for last in [1, usize::MAX] {
            let (_, found) = calls(last, || run(1..3));
            let expected = ([4, 1, 1], Err(Error::OutOfMemory { bytes: 1 }));
            assert_eq!(found, if last == 1 { ([1; 3], Err(Error::Stopped)) } else { expected });
        }
        assert_eq!(run(0..0), ([4; 3], Ok(())));
    }
}
