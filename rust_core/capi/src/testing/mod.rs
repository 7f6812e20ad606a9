//! Functions that exist only in builds for tests.

#[cfg(feature = "instrumented")]
mod instruments;
#[cfg(feature = "test-hooks")]
mod test_hooks;

#[cfg(feature = "instrumented")]
pub use instruments::*;
#[cfg(feature = "test-hooks")]
pub use test_hooks::*;
