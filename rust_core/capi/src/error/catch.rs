//! How a failure or a panic becomes a status.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::error::last_error;
use crate::error::status::{Failure, TP_ERROR_PANIC, TP_OK, tp_status};

/// Runs a body and returns its status. A panic becomes a failure; a failure is stored as the last error of this thread.
pub(crate) fn status_of(body: impl FnOnce() -> Result<(), Failure>) -> tp_status {
    // No later call sees state that a panic left half changed: the engine rebuilds its index after a panic, and
    // functions write their out-parameters last.
    let result = catch_unwind(AssertUnwindSafe(body))
        .unwrap_or_else(|panic| Err(Failure::new(TP_ERROR_PANIC, panic_message(&*panic))));
    match result {
        Ok(()) => TP_OK,
        Err(failure) => {
            last_error::set(&failure);
            failure.status
        }
    }
}

/// The message of a panic, as passed to `panic!`.
pub(crate) fn panic_message(panic: &(dyn Any + Send)) -> String {
    let known = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("the library panicked: {}", known.unwrap_or("no message"))
}
