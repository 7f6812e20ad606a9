//! Blocks: text that is tokenized together.

/// Text tokenized at once. Small enough to stop between two of them when asked to, large enough to be worth a thread.
/// In tests, small enough that texts of a line have many.
pub const BLOCK_BYTES: usize = if cfg!(any(test, fuzzing)) { 64 } else { 128 << 10 };
