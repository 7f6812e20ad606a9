//! Word counts: how often each term occurs.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use crate::error::Result;
use crate::interner::Interner;
use crate::memory::{list_for, zeros};

/// The terms and their counts at the time of the query.
#[derive(Debug, Clone)]
pub struct Frequencies {
    terms: Arc<Interner>,
    counts: Arc<Vec<u64>>,
}

impl Frequencies {
    /// Sums the counts of the types of each term.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn fold(terms: &Arc<Interner>, term_of: &[u32], type_counts: impl Iterator<Item = u64>) -> Result<Self> {
        let mut counts: Vec<u64> = zeros(terms.len())?;
        for (term, count) in term_of.iter().zip(type_counts) {
            // A dropped type has no term.
            if let Some(sum) = counts.get_mut(*term as usize) {
                *sum += count;
            }
        }
        Ok(Self { terms: Arc::clone(terms), counts: Arc::new(counts) })
    }

    /// Returns the number of distinct terms.
    pub fn len(&self) -> usize {
        self.counts.len()
    }

    /// Returns whether there is no term.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Returns the distinct terms. Their ids are in order of first appearance.
    pub fn terms(&self) -> &Arc<Interner> {
        &self.terms
    }

    /// Returns the count of each term.
    pub fn counts(&self) -> &Arc<Vec<u64>> {
        &self.counts
    }

    /// Returns terms and counts, in order of first appearance.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], u64)> {
        (0_u32..).zip(self.counts.iter()).map(|(id, count)| (self.terms.get(id), *count))
    }

    /// Returns term ids by descending count. Terms with equal counts are in order of first appearance.
    ///
    /// The iterator is lazy. Creating it takes time in proportion to the number of terms, and each step takes time in
    /// proportion to the logarithm of this number.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn ranked(&self) -> Result<Ranked> {
        Ranked::of(&self.counts)
    }
}

/// An iterator over ids by descending count; see [`Frequencies::ranked`].
#[derive(Debug)]
pub struct Ranked {
    heap: BinaryHeap<(u64, Reverse<u32>)>,
}

impl Ranked {
    /// Returns the ids of these counts.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn of(counts: &[u64]) -> Result<Self> {
        let mut pairs = list_for(counts.len())?;
        pairs.extend(counts.iter().zip(0_u32..).map(|(count, id)| (*count, Reverse(id))));
        Ok(Self { heap: pairs.into() })
    }
}

impl Iterator for Ranked {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        self.heap.pop().map(|(_, Reverse(id))| id)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.heap.len(), Some(self.heap.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ranking_is_a_stable_sort(counts in prop::collection::vec(1..6_u64, 0..60)) {
            let mut terms = Interner::default();
            let ids: Vec<u32> = (0..counts.len()).map(|number| terms.intern(number.to_string().as_bytes()).unwrap()).collect();
            let frequencies = Frequencies::fold(&Arc::new(terms), &ids, counts.iter().copied()).unwrap();
            let mut expected = ids;
            expected.sort_by_key(|id| Reverse(counts[*id as usize]));
            prop_assert_eq!(frequencies.ranked().unwrap().collect::<Vec<_>>(), expected);
        }
    }
}
