//! The index: what has been made of the text so far, in integers.

pub mod token_batch;
pub mod token_store;
pub mod type_counter;

use std::iter;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::documents::Chunk;
use crate::error::{Error, Result};
use crate::index::token_batch::Taken;
use crate::index::token_store::{Place, Stretch, TokenWriter, Tokens};
use crate::index::type_counter::Tally;
use crate::interner::Interner;
use crate::memory::{HUGE, copied, list_for, reserve};
use crate::terms::{TermMap, TermOptions};
use crate::tokenizer::Tokenization;
use crate::tokenizer::block::BLOCK_BYTES;
use crate::workers;

/// With less text than this to index, starting threads would cost more than they gain.
const WORTH_THREADS: usize = 8 * BLOCK_BYTES;
/// Blocks planned at once: 128 MiB of text.
const PLAN: usize = 1024;

/// How far the index has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Position {
    /// Documents that are indexed.
    pub documents: usize,
    /// Bytes of the next one that are.
    pub inside: usize,
}

/// Consecutive text of one chunk, tokenized at once.
struct Block {
    chunk: Arc<Chunk>,
    documents: Range<usize>,
    bytes: Range<usize>,
    /// Whether it begins inside a document.
    continues: bool,
    /// Where the index stands when this block is done.
    after: Position,
}

impl Block {
    /// Counts the words, and gives their type ids.
    fn tokenize(&self, tally: &mut Tally, taken: &mut Taken) -> Result<()> {
        let origin = self.bytes.start;
        let borders = self.documents.clone().skip(1).map(|document| self.chunk.range(document).start - origin);
        tally.take(&self.chunk.text()[origin..], self.bytes.len(), borders, taken)
    }
}

/// What one of several threads has made: blocks in type ids of its own.
struct Shard {
    tally: Tally,
    blocks: Vec<Tokenized>,
    /// The index's type id of each of its own.
    global: Vec<u32>,
    /// Why it ended before the others, if it did.
    failed: Option<Error>,
}

impl Shard {
    fn new(tokenization: &Tokenization) -> Self {
        Self { tally: Tally::new(tokenization), blocks: Vec::new(), global: Vec::new(), failed: None }
    }

    fn take(&mut self, place: usize, block: &Block, work: &mut Work) -> Result<()> {
        block.tokenize(&mut self.tally, &mut work.taken)?;
        let Taken { ids, lengths } = &work.taken;
        reserve(&mut self.blocks, 1)?;
        let types = self.tally.types().len();
        let tokens = match &mut work.writer {
            Some(writer) => Some((copied(lengths)?, writer.write(ids, types, work.is_much)?)),
            None => None,
        };
        self.blocks.push(Tokenized { place, token_count: ids.len(), tokens, types });
        Ok(())
    }
}

/// What a thread works with.
struct Work<'w> {
    writer: Option<&'w mut TokenWriter>,
    taken: Taken,
    is_much: bool,
}

struct Tokenized {
    /// The block's place in the plan.
    place: usize,
    token_count: usize,
    /// The lengths of its documents, and where its tokens were written, if they are kept.
    tokens: Option<(Vec<u32>, Place)>,
    /// The types known to the shard once the block was done.
    types: usize,
}

/// Everything queries need: which types there are, how often, which term each became, and the tokens of the documents.
#[derive(Default)]
pub struct Index {
    tally: Tally,
    /// None where only counts are wanted.
    tokens: Option<Tokens>,
    terms: TermMap,
    position: Position,
    token_count: u64,
    bytes: usize,
    shards: Vec<Shard>,
    pace: Pace,
}

/// How much of a step goes into tokenizing. The rest of it, merging and terms, cannot be stopped, and costs the more the
/// more words are new; so the next step is planned as the last one went.
struct Pace(f64);

impl Default for Pace {
    fn default() -> Self {
        Self(0.5)
    }
}

impl Pace {
    fn tokenize_until(&self, begin: Instant, deadline: Instant) -> Instant {
        begin + deadline.saturating_duration_since(begin).mul_f64(self.0)
    }

    fn learn(&mut self, tokenizing: Duration, all: Duration) {
        self.0 = (tokenizing.as_secs_f64() / all.as_secs_f64().max(1e-9)).clamp(0.02, 0.95);
    }
}

impl Index {
    /// An index of no text, which keeps the tokens of text to come, or only counts them.
    pub fn new(keeps_tokens: bool, tokenization: &Tokenization) -> Self {
        let tokens = keeps_tokens.then(Tokens::default);
        Self { tally: Tally::new(tokenization), tokens, ..Self::default() }
    }

    /// An index of no text that is otherwise like this one.
    pub fn emptied(&self) -> Self {
        let terms = self.terms.renewed(Arc::clone(self.terms.options()));
        Self { terms, ..Self::new(self.tokens.is_some(), self.tally.tokenization()) }
    }

    /// Has types become terms in another way.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`]; nothing has changed then.
    pub fn set_terms(&mut self, options: TermOptions) -> Result<()> {
        let mut terms = self.terms.renewed(Arc::new(options));
        terms.extend(self.tally.types())?;
        self.terms = terms;
        Ok(())
    }

    /// How far the index has come.
    pub fn position(&self) -> Position {
        self.position
    }

    /// Bytes of text that are indexed.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The number of tokens.
    pub fn token_count(&self) -> u64 {
        self.token_count
    }

    /// All tokens in the order of the text; none where they are only counted.
    pub fn stretches(&self) -> impl Iterator<Item = Stretch<'_>> {
        self.tokens.iter().flat_map(Tokens::stretches)
    }

    /// The number of tokens of each document; none where they are only counted.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn document_lengths(&self) -> Result<Vec<u64>> {
        let mut lengths = list_for(if self.tokens.is_some() { self.position.documents + 1 } else { 0 })?;
        for stretch in self.stretches() {
            let mut more = stretch.lengths().iter().copied().map(u64::from);
            if stretch.continues() {
                *lengths.last_mut().expect("a document has begun") += more.next().expect("a part of it is here");
            }
            lengths.extend(more);
        }
        Ok(lengths)
    }

    /// The distinct types, in order of first appearance, and how often each occurs.
    pub fn types(&self) -> &Interner {
        self.tally.types()
    }

    /// The terms the types became.
    pub fn terms(&self) -> &TermMap {
        &self.terms
    }

    /// The same, to be changed.
    pub fn terms_mut(&mut self) -> &mut TermMap {
        &mut self.terms
    }

    /// Indexes text until all of `chunks` is done or the deadline has passed; at least a block in any case.
    ///
    /// `chunks` hold the text from the current position on, whose document is at place `skipped` in the first of them.
    /// Ids are in order of first appearance, whatever the number of threads.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`]; what the index knows is right then, and the same text is to be given again, from the position
    /// where the index stands: at the beginning, if need be, where it keeps tokens.
    pub fn update(
        &mut self,
        chunks: &[Arc<Chunk>],
        skipped: usize,
        threads: usize,
        deadline: Option<Instant>,
    ) -> Result<()> {
        let plan = self.plan(chunks, skipped)?;
        let bytes: usize = plan.iter().map(|block| block.bytes.len()).sum();
        let begin = Instant::now();
        let deadline = deadline.map(|deadline| self.pace.tokenize_until(begin, deadline));
        let is_late = || deadline.is_some_and(|deadline| Instant::now() >= deadline);
        let tokenized;
        let is_much = bytes >= HUGE;
        if threads < 2 || bytes < WORTH_THREADS {
            self.tokenize_here(&plan, is_much, is_late)?;
            tokenized = begin.elapsed();
        } else {
            let useful = threads.min(plan.len()).max(self.shards.len());
            if self.tokens.is_none() {
                self.settle_shards();
            }
            let result = self.tokenize_on(useful, &plan, is_much, is_late);
            tokenized = begin.elapsed();
            if let Err(error) = result.and_then(|()| self.merge(&plan)) {
                self.forget_shards();
                return Err(error);
            }
        }
        self.terms.extend(self.tally.types())?;
        self.pace.learn(tokenized, begin.elapsed());
        Ok(())
    }

    fn tokenize_here(&mut self, plan: &[Block], is_much: bool, is_late: impl Fn() -> bool) -> Result<()> {
        let mut taken = Taken::default();
        for block in plan {
            block.tokenize(&mut self.tally, &mut taken)?;
            if let Some(kept) = &mut self.tokens {
                let types = self.tally.types().len();
                let mut write = || -> Result<_> {
                    kept.reserve(1)?;
                    Ok((copied(&taken.lengths)?, kept.writers(1)?[0].write(&taken.ids, types, is_much)?))
                };
                match write() {
                    Ok((lengths, place)) => kept.push(0, place, None, lengths, block.continues),
                    Err(error) => {
                        self.tally.types_mut().uncount(&taken.ids);
                        return Err(error);
                    }
                }
            }
            self.commit(block, taken.ids.len());
            if is_late() {
                break;
            }
        }
        Ok(())
    }

    fn tokenize_on(
        &mut self,
        threads: usize,
        plan: &[Block],
        is_much: bool,
        is_late: impl Fn() -> bool + Sync,
    ) -> Result<()> {
        reserve(&mut self.shards, threads)?;
        let tokenization = self.tally.tokenization();
        self.shards.resize_with(threads, || Shard::new(tokenization));
        // The first writer is for work on one thread.
        let writers = match &mut self.tokens {
            Some(tokens) => &mut tokens.writers(1 + threads)?[1..],
            None => &mut [],
        };
        let writers = writers.iter_mut().map(Some).chain(iter::repeat_with(|| None));
        let mut work = list_for(threads)?;
        let works = writers.map(|writer| Work { writer, taken: Taken::default(), is_much });
        work.extend(self.shards.iter_mut().zip(works));
        let next = AtomicUsize::new(0);
        workers::run(&mut work, |(shard, work)| {
            // The places handed out are all finished, so what is done has no gap.
            while next.load(Ordering::Relaxed) == 0 || !is_late() {
                let place = next.fetch_add(1, Ordering::Relaxed);
                let Some(block) = plan.get(place) else { break };
                if let Err(error) = shard.take(place, block, work) {
                    next.fetch_max(plan.len(), Ordering::Relaxed);
                    shard.failed = Some(error);
                    break;
                }
            }
        });
        self.shards.iter_mut().try_for_each(|shard| shard.failed.take().map_or(Ok(()), Err))
    }

    /// Gives up what was counted by threads, as there is no memory to go on. Where the text is kept, all of it can be indexed
    /// again; where it is not, nothing of the text before this update is still in the shards.
    fn forget_shards(&mut self) {
        if self.tokens.is_some() {
            *self = self.emptied();
        }
        self.shards = Vec::new();
    }

    /// Whether the index was ended as it should be: only then, counts are right.
    pub fn is_settled(&self) -> bool {
        self.shards.is_empty() && self.terms.types() == self.tally.types().len()
    }

    /// Ends an update, or several, for when there is nothing left to index: only now, counts are right.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`]; it is to be tried again then.
    pub fn settle(&mut self) -> Result<()> {
        self.settle_shards();
        self.tally.settle();
        self.terms.extend(self.tally.types())
    }

    fn settle_shards(&mut self) {
        for shard in self.shards.drain(..) {
            for (id, count) in shard.global.iter().zip(shard.tally.types().counts()) {
                self.tally.types_mut().count(*id, count);
            }
        }
    }

    /// Cuts text into blocks. Long documents are cut where their tokens are the same
    /// for it, if such a place is known.
    fn plan(&self, chunks: &[Arc<Chunk>], skipped: usize) -> Result<Vec<Block>> {
        let mut plan = Vec::new();
        let mut after = self.position;
        let mut document = skipped;
        for chunk in chunks {
            while document < chunk.len() {
                if plan.len() == PLAN {
                    return Ok(plan);
                }
                let first = document;
                let continues = after.inside > 0;
                let start = chunk.range(first).start + after.inside;
                let aim = start + BLOCK_BYTES;
                while document < chunk.len() && chunk.range(document).end <= aim {
                    document += 1;
                }
                let mut end = chunk.range(document.max(1) - 1).end;
                if document > first {
                    after = Position { documents: after.documents + document - first, inside: 0 };
                } else {
                    // Longer than a block: this much of it.
                    let range = chunk.range(document);
                    let text = &chunk.text()[range.clone()];
                    match self.tally.tokenization().cut_from(text, aim - range.start) {
                        Some(cut) => {
                            end = range.start + cut;
                            after.inside = cut;
                        }
                        None => {
                            end = range.end;
                            document += 1;
                            after = Position { documents: after.documents + 1, inside: 0 };
                        }
                    }
                }
                let documents = first..document.max(first + 1);
                reserve(&mut plan, 1)?;
                plan.push(Block { chunk: Arc::clone(chunk), documents, bytes: start..end, continues, after });
            }
            document = 0;
        }
        Ok(plan)
    }

    /// Counts a tokenized block, the next one in the plan.
    fn commit(&mut self, block: &Block, token_count: usize) {
        self.token_count += token_count as u64;
        self.bytes += block.bytes.len();
        self.position = block.after;
    }

    /// Takes in what the shards have made.
    ///
    /// A type first appears in the first block that holds it, and there its shard meets it for the first time; so going
    /// through the blocks in order, and through the types new to the shard in each, gives the order of first appearance.
    ///
    /// On failure, types that are known too early are in that order as well.
    fn merge(&mut self, plan: &[Block]) -> Result<()> {
        let mut made: Vec<(usize, Tokenized)> = list_for(self.shards.iter().map(|shard| shard.blocks.len()).sum())?;
        for (shard, work) in self.shards.iter_mut().enumerate() {
            made.extend(work.blocks.drain(..).map(|block| (shard, block)));
        }
        made.sort_unstable_by_key(|(_, block)| block.place);
        let types = self.tally.types_mut();
        for (shard, block) in &made {
            let Shard { tally, global, .. } = &mut self.shards[*shard];
            types.intern_all(tally.types(), global.len()..block.types, global)?;
        }
        if let Some(tokens) = &mut self.tokens {
            let mut global = list_for(self.shards.len())?;
            for shard in &self.shards {
                global.push(Arc::new(copied(&shard.global)?));
            }
            tokens.reserve(made.len())?;
            for (shard, block) in &mut made {
                let (lengths, place) = block.tokens.take().expect("they are kept");
                tokens.push(1 + *shard, place, Some(&global[*shard]), lengths, plan[block.place].continues);
            }
        }
        for (_, block) in &made {
            self.commit(&plan[block.place], block.token_count);
        }
        Ok(())
    }

    /// Takes in a document that was tokenized elsewhere: the types of all its tokens with their counts.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`]; nothing was taken in then.
    pub fn add_counted(&mut self, counted: &Interner, tokens: u64, bytes: usize) -> Result<()> {
        let types = self.tally.types_mut();
        types.reserve(counted.len(), counted.bytes().len())?;
        for (id, count) in (0..).zip(counted.counts()) {
            let id = types.intern(counted.get(id))?;
            types.count(id, count);
        }
        self.token_count += tokens;
        self.bytes += bytes;
        self.position.documents += 1;
        Ok(())
    }
}
