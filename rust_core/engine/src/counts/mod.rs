//! Folds over the index: word counts, n-gram counts and figures of the whole corpus.

pub mod frequencies;
pub mod ngrams;
pub mod statistics;
