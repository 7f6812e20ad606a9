//! Collocates: terms that occur near a node more often than by chance.

use std::num::NonZero;
use std::sync::Arc;

use crate::association::Measure;
use crate::checkpoint::Steps;
use crate::collocations::order::in_order;
use crate::collocations::units::{Gaps, Tokens, Within, groups};
use crate::collocations::windows::Counter;
use crate::error::{Error, Result};
use crate::interner::Interner;
use crate::memory::{list_for, reserve};
use crate::patterns::Compiled;

/// Which terms are collocates, and how to score them.
#[derive(Debug, Clone)]
pub struct WindowSettings {
    /// The number of tokens of the window before a node.
    pub left: usize,
    /// The number of tokens of the window after a node.
    pub right: usize,
    /// The measures. The first one sorts the rows.
    pub measures: Vec<Measure>,
    /// Rows with a smaller count are not listed.
    pub min_count: u64,
    /// The treatment of the place of a token that has no term.
    pub gaps: Gaps,
    /// The units at whose ends windows end.
    pub within: Within,
    /// Whether pairs are counted as by NLTK's finder of bigrams with a window.
    pub counts_pairs: bool,
    /// The most rows; of each group, if documents are in groups.
    pub limit: Option<NonZero<usize>>,
}

/// The side of a node on which a collocate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The collocate comes before the node.
    Left,
    /// The collocate comes after the node.
    Right,
}

/// Collocates of a node, and their scores.
#[derive(Debug)]
pub struct Collocates {
    terms: Arc<Interner>,
    /// The code of the group of each row, if documents are in groups.
    pub groups: Option<Vec<u32>>,
    /// The term of each row.
    pub ids: Vec<u32>,
    /// The side of each row, if pairs are counted.
    pub sides: Option<Vec<Side>>,
    /// The number of tokens in windows, or of pairs.
    pub counts: Vec<u64>,
    /// How often each term occurs, in windows or not.
    pub frequencies: Vec<u64>,
    /// The number of documents in whose windows a term is.
    pub documents: Vec<u64>,
    /// The scores of each measure.
    pub scores: Vec<Vec<f64>>,
}

impl Collocates {
    /// Finds the collocates of a node. `tokens` has the types of documents, `term_of` the term of each type.
    ///
    /// # Errors
    /// [`OutOfMemory`](Error::OutOfMemory), [`Stopped`](Error::Stopped).
    pub(crate) fn find(
        tokens: Tokens,
        codes: Option<&[u32]>,
        (terms, term_of): (&Arc<Interner>, &[u32]),
        (node, barriers): (&Compiled, &Compiled),
        settings: &WindowSettings,
    ) -> Result<Self> {
        let mut steps = Steps::begin();
        let mut scores = list_for(settings.measures.len())?;
        scores.resize_with(settings.measures.len(), Vec::new);
        let mut found = Self {
            terms: Arc::clone(terms),
            groups: codes.map(|_| Vec::new()),
            ids: Vec::new(),
            sides: settings.counts_pairs.then(Vec::new),
            counts: Vec::new(),
            frequencies: Vec::new(),
            documents: Vec::new(),
            scores,
        };
        let window = (settings.left, settings.right);
        let mut counter = Counter::new(term_of, terms.len(), (node, barriers), window, settings.counts_pairs)?;
        let Some(codes) = codes else {
            counter.count(&tokens.cut(settings.gaps, &mut steps)?, &mut steps)?;
            found.add(&counter, settings, &mut steps)?;
            return Ok(found);
        };
        let places = tokens.places(codes, &mut steps)?;
        for (code, places) in groups(&places) {
            counter.clear(&mut steps)?;
            let units = tokens.of_group(places, &mut steps)?.cut(settings.gaps, &mut steps)?;
            counter.count(&units, &mut steps)?;
            found.add(&counter, settings, &mut steps)?;
            let groups = found.groups.as_mut().expect("documents are in groups");
            reserve(groups, found.counts.len() - groups.len())?;
            groups.resize(found.counts.len(), code);
        }
        Ok(found)
    }

    /// Adds the collocates of one group.
    fn add(&mut self, counter: &Counter, settings: &WindowSettings, steps: &mut Steps) -> Result<()> {
        let is_listed = |side: usize, term: u32| counter.near[side][term as usize].count >= settings.min_count.max(1);
        let mut rows: Vec<(usize, u32)> = Vec::new();
        for term in &counter.seen {
            steps.did(1)?;
            for side in (0..counter.near.len()).filter(|side| is_listed(*side, *term)) {
                reserve(&mut rows, 1)?;
                rows.push((side, *term));
            }
        }
        if u32::try_from(rows.len()).is_err() {
            return Err(Error::OutOfMemory { bytes: rows.len().saturating_mul(size_of::<u64>()) });
        }
        let mut counts = list_for(rows.len())?;
        counts.extend(rows.iter().map(|(side, term)| counter.near[*side][*term as usize].count));
        let mut scores: Vec<Vec<f64>> = list_for(settings.measures.len())?;
        for measure in &settings.measures {
            let mut list = list_for(rows.len())?;
            for (side, term) in &rows {
                steps.did(8)?;
                list.push(counter.score(*measure, *side, *term as usize));
            }
            scores.push(list);
        }
        let mut order = in_order(&settings.measures, &scores, &counts, steps)?;
        order.truncate(settings.limit.map_or(usize::MAX, NonZero::get));
        for list in [&mut self.counts, &mut self.frequencies, &mut self.documents] {
            reserve(list, order.len())?;
        }
        reserve(&mut self.ids, order.len())?;
        if let Some(sides) = &mut self.sides {
            reserve(sides, order.len())?;
        }
        for row in &order {
            steps.did(4)?;
            let (side, term) = rows[*row as usize];
            let near = &counter.near[side][term as usize];
            self.ids.push(term);
            self.counts.push(near.count);
            self.frequencies.push(counter.frequency(term as usize));
            self.documents.push(near.documents);
            if let Some(sides) = &mut self.sides {
                sides.push(if side == 0 { Side::Left } else { Side::Right });
            }
        }
        for (own, scores) in self.scores.iter_mut().zip(&scores) {
            reserve(own, order.len())?;
            steps.did(order.len())?;
            own.extend(order.iter().map(|row| scores[*row as usize]));
        }
        Ok(())
    }

    /// Returns the number of rows.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Returns whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Returns the terms.
    pub fn terms(&self) -> &Arc<Interner> {
        &self.terms
    }
}
