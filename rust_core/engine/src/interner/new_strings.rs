//! The new strings of a merge, and their ids.

use std::ops::Range;

use crate::error::Result;
use crate::interner::key::{is_long, short_length};
use crate::interner::pieces::Places;
use crate::memory::{list_for, zeros};

/// The positions of the new strings.
pub struct NewStrings {
    old: u32,
    /// A bit for each position: whether the string is new.
    bits: Vec<u64>,
    /// The number of new strings before each word of bits.
    before: Vec<u32>,
}

impl NewStrings {
    /// Returns the new strings at these positions.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn of(places: &Places, positions: impl Iterator<Item = u32>) -> Result<Self> {
        let words = places.hashes.len().div_ceil(64);
        let mut new = Self { old: places.old, bits: zeros(words)?, before: list_for(words)? };
        positions.for_each(|position| new.add(position));
        Ok(new)
    }

    /// Adds the string at a position.
    pub fn add(&mut self, position: u32) {
        self.bits[position as usize / 64] |= 1 << (position % 64);
    }

    /// Returns whether the string at a position is new.
    #[inline]
    pub fn has(&self, position: usize) -> bool {
        self.bits[position / 64] >> (position % 64) & 1 == 1
    }

    /// Returns the number of new strings.
    pub fn len(&self) -> usize {
        self.bits.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Numbers the new strings in order of position.
    pub fn number(&mut self) {
        let mut sum = 0;
        for word in &self.bits {
            self.before.push(sum);
            sum += word.count_ones();
        }
    }

    /// Returns the number of new strings in some parts, and of their bytes.
    #[allow(clippy::cast_possible_truncation)] // A list has at most MAX_STRINGS strings.
    pub fn count(&self, places: &Places, parts: &Range<usize>) -> (usize, usize) {
        let positions = places.positions(parts);
        positions.clone().zip(&places.keys[positions]).fold((0, 0), |(strings, bytes), (position, key)| {
            let is_new = usize::from(self.has(position));
            // Without a branch on whether a short string is new, because the processor could not predict it.
            let length = match is_long(*key) {
                true if is_new == 1 => places.long(position as u32).len(),
                true => 0,
                false => short_length(*key),
            };
            (strings + is_new, bytes + length * is_new)
        })
    }

    /// Returns the id of the new string at a position.
    #[inline]
    pub fn id(&self, position: u32) -> u32 {
        let word = position as usize / 64;
        let earlier = self.bits[word] & ((1 << (position % 64)) - 1);
        self.old + self.before[word] + earlier.count_ones()
    }
}
