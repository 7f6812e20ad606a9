//! The hash table of an interner.

use std::ops::Range;
use std::time::Instant;

use crate::error::{Error, Result};
use crate::interner::key::{KEY_BYTES, KeyHasher, StringKey, is_long, short_key};
use crate::interner::strings::{COUNT, Entry, Strings, append, bytes_of, entry, key_of};
use crate::interner::words::Words;
use crate::memory::{Buffer, list_for, reserve};
use crate::prefetch::prefetch;
use crate::workers;

/// The number of strings that are looked up together.
pub const BATCH: usize = 256;

/// The id of no string.
pub const NO_ID: u32 = u32::MAX;

/// The most slots: a slot is found by a hash of 32 bits.
const MAX_SLOTS: u64 = 1 << u32::BITS;

/// A smaller table grows on one thread, because starting threads would take longer. Small in tests.
const MIN_SLOTS_FOR_THREADS: usize = if cfg!(test) { 64 } else { 1 << 18 };
/// The bytes of a small page of memory.
const PAGE_BYTES: usize = 4096;
/// The slots that are prepared together: those of some huge pages. Small in tests.
const TOUCHED_SLOTS: usize = if cfg!(test) { 16 } else { 1 << 20 };
/// The most parts in which a table grows.
const MAX_PARTS: usize = 256;

/// Slots of eight bytes: the hash of a string (32 bits), and its id plus one. A free slot is 0. A string is in the slot
/// of its hash or after it, with no free slot between.
#[derive(Debug)]
pub struct Slots {
    pub list: Buffer<u64>,
    /// The slot of a hash is its 32 bits, shifted right by this number.
    pub shift: u32,
}

impl Default for Slots {
    fn default() -> Self {
        Self { list: Buffer::default(), shift: u32::BITS }
    }
}

impl Slots {
    /// Continues a copy of other slots, as [`Buffer::copy_some`] does.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn copy_some(&mut self, of: &Self, deadline: Option<Instant>) -> Result<bool> {
        self.shift = of.shift;
        self.list.copy_some(&of.list, deadline)
    }

    /// Makes room for this number of strings in all. A large table grows on this number of threads.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`]; nothing has changed.
    #[inline]
    pub fn make_room(&mut self, strings: usize, threads: usize) -> Result<()> {
        // At most three of four slots are in use.
        if strings > self.list.len() / 4 * 3 { self.grow(strings, threads) } else { Ok(()) }
    }

    #[cold]
    fn grow(&mut self, strings: usize, threads: usize) -> Result<()> {
        let slots = (strings as u64 / 3 * 4 + 4).max(64).next_power_of_two().min(MAX_SLOTS);
        let shift = u32::BITS - slots.trailing_zeros();
        let slots = usize::try_from(slots).map_err(|_| Error::OutOfMemory { bytes: usize::MAX })?;
        if slots == self.list.len() {
            return Ok(());
        }
        let mut list = Buffer::with_room_for(slots)?;
        list.take(slots);
        let mut larger = Self { list, shift };
        if threads > 1 && slots >= MIN_SLOTS_FOR_THREADS {
            larger.fill_on_threads(&self.list, threads)?;
        } else {
            put_all(larger.list.all_mut(), shift, self.list.iter().copied().filter(|slot| *slot != 0));
        }
        *self = larger;
        Ok(())
    }

    /// Fills free slots with those of a smaller table, or of none. Both are in the order of the hashes, so each thread
    /// reads a part of the one and writes the same part of the other.
    fn fill_on_threads(&mut self, smaller: &[u64], threads: usize) -> Result<()> {
        type Task<'t> = ((usize, &'t [u64]), (&'t mut [u64], &'t mut Vec<u64>));
        // Each part of either table has a slot or more.
        let most = if smaller.is_empty() { self.list.len() } else { smaller.len() }.min(MAX_PARTS);
        let (parts, shift, slots) = (threads.min(most).next_power_of_two(), self.shift, self.list.all_mut());
        let size = slots.len() / parts;
        let mut late = list_for(parts)?;
        late.resize_with(parts, Vec::new);
        let mut tasks = list_for(parts)?;
        let each = smaller.len() / parts;
        let read = (0..parts).map(|part| (part * size, &smaller[part * each..][..each]));
        tasks.extend(read.zip(slots.chunks_mut(size).zip(&mut late)));
        workers::each(threads, tasks, |((start, from), (to, late)): Task| {
            touch(to);
            for slot in from.iter().filter(|slot| **slot != 0) {
                let mut at = ((unpack(*slot).0 >> shift) as usize).wrapping_sub(start);
                while to.get(at).is_some_and(|other| *other != 0) {
                    at += 1;
                }
                if let Some(free) = to.get_mut(at) {
                    *free = *slot;
                } else {
                    // Its slot is in the part before or after this one.
                    reserve(late, 1)?;
                    late.push(*slot);
                }
            }
            Ok(())
        })?;
        put_all(slots, shift, late.into_iter().flatten());
        Ok(())
    }

    /// Prepares some free slots, as a part of the work of adding the first strings. Returns the number of the next one.
    pub fn touch(&mut self, first: usize) -> usize {
        let all = self.list.all_mut();
        let end = all.len().min(first + TOUCHED_SLOTS);
        touch(&mut all[first..end]);
        end
    }

    /// Frees all slots and adds the strings of a list, which are distinct and for which there is room.
    pub fn refill(&mut self, strings: &Strings) {
        self.list.all_mut().fill(0);
        self.add(strings, 0..strings.len());
    }

    /// Adds some strings of a list, which are distinct and for which there is room.
    #[allow(clippy::cast_possible_truncation)] // A list has at most MAX_STRINGS strings.
    pub fn add(&mut self, strings: &Strings, some: Range<usize>) {
        let hashes = strings.entries[some.clone()].iter().map(|entry| strings.hasher.hash(key_of(entry)));
        put_all(self.list.all_mut(), self.shift, hashes.zip(some).map(|(hash, id)| pack(hash, id as u32)));
    }

    /// Returns the id of a string in `strings`, or the free slot for it.
    #[inline]
    pub fn find(&self, strings: &Strings, key: StringKey, string: &[u8]) -> std::result::Result<u32, usize> {
        find(&self.list, self.shift, (&strings.entries, &strings.bytes), (strings.hasher.hash(key), key), string)
    }
}

/// Writes to each page of free slots, so that the system provides the memory now. Otherwise the first strings that are
/// added would wait for all of it: their slots are everywhere.
fn touch(free: &mut [u64]) {
    free.iter_mut().step_by(PAGE_BYTES / size_of::<u64>()).for_each(|slot| *slot = 0);
}

/// Writes slots that are in use to the first free slots from those of their hashes on.
fn put_all(slots: &mut [u64], shift: u32, used: impl Iterator<Item = u64>) {
    for slot in used {
        let mut at = (unpack(slot).0 >> shift) as usize;
        while slots[at] != 0 {
            at = (at + 1) & (slots.len() - 1);
        }
        slots[at] = slot;
    }
}

/// Returns the id of a string, or the free slot for it.
#[inline]
fn find(
    slots: &[u64],
    shift: u32,
    (entries, bytes): (&[Entry], &[u8]),
    (hash, key): (u32, StringKey),
    string: &[u8],
) -> std::result::Result<u32, usize> {
    let mut at = (hash >> shift) as usize;
    loop {
        let slot = slots[at];
        if slot == 0 {
            return Err(at);
        }
        let (tag, id) = unpack(slot);
        if tag == hash
            && key_of(&entries[id as usize]) == key
            && (!is_long(key) || bytes_of(entries, bytes, id as usize) == string)
        {
            return Ok(id);
        }
        at = (at + 1) & (slots.len() - 1);
    }
}

/// The memory of an interner while strings are added. There is room for all of them.
pub struct Table<'i> {
    hasher: KeyHasher,
    slots: &'i mut [u64],
    shift: u32,
    /// The entries and the room after them.
    entries: &'i mut [Entry],
    /// The number of strings.
    pub len: usize,
    /// The bytes and the room after them.
    bytes: &'i mut [u8],
    /// The end of the bytes.
    pub end: usize,
}

impl<'i> Table<'i> {
    /// Returns the table of an interner.
    #[inline]
    pub fn new(slots: &'i mut Slots, strings: &'i mut Strings) -> Self {
        let (len, end) = (strings.len(), strings.bytes.len());
        let Strings { hasher, entries, bytes } = strings;
        let Slots { list, shift } = slots;
        let (slots, entries, bytes) = (list.all_mut(), entries.all_mut(), bytes.all_mut());
        Self { hasher: *hasher, slots, shift: *shift, entries, len, bytes, end }
    }

    /// Appends the ids of words of a text to `ids`, at most [`BATCH`].
    #[inline(never)]
    pub fn intern_words(&mut self, text: &[u8], words: Words, ids: &mut Vec<u32>, occurrences: u64) {
        let (mut keys, mut hashes) = ([[0; 2]; BATCH], [0; BATCH]);
        for (((start, end), key), hash) in words.spans().zip(&mut keys).zip(&mut hashes) {
            *key = if end - start < KEY_BYTES && start + KEY_BYTES <= text.len() {
                short_key(text[start..start + KEY_BYTES].try_into().expect("of that length"), end - start)
            } else {
                self.hasher.key(&text[start..end])
            };
            *hash = self.hasher.hash(*key);
            prefetch(self.slots, (*hash >> self.shift) as usize);
        }
        let string = |at: usize| &text[words.starts[at] as usize..words.ends[at] as usize];
        self.intern_together(words.starts.len(), string, &keys, &hashes, ids, occurrences);
    }

    /// Appends the ids of some strings of a list to `ids`, at most [`BATCH`]. Does not count them.
    #[inline(never)]
    pub fn intern_strings(&mut self, list: &Strings, first: usize, count: usize, ids: &mut Vec<u32>) {
        let (mut keys, mut hashes) = ([[0; 2]; BATCH], [0; BATCH]);
        let entries = &list.entries[first..first + count];
        for ((entry, number), (key, hash)) in entries.iter().zip(first..).zip(keys.iter_mut().zip(&mut hashes)) {
            *key = list.key_for(self.hasher, key_of(entry), number);
            *hash = self.hasher.hash(*key);
            prefetch(self.slots, (*hash >> self.shift) as usize);
        }
        let string = |at: usize| bytes_of(&list.entries, &list.bytes, first + at);
        self.intern_together(count, string, &keys, &hashes, ids, 0);
    }

    /// Appends the ids of the first `count` keys to `ids`. `string` returns the bytes of a long string.
    #[inline(never)]
    pub fn intern_keyed<'t>(
        &mut self,
        keys: &[StringKey; BATCH],
        count: usize,
        string: impl Fn(usize) -> &'t [u8],
        ids: &mut Vec<u32>,
    ) {
        let mut hashes = [0; BATCH];
        for (key, hash) in keys[..count].iter().zip(&mut hashes) {
            *hash = self.hasher.hash(*key);
            prefetch(self.slots, (*hash >> self.shift) as usize);
        }
        self.intern_together(count, string, keys, &hashes, ids, 0);
    }

    /// Looks strings up in two steps. Within a step, the strings do not depend on each other, so the processor loads
    /// many places from memory at the same time: in the step before this call, the slots; in the first step, the
    /// entries.
    #[inline(always)]
    #[allow(clippy::inline_always)] // One copy for each kind of strings.
    fn intern_together<'t>(
        &mut self,
        count: usize,
        string: impl Fn(usize) -> &'t [u8],
        keys: &[StringKey; BATCH],
        hashes: &[u32; BATCH],
        ids: &mut Vec<u32>,
        occurrences: u64,
    ) {
        let mut candidates = [NO_ID; BATCH];
        for (hash, candidate) in hashes[..count].iter().zip(&mut candidates) {
            let mut at = (*hash >> self.shift) as usize;
            *candidate = loop {
                let (tag, id) = unpack(self.slots[at]);
                if id == NO_ID || tag == *hash {
                    break id;
                }
                at = (at + 1) & (self.slots.len() - 1);
            };
            // A new string is written after the last entry. Loading an address that does not exist would take long.
            prefetch(self.entries, self.len.min(*candidate as usize));
        }
        let found = keys.iter().zip(hashes).zip(&candidates);
        ids.extend((0..count).zip(found).map(|(at, ((key, hash), candidate))| {
            match self.entries.get_mut(*candidate as usize) {
                Some(entry) if key_of(entry) == *key && !is_long(*key) => {
                    entry[COUNT] += occurrences;
                    *candidate
                }
                _ => self.intern((*hash, *key), string(at), occurrences),
            }
        }));
    }

    /// Returns the id of a string, which is added if it is new.
    #[inline(never)]
    pub fn intern(&mut self, (hash, key): (u32, StringKey), string: &[u8], occurrences: u64) -> u32 {
        let id = match find(self.slots, self.shift, (self.entries, self.bytes), (hash, key), string) {
            Ok(id) => id,
            Err(slot) => {
                #[allow(clippy::cast_possible_truncation)] // A list has at most MAX_STRINGS strings.
                let id = self.len as u32;
                self.end = append(self.bytes, self.end, key, string);
                self.entries[self.len] = entry(key, self.end);
                self.len += 1;
                self.slots[slot] = pack(hash, id);
                id
            }
        };
        self.entries[id as usize][COUNT] += occurrences;
        id
    }
}

/// Returns a slot.
#[inline]
pub fn pack(hash: u32, id: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(id + 1)
}

/// Returns the hash and the id of a slot; the id is [`NO_ID`] if the slot is free.
#[inline]
#[allow(clippy::cast_possible_truncation)] // Each half is used.
pub fn unpack(slot: u64) -> (u32, u32) {
    ((slot >> 32) as u32, (slot as u32).wrapping_sub(1))
}
