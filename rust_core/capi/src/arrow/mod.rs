//! Bulk results as Arrow structures.

pub(crate) mod columns;
pub(crate) mod read;
pub(crate) mod stream;
