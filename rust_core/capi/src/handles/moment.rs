//! Which function runs on a thread, and since when.

use std::cell::Cell;
use std::fmt;

/// Where the function's name is not known.
const NO_CALL: Moment = Moment { function: "the library", thread: 0, call: 0 };

thread_local! {
    // Without a destructor, so that it can be had while a thread ends.
    static CURRENT: Cell<Moment> = const { Cell::new(NO_CALL) };
}

/// A call: what happened to a handle, and when.
#[derive(Clone, Copy)]
pub(crate) struct Moment {
    pub function: &'static str,
    pub thread: u64,
    /// Calls are counted from 1, over all threads.
    pub call: u64,
}

impl Moment {
    /// The call that runs on this thread.
    pub fn now() -> Self {
        CURRENT.get()
    }

    /// Makes it the call that runs on this thread; the one that ran before.
    pub fn begin(self) -> Self {
        CURRENT.replace(self)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "{} on thread {} (call {})", self.function, self.thread, self.call)
    }
}

/// The system's number of this thread, as debuggers show it.
pub(crate) fn this_thread() -> u64 {
    #[cfg(target_os = "linux")]
    // SAFETY: it has no conditions.
    let number = i64::from(unsafe { libc::gettid() }).unsigned_abs();
    #[cfg(not(target_os = "linux"))]
    // SAFETY: it has no conditions.
    let number = unsafe { libc::pthread_self() } as u64;
    number
}
