//! Distinct byte strings, each with an id and a count.
//!
//! `strings` is a list of strings with the `key` of each, `table` finds a string in such a list, and `merge` adds
//! strings on all threads, in `pieces`, each with one range of hashes; `new_strings` numbers those that are new. `shared`
//! is an interner that results share, and `choice` makes an interner of some strings of another one.

mod choice;
mod key;
mod merge;
mod new_strings;
mod pieces;
mod shared;
mod strings;
mod table;
mod words;

pub use choice::Choice;
pub use key::{KeyHasher, StringKey, is_long};
pub use merge::Part;
pub use pieces::{LongStrings, MergeRoom, NO_STRING};
pub use shared::SharedInterner;
pub use strings::Strings;
pub use words::Words;

use std::ops::Range;
use std::time::Instant;

use crate::error::Result;
use crate::memory::{list_for, reserve};
use crate::prefetch::prefetch;
use key::{KEY_BYTES, short_key, short_length};
use strings::COUNT;
use table::{BATCH, NO_ID, Slots, Table};

/// The number of entries that are changed while another one is loaded.
const COUNTS_AHEAD: usize = 16;

/// A smaller table grows in a few milliseconds. Small in tests.
const MIN_SLOTS_FOR_A_STEP: usize = if cfg!(test) { 64 } else { 1 << 21 };

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
#[derive(Debug, Default)]
pub struct Interner {
    slots: Slots,
    strings: Strings,
}

impl Interner {
    /// Returns an empty interner with the same seeds.
    pub fn emptied(&self) -> Self {
        Self { strings: self.strings.emptied(), ..Self::default() }
    }

    /// Returns the number of distinct strings.
    pub fn len(&self) -> usize {
        self.strings.len()
    }

    /// Returns whether there is no string.
    pub fn is_empty(&self) -> bool {
        self.strings.is_empty()
    }

    /// Returns the distinct strings, in order of their ids.
    pub fn strings(&self) -> &Strings {
        &self.strings
    }

    /// Returns the string with this id.
    pub fn get(&self, id: u32) -> &[u8] {
        self.strings.get(id as usize)
    }

    /// Returns all strings, joined in order of their ids.
    pub fn bytes(&self) -> &[u8] {
        &self.strings.bytes
    }

    /// Returns the end of the string with this id in [`bytes`](Self::bytes).
    pub fn end(&self, id: u32) -> usize {
        self.strings.end(id as usize)
    }

    /// Returns the count of each string, in order of their ids.
    pub fn counts(&self) -> impl ExactSizeIterator<Item = u64> {
        self.strings.entries.iter().map(|entry| entry[COUNT])
    }

    /// Adds the counts of the strings of another interner, whose ids here are `ids`.
    pub fn count_all(&mut self, ids: &[u32], others: &Self) {
        let entries = self.strings.entries.all_mut();
        for (at, (id, count)) in ids.iter().zip(others.counts()).enumerate() {
            if let Some(later) = ids.get(at + COUNTS_AHEAD) {
                prefetch(entries, *later as usize);
            }
            entries[*id as usize][COUNT] += count;
        }
    }

    /// Adds to the count of each string, in order of their ids.
    pub fn add_counts(&mut self, counts: impl Iterator<Item = u64>) {
        self.strings.entries.values_mut().iter_mut().zip(counts).for_each(|(entry, count)| entry[COUNT] += count);
    }

    /// Returns the id of a string, if it is in the set.
    pub fn find(&self, string: &[u8]) -> Option<u32> {
        if self.is_empty() {
            return None;
        }
        self.slots.find(&self.strings, self.strings.hasher.key(string), string).ok()
    }

    /// Returns the id of a string of `length` bytes, fewer than 16; the other bytes are zeros.
    #[inline]
    pub fn find_short(&self, bytes: [u8; KEY_BYTES], length: usize) -> Option<u32> {
        if self.is_empty() {
            return None;
        }
        self.slots.find(&self.strings, short_key(bytes, length), &[]).ok()
    }

    /// Subtracts 1 from the count of each id, to undo [`intern_words`](Self::intern_words) or
    /// [`intern_and_count`](Self::intern_and_count). The strings stay.
    pub fn uncount(&mut self, ids: &[u32]) {
        let entries = self.strings.entries.all_mut();
        ids.iter().for_each(|id| entries[*id as usize][COUNT] -= 1);
    }

    /// Returns a copy.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn try_clone(&self) -> Result<Self> {
        let mut copy = Self::default();
        copy.copy_some(self, None)?;
        Ok(copy)
    }

    /// Continues a copy of another interner until the deadline has passed. Returns whether it is complete. The copy
    /// begins as an empty interner.
    fn copy_some(&mut self, of: &Self, deadline: Option<Instant>) -> Result<bool> {
        Ok(self.slots.copy_some(&of.slots, deadline)? && self.strings.copy_some(&of.strings, deadline)?)
    }

    /// Makes room for a number of new strings with `bytes` bytes in all. Interning them then cannot fail.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`TooManyTypes`](crate::Error::TooManyTypes); nothing has changed.
    #[inline]
    pub fn reserve(&mut self, strings: usize, bytes: usize) -> Result<()> {
        self.strings.reserve(strings, bytes)?;
        self.slots.make_room(self.strings.len() + strings, 1)
    }

    /// Makes a large table large enough for this number of new strings, as a step before they are added: to grow takes as
    /// long as to add many strings. Returns whether the table has grown.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); nothing has changed.
    pub fn grow_for(&mut self, strings: usize, threads: usize) -> Result<bool> {
        let slots = self.slots.list.len();
        if slots >= MIN_SLOTS_FOR_A_STEP {
            self.slots.make_room(self.len() + strings, threads)?;
        }
        Ok(self.slots.list.len() > slots)
    }

    /// Makes the table large enough for about this number of new strings, so that it grows fewer times. Does nothing if
    /// there is no memory. Returns whether the table is large and has grown, as in [`grow_for`](Self::grow_for).
    pub fn expect(&mut self, strings: usize, threads: usize) -> bool {
        let slots = self.slots.list.len();
        _ = self.slots.make_room(self.len() + strings, threads);
        self.slots.list.len() > slots.max(MIN_SLOTS_FOR_A_STEP)
    }

    /// Changes the table. There must be room for all strings that `change` adds.
    #[inline]
    fn change<R>(&mut self, change: impl FnOnce(&mut Table) -> R) -> R {
        let (len, end) = (self.strings.len(), self.strings.bytes.len());
        let mut table = Table::new(&mut self.slots, &mut self.strings);
        let result = change(&mut table);
        let (strings, bytes) = (table.len - len, table.end - end);
        self.strings.entries.take(strings);
        self.strings.bytes.take(bytes);
        result
    }

    fn intern_one(&mut self, string: &[u8], occurrences: u64) -> Result<u32> {
        self.reserve(1, string.len())?;
        let key = self.strings.hasher.key(string);
        let hash = self.strings.hasher.hash(key);
        Ok(self.change(|table| table.intern((hash, key), string, occurrences)))
    }

    /// Returns the id of a string, which is added if it is new. Does not count it.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve).
    pub fn intern(&mut self, string: &[u8]) -> Result<u32> {
        self.intern_one(string, 0)
    }

    /// Counts a word and returns its id.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve).
    pub fn intern_and_count(&mut self, word: &[u8]) -> Result<u32> {
        self.intern_one(word, 1)
    }

    /// Counts words of a text and appends their ids to `ids`.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve); exactly the words whose ids were appended are counted.
    pub fn intern_words(&mut self, text: &[u8], words: Words, ids: &mut Vec<u32>) -> Result<()> {
        self.intern_batches(text, words, ids, 1)
    }

    /// Appends the ids of words of a text to `ids`, without counting.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve); the ids that were appended are right.
    pub fn intern_uncounted(&mut self, text: &[u8], words: Words, ids: &mut Vec<u32>) -> Result<()> {
        self.intern_batches(text, words, ids, 0)
    }

    fn intern_batches(&mut self, text: &[u8], words: Words, ids: &mut Vec<u32>, occurrences: u64) -> Result<()> {
        for (starts, ends) in words.starts.chunks(BATCH).zip(words.ends.chunks(BATCH)) {
            // Once for the batch, and before anything changes.
            self.reserve(starts.len(), (ends[ends.len() - 1] - starts[0]) as usize)?;
            reserve(ids, starts.len())?;
            self.change(|table| table.intern_words(text, Words { starts, ends }, ids, occurrences));
        }
        Ok(())
    }

    /// Appends the ids of strings with these keys to `ids`, without counting. There is no string, and [`u32::MAX`] is its
    /// id, where the key is [`NO_STRING`].
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve); the ids that were appended are right.
    pub fn intern_keyed(&mut self, keys: &[StringKey], long: &LongStrings, ids: &mut Vec<u32>) -> Result<()> {
        let string = |place: usize, key: StringKey| if is_long(key) { long.get(place) } else { &[] };
        let mut found = list_for(BATCH)?;
        for (keys, start) in keys.chunks(BATCH).zip((0..).step_by(BATCH)) {
            let (mut own, mut places, mut count, mut bytes) = ([[0; 2]; BATCH], [0; BATCH], 0, 0);
            for (key, place) in keys.iter().zip(start..).filter(|(key, _)| **key != NO_STRING) {
                (own[count], places[count]) = (*key, place);
                count += 1;
                bytes += if is_long(*key) { long.get(place).len() } else { short_length(*key) };
            }
            self.reserve(count, bytes)?;
            reserve(ids, keys.len())?;
            found.clear();
            self.change(|table| table.intern_keyed(&own, count, |at| string(places[at], own[at]), &mut found));
            let mut found = found.iter();
            ids.extend(keys.iter().map(|key| match *key {
                NO_STRING => NO_ID,
                _ => *found.next().expect("each string has an id"),
            }));
        }
        Ok(())
    }

    /// Appends the ids of some strings of another interner to `ids`, without counting.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve); the ids that were appended are right.
    pub fn intern_all(&mut self, others: &Self, strings: Range<usize>, ids: &mut Vec<u32>) -> Result<()> {
        self.intern_strings(&others.strings, strings, ids)
    }

    /// Appends the ids of some strings of a list to `ids`, without counting.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve); the ids that were appended are right.
    pub fn intern_strings(&mut self, list: &Strings, strings: Range<usize>, ids: &mut Vec<u32>) -> Result<()> {
        for first in strings.clone().step_by(BATCH) {
            let count = BATCH.min(strings.end - first);
            let before = first.checked_sub(1).map_or(0, |before| list.end(before));
            self.reserve(count, list.end(first + count - 1) - before)?;
            reserve(ids, count)?;
            self.change(|table| table.intern_strings(list, first, count, ids));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use proptest::prelude::*;
    use std::collections::HashMap;
    use strings::MAX_STRINGS;

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
            // Add every second string in reverse order.
            let ids: Vec<u32> = (0..u32::try_from(model.len()).unwrap()).rev().step_by(2).collect();
            let counts: Vec<u64> = ids.iter().map(|id| u64::from(*id) + 7).collect();
            let mut choice = Choice::of(&interner, &ids, &counts);
            while !choice.make_some().unwrap() {}
            let mut chosen = choice.into_interner();
            for (number, id) in (0..).zip(&ids) {
                prop_assert_eq!(chosen.get(number), interner.get(*id));
                prop_assert_eq!(chosen.find(interner.get(*id)), Some(number));
            }
            prop_assert_eq!(chosen.counts().collect::<Vec<_>>(), counts);
            prop_assert_eq!(chosen.intern(b"not there"), Ok(u32::try_from(ids.len()).unwrap()));
        }

        #[test]
        fn bytes_after_a_string_do_not_change_its_id(text in prop::collection::vec(any::<u8>(), 0..60), a: prop::sample::Index, b: prop::sample::Index) {
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

    #[test]
    fn too_many_strings_are_an_error() {
        let mut interner = Interner::default();
        let most = u32::try_from(MAX_STRINGS).unwrap();
        for number in 0..most {
            interner.intern(&number.to_le_bytes()).unwrap();
        }
        let new = most.to_le_bytes();
        assert_eq!(interner.intern(&new), Err(Error::TooManyTypes));
        let mut ids = Vec::new();
        let words = Words { starts: &[0], ends: &[4] };
        assert_eq!(interner.intern_words(&new, words, &mut ids), Err(Error::TooManyTypes));
        assert_eq!((ids.len(), interner.len(), interner.find(&new)), (0, MAX_STRINGS, None));
        assert_eq!(interner.find(&0_u32.to_le_bytes()), Some(0));
    }
}
