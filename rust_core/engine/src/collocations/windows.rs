//! Counts terms in the windows around nodes.

use std::ops::Range;

use crate::association::{Contingency, Measure, Parameters};
use crate::checkpoint::{Steps, UNITS_PER_LOOK};
use crate::collocations::conventions::nltk_pair;
use crate::collocations::units::Units;
use crate::error::Result;
use crate::memory::{list_for, reserve, zeros};
use crate::patterns::Compiled;

/// The place of a token.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    /// How many more windows have this token than the token before it, for each side of nodes. The number wraps around
    /// if it is negative.
    changes: [u32; 2],
    /// Whether the token is a part of a node.
    is_node: bool,
}

/// How often a term is near a node.
#[derive(Debug, Clone, Copy, Default)]
pub struct Near {
    pub count: u64,
    pub documents: u64,
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
pub struct Counter<'c> {
    term_of: &'c [u32],
    node: &'c Compiled,
    barriers: &'c Compiled,
    left: usize,
    right: usize,
    counts_pairs: bool,
    /// The terms in order of first appearance.
    pub seen: Vec<u32>,
    /// How often each term occurs, and how often it is a part of a node.
    totals: Vec<[u64; 2]>,
    /// For each side: one list if sides are counted together.
    pub near: Vec<Vec<Near>>,
    /// The tokens: all, those of nodes, those in windows, and those that have a term.
    tokens: u64,
    node_tokens: u64,
    near_tokens: u64,
    term_tokens: u64,
    nodes: u64,
}

impl<'c> Counter<'c> {
    pub fn new(
        term_of: &'c [u32],
        terms: usize,
        (node, barriers): (&'c Compiled, &'c Compiled),
        (left, right): (usize, usize),
        counts_pairs: bool,
    ) -> Result<Self> {
        let sides = if counts_pairs { 2 } else { 1 };
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
            left,
            right,
            counts_pairs,
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
    pub fn clear(&mut self, steps: &mut Steps) -> Result<()> {
        for term in self.seen.drain(..) {
            steps.did(1)?;
            self.totals[term as usize] = [0; 2];
            self.near.iter_mut().for_each(|near| near[term as usize] = Near::default());
        }
        (self.tokens, self.node_tokens, self.near_tokens, self.term_tokens, self.nodes) = (0, 0, 0, 0, 0);
        Ok(())
    }

    pub fn count(&mut self, units: &Units, steps: &mut Steps) -> Result<()> {
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
    pub fn frequency(&self, term: usize) -> u64 {
        let [all, in_nodes] = self.totals[term];
        if self.counts_pairs { all } else { all - in_nodes }
    }

    #[allow(clippy::cast_precision_loss)] // A text of 2⁵³ tokens does not fit into memory.
    pub fn score(&self, measure: Measure, side: usize, term: usize) -> f64 {
        let (count, frequency) = (self.near[side][term].count as f64, self.frequency(term) as f64);
        if self.counts_pairs {
            let width = if side == 0 { self.left } else { self.right };
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
