//! N-grams of terms, as a trie: each is another one and the term behind it.

use std::hash::{BuildHasher, RandomState};
use std::ops::Range;

use crate::error::Result;
use crate::interner::Interner;
use crate::memory::{copied, list_for, reserve, zeros};

/// What is no term, no n-gram and no feature.
pub const NO_ID: u32 = u32::MAX;

/// An n-gram: another one and the term behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Node {
    /// [`NO_ID`] where the n-gram is one term.
    prefix: u32,
    last: u32,
}

/// A set of n-grams, with ids `0, 1, 2, …` in order of first appearance.
#[derive(Debug)]
pub(super) struct NgramTrie {
    terms: Interner,
    /// The n-gram that is a term alone, for each term, as far as there is one.
    alone: Vec<u32>,
    nodes: Vec<Node>,
    /// Those of several terms. Open addressing: prefix, last term, and the node plus one; zeros where there is none.
    slots: Vec<[u32; 3]>,
    /// How many of several terms there are.
    children: usize,
    seed: u64,
}

impl Default for NgramTrie {
    fn default() -> Self {
        let seed = RandomState::new().hash_one(0);
        let (terms, alone, nodes, slots) = Default::default();
        Self { terms, alone, nodes, slots, children: 0, seed }
    }
}

impl NgramTrie {
    /// The number of n-grams.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The terms of which they are made, and others that were met.
    pub fn terms(&self) -> &Interner {
        &self.terms
    }

    /// The same, to be added to.
    pub fn terms_mut(&mut self) -> &mut Interner {
        &mut self.terms
    }

    /// A copy of it.
    pub fn try_clone(&self) -> Result<Self> {
        Ok(Self {
            terms: self.terms.try_clone()?,
            alone: copied(&self.alone)?,
            nodes: copied(&self.nodes)?,
            slots: copied(&self.slots)?,
            children: self.children,
            seed: self.seed,
        })
    }

    /// Makes room for so many n-grams of one term each, whichever of the terms: to add them does not fail afterwards.
    pub fn reserve(&mut self, more: usize) -> Result<()> {
        let new = self.terms.len() - self.alone.len();
        reserve(&mut self.alone, new)?;
        self.alone.resize(self.terms.len(), NO_ID);
        reserve(&mut self.nodes, more)
    }

    /// Makes room for so many of several terms.
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

    /// The n-gram that is a term alone; [`NO_ID`] if it is not known.
    #[inline]
    pub fn known_alone(&self, term: u32) -> u32 {
        // TermLookup that were met last are not known yet.
        self.alone.get(term as usize).copied().unwrap_or(NO_ID)
    }

    /// The n-gram of another one and a term; [`NO_ID`] if it is not known, or one of these is not.
    #[inline]
    pub fn known_child(&self, prefix: u32, last: u32) -> u32 {
        if prefix == NO_ID || last == NO_ID || self.children == 0 {
            NO_ID
        } else {
            self.find(prefix, last).unwrap_or(NO_ID)
        }
    }

    /// The n-gram that is a term alone, which is added if it is new. There is room for it.
    #[inline]
    pub fn alone(&mut self, term: u32) -> u32 {
        if self.alone[term as usize] == NO_ID {
            self.alone[term as usize] = self.push(NO_ID, term);
        }
        self.alone[term as usize]
    }

    /// The n-gram of another one and a term, which is added if it is new. There is room for it.
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

    /// Calls `part` with the terms of an n-gram, the last one first.
    pub fn terms_of(&self, mut node: u32, mut part: impl FnMut(&[u8])) {
        while node != NO_ID {
            let Node { prefix, last } = self.nodes[node as usize];
            part(self.terms.get(last));
            node = prefix;
        }
    }

    /// The n-grams in the order of their terms, one after the other.
    pub fn in_order(&self) -> Result<Vec<u32>> {
        let terms = self.terms_in_order()?;
        let mut order: Vec<u32> = list_for(self.nodes.len())?;
        if self.children == 0 {
            order.extend(terms.iter().map(|term| self.known_alone(*term)).filter(|node| *node != NO_ID));
            return Ok(order);
        }
        // What begins with an n-gram stands behind it, in the order of the terms that follow. So the trie is walked, the
        // n-grams lying in the order of their last terms first, and then, without changing that, of their prefixes.
        let mut rank: Vec<u32> = zeros(terms.len())?;
        (0..).zip(&terms).for_each(|(place, term)| rank[*term as usize] = place);
        let mut nodes: Vec<u32> = list_for(self.nodes.len())?;
        nodes.extend((0_u32..).take(self.nodes.len()));
        let nodes = sorted_by(&nodes, rank.len(), |node| rank[self.nodes[node as usize].last as usize] as usize)?.0;
        // The children of none come first.
        let parent = |node: u32| self.nodes[node as usize].prefix.wrapping_add(1) as usize;
        let (nodes, ends) = sorted_by(&nodes, self.nodes.len() + 1, parent)?;
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
            let below = children(node as usize + 1);
            if !below.is_empty() {
                reserve(&mut open, 1)?;
                open.push(below);
            }
        }
        Ok(order)
    }

    fn terms_in_order(&self) -> Result<Vec<u32>> {
        // Most are told apart by their beginnings, which lie together.
        let mut terms: Vec<(u64, u32)> = list_for(self.terms.len())?;
        terms.extend((0_u32..).take(self.terms.len()).map(|term| {
            let name = self.terms.get(term);
            let mut beginning = [0; 8];
            let length = name.len().min(8);
            beginning[..length].copy_from_slice(&name[..length]);
            (u64::from_be_bytes(beginning), term)
        }));
        let name = |term: &(u64, u32)| self.terms.get(term.1);
        terms.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| name(a).cmp(name(b))));
        let mut order = list_for(terms.len())?;
        order.extend(terms.into_iter().map(|(_, term)| term));
        Ok(order)
    }

    /// Takes in the n-grams of others, and gives the node of each of theirs.
    pub fn take_in(&mut self, others: &Self) -> Result<Vec<u32>> {
        let mut terms = list_for(others.terms.len())?;
        self.terms.intern_all(&others.terms, 0..others.terms.len(), &mut terms)?;
        let mut nodes: Vec<u32> = list_for(others.nodes.len())?;
        for some in others.nodes.chunks(1024) {
            self.reserve(some.len())?;
            if others.children > 0 {
                self.reserve_children(some.len())?;
            }
            for Node { prefix, last } in some {
                // A prefix is older than what begins with it.
                let last = terms[*last as usize];
                let node = if *prefix == NO_ID { self.alone(last) } else { self.child(nodes[*prefix as usize], last) };
                nodes.push(node);
            }
        }
        Ok(nodes)
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
