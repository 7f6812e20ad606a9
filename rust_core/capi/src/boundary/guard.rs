//! The beginning and the end of every exported function.

use std::any::type_name;

use crate::error::catch::status_of;
use crate::error::status::{Failure, TP_ERROR_OUT_OF_MEMORY, tp_status};
use crate::handles;
use crate::runtime::allocator::{self, NO_MEMORY};
use crate::runtime::fork;

/// Runs the body of an exported function; a failure or a panic becomes a status.
pub(crate) fn guard<B: FnOnce() -> Result<(), Failure>>(body: B) -> tp_status {
    let _call = handles::call(type_name::<B>());
    // Must come before the first handle or thread is made.
    fork::watch();
    status_of(|| {
        if allocator::is_short() {
            return Err(Failure::new(TP_ERROR_OUT_OF_MEMORY, NO_MEMORY));
        }
        body()
    })
}

/// The same for a function that frees memory: it runs even if no memory is left.
pub(crate) fn guard_release<B: FnOnce() -> Result<(), Failure>>(body: B) -> tp_status {
    let _call = handles::call(type_name::<B>());
    status_of(body)
}
