//! Counts of words, terms and n-grams.

pub(crate) mod frequencies;
mod ngrams;
mod statistics;
mod word_count;

pub use frequencies::*;
pub use ngrams::*;
pub use statistics::*;
pub use word_count::*;
