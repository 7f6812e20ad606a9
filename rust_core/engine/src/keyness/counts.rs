//! The counts of terms on two sides.

use std::sync::Arc;

use crate::checkpoint::Steps;
use crate::counts::groups::fold;
use crate::error::{Error, Result};
use crate::interner::{Interner, SharedInterner};
use crate::keyness::{Occurrences, REFERENCE, TARGET, float};
use crate::memory::{list_for, zeros};
use crate::sequence::Sequence;

/// The documents of an analyzer, as sequences of the ids of terms.
pub(crate) struct Documents {
    pub terms: Arc<Interner>,
    pub sequences: Vec<Sequence>,
}

/// The counts of the target and of the reference.
pub(crate) struct Sides {
    pub terms: Arc<Interner>,
    /// For each side, the occurrences of each term.
    pub counts: [Vec<Occurrences>; 2],
    /// For each side, the number of tokens.
    pub tokens: [u64; 2],
}

impl Sides {
    fn new(terms: &Arc<Interner>) -> Result<Self> {
        Ok(Self { terms: Arc::clone(terms), counts: [zeros(terms.len())?, zeros(terms.len())?], tokens: [0; 2] })
    }

    fn add(&mut self, side: usize, id: u32, count: Occurrences) {
        let sum = &mut self.counts[side][id as usize];
        *sum = [sum[0] + count[0], sum[1] + count[1]];
        self.tokens[side] += count[0];
    }

    /// Returns the number of tokens on each side.
    ///
    /// # Errors
    /// [`Error::EmptySide`].
    pub fn sizes(&self) -> Result<[f64; 2]> {
        for (tokens, side) in self.tokens.into_iter().zip(["target", "reference"]) {
            if tokens == 0 {
                return Err(Error::EmptySide { side });
            }
        }
        Ok(self.tokens.map(float))
    }
}

/// Counts the terms of the target and of the reference, which may be documents of several analyzers. Documents have the
/// code [`TARGET`], [`REFERENCE`], or [`NO_GROUP`](crate::grouping::NO_GROUP). The terms of the first analyzer come first.
pub(crate) fn two_sides(analyzers: &[(Documents, &[u32])], threads: usize, steps: &mut Steps) -> Result<Sides> {
    let Some(((first, codes), others)) = analyzers.split_first() else {
        return Err(Error::EmptySide { side: "target" });
    };
    if others.is_empty() {
        let mut sides = Sides::new(&first.terms)?;
        count(first, codes, &mut sides, |id| id, threads, steps)?;
        return Ok(sides);
    }
    let mut terms = SharedInterner::of(Arc::clone(&first.terms));
    let all = terms.changeable(steps)?;
    let mut joined = list_for(others.len())?;
    for (other, _) in others {
        let mut ids: Vec<u32> = list_for(other.terms.len())?;
        for id in (0..).take(other.terms.len()) {
            steps.did(4)?;
            ids.push(all.intern(other.terms.get(id))?);
        }
        joined.push(ids);
    }
    let mut sides = Sides::new(terms.as_arc())?;
    count(first, codes, &mut sides, |id| id, threads, steps)?;
    for ((other, codes), ids) in others.iter().zip(joined) {
        count(other, codes, &mut sides, |id| ids[id as usize], threads, steps)?;
    }
    Ok(sides)
}

fn count(
    documents: &Documents,
    codes: &[u32],
    sides: &mut Sides,
    id_of: impl Fn(u32) -> u32,
    threads: usize,
    steps: &mut Steps,
) -> Result<()> {
    let folded = fold::<Occurrences>(&documents.sequences, codes, documents.terms.len(), threads, steps)?;
    for (code, rows) in folded.groups() {
        debug_assert!(code == TARGET || code == REFERENCE, "the caller has checked the codes");
        for row in rows {
            steps.did(1)?;
            sides.add(code as usize, id_of(folded.ids[row]), folded.counts[row]);
        }
    }
    Ok(())
}

/// Counts each group as the target, and all other groups as the reference. Groups without tokens are left out.
pub(crate) fn each_group(
    documents: &Documents,
    codes: &[u32],
    threads: usize,
    steps: &mut Steps,
    mut compare: impl FnMut(u32, &Sides, &mut Steps) -> Result<()>,
) -> Result<()> {
    let (target, reference) = (TARGET as usize, REFERENCE as usize);
    let mut sides = Sides::new(&documents.terms)?;
    let folded = fold::<Occurrences>(&documents.sequences, codes, documents.terms.len(), threads, steps)?;
    for row in 0..folded.ids.len() {
        steps.did(1)?;
        sides.add(reference, folded.ids[row], folded.counts[row]);
    }
    for (code, rows) in folded.groups() {
        let mut moved = 0;
        for row in rows.clone() {
            steps.did(1)?;
            let (id, count) = (folded.ids[row] as usize, folded.counts[row]);
            let others = sides.counts[reference][id];
            sides.counts[reference][id] = [others[0] - count[0], others[1] - count[1]];
            sides.counts[target][id] = count;
            moved += count[0];
        }
        let all = sides.tokens[reference];
        sides.tokens = [moved, all - moved];
        compare(code, &sides, steps)?;
        for row in rows {
            steps.did(1)?;
            let (id, count) = (folded.ids[row] as usize, folded.counts[row]);
            let others = sides.counts[reference][id];
            sides.counts[reference][id] = [others[0] + count[0], others[1] + count[1]];
            sides.counts[target][id] = [0, 0];
        }
        sides.tokens = [0, all];
    }
    Ok(())
}
