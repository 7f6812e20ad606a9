//! Word counts: how often each term occurs.

use std::cmp::Reverse;
use std::sync::Arc;

use crate::checkpoint::{Steps, UNITS_PER_LOOK};
use crate::error::Result;
use crate::interner::Interner;
use crate::memory::{reserve, zeros};

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
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
    pub fn ranked(&self) -> Result<Ranked> {
        Ranked::of(&self.counts)
    }
}

/// An iterator over ids by descending count; see [`Frequencies::ranked`].
#[derive(Debug)]
pub struct Ranked {
    ids: std::vec::IntoIter<u32>,
}

/// The counts that are sorted by counting them. Few counts are larger, because their sum is the number of tokens.
const SMALL_COUNTS: usize = if cfg!(test) { 4 } else { 1 << 12 };

impl Ranked {
    /// Returns the ids of these counts.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
    pub fn of(counts: &[u64]) -> Result<Self> {
        let mut steps = Steps::begin();
        let small = |count: u64| usize::try_from(count).ok().filter(|count| *count < SMALL_COUNTS);
        let (mut places, mut large) = ([0; SMALL_COUNTS], Vec::new());
        let mut ids = 0_u32..;
        for some in counts.chunks(UNITS_PER_LOOK) {
            steps.did(some.len())?;
            for (count, id) in some.iter().zip(&mut ids) {
                match small(*count) {
                    Some(count) => places[count] += 1,
                    None => {
                        reserve(&mut large, 1)?;
                        large.push((Reverse(*count), id));
                    }
                }
            }
        }
        large.sort_unstable();
        let mut place = large.len();
        for number in places.iter_mut().rev() {
            place += std::mem::replace(number, place);
        }
        let mut ranked: Vec<u32> = zeros(counts.len())?;
        for ((_, id), place) in large.into_iter().zip(&mut ranked) {
            *place = id;
        }
        let mut ids = 0_u32..;
        for some in counts.chunks(UNITS_PER_LOOK) {
            steps.did(some.len())?;
            for (count, id) in some.iter().zip(&mut ids) {
                if let Some(count) = small(*count) {
                    ranked[places[count]] = id;
                    places[count] += 1;
                }
            }
        }
        Ok(Self { ids: ranked.into_iter() })
    }

    /// Returns the ids that are left, in the same memory.
    pub(super) fn into_ids(self) -> Vec<u32> {
        self.ids.collect()
    }
}

impl Iterator for Ranked {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        self.ids.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.ids.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;
    use crate::checkpoint::tests::calls;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ranking_keeps_the_order_of_equal_counts(counts in prop::collection::vec(1..6_u64, 0..60)) {
            let mut terms = Interner::default();
            let ids: Vec<u32> = (0..counts.len()).map(|number| terms.intern(number.to_string().as_bytes()).unwrap()).collect();
            let frequencies = Frequencies::fold(&Arc::new(terms), &ids, counts.iter().copied()).unwrap();
            let mut expected = ids;
            expected.sort_by_key(|id| Reverse(counts[*id as usize]));
            prop_assert_eq!(frequencies.ranked().unwrap().collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn the_checkpoint_can_stop_ranking() {
        let counts = [1; 100];
        let (_, result) = calls(2, || Ranked::of(&counts).map(drop));
        assert_eq!(result, Err(Error::Stopped));
        let (steps, ranked) = calls(usize::MAX, || Ranked::of(&counts).map(Iterator::count));
        assert!(steps >= 2 * counts.len() / UNITS_PER_LOOK);
        assert_eq!(ranked, Ok(100));
    }
}
