//! Counts the ids in each group of documents.
//!
//! The documents are sorted by their codes. A thread has one count for each id; between two groups, all of them are
//! zero. Each thread gets a part of the sorted documents, so a group may be in several parts. Their counts are added in
//! the order of the parts, so the result does not depend on the number of threads.

use std::mem::take;
use std::ops::Range;

use crate::checkpoint::{Steps, UNITS_PER_LOOK};
use crate::error::{Error, Result};
use crate::grouping::{NO_GROUP, sort_by_code};
use crate::memory::{list_for, reserve, zeros};
use crate::sequence::Sequence;

/// The fewest tokens for a thread.
const TOKENS_PER_THREAD: usize = if cfg!(test) { 8 } else { 1 << 18 };

/// A document that is in a group and has tokens.
#[derive(Clone, Copy, Default)]
struct Member {
    code: u32,
    sequence: u32,
    /// The number of the document in its sequence.
    document: usize,
}

impl Member {
    fn ids<'s>(&self, sequences: &'s [Sequence]) -> &'s [u32] {
        let Sequence { ids, ends } = &sequences[self.sequence as usize];
        &ids[self.document.checked_sub(1).map_or(0, |before| ends[before])..ends[self.document]]
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
/// [`OutOfMemory`](Error::OutOfMemory), [`Stopped`](Error::Stopped).
pub fn fold(sequences: &[Sequence], codes: &[u32], bound: usize, threads: usize, steps: &mut Steps) -> Result<Folded> {
    let (members, tokens) = members(sequences, codes, steps)?;
    let members = sort_by_code(members, |member| member.code, steps)?;
    let number = threads.min(tokens / TOKENS_PER_THREAD).max(1);
    let mut workers = list_for(number)?;
    let (mut rest, mut left) = (&members[..], tokens);
    for others in (0..number).rev() {
        // Each thread gets documents until the others have equal shares.
        let (goal, mut own) = (left / (others + 1) * others, 0);
        while own < rest.len() && (left > goal || others == 0) {
            steps.did(1)?;
            left -= rest[own].ids(sequences).len();
            own += 1;
        }
        let members;
        (members, rest) = rest.split_at(own);
        workers.push(GroupWorker {
            members,
            inside: 0,
            counts: zeros(bound)?,
            folded: Folded::default(),
            failed: None,
        });
    }
    steps.run(&mut workers, |worker, steps| {
        loop {
            match worker.count_some(sequences) {
                Ok(true) => return true,
                Ok(false) if steps.is_over() => return false,
                Ok(false) => {}
                Err(error) => {
                    worker.failed = Some(error);
                    return true;
                }
            }
        }
    })?;
    for worker in &mut workers {
        worker.failed.take().map_or(Ok(()), Err)?;
    }
    merge(workers, steps)
}

/// Returns the documents that are in a group and have tokens, and the number of their tokens.
fn members(sequences: &[Sequence], codes: &[u32], steps: &mut Steps) -> Result<(Vec<Member>, usize)> {
    let (mut members, mut tokens, mut codes) = (list_for(codes.len())?, 0, codes.iter());
    for (number, sequence) in (0..).zip(sequences) {
        let mut start = 0;
        for (document, (end, code)) in sequence.ends.iter().zip(&mut codes).enumerate() {
            steps.did(1)?;
            if *code != NO_GROUP && *end > start {
                members.push(Member { code: *code, sequence: number, document });
                tokens += end - start;
            }
            start = *end;
        }
    }
    Ok((members, tokens))
}

/// The work of one thread.
struct GroupWorker<'m> {
    /// The documents that are not counted yet.
    members: &'m [Member],
    /// The number of tokens of the first document that are counted.
    inside: usize,
    /// The count of each id in the current group.
    counts: Vec<u64>,
    /// The groups that are counted, and the ids of the current group.
    folded: Folded,
    failed: Option<Error>,
}

impl GroupWorker<'_> {
    /// Counts some tokens, or takes some counts of a group. Returns whether all is done.
    fn count_some(&mut self, sequences: &[Sequence]) -> Result<bool> {
        let mut units = 0;
        while units < UNITS_PER_LOOK {
            let Some(member) = self.members.first() else { return Ok(true) };
            let ids = &member.ids(sequences)[self.inside..];
            if ids.is_empty() {
                let next = self.members.get(1).map(|next| next.code);
                if next != Some(member.code) {
                    let (code, some) = (member.code, UNITS_PER_LOOK - units);
                    units += self.take_counts(some)?;
                    if self.folded.counts.len() < self.folded.ids.len() {
                        continue;
                    }
                    reserve(&mut self.folded.ends, 1)?;
                    self.folded.ends.push((code, self.folded.ids.len()));
                }
                self.members = &self.members[1..];
                self.inside = 0;
                units += 1;
                continue;
            }
            let some = &ids[..ids.len().min(UNITS_PER_LOOK - units)];
            reserve(&mut self.folded.ids, some.len())?;
            for id in some {
                let count = &mut self.counts[*id as usize];
                if *count == 0 {
                    self.folded.ids.push(*id);
                }
                *count += 1;
            }
            self.inside += some.len();
            units += some.len();
        }
        Ok(false)
    }

    /// Takes the counts of at most `most` ids of the current group. Returns their number.
    fn take_counts(&mut self, most: usize) -> Result<usize> {
        let Folded { ids, counts, .. } = &mut self.folded;
        let some = &ids[counts.len()..ids.len().min(counts.len() + most)];
        reserve(counts, some.len())?;
        counts.extend(some.iter().map(|id| take(&mut self.counts[*id as usize])));
        Ok(some.len())
    }
}

/// Joins the groups of workers, whose documents follow each other.
fn merge(mut workers: Vec<GroupWorker>, steps: &mut Steps) -> Result<Folded> {
    let mut of_ids = workers.first_mut().map(|worker| take(&mut worker.counts)).unwrap_or_default();
    let mut parts = list_for(workers.len())?;
    parts.extend(workers.into_iter().map(|worker| worker.folded));
    if let [only] = &mut parts[..] {
        return Ok(take(only));
    }
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
                let sum = &mut of_ids[part.ids[row] as usize];
                if *sum == 0 {
                    merged.ids.push(part.ids[row]);
                }
                *sum += part.counts[row];
            }
        }
        while merged.counts.len() < merged.ids.len() {
            steps.did(1)?;
            let id = merged.ids[merged.counts.len()];
            merged.counts.push(take(&mut of_ids[id as usize]));
        }
        merged.ends.push((pieces[0].0, merged.ids.len()));
    }
    Ok(merged)
}
