//! Types and tokens that wait for the index: those of a thread that builds it, or of an index that was appended.

use std::ops::Range;

use crate::error::{Error, Result};
use crate::index::plan::TextBlock;
use crate::index::token_batch::TokenBatch;
use crate::index::token_store::{TokenRange, TokenWriter};
use crate::index::type_counter::TypeCounter;
use crate::memory::{copied, reserve};

/// Tokens with type ids of their own.
pub struct Shard {
    pub counter: TypeCounter,
    pub blocks: Vec<TokenizedBlock>,
    /// The number of types in the blocks that the index has taken.
    pub taken: usize,
    /// The tokens that were counted since then, if tokens are only counted.
    pub counted: Vec<u32>,
    /// Whether the types are those of an index that was appended. Then no text is tokenized with this shard.
    pub is_appended: bool,
    /// The lists of ids, among those of the index, whose ids are types of this shard.
    pub lists: Range<usize>,
    /// The error that stopped this shard, if any.
    pub failed: Option<Error>,
}

impl Shard {
    /// Returns a shard without blocks, for the index with this counter.
    pub fn new(counter: &TypeCounter) -> Self {
        Self {
            counter: counter.emptied(),
            blocks: Vec::new(),
            taken: 0,
            counted: Vec::new(),
            is_appended: false,
            lists: 0..0,
            failed: None,
        }
    }

    /// Returns a shard of types that were counted in another index.
    pub fn appended(counter: TypeCounter, lists: Range<usize>) -> Self {
        Self { counter, blocks: Vec::new(), taken: 0, counted: Vec::new(), is_appended: true, lists, failed: None }
    }

    /// Tokenizes a block, which has this number in the plan.
    pub fn tokenize(&mut self, number: usize, block: &TextBlock, work: &mut ShardWork) -> Result<()> {
        block.tokenize(&mut self.counter, &mut work.batch)?;
        let TokenBatch { ids, lengths } = &work.batch;
        reserve(&mut self.blocks, 1)?;
        let types = self.counter.types().len();
        let tokens = match &mut work.writer {
            Some(writer) => Some((copied(lengths)?, writer.write(ids, types, work.is_much)?)),
            None => {
                reserve(&mut self.counted, ids.len())
                    .inspect_err(|_| self.counter.types_mut().get_mut().uncount(ids))?;
                self.counted.extend(ids);
                None
            }
        };
        self.blocks.push(TokenizedBlock { number, token_count: ids.len(), tokens, types });
        Ok(())
    }
}

impl Shard {
    /// Forgets the blocks that the index has not taken, and their tokens, which were only counted.
    pub fn forget_blocks(&mut self) {
        let types = self.counter.types_mut().get_mut();
        types.uncount(&self.counted);
        types.truncate(self.taken);
        self.counted.clear();
        self.blocks.clear();
        self.failed = None;
    }
}

/// The memory that a thread needs while it tokenizes.
pub struct ShardWork<'w> {
    /// None if tokens are only counted.
    pub writer: Option<&'w mut TokenWriter>,
    pub batch: TokenBatch,
    /// Whether the plan has enough text for large buffers.
    pub is_much: bool,
}

/// A block that a shard has tokenized.
pub struct TokenizedBlock {
    /// The block's number in the plan.
    pub number: usize,
    pub token_count: usize,
    /// The number of tokens of each document in the block, and where the tokens are; None if tokens are only counted.
    pub tokens: Option<(Vec<u32>, TokenRange)>,
    /// The number of types in the shard after this block.
    pub types: usize,
}
