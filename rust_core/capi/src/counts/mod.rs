//! Counts of words, terms and n-grams, of all documents or by group.

pub(crate) mod frequencies;
pub(crate) mod groups;
mod ngrams;
pub(crate) mod rows;
mod statistics;
mod word_count;

pub use frequencies::*;
pub use groups::*;
pub use ngrams::*;
pub use statistics::*;
pub use word_count::*;
