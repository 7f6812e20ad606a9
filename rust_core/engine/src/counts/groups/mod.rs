//! Counts and statistics of groups of documents; [`grouping`](crate::grouping) has their codes.
//!
//! `fold` counts ids in each group: terms, or types for `statistics`. N-grams are counted with the code of their group
//! as if it were one more term, so that all groups are counted together.

mod fold;
mod statistics;

use std::num::NonZero;
use std::sync::Arc;

use crate::checkpoint::Steps;
use crate::counts::ngrams::{Ngrams, Shape};
use crate::error::{Error, Result};
use crate::grouping::sort_by_code;
use crate::interner::Interner;
use crate::memory::list_for;
use crate::sequence::Sequence;

pub(crate) use fold::{Folded, fold, fold_runs};
pub(crate) use statistics::figures;

/// The order of the rows of one group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The order of first appearance in the group.
    FirstSeen,
    /// By descending count; rows with equal counts in order of first appearance in the group.
    Frequency,
}

/// How often each term, or each n-gram, occurs in each group of documents. The rows are in the order of their groups.
#[derive(Debug, Clone)]
pub struct GroupedCounts {
    /// The ids of the terms of each row, and then the code of its group.
    counted: Ngrams,
    /// The place of each row in `counted`.
    places: Vec<u32>,
}

impl GroupedCounts {
    /// Counts the terms of sequences, which have all documents; `codes` has a code for each. Gives at most `limit` rows
    /// of each group, or all.
    ///
    /// # Errors
    /// [`OutOfMemory`](Error::OutOfMemory), [`Stopped`](Error::Stopped).
    pub(crate) fn of_terms(
        sequences: &[Sequence],
        codes: &[u32],
        terms: &Arc<Interner>,
        (order, limit): (Order, Option<NonZero<usize>>),
        threads: usize,
    ) -> Result<Self> {
        let mut steps = Steps::begin();
        let folded = fold::<u32>(sequences, codes, terms.len(), threads, &mut steps)?;
        let mut ids = list_for(2 * folded.ids.len())?;
        for (code, group) in folded.groups() {
            for id in &folded.ids[group] {
                steps.did(1)?;
                ids.extend([*id, code]);
            }
        }
        Self::of(Ngrams::new(Arc::clone(terms), 2, ids, folded.counts), order, limit, &mut steps)
    }

    /// Counts the n-grams of sequences, as [`of_terms`](Self::of_terms) counts terms.
    ///
    /// # Errors
    /// As [`of_terms`](Self::of_terms).
    pub(crate) fn of_ngrams(
        sequences: &[Sequence],
        codes: &[u32],
        terms: &Arc<Interner>,
        shape: Shape,
        (order, limit): (Order, Option<NonZero<usize>>),
        threads: usize,
    ) -> Result<Self> {
        let counted = Ngrams::count(sequences, Some(codes), terms, shape, 1, threads)?;
        Self::of(counted, order, limit, &mut Steps::begin())
    }

    fn of(counted: Ngrams, order: Order, limit: Option<NonZero<usize>>, steps: &mut Steps) -> Result<Self> {
        let Ok(number) = u32::try_from(counted.len()) else {
            return Err(Error::OutOfMemory { bytes: counted.len().saturating_mul(size_of::<u64>()) });
        };
        let places = match order {
            Order::FirstSeen => {
                let mut places = list_for(counted.len())?;
                places.extend(0..number);
                places
            }
            Order::Frequency => counted.ranked()?.into_ids(),
        };
        let mut grouped = Self { counted, places: Vec::new() };
        grouped.places = sort_by_code(places, |place| grouped.code(*place), steps)?;
        if let Some(limit) = limit {
            grouped.keep_first(limit.get(), steps)?;
        }
        Ok(grouped)
    }

    /// Keeps the first `limit` rows of each group.
    fn keep_first(&mut self, limit: usize, steps: &mut Steps) -> Result<()> {
        let (mut kept, mut group, mut of_group) = (0, None, 0);
        for row in 0..self.places.len() {
            steps.did(1)?;
            let place = self.places[row];
            let code = self.code(place);
            if group.replace(code) != Some(code) {
                of_group = 0;
            }
            if of_group < limit {
                self.places[kept] = place;
                kept += 1;
            }
            of_group += 1;
        }
        self.places.truncate(kept);
        Ok(())
    }

    /// Returns the number of terms in a row: 1 if terms were counted.
    pub fn n(&self) -> usize {
        self.counted.n() - 1
    }

    /// Returns the terms.
    pub fn terms(&self) -> &Arc<Interner> {
        self.counted.terms()
    }

    /// Returns the number of rows.
    pub fn len(&self) -> u32 {
        u32::try_from(self.places.len()).expect("places are 32 bits")
    }

    /// Returns whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Returns the code of the group of a row.
    pub fn group(&self, row: u32) -> u32 {
        self.code(self.places[row as usize])
    }

    /// Returns the term ids of a row.
    pub fn get(&self, row: u32) -> &[u32] {
        &self.counted.get(self.places[row as usize] as usize)[..self.n()]
    }

    /// Returns the count of a row.
    pub fn count(&self, row: u32) -> u64 {
        self.counted.counts()[self.places[row as usize] as usize]
    }

    /// Returns the code at a place of `counted`.
    fn code(&self, place: u32) -> u32 {
        self.counted.get(place as usize)[self.n()]
    }
}

#[cfg(test)]
mod tests;
