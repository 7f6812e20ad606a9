//! How often some terms of listed n-grams occur together, in the same slots of a window.

use std::hash::{BuildHasher, RandomState};
use std::ops::Range;

use crate::checkpoint::Steps;
use crate::collocations::units::Units;
use crate::error::Result;
use crate::hash::folded_product;
use crate::memory::{list_for, reserve, zeros};

/// The most terms of an n-gram with cells.
pub const MAX_TERMS: usize = 5;

/// The fewest tokens for a thread.
const TOKENS_PER_THREAD: usize = if cfg!(test) { 8 } else { 1 << 16 };

/// The number of places of a piece of the text.
const PLACES_PER_PIECE: usize = if cfg!(test) { 8 } else { 1 << 14 };

/// An odd number with about half of its bits set.
const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;

/// Which places of a text count for a tuple.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// All windows of n tokens of a unit. The other slots may have any term or a gap.
    Windows,
    /// All runs as long as the tuple, from its first to its last slot: the other slots have any term, and no gap.
    Runs,
}

/// The rows of listed n-grams.
#[derive(Clone, Copy)]
pub struct Listed<'r> {
    /// The terms of all rows.
    pub ids: &'r [u32],
    /// The number of terms of a row.
    pub n: usize,
}

impl Listed<'_> {
    /// Returns the number of rows.
    pub fn len(self) -> usize {
        self.ids.len() / self.n
    }

    fn row(&self, number: u32) -> &[u32] {
        &self.ids[number as usize * self.n..][..self.n]
    }
}

/// Some slots of all rows, in a hash table with open addressing. At least half of its places are empty.
struct Table<'r> {
    listed: Listed<'r>,
    /// The chosen slots of a row.
    slots: Vec<usize>,
    /// The places of these slots in a window.
    offsets: Vec<usize>,
    /// The number of tokens of a window.
    width: usize,
    seed: u64,
    /// A part of the hash, and the number from 1 of the first row with these terms; 0 if the place is empty.
    places: Vec<u64>,
    /// For each row, the first row with these terms.
    first: Vec<u32>,
}

impl<'r> Table<'r> {
    fn new(listed: Listed<'r>, chosen: usize, over: Over, seed: u64, steps: &mut Steps) -> Result<Self> {
        let mut slots: Vec<usize> = list_for(MAX_TERMS)?;
        slots.extend((0..listed.n).filter(|slot| chosen >> slot & 1 == 1));
        let begin = if over == Over::Runs { slots[0] } else { 0 };
        let mut offsets: Vec<usize> = list_for(MAX_TERMS)?;
        offsets.extend(slots.iter().map(|slot| slot - begin));
        let width = if over == Over::Runs { slots[slots.len() - 1] - begin + 1 } else { listed.n };
        let places = zeros((2 * listed.len()).next_power_of_two().max(64))?;
        let mut table = Self { listed, slots, offsets, width, seed, places, first: list_for(listed.len())? };
        for number in (0..).take(listed.len()) {
            steps.did(1)?;
            let row = listed.row(number);
            let hash = table.hash(row, &table.slots);
            let at = table.place(row, &table.slots, hash);
            if table.places[at] == 0 {
                table.places[at] = (hash >> 32 << 32) | (u64::from(number) + 1);
            }
            table.first.push(table.row_at(at).expect("the row is there"));
        }
        Ok(table)
    }

    #[inline]
    fn hash(&self, terms: &[u32], slots: &[usize]) -> u64 {
        slots.iter().fold(self.seed, |hash, slot| folded_product(hash ^ u64::from(terms[*slot]), MULTIPLIER))
    }

    #[inline]
    #[allow(clippy::cast_possible_truncation)] // The lower half is the number of a row, from 1.
    fn row_at(&self, place: usize) -> Option<u32> {
        (self.places[place] as u32).checked_sub(1)
    }

    /// Returns the place of these slots of `terms`, or the empty place for them.
    #[inline]
    #[allow(clippy::cast_possible_truncation)] // Any bits of the hash are good.
    fn place(&self, terms: &[u32], slots: &[usize], hash: u64) -> usize {
        let mask = self.places.len() - 1;
        let mut at = hash as usize & mask;
        while let Some(row) = self.row_at(at) {
            let own = || self.slots.iter().map(|slot| self.listed.row(row)[*slot]);
            if self.places[at] >> 32 == hash >> 32 && own().eq(slots.iter().map(|slot| terms[*slot])) {
                break;
            }
            at = (at + 1) & mask;
        }
        at
    }

    /// Returns the first row that has the terms of a window.
    #[inline]
    fn find(&self, window: &[u32]) -> Option<u32> {
        let hash = self.hash(window, &self.offsets);
        self.row_at(self.place(window, &self.offsets, hash))
    }
}

/// In how many documents a row occurs. Numbers of documents begin with 1.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    documents: u64,
    first: u64,
    last: u64,
}

impl Seen {
    fn see(&mut self, document: u64) {
        if self.last != document {
            self.documents += 1;
            self.last = document;
            if self.first == 0 {
                self.first = document;
            }
        }
    }

    /// Adds the documents of the part of the text that follows.
    fn add(&mut self, next: Self) {
        if next.documents > 0 {
            self.documents += next.documents - u64::from(self.last == next.first);
            self.last = next.last;
            if self.first == 0 {
                self.first = next.first;
            }
        }
    }
}

/// Consecutive places of a sequence, at which windows begin.
struct Piece {
    sequence: usize,
    starts: Range<usize>,
    /// The number of documents in the sequences before.
    documents_before: u64,
}

/// The work of a thread: consecutive pieces, and what it counts in them.
struct Worker<'p, S> {
    pieces: &'p [Piece],
    counted: S,
}

/// Counts for each row the windows that have its terms in the chosen slots: `chosen` has numbers with a bit for each
/// slot. Returns a list for each of them.
///
/// # Errors
/// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
pub fn counts(
    units: &Units,
    listed: Listed,
    chosen: &[usize],
    over: Over,
    threads: usize,
    steps: &mut Steps,
) -> Result<Vec<Vec<u64>>> {
    let seed = RandomState::new().hash_one(0);
    let mut tables = list_for(chosen.len())?;
    for slots in chosen {
        tables.push(Table::new(listed, *slots, over, seed, steps)?);
    }
    let ends = |sequence: usize| match over {
        Over::Windows => &units.ends[sequence],
        Over::Runs => &units.runs[sequence].ends,
    };
    let new = || {
        let mut counts: Vec<Vec<u64>> = list_for(chosen.len())?;
        for _ in chosen {
            counts.push(zeros(listed.len())?);
        }
        Ok(counts)
    };
    let counted =
        scan(units, (PLACES_PER_PIECE / chosen.len().max(1)).max(1), new, threads, steps, |counted, piece| {
            let ids = &units.runs[piece.sequence].ids;
            each_unit(ends(piece.sequence), &piece.starts, |unit, starts| {
                for (table, counts) in tables.iter().zip(&mut *counted) {
                    let last = starts.end.min((unit.end + 1).saturating_sub(table.width));
                    for start in starts.start..last {
                        if let Some(row) = table.find(&ids[start..start + table.width]) {
                            counts[row as usize] += 1;
                        }
                    }
                }
            });
        })?;
    let mut result = list_for(tables.len())?;
    for (number, table) in tables.iter().enumerate() {
        let mut counts = list_for(listed.len())?;
        for first in &table.first {
            steps.did(counted.len())?;
            counts.push(counted.iter().map(|counts| counts[number][*first as usize]).sum());
        }
        result.push(counts);
    }
    Ok(result)
}

/// Returns the number of documents that have each row as adjacent terms. The rows are distinct.
///
/// # Errors
/// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
pub fn documents(units: &Units, listed: Listed, threads: usize, steps: &mut Steps) -> Result<Vec<u64>> {
    let mut counts = list_for(listed.len())?;
    if units.document_count() == 1 {
        counts.resize(listed.len(), 1);
        return Ok(counts);
    }
    let all = (1 << listed.n) - 1;
    let table = Table::new(listed, all, Over::Runs, RandomState::new().hash_one(0), steps)?;
    let new = || {
        let mut seen = list_for(listed.len())?;
        seen.resize(listed.len(), Seen::default());
        Ok(seen)
    };
    let seen = scan(units, PLACES_PER_PIECE, new, threads, steps, |seen: &mut Vec<Seen>, piece| {
        let (runs, documents) = (&units.runs[piece.sequence], &units.documents[piece.sequence]);
        let mut document = documents.partition_point(|end| *end <= piece.starts.start);
        each_unit(&runs.ends, &piece.starts, |run, starts| {
            while documents.get(document).is_some_and(|end| *end <= starts.start) {
                document += 1;
            }
            for start in starts.start..starts.end.min((run.end + 1).saturating_sub(listed.n)) {
                if let Some(row) = table.find(&runs.ids[start..start + listed.n]) {
                    seen[row as usize].see(piece.documents_before + document as u64 + 1);
                }
            }
        });
    })?;
    for row in 0..listed.len() {
        steps.did(seen.len())?;
        let mut all = Seen::default();
        seen.iter().for_each(|part| all.add(part[row]));
        counts.push(all.documents);
    }
    Ok(counts)
}

/// Calls `take` with each unit that has places in `starts`, and with these places.
fn each_unit(ends: &[usize], starts: &Range<usize>, mut take: impl FnMut(Range<usize>, Range<usize>)) {
    let first = ends.partition_point(|end| *end <= starts.start);
    let mut begin = first.checked_sub(1).map_or(0, |before| ends[before]);
    for end in &ends[first..] {
        if begin >= starts.end {
            break;
        }
        take(begin..*end, begin.max(starts.start)..starts.end.min(*end));
        begin = *end;
    }
}

/// Reads the text in pieces of `size` places, each thread consecutive ones. Returns what each thread has counted, in the
/// order of the text.
fn scan<S: Send>(
    units: &Units,
    size: usize,
    new: impl Fn() -> Result<S>,
    threads: usize,
    steps: &mut Steps,
    read: impl Fn(&mut S, &Piece) + Sync,
) -> Result<Vec<S>> {
    let (mut pieces, mut before, mut tokens) = (Vec::new(), 0, 0);
    for (number, (sequence, documents)) in units.runs.iter().zip(&units.documents).enumerate() {
        for start in (0..sequence.ids.len()).step_by(size) {
            steps.did(1)?;
            reserve(&mut pieces, 1)?;
            let starts = start..sequence.ids.len().min(start + size);
            pieces.push(Piece { sequence: number, starts, documents_before: before });
        }
        before += documents.len() as u64;
        tokens += sequence.ids.len();
    }
    let number = threads.min(tokens / TOKENS_PER_THREAD).max(1);
    let (mut workers, mut rest) = (list_for(number)?, &pieces[..]);
    for others in (0..number).rev() {
        let own;
        (own, rest) = rest.split_at(rest.len() / (others + 1));
        workers.push(Worker { pieces: own, counted: new()? });
    }
    steps.run(&mut workers, |worker, steps| {
        while let Some((piece, rest)) = worker.pieces.split_first() {
            read(&mut worker.counted, piece);
            worker.pieces = rest;
            if steps.is_over() {
                return rest.is_empty();
            }
        }
        true
    })?;
    let mut counted = list_for(number)?;
    counted.extend(workers.into_iter().map(|worker| worker.counted));
    Ok(counted)
}
