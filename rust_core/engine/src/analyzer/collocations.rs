//! Terms that occur together.

use std::sync::Arc;

use crate::analyzer::Analyzer;
use crate::checkpoint::{Steps, UNITS_PER_LOOK};
use crate::collocations::sentence_ends::sentence_ends;
use crate::collocations::units::Tokens;
use crate::collocations::{Collocates, Collocations, Gaps, Settings, WindowSettings, Within};
use crate::concordance::Corpus;
use crate::error::Result;
use crate::grouping::check_number;
use crate::index::{Index, TokenRun};
use crate::patterns::Patterns;
use crate::sequence::{DROPPED, Sequence};
use crate::terms::TermMap;

impl Analyzer {
    /// Returns adjacent terms and their scores. `codes` has the code of the group of each document, if documents are in
    /// groups.
    ///
    /// # Errors
    /// [`CodeCount`](crate::Error::CodeCount), [`TextNotStored`](crate::Error::TextNotStored),
    /// [`TermsPending`](crate::Error::TermsPending), [`OutOfMemory`](crate::Error::OutOfMemory),
    /// [`Stopped`](crate::Error::Stopped).
    ///
    /// # Panics
    /// Panics if [`Settings::has_length`] is false.
    pub fn collocations(&self, codes: Option<&[u32]>, settings: &Settings) -> Result<Collocations> {
        self.check_keeps_text()?;
        let threads = self.corpus.threads();
        let Within::Sentence { unwrap } = settings.within else {
            let begin = |index: &Index, terms: &TermMap| {
                codes.map_or(Ok(()), |codes| check_number(codes, index.position().documents))?;
                Ok(Arc::clone(terms.terms()))
            };
            let append = |sequence: &mut Sequence, run: TokenRun, terms: &TermMap| {
                sequence.append_with_gaps(run, terms.term_of());
            };
            let (terms, sequences) = self.corpus.sequences(begin, append)?;
            let tokens = Tokens { sequences, sentences: None };
            return Collocations::find(tokens, codes, &terms, settings, threads);
        };
        let mut steps = Steps::begin();
        let mut corpus = self.searched(false, codes)?;
        let sentences = Some(sentence_ends(&corpus, unwrap, &mut steps)?);
        replace(&mut corpus, |of_type, _| of_type, &mut steps)?;
        let tokens = Tokens { sequences: corpus.sequences, sentences };
        Collocations::find(tokens, codes, &corpus.vocabulary.terms, settings, threads)
    }

    /// Returns the terms in windows around the matches of `node`, and their scores. Windows do not reach past a match of
    /// `barriers`. `codes` is as in [`collocations`](Self::collocations).
    ///
    /// # Errors
    /// As [`collocations`](Self::collocations); [`InvalidPattern`](crate::Error::InvalidPattern).
    pub fn collocates(
        &self,
        node: &Patterns,
        barriers: &Patterns,
        codes: Option<&[u32]>,
        settings: &WindowSettings,
    ) -> Result<Collocates> {
        self.check_keeps_text()?;
        let mut steps = Steps::begin();
        let mut corpus = self.searched(node.reads_types() || barriers.reads_types(), codes)?;
        let sentences = match settings.within {
            Within::Document => None,
            Within::Sentence { unwrap } => Some(sentence_ends(&corpus, unwrap, &mut steps)?),
        };
        let compiled =
            (&node.compile(&corpus.vocabulary, &mut steps)?, &barriers.compile(&corpus.vocabulary, &mut steps)?);
        if settings.gaps == Gaps::Close {
            replace(&mut corpus, |of_type, id| if of_type == DROPPED { DROPPED } else { id }, &mut steps)?;
        }
        let tokens = Tokens { sequences: corpus.sequences, sentences };
        let words = (&corpus.vocabulary.terms, &corpus.vocabulary.term_of[..]);
        Collocates::find(tokens, codes, words, compiled, settings)
    }
}

/// Replaces each token, which is a type, by a function of the term of the type and the type.
fn replace(corpus: &mut Corpus, by: impl Fn(u32, u32) -> u32, steps: &mut Steps) -> Result<()> {
    let term_of = &corpus.vocabulary.term_of;
    for ids in corpus.sequences.iter_mut().flat_map(|sequence| sequence.ids.chunks_mut(UNITS_PER_LOOK)) {
        steps.did(ids.len())?;
        ids.iter_mut().for_each(|id| *id = by(term_of[*id as usize], *id));
    }
    Ok(())
}
