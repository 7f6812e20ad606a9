//! The functions of the C ABI, in one program. Apart from it are tests that fork, refuse memory to the process or count
//! its handles.

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
