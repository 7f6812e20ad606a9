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
        reserve(&mut self.blocks, 1)?;
        block.tokenize(&mut self.counter, &mut work.batch)?;
        let TokenBatch { ids, lengths } = &work.batch;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::{Checked, Documents};
    use crate::index::plan::{Position, plan};
    use crate::tokenizer::Tokenization;

    #[test]
    fn forgotten_blocks_leave_the_counts_of_those_before() {
        let mut documents = Documents::default();
        for number in 0..40 {
            let text = format!("to be or not to be number {number}");
            documents.push(&Checked::new(text.as_bytes()).unwrap()).unwrap();
        }
        let (chunks, _) = documents.since(0).unwrap();
        let blocks = plan(&chunks, 0, Position::default(), &Tokenization::Whitespace).unwrap();
        assert!(blocks.len() > 1, "{}", blocks.len());
        let mut shard = Shard::new(&TypeCounter::new(&Tokenization::Whitespace));
        let mut work = ShardWork { writer: None, batch: TokenBatch::default(), is_much: false };
        let counts = |shard: &Shard| {
            let types = shard.counter.types();
            (0..).zip(types.counts()).map(|(id, count)| (types.get(id).to_vec(), count)).collect::<Vec<_>>()
        };
        shard.tokenize(0, &blocks[0], &mut work).unwrap();
        (shard.taken, shard.blocks, shard.counted) = (shard.counter.types().len(), Vec::new(), Vec::new());
        let before = counts(&shard);
        for round in 0..2 {
            for (number, block) in blocks.iter().enumerate().skip(1) {
                shard.tokenize(number, block, &mut work).unwrap();
            }
            let all = counts(&shard);
            assert_eq!(all.iter().map(|(_, count)| count).sum::<u64>(), 320, "{round}");
            shard.forget_blocks();
            assert_eq!((counts(&shard), shard.blocks.len(), shard.counted.len()), (before.clone(), 0, 0));
        }
    }
}
