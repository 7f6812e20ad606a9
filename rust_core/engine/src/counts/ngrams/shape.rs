//! The terms of a document that form n-grams.

use std::ops::Range;

use super::table::NgramKey;
use crate::error::Result;
use crate::memory::list_for;

/// The most terms of an n-gram.
const MAX_TERMS: usize = 1000;
/// The most n-grams that may begin at one term. Counting more would take too long.
const MAX_NGRAMS_PER_TERM: u64 = 1 << 20;

/// The number of terms of an n-gram, and the number of terms that it may skip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    n: usize,
    skip: usize,
    /// The number of n-grams that begin at one term: one if no term is skipped.
    per_term: u64,
}

impl Shape {
    /// Returns the shape of n-grams of `n` terms that skip at most `skip` terms in all. Returns None if `n` is not from
    /// 1 to 1000, or if more than a million n-grams would begin at each term.
    pub fn new(n: usize, skip: usize) -> Option<Self> {
        if n == 0 || n > MAX_TERMS {
            return None;
        }
        // The number of ways to choose the other terms among those that follow.
        let per_term = (1..n as u64).try_fold(1_u64, |ways, chosen| {
            let more = ways.checked_mul(chosen.checked_add(skip as u64)?)? / chosen;
            (more <= MAX_NGRAMS_PER_TERM).then_some(more)
        })?;
        Some(Self { n, skip, per_term })
    }

    /// Returns the number of terms.
    pub fn n(self) -> usize {
        self.n
    }

    /// Passes to `take` the key of each n-gram that begins in these ranges of documents, and a number. The numbers
    /// order n-grams by the place of their first term, and then by the places of the terms that follow.
    ///
    /// # Errors
    /// The error of `take`.
    pub(super) fn for_each<'d, K: NgramKey>(
        self,
        documents: impl Iterator<Item = (&'d [u32], Range<usize>)>,
        bits: u32,
        mut take: impl FnMut(K, u64) -> Result<()>,
    ) -> Result<()> {
        let mut chosen: Vec<usize> = list_for(self.n)?;
        for (ids, starts) in documents {
            if self.skip == 0 || self.n == 1 {
                let end = ids.len().min(starts.end + self.n - 1);
                for (ordinal, gram) in (starts.start as u64..).zip(ids[starts.start..end].windows(self.n)) {
                    take(K::of(gram.iter().copied(), bits)?, ordinal)?;
                }
                continue;
            }
            for start in starts {
                if ids.len() - start < self.n {
                    break;
                }
                let mut ordinal = start as u64 * self.per_term;
                let end = ids.len().min(start + self.n + self.skip);
                chosen.clear();
                chosen.extend(start..start + self.n);
                loop {
                    take(K::of(chosen.iter().map(|place| ids[*place]), bits)?, ordinal)?;
                    ordinal += 1;
                    if !advance(&mut chosen, end) {
                        break;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Advances to the next combination that has the same first term, in the order of Python's `itertools.combinations`.
/// Returns whether there is one.
fn advance(chosen: &mut [usize], end: usize) -> bool {
    let n = chosen.len();
    let Some(place) = (1..n).rev().find(|place| chosen[*place] < end - (n - place)) else { return false };
    let next = chosen[place] + 1;
    for (distance, chosen) in chosen[place..].iter_mut().enumerate() {
        *chosen = next + distance;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_with_too_many_ngrams_is_refused() {
        assert_eq!(Shape::new(0, 0), None);
        assert_eq!(Shape::new(1001, 0), None);
        assert_eq!(Shape::new(20, 100), None);
        assert_eq!(Shape::new(2, usize::MAX), None);
        assert_eq!(Shape::new(3, 2).unwrap().per_term, 6);
        assert!(Shape::new(1, usize::MAX).is_some() && Shape::new(1000, 0).is_some());
    }
}
