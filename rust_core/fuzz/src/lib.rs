//! What the fuzzers check: one module a target, each with a function `check` that panics where something is wrong.
//!
//! They know nothing of libFuzzer, so the kept corpus is replayed by an ordinary test of the C ABI as well.

pub mod arrow;
pub mod options;
pub mod reference;
pub mod scanner;
pub mod sequence;
pub mod text;
