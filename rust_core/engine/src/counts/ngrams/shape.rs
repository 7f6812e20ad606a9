//! Which tokens of a document form n-grams.

use std::ops::Range;

use super::table::NgramKey;
use crate::error::Result;
use crate::memory::list_for;

/// The most terms of an n-gram.
const LONGEST: usize = 1000;
/// The most n-grams that may begin at one token: there is no end to counting more.
const MOST: u64 = 1 << 20;

/// The number of terms of n-grams, and of tokens that may be left out between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    n: usize,
    skip: usize,
    /// How many begin at one token: one, where nothing is left out.
    each: u64,
}

impl Shape {
    /// N-grams of `n` terms that leave out at most `skip` tokens in all; none where there is no such thing, or more than a
    /// million of them would begin at each token.
    pub fn new(n: usize, skip: usize) -> Option<Self> {
        if n == 0 || n > LONGEST {
            return None;
        }
        // How many ways there are to choose the others among those that follow.
        let each = (1..n as u64).try_fold(1_u64, |ways, chosen| {
            let more = ways.checked_mul(chosen.checked_add(skip as u64)?)? / chosen;
            (more <= MOST).then_some(more)
        })?;
        Some(Self { n, skip, each })
    }

    /// The number of terms.
    pub fn n(self) -> usize {
        self.n
    }

    /// Tells all n-grams that begin in some parts of documents, as keys, each with a number by which they are in the order of
    /// their beginnings, and then of the tokens that follow.
    ///
    /// # Errors
    /// What `take` fails with.
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
                let mut ordinal = start as u64 * self.each;
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

/// Goes on to the next way to choose, all but the first, whether there is one: as Python's `itertools.combinations` does.
fn advance(chosen: &mut [usize], end: usize) -> bool {
    let n = chosen.len();
    let Some(place) = (1..n).rev().find(|place| chosen[*place] < end - (n - place)) else { return false };
    let next = chosen[place] + 1;
    for (further, chosen) in chosen[place..].iter_mut().enumerate() {
        *chosen = next + further;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_never_end_is_no_shape() {
        assert_eq!(Shape::new(0, 0), None);
        assert_eq!(Shape::new(1001, 0), None);
        assert_eq!(Shape::new(20, 100), None);
        assert_eq!(Shape::new(2, usize::MAX), None);
        assert_eq!(Shape::new(3, 2).unwrap().each, 6);
        assert!(Shape::new(1, usize::MAX).is_some() && Shape::new(1000, 0).is_some());
    }
}
