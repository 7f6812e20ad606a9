//! Counts and statistics of groups of documents.

use std::num::NonZero;
use std::sync::Arc;

use crate::analyzer::Analyzer;
use crate::counts::groups::figures;
use crate::counts::{GroupedCounts, Order, Shape, Statistics};
use crate::error::Result;
use crate::grouping::{check_groups, check_number};
use crate::index::Index;
use crate::interner::Interner;
use crate::memory::copied;
use crate::sequence::Sequence;
use crate::terms::TermMap;

impl Analyzer {
    /// Returns how often each term occurs in each group of documents, at most `limit` terms of each group. `codes` has
    /// the code of the group of each document, or [`NO_GROUP`](crate::grouping::NO_GROUP).
    ///
    /// # Errors
    /// [`CodeCount`](crate::Error::CodeCount), [`TextNotStored`](crate::Error::TextNotStored),
    /// [`TermsPending`](crate::Error::TermsPending), [`OutOfMemory`](crate::Error::OutOfMemory),
    /// [`Stopped`](crate::Error::Stopped).
    pub fn grouped_terms(&self, codes: &[u32], order: Order, limit: Option<NonZero<usize>>) -> Result<GroupedCounts> {
        let (terms, sequences) = self.sequences_of(codes)?;
        GroupedCounts::of_terms(&sequences, codes, &terms, (order, limit), self.corpus.threads())
    }

    /// Returns how often each n-gram occurs in each group of documents, as [`grouped_terms`](Self::grouped_terms).
    ///
    /// # Errors
    /// As [`grouped_terms`](Self::grouped_terms).
    pub fn grouped_ngrams(
        &self,
        codes: &[u32],
        shape: Shape,
        order: Order,
        limit: Option<NonZero<usize>>,
    ) -> Result<GroupedCounts> {
        let (terms, sequences) = self.sequences_of(codes)?;
        GroupedCounts::of_ngrams(&sequences, codes, &terms, shape, (order, limit), self.corpus.threads())
    }

    /// Returns the terms, and the documents as sequences of them. The index is not locked while they are counted.
    pub(super) fn sequences_of(&self, codes: &[u32]) -> Result<(Arc<Interner>, Vec<Sequence>)> {
        self.sequences(Some(codes))
    }

    /// Returns what [`sequences_of`](Self::sequences_of) returns, for any number of documents.
    pub(super) fn all_sequences(&self) -> Result<(Arc<Interner>, Vec<Sequence>)> {
        self.sequences(None)
    }

    fn sequences(&self, codes: Option<&[u32]>) -> Result<(Arc<Interner>, Vec<Sequence>)> {
        self.check_keeps_text()?;
        let begin = |index: &Index, terms: &TermMap| {
            codes.map_or(Ok(()), |codes| check_number(codes, index.position().documents))?;
            Ok(Arc::clone(terms.terms()))
        };
        self.corpus.sequences(begin, |sequence, run, terms| sequence.append(run, terms.term_of()))
    }

    /// Returns the statistics of the groups 0 to `groups` - 1. `codes` is as in [`grouped_terms`](Self::grouped_terms).
    ///
    /// # Errors
    /// As [`grouped_terms`](Self::grouped_terms); [`UnknownGroup`](crate::Error::UnknownGroup).
    pub fn grouped_statistics(&self, codes: &[u32], groups: usize) -> Result<Vec<Statistics>> {
        self.check_keeps_text()?;
        check_groups(codes, groups)?;
        let begin = |index: &Index, terms: &TermMap| {
            check_number(codes, index.position().documents)?;
            // The index is locked first, as everywhere.
            let (chunks, _) = self.corpus.documents().since(0)?;
            Ok((chunks, copied(terms.term_of())?, terms.terms().len()))
        };
        let found = self.corpus.sequences(begin, |sequence, run, _| sequence.append_types(run))?;
        let ((chunks, term_of, terms), sequences) = found;
        figures(&sequences, codes, groups, (&term_of, terms), &chunks, self.corpus.threads())
    }
}
