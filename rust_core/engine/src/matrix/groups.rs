//! The rows of groups of documents: sums of the rows of their documents.

use std::ops::Range;

use crate::checkpoint::{Steps, UNITS_PER_LOOK};
use crate::error::{Error, Result};
use crate::grouping::{NO_GROUP, check_groups, check_number, sort_by_code};
use crate::matrix::csr::Matrix;
use crate::matrix::row_block::RowBlock;
use crate::matrix::rows::RowMaker;
use crate::memory::{list_for, reserve};

/// The entries of a block of rows, unless its last row has more.
const ENTRIES_PER_BLOCK: usize = if cfg!(test) { 16 } else { 1 << 16 };

/// A row of a document in a group.
#[derive(Clone, Copy, Default)]
struct Member {
    code: u32,
    block: u32,
    /// Its entries in the block.
    start: usize,
    end: usize,
}

/// Makes the rows of consecutive groups.
struct SumWorker<'m> {
    /// The rows that are not added yet.
    members: &'m [Member],
    /// The number of entries of the first row that are added.
    inside: usize,
    /// The groups whose rows are not made yet.
    groups: Range<usize>,
    maker: RowMaker,
    made: Vec<RowBlock>,
    failed: Option<Error>,
}

impl Matrix {
    /// Replaces the rows of documents by the rows of groups 0 to `groups` - 1: the sums of the rows of their documents.
    /// `codes` has the code of the group of each row, or [`NO_GROUP`].
    ///
    /// # Errors
    /// [`CodeCount`](Error::CodeCount), [`UnknownGroup`](Error::UnknownGroup), [`OutOfMemory`](Error::OutOfMemory),
    /// [`Stopped`](Error::Stopped); nothing has changed.
    pub fn sum_groups(&mut self, codes: &[u32], groups: usize) -> Result<()> {
        check_number(codes, self.rows())?;
        check_groups(codes, groups)?;
        self.make_rows()?;
        let mut steps = Steps::begin();
        let (blocks, bound) = (self.blocks(), self.feature_bound());
        let (members, entries) = members(blocks, codes, &mut steps)?;
        let members = sort_by_code(members, |member| member.code, &mut steps)?;
        let threads = self.threads().min(entries / ENTRIES_PER_BLOCK).max(1);
        let mut workers = list_for(threads)?;
        let (mut rest, mut left, mut first) = (&members[..], entries, 0);
        for others in (0..threads).rev() {
            // Each thread gets groups until the others have equal shares.
            let (goal, mut own, mut end) = (left / (others + 1) * others, 0, first);
            while own < rest.len() && (left > goal || rest[own].code as usize + 1 == end) {
                steps.did(1)?;
                end = rest[own].code as usize + 1;
                left -= rest[own].end - rest[own].start;
                own += 1;
            }
            if others == 0 {
                end = groups;
            }
            let members;
            (members, rest) = rest.split_at(own);
            workers.push(SumWorker {
                members,
                inside: 0,
                groups: first..end,
                maker: RowMaker::default(),
                made: Vec::new(),
                failed: None,
            });
            first = end;
        }
        steps.run(&mut workers, |worker, steps| {
            loop {
                match worker.sum_some(blocks, bound) {
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
        let mut made = list_for(workers.iter().map(|worker| worker.made.len()).sum())?;
        for worker in workers {
            worker.failed.map_or(Ok(()), Err)?;
            made.extend(worker.made);
        }
        self.replace_rows(made);
        Ok(())
    }
}

/// Returns the rows of documents that are in a group, and the number of their entries.
fn members(blocks: &[RowBlock], codes: &[u32], steps: &mut Steps) -> Result<(Vec<Member>, usize)> {
    let (mut members, mut entries, mut codes) = (list_for(codes.len())?, 0, codes.iter());
    for (block, rows) in (0..).zip(blocks) {
        let mut start = 0;
        for (length, code) in rows.lengths.iter().zip(&mut codes) {
            steps.did(1)?;
            let end = start + *length as usize;
            if *code != NO_GROUP {
                members.push(Member { code: *code, block, start, end });
                entries += end - start;
            }
            start = end;
        }
    }
    Ok((members, entries))
}

impl SumWorker<'_> {
    /// Adds some rows. Returns whether the rows of all groups are made.
    fn sum_some(&mut self, blocks: &[RowBlock], bound: usize) -> Result<bool> {
        let mut units = 0;
        while units < UNITS_PER_LOOK {
            if self.groups.is_empty() {
                if self.maker.has_rows() {
                    self.take_rows()?;
                }
                return Ok(true);
            }
            match self.members.first() {
                Some(member) if member.code as usize == self.groups.start => {
                    let start = member.start + self.inside;
                    let some = start..member.end.min(start + UNITS_PER_LOOK - units);
                    self.maker.sum(&blocks[member.block as usize], some.clone(), bound)?;
                    units += some.len() + 1;
                    self.inside += some.len();
                    if some.end == member.end {
                        self.members = &self.members[1..];
                        self.inside = 0;
                    }
                }
                _ => {
                    let before = self.maker.entries();
                    self.maker.push_sums()?;
                    self.groups.start += 1;
                    units += self.maker.entries() - before + 1;
                    if self.maker.entries() >= ENTRIES_PER_BLOCK {
                        self.take_rows()?;
                    }
                }
            }
        }
        Ok(false)
    }

    fn take_rows(&mut self) -> Result<()> {
        reserve(&mut self.made, 1)?;
        self.made.push(self.maker.take());
        Ok(())
    }
}
