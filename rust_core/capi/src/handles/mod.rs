//! Handles: the opaque pointers that C holds. Only this module turns a handle into a reference.
//!
//! | function | use |
//! | --- | --- |
//! | [`into_handle`] | makes a handle for C |
//! | [`borrow`] | uses a handle during a call |
//! | [`acquire`] | uses a handle after the call, or during a call whose callback may free it |
//! | [`from_handle`] | takes a handle back, to free it |
//!
//! Strings and Arrow structures also pass through here on their way to C, although C reads them itself.
//!
//! There are two implementations. In the shipped library a handle is an address, and these functions cost almost
//! nothing. With the feature `instrumented` a handle is a number that is never used again, and each call looks it up
//! before it reads memory: misuse that the header forbids becomes `TP_ERROR_MISUSE`, and calls and live handles are
//! counted.

use std::sync::Arc;

/// An object behind a handle.
pub(crate) trait Handle {
    /// Whether this process can use the object. It does not use or free an object that a fork left half changed.
    fn is_here(&self) -> bool;
}

/// The object, unless a fork left it half changed: such an object is leaked, because its destructor could crash.
fn unless_lost<T: Handle>(value: Arc<T>) -> Option<Arc<T>> {
    if value.is_here() {
        return Some(value);
    }
    std::mem::forget(value);
    None
}

#[cfg(feature = "instrumented")]
pub(crate) mod instrumented;
#[cfg(not(feature = "instrumented"))]
mod shipped;

#[cfg(feature = "instrumented")]
pub(crate) use instrumented::*;
#[cfg(not(feature = "instrumented"))]
pub(crate) use shipped::*;
