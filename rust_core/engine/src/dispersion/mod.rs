//! Dispersion: how evenly terms occur in the parts of a corpus, or in its text.
//!
//! `measures` has the formulas. This module counts the terms of each part, and sorts these counts by term. Measures of
//! places need one more pass over the tokens.

mod measures;

use std::sync::Arc;

use crate::association::rank;
use crate::checkpoint::{Steps, UNITS_PER_LOOK};
use crate::counts::groups::{Folded, fold, fold_runs};
use crate::error::{Error, Result};
use crate::grouping::NO_GROUP;
use crate::interner::Interner;
use crate::memory::{copied, list_for, reserve, zeros};
use crate::sequence::Sequence;

pub use measures::Dispersion;
use measures::{Distances, Occurrences, PartSizes};

/// The parts of a corpus.
#[derive(Debug, Clone, Copy)]
pub enum Parts<'c> {
    /// Groups of documents: a code for each document, or [`NO_GROUP`].
    Groups(&'c [u32]),
    /// Each document is a part.
    Documents,
    /// This number of parts, which follow each other and have equal numbers of tokens.
    Runs(u32),
}

/// The choice of measures and of terms.
#[derive(Debug, Clone, Copy)]
pub struct Settings<'s> {
    /// The measures, in the order of their columns.
    pub measures: &'s [Dispersion],
    /// Only these terms; None for all.
    pub terms: Option<&'s [&'s [u8]]>,
    /// The fewest tokens of a term.
    pub min_count: u64,
    /// Whether all parts count as equally large.
    pub equal_parts: bool,
}

/// The dispersion of terms, by descending count; terms with equal counts are in order of first appearance. A column has a
/// value for each row.
#[derive(Debug)]
pub struct Dispersed {
    /// The terms; `ids` has their numbers.
    pub terms: Arc<Interner>,
    /// The term of each row.
    pub ids: Vec<u32>,
    /// The tokens of each row.
    pub counts: Vec<u64>,
    /// The values, a column for each measure.
    pub values: Vec<Vec<f64>>,
    /// The number of parts that have tokens.
    pub parts: u32,
    /// The number of parts that have no tokens. They are left out.
    pub empty_parts: u32,
}

/// The counts of terms in the parts that have tokens, sorted by term.
struct Postings {
    /// The end of each term in the other lists.
    ends: Vec<usize>,
    parts: Vec<u32>,
    counts: Vec<f64>,
    /// The tokens of each term.
    totals: Vec<u64>,
    /// The tokens of each part.
    sizes: Vec<f64>,
}

impl Postings {
    fn new(folded: &Folded, terms: usize, steps: &mut Steps) -> Result<Self> {
        let (mut ends, mut totals): (Vec<usize>, Vec<u64>) = (zeros(terms)?, zeros(terms)?);
        for (id, count) in folded.ids.iter().zip(&folded.counts) {
            steps.did(1)?;
            ends[*id as usize] += 1;
            totals[*id as usize] += count;
        }
        let mut before = 0;
        for end in &mut ends {
            steps.did(1)?;
            before += std::mem::replace(end, before);
        }
        let (mut parts, mut counts) = (zeros(folded.ids.len())?, zeros(folded.ids.len())?);
        let mut sizes = Vec::new();
        for (part, (_, rows)) in (0..).zip(folded.groups()) {
            let mut size = 0;
            for row in rows {
                steps.did(1)?;
                let place = &mut ends[folded.ids[row] as usize];
                (parts[*place], counts[*place]) = (part, float(folded.counts[row]));
                *place += 1;
                size += folded.counts[row];
            }
            reserve(&mut sizes, 1)?;
            sizes.push(float(size));
        }
        Ok(Self { ends, parts, counts, totals, sizes })
    }

    fn of_term(&self, id: u32) -> Occurrences<'_> {
        let id = id as usize;
        let own = id.checked_sub(1).map_or(0, |before| self.ends[before])..self.ends[id];
        Occurrences { parts: &self.parts[own.clone()], counts: &self.counts[own], total: float(self.totals[id]) }
    }
}

/// Computes the dispersion of terms. The sequences have all documents.
///
/// # Errors
/// [`OutOfMemory`](Error::OutOfMemory), [`Stopped`](Error::Stopped).
pub(crate) fn disperse(
    terms: &Arc<Interner>,
    sequences: &[Sequence],
    parts: Parts,
    settings: &Settings,
    threads: usize,
) -> Result<Dispersed> {
    let mut steps = Steps::begin();
    let documents = sequences.iter().map(|sequence| sequence.ends.len()).sum::<usize>();
    let too_many = || Error::OutOfMemory { bytes: documents.saturating_mul(size_of::<u32>()) };
    let numbered = if matches!(parts, Parts::Documents) {
        let mut numbers = list_for(documents)?;
        numbers.extend((0..NO_GROUP).take(documents));
        if numbers.len() < documents {
            return Err(too_many());
        }
        numbers
    } else {
        Vec::new()
    };
    let codes = if let Parts::Groups(codes) = parts { codes } else { &numbered };
    let (folded, all_parts) = match parts {
        Parts::Runs(runs) => (fold_runs(sequences, runs, terms.len(), threads, &mut steps)?, runs as usize),
        Parts::Documents => (fold::<u32>(sequences, codes, terms.len(), threads, &mut steps)?, documents),
        Parts::Groups(_) => (fold::<u32>(sequences, codes, terms.len(), threads, &mut steps)?, distinct(codes)?),
    };
    let mut postings = Postings::new(&folded, terms.len(), &mut steps)?;
    drop(folded);
    let number = postings.sizes.len();
    let found = chosen(terms, &postings.totals, settings, &mut steps)?;
    let ids = rank(found, |_| 0.0, |id| postings.totals[id as usize], &mut steps)?;
    let distances = if settings.measures.iter().any(|measure| measure.is_of_places()) {
        let codes = matches!(parts, Parts::Groups(_)).then_some(codes);
        distances(sequences, codes, &ids, &postings.totals, &mut steps)?
    } else {
        Vec::new()
    };
    let tokens = postings.sizes.iter().sum::<f64>();
    let mut sizes = std::mem::take(&mut postings.sizes);
    if settings.equal_parts {
        sizes.fill(1.0);
    }
    let sizes = PartSizes::new(sizes)?;
    let values = values(&ids, &postings, &sizes, (&distances, tokens), settings.measures, threads, &mut steps)?;
    let mut counts = list_for(ids.len())?;
    counts.extend(ids.iter().map(|id| postings.totals[*id as usize]));
    let number_of = |parts: usize| u32::try_from(parts).map_err(|_| too_many());
    let (parts, empty_parts) = (number_of(number)?, number_of(all_parts - number)?);
    Ok(Dispersed { terms: Arc::clone(terms), ids, counts, values, parts, empty_parts })
}

/// Returns the number of distinct codes of groups.
fn distinct(codes: &[u32]) -> Result<usize> {
    let mut sorted = copied(codes)?;
    sorted.sort_unstable();
    sorted.dedup();
    Ok(sorted.len() - usize::from(sorted.last() == Some(&NO_GROUP)))
}

/// Returns the terms that are listed, in order of first appearance.
fn chosen(terms: &Interner, totals: &[u64], settings: &Settings, steps: &mut Steps) -> Result<Vec<u32>> {
    let is_listed = |id: u32| totals[id as usize] >= settings.min_count.max(1);
    let mut ids = Vec::new();
    match settings.terms {
        Some(wanted) => {
            for term in wanted {
                steps.did(4)?;
                if let Some(id) = terms.find(term).filter(|id| is_listed(*id)) {
                    reserve(&mut ids, 1)?;
                    ids.push(id);
                }
            }
            ids.sort_unstable();
            ids.dedup();
        }
        None => {
            for id in (0..).take(terms.len()) {
                steps.did(1)?;
                if is_listed(id) {
                    reserve(&mut ids, 1)?;
                    ids.push(id);
                }
            }
        }
    }
    Ok(ids)
}

/// Returns the distances of each term; those of terms that are not listed are not read.
fn distances(
    sequences: &[Sequence],
    codes: Option<&[u32]>,
    listed: &[u32],
    totals: &[u64],
    steps: &mut Steps,
) -> Result<Vec<Distances>> {
    let tokens = totals.iter().sum::<u64>();
    let mut distances = list_for(totals.len())?;
    distances.resize(totals.len(), Distances::default());
    // The mean distance of each term that is listed; 0 for other terms.
    let mut means: Vec<f64> = zeros(totals.len())?;
    for id in listed {
        steps.did(1)?;
        means[*id as usize] = float(tokens) / float(totals[*id as usize]);
    }
    let (mut place, mut codes) = (0, codes.map(<[u32]>::iter));
    for sequence in sequences {
        let mut start = 0;
        for end in &sequence.ends {
            let ids = &sequence.ids[std::mem::replace(&mut start, *end)..*end];
            if codes.as_mut().and_then(Iterator::next).is_some_and(|code| *code == NO_GROUP) {
                continue;
            }
            for some in ids.chunks(UNITS_PER_LOOK) {
                steps.did(some.len())?;
                for id in some {
                    place += 1;
                    let mean = means[*id as usize];
                    if mean > 0.0 {
                        distances[*id as usize].add(place, mean);
                    }
                }
            }
        }
    }
    for id in listed {
        steps.did(1)?;
        distances[*id as usize].close(tokens, means[*id as usize]);
    }
    Ok(distances)
}

/// The rows of one thread, and their values.
struct Share<'r> {
    ids: &'r [u32],
    /// A part of each column.
    columns: Vec<&'r mut [f64]>,
    done: usize,
    /// Room for a number for each part.
    rates: Vec<f64>,
}

/// Returns a column for each measure.
fn values(
    ids: &[u32],
    postings: &Postings,
    parts: &PartSizes,
    (distances, tokens): (&[Distances], f64),
    measures: &[Dispersion],
    threads: usize,
    steps: &mut Steps,
) -> Result<Vec<Vec<f64>>> {
    let mut columns: Vec<Vec<f64>> = list_for(measures.len())?;
    for _ in measures {
        columns.push(zeros(ids.len())?);
    }
    let rows = ids.len().div_ceil(threads.min(postings.parts.len() / UNITS_PER_LOOK + 1)).max(1);
    let mut shares: Vec<Share> = list_for(ids.len().div_ceil(rows))?;
    for ids in ids.chunks(rows) {
        shares.push(Share { ids, columns: list_for(measures.len())?, done: 0, rates: Vec::new() });
        if measures.contains(&Dispersion::Da) {
            shares.last_mut().expect("a share was pushed").rates = list_for(postings.parts.len().min(parts.len()))?;
        }
    }
    for column in &mut columns {
        for (share, part) in shares.iter_mut().zip(column.chunks_mut(rows)) {
            share.columns.push(part);
        }
    }
    steps.run(&mut shares, |share, steps| {
        let mut units = 0;
        while let Some(id) = share.ids.get(share.done) {
            let own = postings.of_term(*id);
            for (measure, column) in measures.iter().zip(&mut share.columns) {
                column[share.done] = if measure.is_of_places() {
                    distances[*id as usize].measure(*measure, tokens, tokens / own.total)
                } else {
                    own.measure(*measure, parts, &mut share.rates)
                };
            }
            share.done += 1;
            units += 4 * measures.len() * (own.parts.len() + 1);
            if units >= UNITS_PER_LOOK {
                units = 0;
                if steps.is_over() && share.done < share.ids.len() {
                    return false;
                }
            }
        }
        true
    })?;
    Ok(columns)
}

#[allow(clippy::cast_precision_loss)] // Counts are below 2⁵³.
fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests;
