//! The boundary between C and Rust: how a call begins and ends, and how its arguments are read.

pub(crate) mod guard;
pub(crate) mod options;
pub(crate) mod pointers;
mod strings;
pub(crate) mod text_args;

pub use strings::*;
