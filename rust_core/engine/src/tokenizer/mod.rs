//! From text to words: a module for each way to tell what a word is.

mod runs;
mod whitespace;
mod word;
pub mod word_characters;

pub use whitespace::WhitespaceTokenizer;
pub use word::{Shortest, WordTokenizer, is_lowered_whole};

use crate::scanner::LANES;

/// The longest text a tokenizer takes up: offsets are 32 bits. In tests, so short that a test can have longer ones.
pub const LONGEST: usize = if cfg!(any(test, fuzzing)) { 16 << 10 } else { u32::MAX as usize / LANES * LANES };

/// Where words begin and end in a text; a word has the same place in both lists.
#[derive(Debug, Clone, Copy)]
pub struct Words<'t> {
    /// The offset of the first byte of each word.
    pub starts: &'t [u32],
    /// The offset behind the last byte of each word.
    pub ends: &'t [u32],
}
