//! The boundary between C and Rust: how a call begins and ends, and how its arguments are read.

pub(crate) mod blank;
pub(crate) mod guard;
pub(crate) mod options;
pub(crate) mod pointers;
mod strings;
pub(crate) mod text_args;

pub use blank::{TP_BLANK_KEEP, TP_BLANK_REFUSE, TP_BLANK_SKIP, tp_blank};
pub use strings::*;
