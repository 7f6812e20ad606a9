//! Arrow structures: bulk results, and columns of text that C passes in.

pub(crate) mod columns;
pub(crate) mod import;
pub(crate) mod read;
pub(crate) mod stream;
pub(crate) mod term_rows;
