//! Sets of characters.

use crate::error::Result;
use crate::memory::zeros;

const CHARACTER_COUNT: usize = char::MAX as usize + 1;

/// A set of characters: one bit for each character of Unicode.
#[derive(Debug, PartialEq)]
pub struct CharacterSet(Vec<u64>);

impl CharacterSet {
    /// An empty set.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn empty() -> Result<Self> {
        zeros(CHARACTER_COUNT.div_ceil(64)).map(Self)
    }

    /// Adds a character that is not in the set, or removes one that is.
    pub fn toggle(&mut self, character: char) {
        self.0[character as usize / 64] ^= 1 << (character as usize % 64);
    }

    /// Whether the set contains the character with this number.
    #[inline]
    pub fn contains(&self, character: u32) -> bool {
        let character = character as usize;
        self.0.get(character / 64).is_some_and(|bits| bits >> (character % 64) & 1 == 1)
    }
}
