//! The process that the library runs in: memory, forks, the number of threads; and the version of the library.

pub(crate) mod allocator;
pub(crate) mod fork;
pub(crate) mod threads;
mod version;

pub use threads::*;
pub use version::*;
