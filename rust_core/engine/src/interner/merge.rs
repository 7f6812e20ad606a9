//! Adds strings to an interner on all threads.
//!
//! The strings have positions, in the order in which they would be added one after the other. They are divided by their
//! hash, so the table of one piece fits into the cache of a processor. A thread looks up all strings of a piece; a new
//! string gets a provisional id. Then all new strings are known, and their rank by position is their id.

use std::mem::take;
use std::ops::Range;

use crate::error::Result;
use crate::interner::Interner;
use crate::interner::key::{StringKey, is_long};
use crate::interner::new_strings::NewStrings;
use crate::interner::pieces::{
    Divided, LongStrings, MAX_PIECES, MergeRoom, NO_STRING, Piece, Places, Room, position_of,
};
use crate::interner::strings::{Entry, MAX_STRINGS, Strings, append, entry, key_of};
use crate::interner::table::{NO_ID, pack, unpack};
use crate::memory::{list_for, reserve};
use crate::workers;

/// Fewer strings are added on one thread: starting threads would take longer. Small in tests.
const MIN_STRINGS_FOR_THREADS: usize = if cfg!(test) { 4 } else { 1 << 16 };
/// If there are more slots for each string, it is faster to add on one thread, because the threads read all slots.
const MAX_SLOTS_PER_STRING: usize = 32;

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
        room: &mut MergeRoom,
    ) -> Result<()> {
        if !self.is_much(parts.iter().map(|part| part.strings.len()).sum(), threads) {
            let mut intern = |part: &Part| self.intern_strings(lists[part.list], part.strings.clone(), ids[part.list]);
            return parts.iter().try_for_each(&mut intern);
        }
        let (mut lens, mut rests) = (list_for(lists.len())?, list_for(lists.len())?);
        for (number, ids) in ids.iter_mut().enumerate() {
            let own = parts.iter().filter(|part| part.list == number).map(|part| part.strings.len()).sum();
            reserve(ids, own)?;
            lens.push((ids.len(), ids.len() + own));
        }
        let mut places = list_for(parts.len())?;
        // From here on, each failure removes these ids again.
        for (ids, (old, new)) in ids.iter_mut().zip(&lens) {
            ids.resize(*new, NO_ID);
            rests.push(&mut ids[*old..]);
        }
        for part in parts {
            let (own, others) = take(&mut rests[part.list]).split_at_mut(part.strings.len());
            rests[part.list] = others;
            places.push(own);
        }
        let hasher = self.strings.hasher;
        let fill = |number: usize, keys: &mut [StringKey]| {
            let Part { list, strings } = &parts[number];
            let list = lists[*list];
            for ((number, entry), key) in strings.clone().zip(&list.entries[strings.clone()]).zip(keys) {
                *key = list.key_for(hasher, key_of(entry), number);
            }
            Ok(LongStrings::InList(list, strings.start))
        };
        let merged = self.merge_keyed(places, fill, threads, room);
        if merged.is_err() {
            ids.iter_mut().zip(lens).for_each(|(ids, (old, _))| ids.truncate(old));
        }
        merged
    }

    /// Interns all strings of another interner, without counting. Returns the id of each.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve); nothing has changed.
    pub fn add_all(&mut self, others: &Self) -> Result<Vec<u32>> {
        let mut ids = list_for(others.len())?;
        // With this memory, it cannot fail after it has added some of the strings.
        self.reserve(others.len(), others.bytes().len())?;
        self.intern_strings(&others.strings, 0..others.len(), &mut ids)?;
        Ok(ids)
    }

    /// Removes all strings except the first `len` ones.
    pub fn truncate(&mut self, len: usize) {
        self.strings.truncate(len);
        self.slots.refill(&self.strings);
    }

    /// Returns whether it is faster to add this number of strings on several threads.
    pub fn is_much(&self, strings: usize, threads: usize) -> bool {
        threads > 1
            && strings >= MIN_STRINGS_FOR_THREADS
            && strings >= self.slots.list.len() / MAX_SLOTS_PER_STRING
            && strings <= MAX_STRINGS - self.len()
    }

    /// Interns the strings of parts, without counting, and writes the ids of each part. `fill` writes the keys of a part,
    /// with the seeds of this interner, and returns its long strings.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve), and those of `fill`; nothing has changed.
    pub fn merge_keyed<'l>(
        &mut self,
        ids: Vec<&mut [u32]>,
        fill: impl Fn(usize, &mut [StringKey]) -> Result<LongStrings<'l>> + Sync,
        threads: usize,
        room: &mut MergeRoom,
    ) -> Result<()> {
        let threads = threads.min(ids.len()).min(MAX_PIECES);
        let Room { keys, hashes, items, found } = room.of(ids.iter().map(|part| part.len()).sum())?;
        let places = Places::of(&self.strings, &ids, fill, (keys, hashes), self.slots.list.len(), threads)?;
        // A piece has several slots, even if the strings are few.
        self.slots.make_room((self.len() + places.distinct()?).max(16 * places.pieces), threads)?;
        let divided = Divided::of(&places, items, threads)?;
        let merged = self.merge_divided(&places, &divided, found, ids, threads);
        if merged.is_err() {
            // Slots may have provisional ids. Nothing else has changed.
            self.slots.refill(&self.strings);
        }
        merged
    }

    fn merge_divided(
        &mut self,
        places: &Places,
        divided: &Divided,
        found: &mut [u32],
        mut ids: Vec<&mut [u32]>,
        threads: usize,
    ) -> Result<()> {
        let found = &mut found[..divided.items.len()];
        let mut own = list_for(places.pieces)?;
        let shift = self.slots.shift;
        for ((items, found), slots) in pieces(divided, found, self.slots.list.all_mut(), places.pieces) {
            own.push(Piece { items, found, slots, shift, new: Vec::new(), is_late: false });
        }
        let mut tasks = list_for(own.len())?;
        tasks.extend(own.iter_mut());
        let old = &self.strings;
        workers::each(threads, tasks, |piece: &mut Piece| piece.look_up(divided, old))?;
        let is_late = own.iter().any(|piece| piece.is_late);
        let mut new_slots = list_for(own.len())?;
        new_slots.extend(own.into_iter().map(|piece| piece.new));
        let items = divided.items;
        let mut new =
            NewStrings::of(places, new_slots.iter().flatten().map(|[_, item]| position_of(&items[*item as usize])))?;
        if is_late {
            self.look_up_late(places, divided, found, &mut new)?;
            // The table may have grown, so these strings may have other slots.
            new_slots.iter_mut().for_each(Vec::clear);
        }
        new.number();

        let mut ends: Vec<(usize, usize)> = list_for(places.stretches.len())?;
        ends.resize(places.stretches.len(), (0, 0));
        let mut tasks = list_for(places.stretches.len() + places.pieces)?;
        tasks.extend(places.stretches.iter().zip(&mut ends).map(|(parts, sizes)| Task::Count(parts, sizes)));
        let pieces = pieces(divided, found, self.slots.list.all_mut(), places.pieces).zip(&new_slots);
        tasks.extend(pieces.map(|(((items, found), slots), new)| Task::Number(items, found, slots, new)));
        let id = |id: u32| match id.checked_sub(places.old) {
            None => id,
            Some(item) => new.id(position_of(&items[item as usize])),
        };
        workers::each(threads, tasks, |task| {
            match task {
                Task::Count(parts, sizes) => *sizes = new.count(places, parts),
                Task::Number(own, found, slots, new) => {
                    let first = places.old as usize + own.start;
                    for at in 0..found.len() {
                        let earlier = (found[at] as usize).checked_sub(first).filter(|earlier| *earlier < at);
                        found[at] = earlier.map_or_else(|| id(found[at]), |earlier| found[earlier]);
                    }
                    for [slot, item] in new {
                        let (hash, _) = unpack(items[*item as usize][2]);
                        slots[*slot as usize] = pack(hash, found[*item as usize - own.start]);
                    }
                }
            }
            Ok(())
        })?;
        if is_late {
            for slot in self.slots.list.all_mut() {
                let (hash, id) = unpack(*slot);
                if let Some(id) = id.checked_sub(places.old).and_then(|item| found.get(item as usize)) {
                    *slot = pack(hash, *id);
                }
            }
        }
        let (mut strings, mut bytes) = (0, 0);
        for end in &mut ends {
            (strings, bytes) = (strings + end.0, bytes + end.1);
            *end = (strings, bytes);
        }
        self.strings.reserve(strings, bytes)?;
        let mut cursors = divided.cursors()?;
        let mut writes = list_for(places.stretches.len())?;
        let before = self.strings.bytes.len();
        let (mut entries, mut bytes_room) = (self.strings.entries.room(), self.strings.bytes.room());
        let (mut ids, mut start) = (&mut ids[..], (0, 0));
        for ((parts, end), cursors) in places.stretches.iter().zip(&ends).zip(cursors.chunks_mut(places.pieces)) {
            let (own_ids, other_ids) = take(&mut ids).split_at_mut(parts.len());
            let (own_entries, other_entries) = entries.split_at_mut(end.0 - start.0);
            let (own_bytes, other_bytes) = bytes_room.split_at_mut(end.1 - start.1);
            (ids, entries, bytes_room) = (other_ids, other_entries, other_bytes);
            let (parts, before) = (parts.clone(), before + start.1);
            writes.push(Write { parts, ids: own_ids, entries: own_entries, bytes: own_bytes, before, cursors });
            start = *end;
        }
        workers::each(threads, writes, |write: Write| {
            write.run(places, divided, found, &new);
            Ok(())
        })?;
        self.strings.entries.take(strings);
        self.strings.bytes.take(bytes);
        Ok(())
    }

    /// Looks up the strings for which a piece had no slot.
    fn look_up_late(
        &mut self,
        places: &Places,
        divided: &Divided,
        found: &mut [u32],
        new: &mut NewStrings,
    ) -> Result<()> {
        let is_late = |(_, id): &(usize, &u32)| **id == NO_ID;
        let mut late = list_for(found.iter().enumerate().filter(is_late).count())?;
        late.extend(
            found.iter().enumerate().filter(is_late).map(|(item, _)| (position_of(&divided.items[item]), item)),
        );
        late.sort_unstable();
        self.slots.make_room(self.strings.len() + new.len() + late.len(), 1)?;
        let is_same = divided.comparer(&self.strings);
        let (shift, slots) = (self.slots.shift, self.slots.list.all_mut());
        for (position, item) in late {
            let hash = places.hashes[position as usize];
            let mut at = (hash >> shift) as usize;
            found[item] = loop {
                let (tag, id) = unpack(slots[at]);
                if id == NO_ID {
                    slots[at] = pack(hash, divided.provisional(item));
                    new.add(position);
                    break divided.provisional(item);
                }
                if tag == hash && is_same(item, id) {
                    break id;
                }
                at = (at + 1) & (slots.len() - 1);
            };
        }
        Ok(())
    }
}

/// Returns the items of each piece, what was found for them, and the slots of the piece.
fn pieces<'p>(
    divided: &Divided<'p, 'p>,
    found: &'p mut [u32],
    slots: &'p mut [u64],
    count: usize,
) -> impl Iterator<Item = ((Range<usize>, &'p mut [u32]), &'p mut [u64])> {
    let slots_each = slots.len() / count;
    let mut rest = found;
    let pieces = divided.pieces().map(move |items| {
        let (own, others) = take(&mut rest).split_at_mut(items.len());
        rest = others;
        (items, own)
    });
    pieces.zip(slots.chunks_mut(slots_each))
}

enum Task<'t> {
    /// Counts the new strings of parts, and their bytes.
    Count(&'t Range<usize>, &'t mut (usize, usize)),
    /// Replaces provisional ids: those that a piece found for its items, and those in the slots of its new strings.
    Number(Range<usize>, &'t mut [u32], &'t mut [u64], &'t [[u32; 2]]),
}

/// Where the results of consecutive parts go.
struct Write<'t, 'i> {
    parts: Range<usize>,
    ids: &'t mut [&'i mut [u32]],
    entries: &'t mut [Entry],
    bytes: &'t mut [u8],
    /// The number of bytes of all strings before.
    before: usize,
    /// For each piece, the first item of these parts.
    cursors: &'t mut [u32],
}

impl Write<'_, '_> {
    fn run(self, places: &Places, divided: &Divided, found: &[u32], new: &NewStrings) {
        let (mut entries, mut end) = (self.entries.iter_mut(), 0);
        let (all_keys, hashes): (&[StringKey], &[u32]) = (places.keys, places.hashes);
        for (part, ids) in self.parts.zip(self.ids) {
            let start = places.starts[part];
            for (place, id) in ids.iter_mut().enumerate() {
                let position = start as usize + place;
                let key = all_keys[position];
                if key == NO_STRING {
                    *id = NO_ID;
                    continue;
                }
                let cursor = &mut self.cursors[divided.piece(hashes[position])];
                *id = found[*cursor as usize];
                *cursor += 1;
                if new.has(position) {
                    end = append(self.bytes, end, key, if is_long(key) { places.long[part].get(place) } else { &[] });
                    *entries.next().expect("there is an entry for each new string") = entry(key, self.before + end);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
