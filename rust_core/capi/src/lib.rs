//! The C ABI of text_processor.
//!
//! Every raw pointer of the project is in this crate; [`engine`] does the work. The header, `include/text_processor.h`,
//! documents every function and type that C can use, so they have no documentation here. In a `SAFETY` comment, "the
//! caller's promise" is what the header requires of the caller.
//!
//! Each of the modules `error`, `runtime`, `handles`, `arrow` and `boundary` uses only those before it. Then there is
//! one module for each feature, named as in the engine.

#![allow(non_camel_case_types, reason = "types have the names that C knows")]
#![allow(missing_docs, clippy::missing_safety_doc, reason = "the header documents everything that C can use")]

mod abi;
mod analyzer;
mod arrays;
mod arrow;
mod association;
mod boundary;
mod checkpoint;
mod collocations;
mod column;
mod concordance;
mod counts;
mod dispersion;
mod documents;
mod error;
mod greeting;
mod handles;
mod indexer;
mod keyness;
mod listener;
mod matrix;
mod patterns;
mod runtime;
mod saved;
mod selection;
mod sentences;
mod sentiment;
mod tables;
mod terms;
#[cfg(any(feature = "instrumented", feature = "test-hooks"))]
mod testing;
mod tokenizer;

pub use analyzer::*;
pub use arrays::*;
pub use arrow::import::structures::{ArrowArray, ArrowSchema};
pub use association::*;
pub use boundary::*;
pub use checkpoint::*;
pub use collocations::*;
pub use column::*;
pub use concordance::*;
pub use counts::*;
pub use dispersion::*;
pub use documents::*;
pub use error::*;
pub use greeting::*;
pub use indexer::*;
pub use keyness::*;
pub use listener::*;
pub use matrix::*;
pub use patterns::*;
pub use runtime::*;
pub use saved::*;
pub use selection::*;
pub use sentences::*;
pub use sentiment::*;
pub use tables::*;
pub use terms::*;
#[cfg(any(feature = "instrumented", feature = "test-hooks"))]
pub use testing::*;
pub use tokenizer::*;
