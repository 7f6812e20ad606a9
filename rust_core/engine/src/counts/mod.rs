//! Results that are computed from the index: word counts, n-gram counts and figures of all documents.

mod frequencies;
mod ngrams;
mod statistics;

pub use frequencies::{Frequencies, Ranked};
pub use ngrams::{Ngrams, Shape};
pub use statistics::Statistics;
