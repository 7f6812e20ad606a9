//! Adds documents to an index, from which their rows are made.

use std::mem::{replace, take};
use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

use crate::checkpoint::Steps;
use crate::documents::Chunk;
use crate::error::{BatchError, Error, Result};
use crate::index::Index;
use crate::matrix::features::Features;
use crate::matrix::fold::Fold;
use crate::matrix::preprocess;
use crate::matrix::row_block::RowBlock;
use crate::matrix::vectorizer::{Task, TermKind, Vectorizer};
use crate::memory::{Buffer, reserve};
use crate::utf8;

/// The most types that an index keeps if their ids are not needed later.
const MAX_KEPT_TYPES: usize = if cfg!(test) { 50 } else { 1 << 20 };

/// The most tokens that an index keeps if documents are long. The rows of long documents take less memory than their
/// tokens.
const MAX_KEPT_TOKENS: u64 = if cfg!(test) { 100 } else { 1 << 20 };
const TOKENS_OF_LONG_DOCUMENT: u64 = if cfg!(test) { 4 } else { 64 };

/// The documents that were added.
enum Input {
    /// Their tokens.
    Index(Box<Index>),
    /// Their rows: if tokens are characters, they need no index.
    Characters(Box<Fold>),
}

/// Builds a matrix from documents.
pub struct MatrixBuilder {
    vectorizer: Arc<Vectorizer>,
    task: Task,
    input: Input,
    /// The memory of the last text, for the next one: new memory takes time.
    spare: Buffer<u8>,
    /// Rows of documents that are no longer in the index.
    rows: Vec<RowBlock>,
    /// The known features and those of these rows, if features may be new.
    grown: Option<Features>,
    failed: Option<Error>,
}

impl MatrixBuilder {
    /// A builder without documents.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn new(vectorizer: Arc<Vectorizer>, task: Task) -> Result<Self> {
        let options = &vectorizer.options;
        let input = if options.analyzer == TermKind::Characters {
            Input::Characters(Box::new(Fold::of_characters(&vectorizer, task)?))
        } else {
            let mut index = Index::new(true, &options.tokenization());
            index.set_terms(options.terms()?);
            Input::Index(Box::new(index))
        };
        Ok(Self { vectorizer, task, input, spare: Buffer::default(), rows: Vec::new(), grown: None, failed: None })
    }

    /// Returns the number of threads that count.
    pub fn threads(&self) -> usize {
        self.vectorizer.options.threads
    }

    /// Adds documents; each becomes a row. They are consecutive ranges of a text, may be empty, and have one byte between
    /// them that is not a letter, a digit or an underscore.
    ///
    /// # Errors
    /// [`Error::InvalidUtf8`] with the index of the document in this call; [`Error::OutOfMemory`], [`Error::Stopped`].
    /// After an error, the matrix cannot be built.
    pub fn add(&mut self, text: &[u8], documents: &[Range<usize>]) -> std::result::Result<(), BatchError> {
        let added = match &self.failed {
            Some(error) => Err(error.clone()),
            None => self.index_all(text, documents),
        };
        added.map_err(|error| {
            self.failed = Some(error.clone());
            let Error::InvalidUtf8 { offset } = error else { return BatchError { text: 0, error } };
            let number = documents.partition_point(|document| document.end < offset);
            let offset = offset - documents.get(number).map_or(0, |document| document.start);
            BatchError { text: number, error: Error::InvalidUtf8 { offset } }
        })
    }

    fn index_all(&mut self, text: &[u8], documents: &[Range<usize>]) -> Result<()> {
        let ([first, .., last] | [first @ last]) = documents else { return Ok(()) };
        utf8::checked(&text[first.start..last.end]).map_err(|error| match error {
            Error::InvalidUtf8 { offset } => Error::InvalidUtf8 { offset: first.start + offset },
            other => other,
        })?;
        let mut steps = Steps::begin();
        let options = &self.vectorizer.options;
        let index = match &mut self.input {
            Input::Index(index) => index,
            Input::Characters(fold) => return fold.add(text, documents, &mut steps),
        };
        let chunks = [Arc::new(preprocess::chunk(options, text, documents, take(&mut self.spare), &mut steps)?)];
        let before = index.position().documents;
        while index.position().documents < before + documents.len() {
            index.update(&chunks, index.position().documents - before, options.threads, steps.end())?;
            steps.look_at(Instant::now())?;
        }
        let [chunk] = chunks;
        self.spare = Arc::into_inner(chunk).map(Chunk::into_text).unwrap_or_default();
        let (types, tokens) = (index.types().len(), index.token_count());
        let has_long_documents = tokens / TOKENS_OF_LONG_DOCUMENT >= index.position().documents as u64;
        if self.task != Task::Grow && types > MAX_KEPT_TYPES || tokens > MAX_KEPT_TOKENS && has_long_documents {
            index.settle_until(options.threads, steps.end())?;
            while !index.is_settled() {
                steps.end_step()?;
                index.settle_until(options.threads, steps.end())?;
            }
            let emptied = Box::new(index.emptied());
            let mut fold = Fold::new(&self.vectorizer, self.task, replace(index, emptied), self.grown.take())?;
            while !fold.step(steps.end())? {
                steps.end_step()?;
            }
            let rows;
            (self.grown, rows) = fold.into_parts()?;
            reserve(&mut self.rows, rows.len())?;
            self.rows.extend(rows);
        }
        Ok(())
    }

    /// Completes the counts and the terms of the index, until the deadline has passed. Returns whether they are complete.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], or the error of an earlier [`add`](Self::add).
    pub fn settle(&mut self, deadline: Option<Instant>) -> Result<bool> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let Input::Index(index) = &mut self.input else { return Ok(true) };
        index.settle_until(self.vectorizer.options.threads, deadline)?;
        Ok(index.is_settled())
    }

    /// Begins to make the rows of all documents that were added.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], or the error of an earlier [`add`](Self::add).
    pub fn finish(mut self) -> Result<Fold> {
        self.settle(None)?;
        match self.input {
            Input::Index(index) => {
                Ok(Fold::new(&self.vectorizer, self.task, index, self.grown)?.after(self.rows).deferred())
            }
            Input::Characters(fold) => Ok(*fold),
        }
    }
}
