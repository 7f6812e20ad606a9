//! Document-term matrices: how often each feature stands in each document, exactly as scikit-learn counts.
//!
//! ```text
//! documents ─ prepare ─▶ text ─ tokenizer ─▶ types ─▶ terms ─▶ n-grams (features) ─▶ rows of counts ─▶ CSR
//! ```
//!
//! A *feature* is a term, or several that follow each other (an n-gram). Words are made integers once; an n-gram is a node in
//! a trie whose edges are terms, so that none is ever made a string unless somebody wants to see it. Several threads count
//! blocks of documents with features of their own, and what each calls a feature is brought together in the end: in order
//! of first appearance, whatever the number of threads.

mod builder;
mod csr;
mod features;
mod hashing;
mod ngram_finder;
mod preprocess;
mod row_sort;
mod trie;
mod vectorizer;
mod weights;
mod worker;

pub use builder::MatrixBuilder;
pub use csr::{Csr, Matrix, Number, Totals};
pub use features::Features;
pub use vectorizer::{Options, Task, TermKind, Vectorizer};
pub use weights::{Index, Malformed, Norm, Value, Weights};

#[cfg(test)]
mod tests;
