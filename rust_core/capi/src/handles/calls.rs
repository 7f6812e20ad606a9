//! Calls: where they begin and end.

use crate::handles::moment::{Moment, this_thread};
use crate::handles::registry;

/// A call that runs. Callbacks may make others within it.
pub(crate) struct Call {
    outer: Moment,
}

impl Drop for Call {
    fn drop(&mut self) {
        self.outer.begin();
    }
}

/// Where a call of this function begins.
pub(crate) fn call_of(function: &'static str) -> Call {
    let thread = this_thread();
    let call = registry::lock().count_call(function);
    Call { outer: Moment { function, thread, call }.begin() }
}

/// Where a call begins, by the name of its body's type; it ends with what is returned.
pub(crate) fn call(body: &'static str) -> Call {
    call_of(body.rsplit("::").find(|part| !part.starts_with('{')).unwrap_or(body))
}
