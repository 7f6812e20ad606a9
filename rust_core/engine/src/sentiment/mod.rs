//! Sentiment: by a lexicon of words, and by the rules of VADER.

pub mod lexicon;
mod totals;
pub mod vader;

pub use totals::{of_documents, total, total_of, usual, values};
