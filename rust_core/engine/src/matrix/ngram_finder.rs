//! Finds the features of a document from its terms, in the order in which scikit-learn counts them.

use crate::error::Result;
use crate::matrix::features::{Features, Growing};
use crate::matrix::trie::NO_ID;
use crate::memory::{list_for, reserve};

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
    /// The number of features.
    fn features(&self) -> usize;
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

    fn features(&self) -> usize {
        self.len()
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

    fn features(&self) -> usize {
        self.len()
    }
}

/// A feature of a document, and how often it occurs there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FeatureCount {
    pub feature: u32,
    pub count: u32,
}

/// CountedRows of feature counts, one for each document.
#[derive(Debug, Default)]
pub(super) struct CountedRows {
    entries: Vec<FeatureCount>,
    /// The index in `entries` where each row ends.
    ends: Vec<usize>,
    /// For each feature: the index of its last entry.
    entered: Vec<u32>,
}

impl CountedRows {
    /// Removes all rows.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.ends.clear();
    }

    /// The entries of all rows.
    pub fn entries(&self) -> &[FeatureCount] {
        &self.entries
    }

    /// The index where each row ends.
    pub fn ends(&self) -> &[usize] {
        &self.ends
    }

    /// Ends the current row.
    pub fn end(&mut self) -> Result<()> {
        reserve(&mut self.ends, 1)?;
        self.ends.push(self.entries.len());
        Ok(())
    }

    /// Counts features in the current row. Their ids are below `bound`.
    pub fn count(&mut self, features: &[u32], bound: usize) -> Result<()> {
        self.reserve(features.len(), bound)?;
        self.enter(features.iter().copied());
        Ok(())
    }

    /// Reserves memory for `more` entries with feature ids below `bound`.
    fn reserve(&mut self, more: usize, bound: usize) -> Result<()> {
        if bound > self.entered.len() {
            let len = bound.next_power_of_two();
            let new = len - self.entered.len();
            reserve(&mut self.entered, new)?;
            self.entered.resize(len, 0);
        }
        reserve(&mut self.entries, more)
    }

    /// Counts features in the current row. The caller has reserved memory.
    #[inline]
    fn enter(&mut self, features: impl Iterator<Item = u32>) {
        let start = self.ends.last().copied().unwrap_or(0);
        for feature in features.filter(|feature| *feature != NO_ID) {
            let place = &mut self.entered[feature as usize];
            match self.entries.get_mut(*place as usize) {
                Some(entry) if entry.feature == feature && *place as usize >= start => {
                    entry.count = entry.count.saturating_add(1);
                }
                _ => {
                    *place = u32::try_from(self.entries.len()).expect("a block has fewer than 2^32 entries");
                    self.entries.push(FeatureCount { feature, count: 1 });
                }
            }
        }
    }
}

/// Finds n-grams; `ngrams` is the minimum and maximum number of their terms.
pub(super) struct NgramFinder {
    ngrams: (usize, usize),
    /// The n-gram that begins at each term, for the current length.
    nodes: Vec<u32>,
}

impl NgramFinder {
    pub fn new(ngrams: (usize, usize)) -> Self {
        Self { ngrams, nodes: Vec::new() }
    }

    /// Counts the n-grams of a sequence of terms, in order of their length.
    pub fn count(&mut self, terms: &[u32], mut lookup: impl Lookup, rows: &mut CountedRows) -> Result<()> {
        let (least, most) = self.ngrams;
        self.begin(terms, &mut lookup)?;
        for n in 1..=most.min(terms.len()) {
            if n > 1 {
                self.lengthen(terms, n, &mut lookup)?;
            }
            if n >= least {
                self.enter(terms.len() + 1 - n, &mut lookup, rows)?;
            }
        }
        Ok(())
    }

    /// Counts the n-grams of the characters of a word. A word that is shorter than the n-grams is counted once.
    pub fn count_word(&mut self, terms: &[u32], mut lookup: impl Lookup, rows: &mut CountedRows) -> Result<()> {
        let (least, most) = self.ngrams;
        self.begin(terms, &mut lookup)?;
        for n in 1..=most {
            if n > 1 && n <= terms.len() {
                self.lengthen(terms, n, &mut lookup)?;
            }
            if n >= least {
                self.enter((terms.len() + 1).saturating_sub(n).max(1), &mut lookup, rows)?;
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

    fn enter(&mut self, number: usize, lookup: &mut impl Lookup, rows: &mut CountedRows) -> Result<()> {
        for nodes in self.nodes[..number].chunks(TERMS_PER_RESERVATION) {
            rows.reserve(nodes.len(), lookup.features() + nodes.len())?;
            rows.enter(nodes.iter().map(|node| lookup.feature(*node)));
        }
        Ok(())
    }
}

/// A copy of rows without spare capacity.
#[derive(Debug)]
pub(super) struct BlockRows {
    pub entries: Vec<FeatureCount>,
    pub ends: Vec<usize>,
}

impl BlockRows {
    pub fn of(rows: &CountedRows) -> Result<Self> {
        let (mut entries, mut ends) = (list_for(rows.entries.len())?, list_for(rows.ends.len())?);
        entries.extend_from_slice(&rows.entries);
        ends.extend_from_slice(&rows.ends);
        Ok(Self { entries, ends })
    }
}
