//! Makes the index of chosen documents from what the threads have chosen.

use std::mem::take;
use std::sync::Arc;
use std::time::Instant;

use crate::checkpoint::Steps;
use crate::error::Result;
use crate::index::Index;
use crate::index::choose::{Block, Choosing, Run, Worker};
use crate::index::plan::Position;
use crate::index::token_store::TokenStore;
use crate::index::type_counter::TypeCounter;
use crate::interner::{Choice, Interner, SharedInterner};
use crate::memory::{list_for, reserve, zeros};
use crate::terms::TermMap;
use crate::tokenizer::Tokenization;

/// Below this many chosen types, one thread copies the types and their terms. Small in tests.
const MIN_TYPES_FOR_THREADS: usize = if cfg!(test) { 8 } else { 1 << 13 };

/// The types and the terms of the index from which documents are chosen.
pub struct Origin {
    types: Arc<Interner>,
    terms: TermMap,
    tokenization: Tokenization,
    threads: usize,
}

impl Origin {
    /// Returns the types and the terms of an index, and shares their memory.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn of(index: &Index, threads: usize) -> Result<Self> {
        let (types, terms) = (index.share_types(), index.terms.shared()?);
        Ok(Self { types, terms, tokenization: index.counter.tokenization().clone(), threads })
    }
}

impl Choosing<'_> {
    /// Returns the index of the chosen documents, whose texts have `bytes` bytes in all, step by step.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
    pub fn finish(mut self, origin: &Origin, bytes: usize, steps: &mut Steps) -> Result<Index> {
        let blocks = blocks_of(&mut self.workers)?;
        let (types, lists) = merged(&self.workers, &blocks, origin.types.len(), steps)?;
        let mut counts: Vec<u64> = zeros(types.len())?;
        for (worker, list) in self.workers.iter_mut().zip(&lists) {
            worker.gather()?;
            steps.look_at(Instant::now())?;
            for (id, count) in list.iter().zip(&worker.counts) {
                counts[*id as usize] += count;
                steps.did(1)?;
            }
        }
        let mut tokens = TokenStore::default();
        tokens.reserve(self.workers.iter().map(|worker| worker.runs.len()).sum())?;
        let writers = tokens.writers(self.workers.len())?;
        for (worker, writer) in self.workers.iter_mut().zip(writers) {
            *writer = take(&mut worker.writer);
        }
        // The numbers of one worker are those of the index.
        let has_lists = self.workers.len() > 1;
        let mut runs = list_for(self.workers.len())?;
        runs.extend(self.workers.iter_mut().map(|worker| take(&mut worker.runs).into_iter()));
        for (worker, block) in &blocks {
            for Run { lengths, tokens: range, continues } in runs[*worker].by_ref().take(block.runs) {
                tokens.push(*worker, range, has_lists.then_some(*worker), lengths, continues);
            }
        }
        let chosen = origin.terms.choose(&types, steps)?;
        let [terms, words] = chosen.strings(&origin.terms);
        let mut choices = [Choice::of(&origin.types, &types, &counts), terms, words];
        let together = if types.len() < MIN_TYPES_FOR_THREADS { 1 } else { origin.threads.clamp(1, choices.len()) };
        for some in choices.chunks_mut(together) {
            steps.try_run(some, Choice::make_some)?;
        }
        let [types, terms, words] = choices.map(Choice::into_interner);
        Ok(Index {
            counter: TypeCounter::of(SharedInterner::from(types), &origin.tokenization),
            tokens: Some(tokens),
            terms: chosen.into_map([terms, words]),
            position: Position { documents: self.numbers.len(), inside: 0 },
            token_count: counts.iter().sum(),
            bytes,
            index_ids: if has_lists { lists } else { Vec::new() },
            threads: origin.threads,
            ..Index::default()
        })
    }
}

/// Takes the blocks of all workers, and returns them in order with the number of their worker.
fn blocks_of(workers: &mut [Worker]) -> Result<Vec<(usize, Block)>> {
    let mut blocks = list_for(workers.iter().map(|worker| worker.blocks.len()).sum())?;
    for (number, worker) in workers.iter_mut().enumerate() {
        blocks.extend(worker.blocks.drain(..).map(|block| (number, block)));
    }
    blocks.sort_unstable_by_key(|(_, block)| block.number);
    Ok(blocks)
}

/// Returns the types of all workers in order of first appearance, and for each worker the number of each of its types in
/// this order. `known` is the number of types of the index.
fn merged(
    workers: &[Worker],
    blocks: &[(usize, Block)],
    known: usize,
    steps: &mut Steps,
) -> Result<(Vec<u32>, Vec<Vec<u32>>)> {
    let (mut types, mut numbers): (Vec<u32>, Vec<u32>) = (Vec::new(), zeros(known)?);
    let mut lists: Vec<Vec<u32>> = list_for(workers.len())?;
    for worker in workers {
        lists.push(list_for(worker.types.len())?);
    }
    for (worker, block) in blocks {
        let list = &mut lists[*worker];
        for id in &workers[*worker].types[list.len()..block.types] {
            steps.did(1)?;
            let number = &mut numbers[*id as usize];
            if *number == 0 {
                reserve(&mut types, 1)?;
                types.push(*id);
                *number = u32::try_from(types.len()).expect("ids are 32 bits");
            }
            list.push(*number - 1);
        }
    }
    Ok((types, lists))
}
