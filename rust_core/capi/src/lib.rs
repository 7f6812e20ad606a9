//! The C ABI of text_processor.
//!
//! Every raw pointer of the project lives in this crate; the work is done by [`engine`]. The manual is the header,
//! `include/text_processor.h`: what is said there is not said here again. One module a concept, with the names of the
//! engine's modules.

#![allow(non_camel_case_types)]

mod abi;
mod allocator;
mod analyzer;
mod arrays;
mod arrow;
mod border;
mod callback;
mod documents;
mod draft;
mod events;
mod fork;
mod frequencies;
mod greeting;
mod handles;
mod indexer;
#[cfg(feature = "instrumented")]
mod instruments;
mod last_error;
mod lexicon;
mod listener;
mod matrix;
mod ngrams;
mod options;
mod sentences;
mod sentiment;
mod statistics;
mod status;
mod strings;
mod terms;
#[cfg(feature = "test-hooks")]
mod test_hooks;
mod threads;
mod tokenizers;
mod vader;
mod vectorizer;
mod version;
mod weights;
mod word_count;

pub use analyzer::*;
pub use arrays::*;
pub use callback::*;
pub use documents::*;
pub use draft::*;
pub use events::*;
pub use frequencies::*;
pub use greeting::*;
pub use indexer::*;
#[cfg(feature = "instrumented")]
pub use instruments::*;
pub use last_error::*;
pub use lexicon::*;
pub use matrix::*;
pub use ngrams::*;
pub use sentences::*;
pub use sentiment::*;
pub use statistics::*;
pub use status::*;
pub use strings::*;
pub use terms::*;
#[cfg(feature = "test-hooks")]
pub use test_hooks::*;
pub use threads::*;
pub use tokenizers::*;
pub use vader::*;
pub use vectorizer::*;
pub use version::*;
pub use weights::*;
pub use word_count::*;
