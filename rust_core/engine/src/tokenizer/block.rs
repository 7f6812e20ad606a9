//! Blocks: text that is tokenized together.

use crate::scanner::LANES;

/// Text tokenized at once. Small enough to stop between two of them when asked to, large enough to be worth a thread.
/// In tests, small enough that texts of a line have many.
pub const BLOCK_BYTES: usize = if cfg!(any(test, fuzzing)) { 64 } else { 128 << 10 };

/// The longest text a tokenizer takes up: offsets are 32 bits. In tests, so short that a test can have longer ones.
pub const MAX_TEXT_BYTES: usize = if cfg!(any(test, fuzzing)) { 16 << 10 } else { u32::MAX as usize / LANES * LANES };
