//! Words of a text, as they are handed to the interner.

/// Where words begin and end in a text; a word has the same place in both lists.
#[derive(Debug, Clone, Copy)]
pub struct Words<'t> {
    /// The offset of the first byte of each word.
    pub starts: &'t [u32],
    /// The offset behind the last byte of each word.
    pub ends: &'t [u32],
}
