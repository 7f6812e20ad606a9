//! Document-term matrices: how often each feature occurs in each document, counted exactly as in scikit-learn.
//!
//! ```text
//! documents ─ preprocess ─▶ chunk ─ index ─▶ types ─▶ terms ─ fold ─▶ n-grams (features) ─▶ rows of counts ─▶ CSR
//! ```
//!
//! A *feature* is a term, or several consecutive terms (an n-gram). The documents of a vectorizer and those of an analyzer
//! take the same way: the index makes an integer of each token, and a `fold` makes rows of these integers, in steps and
//! on all threads. Only characters need no index, because they are integers already. Features that depend on one word
//! alone are found once for each distinct word (`word_features`). Other n-grams are nodes in a trie whose edges are terms: each
//! thread has its own trie, and the fold merges them in order of first appearance. So the result does not depend on the
//! number of threads. An n-gram becomes a string only if a caller needs its name. The rows of single words are not stored:
//! they are written to the arrays of the result when they are made (`row_writer`).

mod arrays;
mod builder;
mod characters;
mod csr;
mod features;
mod fold;
mod fold_worker;
mod groups;
mod hashing;
mod merge;
mod name_order;
mod ngram_finder;
mod places;
mod preprocess;
mod row_block;
mod row_sort;
mod row_writer;
mod rows;
mod totals;
mod trie;
mod union;
mod vectorizer;
mod vocabulary;
mod weights;
mod word_features;

pub use arrays::{Csr, Number};
pub use builder::MatrixBuilder;
pub use csr::Matrix;
pub use features::Features;
pub use fold::Fold;
pub(crate) use name_order::names_in_order;
pub use totals::Totals;
pub use vectorizer::{Options, Task, TermKind, Vectorizer};
pub use weights::{Malformed, MatrixIndex, Norm, Value, Weights};

#[cfg(test)]
mod tests;
