//! The index: what has been made of the text so far, in integers.

use std::iter;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::documents::Chunk;
use crate::interner::Interner;
use crate::memory::HUGE;
use crate::tally::{BLOCK, Tally};
use crate::terms::TermMap;
use crate::tokens::{Place, Tokens};
use crate::whitespace::whitespace_from;
use crate::workers;

/// With less text than this to index, starting threads would cost more than they gain.
const WORTH_THREADS: usize = 8 * BLOCK;
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
    /// Where the index stands when this block is done.
    after: Position,
}

impl Block {
    /// Counts the words, and appends their type ids.
    fn tokenize(&self, tally: &mut Tally, tokens: &mut Vec<u32>) {
        let origin = self.bytes.start;
        let borders = self.documents.clone().skip(1).map(|document| self.chunk.range(document).start - origin);
        tally.take(&self.chunk.text()[origin..], self.bytes.len(), borders, tokens);
    }
}

/// What one of several threads has made: blocks in type ids of its own.
#[derive(Default)]
struct Shard {
    tally: Tally,
    blocks: Vec<Tokenized>,
    /// The index's type id of each of its own.
    global: Vec<u32>,
}

struct Tokenized {
    /// The block's place in the plan.
    place: usize,
    token_count: usize,
    /// Where its tokens were written, if they are kept.
    tokens: Option<Place>,
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
    pub fn new(keeps_tokens: bool) -> Self {
        Self { tokens: keeps_tokens.then(Tokens::default), ..Self::default() }
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

    /// The type id of each token, in the order of the text; none where they are only counted.
    pub fn tokens(&self) -> impl Iterator<Item = u32> {
        self.tokens.iter().flat_map(Tokens::iter)
    }

    /// The distinct types, in order of first appearance, and how often each occurs.
    pub fn types(&self) -> &Interner {
        self.tally.types()
    }

    /// The terms the types became.
    pub fn terms(&self) -> &TermMap {
        &self.terms
    }

    /// Indexes text until all of `chunks` is done or the deadline has passed; at least a block in any case.
    ///
    /// `chunks` hold the text from the current position on, whose document is at place `skipped` in the first of them.
    /// Ids are in order of first appearance, whatever the number of threads.
    pub fn update(&mut self, chunks: &[Arc<Chunk>], skipped: usize, threads: usize, deadline: Option<Instant>) {
        let plan = self.plan(chunks, skipped);
        let bytes: usize = plan.iter().map(|block| block.bytes.len()).sum();
        let begin = Instant::now();
        let deadline = deadline.map(|deadline| self.pace.tokenize_until(begin, deadline));
        let is_late = || deadline.is_some_and(|deadline| Instant::now() >= deadline);
        let tokenized;
        let is_much = bytes >= HUGE;
        if threads < 2 || bytes < WORTH_THREADS {
            let mut tokens = Vec::new();
            for block in &plan {
                tokens.clear();
                block.tokenize(&mut self.tally, &mut tokens);
                self.commit(block, tokens.len());
                if let Some(kept) = &mut self.tokens {
                    let place = kept.writers(1)[0].write(&tokens, self.tally.types().len(), is_much);
                    kept.push(0, place, None);
                }
                if is_late() {
                    break;
                }
            }
            tokenized = begin.elapsed();
        } else {
            let useful = threads.min(plan.len()).max(self.shards.len());
            self.shards.resize_with(useful, Shard::default);
            let next = AtomicUsize::new(0);
            // The first writer is for work on one thread.
            let writers = self.tokens.as_mut().map(|tokens| &mut tokens.writers(1 + useful)[1..]);
            let writers = writers.into_iter().flatten().map(Some).chain(iter::repeat_with(|| None));
            let mut work: Vec<_> = self.shards.iter_mut().zip(writers).collect();
            workers::run(&mut work, |(shard, writer)| {
                let mut tokens = Vec::new();
                // The places handed out are all finished, so what is done has no gap.
                while next.load(Ordering::Relaxed) == 0 || !is_late() {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(block) = plan.get(place) else { break };
                    tokens.clear();
                    block.tokenize(&mut shard.tally, &mut tokens);
                    let types = shard.tally.types().len();
                    let written = writer.as_mut().map(|writer| writer.write(&tokens, types, is_much));
                    shard.blocks.push(Tokenized { place, token_count: tokens.len(), tokens: written, types });
                }
            });
            tokenized = begin.elapsed();
            self.merge(&plan);
        }
        self.terms.extend(self.tally.types());
        self.pace.learn(tokenized, begin.elapsed());
    }

    /// Ends an update, or several, for when there is nothing left to index: only now, counts are right.
    pub fn settle(&mut self) {
        for shard in self.shards.drain(..) {
            for (id, count) in shard.global.iter().zip(shard.tally.types().counts()) {
                self.tally.types_mut().count(*id, count);
            }
        }
        self.tally.settle();
    }

    /// Cuts text into blocks. Long documents are cut at whitespace.
    fn plan(&self, chunks: &[Arc<Chunk>], skipped: usize) -> Vec<Block> {
        let mut plan = Vec::new();
        let mut after = self.position;
        let mut document = skipped;
        for chunk in chunks {
            while document < chunk.len() {
                if plan.len() == PLAN {
                    return plan;
                }
                let first = document;
                let start = chunk.range(first).start + after.inside;
                let aim = start + BLOCK;
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
                    match whitespace_from(text, aim - range.start) {
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
                plan.push(Block { chunk: Arc::clone(chunk), documents, bytes: start..end, after });
            }
            document = 0;
        }
        plan
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
    fn merge(&mut self, plan: &[Block]) {
        let mut made: Vec<(usize, Tokenized)> = Vec::new();
        for (shard, work) in self.shards.iter_mut().enumerate() {
            made.extend(work.blocks.drain(..).map(|block| (shard, block)));
        }
        made.sort_unstable_by_key(|(_, block)| block.place);
        let types = self.tally.types_mut();
        for (shard, block) in &made {
            let Shard { tally, global, .. } = &mut self.shards[*shard];
            types.intern_all(tally.types(), global.len()..block.types, global);
        }
        for (_, block) in &made {
            self.commit(&plan[block.place], block.token_count);
        }
        if let Some(tokens) = &mut self.tokens {
            let global: Vec<Arc<[u32]>> = self.shards.iter().map(|shard| Arc::from(&shard.global[..])).collect();
            for (shard, block) in made {
                tokens.push(1 + shard, block.tokens.expect("they are kept"), Some(&global[shard]));
            }
        }
    }

    /// Takes in a document that was tokenized elsewhere: the types of all its tokens with their counts.
    pub fn add_counted(&mut self, counted: &Interner, tokens: u64, bytes: usize) {
        let types = self.tally.types_mut();
        for (id, count) in (0..).zip(counted.counts()) {
            let id = types.intern(counted.get(id));
            types.count(id, count);
        }
        self.terms.extend(self.tally.types());
        self.token_count += tokens;
        self.bytes += bytes;
        self.position.documents += 1;
    }
}
