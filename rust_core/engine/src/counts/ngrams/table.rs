//! A hash table that counts n-grams.

use std::fmt::Debug;
use std::ops::Range;

use bytemuck::Pod;

use crate::error::Result;
use crate::hash::folded_product;
use crate::memory::{Buffer, list_for, reserve};

/// An n-gram. An integer has, for each term, only the bits that the largest id needs.
pub trait NgramKey: Copy + Default + Send + Sync {
    /// The terms of keys that are not integers. It has one owner, so freeing it takes little time.
    type Lists: Default + Debug + Send + Sync;

    /// A count, the number of the first appearance, and the key: integers, so that tables can use [`Buffer`]s. The count
    /// is 0 in an empty slot.
    type Slot: Pod + Debug + Send + Sync + AsRef<[u64]> + AsMut<[u64]>;

    /// Returns a slot.
    fn slot(self, count: u64, first: u64) -> Self::Slot;

    /// Returns the key in a slot.
    fn of_slot(slot: &Self::Slot) -> Self;

    /// Returns the key of an n-gram with these terms.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    fn of(terms: impl ExactSizeIterator<Item = u32>, bits: u32, lists: &mut Self::Lists) -> Result<Self>;

    /// Returns the key of the same n-gram in a group: the code follows the terms. Only this key may be in `lists`.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    fn in_group(self, code: u32, bits: u32, lists: &mut Self::Lists) -> Result<Self>;

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
    ($integer:ty, $slot:ty, |$key:ident, $count:ident, $first:ident| $pack:expr, |$read:ident| $unpack:expr) => {
        impl NgramKey for $integer {
            type Lists = ();
            type Slot = $slot;

            #[inline]
            fn slot(self, $count: u64, $first: u64) -> $slot {
                let $key = self;
                $pack
            }

            #[inline]
            fn of_slot($read: &$slot) -> Self {
                $unpack
            }

            #[inline]
            fn of(terms: impl ExactSizeIterator<Item = u32>, bits: u32, _lists: &mut ()) -> Result<Self> {
                Ok(terms.fold(0, |key, term| key << bits | Self::from(term)))
            }

            #[inline]
            fn in_group(self, code: u32, bits: u32, _lists: &mut ()) -> Result<Self> {
                Ok(self << bits | Self::from(code))
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

packed!(u64, [u64; 3], |key, count, first| [count, first, key], |slot| slot[2]);
#[allow(clippy::cast_possible_truncation)] // Both halves are kept.
const _: () = {
    packed!(u128, [u64; 4], |key, count, first| [count, first, key as u64, (key >> 64) as u64], |slot| u128::from(
        slot[3]
    ) << 64
        | u128::from(slot[2]));
};

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
    type Slot = [u64; 3];

    fn slot(self, count: u64, first: u64) -> [u64; 3] {
        [count, first, self.0.into()]
    }

    fn of_slot(slot: &[u64; 3]) -> Self {
        Self(u32::try_from(slot[2]).expect("it was a number of 32 bits"))
    }

    fn of(terms: impl ExactSizeIterator<Item = u32>, _bits: u32, lists: &mut LongKeys) -> Result<Self> {
        lists.n = terms.len();
        let key = u32::try_from(lists.terms.len() / lists.n).expect("a table has fewer keys");
        reserve(&mut lists.terms, lists.n)?;
        lists.terms.extend(terms);
        Ok(Self(key))
    }

    fn in_group(self, code: u32, _bits: u32, lists: &mut LongKeys) -> Result<Self> {
        reserve(&mut lists.terms, 1)?;
        lists.terms.push(code);
        lists.n += 1;
        Ok(self)
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

/// A key, its count, and the number of its first appearance.
#[derive(Debug, Clone)]
pub struct NgramCount<K> {
    pub key: K,
    pub count: u64,
    pub first: u64,
}

/// The number of keys that are looked up together, so that the processor can load many slots at the same time.
const KEYS_PER_BATCH: usize = 128;

/// Keys and their counts, in a hash table with open addressing. At least half of its slots are empty. Large tables are in
/// huge pages: the system frees them quickly if the work is stopped.
#[derive(Debug)]
pub struct NgramTable<K: NgramKey> {
    seed: u64,
    slots: Buffer<K::Slot>,
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
            slots: Buffer::default(),
            lists: K::Lists::default(),
            len: 0,
            waiting: Vec::new(),
            waiting_lists: K::Lists::default(),
        }
    }

    /// Counts an occurrence of a key, now or in the next call of [`settle`](Self::settle). `made` is as there.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    #[inline]
    pub fn meet(&mut self, key: K, lists: &K::Lists, hash: u64, at: u64, made: &mut usize) -> Result<()> {
        if self.waiting.len() == self.waiting.capacity() {
            self.settle(made)?;
        }
        let key = key.copied(lists, &mut self.waiting_lists)?;
        self.waiting.push((key, hash, at));
        Ok(())
    }

    /// Counts the keys that were not looked up yet. If the table grows, adds its new number of slots to `made`: growing
    /// takes time for each of them.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    #[inline(never)]
    pub fn settle(&mut self, made: &mut usize) -> Result<()> {
        if self.waiting.capacity() == 0 {
            self.waiting = list_for(KEYS_PER_BATCH)?;
            return Ok(());
        }
        while 2 * (self.len + self.waiting.len()) > self.slots.len() {
            self.grow()?;
            *made += self.slots.len();
        }
        let (mut waiting, mut lists) = (std::mem::take(&mut self.waiting), std::mem::take(&mut self.waiting_lists));
        let slots = &mut self.slots.values_mut();
        let mut is_known = [false; KEYS_PER_BATCH];
        for (is_known, (key, hash, _)) in is_known.iter_mut().zip(&waiting) {
            let slot = &slots[start(slots, *hash)];
            *is_known = slot.as_ref()[0] > 0 && K::of_slot(slot).is(&self.lists, *key, &lists);
        }
        for (number, (key, hash, at)) in waiting.drain(..).enumerate() {
            if is_known.get(number) == Some(&true) {
                slots[start(slots, hash)].as_mut()[0] += 1;
            } else {
                self.len += usize::from(add(slots, &mut self.lists, key, &lists, hash, 1, at)?);
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

    /// Adds the keys in a range of slots of another table.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn add_slots(&mut self, other: &Self, range: Range<usize>) -> Result<()> {
        for slot in other.slots[range].iter().filter(|slot| slot.as_ref()[0] > 0) {
            if 2 * self.len >= self.slots.len() {
                self.grow()?;
            }
            let (key, count, first) = (K::of_slot(slot), slot.as_ref()[0], slot.as_ref()[1]);
            let hash = key.hash(&other.lists, self.seed);
            let slots = self.slots.values_mut();
            self.len += usize::from(add(slots, &mut self.lists, key, &other.lists, hash, count, first)?);
        }
        Ok(())
    }

    /// Returns the number of keys.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Returns the keys that have this count or a larger one, and their counts, in order of first appearance, and the
    /// terms of the keys.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn in_order(self, min_count: u64) -> Result<(Vec<NgramCount<K>>, K::Lists)> {
        // An empty slot has the count 0.
        let has_count = |slot: &&K::Slot| slot.as_ref()[0] >= min_count.max(1);
        let mut found = list_for(self.slots.iter().filter(has_count).count())?;
        let slots = self.slots.iter().filter(has_count);
        found.extend(slots.map(|slot| {
            let [count, first, ..] = *slot.as_ref() else { unreachable!("a slot has three integers or more") };
            NgramCount { key: K::of_slot(slot), count, first }
        }));
        found.sort_unstable_by_key(|slot| slot.first);
        Ok((found, self.lists))
    }

    #[cold]
    fn grow(&mut self) -> Result<()> {
        let number = (2 * self.slots.len()).max(64);
        let mut larger: Buffer<K::Slot> = Buffer::with_room_for(number)?;
        larger.take(number);
        let slots = larger.values_mut();
        for slot in self.slots.iter().filter(|slot| slot.as_ref()[0] > 0) {
            let key = K::of_slot(slot);
            let at = find(slots, &self.lists, key, &self.lists, key.hash(&self.lists, self.seed));
            slots[at] = *slot;
        }
        self.slots = larger;
        Ok(())
    }
}

/// Adds `count` to the count of a key. `first` is the number of its first appearance. Returns whether the key is new.
///
/// # Errors
/// [`OutOfMemory`](crate::Error::OutOfMemory); nothing was counted.
#[inline]
fn add<K: NgramKey>(
    slots: &mut [K::Slot],
    own: &mut K::Lists,
    key: K,
    lists: &K::Lists,
    hash: u64,
    count: u64,
    first: u64,
) -> Result<bool> {
    let at = find(slots, own, key, lists, hash);
    let slot = &mut slots[at];
    let is_new = slot.as_ref()[0] == 0;
    if is_new {
        *slot = key.copied(lists, own)?.slot(count, first);
    } else {
        let both = slot.as_mut();
        both[0] += count;
        both[1] = both[1].min(first);
    }
    Ok(is_new)
}

/// Returns the slot at which the search for a key begins.
#[inline]
#[allow(clippy::cast_possible_truncation)] // The mask is smaller than the number of slots.
fn start<S>(slots: &[S], hash: u64) -> usize {
    // All keys of a table have the same lower bits.
    (hash >> 20) as usize & (slots.len() - 1)
}

/// Returns the slot of a key, or the empty slot for it. The terms of the keys in slots are in `own`.
#[inline]
fn find<K: NgramKey>(slots: &[K::Slot], own: &K::Lists, key: K, lists: &K::Lists, hash: u64) -> usize {
    let mut at = start(slots, hash);
    while slots[at].as_ref()[0] > 0 && !K::of_slot(&slots[at]).is(own, key, lists) {
        at = (at + 1) & (slots.len() - 1);
    }
    at
}
