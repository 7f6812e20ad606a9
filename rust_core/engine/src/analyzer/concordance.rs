//! Concordances of the documents of an analyzer, and the numbers of matches.

use crate::analyzer::Analyzer;
use crate::checkpoint::Steps;
use crate::concordance::{self, Concordance, Corpus, MatchCount, Options};
use crate::error::{Error, Result};
use crate::grouping::{check_groups, check_number};
use crate::index::Index;
use crate::memory::list_for;
use crate::patterns::{Patterns, Vocabulary};
use crate::terms::TermMap;

impl Analyzer {
    /// Returns the lines of the matches of patterns. `ranks` has a number for each document, for each
    /// [`Key::Rank`](concordance::Key::Rank).
    ///
    /// # Errors
    /// [`CodeCount`](Error::CodeCount), [`InvalidPattern`](Error::InvalidPattern),
    /// [`TextNotStored`](Error::TextNotStored), [`TermsPending`](Error::TermsPending),
    /// [`OutOfMemory`](Error::OutOfMemory), [`Stopped`](Error::Stopped).
    pub fn concordance(&self, patterns: &Patterns, options: &Options, ranks: &[&[u32]]) -> Result<Concordance> {
        let corpus = self.searched(patterns.reads_types() || options.needs_types(), None)?;
        let mut steps = Steps::begin();
        let compiled = patterns.compile(&corpus.vocabulary, &mut steps)?;
        Concordance::new(corpus, &compiled, options, ranks, &mut steps)
    }

    /// Counts the matches of each label in the groups 0 to `groups` - 1: for each group, the counts of all labels.
    /// `codes` has the code of the group of each document, or [`NO_GROUP`](crate::grouping::NO_GROUP).
    ///
    /// # Errors
    /// As [`concordance`](Self::concordance); [`UnknownGroup`](Error::UnknownGroup).
    pub fn grouped_matches(
        &self,
        patterns: &Patterns,
        options: &Options,
        codes: &[u32],
        groups: usize,
    ) -> Result<Vec<MatchCount>> {
        check_groups(codes, groups)?;
        let corpus = self.searched(patterns.reads_types(), Some(codes))?;
        let mut steps = Steps::begin();
        let compiled = patterns.compile(&corpus.vocabulary, &mut steps)?;
        let labels = patterns.labels().len();
        concordance::count(corpus, &compiled, labels, options, (Some(codes), groups), &mut steps)
    }

    /// Counts the matches of each label in all documents. If the text of the documents is not kept, patterns must match
    /// single tokens.
    ///
    /// # Errors
    /// As [`concordance`](Self::concordance).
    pub fn matches(&self, patterns: &Patterns, options: &Options) -> Result<Vec<MatchCount>> {
        if !self.keeps_text() {
            return self.matches_of_types(patterns);
        }
        let corpus = self.searched(patterns.reads_types(), None)?;
        let mut steps = Steps::begin();
        let compiled = patterns.compile(&corpus.vocabulary, &mut steps)?;
        concordance::count(corpus, &compiled, patterns.labels().len(), options, (None, 1), &mut steps)
    }

    fn matches_of_types(&self, patterns: &Patterns) -> Result<Vec<MatchCount>> {
        let (vocabulary, counts) = self.corpus.query_terms(|index, terms| {
            let mut counts = list_for(index.types().len())?;
            counts.extend(index.types().counts());
            Ok::<_, Error>((Vocabulary::of(index, terms, patterns.reads_types())?, counts))
        })??;
        let mut steps = Steps::begin();
        let compiled = patterns.compile(&vocabulary, &mut steps)?;
        let counted = concordance::count_types(&counts, &compiled, patterns.labels().len(), &mut steps)?;
        counted.ok_or(Error::TextNotStored)
    }

    /// Returns everything that patterns are compared with, at one moment. The index is not locked while they are
    /// compared.
    pub(crate) fn searched(&self, needs_types: bool, codes: Option<&[u32]>) -> Result<Corpus> {
        // Copies the texts of chosen documents, step by step.
        self.documents_since(0)?;
        let begin = |index: &Index, terms: &TermMap| {
            codes.map_or(Ok(()), |codes| check_number(codes, index.position().documents))?;
            let vocabulary = Vocabulary::of(index, terms, needs_types)?;
            // The index is locked first, as everywhere.
            let (chunks, _) = self.corpus.documents().since(0)?;
            Ok((vocabulary, chunks))
        };
        let read = self.corpus.sequences(begin, |sequence, run, _| sequence.append_types(run))?;
        let ((vocabulary, chunks), sequences) = read;
        chunks.iter().try_for_each(|chunk| chunk.check())?;
        let tokenization = self.tokenization().clone();
        Ok(Corpus { sequences, vocabulary, chunks, tokenization, threads: self.corpus.threads() })
    }
}
