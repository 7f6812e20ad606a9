//! A hash table that counts n-grams.

use std::fmt::Debug;
use std::ops::Range;

use crate::error::Result;
use crate::hash::folded_product;
use crate::memory::{list_for, reserve};

/// An n-gram. An integer has, for each term, only the bits that the largest id needs.
pub trait NgramKey: Copy + Default + Send + Sync {
    /// The terms of keys that are not integers. It has one owner, so freeing it takes little time.
    type Lists: Default + Debug + Send + Sync;

    /// Returns the key of an n-gram with these terms.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    fn of(terms: impl ExactSizeIterator<Item = u32>, bits: u32, lists: &mut Self::Lists) -> Result<Self>;

    /// Writes the terms to `terms`.
    fn unpack(self, lists: &Self::Lists, bits: u32, terms: &mut [u32]);

    /// Returns the hash of the key.
    fn hash(self, lists: &Self::Lists, seed: u64) -> u64;

    /// Returns whether the key is equal to another one.
    fn is(self, lists: &Self::Lists, other: Self, others: &Self::Lists) -> bool;

    /// Returns an equal key, whose terms are in `others`.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    fn copied(self, lists: &Self::Lists, others: &mut Self::Lists) -> Result<Self>;

    /// Removes the terms of all keys.
    fn clear(lists: &mut Self::Lists);
}

macro_rules! packed {
    ($integer:ty) => {
        impl NgramKey for $integer {
            type Lists = ();

            #[inline]
            fn of(terms: impl ExactSizeIterator<Item = u32>, bits: u32, _lists: &mut ()) -> Result<Self> {
                Ok(terms.fold(0, |key, term| key << bits | Self::from(term)))
            }

            #[allow(clippy::cast_possible_truncation)] // The mask leaves 32 bits.
            fn unpack(self, _lists: &(), bits: u32, terms: &mut [u32]) {
                for (place, term) in (0..).zip(terms.iter_mut().rev()) {
                    *term = (self >> (place * bits) & ((1 << bits) - 1)) as u32;
                }
            }

            #[inline]
            #[allow(clippy::cast_possible_truncation)] // Both halves are used.
            fn hash(self, _lists: &(), seed: u64) -> u64 {
                let both = u128::from(self);
                folded_product(both as u64 ^ seed, (both >> 64) as u64 ^ MULTIPLIER)
            }

            #[inline]
            fn is(self, _lists: &(), other: Self, _others: &()) -> bool {
                self == other
            }

            #[inline]
            fn copied(self, _lists: &(), _others: &mut ()) -> Result<Self> {
                Ok(self)
            }

            #[inline]
            fn clear(_lists: &mut ()) {}
        }
    };
}

packed!(u64);
packed!(u128);

/// The number of an n-gram in a list of n-grams.
#[derive(Debug, Clone, Copy, Default)]
pub struct LongKey(u32);

/// The terms of n-grams that do not fit into an integer.
#[derive(Debug, Default)]
pub struct LongKeys {
    terms: Vec<u32>,
    n: usize,
}

impl LongKeys {
    fn get(&self, key: LongKey) -> &[u32] {
        &self.terms[key.0 as usize * self.n..][..self.n]
    }
}

impl NgramKey for LongKey {
    type Lists = LongKeys;

    fn of(terms: impl ExactSizeIterator<Item = u32>, _bits: u32, lists: &mut LongKeys) -> Result<Self> {
        lists.n = terms.len();
        let key = u32::try_from(lists.terms.len() / lists.n).expect("a table has fewer keys");
        reserve(&mut lists.terms, lists.n)?;
        lists.terms.extend(terms);
        Ok(Self(key))
    }

    fn unpack(self, lists: &LongKeys, _bits: u32, terms: &mut [u32]) {
        terms.copy_from_slice(lists.get(self));
    }

    fn hash(self, lists: &LongKeys, seed: u64) -> u64 {
        lists.get(self).iter().fold(seed, |hash, term| folded_product(hash ^ u64::from(*term), MULTIPLIER))
    }

    fn is(self, lists: &LongKeys, other: Self, others: &LongKeys) -> bool {
        lists.get(self) == others.get(other)
    }

    fn copied(self, lists: &LongKeys, others: &mut LongKeys) -> Result<Self> {
        Self::of(lists.get(self).iter().copied(), 0, others)
    }

    fn clear(lists: &mut LongKeys) {
        lists.terms.clear();
    }
}

/// An odd number with about half of its bits set.
const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;

/// A key, its count, and the number of its first appearance. The count is 0 in an empty slot.
#[derive(Debug, Clone, Default)]
pub struct NgramCount<K> {
    pub key: K,
    pub count: u64,
    pub first: u64,
}

/// The number of keys that are looked up together, so that the processor can load many slots at the same time.
const KEYS_PER_BATCH: usize = 128;

/// Keys and their counts, in a hash table with open addressing. At least half of its slots are empty.
#[derive(Debug)]
pub struct NgramTable<K: NgramKey> {
    seed: u64,
    slots: Vec<NgramCount<K>>,
    lists: K::Lists,
    len: usize,
    /// Keys that were not looked up yet, with their hashes and the numbers of their appearance.
    waiting: Vec<(K, u64, u64)>,
    waiting_lists: K::Lists,
}

impl<K: NgramKey> NgramTable<K> {
    /// Returns an empty table whose hashes have this seed.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            slots: Vec::new(),
            lists: K::Lists::default(),
            len: 0,
            waiting: Vec::new(),
            waiting_lists: K::Lists::default(),
        }
    }

    /// Counts an occurrence of a key, now or in the next call of [`settle`](Self::settle).
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    #[inline]
    pub fn meet(&mut self, key: K, lists: &K::Lists, hash: u64, at: u64) -> Result<()> {
        if self.waiting.len() == self.waiting.capacity() {
            self.settle()?;
        }
        let key = key.copied(lists, &mut self.waiting_lists)?;
        self.waiting.push((key, hash, at));
        Ok(())
    }

    /// Counts the keys that were not looked up yet.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    #[inline(never)]
    pub fn settle(&mut self) -> Result<()> {
        if self.waiting.capacity() == 0 {
            self.waiting = list_for(KEYS_PER_BATCH)?;
            return Ok(());
        }
        while 2 * (self.len + self.waiting.len()) > self.slots.len() {
            self.grow()?;
        }
        let (mut waiting, mut lists) = (std::mem::take(&mut self.waiting), std::mem::take(&mut self.waiting_lists));
        let mut is_known = [false; KEYS_PER_BATCH];
        for (is_known, (key, hash, _)) in is_known.iter_mut().zip(&waiting) {
            let slot = &self.slots[self.start(*hash)];
            *is_known = slot.count > 0 && slot.key.is(&self.lists, *key, &lists);
        }
        for (number, (key, hash, at)) in waiting.drain(..).enumerate() {
            if is_known.get(number) == Some(&true) {
                let start = self.start(hash);
                self.slots[start].count += 1;
            } else {
                self.add(key, &lists, hash, 1, at)?;
            }
        }
        K::clear(&mut lists);
        (self.waiting, self.waiting_lists) = (waiting, lists);
        Ok(())
    }

    /// Returns the number of slots.
    pub fn slots(&self) -> usize {
        self.slots.len()
    }

    /// Adds `count` to the count of a key. `first` is the number of its first appearance.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); nothing was counted.
    #[inline]
    fn add(&mut self, key: K, lists: &K::Lists, hash: u64, count: u64, first: u64) -> Result<()> {
        if 2 * self.len >= self.slots.len() {
            self.grow()?;
        }
        let at = self.find(key, lists, hash);
        let slot = &mut self.slots[at];
        if slot.count == 0 {
            *slot = NgramCount { key: key.copied(lists, &mut self.lists)?, count, first };
            self.len += 1;
        } else {
            slot.count += count;
            slot.first = slot.first.min(first);
        }
        Ok(())
    }

    /// Adds the keys in a range of slots of another table.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn add_slots(&mut self, other: &Self, range: Range<usize>) -> Result<()> {
        for slot in other.slots[range].iter().filter(|slot| slot.count > 0) {
            self.add(slot.key, &other.lists, slot.key.hash(&other.lists, self.seed), slot.count, slot.first)?;
        }
        Ok(())
    }

    /// Returns the keys and their counts in order of first appearance, and the terms of the keys.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn in_order(self) -> Result<(Vec<NgramCount<K>>, K::Lists)> {
        let mut slots = list_for(self.len)?;
        slots.extend(self.slots.into_iter().filter(|slot| slot.count > 0));
        slots.sort_unstable_by_key(|slot| slot.first);
        Ok((slots, self.lists))
    }

    #[cold]
    fn grow(&mut self) -> Result<()> {
        let slots = (2 * self.slots.len()).max(64);
        let mut larger = list_for(slots)?;
        larger.resize_with(slots, NgramCount::default);
        for slot in std::mem::replace(&mut self.slots, larger).into_iter().filter(|slot| slot.count > 0) {
            let at = self.find(slot.key, &self.lists, slot.key.hash(&self.lists, self.seed));
            self.slots[at] = slot;
        }
        Ok(())
    }

    /// Returns the slot at which the search for a key begins.
    #[inline]
    #[allow(clippy::cast_possible_truncation)] // The mask is smaller than the number of slots.
    fn start(&self, hash: u64) -> usize {
        // All keys of a table have the same lower bits.
        (hash >> 20) as usize & (self.slots.len() - 1)
    }

    /// Returns the slot of a key, or the empty slot for it.
    #[inline]
    fn find(&self, key: K, lists: &K::Lists, hash: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = self.start(hash);
        while self.slots[at].count > 0 && !self.slots[at].key.is(&self.lists, key, lists) {
            at = (at + 1) & mask;
        }
        at
    }
}
