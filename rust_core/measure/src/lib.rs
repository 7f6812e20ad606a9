//! What the programs that measure the engine share.

pub mod text;
