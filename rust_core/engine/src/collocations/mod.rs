//! Collocations: adjacent terms that occur together more often than by chance.
//!
//! `units` has the tokens in units that adjacency does not cross, `margins` counts terms in the slots of windows, and
//! `tuples` counts several terms of a listed n-gram. `cells` makes tables of these counts and scores them;
//! `conventions` has the counts and formulas of other tools, and `order` sorts the rows. `collocates` are terms near a
//! node. `sentence_ends` finds the sentences of documents.

mod cells;
mod collocates;
mod conventions;
mod margins;
mod order;
pub(crate) mod sentence_ends;
mod tuples;
pub(crate) mod units;
mod windows;

use std::num::NonZero;
use std::sync::{Arc, Mutex};

use crate::association::Measure;
use crate::checkpoint::Steps;
use crate::counts::{Ngrams, Shape};
use crate::error::{Error, Result};
use crate::interner::Interner;
use crate::memory::{list_for, reserve, zeros};
use cells::Cells;
use conventions::Phrases;
use margins::Margins;
use order::in_order;
use tuples::{Listed, Over};
use units::{Tokens, Units, groups};

pub use collocates::{Collocates, Side, WindowSettings};
pub use conventions::Convention;
pub use units::{Gaps, Within};

/// The rows that a thread scores together.
const ROWS_PER_TASK: usize = if cfg!(test) { 8 } else { 1 << 12 };

/// Which rows are listed, and how they are scored.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The number of words.
    pub n: usize,
    /// The measures. The first one sorts the rows.
    pub measures: Vec<Measure>,
    /// Rows with a smaller count are not listed.
    pub min_count: u64,
    /// Rows in fewer documents are not listed.
    pub min_documents: u64,
    /// The treatment of the place of a token that has no term.
    pub gaps: Gaps,
    /// The units that a row does not cross.
    pub within: Within,
    /// The counts and formulas.
    pub convention: Convention,
    /// The most rows; of each group, if documents are in groups.
    pub limit: Option<NonZero<usize>>,
}

impl Settings {
    /// Returns whether the convention has collocations of this number of words.
    pub fn has_length(&self) -> bool {
        (2..=self.convention.most_words()).contains(&self.n)
    }

    /// Returns the first measure that is not defined for this number of words.
    pub fn undefined(&self) -> Option<Measure> {
        self.measures.iter().copied().find(|measure| self.n > 2 && !Cells::has(*measure))
    }
}

/// Collocations, and their scores.
#[derive(Debug, Clone)]
pub struct Collocations {
    terms: Arc<Interner>,
    n: usize,
    groups: Option<Vec<u32>>,
    ids: Vec<u32>,
    counts: Vec<u64>,
    documents: Vec<u64>,
    scores: Vec<Vec<f64>>,
}

impl Collocations {
    /// Finds the collocations in documents. `codes` has the code of the group of each document: then each group is
    /// counted separately, and the rows are in the order of the groups.
    ///
    /// # Errors
    /// [`OutOfMemory`](Error::OutOfMemory), [`Stopped`](Error::Stopped).
    ///
    /// # Panics
    /// Panics if [`Settings::has_length`] is false.
    pub(crate) fn find(
        tokens: Tokens,
        codes: Option<&[u32]>,
        terms: &Arc<Interner>,
        settings: &Settings,
        threads: usize,
    ) -> Result<Self> {
        assert!(settings.has_length(), "the caller has checked the number of words");
        let mut steps = Steps::begin();
        let mut scores = list_for(settings.measures.len())?;
        scores.resize_with(settings.measures.len(), Vec::new);
        let mut found = Self {
            terms: Arc::clone(terms),
            n: settings.n,
            groups: codes.map(|_| Vec::new()),
            ids: Vec::new(),
            counts: Vec::new(),
            documents: Vec::new(),
            scores,
        };
        let Some(codes) = codes else {
            found.add(&tokens.cut(settings.gaps, &mut steps)?, settings, threads, &mut steps)?;
            return Ok(found);
        };
        let places = tokens.places(codes, &mut steps)?;
        for (code, places) in groups(&places) {
            let units = tokens.of_group(places, &mut steps)?.cut(settings.gaps, &mut steps)?;
            found.add(&units, settings, threads, &mut steps)?;
            let groups = found.groups.as_mut().expect("documents are in groups");
            reserve(groups, found.counts.len() - groups.len())?;
            groups.resize(found.counts.len(), code);
        }
        Ok(found)
    }

    /// Adds the collocations of one group.
    fn add(&mut self, units: &Units, settings: &Settings, threads: usize, steps: &mut Steps) -> Result<()> {
        let shape = Shape::new(self.n, 0).expect("few words");
        let ngrams = Ngrams::count(&units.runs, None, &self.terms, shape, settings.min_count, threads)?;
        let mut rows = Rows::of(&ngrams, steps)?;
        rows.documents = tuples::documents(units, rows.listed(), threads, steps)?;
        if settings.min_documents > 1 {
            rows.keep(settings.min_documents, steps)?;
        }
        let totals = units.totals(self.terms.len(), steps)?;
        let distinct = totals.iter().filter(|total| **total > 0).count() + ngrams.distinct();
        drop(ngrams);
        let sums = Sums::of(units, &rows, totals, settings, threads, steps)?;
        let phrases = Phrases { min_count: settings.min_count, distinct };
        let scores = scores(&rows, &sums, settings, phrases, threads, steps)?;
        let mut order = in_order(&settings.measures, &scores, &rows.counts, steps)?;
        order.truncate(settings.limit.map_or(usize::MAX, NonZero::get));
        self.take(&rows, &scores, &order, steps)
    }

    /// Takes rows in this order.
    fn take(&mut self, rows: &Rows, scores: &[Vec<f64>], order: &[u32], steps: &mut Steps) -> Result<()> {
        reserve(&mut self.ids, self.n.saturating_mul(order.len()))?;
        reserve(&mut self.counts, order.len())?;
        reserve(&mut self.documents, order.len())?;
        for row in order.iter().map(|row| *row as usize) {
            steps.did(self.n)?;
            self.ids.extend_from_slice(&rows.ids[row * self.n..][..self.n]);
            self.counts.push(rows.counts[row]);
            self.documents.push(rows.documents[row]);
        }
        for (own, scores) in self.scores.iter_mut().zip(scores) {
            reserve(own, order.len())?;
            steps.did(order.len())?;
            own.extend(order.iter().map(|row| scores[*row as usize]));
        }
        Ok(())
    }

    /// Returns the number of rows.
    pub fn len(&self) -> usize {
        self.counts.len()
    }

    /// Returns whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Returns the number of terms of a row.
    pub fn n(&self) -> usize {
        self.n
    }

    /// Returns the terms.
    pub fn terms(&self) -> &Arc<Interner> {
        &self.terms
    }

    /// Returns the ids of the terms of a row.
    pub fn get(&self, row: usize) -> &[u32] {
        &self.ids[row * self.n..][..self.n]
    }

    /// Returns the code of the group of each row, if documents are in groups.
    pub fn groups(&self) -> Option<&[u32]> {
        self.groups.as_deref()
    }

    /// Returns the count of each row.
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// Returns the number of documents that have each row.
    pub fn documents(&self) -> &[u64] {
        &self.documents
    }

    /// Returns the scores of each measure.
    pub fn scores(&self) -> &[Vec<f64>] {
        &self.scores
    }
}

/// Listed n-grams in order of first appearance.
struct Rows {
    n: usize,
    ids: Vec<u32>,
    counts: Vec<u64>,
    documents: Vec<u64>,
}

impl Rows {
    fn of(ngrams: &Ngrams, steps: &mut Steps) -> Result<Self> {
        let (n, number) = (ngrams.n(), ngrams.len());
        if u32::try_from(number).is_err() {
            return Err(Error::OutOfMemory { bytes: number.saturating_mul(size_of::<u64>()) });
        }
        let mut rows = Self { n, ids: list_for(number * n)?, counts: list_for(number)?, documents: Vec::new() };
        for (row, count) in ngrams.counts().iter().enumerate() {
            steps.did(1)?;
            rows.ids.extend_from_slice(ngrams.get(row));
            rows.counts.push(*count);
        }
        Ok(rows)
    }

    fn listed(&self) -> Listed<'_> {
        Listed { ids: &self.ids, n: self.n }
    }

    /// Keeps the rows that are in at least this number of documents.
    fn keep(&mut self, min_documents: u64, steps: &mut Steps) -> Result<()> {
        let mut kept = 0;
        for row in 0..self.counts.len() {
            steps.did(1)?;
            if self.documents[row] >= min_documents {
                self.ids.copy_within(row * self.n..(row + 1) * self.n, kept * self.n);
                self.counts[kept] = self.counts[row];
                self.documents[kept] = self.documents[row];
                kept += 1;
            }
        }
        self.ids.truncate(kept * self.n);
        self.counts.truncate(kept);
        self.documents.truncate(kept);
        Ok(())
    }
}

/// The counts of windows from which the cells of each row are made.
struct Sums {
    windows: u64,
    /// The counts of terms: for each slot, or one list for all.
    slots: Vec<Vec<u64>>,
    /// For each set of slots, the list in `counts` that has its counts.
    lists: [Option<usize>; 1 << tuples::MAX_TERMS],
    counts: Vec<Vec<u64>>,
}

impl Sums {
    fn of(
        units: &Units,
        rows: &Rows,
        totals: Vec<u64>,
        settings: &Settings,
        threads: usize,
        steps: &mut Steps,
    ) -> Result<Self> {
        let n = rows.n;
        let (over, Margins { windows, slots }) = if settings.convention.counts_tokens() {
            let mut slots = list_for(1)?;
            let windows = totals.iter().sum();
            slots.push(totals);
            (Over::Runs, Margins { windows, slots })
        } else {
            (Over::Windows, Margins::of_windows(units, n, &totals, steps)?)
        };
        let mut sums = Self { windows, slots, lists: [None; 1 << tuples::MAX_TERMS], counts: Vec::new() };
        if settings.measures.iter().any(|measure| Cells::needs_all(*measure)) {
            let mut sets = list_for(1 << n)?;
            sets.extend((1_usize..(1 << n) - 1).filter(|set| set.count_ones() > 1));
            for (number, set) in sets.iter().enumerate() {
                sums.lists[*set] = Some(number);
            }
            sums.counts = tuples::counts(units, rows.listed(), &sets, over, threads, steps)?;
        }
        Ok(sums)
    }

    /// Returns the cells of a row.
    fn cells(&self, rows: &Rows, row: usize) -> Cells {
        let ids = &rows.ids[row * rows.n..][..rows.n];
        Cells::new(rows.n, |set| match (set, set.count_ones() as usize) {
            (0, _) => self.windows,
            (_, terms) if terms == rows.n => rows.counts[row],
            (_, 1) => {
                let slot = set.trailing_zeros() as usize;
                self.slots[slot.min(self.slots.len() - 1)][ids[slot] as usize]
            }
            _ => self.lists[set].map_or(0, |list| self.counts[list][row]),
        })
    }
}

/// Some rows, and the places of their scores.
struct ScoreTask<'s> {
    first: usize,
    scores: Vec<&'s mut [f64]>,
}

/// Returns the scores of all rows by each measure.
fn scores(
    rows: &Rows,
    sums: &Sums,
    settings: &Settings,
    phrases: Phrases,
    threads: usize,
    steps: &mut Steps,
) -> Result<Vec<Vec<f64>>> {
    let (number, measures) = (rows.counts.len(), &settings.measures);
    let mut scores: Vec<Vec<f64>> = list_for(measures.len())?;
    for _ in measures {
        scores.push(zeros(number)?);
    }
    let mut tasks = list_for(number / ROWS_PER_TASK + 1)?;
    for first in (0..number).step_by(ROWS_PER_TASK) {
        tasks.push(ScoreTask { first, scores: list_for(measures.len())? });
    }
    for list in &mut scores {
        for (task, scores) in tasks.iter_mut().zip(list.chunks_mut(ROWS_PER_TASK)) {
            task.scores.push(scores);
        }
    }
    let mut states = list_for(threads.min(tasks.len()))?;
    states.resize(threads.min(tasks.len()), ());
    let queue = Mutex::new(tasks.into_iter());
    steps.run(&mut states, |(), steps| {
        let next = || queue.lock().expect("no panic while the queue is locked").next();
        while let Some(mut task) = next() {
            let length = task.scores.first().map_or(0, |scores| scores.len());
            for at in 0..length {
                let cells = sums.cells(rows, task.first + at);
                for (measure, scores) in measures.iter().zip(&mut task.scores) {
                    scores[at] = settings.convention.score(*measure, &cells, phrases);
                }
            }
            if steps.is_over() {
                return false;
            }
        }
        true
    })?;
    Ok(scores)
}

#[cfg(test)]
mod tests;
