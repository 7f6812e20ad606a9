//! Finds the features of a document from its terms, in the order in which scikit-learn counts them.

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
impl Lookup for &mut Growing<'_> {
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
    /// The n-gram that begins at each term, for the current length.
    nodes: Vec<u32>,
}

impl NgramFinder {
    pub fn new(ngrams: (usize, usize)) -> Self {
        Self { ngrams, nodes: Vec::new() }
    }

    /// Appends to `found` the features of a sequence of terms, in order of their length.
    pub fn find(&mut self, terms: &[u32], mut lookup: impl Lookup, found: &mut Vec<u32>) -> Result<()> {
        let (least, most) = self.ngrams;
        self.begin(terms, &mut lookup)?;
        for n in 1..=most.min(terms.len()) {
            if n > 1 {
                self.lengthen(terms, n, &mut lookup)?;
            }
            if n >= least {
                self.append(terms.len() + 1 - n, &mut lookup, found)?;
            }
        }
        Ok(())
    }

    /// Appends to `found` the features of the characters of a word. A word that is shorter than the n-grams is one
    /// feature.
    pub fn find_in_word(&mut self, terms: &[u32], mut lookup: impl Lookup, found: &mut Vec<u32>) -> Result<()> {
        let (least, most) = self.ngrams;
        self.begin(terms, &mut lookup)?;
        for n in 1..=most {
            if n > 1 && n <= terms.len() {
                self.lengthen(terms, n, &mut lookup)?;
            }
            if n >= least {
                self.append((terms.len() + 1).saturating_sub(n).max(1), &mut lookup, found)?;
                if n >= terms.len() {
                    break;
                }
            }
        }
        Ok(())
    }

    fn begin(&mut self, terms: &[u32], lookup: &mut impl Lookup) -> Result<()> {
        self.nodes.clear();
        reserve(&mut self.nodes, terms.len())?;
        for some in terms.chunks(TERMS_PER_RESERVATION) {
            lookup.reserve(some.len())?;
            self.nodes.extend(some.iter().map(|term| lookup.alone(*term)));
        }
        Ok(())
    }

    /// Turns n-grams of `n - 1` terms into n-grams of `n` terms.
    fn lengthen(&mut self, terms: &[u32], n: usize, lookup: &mut impl Lookup) -> Result<()> {
        for (nodes, lasts) in
            self.nodes.chunks_mut(TERMS_PER_RESERVATION).zip(terms[n - 1..].chunks(TERMS_PER_RESERVATION))
        {
            lookup.reserve_children(lasts.len())?;
            for (node, last) in nodes.iter_mut().zip(lasts) {
                *node = lookup.child(*node, *last);
            }
        }
        Ok(())
    }

    fn append(&self, number: usize, lookup: &mut impl Lookup, found: &mut Vec<u32>) -> Result<()> {
        reserve(found, number)?;
        found.extend(self.nodes[..number].iter().map(|node| lookup.feature(*node)).filter(|feature| *feature != NO_ID));
        Ok(())
    }
}
