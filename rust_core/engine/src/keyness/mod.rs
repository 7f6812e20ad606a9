//! Keyness: the terms that are more frequent, or less frequent, in some documents than in others.
//!
//! Documents are the target, the reference, or neither. `counts` counts the terms of both sides, `pairs` finds terms with
//! the same counts, and this module scores them.

mod counts;
mod pairs;

use std::num::NonZero;
use std::sync::Arc;

use crate::association::{Contingency, Correction, Measure, Parameters, rank};
use crate::checkpoint::{Steps, UNITS_PER_LOOK};
use crate::error::{Error, Result};
use crate::grouping::sort_by_code;
use crate::interner::Interner;
use crate::memory::{list_for, reserve, zeros};

pub(crate) use counts::{Documents, Sides, each_group, two_sides};
use pairs::Pairs;

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
        // The terms that are scored, in order of first appearance.
        let (mut ids, mut vocabulary) = (Vec::new(), 0.0);
        for id in (0..).take(sides.terms.len()) {
            steps.did(1)?;
            let total = sides.counts.iter().map(|side| side[id as usize][0]).sum::<u64>();
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
        let pairs = Pairs::of(sides, &ids, steps)?;
        let scorer = Scorer { pairs: &pairs, sizes, parameters, settings };
        let scores = scorer.score(threads, steps)?;
        let p_values = self.p_values.as_ref().map(|_| scorer.p_values(&scores, steps)).transpose()?;
        let places = scorer.places(&scores, steps)?;
        let mut order = list_for(ids.len())?;
        order.extend((0..).take(ids.len()));
        let pair_of = |row: u32| pairs.of_term[row as usize] as usize;
        // Terms that share a place are in order of first appearance.
        let mut order = sort_by_code(order, |row: &u32| places[pair_of(*row)], steps)?;
        order.truncate(settings.limit.map_or(usize::MAX, NonZero::get));
        self.reserve(order.len())?;
        let width = settings.measures.len();
        // Column by column, because the processor then reads each list in one loop.
        for rows in order.chunks(ROWS_TOGETHER) {
            steps.did(rows.len() * (1 + width))?;
            let terms = || rows.iter().map(|row| ids[*row as usize]);
            self.ids.extend(terms());
            if let (Some(groups), Some(group)) = (&mut self.groups, group) {
                groups.extend(rows.iter().map(|_| group));
            }
            for (side, size) in sizes.into_iter().enumerate() {
                let occurrences = || terms().map(|id| sides.counts[side][id as usize]);
                self.counts[side].extend(occurrences().map(|[tokens, _]| tokens));
                self.rates[side].extend(occurrences().map(|[tokens, _]| 1e6 * float(tokens) / size));
                self.documents[side].extend(occurrences().map(|[_, documents]| documents));
            }
            for (column, list) in self.scores.iter_mut().enumerate() {
                list.extend(rows.iter().map(|row| scores[pair_of(*row) * width + column]));
            }
            if let (Some(list), Some(p_values)) = (&mut self.p_values, &p_values) {
                let place = |row: &u32| if settings.correction.is_some() { *row as usize } else { pair_of(*row) };
                list.extend(rows.iter().map(|row| p_values[place(row)]));
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

/// The number of rows that are written before a look at the time.
const ROWS_TOGETHER: usize = 1 << 12;

/// The units of work that a score takes.
const UNITS_PER_SCORE: usize = 16;

/// Computes the scores of pairs of counts.
struct Scorer<'s> {
    pairs: &'s Pairs,
    /// The tokens of both sides.
    sizes: [f64; 2],
    parameters: Parameters,
    settings: &'s Settings<'s>,
}

/// The pairs of one thread, and their scores.
struct Share<'r> {
    counts: &'r [[u64; 2]],
    scores: &'r mut [f64],
}

impl Scorer<'_> {
    /// Returns the scores of each pair by all measures.
    fn score(&self, threads: usize, steps: &mut Steps) -> Result<Vec<f64>> {
        let (width, counts) = (self.settings.measures.len(), &self.pairs.counts);
        let mut scores: Vec<f64> = zeros(counts.len() * width)?;
        if width == 0 {
            return Ok(scores);
        }
        let units_of_pair = UNITS_PER_SCORE * width;
        let number = counts.len().div_ceil(threads.min(counts.len() * units_of_pair / UNITS_PER_LOOK + 1)).max(1);
        let mut shares = list_for(counts.len().div_ceil(number))?;
        let parts = counts.chunks(number).zip(scores.chunks_mut(number * width));
        shares.extend(parts.map(|(counts, scores)| Share { counts, scores }));
        steps.run(&mut shares, |share, steps| {
            let mut units = 0;
            while let Some((counts, rest)) = share.counts.split_first() {
                share.counts = rest;
                let (own, others) = std::mem::take(&mut share.scores).split_at_mut(width);
                share.scores = others;
                let table = self.table(*counts);
                for (measure, score) in self.settings.measures.iter().zip(own) {
                    *score = if self.settings.is_signed {
                        measure.signed_score(&table, &self.parameters)
                    } else {
                        measure.score(&table, &self.parameters)
                    };
                }
                units += units_of_pair;
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

    fn table(&self, counts: [u64; 2]) -> Contingency {
        let [o11, o21] = counts.map(float);
        Contingency { o11, o12: self.sizes[0] - o11, o21, o22: self.sizes[1] - o21 }
    }

    /// Returns the place of each pair in the order of the rows. Pairs with equal scores and totals share a place.
    fn places(&self, scores: &[f64], steps: &mut Steps) -> Result<Vec<u32>> {
        let (width, number) = (self.settings.measures.len(), self.pairs.counts.len());
        let first = |pair: u32| match self.settings.measures.first() {
            None => 0.0,
            // A small p-value is a strong association.
            Some(measure) if measure.is_p_value() => -scores[pair as usize * width],
            Some(_) => scores[pair as usize * width],
        };
        let mut order = list_for(number)?;
        order.extend((0..).take(number));
        let order = rank(order, first, |pair| self.pairs.total(pair), steps)?;
        let mut places: Vec<u32> = zeros(number)?;
        let (mut place, mut before) = (0, None);
        for pair in order {
            steps.did(1)?;
            let (score, total) = (first(pair), self.pairs.total(pair));
            let is_equal =
                |(other, others): (f64, u64)| (other == score || other.is_nan() && score.is_nan()) && others == total;
            place += u32::from(before.is_some_and(|before| !is_equal(before)));
            before = Some((score, total));
            places[pair as usize] = place;
        }
        Ok(places)
    }

    /// Returns the p-value of each pair by the first measure that has some; of each term if there is a correction.
    fn p_values(&self, scores: &[f64], steps: &mut Steps) -> Result<Vec<f64>> {
        let measures = self.settings.measures;
        let mut found = list_for(self.pairs.counts.len())?;
        let first = measures.iter().enumerate().find(|(_, measure)| measure.has_p_values());
        if let Some((column, measure)) = first {
            for row in scores.chunks(measures.len()) {
                steps.did(UNITS_PER_SCORE)?;
                found.push(measure.p_value(row[column]));
            }
        }
        let Some(correction) = self.settings.correction else { return Ok(found) };
        let mut of_terms = list_for(self.pairs.of_term.len())?;
        for pair in &self.pairs.of_term {
            steps.did(1)?;
            of_terms.push(found[*pair as usize]);
        }
        correction.adjust(&mut of_terms)?;
        Ok(of_terms)
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
