//! Collocates: terms that occur near a node more often than by chance.

use std::num::NonZero;
use std::ops::Range;
use std::sync::Arc;

use crate::association::{Contingency, Measure, Parameters};
use crate::checkpoint::{Steps, UNITS_PER_LOOK};
use crate::collocations::conventions::nltk_pair;
use crate::collocations::order::in_order;
use crate::collocations::units::{Gaps, Tokens, Units, Within, groups};
use crate::error::{Error, Result};
use crate::interner::Interner;
use crate::memory::{list_for, reserve, zeros};
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

/// The place of a token.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    /// How many more windows have this token than the token before it, for each side of nodes. The number wraps around
    /// if it is negative.
    changes: [u32; 2],
    /// Whether the token is a part of a node.
    is_node: bool,
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
        let mut counter = Counter::new(term_of, terms.len(), node, barriers, settings)?;
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
                list.push(counter.score(*measure, *side, *term as usize, settings));
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

/// How often a term is near a node.
#[derive(Debug, Clone, Copy, Default)]
struct Near {
    count: u64,
    documents: u64,
    /// The number of the last document, from 1.
    last: u64,
}

impl Near {
    fn meet(&mut self, times: u32, document: u64) {
        self.count += u64::from(times);
        self.documents += u64::from(std::mem::replace(&mut self.last, document) != document);
    }
}

/// Counts terms in the windows of one group.
struct Counter<'c> {
    term_of: &'c [u32],
    node: &'c Compiled,
    barriers: &'c Compiled,
    left: usize,
    right: usize,
    counts_pairs: bool,
    /// The terms in order of first appearance.
    seen: Vec<u32>,
    /// How often each term occurs, and how often it is a part of a node.
    totals: Vec<[u64; 2]>,
    /// For each side: one list if sides are counted together.
    near: Vec<Vec<Near>>,
    /// The tokens: all, those of nodes, those in windows, and those that have a term.
    tokens: u64,
    node_tokens: u64,
    near_tokens: u64,
    term_tokens: u64,
    nodes: u64,
}

impl<'c> Counter<'c> {
    fn new(
        term_of: &'c [u32],
        terms: usize,
        node: &'c Compiled,
        barriers: &'c Compiled,
        settings: &WindowSettings,
    ) -> Result<Self> {
        let sides = if settings.counts_pairs { 2 } else { 1 };
        let mut near = list_for(sides)?;
        for _ in 0..sides {
            let mut list = list_for(terms)?;
            list.resize(terms, Near::default());
            near.push(list);
        }
        Ok(Self {
            term_of,
            node,
            barriers,
            left: settings.left,
            right: settings.right,
            counts_pairs: settings.counts_pairs,
            seen: Vec::new(),
            totals: zeros(terms)?,
            near,
            tokens: 0,
            node_tokens: 0,
            near_tokens: 0,
            term_tokens: 0,
            nodes: 0,
        })
    }

    /// Forgets the last group.
    fn clear(&mut self, steps: &mut Steps) -> Result<()> {
        for term in self.seen.drain(..) {
            steps.did(1)?;
            self.totals[term as usize] = [0; 2];
            self.near.iter_mut().for_each(|near| near[term as usize] = Near::default());
        }
        (self.tokens, self.node_tokens, self.near_tokens, self.term_tokens, self.nodes) = (0, 0, 0, 0, 0);
        Ok(())
    }

    fn count(&mut self, units: &Units, steps: &mut Steps) -> Result<()> {
        let mut before = 0;
        let mut barriers = Vec::new();
        for ((sequence, ends), documents) in units.runs.iter().zip(&units.ends).zip(&units.documents) {
            let mut places: Vec<Place> = list_for(sequence.ids.len())?;
            places.resize(sequence.ids.len(), Place::default());
            let mut start = 0;
            let mut document = 0;
            for end in ends {
                let unit = std::mem::replace(&mut start, *end)..*end;
                while documents.get(document).is_some_and(|end| *end <= unit.start) {
                    document += 1;
                }
                let number = before + document as u64 + 1;
                let (ids, places) = (&sequence.ids[unit.clone()], &mut places[unit]);
                self.mark(ids, places, &mut barriers, steps)?;
                self.add_marked(ids, places, number, steps)?;
            }
            before += documents.len() as u64;
        }
        Ok(())
    }

    /// Finds the nodes of a unit, and where their windows begin and end.
    fn mark(
        &mut self,
        types: &[u32],
        places: &mut [Place],
        barriers: &mut Vec<usize>,
        steps: &mut Steps,
    ) -> Result<()> {
        barriers.clear();
        for piece in pieces(types.len()) {
            if !self.barriers.is_empty() {
                steps.did(piece.len())?;
                self.barriers.each(types, piece, |place, _| {
                    reserve(barriers, 1)?;
                    barriers.push(place);
                    Ok(())
                })?;
            }
        }
        for piece in pieces(types.len()) {
            steps.did(piece.len())?;
            // The pattern that matches the most tokens at a place is the node.
            let mut last: Option<Range<usize>> = None;
            let node = self.node;
            node.each(types, piece, |place, pattern| {
                let own = place..place + node.length(pattern);
                match &mut last {
                    Some(last) if last.start == place => last.end = last.end.max(own.end),
                    last => {
                        if let Some(span) = last.replace(own) {
                            self.mark_node(places, span, barriers);
                        }
                    }
                }
                Ok(())
            })?;
            if let Some(span) = last {
                self.mark_node(places, span, barriers);
            }
        }
        Ok(())
    }

    fn mark_node(&mut self, places: &mut [Place], span: Range<usize>, barriers: &[usize]) {
        self.nodes += 1;
        let mut start = span.start.saturating_sub(self.left);
        let mut end = places.len().min(span.end.saturating_add(self.right));
        // A barrier is the last token of a window.
        if let Some(before) = barriers[..barriers.partition_point(|at| *at < span.start)].last() {
            start = start.max(*before);
        }
        if let Some(after) = barriers.get(barriers.partition_point(|at| *at < span.end)) {
            end = end.min(after + 1);
        }
        places[span.clone()].iter_mut().for_each(|place| place.is_node = true);
        for (side, window) in [start..span.start, span.end..end].into_iter().enumerate() {
            // Only the ends of a window are marked, so that long windows take no more time than short ones.
            if let [first, ..] = &mut places[window.clone()] {
                first.changes[side] = first.changes[side].wrapping_add(1);
                if let Some(after) = places.get_mut(window.end) {
                    after.changes[side] = after.changes[side].wrapping_sub(1);
                }
            }
        }
    }

    /// Counts the tokens of a unit that is marked.
    fn add_marked(&mut self, types: &[u32], places: &[Place], document: u64, steps: &mut Steps) -> Result<()> {
        self.tokens += types.len() as u64;
        let mut windows = [0_u32; 2];
        for piece in pieces(types.len()) {
            steps.did(piece.len())?;
            for (id, place) in types[piece.clone()].iter().zip(&places[piece]) {
                for (windows, change) in windows.iter_mut().zip(place.changes) {
                    *windows = windows.wrapping_add(change);
                }
                let is_near = !place.is_node && windows != [0; 2];
                self.node_tokens += u64::from(place.is_node);
                self.near_tokens += u64::from(is_near);
                let term = self.term_of[*id as usize];
                // A token without a term has no row, but it is in its window.
                let Some(total) = self.totals.get_mut(term as usize) else { continue };
                if *total == [0; 2] {
                    reserve(&mut self.seen, 1)?;
                    self.seen.push(term);
                }
                self.term_tokens += 1;
                total[0] += 1;
                total[1] += u64::from(place.is_node);
                if self.counts_pairs {
                    for (near, windows) in self.near.iter_mut().zip(windows).filter(|(_, windows)| *windows > 0) {
                        near[term as usize].meet(windows, document);
                    }
                } else if is_near {
                    self.near[0][term as usize].meet(1, document);
                }
            }
        }
        Ok(())
    }

    /// Returns how often a term occurs outside nodes; if pairs are counted, how often it occurs.
    fn frequency(&self, term: usize) -> u64 {
        let [all, in_nodes] = self.totals[term];
        if self.counts_pairs { all } else { all - in_nodes }
    }

    #[allow(clippy::cast_precision_loss)] // A text of 2⁵³ tokens does not fit into memory.
    fn score(&self, measure: Measure, side: usize, term: usize, settings: &WindowSettings) -> f64 {
        let (count, frequency) = (self.near[side][term].count as f64, self.frequency(term) as f64);
        if self.counts_pairs {
            let width = if side == 0 { settings.left } else { settings.right };
            // NLTK divides by the number of words after the first one of its window.
            let (count, nodes) = (count / width as f64, self.nodes as f64);
            let (first, second) = if side == 0 { (frequency, nodes) } else { (nodes, frequency) };
            let all = self.term_tokens as f64;
            let own = nltk_pair(measure, count, first, second, all);
            return own.unwrap_or_else(|| {
                measure.score(&Contingency::of_margins(count, first, second, all), &Parameters::default())
            });
        }
        let all = (self.tokens - self.node_tokens) as f64;
        let table = Contingency::of_margins(count, self.near_tokens as f64, frequency, all);
        // With a sign, terms that nodes avoid are not among the first rows.
        measure.signed_score(&table, &Parameters::default())
    }
}

/// Cuts places into pieces for one step each.
fn pieces(places: usize) -> impl Iterator<Item = Range<usize>> {
    (0..places).step_by(UNITS_PER_LOOK).map(move |start| start..places.min(start + UNITS_PER_LOOK))
}
