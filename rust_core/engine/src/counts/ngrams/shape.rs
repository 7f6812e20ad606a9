//! The terms of a document that form n-grams.

use std::ops::Range;

use super::table::NgramKey;
use crate::error::Result;
use crate::grouping::NO_GROUP;
use crate::memory::list_for;
use crate::sequence::Sequence;

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

    /// Returns an upper bound of the number of n-grams of this many terms.
    pub fn most(self, terms: usize) -> u64 {
        self.per_term.saturating_mul(terms as u64)
    }
}

/// Consecutive terms, whose n-grams are counted together.
pub struct Block<'s> {
    pub sequence: &'s Sequence,
    /// The code of each document of the sequence, if documents are in groups.
    pub codes: Option<&'s [u32]>,
    /// The number of terms in the sequences before this one.
    pub before: u64,
    /// The places at which n-grams begin.
    pub starts: Range<usize>,
}

/// The n-grams that begin in a block of terms, in order. They can be read in parts.
pub struct Grams<'s> {
    sequence: &'s Sequence,
    codes: Option<&'s [u32]>,
    before: u64,
    shape: Shape,
    /// The places at which n-grams begin.
    starts: Range<usize>,
    /// The number of the document of the next place.
    document: usize,
    /// The places of the next n-gram. Empty if it is the first one that begins at its place.
    chosen: Vec<usize>,
    /// The number of the next n-gram, if it skips terms.
    ordinal: u64,
}

impl<'s> Grams<'s> {
    /// Returns the n-grams that begin in a block.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn new(block: &Block<'s>, shape: Shape) -> Result<Self> {
        let Block { sequence, codes, before, ref starts } = *block;
        let document = sequence.ends.partition_point(|end| *end <= starts.start);
        let chosen = list_for(shape.n)?;
        Ok(Self { sequence, codes, before, shape, starts: starts.clone(), document, chosen, ordinal: 0 })
    }

    /// Returns whether there are more n-grams.
    pub fn has_more(&self) -> bool {
        !self.starts.is_empty()
    }

    /// Passes to `take` the keys of about `most` n-grams, and a number. The numbers order n-grams by the place of their
    /// first term, and then by the places of the terms that follow. Documents in no group have no n-grams.
    ///
    /// # Errors
    /// The error of `take`; [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn read<K: NgramKey>(
        &mut self,
        most: usize,
        bits: u32,
        lists: &mut K::Lists,
        mut take: impl FnMut(K, &K::Lists, u64) -> Result<()>,
    ) -> Result<()> {
        let Shape { n, skip, per_term } = self.shape;
        let mut rest = most;
        while rest > 0 && self.has_more() {
            let end = self.sequence.ends[self.document];
            let ids = &self.sequence.ids[..end];
            let start = self.starts.start;
            let last = self.starts.end.min((end + 1).saturating_sub(n));
            let code = self.codes.map(|codes| codes[self.document]);
            let key = |key: K, lists: &mut K::Lists| match code {
                Some(code) => key.in_group(code, bits, lists),
                None => Ok(key),
            };
            if start >= last || code == Some(NO_GROUP) {
                // No n-gram begins in the rest of this document.
                self.starts.start = end;
                self.document += 1;
                rest -= 1;
            } else if per_term == 1 {
                let stop = last.min(start.saturating_add(rest));
                for (ordinal, gram) in (self.before + start as u64..).zip(ids[start..stop + n - 1].windows(n)) {
                    K::clear(lists);
                    let gram = K::of(gram.iter().copied(), bits, lists)?;
                    take(key(gram, lists)?, lists, ordinal)?;
                }
                rest -= stop - start;
                self.starts.start = stop;
            } else {
                let chosen = &mut self.chosen;
                if chosen.is_empty() {
                    chosen.extend(start..start + n);
                    self.ordinal = (self.before + start as u64) * per_term;
                }
                let end = end.min(start + n + skip);
                let mut is_last = false;
                while rest > 0 && !is_last {
                    K::clear(lists);
                    let gram = K::of(chosen.iter().map(|place| ids[*place]), bits, lists)?;
                    take(key(gram, lists)?, lists, self.ordinal)?;
                    self.ordinal += 1;
                    rest -= 1;
                    is_last = !advance(chosen, end);
                }
                if is_last {
                    chosen.clear();
                    self.starts.start += 1;
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
