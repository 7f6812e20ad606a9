//! Sizes of the text that is tokenized together.

use crate::scanner::LANES;

/// The bytes of a block, which one thread tokenizes in one step. Small enough to stop soon between two blocks, large
/// enough to be worth a thread. In tests, a line of text has several blocks.
pub const BLOCK_BYTES: usize = if cfg!(any(test, fuzzing)) { 64 } else { 128 << 10 };

/// The longest text that a tokenizer loads, because offsets have 32 bits. In tests it is short, so that tests can
/// exceed it.
pub const MAX_TEXT_BYTES: usize = if cfg!(any(test, fuzzing)) { 16 << 10 } else { u32::MAX as usize / LANES * LANES };
