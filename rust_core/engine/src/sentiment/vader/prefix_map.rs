//! A map from sequences of numbers to values, which finds the longest sequence that is a prefix of a given one.

use std::collections::HashMap;

use crate::error::Result;
use crate::memory::reserve_entry;

/// A node of the trie; 0 is the root.
type State = u32;

/// A map from sequences of numbers to values.
#[derive(Debug)]
pub struct PrefixMap<T> {
    steps: HashMap<(State, u32), State>,
    ends: HashMap<State, T>,
}

impl<T> Default for PrefixMap<T> {
    fn default() -> Self {
        Self { steps: HashMap::new(), ends: HashMap::new() }
    }
}

impl<T> PrefixMap<T> {
    /// Adds a sequence, or replaces its value.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn insert(&mut self, sequence: impl Iterator<Item = u32>, value: T) -> Result<()> {
        let mut state = 0;
        for number in sequence {
            let next = State::try_from(self.steps.len() + 1).expect("fewer than 2^32 nodes");
            reserve_entry(&mut self.steps)?;
            state = *self.steps.entry((state, number)).or_insert(next);
        }
        reserve_entry(&mut self.ends)?;
        self.ends.insert(state, value);
        Ok(())
    }

    /// Whether there are no sequences.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The length and the value of the longest sequence that is a prefix of `numbers`.
    pub fn longest(&self, numbers: impl Iterator<Item = u32>) -> Option<(usize, &T)> {
        let (mut state, mut found) = (0, None);
        for (length, number) in (1..).zip(numbers) {
            match self.steps.get(&(state, number)) {
                Some(next) => state = *next,
                None => break,
            }
            found = self.ends.get(&state).map(|value| (length, value)).or(found);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_longest_prefix_is_found(
            sequences in prop::collection::vec(prop::collection::vec(0..3_u32, 1..5), 0..8),
            numbers in prop::collection::vec(0..3_u32, 0..8),
        ) {
            let mut trie = PrefixMap::default();
            for (value, sequence) in sequences.iter().enumerate() {
                trie.insert(sequence.iter().copied(), value).unwrap();
            }
            let known = sequences.iter().enumerate().filter(|(_, sequence)| numbers.starts_with(sequence));
            let expected = known.map(|(value, sequence)| (sequence.len(), value)).max();
            let found = trie.longest(numbers.iter().copied()).map(|(length, value)| (length, *value));
            prop_assert_eq!(found, expected);
            prop_assert_eq!(trie.is_empty(), sequences.is_empty());
        }
    }
}
