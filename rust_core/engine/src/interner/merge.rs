//! Adds the strings of several lists to an interner, on all threads.
//!
//! The strings have positions in the order in which they would be added one after the other. Each thread owns a range of
//! slots, and looks up all strings whose slot is in its range. A new string gets a provisional id: the number of strings
//! before the merge plus the position of the string. Then all new strings are known, so their number in order of
//! position is their id.

use std::ops::Range;

use crate::error::Result;
use crate::interner::Interner;
use crate::interner::key::{StringKey, is_long, short_length};
use crate::interner::strings::{Entry, MAX_STRINGS, Strings, append, entry, key_of};
use crate::interner::table::{BATCH, NO_ID, pack, unpack};
use crate::memory::{Buffer, list_for, reserve, zeros};
use crate::prefetch::prefetch;
use crate::workers;

/// Fewer strings are added on one thread: starting threads would take longer. Small in tests.
const MIN_STRINGS_FOR_THREADS: usize = if cfg!(test) { 4 } else { 1 << 15 };
/// If there are more slots for each string, it is faster to add on one thread, because the threads read all slots.
const MAX_SLOTS_PER_STRING: usize = 32;
/// The number of distinct strings is estimated from about this number of hashes.
const SAMPLE: usize = if cfg!(test) { 2 } else { 4096 };
/// The number of slots that a thread gives their final ids in one task.
const SLOTS_PER_TASK: usize = if cfg!(test) { 16 } else { 1 << 16 };

/// Consecutive strings of a list.
#[derive(Debug, Clone)]
pub struct Part {
    /// The number of the list.
    pub list: usize,
    /// The numbers of the strings in the list.
    pub strings: Range<usize>,
}

impl Interner {
    /// Interns the strings of parts of lists in this order, without counting. Appends the id of each string to the ids of
    /// its list.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve). The ids that were appended are right.
    pub fn merge(
        &mut self,
        lists: &[&Strings],
        parts: &[Part],
        ids: &mut [&mut Vec<u32>],
        threads: usize,
    ) -> Result<()> {
        let strings: usize = parts.iter().map(|part| part.strings.len()).sum();
        let is_much = strings >= MIN_STRINGS_FOR_THREADS && strings >= self.slots.list.len() / MAX_SLOTS_PER_STRING;
        if threads < 2 || !is_much || strings > MAX_STRINGS - self.len() {
            let mut intern = |part: &Part| self.intern_strings(lists[part.list], part.strings.clone(), ids[part.list]);
            return parts.iter().try_for_each(&mut intern);
        }
        let places = Places::of(self, lists, parts, threads)?;
        self.slots.make_room(self.len() + places.distinct()?)?;
        let merged = self.merge_placed(&places, ids, threads);
        if merged.is_err() {
            self.slots.refill(&self.strings);
        }
        merged
    }

    /// After a failure, slots may have provisional ids. Nothing else has changed.
    fn merge_placed(&mut self, places: &Places, ids: &mut [&mut Vec<u32>], threads: usize) -> Result<()> {
        let owners = Owners { shift: self.slots.shift, slots: self.slots.list.len(), threads };
        let mut ranges = list_for(threads)?;
        let mut rest = self.slots.list.all_mut();
        // At most seven of eight slots are in use.
        let most_new = (owners.slots / 8 * 7).saturating_sub(self.strings.len()) / threads;
        for owner in 0..threads {
            let first = owners.first_slot(owner);
            let (slots, others) = rest.split_at_mut(owners.first_slot(owner + 1) - first);
            rest = others;
            ranges.push((SlotRange { first, slots, shift: owners.shift, most_new, found: Found::default() }, Ok(())));
        }
        workers::run(&mut ranges, |(range, result)| *result = range.look_up(places, &self.strings));
        let mut found = list_for(threads)?;
        for (range, result) in ranges {
            result?;
            found.push(range.found);
        }
        let late = self.look_up_late(places, &mut found)?;
        let new = NewStrings::of(places, &found)?;

        let (strings, bytes) = new.ends.last().copied().unwrap_or_default();
        self.strings.reserve(strings, bytes)?;
        let mut cursors = list_for(places.parts.len() * threads)?;
        for part in 0..places.parts.len() {
            cursors.extend(found.iter().map(|found| found.starts[part]));
        }
        for (number, ids) in ids.iter_mut().enumerate() {
            let parts = places.parts.iter().filter(|part| part.list == number);
            reserve(ids, parts.map(|part| part.strings.len()).sum())?;
        }
        let tasks = self.tasks(places, &new, ids, &mut cursors)?;
        let write = |task| {
            match task {
                Task::Slots(slots) => {
                    for slot in slots.iter_mut().filter(|slot| **slot != 0) {
                        let (hash, id) = unpack(*slot);
                        *slot = pack(hash, new.id(id));
                    }
                }
                Task::Part(part) => part.write(places, &found, owners, &late, &new),
            }
            Ok(())
        };
        workers::each(threads, tasks, write)?;
        self.strings.entries.take(strings);
        self.strings.bytes.take(bytes);
        Ok(())
    }

    /// Looks up the strings for which a range had no slot. Returns their positions and ids in order.
    fn look_up_late(&mut self, places: &Places, found: &mut [Found]) -> Result<Vec<(u32, u32)>> {
        let mut late = list_for(found.iter().map(|found| found.late.len()).sum())?;
        late.extend(found.iter().flat_map(|found| &found.late).map(|position| (*position, NO_ID)));
        late.sort_unstable();
        let new: usize = found.iter().map(|found| found.new.len()).sum();
        self.slots.make_room(self.strings.len() + new + late.len())?;
        let (shift, slots) = (self.slots.shift, self.slots.list.all_mut());
        for (position, id) in &mut late {
            let hash = places.hashes[*position as usize];
            let mut at = (hash >> shift) as usize;
            *id = loop {
                let (tag, id) = unpack(slots[at]);
                if id == NO_ID {
                    let part = places.part_of(*position);
                    found[0].add(places, *position, part)?;
                    slots[at] = pack(hash, places.provisional(*position));
                    break places.provisional(*position);
                }
                if tag == hash && places.is_same(&self.strings, *position, id) {
                    break id;
                }
                at = (at + 1) & (slots.len() - 1);
            };
        }
        Ok(late)
    }

    /// Divides the rest of the merge into tasks.
    fn tasks<'t>(
        &'t mut self,
        places: &Places,
        new: &NewStrings,
        ids: &'t mut [&mut Vec<u32>],
        cursors: &'t mut [usize],
    ) -> Result<Vec<Task<'t>>> {
        let slots = self.slots.list.all_mut().chunks_mut(SLOTS_PER_TASK);
        let mut tasks = list_for(slots.len() + places.parts.len())?;
        let mut rests = list_for(ids.len())?;
        for (number, ids) in ids.iter_mut().enumerate() {
            let parts = places.parts.iter().filter(|part| part.list == number);
            let before = ids.len();
            ids.resize(before + parts.map(|part| part.strings.len()).sum::<usize>(), NO_ID);
            rests.push(&mut ids[before..]);
        }
        let start = self.strings.bytes.len();
        let (mut entries, mut bytes) = (self.strings.entries.room(), self.strings.bytes.room());
        let mut before = (0, 0);
        let threads = cursors.len() / places.parts.len();
        let parts = places.parts.iter().zip(&new.ends).zip(cursors.chunks_mut(threads));
        for (number, ((part, after), cursors)) in parts.enumerate() {
            let (own_ids, other_ids) = std::mem::take(&mut rests[part.list]).split_at_mut(part.strings.len());
            let (own_entries, other_entries) = entries.split_at_mut(after.0 - before.0);
            let (own_bytes, other_bytes) = bytes.split_at_mut(after.1 - before.1);
            (rests[part.list], entries, bytes) = (other_ids, other_entries, other_bytes);
            tasks.push(Task::Part(PartTask {
                number,
                ids: own_ids,
                entries: own_entries,
                bytes: own_bytes,
                before: start + before.1,
                cursors,
            }));
            before = *after;
        }
        tasks.extend(slots.map(Task::Slots));
        Ok(tasks)
    }
}

/// The strings of all parts, by position.
struct Places<'l> {
    lists: &'l [&'l Strings],
    parts: &'l [Part],
    /// The position of the first string of each part.
    starts: Vec<u32>,
    keys: Buffer<StringKey>,
    hashes: Buffer<u32>,
    /// The number of strings before the merge.
    old: u32,
}

impl<'l> Places<'l> {
    #[allow(clippy::cast_possible_truncation)] // The caller has checked that provisional ids are 32 bits.
    fn of(interner: &Interner, lists: &'l [&'l Strings], parts: &'l [Part], threads: usize) -> Result<Self> {
        let hasher = interner.strings.hasher;
        let mut starts = list_for(parts.len())?;
        let mut all = 0;
        for part in parts {
            starts.push(all as u32);
            all += part.strings.len();
        }
        let (mut keys, mut hashes) = (Buffer::with_room_for(all)?, Buffer::with_room_for(all)?);
        let (mut key_room, mut hash_room) = (keys.room(), hashes.room());
        let mut tasks = list_for(parts.len())?;
        for part in parts {
            let (own_keys, other_keys) = key_room.split_at_mut(part.strings.len());
            let (own_hashes, other_hashes) = hash_room.split_at_mut(part.strings.len());
            (key_room, hash_room) = (other_keys, other_hashes);
            tasks.push((part, own_keys, own_hashes));
        }
        workers::each(threads, tasks, |(part, keys, hashes): (&Part, &mut [StringKey], &mut [u32])| {
            let list = lists[part.list];
            let entries = part.strings.clone().zip(&list.entries[part.strings.clone()]);
            for ((number, entry), (key, hash)) in entries.zip(keys.iter_mut().zip(hashes)) {
                *key = list.key_for(hasher, key_of(entry), number);
                *hash = hasher.hash(*key);
            }
            Ok(())
        })?;
        keys.take(all);
        hashes.take(all);
        Ok(Self { lists, parts, starts, keys, hashes, old: interner.len() as u32 })
    }

    /// Returns an estimate of the number of distinct strings.
    fn distinct(&self) -> Result<usize> {
        let all = self.hashes.len();
        // The hashes are evenly distributed.
        let limit = ((SAMPLE as u64) << u32::BITS) / all as u64;
        let mut sample = Vec::new();
        for hash in self.hashes.iter().filter(|hash| u64::from(**hash) < limit) {
            reserve(&mut sample, 1)?;
            sample.push(*hash);
        }
        sample.sort_unstable();
        sample.dedup();
        let estimate = sample.len() as u128 * all as u128 / SAMPLE as u128;
        // A little more, because a table that is too small makes strings late.
        Ok(usize::try_from(estimate + estimate / 16 + 1).unwrap_or(all).min(all))
    }

    fn part_of(&self, position: u32) -> usize {
        self.starts.partition_point(|start| *start <= position) - 1
    }

    fn string(&self, position: u32) -> &[u8] {
        let number = self.part_of(position);
        let part = &self.parts[number];
        self.lists[part.list].get(part.strings.start + (position - self.starts[number]) as usize)
    }

    fn provisional(&self, position: u32) -> u32 {
        self.old + position
    }

    /// Returns whether the string at a position is the one with this id, which may be provisional.
    #[inline]
    fn is_same(&self, old: &Strings, position: u32, id: u32) -> bool {
        let key = self.keys[position as usize];
        match id.checked_sub(self.old) {
            None => {
                key_of(&old.entries[id as usize]) == key
                    && (!is_long(key) || old.get(id as usize) == self.string(position))
            }
            Some(other) => {
                self.keys[other as usize] == key && (!is_long(key) || self.string(other) == self.string(position))
            }
        }
    }
}

/// Which thread owns a slot.
#[derive(Clone, Copy)]
struct Owners {
    shift: u32,
    slots: usize,
    threads: usize,
}

impl Owners {
    #[inline]
    fn of(self, hash: u32) -> usize {
        (hash >> self.shift) as usize * self.threads / self.slots
    }

    fn first_slot(self, owner: usize) -> usize {
        (self.slots * owner).div_ceil(self.threads)
    }
}

/// The slots that one thread owns.
struct SlotRange<'s> {
    /// The number of the first slot.
    first: usize,
    slots: &'s mut [u64],
    shift: u32,
    /// The most new strings for these slots.
    most_new: usize,
    found: Found,
}

/// What a thread found for the strings whose slots it owns, in order of position.
#[derive(Default)]
struct Found {
    /// The id of each string, which may be provisional; [`NO_ID`] if the string is late.
    ids: Vec<u32>,
    /// For each part, the number of ids before it.
    starts: Vec<usize>,
    /// The positions of the new strings.
    new: Vec<u32>,
    /// For each part, the number of its new strings and their bytes.
    sizes: Vec<(usize, usize)>,
    /// The positions of the strings for which there was no slot.
    late: Vec<u32>,
}

impl Found {
    fn add(&mut self, places: &Places, position: u32, part: usize) -> Result<()> {
        let key = places.keys[position as usize];
        reserve(&mut self.new, 1)?;
        self.new.push(position);
        let length = if is_long(key) { places.string(position).len() } else { short_length(key) };
        self.sizes[part].0 += 1;
        self.sizes[part].1 += length;
        Ok(())
    }
}

impl SlotRange<'_> {
    fn look_up(&mut self, places: &Places, old: &Strings) -> Result<()> {
        self.found =
            Found { starts: list_for(places.parts.len())?, sizes: list_for(places.parts.len())?, ..Found::default() };
        self.found.sizes.resize(places.parts.len(), (0, 0));
        let mut batch = [0; BATCH];
        for (number, (part, start)) in places.parts.iter().zip(&places.starts).enumerate() {
            self.found.starts.push(self.found.ids.len());
            let mut size = 0;
            for (position, hash) in (*start..).zip(&places.hashes[*start as usize..][..part.strings.len()]) {
                batch[size] = position;
                // Without a branch, because the processor could not predict it.
                size += usize::from(self.slot(*hash) < self.slots.len());
                if size == BATCH {
                    self.look_up_batch(places, old, &batch, number)?;
                    size = 0;
                }
            }
            self.look_up_batch(places, old, &batch[..size], number)?;
        }
        Ok(())
    }

    /// Returns the slot of a hash in this range.
    #[inline]
    fn slot(&self, hash: u32) -> usize {
        ((hash >> self.shift) as usize).wrapping_sub(self.first)
    }

    fn look_up_batch(&mut self, places: &Places, old: &Strings, positions: &[u32], part: usize) -> Result<()> {
        for position in positions {
            prefetch(self.slots, self.slot(places.hashes[*position as usize]));
        }
        for position in positions {
            let hash = places.hashes[*position as usize];
            let tagged = self.slots[self.slot(hash)..].iter().find(|slot| **slot == 0 || unpack(**slot).0 == hash);
            let id = tagged.map_or(NO_ID, |slot| unpack(*slot).1);
            match id.checked_sub(places.old) {
                None => prefetch(&old.entries, id as usize),
                Some(other) => prefetch(&places.keys, other as usize),
            }
        }
        reserve(&mut self.found.ids, positions.len())?;
        for position in positions {
            let id = self.id(places, old, *position, part)?;
            self.found.ids.push(id);
        }
        Ok(())
    }

    fn id(&mut self, places: &Places, old: &Strings, position: u32, part: usize) -> Result<u32> {
        let hash = places.hashes[position as usize];
        let mut at = self.slot(hash);
        while let Some(slot) = self.slots.get_mut(at) {
            let (tag, id) = unpack(*slot);
            if id == NO_ID {
                if self.found.new.len() == self.most_new {
                    break;
                }
                self.found.add(places, position, part)?;
                *slot = pack(hash, places.provisional(position));
                return Ok(places.provisional(position));
            }
            if tag == hash && places.is_same(old, position, id) {
                return Ok(id);
            }
            at += 1;
        }
        // The string belongs to a slot of the next range, or the range is full.
        reserve(&mut self.found.late, 1)?;
        self.found.late.push(position);
        Ok(NO_ID)
    }
}

/// The new strings of all parts.
struct NewStrings {
    old: u32,
    /// A bit for each position: whether the string is new.
    bits: Vec<u64>,
    /// The number of new strings before each word of bits.
    before: Vec<u32>,
    /// For each part, the number of new strings up to its end, and their bytes.
    ends: Vec<(usize, usize)>,
}

impl NewStrings {
    fn of(places: &Places, found: &[Found]) -> Result<Self> {
        let mut bits: Vec<u64> = zeros(places.hashes.len().div_ceil(64))?;
        for position in found.iter().flat_map(|found| &found.new) {
            bits[*position as usize / 64] |= 1 << (position % 64);
        }
        let mut before = list_for(bits.len())?;
        before.extend(bits.iter().scan(0, |sum, word| {
            let before = *sum;
            *sum += word.count_ones();
            Some(before)
        }));
        let mut ends = list_for(places.parts.len())?;
        let mut sum = (0, 0);
        for part in 0..places.parts.len() {
            for found in found {
                sum = (sum.0 + found.sizes[part].0, sum.1 + found.sizes[part].1);
            }
            ends.push(sum);
        }
        Ok(Self { old: places.old, bits, before, ends })
    }

    /// Returns the final id.
    #[inline]
    fn id(&self, id: u32) -> u32 {
        match id.checked_sub(self.old) {
            None => id,
            Some(position) => {
                let word = position as usize / 64;
                let earlier = self.bits[word] & ((1 << (position % 64)) - 1);
                self.old + self.before[word] + earlier.count_ones()
            }
        }
    }
}

enum Task<'t> {
    /// Slots whose provisional ids become final.
    Slots(&'t mut [u64]),
    Part(PartTask<'t>),
}

/// Where the results of a part go.
struct PartTask<'t> {
    number: usize,
    ids: &'t mut [u32],
    entries: &'t mut [Entry],
    bytes: &'t mut [u8],
    /// The number of bytes of all strings before the new ones.
    before: usize,
    /// For each thread, the number of its ids before this part.
    cursors: &'t mut [usize],
}

impl PartTask<'_> {
    fn write(self, places: &Places, found: &[Found], owners: Owners, late: &[(u32, u32)], new: &NewStrings) {
        let part = &places.parts[self.number];
        let list = places.lists[part.list];
        let (mut entries, mut end) = (self.entries.iter_mut(), 0);
        for ((position, number), id) in (places.starts[self.number]..).zip(part.strings.clone()).zip(self.ids) {
            let owner = owners.of(places.hashes[position as usize]);
            let mut found_id = found[owner].ids[self.cursors[owner]];
            self.cursors[owner] += 1;
            if found_id == NO_ID {
                let at = late.binary_search_by_key(&position, |(position, _)| *position);
                found_id = late[at.expect("the string is late")].1;
            }
            if found_id == places.provisional(position) {
                let key = places.keys[position as usize];
                end = append(self.bytes, end, key, if is_long(key) { list.get(number) } else { &[] });
                *entries.next().expect("there is an entry for each new string") = entry(key, self.before + end);
            }
            *id = new.id(found_id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn strings() -> impl Strategy<Value = Vec<Vec<u8>>> {
        let string = prop_oneof!["[ab]{0,3}", "[ab]{14,18}", "[a-z]{1,2}"];
        prop::collection::vec(string.prop_map(String::into_bytes), 0..200)
    }

    proptest! {
        #[test]
        fn merging_on_threads_is_adding_one_after_the_other(
            before in strings(), lists in prop::collection::vec(strings(), 1..4), has_same_seeds: bool,
            cuts in prop::collection::vec(1..40_usize, 1..9), threads in 2..6_usize,
        ) {
            let mut interner = Interner::default();
            before.iter().for_each(|string| _ = interner.intern(string).unwrap());
            let mut sources = Vec::new();
            for strings in &lists {
                let mut source = if has_same_seeds { interner.strings.emptied() } else { Strings::default() };
                strings.iter().for_each(|string| source.push(string).unwrap());
                sources.push(source);
            }
            // Parts of the lists in turn.
            let (mut parts, mut starts) = (Vec::new(), vec![0; lists.len()]);
            for cut in cuts.iter().cycle().take(400) {
                let list = parts.len() % lists.len();
                let end = lists[list].len().min(starts[list] + cut);
                parts.push(Part { list, strings: starts[list]..end });
                starts[list] = end;
            }
            let mut expected = interner.try_clone().unwrap();
            let mut expected_ids = vec![Vec::new(); lists.len()];
            for Part { list, strings } in &parts {
                expected_ids[*list].extend(strings.clone().map(|at| expected.intern(&lists[*list][at]).unwrap()));
            }
            let mut ids = vec![Vec::new(); lists.len()];
            let sources: Vec<&Strings> = sources.iter().collect();
            interner.merge(&sources, &parts, &mut ids.iter_mut().collect::<Vec<_>>(), threads).unwrap();
            prop_assert_eq!(ids, expected_ids);
            prop_assert_eq!(interner.bytes(), expected.bytes());
            for id in 0..u32::try_from(expected.len()).unwrap() {
                prop_assert_eq!(interner.get(id), expected.get(id));
                prop_assert_eq!(interner.find(expected.get(id)), Some(id));
            }
            prop_assert_eq!(interner.len(), expected.len());
        }
    }
}
