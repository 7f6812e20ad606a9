//! Merges the n-grams that several threads found, in steps.

use std::sync::{Arc, Mutex};

use crate::error::Result;
use crate::interner::Interner;
use crate::matrix::features::{Features, GrownFeatures};
use crate::matrix::fold_worker::{FoldWorker, Part};
use crate::memory::list_for;
use crate::workers;

/// The n-grams that are merged between two calls of `is_over`.
const NGRAMS_PER_CALL: usize = 1024;

/// A merge of the features of all workers, in order of first appearance.
///
/// In the sequence where a feature first appears, it is new to the worker. So visiting the sequences in order, and in
/// each the features that are new to its worker, gives this order.
pub(super) struct Merge {
    all: Features,
    /// For each worker, the n-gram for each of its n-grams; `None` if it is the same.
    nodes: Vec<Option<Vec<u32>>>,
    /// For each worker, the feature for each of its features.
    maps: Vec<Vec<u32>>,
    /// The number of sequences whose features are merged.
    merged: usize,
}

impl Merge {
    /// Begins to merge the features of these workers into the known features. The n-grams consist of `terms`.
    pub fn new(known: Features, terms: Arc<Interner>, workers: &mut [FoldWorker]) -> Result<Self> {
        let (mut nodes, mut maps) = (list_for(workers.len())?, list_for(workers.len())?);
        let mut all = None;
        for worker in &mut *workers {
            maps.push(list_for(worker.grown.len())?);
            if known.is_empty() && all.is_none() {
                // Keeps the n-grams of the first worker without copying them.
                all = Some(Features::of_grams(Arc::clone(&terms), worker.grown.take_trie().into()));
                nodes.push(None);
            } else {
                nodes.push(Some(list_for(worker.grown.trie().len())?));
            }
        }
        let all = match all {
            Some(all) => all,
            None if known.is_empty() => Features::of_grams(terms, GrownFeatures::default()),
            None => known.with_terms(terms),
        };
        Ok(Self { all, nodes, maps, merged: 0 })
    }

    /// Continues, until `is_over` returns true. It gets the number of n-grams that were merged since its last call.
    /// Returns whether all features are merged.
    pub fn step(
        &mut self,
        workers: &[FoldWorker],
        parts: &[(usize, Part)],
        mut is_over: impl FnMut(usize) -> bool,
    ) -> Result<bool> {
        let mut growing = self.all.growing()?;
        let terms = growing.terms();
        for (worker, nodes) in workers.iter().zip(&mut self.nodes) {
            let Some(nodes) = nodes else { continue };
            while nodes.len() < worker.grown.trie().len() {
                growing.trie.take_in(worker.grown.trie(), terms, |term| term, nodes, NGRAMS_PER_CALL)?;
                if is_over(NGRAMS_PER_CALL) {
                    return Ok(false);
                }
            }
        }
        growing.reserve(0)?;
        while let Some((_, part)) = parts.get(self.merged) {
            let (worker, nodes, map) = (&workers[part.worker], &self.nodes[part.worker], &mut self.maps[part.worker]);
            while map.len() < part.features {
                let new = map.len()..part.features.min(map.len() + NGRAMS_PER_CALL);
                let number = new.len();
                for feature in new {
                    let node = worker.grown.node_of(u32::try_from(feature).expect("ids are 32 bits"));
                    map.push(growing.feature(nodes.as_ref().map_or(node, |nodes| nodes[node as usize])));
                }
                if is_over(number) {
                    return Ok(false);
                }
            }
            self.merged += 1;
        }
        Ok(true)
    }

    /// The merged features, and for each worker the feature for each of its features.
    pub fn into_parts(self) -> (Features, Vec<Vec<u32>>) {
        (self.all, self.maps)
    }
}

/// Replaces the features of workers in some of these rows. Returns the number of parts that are done.
pub(super) fn rename(
    parts: &mut [(usize, Part)],
    maps: &[Vec<u32>],
    is_late: impl Fn() -> bool + Sync,
) -> Result<usize> {
    let all = parts.len();
    let queue = Mutex::new(parts.iter_mut());
    let mut results = list_for(maps.len())?;
    results.resize(maps.len(), Ok(()));
    workers::run(&mut results, |result| {
        let next = || queue.lock().expect("no panic while the queue is locked").next();
        while let Some((_, part)) = next() {
            *result = part.rows.rename(&maps[part.worker]);
            if result.is_err() || is_late() {
                break;
            }
        }
    });
    results.into_iter().collect::<Result<()>>()?;
    Ok(all - queue.into_inner().expect("no panic while the queue is locked").len())
}
