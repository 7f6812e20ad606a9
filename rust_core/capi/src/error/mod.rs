//! Failures: the status that a call returns, and the details of the last failure on this thread.

pub(crate) mod catch;
pub(crate) mod last_error;
pub(crate) mod status;

pub use last_error::*;
pub use status::*;
