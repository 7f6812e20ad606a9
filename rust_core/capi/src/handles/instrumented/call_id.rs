//! The identity of a call.

use std::cell::Cell;
use std::fmt;

/// The identity outside of calls whose function is known.
const NO_CALL: CallId = CallId { function: "the library", thread: 0, call: 0 };

thread_local! {
    // It has no destructor, so it can be read while its thread ends.
    static CURRENT: Cell<CallId> = const { Cell::new(NO_CALL) };
}

/// Identifies a call: which function, on which thread.
#[derive(Clone, Copy)]
pub(crate) struct CallId {
    pub function: &'static str,
    pub thread: u64,
    /// The number of the call. Calls of all threads are counted together, from 1.
    pub call: u64,
}

impl CallId {
    /// The call that runs on this thread.
    pub fn current() -> Self {
        CURRENT.get()
    }

    /// Makes this the call that runs on this thread. Returns the earlier one.
    pub fn begin(self) -> Self {
        CURRENT.replace(self)
    }
}

impl fmt::Display for CallId {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "{} on thread {} (call {})", self.function, self.thread, self.call)
    }
}

/// The system's number for this thread, as debuggers show it.
pub(crate) fn this_thread() -> u64 {
    #[cfg(target_os = "linux")]
    // SAFETY: it has no conditions.
    let number = i64::from(unsafe { libc::gettid() }).unsigned_abs();
    #[cfg(not(target_os = "linux"))]
    // SAFETY: it has no conditions.
    let number = unsafe { libc::pthread_self() } as u64;
    number
}
