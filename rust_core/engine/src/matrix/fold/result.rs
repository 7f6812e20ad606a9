//! The result of a fold: the features and the rows, now or in later calls.

use std::sync::Arc;

use super::{Fold, Stage, Tokens};
use crate::checkpoint::Steps;
use crate::error::Result;
use crate::index::Index;
use crate::matrix::features::Features;
use crate::matrix::fold_worker::Source;
use crate::matrix::hashing::Hashing;
use crate::matrix::row_block::RowBlock;
use crate::matrix::vectorizer::{Task, Vectorizer};
use crate::memory::reserve;

impl Fold {
    /// Leaves the rows to a later call of [`make_all_rows`](Self::make_all_rows), if this fold allows it: then they can also
    /// be written to their arrays directly.
    pub(in crate::matrix) fn deferred(self) -> Self {
        let may_be = matches!((&self.source, &self.tokens), (Source::Alone, Tokens::Index(..)));
        Self { is_deferred: may_be && self.earlier.is_empty(), ..self }
    }

    /// Whether the rows are left to a later call.
    pub(in crate::matrix) fn is_deferred(&self) -> bool {
        matches!(self.stage, Stage::Deferred)
    }

    /// Removes and returns the features, if new ones may have been added. The fold still has their number.
    pub(in crate::matrix) fn take_features(&mut self) -> Option<Features> {
        self.bound = Some(self.bound());
        self.features.take().filter(|_| self.task == Task::Grow)
    }

    /// Makes the rows that were left to this call. They are lost after an error other than
    /// [`Stopped`](crate::Error::Stopped).
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
    pub(in crate::matrix) fn make_all_rows(&mut self) -> Result<Vec<RowBlock>> {
        if self.is_deferred() {
            self.stage = Stage::Rows;
        }
        let mut steps = Steps::begin();
        while !self.step(steps.end())? {
            steps.end_step()?;
        }
        self.take_rows()
    }

    /// Removes and returns the rows that were made.
    fn take_rows(&mut self) -> Result<Vec<RowBlock>> {
        let mut rows = std::mem::take(&mut self.earlier);
        reserve(&mut rows, self.parts.len())?;
        rows.extend(self.parts.drain(..).map(|(_, part)| part.rows));
        Ok(rows)
    }

    /// The features, if new ones may have been added, and the rows of all documents, when all are made.
    pub(in crate::matrix) fn into_parts(mut self) -> Result<(Option<Features>, Vec<RowBlock>)> {
        let rows = self.take_rows()?;
        Ok((self.features.filter(|_| self.task == Task::Grow), rows))
    }

    /// How documents become features.
    pub(in crate::matrix) fn vectorizer(&self) -> &Arc<Vectorizer> {
        &self.vectorizer
    }

    /// How features become columns.
    pub(in crate::matrix) fn task(&self) -> Task {
        self.task
    }

    /// Features in rows are below this number, if workers do not find them.
    pub(in crate::matrix) fn bound(&self) -> usize {
        let columns = || self.features.as_ref().unwrap_or(&self.vectorizer.features).len();
        self.bound.unwrap_or_else(|| Hashing::of(self.task).map_or_else(columns, |hashing| hashing.columns as usize))
    }

    /// The index, and the id for each of its types, if the tokens are those of an index.
    pub(in crate::matrix) fn index(&self) -> Option<(&Index, &[u32])> {
        let Tokens::Index(index, ids) = &self.tokens else { return None };
        Some((index, ids.as_deref().unwrap_or(index.terms().term_of())))
    }

    /// The number of documents whose rows are not made yet.
    pub(in crate::matrix) fn documents(&self) -> usize {
        self.index().map_or(0, |(index, _)| index.position().documents)
    }

    /// The number of their tokens.
    pub(in crate::matrix) fn token_count(&self) -> usize {
        let tokens = self.index().map_or(0, |(index, _)| index.token_count());
        usize::try_from(tokens).expect("they are in memory")
    }
}
