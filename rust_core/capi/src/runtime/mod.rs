//! What the library needs of its process: memory, forks, threads; and what it says of itself.

pub(crate) mod allocator;
pub(crate) mod fork;
pub(crate) mod threads;
mod version;

pub use threads::*;
pub use version::*;
