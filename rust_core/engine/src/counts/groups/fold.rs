//! Counts the ids in each group of documents.
//!
//! The documents are sorted by their codes. A thread has one count for each id; between two groups, all of them are
//! zero. Each thread gets a part of the sorted documents, so a group may be in several parts. Their counts are added in
//! the order of the parts, so the result does not depend on the number of threads.
//!
//! A [`Tally`] decides what is counted: tokens only, or tokens and the documents that have them.

use std::mem::take;
use std::ops::Range;

use bytemuck::Zeroable;

use crate::checkpoint::{Steps, UNITS_PER_LOOK};
use crate::error::Result;
use crate::grouping::{NO_GROUP, sort_by_code};
use crate::memory::{Pod, list_for, reserve, zeros};
use crate::prefetch::prefetch;
use crate::sequence::Sequence;

/// The fewest tokens for a thread.
const TOKENS_PER_THREAD: usize = if cfg!(test) { 8 } else { 1 << 18 };

/// The most tokens of a member, and of a part except its last member. So the counts of a part have 32 bits: half as
/// much memory for the cache.
const MOST_TOKENS: usize = if cfg!(test) { 40 } else { 1 << 30 };

/// The number of members before a member is counted when its first tokens are loaded into the cache.
const MEMBERS_AHEAD: usize = 8;

/// How often an id occurs in a group, in a part of the documents.
pub trait Tally: Pod + Send {
    /// The sum of the tallies of all parts.
    type Count: Pod + Send;

    /// Whether documents are counted. Then a document is in one part.
    const COUNTS_DOCUMENTS: bool;

    /// Counts an occurrence in this document, whose number is at least 1. Returns whether it is the first one.
    fn add(&mut self, document: u32) -> bool;

    /// Returns the count, and sets the tally to zero.
    fn take(&mut self) -> Self::Count;

    /// Adds a count to a sum. Returns whether the sum was zero.
    fn sum(sum: &mut Self::Count, count: Self::Count) -> bool;
}

/// Counts tokens.
impl Tally for u32 {
    type Count = u64;

    const COUNTS_DOCUMENTS: bool = false;

    #[inline]
    fn add(&mut self, _: u32) -> bool {
        *self += 1;
        *self == 1
    }

    #[inline]
    fn take(&mut self) -> u64 {
        u64::from(take(self))
    }

    fn sum(sum: &mut u64, count: u64) -> bool {
        let was_zero = *sum == 0;
        *sum += count;
        was_zero
    }
}

/// Counts tokens, and documents that have them. The second number has the count of documents, and then the number of the
/// last one, with 32 bits each.
impl Tally for [u64; 2] {
    type Count = [u64; 2];

    const COUNTS_DOCUMENTS: bool = true;

    #[inline]
    fn add(&mut self, document: u32) -> bool {
        let [tokens, documents] = self;
        *tokens += 1;
        if *documents & u64::from(u32::MAX) != u64::from(document) {
            *documents = ((*documents >> u32::BITS) + 1) << u32::BITS | u64::from(document);
        }
        *tokens == 1
    }

    #[inline]
    fn take(&mut self) -> [u64; 2] {
        let [tokens, documents] = take(self);
        [tokens, documents >> u32::BITS]
    }

    fn sum(sum: &mut [u64; 2], count: [u64; 2]) -> bool {
        let was_zero = sum[0] == 0;
        *sum = [sum[0] + count[0], sum[1] + count[1]];
        was_zero
    }
}

/// Consecutive tokens of a sequence that are in one group.
#[derive(Clone, Copy, Default)]
struct Member {
    code: u32,
    sequence: u32,
    start: usize,
    length: usize,
}

impl Member {
    fn ids<'s>(&self, sequences: &'s [Sequence]) -> &'s [u32] {
        &sequences[self.sequence as usize].ids[self.start..][..self.length]
    }
}

/// The ids of each group in order of first appearance, and how often each occurs. Groups without ids are not there.
#[derive(Default)]
pub struct Folded<C = u64> {
    /// The codes of the groups in ascending order, and the end of each group in the other lists.
    ends: Vec<(u32, usize)>,
    pub ids: Vec<u32>,
    pub counts: Vec<C>,
}

impl<C> Folded<C> {
    /// Returns the code of each group, and its range in the lists.
    pub fn groups(&self) -> impl Iterator<Item = (u32, Range<usize>)> {
        self.ends.iter().scan(0, |start, (code, end)| Some((*code, std::mem::replace(start, *end)..*end)))
    }
}

/// Counts the ids of each group. The sequences have all documents; `codes` has a code for each. Ids are below `bound`.
///
/// # Errors
/// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
pub fn fold<T: Tally>(
    sequences: &[Sequence],
    codes: &[u32],
    bound: usize,
    threads: usize,
    steps: &mut Steps,
) -> Result<Folded<T::Count>> {
    let members = members(sequences, codes, T::COUNTS_DOCUMENTS, steps)?;
    let members = sort_by_code(members, |member| member.code, steps)?;
    fold_members::<T>(sequences, &members, bound, threads, steps)
}

/// Counts the ids of each of `runs` parts of the tokens, which follow each other and have the same size; if that is not
/// possible, sizes differ by one token. Ids are below `bound`.
///
/// # Errors
/// As [`fold`].
pub fn fold_runs(sequences: &[Sequence], runs: u32, bound: usize, threads: usize, steps: &mut Steps) -> Result<Folded> {
    let members = members_of_runs(sequences, runs, steps)?;
    fold_members::<u32>(sequences, &members, bound, threads, steps)
}

/// Counts the ids of each group; the members are in the order of their codes.
fn fold_members<T: Tally>(
    sequences: &[Sequence],
    members: &[Member],
    bound: usize,
    threads: usize,
    steps: &mut Steps,
) -> Result<Folded<T::Count>> {
    let tokens = members.iter().map(|member| member.length).sum::<usize>();
    // A document with very many tokens is in one part if documents are counted; then counts have 64 bits.
    let least = if T::COUNTS_DOCUMENTS { 1 } else { tokens / MOST_TOKENS + 1 };
    let number = threads.min(tokens / TOKENS_PER_THREAD).max(least);
    let mut workers = list_for(number)?;
    let (mut rest, mut left) = (members, tokens);
    for others in (0..number).rev() {
        // Each part gets members until the others have equal shares.
        let (goal, mut own) = (left / (others + 1) * others, 0);
        while own < rest.len() && (left > goal || others == 0) {
            steps.did(1)?;
            left -= rest[own].length;
            own += 1;
        }
        let members;
        (members, rest) = rest.split_at(own);
        workers.push(GroupWorker::<T> {
            members,
            inside: 0,
            document: 1,
            tallies: zeros(bound)?,
            folded: Folded { ends: Vec::new(), ids: Vec::new(), counts: Vec::new() },
        });
    }
    steps.try_run(&mut workers, |worker| worker.count_some(sequences))?;
    merge(workers, bound, steps)
}

/// Returns the tokens that are in a group, in the order of the text. Each document is one member if `by_document` is set.
fn members(sequences: &[Sequence], codes: &[u32], by_document: bool, steps: &mut Steps) -> Result<Vec<Member>> {
    let (mut members, mut codes): (Vec<Member>, _) = (Vec::new(), codes.iter());
    for (number, sequence) in (0..).zip(sequences) {
        let mut start = 0;
        for (end, code) in sequence.ends.iter().zip(&mut codes) {
            steps.did(1)?;
            if *code == NO_GROUP {
                start = *end;
                continue;
            }
            if by_document && start < *end {
                reserve(&mut members, 1)?;
                members.push(Member { code: *code, sequence: number, start, length: end - start });
                start = *end;
            }
            while start < *end {
                // The counts do not depend on where documents end.
                let follows =
                    |last: &&mut Member| (last.code, last.sequence, last.start + last.length) == (*code, number, start);
                let last = members.last_mut().filter(follows).filter(|last| last.length < MOST_TOKENS);
                let room = MOST_TOKENS - last.as_ref().map_or(0, |last| last.length);
                let length = room.min(end - start);
                start += length;
                if let Some(last) = last {
                    last.length += length;
                } else {
                    reserve(&mut members, 1)?;
                    members.push(Member { code: *code, sequence: number, start: start - length, length });
                }
            }
        }
    }
    Ok(members)
}

/// Returns the tokens of each run that has tokens.
fn members_of_runs(sequences: &[Sequence], runs: u32, steps: &mut Steps) -> Result<Vec<Member>> {
    let tokens: u128 = sequences.iter().map(|sequence| sequence.ids.len() as u128).sum();
    let (mut members, mut before) = (Vec::new(), 0);
    for (number, sequence) in (0..).zip(sequences) {
        let mut start = 0;
        while start < sequence.ids.len() {
            steps.did(1)?;
            // Run r ends before token (r + 1) tokens / runs, rounded down. This is the first run that ends later.
            let run = ((before + 1) * u128::from(runs)).div_ceil(tokens) - 1;
            let left = (run + 1) * tokens / u128::from(runs) - before;
            let rest = sequence.ids.len() - start;
            let length = usize::try_from(left).map_or(rest, |left| left.min(rest)).min(MOST_TOKENS);
            let code = u32::try_from(run).expect("less than the number of runs");
            reserve(&mut members, 1)?;
            members.push(Member { code, sequence: number, start, length });
            start += length;
            before += length as u128;
        }
    }
    Ok(members)
}

/// The work of one thread.
struct GroupWorker<'m, T: Tally> {
    /// The members that are not counted yet.
    members: &'m [Member],
    /// The number of tokens of the first member that are counted.
    inside: usize,
    /// The number of the first member in its group, from 1.
    document: u32,
    /// The tally of each id in the current group.
    tallies: Vec<T>,
    /// The groups that are counted, and the ids of the current group.
    folded: Folded<T::Count>,
}

impl<T: Tally> GroupWorker<'_, T> {
    /// Counts some tokens, or takes some counts of a group. Returns whether all is done.
    fn count_some(&mut self, sequences: &[Sequence]) -> Result<bool> {
        let mut units = 0;
        while units < UNITS_PER_LOOK {
            let Some(member) = self.members.first() else { return Ok(true) };
            let ids = &member.ids(sequences)[self.inside..];
            let some = &ids[..ids.len().min(UNITS_PER_LOOK - units)];
            self.count(some)?;
            self.inside += some.len();
            units += some.len() + 1;
            if some.len() < ids.len() {
                break;
            }
            self.document = self.document.wrapping_add(1).max(1);
            if self.members.get(1).is_none_or(|next| next.code != member.code) {
                self.document = 1;
                units += self.take_counts(UNITS_PER_LOOK)?;
                if self.folded.counts.len() < self.folded.ids.len() {
                    break;
                }
                reserve(&mut self.folded.ends, 1)?;
                self.folded.ends.push((member.code, self.folded.ids.len()));
            }
            if let Some(later) = self.members.get(MEMBERS_AHEAD) {
                prefetch(later.ids(sequences), 0);
            }
            self.members = &self.members[1..];
            self.inside = 0;
        }
        Ok(false)
    }

    fn count(&mut self, some: &[u32]) -> Result<()> {
        let Self { tallies, folded: Folded { ids, .. }, .. } = self;
        reserve(ids, some.len())?;
        for id in some {
            if tallies[*id as usize].add(self.document) {
                ids.push(*id);
            }
        }
        Ok(())
    }

    /// Takes the counts of at most `most` ids of the current group. Returns their number.
    fn take_counts(&mut self, most: usize) -> Result<usize> {
        let Folded { ids, counts, .. } = &mut self.folded;
        let some = &ids[counts.len()..ids.len().min(counts.len() + most)];
        reserve(counts, some.len())?;
        counts.extend(some.iter().map(|id| self.tallies[*id as usize].take()));
        Ok(some.len())
    }
}

/// Joins the groups of workers, whose members follow each other.
fn merge<T: Tally>(workers: Vec<GroupWorker<T>>, bound: usize, steps: &mut Steps) -> Result<Folded<T::Count>> {
    let mut parts = list_for(workers.len())?;
    parts.extend(workers.into_iter().map(|worker| worker.folded));
    if parts.len() == 1 {
        return Ok(parts.remove(0));
    }
    let mut sums: Vec<T::Count> = zeros(bound)?;
    let rows = parts.iter().map(|part| part.ids.len()).sum();
    let groups = parts.iter().map(|part| part.ends.len()).sum();
    let mut merged = Folded { ends: list_for(groups)?, ids: list_for(rows)?, counts: list_for(rows)? };
    let mut pieces = list_for(groups)?;
    for part in &parts {
        pieces.extend(part.groups().map(|(code, rows)| (code, part, rows)));
    }
    for pieces in pieces.chunk_by(|(code, ..), (next, ..)| code == next) {
        if let [(code, part, rows)] = pieces {
            steps.did(rows.len())?;
            merged.ids.extend_from_slice(&part.ids[rows.clone()]);
            merged.counts.extend_from_slice(&part.counts[rows.clone()]);
            merged.ends.push((*code, merged.ids.len()));
            continue;
        }
        for (_, part, rows) in pieces {
            for row in rows.clone() {
                steps.did(1)?;
                if T::sum(&mut sums[part.ids[row] as usize], part.counts[row]) {
                    merged.ids.push(part.ids[row]);
                }
            }
        }
        while merged.counts.len() < merged.ids.len() {
            steps.did(1)?;
            let sum = &mut sums[merged.ids[merged.counts.len()] as usize];
            merged.counts.push(std::mem::replace(sum, T::Count::zeroed()));
        }
        merged.ends.push((pieces[0].0, merged.ids.len()));
    }
    Ok(merged)
}
