//! Document-term matrices: how often each feature occurs in each document, counted exactly as in scikit-learn.
//!
//! ```text
//! documents ─ preprocess ─▶ text ─ tokenizer ─▶ types ─▶ terms ─▶ n-grams (features) ─▶ rows of counts ─▶ CSR
//! ```
//!
//! A *feature* is a term, or several consecutive terms (an n-gram). Each word becomes an integer once. An n-gram is a
//! node in a trie whose edges are terms; it becomes a string only if a caller needs its name. Threads count blocks of
//! documents, each with its own features. In the end the features of all threads are merged, in order of first
//! appearance. So the result does not depend on the number of threads.

mod builder;
mod characters;
mod csr;
mod features;
mod fold;
mod fold_worker;
mod hashing;
mod ngram_finder;
mod preprocess;
mod row_sort;
mod rows;
mod sequence;
mod trie;
mod vectorizer;
mod weights;
mod words;

pub use builder::MatrixBuilder;
pub use csr::{Csr, Matrix, Number, Totals};
pub use features::Features;
pub use fold::Fold;
pub use vectorizer::{Options, Task, TermKind, Vectorizer};
pub use weights::{Malformed, MatrixIndex, Norm, Value, Weights};

#[cfg(test)]
mod tests;
