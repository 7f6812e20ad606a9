//! A hash table that counts n-grams.

use crate::error::Result;
use crate::hash::folded_product;
use crate::memory::list_for;

/// An n-gram as one value. An integer has, for each term, only the bits that the largest id needs.
pub trait NgramKey: Clone + Eq + Default + Send + Sync {
    /// Returns the key of an n-gram with these terms.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    fn of(terms: impl ExactSizeIterator<Item = u32>, bits: u32) -> Result<Self>;

    /// Appends the `n` terms to `terms`, which has room for them.
    fn unpack(&self, n: usize, bits: u32, terms: &mut Vec<u32>);

    /// Returns the hash of the key.
    fn hash(&self, seed: u64) -> u64;
}

macro_rules! packed {
    ($integer:ty) => {
        impl NgramKey for $integer {
            #[inline]
            fn of(terms: impl ExactSizeIterator<Item = u32>, bits: u32) -> Result<Self> {
                Ok(terms.fold(0, |key, term| key << bits | Self::from(term)))
            }

            #[allow(clippy::cast_possible_truncation)] // The mask leaves 32 bits.
            fn unpack(&self, n: usize, bits: u32, terms: &mut Vec<u32>) {
                let shifts = (0..u32::try_from(n).expect("n is at most 1000")).rev().map(|place| place * bits);
                terms.extend(shifts.map(|shift| (self >> shift & ((1 << bits) - 1)) as u32));
            }

            #[inline]
            #[allow(clippy::cast_possible_truncation)] // Both halves are used.
            fn hash(&self, seed: u64) -> u64 {
                let both = u128::from(*self);
                folded_product(both as u64 ^ seed, (both >> 64) as u64 ^ MULTIPLIER)
            }
        }
    };
}

packed!(u64);
packed!(u128);

impl NgramKey for Box<[u32]> {
    fn of(terms: impl ExactSizeIterator<Item = u32>, _bits: u32) -> Result<Self> {
        let mut key = list_for(terms.len())?;
        key.extend(terms);
        Ok(key.into_boxed_slice())
    }

    fn unpack(&self, _n: usize, _bits: u32, terms: &mut Vec<u32>) {
        terms.extend_from_slice(self);
    }

    fn hash(&self, seed: u64) -> u64 {
        self.iter().fold(seed, |hash, term| folded_product(hash ^ u64::from(*term), MULTIPLIER))
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
pub struct NgramTable<K> {
    seed: u64,
    slots: Vec<NgramCount<K>>,
    len: usize,
    /// Keys that were not looked up yet, with their hashes and the numbers of their appearance.
    waiting: Vec<(K, u64, u64)>,
}

impl<K: NgramKey> NgramTable<K> {
    /// Returns an empty table whose hashes have this seed.
    pub fn new(seed: u64) -> Self {
        Self { seed, slots: Vec::new(), len: 0, waiting: Vec::new() }
    }

    /// Counts an occurrence of a key, now or in the next call of [`settle`](Self::settle).
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    #[inline]
    pub fn meet(&mut self, key: K, hash: u64, at: u64) -> Result<()> {
        if self.waiting.len() == self.waiting.capacity() {
            self.settle()?;
        }
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
        let mut waiting = std::mem::take(&mut self.waiting);
        let mut is_known = [false; KEYS_PER_BATCH];
        for (is_known, (key, hash, _)) in is_known.iter_mut().zip(&waiting) {
            let slot = &self.slots[self.start(*hash)];
            *is_known = slot.count > 0 && slot.key == *key;
        }
        for (number, (key, hash, at)) in waiting.drain(..).enumerate() {
            if is_known.get(number) == Some(&true) {
                let start = self.start(hash);
                self.slots[start].count += 1;
            } else {
                self.add(key, hash, 1, at)?;
            }
        }
        self.waiting = waiting;
        Ok(())
    }

    /// Returns the number of keys.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Adds `count` to the count of a key. `first` is the number of its first appearance.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); nothing was counted.
    #[inline]
    pub fn add(&mut self, key: K, hash: u64, count: u64, first: u64) -> Result<()> {
        if 2 * self.len >= self.slots.len() {
            self.grow()?;
        }
        let at = self.find(&key, hash);
        let slot = &mut self.slots[at];
        if slot.count == 0 {
            *slot = NgramCount { key, count, first };
            self.len += 1;
        } else {
            slot.count += count;
            slot.first = slot.first.min(first);
        }
        Ok(())
    }

    /// Returns the keys and their counts, in no order.
    pub fn into_slots(self) -> impl Iterator<Item = NgramCount<K>> {
        self.slots.into_iter().filter(|slot| slot.count > 0)
    }

    #[cold]
    fn grow(&mut self) -> Result<()> {
        let slots = (2 * self.slots.len()).max(64);
        let mut larger = list_for(slots)?;
        larger.resize_with(slots, NgramCount::default);
        for slot in std::mem::replace(&mut self.slots, larger).into_iter().filter(|slot| slot.count > 0) {
            let at = self.find(&slot.key, slot.key.hash(self.seed));
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
    fn find(&self, key: &K, hash: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = self.start(hash);
        while self.slots[at].count > 0 && self.slots[at].key != *key {
            at = (at + 1) & mask;
        }
        at
    }
}
