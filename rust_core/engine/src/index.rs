//! The index: what has been made of the text so far, in integers.

use std::iter::successors;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::documents::Chunk;
use crate::interner::Interner;
use crate::terms::TermMap;
use crate::tokenizer::{self, Tokenizer};
use crate::whitespace::{next_whitespace, next_word};
use crate::workers;

/// Text tokenized at once. Small enough to stop between two of them when asked to, large enough to be worth a thread.
/// In tests, small enough that texts of a line have many.
const BLOCK: usize = if cfg!(test) { 64 } else { 128 << 10 };
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
    /// The type id of each token.
    fn tokenize(&self, tokenizer: &mut Tokenizer, types: &mut Interner) -> Vec<u32> {
        let origin = self.bytes.start;
        // What follows the block is there to be read past its last word.
        let text = &self.chunk.text()[origin..];
        let own = &text[..self.bytes.len()];
        let mut tokens = Vec::new();
        if own.len() > tokenizer::LONGEST {
            // Blocks end with the first word behind their aim. This one has gigabytes.
            let mut words = successors(next_word(own, 0), |word| next_word(own, word.end));
            tokens.extend(words.by_ref().map(|word| types.intern_and_count(&own[word])));
            return tokens;
        }
        let borders = self.documents.clone().skip(1).map(|document| self.chunk.range(document).start - origin);
        tokens.reserve_exact(tokenizer.read(own, borders));
        tokenizer.words(|words| types.intern_words(text, words, &mut tokens));
        tokens
    }
}

/// What one of several threads has made: blocks in type ids of its own.
#[derive(Default)]
struct Shard {
    types: Interner,
    tokenizer: Tokenizer,
    blocks: Vec<Tokenized>,
    /// The index's type id of each of its own.
    global: Vec<u32>,
}

struct Tokenized {
    /// The block's place in the plan.
    place: usize,
    tokens: Vec<u32>,
    /// The types known to the shard once the block was done.
    types: usize,
}

/// Everything queries need: which types there are, how often, which term each became, and the tokens of the documents.
#[derive(Default)]
pub struct Index {
    types: Interner,
    tokenizer: Tokenizer,
    /// The type ids of all tokens, block behind block: what the text has become, and all that later folds read.
    tokens: Vec<Vec<u32>>,
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

    /// The type id of each token, in the order of the text.
    pub fn tokens(&self) -> impl Iterator<Item = u32> {
        self.tokens.iter().flatten().copied()
    }

    /// The distinct types, in order of first appearance, and how often each occurs.
    pub fn types(&self) -> &Interner {
        &self.types
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
        if threads < 2 || bytes < WORTH_THREADS {
            for block in &plan {
                let tokens = block.tokenize(&mut self.tokenizer, &mut self.types);
                self.commit(block, tokens);
                if is_late() {
                    break;
                }
            }
            tokenized = begin.elapsed();
        } else {
            let useful = threads.min(plan.len()).max(self.shards.len());
            self.shards.resize_with(useful, Shard::default);
            let next = AtomicUsize::new(0);
            workers::run(&mut self.shards, |shard| {
                // The places handed out are all finished, so what is done has no gap.
                while next.load(Ordering::Relaxed) == 0 || !is_late() {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(block) = plan.get(place) else { break };
                    let tokens = block.tokenize(&mut shard.tokenizer, &mut shard.types);
                    shard.blocks.push(Tokenized { place, tokens, types: shard.types.len() });
                }
            });
            tokenized = begin.elapsed();
            self.merge(&plan);
        }
        self.terms.extend(&self.types);
        self.pace.learn(tokenized, begin.elapsed());
    }

    /// Frees what only an update needs; for when there is nothing left to index.
    pub fn settle(&mut self) {
        self.shards = Vec::new();
        self.tokenizer = Tokenizer::default();
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
                    let from = (aim - range.start..text.len()).find(|at| text[*at] & 0xC0 != 0x80);
                    match from.and_then(|from| next_whitespace(text, from)) {
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

    /// Takes in a tokenized block, the next one in the plan.
    fn commit(&mut self, block: &Block, tokens: Vec<u32>) {
        self.token_count += tokens.len() as u64;
        self.bytes += block.bytes.len();
        self.position = block.after;
        self.tokens.push(tokens);
    }

    /// Takes in what the shards have made.
    ///
    /// A type first appears in the first block that holds it, and there its shard meets it for the first time; so going
    /// through the blocks in order, and through the types new to the shard in each, gives the order of first appearance.
    fn merge(&mut self, plan: &[Block]) {
        let mut made: Vec<(usize, usize, usize)> = self
            .shards
            .iter()
            .enumerate()
            .flat_map(|(shard, work)| work.blocks.iter().map(move |block| (block.place, shard, block.types)))
            .collect();
        made.sort_unstable();
        for (_, shard, types) in &made {
            let Shard { types: own, global, .. } = &mut self.shards[*shard];
            for id in global.len()..*types {
                let id = u32::try_from(id).expect("ids are 32 bits");
                global.push(self.types.intern(own.get(id)));
            }
        }
        for shard in &mut self.shards {
            for (id, count) in shard.global.iter().zip(shard.types.counts()) {
                self.types.count(*id, count);
            }
            shard.types.reset_counts();
        }
        workers::run(&mut self.shards, |shard| {
            for block in &mut shard.blocks {
                for id in &mut block.tokens {
                    *id = shard.global[*id as usize];
                }
            }
        });
        let mut blocks: Vec<Tokenized> =
            self.shards.iter_mut().flat_map(|shard| std::mem::take(&mut shard.blocks)).collect();
        blocks.sort_unstable_by_key(|block| block.place);
        for Tokenized { place, tokens, .. } in blocks {
            self.commit(&plan[place], tokens);
        }
    }
}
