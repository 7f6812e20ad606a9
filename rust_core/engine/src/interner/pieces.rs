//! The strings of a merge on several threads: by position, and divided by hash.

use std::mem::take;
use std::ops::Range;

use crate::error::Result;
use crate::interner::key::{StringKey, is_long};
use crate::interner::strings::{Entry, Strings, key_of};
use crate::interner::table::{NO_ID, pack, unpack};
use crate::memory::{Buffer, ensure, list_for, reserve, zeros};
use crate::workers;

/// The tasks for each thread, so that all threads end at about the same time.
const TASKS_PER_THREAD: usize = 4;

/// The number of distinct strings is estimated from about this number of hashes.
const SAMPLE: usize = if cfg!(test) { 2 } else { 4096 };

/// The strings of a piece, whose items and slots fit into a second-level cache.
const STRINGS_PER_PIECE: usize = if cfg!(test) { 8 } else { 1 << 13 };
/// The most slots of a piece, for the same reason.
const SLOTS_PER_PIECE: usize = if cfg!(test) { 32 } else { 1 << 15 };
/// The most pieces. A thread that divides strings writes to one cache line of each.
pub const MAX_PIECES: usize = 256;

/// The key of a position without a string. It gets no id.
pub const NO_STRING: StringKey = [0, u64::MAX];

/// Where the bytes of the long strings of a part are.
#[derive(Debug)]
pub enum LongStrings<'l> {
    /// The strings of the part are consecutive strings of a list, from this number on.
    InList(&'l Strings, usize),
    /// The list has the strings with these places in the part.
    Own(Vec<u32>, Strings),
}

impl LongStrings<'_> {
    /// Returns the long string at a place in the part.
    pub fn get(&self, place: usize) -> &[u8] {
        match self {
            Self::InList(list, first) => list.get(first + place),
            Self::Own(places, strings) => strings.get(places.partition_point(|other| (*other as usize) < place)),
        }
    }
}

/// The memory of merges, one after the other: new memory is expensive. None until a merge needs it.
#[derive(Debug, Default)]
pub struct MergeRoom(Option<Box<Buffers>>);

#[derive(Debug, Default)]
struct Buffers {
    keys: Buffer<StringKey>,
    hashes: Buffer<u32>,
    items: Buffer<Item>,
    found: Buffer<u32>,
}

/// The memory of one merge, whose values are those of an earlier one.
pub struct Room<'r> {
    pub keys: &'r mut [StringKey],
    pub hashes: &'r mut [u32],
    pub items: &'r mut [Item],
    pub found: &'r mut [u32],
}

impl MergeRoom {
    /// Returns memory for this number of strings.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn of(&mut self, strings: usize) -> Result<Room<'_>> {
        if self.0.is_none() {
            ensure(size_of::<Buffers>())?;
        }
        // Each buffer is empty and has only room.
        let Buffers { keys, hashes, items, found } = &mut **self.0.get_or_insert_default();
        keys.reserve(strings)?;
        hashes.reserve(strings)?;
        items.reserve(strings)?;
        found.reserve(strings)?;
        Ok(Room {
            keys: &mut keys.room()[..strings],
            hashes: &mut hashes.room()[..strings],
            items: &mut items.room()[..strings],
            found: &mut found.room()[..strings],
        })
    }
}

/// The strings of all parts, by position.
pub struct Places<'r, 'l> {
    /// The position of the first string of each part.
    pub starts: Vec<u32>,
    /// The long strings of each part.
    pub long: Vec<LongStrings<'l>>,
    pub keys: &'r [StringKey],
    pub hashes: &'r [u32],
    /// The number of strings before the merge.
    pub old: u32,
    /// Consecutive parts that a thread handles together.
    pub stretches: Vec<Range<usize>>,
    /// The number of pieces by which the strings will be divided, a power of two.
    pub pieces: usize,
    /// For each stretch, the number of its strings in each piece.
    counts: Vec<u32>,
}

impl<'r, 'l> Places<'r, 'l> {
    /// Returns the strings that `fill` gives for parts of the lengths of `ids`, which are added after those in `old`.
    /// `slots` is the number of slots of the table.
    #[allow(clippy::cast_possible_truncation)] // A list has at most MAX_STRINGS strings.
    pub fn of(
        old: &Strings,
        ids: &[&mut [u32]],
        fill: impl Fn(usize, &mut [StringKey]) -> Result<LongStrings<'l>> + Sync,
        (keys, hashes): (&'r mut [StringKey], &'r mut [u32]),
        slots: usize,
        threads: usize,
    ) -> Result<Self> {
        let mut starts = list_for(ids.len())?;
        let mut all = 0;
        for part in ids {
            starts.push(all as u32);
            all += part.len();
        }
        let tasks = threads.min(all) * TASKS_PER_THREAD;
        let stretches = stretches_of(&starts, all.div_ceil(tasks))?;
        let pieces =
            (all / STRINGS_PER_PIECE).max(slots / SLOTS_PER_PIECE).max(tasks).next_power_of_two().min(MAX_PIECES);
        let mut counts: Vec<u32> = zeros(stretches.len() * pieces)?;
        let mut long = list_for(ids.len())?;
        long.resize_with(ids.len(), || LongStrings::Own(Vec::new(), Strings::default()));
        let (mut key_room, mut hash_room, mut long_room) = (&mut *keys, &mut *hashes, &mut long[..]);
        let mut tasks = list_for(stretches.len())?;
        for (parts, counts) in stretches.iter().zip(counts.chunks_mut(pieces)) {
            let strings = ids[parts.clone()].iter().map(|part| part.len()).sum();
            let (own_keys, other_keys) = key_room.split_at_mut(strings);
            let (own_hashes, other_hashes) = hash_room.split_at_mut(strings);
            let (own_long, other_long) = long_room.split_at_mut(parts.len());
            (key_room, hash_room, long_room) = (other_keys, other_hashes, other_long);
            tasks.push((parts.clone(), own_keys, own_hashes, own_long, counts));
        }
        type Task<'t, 'l> =
            (Range<usize>, &'t mut [StringKey], &'t mut [u32], &'t mut [LongStrings<'l>], &'t mut [u32]);
        let hasher = old.hasher;
        workers::each(threads, tasks, |(parts, mut keys, hashes, long, counts): Task<'_, 'l>| {
            let mut hashes = hashes.iter_mut();
            for (part, long) in parts.zip(long) {
                let (own, others) = take(&mut keys).split_at_mut(ids[part].len());
                keys = others;
                *long = fill(part, own)?;
                for (key, hash) in own.iter().zip(&mut hashes) {
                    *hash = hasher.hash(*key);
                    counts[piece(*hash, pieces)] += u32::from(*key != NO_STRING);
                }
            }
            Ok(())
        })?;
        Ok(Self { starts, long, keys, hashes, old: old.len() as u32, stretches, pieces, counts })
    }

    /// Returns the positions of the strings of parts.
    pub fn positions(&self, parts: &Range<usize>) -> Range<usize> {
        let position = |part: usize| self.starts.get(part).map_or(self.keys.len(), |start| *start as usize);
        position(parts.start)..position(parts.end)
    }

    /// Returns an estimate of the number of distinct strings.
    pub fn distinct(&self) -> Result<usize> {
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

    /// Returns the long string at a position.
    pub fn long(&self, position: u32) -> &[u8] {
        let part = self.starts.partition_point(|start| *start <= position) - 1;
        self.long[part].get((position - self.starts[part]) as usize)
    }
}

/// Divides parts that begin at these positions into stretches of about this number of strings.
fn stretches_of(starts: &[u32], strings: usize) -> Result<Vec<Range<usize>>> {
    let (mut stretches, mut first) = (Vec::new(), 0);
    while first < starts.len() {
        let aim = starts[first] as usize + strings;
        let end = starts.partition_point(|start| (*start as usize) < aim).max(first + 1);
        reserve(&mut stretches, 1)?;
        stretches.push(first..end);
        first = end;
    }
    Ok(stretches)
}

/// A string in a piece: its key, then its hash and its position in one number.
pub type Item = [u64; 3];

/// Returns the position of an item.
#[inline]
#[allow(clippy::cast_possible_truncation)] // The lower half.
pub fn position_of(item: &Item) -> u32 {
    item[2] as u32
}

/// The strings of all positions, divided by their hash. Within a piece, they are in order of position.
pub struct Divided<'p, 'l> {
    places: &'p Places<'p, 'l>,
    pub items: &'p [Item],
}

impl<'p, 'l> Divided<'p, 'l> {
    /// Divides strings into pieces.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn of(places: &'p Places<'p, 'l>, items: &'p mut [Item], threads: usize) -> Result<Self> {
        let Places { counts, pieces, stretches, .. } = places;
        let strings = counts.iter().map(|count| *count as usize).sum();
        let items = &mut items[..strings];
        let mut room = &mut *items;
        let mut slices = list_for(counts.len())?;
        slices.resize_with(counts.len(), Default::default);
        for piece in 0..*pieces {
            for at in (piece..counts.len()).step_by(*pieces) {
                let (own, others) = room.split_at_mut(counts[at] as usize);
                (slices[at], room) = (own, others);
            }
        }
        let mut tasks = list_for(stretches.len())?;
        tasks.extend(stretches.iter().zip(slices.chunks_mut(*pieces)));
        workers::each(threads, tasks, |(parts, slices): (&Range<usize>, &mut [&mut [Item]])| {
            let positions = places.positions(parts);
            let strings = places.keys[positions.clone()].iter().zip(&places.hashes[positions.clone()]).zip(positions);
            for ((key, hash), position) in strings.filter(|((key, _), _)| **key != NO_STRING) {
                let slice = &mut slices[piece(*hash, *pieces)];
                let (item, others) = take(slice).split_first_mut().expect("the items were counted");
                *item = [key[0], key[1], u64::from(*hash) << u32::BITS | position as u64];
                *slice = others;
            }
            Ok(())
        })?;
        Ok(Self { places, items })
    }

    /// Returns the piece of a hash.
    #[inline]
    pub fn piece(&self, hash: u32) -> usize {
        piece(hash, self.places.pieces)
    }

    /// Returns the items of each piece.
    pub fn pieces(&self) -> impl Iterator<Item = Range<usize>> {
        let Places { counts, pieces, .. } = self.places;
        let mut start = 0;
        (0..*pieces).map(move |piece| {
            let size: usize = counts[piece..].iter().step_by(*pieces).map(|count| *count as usize).sum();
            start += size;
            start - size..start
        })
    }

    /// Returns, for each stretch, its first item in each piece.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn cursors(&self) -> Result<Vec<u32>> {
        let Places { counts, pieces, .. } = self.places;
        let mut cursors = zeros(counts.len())?;
        let mut start = 0;
        for piece in 0..*pieces {
            for at in (piece..counts.len()).step_by(*pieces) {
                cursors[at] = start;
                start += counts[at];
            }
        }
        Ok(cursors)
    }

    /// Returns the provisional id of an item.
    #[inline]
    #[allow(clippy::cast_possible_truncation)] // A list has at most MAX_STRINGS strings.
    pub fn provisional(&self, item: usize) -> u32 {
        self.places.old + item as u32
    }

    /// Returns a function that returns whether an item is the string with an id, which may be provisional.
    #[inline]
    pub fn comparer<'d>(&'d self, old: &'d Strings) -> impl Fn(usize, u32) -> bool + use<'d, 'p, 'l> {
        let entries: &[Entry] = &old.entries;
        let Self { places, items } = *self;
        move |item, id| {
            let key = [items[item][0], items[item][1]];
            let long = |item: usize| places.long(position_of(&items[item]));
            match id.checked_sub(places.old) {
                None => {
                    let id = id as usize;
                    key_of(&entries[id]) == key && (!is_long(key) || old.get(id) == long(item))
                }
                Some(other) => {
                    let other = other as usize;
                    items[other][..2] == key && (!is_long(key) || long(other) == long(item))
                }
            }
        }
    }
}

#[inline]
fn piece(hash: u32, count: usize) -> usize {
    ((u64::from(hash) * count as u64) >> u32::BITS) as usize
}

/// The strings and the slots of one range of hashes.
pub struct Piece<'p> {
    /// The items of the piece.
    pub items: Range<usize>,
    /// For each item, its id, which may be provisional; [`NO_ID`] if there was no slot for it.
    pub found: &'p mut [u32],
    pub slots: &'p mut [u64],
    /// That of [`Slots`](crate::interner::table::Slots).
    pub shift: u32,
    /// The new strings: the slot of each in the piece, and its item.
    pub new: Vec<[u32; 2]>,
    /// Whether there was no slot for a string.
    pub is_late: bool,
}

impl Piece<'_> {
    /// Looks up all strings of the piece.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    #[allow(clippy::cast_possible_truncation)] // A table has at most MAX_SLOTS slots, and a list MAX_STRINGS strings.
    pub fn look_up(&mut self, divided: &Divided, old: &Strings) -> Result<()> {
        self.new = list_for(self.items.len())?;
        // Reading all slots also loads them into the cache. At most seven of eight are used.
        let used = self.slots.iter().filter(|slot| **slot != 0).count();
        let most_new = (self.slots.len() / 8 * 7).saturating_sub(used);
        let mask = self.slots.len() - 1;
        let items = divided.items;
        let is_same = divided.comparer(old);
        for (item, found) in self.items.clone().zip(self.found.iter_mut()) {
            let (hash, _) = unpack(items[item][2]);
            let mut at = (hash >> self.shift) as usize & mask;
            *found = loop {
                // After the last slot of the piece, the search continues in the next piece, which is not here.
                let Some(slot) = self.slots.get_mut(at) else { break NO_ID };
                let (tag, id) = unpack(*slot);
                if id == NO_ID {
                    if self.new.len() == most_new {
                        break NO_ID;
                    }
                    *slot = pack(hash, divided.provisional(item));
                    self.new.push([at as u32, item as u32]);
                    break divided.provisional(item);
                }
                if tag == hash && is_same(item, id) {
                    break id;
                }
                at += 1;
            };
            self.is_late |= *found == NO_ID;
        }
        Ok(())
    }
}
