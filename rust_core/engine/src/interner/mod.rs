//! Distinct byte strings with an id and a count each.

mod key;
mod words;

pub use words::Words;

use std::ops::Range;

use crate::error::Result;
use crate::memory::{copied, reserve, zeros};
use key::{KEY_BYTES, KeyHasher, StringKey, short_key};

/// The number of words that are looked up together.
const WORDS_PER_BATCH: usize = 256;

/// The id of no string.
const NO_ID: u32 = u32::MAX;

/// A distinct string, without its bytes.
#[derive(Debug, Clone, Copy)]
struct InternedString {
    key: StringKey,
    /// The end of its bytes. They begin at the end of the string before it.
    end: usize,
    count: u64,
}

/// A set of byte strings with ids `0, 1, 2, …` in order of first appearance.
///
/// The hash table has slots of eight bytes (32 bits of hash, id + 1) and uses open addressing. The slots point into a
/// dense list in order of first appearance, so the frequent words of a text are close together in the cache. Each
/// interner seeds its hashes at random, so no text is slow in every interner.
///
/// ```
/// let mut interner = engine::interner::Interner::default();
/// assert_eq!([interner.intern(b"to")?, interner.intern(b"be")?, interner.intern(b"to")?], [0, 1, 0]);
/// assert_eq!(interner.get(1), b"be");
/// # Ok::<(), engine::Error>(())
/// ```
#[derive(Debug)]
pub struct Interner {
    hasher: KeyHasher,
    slots: Vec<u64>,
    /// The slot of a hash is its 32 bits, shifted right by this number.
    shift: u32,
    entries: Vec<InternedString>,
    bytes: Vec<u8>,
}

impl Default for Interner {
    fn default() -> Self {
        Self {
            hasher: KeyHasher::default(),
            slots: Vec::new(),
            shift: u32::BITS,
            entries: Vec::new(),
            bytes: Vec::new(),
        }
    }
}

impl Interner {
    /// Returns the number of distinct strings.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns whether there is no string.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns the string with this id.
    pub fn get(&self, id: u32) -> &[u8] {
        let start = id.checked_sub(1).map_or(0, |before| self.end(before));
        &self.bytes[start..self.end(id)]
    }

    /// Returns all strings, joined in order of their ids.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the end of the string with this id in [`bytes`](Self::bytes).
    pub fn end(&self, id: u32) -> usize {
        self.entries[id as usize].end
    }

    /// Returns the count of each string, in order of their ids.
    pub fn counts(&self) -> impl ExactSizeIterator<Item = u64> {
        self.entries.iter().map(|entry| entry.count)
    }

    /// Adds to the count of a string.
    pub fn count(&mut self, id: u32, occurrences: u64) {
        self.entries[id as usize].count += occurrences;
    }

    /// Returns the id of a string, if it is in the set.
    pub fn find(&self, string: &[u8]) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        let key = self.hasher.key(string);
        self.probe(self.hasher.hash(key), key, string).ok()
    }

    /// Returns the id of a string of `length` bytes, fewer than 16; the other bytes are zeros.
    #[inline]
    pub fn find_short(&self, bytes: [u8; KEY_BYTES], length: usize) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        let key = short_key(bytes, length);
        self.probe(self.hasher.hash(key), key, &[]).ok()
    }

    /// Subtracts 1 from the count of each id, to undo [`intern_words`](Self::intern_words) or
    /// [`intern_and_count`](Self::intern_and_count). The strings stay.
    pub fn uncount(&mut self, ids: &[u32]) {
        ids.iter().for_each(|id| self.entries[*id as usize].count -= 1);
    }

    /// Returns a copy.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn try_clone(&self) -> Result<Self> {
        let Self { hasher, ref slots, shift, ref entries, ref bytes } = *self;
        Ok(Self { hasher, slots: copied(slots)?, shift, entries: copied(entries)?, bytes: copied(bytes)? })
    }

    /// Makes room for a number of new strings with `bytes` bytes in all. Interning them then cannot fail.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); nothing has changed.
    #[inline]
    pub fn reserve(&mut self, strings: usize, bytes: usize) -> Result<()> {
        reserve(&mut self.entries, strings)?;
        reserve(&mut self.bytes, bytes)?;
        let slots = 2 * (self.entries.len() + strings);
        if slots > self.slots.len() { self.grow(slots) } else { Ok(()) }
    }

    /// Returns the id of a string, which is added if it is new. Does not count it.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); nothing has changed.
    pub fn intern(&mut self, string: &[u8]) -> Result<u32> {
        self.reserve(1, string.len())?;
        Ok(self.intern_keyed(self.hasher.key(string), string, 0))
    }

    /// Counts words of a text and appends their ids to `ids`.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); exactly the words whose ids were appended are counted.
    pub fn intern_words(&mut self, text: &[u8], words: Words, ids: &mut Vec<u32>) -> Result<()> {
        self.intern_together(text, words, ids, 1)
    }

    /// Appends the ids of words of a text to `ids`, without counting.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); the ids that were appended are right.
    pub fn intern_uncounted(&mut self, text: &[u8], words: Words, ids: &mut Vec<u32>) -> Result<()> {
        self.intern_together(text, words, ids, 0)
    }

    /// Appends the ids of some strings of another interner to `ids`, without counting.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); the ids that were appended are right.
    pub fn intern_all(&mut self, others: &Self, strings: Range<usize>, ids: &mut Vec<u32>) -> Result<()> {
        for start in strings.clone().step_by(WORDS_PER_BATCH) {
            let entries = &others.entries[start..strings.end.min(start + WORDS_PER_BATCH)];
            let origin = start.checked_sub(1).map_or(0, |before| others.entries[before].end);
            let mut ends = [0; WORDS_PER_BATCH + 1];
            let mut fit = true;
            for (end, entry) in ends[1..].iter_mut().zip(entries) {
                // The offsets of very long strings may not fit into 32 bits.
                fit &= u32::try_from(entry.end - origin).map(|offset| *end = offset).is_ok();
            }
            if fit {
                let words = Words { starts: &ends[..entries.len()], ends: &ends[1..=entries.len()] };
                self.intern_together(&others.bytes[origin..], words, ids, 0)?;
                continue;
            }
            reserve(ids, entries.len())?;
            for id in start..start + entries.len() {
                ids.push(self.intern(others.get(u32::try_from(id).expect("ids are 32 bits")))?);
            }
        }
        Ok(())
    }

    /// Words are looked up in batches and in two steps. Within a step, the words do not depend on each other, so the
    /// processor can load many slots from memory at the same time.
    #[inline(never)]
    fn intern_together(&mut self, text: &[u8], words: Words, ids: &mut Vec<u32>, occurrences: u64) -> Result<()> {
        let mut keys = [[0; 2]; WORDS_PER_BATCH];
        let mut candidates = [NO_ID; WORDS_PER_BATCH];
        for (starts, ends) in words.starts.chunks(WORDS_PER_BATCH).zip(words.ends.chunks(WORDS_PER_BATCH)) {
            // Once for the batch, and before anything changes.
            self.reserve(starts.len(), (ends[ends.len() - 1] - starts[0]) as usize)?;
            reserve(ids, starts.len())?;
            let spans = || starts.iter().zip(ends).map(|(start, end)| (*start as usize, *end as usize));
            for (((start, end), key), candidate) in spans().zip(&mut keys).zip(&mut candidates) {
                *candidate = NO_ID;
                if end - start < KEY_BYTES && start + KEY_BYTES <= text.len() {
                    *key = short_key(text[start..start + KEY_BYTES].try_into().expect("of that length"), end - start);
                    *candidate = unpack(self.slots[(self.hasher.hash(*key) >> self.shift) as usize]).1;
                } else {
                    *key = self.hasher.key(&text[start..end]);
                }
            }
            ids.extend(spans().zip(keys.iter().zip(&candidates)).map(|((start, end), (key, candidate))| {
                match self.entries.get_mut(*candidate as usize) {
                    Some(entry) if entry.key == *key => {
                        entry.count += occurrences;
                        *candidate
                    }
                    _ => self.intern_keyed(*key, &text[start..end], occurrences),
                }
            }));
        }
        Ok(())
    }

    /// Counts a word and returns its id.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); nothing has changed.
    pub fn intern_and_count(&mut self, word: &[u8]) -> Result<u32> {
        self.reserve(1, word.len())?;
        Ok(self.intern_keyed(self.hasher.key(word), word, 1))
    }

    /// The caller has made room for the string.
    #[inline(never)]
    fn intern_keyed(&mut self, key: StringKey, string: &[u8], occurrences: u64) -> u32 {
        let hash = self.hasher.hash(key);
        let id = match self.probe(hash, key, string) {
            Ok(id) => id,
            Err(slot) => self.insert(slot, hash, key, string),
        };
        self.entries[id as usize].count += occurrences;
        id
    }

    /// Returns the id of a string, or the free slot for it.
    #[inline]
    fn probe(&self, hash: u32, key: StringKey, string: &[u8]) -> std::result::Result<u32, usize> {
        let mut at = (hash >> self.shift) as usize;
        loop {
            let slot = self.slots[at];
            if slot == 0 {
                return Err(at);
            }
            let (tag, id) = unpack(slot);
            if tag == hash
                && self.entries[id as usize].key == key
                && (string.len() < KEY_BYTES || self.get(id) == string)
            {
                return Ok(id);
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    #[cold]
    fn insert(&mut self, slot: usize, hash: u32, key: StringKey, string: &[u8]) -> u32 {
        // The largest id would not fit into a slot, which holds the id plus one.
        let id = u32::try_from(self.entries.len()).ok().filter(|id| *id != NO_ID);
        let id = id.expect("more than four billion distinct words");
        self.bytes.extend_from_slice(string);
        self.entries.push(InternedString { key, end: self.bytes.len(), count: 0 });
        self.slots[slot] = pack(hash, id);
        id
    }

    #[cold]
    fn grow(&mut self, slots: usize) -> Result<()> {
        let larger: Vec<u64> = zeros(slots.max(64).next_power_of_two())?;
        self.shift = u32::BITS - larger.len().trailing_zeros();
        let old = std::mem::replace(&mut self.slots, larger);
        for slot in old.into_iter().filter(|slot| *slot != 0) {
            let mut at = (unpack(slot).0 >> self.shift) as usize;
            while self.slots[at] != 0 {
                at = (at + 1) & (self.slots.len() - 1);
            }
            self.slots[at] = slot;
        }
        Ok(())
    }
}

fn pack(hash: u32, id: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(id + 1)
}

/// Returns the hash and the id of a slot; the id is [`NO_ID`] if the slot is empty.
#[inline]
#[allow(clippy::cast_possible_truncation)] // Each half is used.
fn unpack(slot: u64) -> (u32, u32) {
    ((slot >> 32) as u32, (slot as u32).wrapping_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    proptest! {
        #[test]
        fn ids_are_in_order_of_first_appearance(
            strings in prop::collection::vec(prop::collection::vec(prop::sample::select(vec![0_u8, b'a', b'b', 0xFF]), 0..40), 0..300),
        ) {
            let mut interner = Interner::default();
            let mut model: HashMap<Vec<u8>, u32> = HashMap::new();
            for string in &strings {
                let next = u32::try_from(model.len()).unwrap();
                let expected = *model.entry(string.clone()).or_insert(next);
                prop_assert_eq!(interner.intern(string), Ok(expected));
            }
            prop_assert_eq!(interner.len(), model.len());
            for (string, id) in &model {
                prop_assert_eq!(interner.get(*id), &string[..]);
                prop_assert_eq!(interner.find(string), Some(*id));
            }
            prop_assert_eq!(interner.find(b"not there"), None);
        }

        #[test]
        fn bytes_behind_a_string_do_not_change_its_id(text in prop::collection::vec(any::<u8>(), 0..60), a: prop::sample::Index, b: prop::sample::Index) {
            let (a, b) = (a.index(text.len() + 1), b.index(text.len() + 1));
            let (start, end) = (a.min(b), a.max(b));
            let mut interner = Interner::default();
            let mut ids = Vec::new();
            let offset = |at: usize| u32::try_from(at).unwrap();
            interner.intern_words(&text, Words { starts: &[offset(start)], ends: &[offset(end)] }, &mut ids).unwrap();
            prop_assert_eq!(ids, [0]);
            prop_assert_eq!(interner.intern(&text[start..end]), Ok(0));
            prop_assert_eq!(interner.get(0), &text[start..end]);
        }
    }

    #[test]
    fn ids_stay_the_same_while_the_table_grows() {
        let mut interner = Interner::default();
        for number in 0..100_000_u32 {
            assert_eq!(interner.intern(format!("word{number}").as_bytes()), Ok(number));
        }
        for number in 0..100_000_u32 {
            assert_eq!(interner.find(format!("word{number}").as_bytes()), Some(number));
        }
    }
}
