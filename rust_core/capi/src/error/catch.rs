//! Failures and panics become statuses.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::error::last_error;
use crate::error::status::{Failure, TP_ERROR_PANIC, TP_OK, tp_status};

/// What becomes of a body: a failure is kept as the last error, and a panic is a failure.
pub(crate) fn status_of(body: impl FnOnce() -> Result<(), Failure>) -> tp_status {
    // A panic leaves nothing half done that is seen again: the engine makes its index anew after one, and
    // out-parameters are written last.
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

/// The message of a panic, as it was given to `panic!`.
pub(crate) fn panic_message(panic: &(dyn Any + Send)) -> String {
    let known = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("the library panicked: {}", known.unwrap_or("no message"))
}
