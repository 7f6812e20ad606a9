//! Keyness: the terms that are more frequent, or less frequent, in some documents than in others.
//!
//! Documents are the target, the reference, or neither. `counts` counts the terms of both sides, and this module scores
//! them.

mod counts;

use std::num::NonZero;
use std::sync::Arc;

use crate::association::{Contingency, Correction, Measure, Parameters, rank};
use crate::checkpoint::{Steps, UNITS_PER_LOOK};
use crate::error::{Error, Result};
use crate::interner::Interner;
use crate::memory::{list_for, reserve, zeros};

pub(crate) use counts::{Documents, Sides, each_group, two_sides};

/// The code of the documents of the target.
pub const TARGET: u32 = 0;

/// The code of the documents of the reference.
pub const REFERENCE: u32 = 1;

/// The choice of measures and of terms.
#[derive(Debug, Clone)]
pub struct Settings<'m> {
    /// The measures, in the order of their columns. The rows are sorted by the first one.
    pub measures: &'m [Measure],
    /// The fewest tokens of a term on both sides together.
    pub min_count: u64,
    /// Whether statistics have the sign of the difference: negative if the term is less frequent in the target.
    pub is_signed: bool,
    /// How p-values are adjusted; the terms that have `min_count` tokens are the tests.
    pub correction: Option<Correction>,
    /// The most rows of a comparison.
    pub limit: Option<NonZero<usize>>,
    /// The number that simple maths adds to both rates.
    pub smoothing: f64,
    /// The prior count of each term, for log-odds.
    pub prior: f64,
}

/// How often a term occurs on one side: tokens, and documents that have the term.
pub type Occurrences = [u64; 2];

/// The scores of terms. A column has a value for each row.
#[derive(Debug)]
pub struct Keyness {
    /// The terms; `ids` has their numbers.
    pub terms: Arc<Interner>,
    /// The code of the target of each row, if there are several.
    pub groups: Option<Vec<u32>>,
    /// The term of each row.
    pub ids: Vec<u32>,
    /// The tokens of each row: in the target, and in the reference.
    pub counts: [Vec<u64>; 2],
    /// The tokens of each row for each million tokens of its side.
    pub rates: [Vec<f64>; 2],
    /// The documents that have the term.
    pub documents: [Vec<u64>; 2],
    /// The scores, a column for each measure.
    pub scores: Vec<Vec<f64>>,
    /// The p-values of the first measure that has some.
    pub p_values: Option<Vec<f64>>,
}

impl Keyness {
    /// Scores the terms of a target and a reference.
    pub(crate) fn of(sides: &Sides, settings: &Settings, threads: usize, steps: &mut Steps) -> Result<Self> {
        let mut keyness = Self::empty(&sides.terms, settings, false)?;
        keyness.append(None, sides, settings, threads, steps)?;
        Ok(keyness)
    }

    /// Scores the terms of each group of documents against all other groups.
    pub(crate) fn of_groups(
        documents: &Documents,
        codes: &[u32],
        settings: &Settings,
        threads: usize,
        steps: &mut Steps,
    ) -> Result<Self> {
        let mut keyness = Self::empty(&documents.terms, settings, true)?;
        each_group(documents, codes, threads, steps, |code, sides, steps| {
            keyness.append(Some(code), sides, settings, threads, steps)
        })?;
        Ok(keyness)
    }

    fn empty(terms: &Arc<Interner>, settings: &Settings, has_groups: bool) -> Result<Self> {
        let mut scores = list_for(settings.measures.len())?;
        scores.resize_with(settings.measures.len(), Vec::new);
        let has_p_values = settings.measures.iter().any(|measure| measure.has_p_values());
        Ok(Self {
            terms: Arc::clone(terms),
            groups: has_groups.then(Vec::new),
            ids: Vec::new(),
            counts: Default::default(),
            rates: Default::default(),
            documents: Default::default(),
            scores,
            p_values: has_p_values.then(Vec::new),
        })
    }

    /// Appends the rows of a comparison.
    fn append(
        &mut self,
        group: Option<u32>,
        sides: &Sides,
        settings: &Settings,
        threads: usize,
        steps: &mut Steps,
    ) -> Result<()> {
        let sizes = sides.sizes()?;
        let total = |id: u32| sides.counts.iter().map(|side| side[id as usize][0]).sum::<u64>();
        // The rows that are scored, in order of first appearance.
        let (mut ids, mut vocabulary) = (Vec::new(), 0.0);
        for id in (0..).take(sides.terms.len()) {
            steps.did(1)?;
            let total = total(id);
            vocabulary += f64::from(u8::from(total > 0));
            if total >= settings.min_count.max(1) {
                reserve(&mut ids, 1)?;
                ids.push(id);
            }
        }
        let parameters = Parameters {
            smoothing: settings.smoothing,
            prior: settings.prior,
            prior_total: settings.prior * vocabulary,
        };
        let scorer = Scorer { sides, sizes, parameters, settings };
        let scores = scorer.score(&ids, threads, steps)?;
        let width = settings.measures.len();
        let score = |row: u32, column: usize| scores[row as usize * width + column];
        let p_values = self.p_values.as_ref().map(|_| scorer.p_values(&scores, steps)).transpose()?;
        let mut order = list_for(ids.len())?;
        order.extend((0..).take(ids.len()));
        let count = |row: u32| total(ids[row as usize]);
        order = match settings.measures.first() {
            None => rank(order, |_| 0.0, count, steps)?,
            // A small p-value is a strong association.
            Some(first) if first.is_p_value() => rank(order, |row| -score(row, 0), count, steps)?,
            Some(_) => rank(order, |row| score(row, 0), count, steps)?,
        };
        order.truncate(settings.limit.map_or(usize::MAX, NonZero::get));
        self.reserve(order.len())?;
        for row in order {
            steps.did(1 + width)?;
            let id = ids[row as usize];
            self.ids.push(id);
            if let (Some(groups), Some(group)) = (&mut self.groups, group) {
                groups.push(group);
            }
            for (side, size) in sizes.into_iter().enumerate() {
                let [tokens, documents] = sides.counts[side][id as usize];
                self.counts[side].push(tokens);
                self.rates[side].push(1e6 * float(tokens) / size);
                self.documents[side].push(documents);
            }
            for (column, list) in self.scores.iter_mut().enumerate() {
                list.push(score(row, column));
            }
            if let (Some(list), Some(p_values)) = (&mut self.p_values, &p_values) {
                list.push(p_values[row as usize]);
            }
        }
        Ok(())
    }

    fn reserve(&mut self, rows: usize) -> Result<()> {
        reserve(&mut self.ids, rows)?;
        self.groups.iter_mut().try_for_each(|list| reserve(list, rows))?;
        self.counts.iter_mut().chain(&mut self.documents).try_for_each(|list| reserve(list, rows))?;
        let numbers = self.rates.iter_mut().chain(&mut self.scores).chain(&mut self.p_values);
        numbers.into_iter().try_for_each(|list| reserve(list, rows))
    }
}

/// The units of work that a score takes.
const UNITS_PER_SCORE: usize = 16;

/// Computes scores.
struct Scorer<'s> {
    sides: &'s Sides,
    /// The tokens of both sides.
    sizes: [f64; 2],
    parameters: Parameters,
    settings: &'s Settings<'s>,
}

/// The rows of one thread, and their scores.
struct Share<'r> {
    ids: &'r [u32],
    scores: &'r mut [f64],
}

impl Scorer<'_> {
    /// Returns the scores of each row by all measures.
    fn score(&self, ids: &[u32], threads: usize, steps: &mut Steps) -> Result<Vec<f64>> {
        let width = self.settings.measures.len();
        let mut scores: Vec<f64> = zeros(ids.len() * width)?;
        if width == 0 {
            return Ok(scores);
        }
        let units_of_row = UNITS_PER_SCORE * width;
        let rows = ids.len().div_ceil(threads.min(ids.len() * units_of_row / UNITS_PER_LOOK + 1)).max(1);
        let mut shares = list_for(ids.len().div_ceil(rows))?;
        let parts = ids.chunks(rows).zip(scores.chunks_mut(rows * width));
        shares.extend(parts.map(|(ids, scores)| Share { ids, scores }));
        steps.run(&mut shares, |share, steps| {
            let mut units = 0;
            while let Some((id, rest)) = share.ids.split_first() {
                share.ids = rest;
                let (own, others) = std::mem::take(&mut share.scores).split_at_mut(width);
                share.scores = others;
                let table = self.table(*id);
                for (measure, score) in self.settings.measures.iter().zip(own) {
                    *score = if self.settings.is_signed {
                        measure.signed_score(&table, &self.parameters)
                    } else {
                        measure.score(&table, &self.parameters)
                    };
                }
                units += units_of_row;
                if units >= UNITS_PER_LOOK && !rest.is_empty() {
                    units = 0;
                    if steps.is_over() {
                        return false;
                    }
                }
            }
            true
        })?;
        Ok(scores)
    }

    fn table(&self, id: u32) -> Contingency {
        let [o11, o21] = [0, 1].map(|side| float(self.sides.counts[side][id as usize][0]));
        Contingency { o11, o12: self.sizes[0] - o11, o21, o22: self.sizes[1] - o21 }
    }

    /// Returns the p-value of each row by the first measure that has some.
    fn p_values(&self, scores: &[f64], steps: &mut Steps) -> Result<Vec<f64>> {
        let measures = self.settings.measures;
        let mut found = list_for(scores.len() / measures.len())?;
        let first = measures.iter().enumerate().find(|(_, measure)| measure.has_p_values());
        if let Some((column, measure)) = first {
            for row in scores.chunks(measures.len()) {
                steps.did(UNITS_PER_SCORE)?;
                found.push(measure.p_value(row[column]));
            }
        }
        if let Some(correction) = self.settings.correction {
            correction.adjust(&mut found)?;
        }
        Ok(found)
    }
}

#[allow(clippy::cast_precision_loss)] // Counts are below 2⁵³.
fn float(count: u64) -> f64 {
    count as f64
}

impl Settings<'_> {
    /// Checks that p-values can be adjusted.
    ///
    /// # Errors
    /// [`Error::NoPValues`].
    pub(crate) fn check(&self) -> Result<()> {
        let has_p_values = self.measures.iter().any(|measure| measure.has_p_values());
        if self.correction.is_none() || has_p_values { Ok(()) } else { Err(Error::NoPValues) }
    }
}

#[cfg(test)]
mod tests;
