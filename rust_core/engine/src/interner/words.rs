//! Words of a text, as tokenizers pass them to the interner.

/// The starts and ends of words in a text. A word has the same place in both lists.
#[derive(Debug, Clone, Copy)]
pub struct Words<'t> {
    /// The offset of the first byte of each word.
    pub starts: &'t [u32],
    /// The offset after the last byte of each word.
    pub ends: &'t [u32],
}

impl Words<'_> {
    /// Returns the start and the end of each word.
    #[inline]
    pub fn spans(self) -> impl ExactSizeIterator<Item = (usize, usize)> {
        self.starts.iter().zip(self.ends).map(|(start, end)| (*start as usize, *end as usize))
    }
}
