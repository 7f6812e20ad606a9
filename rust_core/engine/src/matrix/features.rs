//! Features: n-grams of terms, as a trie.

use std::hash::{BuildHasher, RandomState};

use crate::error::Result;
use crate::interner::Interner;
use crate::memory::{copied, list_for, reserve, zeros};

/// What is no term, no node and no feature.
pub const NONE: u32 = u32::MAX;

/// An n-gram: another one and the term behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Node {
    /// [`NONE`] where the n-gram is one term.
    prefix: u32,
    last: u32,
}

/// A set of n-grams. Those that are features have ids `0, 1, 2, …` in order of first appearance; the others are only
/// what features begin with.
#[derive(Debug)]
pub struct Features {
    terms: Interner,
    /// The n-gram that is a term alone, for each term, as far as there is one.
    alone: Vec<u32>,
    nodes: Vec<Node>,
    /// Open addressing: prefix, last term, and the node plus one; zeros where there is none.
    slots: Vec<[u32; 3]>,
    seed: u64,
    /// The feature that a node is.
    feature_of: Vec<u32>,
    node_of: Vec<u32>,
    /// How many features were there before each, also where their ids have changed since.
    age: Vec<u32>,
}

impl Default for Features {
    fn default() -> Self {
        Self {
            terms: Interner::default(),
            alone: Vec::new(),
            nodes: Vec::new(),
            slots: Vec::new(),
            seed: RandomState::new().hash_one(0),
            feature_of: Vec::new(),
            node_of: Vec::new(),
            age: Vec::new(),
        }
    }
}

impl Features {
    /// The number of features.
    pub fn len(&self) -> usize {
        self.node_of.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.node_of.is_empty()
    }

    /// The number of n-grams, features or not.
    pub(super) fn nodes(&self) -> usize {
        self.nodes.len()
    }

    /// The terms of which they are made.
    pub(super) fn terms(&self) -> &Interner {
        &self.terms
    }

    /// A copy of it.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn try_clone(&self) -> Result<Self> {
        Ok(Self {
            terms: self.terms.try_clone()?,
            alone: copied(&self.alone)?,
            nodes: copied(&self.nodes)?,
            slots: copied(&self.slots)?,
            seed: self.seed,
            feature_of: copied(&self.feature_of)?,
            node_of: copied(&self.node_of)?,
            age: copied(&self.age)?,
        })
    }

    /// Adds the n-gram of these terms as a feature; whether it was none before.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn add<'t>(&mut self, terms: impl Iterator<Item = &'t [u8]>) -> Result<bool> {
        let mut node = NONE;
        for term in terms {
            self.reserve(1)?;
            let term = self.term(term)?;
            node = if node == NONE { self.alone(term) } else { self.child(node, term) };
        }
        let features = self.len();
        self.feature(node);
        Ok(self.len() > features)
    }

    /// The id of the feature of these terms, if it is one.
    pub fn id_of<'t>(&self, terms: impl Iterator<Item = &'t [u8]>) -> Option<u32> {
        let mut node = NONE;
        for term in terms {
            let term = self.terms.find(term)?;
            node = if node == NONE { self.known_alone(term) } else { self.known_child(node, term) };
            if node == NONE {
                return None;
            }
        }
        Some(self.known_feature(node)).filter(|feature| *feature != NONE)
    }

    /// The id of a term, which is added if it is new.
    pub(super) fn term(&mut self, term: &[u8]) -> Result<u32> {
        reserve(&mut self.alone, 1)?;
        let id = self.terms.intern(term)?;
        self.alone.resize(self.terms.len(), NONE);
        Ok(id)
    }

    /// Makes room for so many n-grams: to add them does not fail afterwards.
    pub(super) fn reserve(&mut self, more: usize) -> Result<()> {
        reserve(&mut self.nodes, more)?;
        reserve(&mut self.feature_of, more)?;
        // Any n-gram may become a feature.
        let features = self.nodes.len() + more - self.node_of.len();
        reserve(&mut self.node_of, features)?;
        reserve(&mut self.age, features)?;
        if 3 * (self.nodes.len() + more) > 2 * self.slots.len() { self.grow(more) } else { Ok(()) }
    }

    #[cold]
    fn grow(&mut self, more: usize) -> Result<()> {
        let slots = (2 * (self.nodes.len() + more)).max(64).next_power_of_two();
        let old = std::mem::replace(&mut self.slots, zeros(slots)?);
        for slot in old.into_iter().filter(|slot| slot[2] != 0) {
            let mut at = self.place(slot[0], slot[1]);
            while self.slots[at][2] != 0 {
                at = (at + 1) & (slots - 1);
            }
            self.slots[at] = slot;
        }
        Ok(())
    }

    #[inline]
    fn place(&self, prefix: u32, last: u32) -> usize {
        let key = (u64::from(prefix) << 32 | u64::from(last)) ^ self.seed;
        let product = u128::from(key) * 0x9E37_79B9_7F4A_7C15_u128;
        #[allow(clippy::cast_possible_truncation)] // Each half is meant.
        let hash = product as u64 ^ (product >> 64) as u64;
        usize::try_from(hash >> 16).expect("of 48 bits") & (self.slots.len() - 1)
    }

    /// The n-gram of another one and a term, if there is one; otherwise where it belongs.
    #[inline]
    fn find(&self, prefix: u32, last: u32) -> std::result::Result<u32, usize> {
        let mut at = self.place(prefix, last);
        loop {
            let slot = self.slots[at];
            if slot[2] == 0 {
                return Err(at);
            }
            if slot[0] == prefix && slot[1] == last {
                return Ok(slot[2] - 1);
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    /// The n-gram that is a term alone; [`NONE`] if it is not known.
    #[inline]
    pub(super) fn known_alone(&self, term: u32) -> u32 {
        if term == NONE { NONE } else { self.alone[term as usize] }
    }

    /// The n-gram of another one and a term; [`NONE`] if it is not known, or one of these is not.
    #[inline]
    pub(super) fn known_child(&self, prefix: u32, last: u32) -> u32 {
        if prefix == NONE || last == NONE { NONE } else { self.find(prefix, last).unwrap_or(NONE) }
    }

    /// The feature that an n-gram is; [`NONE`] if it is none.
    #[inline]
    pub(super) fn known_feature(&self, node: u32) -> u32 {
        if node == NONE { NONE } else { self.feature_of[node as usize] }
    }

    /// The n-gram that is a term alone, which is added if it is new. There is room for it.
    #[inline]
    pub(super) fn alone(&mut self, term: u32) -> u32 {
        if self.alone[term as usize] == NONE {
            self.alone[term as usize] = self.push(NONE, term);
        }
        self.alone[term as usize]
    }

    /// The n-gram of another one and a term, which is added if it is new. There is room for it.
    #[inline]
    pub(super) fn child(&mut self, prefix: u32, last: u32) -> u32 {
        self.find(prefix, last).unwrap_or_else(|slot| {
            let node = self.push(prefix, last);
            self.slots[slot] = [prefix, last, node + 1];
            node
        })
    }

    fn push(&mut self, prefix: u32, last: u32) -> u32 {
        let node = u32::try_from(self.nodes.len()).ok().filter(|node| *node < NONE - 1);
        self.nodes.push(Node { prefix, last });
        self.feature_of.push(NONE);
        node.expect("more than four billion n-grams")
    }

    /// The feature that an n-gram is, from now on if it was none. There is room for it.
    #[inline]
    pub(super) fn feature(&mut self, node: u32) -> u32 {
        let feature = &mut self.feature_of[node as usize];
        if *feature == NONE {
            *feature = u32::try_from(self.node_of.len()).expect("as many as there are n-grams");
            self.age.push(*feature);
            self.node_of.push(node);
        }
        *feature
    }

    /// Calls `part` with the terms of a feature, the last one first.
    fn terms_of(&self, feature: u32, mut part: impl FnMut(&[u8])) {
        let mut node = self.node_of[feature as usize];
        while node != NONE {
            let Node { prefix, last } = self.nodes[node as usize];
            part(self.terms.get(last));
            node = prefix;
        }
    }

    /// Appends the name of a feature: its terms, with `between` between them.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn name(&self, feature: u32, between: &[u8], name: &mut Vec<u8>) -> Result<()> {
        let mut length = 0;
        self.terms_of(feature, |term| length += term.len() + between.len());
        reserve(name, length)?;
        let start = name.len();
        name.resize(start + length, 0);
        let mut end = start + length;
        self.terms_of(feature, |term| {
            end -= term.len();
            name[end..][..term.len()].copy_from_slice(term);
            // It stands before the first as well, until it is taken off.
            end -= between.len();
            name[end..][..between.len()].copy_from_slice(between);
        });
        name.drain(start..start + between.len().min(length));
        Ok(())
    }

    /// The features in the order of their names, where a name sorts as its terms do one after the other.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn in_order(&self) -> Result<Vec<u32>> {
        // What begins with an n-gram stands behind it, in the order of the terms that follow. So the trie is walked, the
        // n-grams lying in the order of their last terms first, and then, without changing that, of their prefixes.
        let mut terms: Vec<u32> = list_for(self.terms.len())?;
        terms.extend((0_u32..).take(self.terms.len()));
        terms.sort_unstable_by(|a, b| self.terms.get(*a).cmp(self.terms.get(*b)));
        let mut rank: Vec<u32> = zeros(terms.len())?;
        (0..).zip(&terms).for_each(|(place, term)| rank[*term as usize] = place);
        let mut nodes: Vec<u32> = list_for(self.nodes.len())?;
        nodes.extend((0_u32..).take(self.nodes.len()));
        let nodes = sorted_by(&nodes, rank.len(), |node| rank[self.nodes[node as usize].last as usize] as usize)?.0;
        // The children of none come first.
        let parent = |node: u32| self.nodes[node as usize].prefix.wrapping_add(1) as usize;
        let (nodes, ends) = sorted_by(&nodes, self.nodes.len() + 1, parent)?;
        let children = |parent: usize| parent.checked_sub(1).map_or(0, |before| ends[before])..ends[parent];
        let mut order = list_for(self.len())?;
        let mut open = Vec::new();
        open.push(children(0));
        while let Some(siblings) = open.last_mut() {
            let Some(place) = siblings.next() else {
                open.pop();
                continue;
            };
            let node = nodes[place as usize];
            let feature = self.feature_of[node as usize];
            if feature != NONE {
                order.push(feature);
            }
            let below = children(node as usize + 1);
            if !below.is_empty() {
                reserve(&mut open, 1)?;
                open.push(below);
            }
        }
        Ok(order)
    }

    /// Takes in the n-grams of others, and gives the node of each of theirs. None becomes a feature.
    pub(super) fn take_in(&mut self, others: &Self) -> Result<Vec<u32>> {
        let mut terms = list_for(others.terms.len())?;
        self.terms.intern_all(&others.terms, 0..others.terms.len(), &mut terms)?;
        let known = self.alone.len();
        reserve(&mut self.alone, self.terms.len() - known)?;
        self.alone.resize(self.terms.len(), NONE);
        let mut nodes: Vec<u32> = list_for(others.nodes.len())?;
        for some in others.nodes.chunks(1024) {
            self.reserve(some.len())?;
            for Node { prefix, last } in some {
                // A prefix is older than what begins with it.
                let last = terms[*last as usize];
                let node = if *prefix == NONE { self.alone(last) } else { self.child(nodes[*prefix as usize], last) };
                nodes.push(node);
            }
        }
        Ok(nodes)
    }

    /// The n-gram that a feature is.
    pub(super) fn node_of(&self, feature: u32) -> u32 {
        self.node_of[feature as usize]
    }

    /// The same n-grams, of which only these are features, with their places as ids.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn only(&self, features: &[u32]) -> Result<Self> {
        let mut node_of = list_for(features.len())?;
        node_of.extend(features.iter().map(|feature| self.node_of(*feature)));
        let mut feature_of: Vec<u32> = list_for(self.nodes.len())?;
        feature_of.resize(self.nodes.len(), NONE);
        (0..).zip(&node_of).for_each(|(feature, node): (u32, &u32)| feature_of[*node as usize] = feature);
        let mut by_age: Vec<u32> = list_for(features.len())?;
        by_age.extend((0_u32..).take(features.len()));
        by_age.sort_unstable_by_key(|place| self.age[features[*place as usize] as usize]);
        let mut age: Vec<u32> = zeros(features.len())?;
        (0..).zip(&by_age).for_each(|(older, place)| age[*place as usize] = older);
        Ok(Self {
            terms: self.terms.try_clone()?,
            alone: copied(&self.alone)?,
            nodes: copied(&self.nodes)?,
            slots: copied(&self.slots)?,
            seed: self.seed,
            feature_of,
            node_of,
            age,
        })
    }

    /// The features in order of their first appearance.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn appearance(&self) -> Result<Vec<u32>> {
        let mut features: Vec<u32> = list_for(self.len())?;
        features.extend((0_u32..).take(self.len()));
        features.sort_unstable_by_key(|feature| self.age[*feature as usize]);
        Ok(features)
    }
}

/// Nodes in the order of a key below `keys`, those with the same one as they were; and where those of each key end.
fn sorted_by(nodes: &[u32], keys: usize, key: impl Fn(u32) -> usize) -> Result<(Vec<u32>, Vec<u32>)> {
    let mut ends: Vec<u32> = zeros(keys)?;
    nodes.iter().for_each(|node| ends[key(*node)] += 1);
    let mut begin = 0;
    for end in &mut ends {
        (*end, begin) = (begin, begin + *end);
    }
    let mut sorted: Vec<u32> = zeros(nodes.len())?;
    for node in nodes {
        let place = &mut ends[key(*node)];
        sorted[*place as usize] = *node;
        *place += 1;
    }
    Ok((sorted, ends))
}
