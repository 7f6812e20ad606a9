//! Tests of the C ABI. Tests that fork, refuse memory to the whole process or count its handles are programs of their
//! own.

mod analyzer;
mod callback;
mod counting;
mod documents;
mod drafts;
mod errors;
mod events;
mod fuzz_corpus;
mod header;
mod indexer;
mod matrix;
#[cfg(feature = "test-hooks")]
mod panic;
mod sentiment;
mod small_things;
mod streams;
mod strings;
mod terms;
mod tokenizers;

#[path = "../support/mod.rs"]
mod support;
