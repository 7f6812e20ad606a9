//! From the terms of a document to its features, in the order in which scikit-learn counts them.

use crate::error::Result;
use crate::matrix::features::{Features, Growing};
use crate::matrix::trie::NO_ID;
use crate::memory::{list_for, reserve};

/// TermLookup for whose n-grams room is made at once.
const TERMS_PER_RESERVATION: usize = 1024;

/// Where n-grams are looked up.
pub(super) trait Lookup {
    /// Makes room for so many new ones of one term.
    fn reserve(&mut self, more: usize) -> Result<()>;
    /// The same for those of several terms.
    fn reserve_children(&mut self, more: usize) -> Result<()>;
    /// The n-gram that is a term alone.
    fn alone(&mut self, term: u32) -> u32;
    /// The n-gram of another one and a term.
    fn child(&mut self, prefix: u32, last: u32) -> u32;
    /// The feature that an n-gram is.
    fn feature(&mut self, node: u32) -> u32;
    /// The number of features that there are.
    fn features(&self) -> usize;
}

/// Takes what is new for new features.
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

/// Knows what it knows: all else is [`NO_ID`].
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

/// A feature of a document, and how often it stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FeatureCount {
    pub feature: u32,
    pub count: u32,
}

/// The features of documents, one row behind the other.
#[derive(Debug, Default)]
pub(super) struct Rows {
    entries: Vec<FeatureCount>,
    /// Where each row ends.
    ends: Vec<usize>,
    /// For each feature, where it was entered last.
    entered: Vec<u32>,
}

impl Rows {
    /// Forgets all rows.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.ends.clear();
    }

    /// All entries of all rows.
    pub fn entries(&self) -> &[FeatureCount] {
        &self.entries
    }

    /// Where each row ends.
    pub fn ends(&self) -> &[usize] {
        &self.ends
    }

    /// Ends a row.
    pub fn end(&mut self) -> Result<()> {
        reserve(&mut self.ends, 1)?;
        self.ends.push(self.entries.len());
        Ok(())
    }

    /// Counts features in the row that has not ended yet; there are so many of them.
    pub fn count(&mut self, features: &[u32], bound: usize) -> Result<()> {
        self.reserve(features.len(), bound)?;
        self.enter(features.iter().copied());
        Ok(())
    }

    /// Makes room for so many entries, of features below a bound.
    fn reserve(&mut self, more: usize, bound: usize) -> Result<()> {
        if bound > self.entered.len() {
            let len = bound.next_power_of_two();
            let new = len - self.entered.len();
            reserve(&mut self.entered, new)?;
            self.entered.resize(len, 0);
        }
        reserve(&mut self.entries, more)
    }

    /// Counts features in the row that has not ended yet. There is room for them.
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
                    *place = u32::try_from(self.entries.len()).expect("fewer in a block than fit");
                    self.entries.push(FeatureCount { feature, count: 1 });
                }
            }
        }
    }
}

/// Finds n-grams of so many terms.
pub(super) struct NgramFinder {
    ngrams: (usize, usize),
    /// The n-gram that begins at each term.
    nodes: Vec<u32>,
}

impl NgramFinder {
    pub fn new(ngrams: (usize, usize)) -> Self {
        Self { ngrams, nodes: Vec::new() }
    }

    /// Counts the n-grams of a sequence of terms: all of one term first, then all of two.
    pub fn count(&mut self, terms: &[u32], mut lookup: impl Lookup, rows: &mut Rows) -> Result<()> {
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

    /// The same for a word of characters, which is counted once where it is shorter than n-grams are.
    pub fn count_word(&mut self, terms: &[u32], mut lookup: impl Lookup, rows: &mut Rows) -> Result<()> {
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

    /// Makes n-grams of those that are one term shorter.
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

    fn enter(&mut self, number: usize, lookup: &mut impl Lookup, rows: &mut Rows) -> Result<()> {
        for nodes in self.nodes[..number].chunks(TERMS_PER_RESERVATION) {
            rows.reserve(nodes.len(), lookup.features() + nodes.len())?;
            rows.enter(nodes.iter().map(|node| lookup.feature(*node)));
        }
        Ok(())
    }
}

/// A copy of rows that takes no more memory than it must.
#[derive(Debug)]
pub(super) struct BlockRows {
    pub entries: Vec<FeatureCount>,
    pub ends: Vec<usize>,
}

impl BlockRows {
    pub fn of(rows: &Rows) -> Result<Self> {
        let (mut entries, mut ends) = (list_for(rows.entries.len())?, list_for(rows.ends.len())?);
        entries.extend_from_slice(&rows.entries);
        ends.extend_from_slice(&rows.ends);
        Ok(Self { entries, ends })
    }
}
