//! Bulk results as Arrow structures.

pub(crate) mod stream;
