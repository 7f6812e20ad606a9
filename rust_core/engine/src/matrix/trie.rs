//! N-grams of terms as a trie: each n-gram is its prefix, a shorter n-gram, and a last term. Terms are integers.

use std::hash::{BuildHasher, RandomState};
use std::ops::Range;

use crate::checkpoint::Steps;
use crate::error::Result;
use crate::hash::folded_product;
use crate::matrix::places::put_places;
use crate::memory::{copied, list_for, reserve, zeros};

/// The id that means: no term, no n-gram, no feature.
pub const NO_ID: u32 = u32::MAX;

/// An n-gram: a prefix and a last term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Node {
    /// [`NO_ID`] if the n-gram is one term.
    prefix: u32,
    last: u32,
}

/// A set of n-grams, with ids `0, 1, 2, …` in order of first appearance.
#[derive(Debug)]
pub(super) struct NgramTrie {
    /// For each term, the n-gram of this term alone; [`NO_ID`] if it does not exist. The newest terms may be missing.
    alone: Vec<u32>,
    nodes: Vec<Node>,
    /// The n-grams of several terms, by open addressing: prefix, last term, and node plus one. An empty slot is zeros.
    slots: Vec<[u32; 3]>,
    /// The number of n-grams of several terms.
    children: usize,
    seed: u64,
}

impl Default for NgramTrie {
    fn default() -> Self {
        let seed = RandomState::new().hash_one(0);
        let (alone, nodes, slots) = Default::default();
        Self { alone, nodes, slots, children: 0, seed }
    }
}

impl NgramTrie {
    /// No n-grams, and room for n-grams of one term each, for this number of terms.
    pub fn for_terms(terms: usize) -> Result<Self> {
        Ok(Self { alone: list_for(terms)?, nodes: list_for(terms)?, ..Self::default() })
    }

    /// Adds the n-grams of these terms alone. There is room for them, and these are the terms after those of the other
    /// n-grams. So the id of a term is that of its n-gram.
    pub fn add_terms(&mut self, terms: Range<u32>) {
        self.alone.extend(terms.clone());
        self.nodes.extend(terms.map(|last| Node { prefix: NO_ID, last }));
    }

    /// The number of n-grams.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// A copy of the trie.
    pub fn try_clone(&self) -> Result<Self> {
        Ok(Self {
            alone: copied(&self.alone)?,
            nodes: copied(&self.nodes)?,
            slots: copied(&self.slots)?,
            children: self.children,
            seed: self.seed,
        })
    }

    /// Reserves memory for this many n-grams of one term: adding them, for any of `terms` terms, cannot fail then.
    pub fn reserve(&mut self, more: usize, terms: usize) -> Result<()> {
        let new = terms.saturating_sub(self.alone.len());
        reserve(&mut self.alone, new)?;
        self.alone.resize(self.alone.len() + new, NO_ID);
        reserve(&mut self.nodes, more)
    }

    /// Reserves memory for this many n-grams of several terms.
    pub fn reserve_children(&mut self, more: usize) -> Result<()> {
        reserve(&mut self.nodes, more)?;
        if 3 * (self.children + more) > 2 * self.slots.len() { self.grow(more) } else { Ok(()) }
    }

    #[cold]
    fn grow(&mut self, more: usize) -> Result<()> {
        let slots = (2 * (self.children + more)).max(64).next_power_of_two();
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
        let hash = folded_product(key, 0x9E37_79B9_7F4A_7C15);
        usize::try_from(hash >> 16).expect("the hash has 48 bits") & (self.slots.len() - 1)
    }

    /// The n-gram of a prefix and a last term; if it is unknown, the slot for it as an error.
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

    /// The n-gram of one term; [`NO_ID`] if it is unknown.
    #[inline]
    pub fn known_alone(&self, term: u32) -> u32 {
        // The newest terms may be missing in the list.
        self.alone.get(term as usize).copied().unwrap_or(NO_ID)
    }

    /// The n-gram of a prefix and a last term; [`NO_ID`] if it, the prefix or the term is unknown.
    #[inline]
    pub fn known_child(&self, prefix: u32, last: u32) -> u32 {
        if prefix == NO_ID || last == NO_ID || self.children == 0 {
            NO_ID
        } else {
            self.find(prefix, last).unwrap_or(NO_ID)
        }
    }

    /// The n-gram of one term; added if it is new. The caller has reserved memory.
    #[inline]
    pub fn alone(&mut self, term: u32) -> u32 {
        if self.alone[term as usize] == NO_ID {
            self.alone[term as usize] = self.push(NO_ID, term);
        }
        self.alone[term as usize]
    }

    /// The n-gram of a prefix and a last term; added if it is new. The caller has reserved memory.
    #[inline]
    pub fn child(&mut self, prefix: u32, last: u32) -> u32 {
        self.find(prefix, last).unwrap_or_else(|slot| {
            let node = self.push(prefix, last);
            self.slots[slot] = [prefix, last, node + 1];
            self.children += 1;
            node
        })
    }

    fn push(&mut self, prefix: u32, last: u32) -> u32 {
        let node = u32::try_from(self.nodes.len()).ok().filter(|node| *node < NO_ID - 1);
        self.nodes.push(Node { prefix, last });
        node.expect("more than four billion n-grams")
    }

    /// The terms of an n-gram, beginning with the last.
    pub fn terms_of(&self, node: u32) -> impl Iterator<Item = u32> {
        let mut node = node;
        std::iter::from_fn(move || {
            let Node { prefix, last } = *self.nodes.get(node as usize)?;
            node = prefix;
            Some(last)
        })
    }

    /// The n-grams sorted by their terms; `terms` has the ids of all terms in their order.
    pub fn in_order(&self, terms: &[u32], steps: &mut Steps) -> Result<Vec<u32>> {
        let mut order: Vec<u32> = list_for(self.nodes.len())?;
        if self.children == 0 {
            let nodes = terms.iter().map(|term| self.known_alone(*term));
            steps.extend(&mut order, nodes.filter(|node| *node != NO_ID))?;
            return Ok(order);
        }
        // The n-grams that extend an n-gram follow it, in the order of their next terms. So the nodes are sorted by
        // their last terms, then stably by their prefixes, and the trie is walked depth first.
        let mut rank: Vec<u32> = zeros(terms.len())?;
        put_places(&mut rank, terms, steps)?;
        let mut nodes: Vec<u32> = list_for(self.nodes.len())?;
        steps.extend(&mut nodes, (0_u32..).take(self.nodes.len()))?;
        let last = |node: u32| rank[self.nodes[node as usize].last as usize] as usize;
        let nodes = sorted_by(&nodes, rank.len(), last, steps)?.0;
        // The nodes without a prefix come first.
        let parent = |node: u32| self.nodes[node as usize].prefix.wrapping_add(1) as usize;
        let (nodes, ends) = sorted_by(&nodes, self.nodes.len() + 1, parent, steps)?;
        let children = |parent: usize| parent.checked_sub(1).map_or(0, |before| ends[before])..ends[parent];
        let mut open: Vec<Range<u32>> = Vec::new();
        reserve(&mut open, 1)?;
        open.push(children(0));
        while let Some(siblings) = open.last_mut() {
            let Some(place) = siblings.next() else {
                open.pop();
                continue;
            };
            let node = nodes[place as usize];
            order.push(node);
            steps.did(1)?;
            let below = children(node as usize + 1);
            if !below.is_empty() {
                reserve(&mut open, 1)?;
                open.push(below);
            }
        }
        Ok(order)
    }

    /// Adds up to `most` n-grams of `others`, and appends their nodes to `nodes`, which has those of the n-grams that were
    /// added before.
    ///
    /// There are this number of `terms`, and `term` returns the term for each term of `others`.
    pub fn take_in(
        &mut self,
        others: &Self,
        terms: usize,
        term: impl Fn(u32) -> u32,
        nodes: &mut Vec<u32>,
        most: usize,
    ) -> Result<()> {
        let some = &others.nodes[nodes.len()..others.nodes.len().min(nodes.len() + most)];
        reserve(nodes, some.len())?;
        self.reserve(some.len(), terms)?;
        if others.children > 0 {
            self.reserve_children(some.len())?;
        }
        for Node { prefix, last } in some {
            // A prefix is older than the n-grams that extend it.
            let last = term(*last);
            let node = if *prefix == NO_ID { self.alone(last) } else { self.child(nodes[*prefix as usize], last) };
            nodes.push(node);
        }
        Ok(())
    }
}

/// Sorts nodes stably by a key below `keys`. Also returns the index where the nodes of each key end.
fn sorted_by(
    nodes: &[u32],
    keys: usize,
    key: impl Fn(u32) -> usize,
    steps: &mut Steps,
) -> Result<(Vec<u32>, Vec<u32>)> {
    let mut ends: Vec<u32> = zeros(keys)?;
    for node in nodes {
        ends[key(*node)] += 1;
        steps.did(1)?;
    }
    let mut begin = 0;
    for end in &mut ends {
        (*end, begin) = (begin, begin + *end);
    }
    let mut sorted: Vec<u32> = zeros(nodes.len())?;
    for node in nodes {
        let place = &mut ends[key(*node)];
        sorted[*place as usize] = *node;
        *place += 1;
        steps.did(1)?;
    }
    Ok((sorted, ends))
}
