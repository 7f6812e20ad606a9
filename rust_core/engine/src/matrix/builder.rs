//! Counts documents on all threads.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::{BatchError, Error, Result};
use crate::matrix::csr::{Matrix, Part};
use crate::matrix::features::Features;
use crate::matrix::vectorizer::{Task, Vectorizer};
use crate::matrix::worker::{Counted, MatrixWorker};
use crate::memory::{list_for, reserve};
use crate::tokenizer::block::BLOCK_BYTES;
use crate::workers;

/// With less text in one call, starting threads would cost more than it gains.
const MIN_BYTES_FOR_THREADS: usize = 4 * BLOCK_BYTES;

/// Builds a matrix from documents.
pub struct MatrixBuilder {
    vectorizer: Arc<Vectorizer>,
    task: Task,
    workers: Vec<MatrixWorker>,
    blocks: usize,
    documents: usize,
    failed: Option<Error>,
}

impl MatrixBuilder {
    /// A builder without documents.
    pub fn new(vectorizer: Arc<Vectorizer>, task: Task) -> Self {
        Self { vectorizer, task, workers: Vec::new(), blocks: 0, documents: 0, failed: None }
    }

    /// The number of documents.
    pub fn documents(&self) -> usize {
        self.documents
    }

    /// Counts documents; each becomes a row. They are consecutive ranges of a text with a zero byte between them, and
    /// may be empty.
    ///
    /// # Errors
    /// [`Error::InvalidUtf8`] with the index of the document in this call; [`Error::OutOfMemory`]. After an error, the
    /// matrix cannot be built.
    pub fn add(&mut self, text: &[u8], documents: &[Range<usize>]) -> std::result::Result<(), BatchError> {
        if let Some(error) = &self.failed {
            return Err(BatchError { text: 0, error: error.clone() });
        }
        let result = self.count(text, documents);
        if let Err(failed) = &result {
            self.failed = Some(failed.error.clone());
        }
        self.documents += documents.len();
        result
    }

    fn count(&mut self, text: &[u8], documents: &[Range<usize>]) -> std::result::Result<(), BatchError> {
        let failed = |error| BatchError { text: 0, error };
        let plan = plan(documents).map_err(failed)?;
        let is_much = documents.last().map_or(0, |last| last.end) - documents.first().map_or(0, |first| first.start)
            >= MIN_BYTES_FOR_THREADS;
        let options = &self.vectorizer.options;
        let useful = if is_much { options.threads.min(plan.len()) } else { 1 };
        while self.workers.len() < useful {
            reserve(&mut self.workers, 1).map_err(failed)?;
            self.workers.push(MatrixWorker::new(options, &self.task).map_err(failed)?);
        }
        let (next, first) = (AtomicUsize::new(0), self.blocks);
        workers::run(&mut self.workers[..useful], |worker| {
            loop {
                let place = next.fetch_add(1, Ordering::Relaxed);
                let Some(block) = plan.get(place) else { break };
                if let Err(error) = worker.take_block(&self.vectorizer, first + place, text, &documents[block.clone()])
                {
                    // Workers finish the blocks before this one, so the first failure of all is found.
                    next.fetch_max(plan.len(), Ordering::Relaxed);
                    worker.failed = Some((place, error));
                    break;
                }
            }
        });
        self.blocks += plan.len();
        let failures = self.workers.iter_mut().filter_map(|worker| worker.failed.take());
        let Some((place, error)) = failures.min_by_key(|(place, _)| *place) else { return Ok(()) };
        let Error::InvalidUtf8 { offset } = error else { return Err(failed(error)) };
        let block = plan[place].clone();
        let at = documents[block.start].start + offset;
        let inside = documents[block.clone()].iter().position(|document| at <= document.end).unwrap_or(0);
        let document = block.start + inside;
        let offset = at - documents[document].start;
        Err(BatchError { text: document, error: Error::InvalidUtf8 { offset } })
    }

    /// The matrix of all documents that were added.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], or the error of an earlier [`add`](Self::add).
    pub fn finish(mut self) -> Result<Matrix> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let mut made: Vec<(usize, Counted)> = list_for(self.workers.iter().map(|worker| worker.counted.len()).sum())?;
        for (number, worker) in self.workers.iter_mut().enumerate() {
            worker.settle();
            made.extend(worker.counted.drain(..).map(|counted| (number, counted)));
        }
        made.sort_unstable_by_key(|(_, counted)| counted.place);
        let mut maps: Vec<Option<Vec<u32>>> = list_for(self.workers.len())?;
        maps.resize_with(self.workers.len(), || None);
        let known = &self.vectorizer.features;
        let features = match self.task {
            Task::Grow if self.workers.len() == 1 && known.is_empty() => {
                Some(std::mem::take(&mut self.workers[0].features))
            }
            Task::Grow => Some(self.merged(&made, &mut maps)?),
            Task::Known | Task::Hash { .. } => None,
        };
        let mut parts = list_for(made.len())?;
        parts.extend(made.into_iter().map(|(worker, counted)| Part { worker, block: counted.rows }));
        Matrix::new(self.vectorizer, self.task, features, parts, maps)
    }

    /// Merges the features of all workers, in order of first appearance.
    ///
    /// In the block where a feature first appears, it is new to the worker. So visiting the blocks in order, and in
    /// each the features that are new to its worker, gives this order.
    fn merged(&mut self, made: &[(usize, Counted)], maps: &mut [Option<Vec<u32>>]) -> Result<Features> {
        let known = &self.vectorizer.features;
        let mut all = known.try_clone()?;
        let mut nodes: Vec<Option<Vec<u32>>> = list_for(self.workers.len())?;
        for (worker, map) in self.workers.iter_mut().zip(maps.iter_mut()) {
            *map = Some(list_for(worker.features.len())?);
            if known.is_empty() && nodes.is_empty() {
                // Keeps the n-grams of the first worker without copying them.
                all = worker.features.take_grams();
                nodes.push(None);
            } else {
                nodes.push(Some(all.take_in(&worker.features)?));
            }
        }
        let mut all_growing = all.growing()?;
        all_growing.reserve(0)?;
        for (number, counted) in made {
            let (worker, nodes) = (&self.workers[*number], nodes[*number].as_deref());
            let map = maps[*number].as_mut().expect("it was made above");
            let new = u32::try_from(map.len()).expect("ids are 32 bits")..;
            for feature in new.take(counted.features - map.len()) {
                let node = worker.features.node_of(feature);
                map.push(all_growing.feature(nodes.map_or(node, |nodes| nodes[node as usize])));
            }
        }
        self.workers.iter_mut().for_each(|worker| worker.features = Features::default());
        Ok(all)
    }
}

impl MatrixWorker {
    fn take_block(
        &mut self,
        vectorizer: &Vectorizer,
        place: usize,
        text: &[u8],
        documents: &[Range<usize>],
    ) -> Result<()> {
        let (start, end) = (documents[0].start, documents[documents.len() - 1].end);
        let mut moved = list_for(documents.len())?;
        moved.extend(documents.iter().map(|document| document.start - start..document.end - start));
        self.take(vectorizer, place, &text[start..end], &moved)
    }
}

/// Groups documents into blocks.
fn plan(documents: &[Range<usize>]) -> Result<Vec<Range<usize>>> {
    let mut plan: Vec<Range<usize>> = Vec::new();
    let mut first = 0;
    while first < documents.len() {
        let start = documents[first].start;
        let more = documents[first..].partition_point(|document| document.end - start <= BLOCK_BYTES);
        let end = first + more.max(1);
        reserve(&mut plan, 1)?;
        plan.push(first..end);
        first = end;
    }
    Ok(plan)
}
