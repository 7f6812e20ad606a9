//! The checks of the fuzzers: one module for each target, with a function `check` that panics if something is wrong.
//!
//! The checks do not use libFuzzer, so an ordinary test of the C ABI can run them on the corpus.

pub mod analyses;
pub mod arrow;
pub mod column;
pub mod options;
pub mod reference;
pub mod saved;
pub mod scanner;
pub mod sequence;
pub mod text;
