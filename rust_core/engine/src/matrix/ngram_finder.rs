//! Finds the features of a document from its terms, in the order in which scikit-learn counts them.

use std::ops::Range;

use crate::error::Result;
use crate::matrix::features::{Features, Growing};
use crate::matrix::trie::NO_ID;
use crate::memory::reserve;

/// The number of terms for whose n-grams memory is reserved in one step.
const TERMS_PER_RESERVATION: usize = 1024;

/// Looks n-grams up.
pub(super) trait Lookup {
    /// Reserves memory for this many new n-grams of one term.
    fn reserve(&mut self, more: usize) -> Result<()>;
    /// Reserves memory for this many new n-grams of several terms.
    fn reserve_children(&mut self, more: usize) -> Result<()>;
    /// The n-gram of one term.
    fn alone(&mut self, term: u32) -> u32;
    /// The n-gram of a prefix and a last term.
    fn child(&mut self, prefix: u32, last: u32) -> u32;
    /// The feature of an n-gram.
    fn feature(&mut self, node: u32) -> u32;
}

/// Adds new n-grams as new features.
impl Lookup for Growing<'_> {
    fn reserve(&mut self, more: usize) -> Result<()> {
        Growing::reserve(self, more)
    }

    fn reserve_children(&mut self, more: usize) -> Result<()> {
        Growing::reserve_children(self, more)
    }

    #[inline]
    fn alone(&mut self, term: u32) -> u32 {
        Growing::alone(self, term)
    }

    #[inline]
    fn child(&mut self, prefix: u32, last: u32) -> u32 {
        Growing::child(self, prefix, last)
    }

    #[inline]
    fn feature(&mut self, node: u32) -> u32 {
        Growing::feature(self, node)
    }
}

/// Looks up by another lookup.
impl<L: Lookup> Lookup for &mut L {
    fn reserve(&mut self, more: usize) -> Result<()> {
        L::reserve(self, more)
    }

    fn reserve_children(&mut self, more: usize) -> Result<()> {
        L::reserve_children(self, more)
    }

    #[inline]
    fn alone(&mut self, term: u32) -> u32 {
        L::alone(self, term)
    }

    #[inline]
    fn child(&mut self, prefix: u32, last: u32) -> u32 {
        L::child(self, prefix, last)
    }

    #[inline]
    fn feature(&mut self, node: u32) -> u32 {
        L::feature(self, node)
    }
}

/// Adds nothing: what is unknown is [`NO_ID`].
impl Lookup for &Features {
    fn reserve(&mut self, _more: usize) -> Result<()> {
        Ok(())
    }

    fn reserve_children(&mut self, _more: usize) -> Result<()> {
        Ok(())
    }

    #[inline]
    fn alone(&mut self, term: u32) -> u32 {
        Features::alone(self, term)
    }

    #[inline]
    fn child(&mut self, prefix: u32, last: u32) -> u32 {
        Features::child(self, prefix, last)
    }

    #[inline]
    fn feature(&mut self, node: u32) -> u32 {
        Features::feature(self, node)
    }
}

/// Finds n-grams; `ngrams` is the minimum and maximum number of their terms.
#[derive(Debug)]
pub(super) struct NgramFinder {
    ngrams: (usize, usize),
    /// The n-gram that begins at each term: of `n` terms up to `found`, and of `n - 1` terms from there on.
    nodes: Vec<u32>,
    n: usize,
    found: usize,
}

impl NgramFinder {
    pub fn new(ngrams: (usize, usize)) -> Self {
        Self { ngrams, nodes: Vec::new(), n: 1, found: 0 }
    }

    /// Appends to `features` those of a sequence of terms, in order of their length. `is_over` gets the number of n-grams
    /// that were found since its last call. If it returns true, this function returns false before all features are
    /// found: call it again with the same terms.
    pub fn find(
        &mut self,
        terms: &[u32],
        mut lookup: impl Lookup,
        features: &mut Vec<u32>,
        mut is_over: impl FnMut(usize) -> bool,
    ) -> Result<bool> {
        let (least, most) = self.ngrams;
        if self.n == 1 && self.found == 0 {
            self.nodes.clear();
            reserve(&mut self.nodes, terms.len())?;
        }
        while self.n <= most.min(terms.len()) {
            let all = terms.len() + 1 - self.n;
            while self.found < all {
                let some = self.found..all.min(self.found + TERMS_PER_RESERVATION);
                if self.n == 1 {
                    lookup.reserve(some.len())?;
                    self.nodes.extend(terms[some.clone()].iter().map(|term| lookup.alone(*term)));
                } else {
                    lookup.reserve_children(some.len())?;
                    let lasts = &terms[some.start + self.n - 1..];
                    for (node, last) in self.nodes[some.clone()].iter_mut().zip(lasts) {
                        *node = lookup.child(*node, *last);
                    }
                }
                self.found = some.end;
                let number = some.len();
                if self.n >= least {
                    self.append(some, &mut lookup, features)?;
                }
                if is_over(number) {
                    return Ok(false);
                }
            }
            (self.n, self.found) = (self.n + 1, 0);
        }
        self.n = 1;
        Ok(true)
    }

    /// As [`find`](Self::find), with the characters of a word as terms. A word that is shorter than the n-grams is one
    /// feature.
    pub fn find_in_word(
        &mut self,
        terms: &[u32],
        mut lookup: impl Lookup,
        features: &mut Vec<u32>,
        is_over: impl FnMut(usize) -> bool,
    ) -> Result<bool> {
        let is_complete = self.find(terms, &mut lookup, features, is_over)?;
        if is_complete && terms.len() < self.ngrams.0 {
            self.append(0..1, &mut lookup, features)?;
        }
        Ok(is_complete)
    }

    fn append(&self, places: Range<usize>, lookup: &mut impl Lookup, features: &mut Vec<u32>) -> Result<()> {
        reserve(features, places.len())?;
        let found = self.nodes[places].iter().map(|node| lookup.feature(*node));
        features.extend(found.filter(|feature| *feature != NO_ID));
        Ok(())
    }
}
