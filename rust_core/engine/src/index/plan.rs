//! The blocks of text to index.

use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

use crate::documents::Chunk;
use crate::error::Result;
use crate::index::token_batch::TokenBatch;
use crate::index::type_counter::TypeCounter;
use crate::memory::reserve;
use crate::tokenizer::Tokenization;
use crate::tokenizer::block::{BLOCK_BYTES, MAX_TEXT_BYTES};

/// The most blocks of a plan: 128 MiB of text.
const MAX_PLANNED_BLOCKS: usize = 1024;

/// A document that is longer than this, and cannot be cut, is tokenized in parts. Each part is tokenized on one thread.
const MAX_UNCUT_BYTES: usize = if cfg!(any(test, fuzzing)) { 400 } else { 1 << 20 };

/// How much of the documents is indexed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Position {
    /// The number of documents that are completely indexed.
    pub documents: usize,
    /// The number of bytes of the next document that are indexed.
    pub inside: usize,
}

/// Consecutive text of one chunk that is tokenized together.
pub struct TextBlock {
    chunk: Arc<Chunk>,
    documents: Range<usize>,
    bytes: Range<usize>,
    /// Whether the block begins inside a document.
    pub continues: bool,
    /// Whether the block is the rest of a document that is tokenized in parts. No block follows it.
    pub has_parts: bool,
    /// The position of the index after this block.
    pub after: Position,
}

impl TextBlock {
    /// Returns the length of the text in bytes.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Counts some tokens of the block, until the deadline, and writes their type ids to `batch`. Returns the place in the
    /// document where the rest begins, or None at its end.
    pub fn tokenize_part(
        &self,
        counter: &mut TypeCounter,
        batch: &mut TokenBatch,
        deadline: Option<Instant>,
    ) -> Result<Option<usize>> {
        let document = self.chunk.range(self.documents.start);
        let from = self.bytes.start - document.start;
        counter.count_part(&self.chunk.text()[document], from, deadline, batch)
    }

    /// Counts the tokens of the block and writes their type ids to `batch`.
    pub fn tokenize(&self, counter: &mut TypeCounter, batch: &mut TokenBatch) -> Result<()> {
        let origin = self.bytes.start;
        let boundaries = self.documents.clone().skip(1).map(|document| self.chunk.range(document).start - origin);
        counter.count(&self.chunk.text()[origin..], self.bytes.len(), boundaries, batch)
    }
}

/// Cuts text into blocks. `chunks` and `skipped` are those of [`Index::update`](crate::index::Index::update). A
/// document that is longer than a block is split only where splitting cannot change its tokens.
pub fn plan(
    chunks: &[Arc<Chunk>],
    skipped: usize,
    position: Position,
    tokenization: &Tokenization,
) -> Result<Vec<TextBlock>> {
    let mut plan = Vec::new();
    let mut after = position;
    let mut document = skipped;
    for chunk in chunks {
        while document < chunk.len() {
            if plan.len() == MAX_PLANNED_BLOCKS {
                return Ok(plan);
            }
            let first = document;
            let continues = after.inside > 0;
            let start = chunk.range(first).start + after.inside;
            let aim = start + BLOCK_BYTES;
            let length = chunk.range(first).len();
            let is_long = (MAX_UNCUT_BYTES..=MAX_TEXT_BYTES).contains(&length);
            let has_parts = tokenization.has_parts() && (continues || is_long);
            if has_parts && !plan.is_empty() {
                return Ok(plan);
            }
            while !has_parts && document < chunk.len() && chunk.range(document).end <= aim {
                document += 1;
            }
            let mut end = chunk.range(document.max(1) - 1).end;
            if document > first {
                after = Position { documents: after.documents + document - first, inside: 0 };
            } else {
                // This document is longer than a block.
                let range = chunk.range(document);
                let text = &chunk.text()[range.clone()];
                match tokenization.cut_from(text, aim - range.start) {
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
            let chunk = Arc::clone(chunk);
            plan.push(TextBlock { chunk, documents, bytes: start..end, continues, has_parts, after });
            if has_parts {
                return Ok(plan);
            }
        }
        document = 0;
    }
    Ok(plan)
}
