//! The corpus engine of text_processor. It does not depend on C or Python.
//!
//! Text is tokenized once, into integers. Everything after that works on integers:
//!
//! ```text
//! bytes ─ scanner ─▶ masks ─ tokenizer ─▶ words ─ interner ─▶ type ids of each document (index)
//!                                                                 │
//!                                  each distinct type once ─ terms ─▶ term ids
//!                                                                 │
//!                                         word counts · n-grams · statistics · sentiment
//! ```
//!
//! A *token* is one occurrence of a word. A *type* is a distinct token as written. A *term* is what a type becomes by
//! normalization: for example, the types `The` and `the` both become the term `the`.
//!
//! # Modules
//!
//! From the top down. A module imports only modules below it.
//!
//! | module | contents |
//! |---|---|
//! | [`indexer`] | a background thread that indexes while documents are added |
//! | [`analyzer`] | documents and all queries on them, for many threads |
//! | [`counts`], [`sentiment`], [`sentences`] | results that are computed from the index or from the text |
//! | [`collocations`] | terms that occur together: adjacent terms, and terms near a node |
//! | [`keyness`], [`dispersion`] | terms that differ between groups of documents, or are spread unevenly |
//! | [`index`] | the text as integers: types, their counts and terms, and the tokens of each document |
//! | [`documents`] | the text of the documents |
//! | [`matrix`] | document-term matrices of texts, and their weights |
//! | [`tokenizer`] | the definitions of a token, one module for each |
//! | [`terms`] | normalization of types into terms |
//! | [`interner`] | distinct strings with an id and a count each |
//! | [`whitespace`], [`word_count`] | words between whitespace |
//! | [`scanner`] | SIMD: 64 bytes of text become masks of 64 bits |
//! | [`arrays`], [`association`], [`greeting`] | functions that need no documents |
//! | [`grouping`] | groups of documents: a code for each document |
//! | [`checkpoint`] | places where the caller may end long work |
//! | [`checksum`], [`error`], [`forks`], [`hash`], [`memory`], [`utf8`], [`workers`] | tools for all modules |
//!
//! A document is checked and copied by `documents`. The first query that needs it makes the `index` cut it into blocks.
//! Each thread tokenizes blocks and interns their tokens, and the index merges the ids of the threads in order of first
//! appearance. N-grams and matrices read the tokens of an index as `sequence`s. VADER finds words by its own rules, with
//! the same scanner and the same `workers`.
//!
//! The crate is safe Rust, except the scanner and `prefetch`.
//!
//! ```
//! let analyzer = engine::Analyzer::default();
//! analyzer.add("The cat and the dog".as_bytes())?;
//! let frequencies = analyzer.frequencies()?;
//! assert_eq!(frequencies.iter().next(), Some((&b"the"[..], 2)));
//! # Ok::<(), engine::Error>(())
//! ```

#![deny(unsafe_code)]

pub mod analyzer;
pub mod arrays;
pub mod association;
pub mod checkpoint;
pub mod checksum;
pub mod collocations;
pub mod concordance;
pub mod counts;
pub mod dispersion;
pub mod documents;
pub mod error;
pub mod forks;
pub mod greeting;
pub mod grouping;
pub mod hash;
pub mod index;
pub mod indexer;
pub mod interner;
pub mod keyness;
pub mod matrix;
pub mod memory;
pub mod patterns;
mod prefetch;
#[allow(unsafe_code)]
pub mod scanner;
pub mod sentences;
pub mod sentiment;
mod sequence;
pub mod terms;
pub mod tokenizer;
pub mod utf8;
pub mod whitespace;
pub mod word_count;
pub mod workers;

pub use analyzer::Analyzer;
pub use error::{Error, Result};
