//! Results that are computed from the index: word counts, n-gram counts and figures, of all documents or by group.

mod frequencies;
pub(crate) mod groups;
mod ngrams;
mod statistics;

pub use frequencies::{Frequencies, Ranked};
pub use groups::{GroupedCounts, Order};
pub use ngrams::{Ngrams, Shape};
pub use statistics::Statistics;
