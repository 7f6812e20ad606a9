//! How an exported function begins and ends.

use std::any::type_name;

use crate::error::catch::status_of;
use crate::error::status::{Failure, TP_ERROR_OUT_OF_MEMORY, tp_status};
use crate::handles;
use crate::runtime::{allocator, fork};

/// Runs the body of an exported function.
pub(crate) fn guard<B: FnOnce() -> Result<(), Failure>>(body: B) -> tp_status {
    let _call = handles::call(type_name::<B>());
    // Before there is a handle, or a thread.
    fork::watch();
    status_of(|| {
        if allocator::is_short() {
            return Err(Failure::new(TP_ERROR_OUT_OF_MEMORY, "there is no memory, not even for small things"));
        }
        body()
    })
}

/// The same for a function that gives memory back, however little there is.
pub(crate) fn guard_release<B: FnOnce() -> Result<(), Failure>>(body: B) -> tp_status {
    let _call = handles::call(type_name::<B>());
    status_of(body)
}
