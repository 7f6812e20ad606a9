//! Code shared by the programs that measure the engine.

pub mod text;
