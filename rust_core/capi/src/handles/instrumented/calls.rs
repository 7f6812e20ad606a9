//! The beginning and the end of each call.

use crate::handles::instrumented::call_id::{CallId, this_thread};
use crate::handles::instrumented::registry;

/// A running call. A callback may make further calls within it.
pub(crate) struct Call {
    outer: CallId,
}

impl Drop for Call {
    fn drop(&mut self) {
        self.outer.begin();
    }
}

/// Begins a call of this function. The call ends when the result is dropped.
pub(crate) fn call_of(function: &'static str) -> Call {
    let thread = this_thread();
    let call = registry::lock().count_call(function);
    Call { outer: CallId { function, thread, call }.begin() }
}

/// The same, with the function's name taken from the type name of its body.
pub(crate) fn call(body: &'static str) -> Call {
    call_of(body.rsplit("::").find(|part| !part.starts_with('{')).unwrap_or(body))
}
