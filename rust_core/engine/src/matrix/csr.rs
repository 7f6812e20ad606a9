//! The matrix: its columns, its rows, and the arrays of its compressed rows (CSR).

use std::sync::Arc;
use std::sync::Mutex;

use crate::checkpoint::{Steps, UNITS_PER_LOOK};
use crate::error::{Error, Result};
use crate::matrix::arrays::{ColumnMap, Csr, Number, Written};
use crate::matrix::features::Features;
use crate::matrix::fold::Fold;
use crate::matrix::hashing::Hashing;
use crate::matrix::row_block::RowBlock;
use crate::matrix::row_writer::write_tokens;
use crate::matrix::totals::Totals;
use crate::matrix::vectorizer::{Task, Vectorizer};
use crate::memory::{list_for, zeros};

/// How often each feature occurs in each document.
pub struct Matrix {
    vectorizer: Arc<Vectorizer>,
    task: Task,
    /// The features, if new ones were added.
    features: Option<Features>,
    /// The rows, until [`into_csr`](Self::into_csr) takes them.
    blocks: Vec<RowBlock>,
    /// The tokens of the rows, if the rows are not made yet.
    tokens: Option<Box<Fold>>,
    /// The error after which the rows are lost.
    lost: Option<Error>,
    rows: usize,
    /// The feature of each column; `None` if the columns are all features in order of their ids.
    columns: Option<Vec<u32>>,
}

impl Matrix {
    pub(super) fn new(
        vectorizer: Arc<Vectorizer>,
        task: Task,
        features: Option<Features>,
        blocks: Vec<RowBlock>,
    ) -> Self {
        let rows = blocks.iter().map(|block| block.lengths.len()).sum();
        Self { vectorizer, task, features, blocks, tokens: None, lost: None, rows, columns: None }
    }

    /// A matrix whose rows are made of the tokens of a fold when they are needed.
    pub(super) fn of_tokens(
        vectorizer: Arc<Vectorizer>,
        task: Task,
        features: Option<Features>,
        fold: Box<Fold>,
    ) -> Self {
        let rows = fold.documents();
        Self { tokens: Some(fold), rows, ..Self::new(vectorizer, task, features, Vec::new()) }
    }

    fn check(&self) -> Result<()> {
        self.lost.clone().map_or(Ok(()), Err)
    }

    /// Makes the rows, if they are not made yet.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
    pub(super) fn make_rows(&mut self) -> Result<()> {
        self.check()?;
        let Some(fold) = &mut self.tokens else { return Ok(()) };
        match fold.make_all_rows() {
            Ok(blocks) => {
                self.blocks = blocks;
                self.tokens = None;
                Ok(())
            }
            Err(Error::Stopped) => Err(Error::Stopped),
            Err(error) => {
                (self.tokens, self.lost) = (None, Some(error.clone()));
                Err(error)
            }
        }
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The rows that were made and not taken yet.
    pub(super) fn blocks(&self) -> &[RowBlock] {
        &self.blocks
    }

    /// Replaces the rows.
    pub(super) fn replace_rows(&mut self, blocks: Vec<RowBlock>) {
        self.rows = blocks.iter().map(|block| block.lengths.len()).sum();
        self.blocks = blocks;
    }

    /// The number of threads that work on the matrix.
    pub(super) fn threads(&self) -> usize {
        self.vectorizer.options.threads
    }

    /// The features in the rows are below this number.
    pub(super) fn feature_bound(&self) -> usize {
        match self.task {
            Task::Hash { columns, .. } => columns as usize,
            _ => self.features().len(),
        }
    }

    /// Whether columns are hashes. They have no names then.
    pub fn is_hashed(&self) -> bool {
        matches!(self.task, Task::Hash { .. })
    }

    /// The number of columns.
    pub fn columns(&self) -> usize {
        match (&self.columns, self.task) {
            (Some(columns), _) => columns.len(),
            (None, Task::Hash { columns, .. }) => columns as usize,
            (None, _) => self.features().len(),
        }
    }

    /// The features of the rows. Empty if columns are hashes.
    fn features(&self) -> &Features {
        self.features.as_ref().unwrap_or(&self.vectorizer.features)
    }

    /// Sorts the columns by their names. Does nothing if columns are hashes.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped); nothing has changed.
    pub fn sort(&mut self) -> Result<()> {
        if self.is_hashed() {
            return Ok(());
        }
        let mut order = self.features().in_order(self.vectorizer.options.threads, &mut Steps::begin())?;
        if let Some(columns) = &self.columns {
            let mut is_column: Vec<u8> = zeros(self.features().len())?;
            columns.iter().for_each(|feature| is_column[*feature as usize] = 1);
            order.retain(|feature| is_column[*feature as usize] == 1);
        }
        self.columns = Some(order);
        Ok(())
    }

    /// Keeps the columns for which `is_kept` is true, in their order.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    ///
    /// # Panics
    /// Panics if `is_kept` does not have one answer per column, or if columns are hashes.
    pub fn keep(&mut self, is_kept: impl ExactSizeIterator<Item = bool>) -> Result<()> {
        assert!(is_kept.len() == self.columns() && !self.is_hashed(), "one answer per column");
        if self.columns.is_none() {
            let mut columns = list_for(is_kept.len())?;
            columns.extend((0_u32..).take(is_kept.len()));
            self.columns = Some(columns);
        }
        let mut is_kept = is_kept;
        self.columns.as_mut().expect("set above").retain(|_| is_kept.next() == Some(true));
        Ok(())
    }

    /// A vectorizer that knows exactly the columns of this matrix.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
    pub fn vectorizer(&self) -> Result<Vectorizer> {
        let (options, mut steps) = (self.vectorizer.options.try_clone()?, Steps::begin());
        let features = match &self.columns {
            Some(columns) => self.features().only(columns, &mut steps)?,
            None => self.features().try_clone(&mut steps)?,
        };
        Ok(Vectorizer { options, features })
    }

    /// The totals of each column, in the rows that were not taken yet.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
    pub fn totals(&mut self) -> Result<Totals> {
        self.check()?;
        let total = match &self.tokens {
            Some(fold) => Totals::of_tokens(fold)?,
            None => Totals::of_rows(&self.blocks, self.feature_bound(), self.threads())?,
        };
        let Some(columns) = &self.columns else { return Ok(total) };
        let mut kept = Totals { documents: list_for(columns.len())?, counts: list_for(columns.len())? };
        let mut steps = Steps::begin();
        steps.extend(&mut kept.documents, columns.iter().map(|feature| total.documents[*feature as usize]))?;
        steps.extend(&mut kept.counts, columns.iter().map(|feature| total.counts[*feature as usize]))?;
        Ok(kept)
    }

    /// The number of entries in the rows that were not taken yet.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
    pub fn entries(&mut self) -> Result<usize> {
        self.check()?;
        if self.tokens.as_ref().is_some_and(|fold| Hashing::of(fold.task()).is_some()) {
            // Totals of all columns may take far more memory than the rows: there may be 2³¹ columns.
            self.make_rows()?;
        }
        if self.tokens.is_none() && self.has_all_columns() {
            return Ok(self.blocks.iter().map(|block| block.features.len()).sum());
        }
        let documents = self.totals()?.documents;
        Ok(documents.iter().map(|number| usize::try_from(*number).expect("not negative")).sum())
    }

    /// An upper bound of the number of entries, which takes less time than [`entries`](Self::entries).
    ///
    /// # Errors
    /// As [`entries`](Self::entries).
    pub fn most_entries(&mut self) -> Result<usize> {
        match &self.tokens {
            Some(tokens) => Ok(tokens.token_count()),
            None => self.entries(),
        }
    }

    /// Takes the rows out of the matrix. The entries of a row are in order of the first appearance of their features,
    /// as in scikit-learn, or in the order of the columns if these were known before. With `is_binary`, each count
    /// becomes 1.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped); then some rows may be lost.
    ///
    /// # Panics
    /// Panics if there are more entries than `I` can count.
    pub fn into_csr<I: Number, T: Number>(&mut self, is_binary: bool) -> Result<Csr<I, T>> {
        if let Some(fold) = &self.tokens
            && let Ok(mut csr) = Csr::with_room_for(self.rows, fold.token_count())
        {
            let (fold, mut steps) = (self.tokens.take().expect("it is there"), Steps::begin());
            let columns = self.column_map(&mut steps)?;
            let entries = write_tokens(csr.rest(), &fold, &columns, is_binary, &mut steps)?;
            csr.take(self.rows, entries);
            csr.shrink();
            return Ok(csr);
        }
        self.make_rows()?;
        let mut steps = Steps::begin();
        let columns = self.column_map(&mut steps)?;
        let blocks = std::mem::take(&mut self.blocks);
        let mut kept: Vec<usize> = list_for(blocks.len())?;
        for block in &blocks {
            kept.push(columns.entries(block));
            steps.did(block.features.len())?;
        }
        let entries = kept.iter().sum();
        let mut csr = Csr::with_room_for(self.rows, entries)?;
        // Each block writes to its own part of the arrays.
        let mut work = list_for(blocks.len())?;
        let mut rest = csr.rest();
        for (block, kept) in blocks.into_iter().zip(kept) {
            let rows = block.lengths.len();
            work.push((block, rest.split(rows, kept), Written::default()));
        }
        let number = self.vectorizer.options.threads.min(work.len()).max(1);
        let mut threads = list_for(number)?;
        threads.resize_with(number, || None);
        let queue = Mutex::new(work.into_iter());
        steps.run(&mut threads, |current, steps| {
            let next = || queue.lock().expect("no panic while the queue is locked").next();
            while let Some((block, mut part, mut written)) = current.take().or_else(next) {
                if !part.write_some(&block, &mut written, UNITS_PER_LOOK, &columns, is_binary) {
                    *current = Some((block, part, written));
                }
                if steps.is_over() {
                    return false;
                }
            }
            true
        })?;
        drop((threads, queue));
        csr.take(self.rows, entries);
        Ok(csr)
    }

    /// Whether all features are columns.
    fn has_all_columns(&self) -> bool {
        self.columns.as_ref().is_none_or(|columns| columns.len() == self.features().len())
    }

    fn column_map(&self, steps: &mut Steps) -> Result<ColumnMap> {
        ColumnMap::new(self.columns.as_deref(), self.features().len(), steps)
    }
}

impl Fold {
    /// The matrix, after all steps that are left.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
    pub fn finish(mut self) -> Result<Matrix> {
        let mut steps = Steps::begin();
        while !self.step(steps.end())? {
            steps.end_step()?;
        }
        let (vectorizer, task) = (Arc::clone(self.vectorizer()), self.task());
        if self.is_deferred() {
            let features = self.take_features();
            return Ok(Matrix::of_tokens(vectorizer, task, features, Box::new(self)));
        }
        let (features, rows) = self.into_parts()?;
        Ok(Matrix::new(vectorizer, task, features, rows))
    }
}
