//! Handles: how what C holds becomes a value of Rust again. Nothing else in the library turns a handle into a reference.
//!
//! | a handle is | by |
//! | --- | --- |
//! | given to C | [`into_handle`] |
//! | used during a call | [`borrow`] |
//! | used during a call that runs a callback, which may free it, or beyond the call | [`acquire`] |
//! | given back, to be freed | [`from_handle`] |
//!
//! Strings and Arrow structures, which C reads itself, pass through here as well when they are given.
//!
//! There are two implementations. In the library that is shipped a handle is an address, and all of this is nothing at
//! run time. With the feature `instrumented` a handle is a number that never comes again, and is looked up before
//! anything is touched: what the header forbids becomes `TP_ERROR_MISUSE`, and calls and live handles are counted.

use std::sync::Arc;

/// What a handle stands for.
pub(crate) trait Handle {
    /// Whether it is whole in this process; what a fork left half changed is not used, nor freed.
    fn is_here(&self) -> bool;
}

/// What was left half changed cannot be freed.
fn unless_lost<T: Handle>(value: Arc<T>) -> Option<Arc<T>> {
    if value.is_here() {
        return Some(value);
    }
    std::mem::forget(value);
    None
}

#[cfg(not(feature = "instrumented"))]
mod plain;
#[cfg(not(feature = "instrumented"))]
pub(crate) use plain::*;

#[cfg(feature = "instrumented")]
mod arrow;
#[cfg(feature = "instrumented")]
mod calls;
#[cfg(feature = "instrumented")]
mod checked;
#[cfg(feature = "instrumented")]
mod lent;
#[cfg(feature = "instrumented")]
mod moment;
#[cfg(feature = "instrumented")]
pub(crate) mod registry;
#[cfg(feature = "instrumented")]
mod strings;
#[cfg(feature = "instrumented")]
pub(crate) use {arrow::*, calls::*, checked::*, lent::*};
