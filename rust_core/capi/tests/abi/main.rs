//! Tests of the C ABI. Tests that fork, refuse memory to the complete process or count its handles are in other
//! programs.

mod analyzer;
mod arrays;
mod association;
mod callback;
mod collocations;
mod columns;
mod comparing;
mod concordance;
mod counting;
mod documents;
mod draft;
mod errors;
mod events;
mod fuzz_corpus;
mod greeting;
mod groups;
mod header;
mod indexer;
mod long_calls;
mod matrix;
#[cfg(feature = "test-hooks")]
mod panic;
mod runtime;
mod saved;
mod selection;
mod sentiment;
mod streams;
mod strings;
mod table_columns;
mod tables;
mod terms;
mod tokenizer;

#[path = "../support/mod.rs"]
mod support;
