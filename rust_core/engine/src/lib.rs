//! The corpus engine of text_processor.
//!
//! Text is tokenized once, into integers; everything after that is a fold over integers:
//!
//! ```text
//! bytes ─ scanner ─▶ masks ─ tokenizer ─▶ tokens ─ interner ─▶ type ids (index)
//!                                                                 │
//!                             distinct types only ─ term map ─▶ term ids
//!                                                                 │
//!                                        frequencies · n-grams · statistics · sentiment
//! ```
//!
//! A *token* is one occurrence of a word, a *type* a distinct token, a *term* what types become after normalization.
//! The crate is safe Rust, but for the SIMD scanner, and knows neither C nor Python.
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
pub mod counts;
pub mod documents;
pub mod error;
pub mod forks;
pub mod greeting;
pub mod hash;
pub mod index;
pub mod indexer;
pub mod interner;
pub mod matrix;
pub mod memory;
#[allow(unsafe_code)]
pub mod scanner;
pub mod sentences;
pub mod sentiment;
pub mod terms;
pub mod tokenizer;
pub mod utf8;
pub mod whitespace;
pub mod word_count;
pub mod workers;

pub use analyzer::Analyzer;
pub use error::{Error, Result};
