//! Counts the ids in each group of documents.
//!
//! The documents are sorted by their codes. A thread has one count for each id; between two groups, all of them are
//! zero. Each thread gets a part of the sorted documents, so a group may be in several parts. Their counts are added in
//! the order of the parts, so the result does not depend on the number of threads.

use std::mem::take;
use std::ops::Range;

use crate::checkpoint::{Steps, UNITS_PER_LOOK};
use crate::error::Result;
use crate::grouping::{NO_GROUP, sort_by_code};
use crate::memory::{list_for, reserve, zeros};
use crate::prefetch::prefetch;
use crate::sequence::Sequence;

/// The fewest tokens for a thread.
const TOKENS_PER_THREAD: usize = if cfg!(test) { 8 } else { 1 << 18 };

/// The most tokens of a member, and of a part except its last member. So the counts of a part have 32 bits: half as
/// much memory for the cache.
const MOST_TOKENS: usize = if cfg!(test) { 40 } else { 1 << 30 };

/// The number of members before a member is counted when its first tokens are loaded into the cache.
const MEMBERS_AHEAD: usize = 8;

/// Consecutive tokens of a sequence that are in one group.
#[derive(Clone, Copy, Default)]
struct Member {
    code: u32,
    sequence: u32,
    start: usize,
    length: u32,
}

impl Member {
    fn ids<'s>(&self, sequences: &'s [Sequence]) -> &'s [u32] {
        &sequences[self.sequence as usize].ids[self.start..][..self.length as usize]
    }
}

/// The ids of each group in order of first appearance, and how often each occurs. Groups without ids are not there.
#[derive(Default)]
pub struct Folded {
    /// The codes of the groups in ascending order, and the end of each group in the other lists.
    ends: Vec<(u32, usize)>,
    pub ids: Vec<u32>,
    pub counts: Vec<u64>,
}

impl Folded {
    /// Returns the code of each group, and its range in the lists.
    pub fn groups(&self) -> impl Iterator<Item = (u32, Range<usize>)> {
        self.ends.iter().scan(0, |start, (code, end)| Some((*code, std::mem::replace(start, *end)..*end)))
    }
}

/// Counts the ids of each group. The sequences have all documents; `codes` has a code for each. Ids are below `bound`.
///
/// # Errors
/// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
pub fn fold(sequences: &[Sequence], codes: &[u32], bound: usize, threads: usize, steps: &mut Steps) -> Result<Folded> {
    let (members, tokens) = members(sequences, codes, steps)?;
    let members = sort_by_code(members, |member| member.code, steps)?;
    let number = threads.min(tokens / TOKENS_PER_THREAD).max(tokens / MOST_TOKENS + 1);
    let mut workers = list_for(number)?;
    let (mut rest, mut left) = (&members[..], tokens);
    for others in (0..number).rev() {
        // Each part gets members until the others have equal shares.
        let (goal, mut own) = (left / (others + 1) * others, 0);
        while own < rest.len() && (left > goal || others == 0) {
            steps.did(1)?;
            left -= rest[own].length as usize;
            own += 1;
        }
        let members;
        (members, rest) = rest.split_at(own);
        workers.push(GroupWorker { members, inside: 0, counts: zeros(bound)?, folded: Folded::default() });
    }
    steps.try_run(&mut workers, |worker| worker.count_some(sequences))?;
    merge(workers, bound, steps)
}

/// Returns the tokens that are in a group, in the order of the text, and their number.
fn members(sequences: &[Sequence], codes: &[u32], steps: &mut Steps) -> Result<(Vec<Member>, usize)> {
    let (mut members, mut tokens, mut codes): (Vec<Member>, _, _) = (Vec::new(), 0, codes.iter());
    for (number, sequence) in (0..).zip(sequences) {
        let mut start = 0;
        for (end, code) in sequence.ends.iter().zip(&mut codes) {
            steps.did(1)?;
            if *code == NO_GROUP {
                start = *end;
                continue;
            }
            tokens += end - start;
            while start < *end {
                // The counts do not depend on where documents end.
                let follows = |last: &&mut Member| {
                    (last.code, last.sequence, last.start + last.length as usize) == (*code, number, start)
                };
                let last = members.last_mut().filter(follows).filter(|last| (last.length as usize) < MOST_TOKENS);
                let room = MOST_TOKENS - last.as_ref().map_or(0, |last| last.length as usize);
                let length = room.min(end - start);
                let more = u32::try_from(length).expect("fewer than `MOST_TOKENS`");
                start += length;
                if let Some(last) = last {
                    last.length += more;
                } else {
                    reserve(&mut members, 1)?;
                    members.push(Member { code: *code, sequence: number, start: start - length, length: more });
                }
            }
        }
    }
    Ok((members, tokens))
}

/// The work of one thread.
struct GroupWorker<'m> {
    /// The members that are not counted yet.
    members: &'m [Member],
    /// The number of tokens of the first member that are counted.
    inside: usize,
    /// The count of each id in the current group.
    counts: Vec<u32>,
    /// The groups that are counted, and the ids of the current group.
    folded: Folded,
}

impl GroupWorker<'_> {
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
            if self.members.get(1).is_none_or(|next| next.code != member.code) {
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
        let Self { counts, folded: Folded { ids, .. }, .. } = self;
        reserve(ids, some.len())?;
        for id in some {
            let count = &mut counts[*id as usize];
            if *count == 0 {
                ids.push(*id);
            }
            *count += 1;
        }
        Ok(())
    }

    /// Takes the counts of at most `most` ids of the current group. Returns their number.
    fn take_counts(&mut self, most: usize) -> Result<usize> {
        let Folded { ids, counts, .. } = &mut self.folded;
        let some = &ids[counts.len()..ids.len().min(counts.len() + most)];
        reserve(counts, some.len())?;
        counts.extend(some.iter().map(|id| u64::from(take(&mut self.counts[*id as usize]))));
        Ok(some.len())
    }
}

/// Joins the groups of workers, whose members follow each other.
fn merge(workers: Vec<GroupWorker>, bound: usize, steps: &mut Steps) -> Result<Folded> {
    let mut parts = list_for(workers.len())?;
    parts.extend(workers.into_iter().map(|worker| worker.folded));
    if let [only] = &mut parts[..] {
        return Ok(take(only));
    }
    let mut sums: Vec<u64> = zeros(bound)?;
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
                let sum = &mut sums[part.ids[row] as usize];
                if *sum == 0 {
                    merged.ids.push(part.ids[row]);
                }
                *sum += part.counts[row];
            }
        }
        while merged.counts.len() < merged.ids.len() {
            steps.did(1)?;
            let id = merged.ids[merged.counts.len()];
            merged.counts.push(take(&mut sums[id as usize]));
        }
        merged.ends.push((pieces[0].0, merged.ids.len()));
    }
    Ok(merged)
}
