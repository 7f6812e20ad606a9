//! Queries about terms that are typical of some documents.

use crate::analyzer::Analyzer;
use crate::checkpoint::Steps;
use crate::error::Result;
use crate::grouping::check_groups;
use crate::keyness::{self, Documents, Keyness, two_sides};
use crate::memory::list_for;

impl Analyzer {
    /// Scores the terms of a target against a reference. Documents have the code [`TARGET`](keyness::TARGET),
    /// [`REFERENCE`](keyness::REFERENCE), or [`NO_GROUP`](crate::grouping::NO_GROUP), in this analyzer and in the other
    /// one, if there is another one. The terms of this analyzer come first.
    ///
    /// # Errors
    /// [`EmptySide`](crate::Error::EmptySide), [`NoPValues`](crate::Error::NoPValues),
    /// [`UnknownGroup`](crate::Error::UnknownGroup), and the errors of [`grouped_terms`](Self::grouped_terms).
    pub fn keyness(
        &self,
        codes: &[u32],
        other: Option<(&Self, &[u32])>,
        settings: &keyness::Settings,
    ) -> Result<Keyness> {
        settings.check()?;
        let mut analyzers = list_for(2)?;
        for (analyzer, codes) in [(self, codes)].into_iter().chain(other) {
            check_groups(codes, 2)?;
            let (terms, sequences) = analyzer.sequences_of(codes)?;
            analyzers.push((Documents { terms, sequences }, codes));
        }
        let (mut steps, threads) = (Steps::begin(), self.corpus.threads());
        let sides = two_sides(&analyzers, threads, &mut steps)?;
        drop(analyzers);
        Keyness::of(&sides, settings, threads, &mut steps)
    }

    /// Scores the terms of each group of documents against the documents of all other groups, as
    /// [`keyness`](Self::keyness). `codes` is as in [`grouped_terms`](Self::grouped_terms).
    ///
    /// # Errors
    /// As [`keyness`](Self::keyness).
    pub fn grouped_keyness(&self, codes: &[u32], settings: &keyness::Settings) -> Result<Keyness> {
        settings.check()?;
        let (terms, sequences) = self.sequences_of(codes)?;
        let documents = Documents { terms, sequences };
        Keyness::of_groups(&documents, codes, settings, self.corpus.threads(), &mut Steps::begin())
    }
}
