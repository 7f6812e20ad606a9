//! The C ABI of text_processor.
//!
//! Every raw pointer of the project lives in this crate; the work is done by [`engine`]. The manual is the header,
//! `include/text_processor.h`: what is said there is not said here again. One module a concept, with the names of the
//! engine's modules.

#![allow(non_camel_case_types)]

mod abi;
mod analyzer;
mod arrays;
mod arrow;
mod boundary;
mod counts;
mod documents;
mod error;
mod greeting;
mod handles;
mod indexer;
mod listener;
mod matrix;
mod runtime;
mod sentences;
mod sentiment;
mod terms;
#[cfg(any(feature = "instrumented", feature = "test-hooks"))]
mod testing;
mod tokenizer;

pub use analyzer::*;
pub use arrays::*;
pub use boundary::*;
pub use counts::*;
pub use documents::*;
pub use error::*;
pub use greeting::*;
pub use indexer::*;
pub use listener::*;
pub use matrix::*;
pub use runtime::*;
pub use sentences::*;
pub use sentiment::*;
pub use terms::*;
#[cfg(any(feature = "instrumented", feature = "test-hooks"))]
pub use testing::*;
pub use tokenizer::*;
