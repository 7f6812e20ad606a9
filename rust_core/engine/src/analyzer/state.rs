//! The state of an analyzer, for a file that keeps it.

use std::num::NonZero;
use std::ops::Range;
use std::sync::Arc;

use crate::analyzer::Analyzer;
use crate::analyzer::corpus::Corpus;
use crate::checkpoint::{Steps, UNITS_PER_LOOK};
use crate::documents::{Chunk, Documents};
use crate::error::{Error, Result};
use crate::index::{Index, SavedTokens};
use crate::interner::{Interner, Strings};
use crate::memory::{list_for, reserve};
use crate::terms::TermOptions;
use crate::tokenizer::Tokenization;
use crate::workers::processors;

/// Numbers of all documents together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// The number of documents.
    pub documents: u64,
    /// The number of tokens.
    pub tokens: u64,
    /// The length of all texts in bytes.
    pub bytes: u64,
}

/// Words, and the terms that the caller has given for them. A word that was dropped has an empty term.
#[derive(Debug, Default)]
pub struct GivenTerms {
    /// The words.
    pub words: Strings,
    /// The term of each word.
    pub terms: Strings,
}

/// An analyzer at one point in time, without the tokens. Its documents do not change while it is used.
pub struct State {
    /// Numbers of all documents together.
    pub figures: Figures,
    /// The distinct types, joined in order of first appearance.
    pub types: Vec<u8>,
    /// The start of each type, and then the end of the last one.
    pub type_offsets: Vec<i64>,
    /// The count of each type.
    pub counts: Vec<u64>,
    /// How types are normalized into terms.
    pub terms: Arc<TermOptions>,
    /// The external terms that were given.
    pub given: GivenTerms,
    chunks: Vec<Arc<Chunk>>,
    removals: u32,
}

impl State {
    /// Returns the state without the types, and the types.
    fn begin(index: &Index, removals: u32) -> Result<(Self, Arc<Interner>)> {
        let terms = index.terms();
        let figures = Figures {
            documents: index.position().documents as u64,
            tokens: index.token_count(),
            bytes: index.bytes() as u64,
        };
        let mut given = GivenTerms::default();
        for (word, term) in terms.given() {
            given.words.push(word)?;
            given.terms.push(term.unwrap_or_default())?;
        }
        let terms = Arc::clone(terms.options());
        let (types, type_offsets, counts, chunks) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Ok((Self { figures, types, type_offsets, counts, terms, given, chunks, removals }, index.share_types()))
    }

    /// Copies the types and their counts, step by step.
    fn take_types(&mut self, types: &Interner, steps: &mut Steps) -> Result<()> {
        self.type_offsets = list_for(types.len() + 1)?;
        self.type_offsets.push(0);
        let end = |number| i64::try_from(types.strings().end(number)).expect("lengths in memory fit into 63 bits");
        steps.extend(&mut self.type_offsets, (0..types.len()).map(end))?;
        self.counts = list_for(types.len())?;
        steps.extend(&mut self.counts, types.counts())?;
        self.types = list_for(types.bytes().len())?;
        for some in types.bytes().chunks(UNITS_PER_LOOK) {
            self.types.extend_from_slice(some);
            steps.did(some.len())?;
        }
        Ok(())
    }

    /// Returns the chunks that have the text of the documents, in their order; the last chunk may have more documents.
    pub fn chunks(&self) -> &[Arc<Chunk>] {
        &self.chunks
    }
}

/// The checked parts of an analyzer that was saved.
pub struct Saved {
    /// The definition of a token.
    pub tokenization: Tokenization,
    /// How types are normalized into terms.
    pub terms: TermOptions,
    /// The external terms that were given.
    pub given: GivenTerms,
    /// Numbers of all documents together.
    pub figures: Figures,
    /// The distinct types in order of first appearance, with their counts.
    pub types: Interner,
    /// The documents with their tokens; None if the documents were only counted.
    pub documents: Option<Vec<(Chunk, SavedTokens)>>,
}

/// Returns whether the numbers are those of these types and documents.
fn are_right(figures: &Figures, types: &Interner, documents: Option<&[(Chunk, SavedTokens)]>) -> bool {
    let mut sum = 0_u64;
    let is_counted = types.counts().all(|count| {
        count > 0
            && sum.checked_add(count).is_some_and(|more| {
                sum = more;
                true
            })
    });
    let is_complete = documents.is_none_or(|documents| {
        let each = || documents.iter();
        each().all(|(chunk, tokens)| chunk.len() == tokens.documents())
            && each().map(|(chunk, _)| chunk.len() as u64).sum::<u64>() == figures.documents
            && each().map(|(chunk, _)| chunk.text().len() as u64).sum::<u64>() == figures.bytes
            && each().map(|(_, tokens)| tokens.len() as u64).sum::<u64>() == figures.tokens
    });
    is_counted && sum == figures.tokens && is_complete
}

impl Analyzer {
    /// Returns how words are normalized into terms.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], [`Error::Stopped`].
    pub fn term_options(&self) -> Result<Arc<TermOptions>> {
        self.corpus.query(|index| Arc::clone(index.terms().options()))
    }

    /// Brings the index up to date, and returns the state. While it is used, other threads may add documents.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], [`Error::Stopped`].
    pub fn state(&self) -> Result<State> {
        loop {
            let read = |index: &Index| {
                // Another thread may have begun to index a long document that was added since.
                let is_between = index.position().inside == 0;
                is_between.then(|| State::begin(index, self.corpus.removals())).transpose()
            };
            let Some((mut state, types)) = self.corpus.query(read)?? else { continue };
            state.take_types(&types, &mut Steps::begin())?;
            drop(types);
            if self.corpus.keeps_text() {
                state.chunks = self.documents_since(0)?.0;
            }
            // Documents were removed if the chunks are not those of the index.
            if self.corpus.removals() == state.removals {
                return Ok(state);
            }
        }
    }

    /// Appends the tokens of some documents of a state to `ids`, as the ids of their types, and to `ends` where each
    /// document ends in `ids`. Returns false if documents were removed: then the state is not that of this analyzer.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], [`Error::Stopped`].
    pub fn tokens_of(
        &self,
        state: &State,
        documents: Range<usize>,
        ids: &mut Vec<u32>,
        ends: &mut Vec<i64>,
    ) -> Result<bool> {
        self.corpus.query(|index| {
            let is_same = self.corpus.removals() == state.removals;
            if is_same {
                read_tokens(index, documents, ids, ends)?;
            }
            Ok(is_same)
        })?
    }

    /// Returns the analyzer that was saved, which indexes on `threads` threads, by default one for each processor.
    ///
    /// # Errors
    /// [`Error::InvalidFile`], [`Error::OutOfMemory`].
    pub fn of_saved(threads: Option<NonZero<usize>>, saved: Saved) -> Result<Self> {
        let Saved { tokenization, terms, given, figures, types, documents } = saved;
        if !are_right(&figures, &types, documents.as_deref()) {
            return Err(Error::InvalidFile { reason: "its numbers are not those of its documents" });
        }
        let size = |number: u64| usize::try_from(number).map_err(|_| Error::OutOfMemory { bytes: usize::MAX });
        let (count, bytes) = (size(figures.documents)?, size(figures.bytes)?);
        let keeps_text = documents.is_some();
        let (mut chunks, mut tokens) = (Vec::new(), Vec::new());
        for (chunk, own) in documents.into_iter().flatten() {
            reserve(&mut chunks, 1)?;
            reserve(&mut tokens, 1)?;
            if !chunk.is_empty() {
                chunks.push(Arc::new(chunk));
                tokens.push(own);
            }
        }
        let threads = threads.unwrap_or_else(processors).get();
        let sizes = (count, figures.tokens, bytes);
        let mut index = Index::of_saved(&tokenization, types, keeps_text.then_some(tokens), sizes, threads)?;
        index.set_terms(terms);
        // Other tokenizers do not use the number of words.
        let documents = Documents::of_saved(chunks, count, figures.tokens, bytes);
        let analyzer = Self { corpus: Corpus::of(threads, keeps_text, index, documents), tokenization };
        analyzer.give_saved(&given)?;
        Ok(analyzer)
    }

    /// Gives the terms that were given before. If a newer version of Unicode normalizes a type in another way, so that
    /// its word was not among the words, the words from this one on wait for their terms.
    fn give_saved(&self, given: &GivenTerms) -> Result<()> {
        if given.words.is_empty() {
            return Ok(());
        }
        let mut known = Interner::default();
        known.intern_strings(&given.words, 0..given.words.len(), &mut Vec::new())?;
        let find = |words: &mut dyn Iterator<Item = &[u8]>| -> Result<Vec<u32>> {
            let mut found = list_for(given.words.len())?;
            found.extend(words.map_while(|word| known.find(word)));
            Ok(found)
        };
        let (begin, found) = self.pending_terms(given.words.len(), find)?;
        let found = found?;
        let term = |word: &u32| {
            let term = given.terms.get(*word as usize);
            (!term.is_empty()).then_some(term)
        };
        self.give_terms(begin, found.iter().map(term))
    }
}

/// Appends the tokens of some documents, which are all indexed.
fn read_tokens(index: &Index, documents: Range<usize>, ids: &mut Vec<u32>, ends: &mut Vec<i64>) -> Result<()> {
    reserve(ends, documents.len())?;
    let (begin, mut next) = (ends.len(), 0_usize);
    for run in index.token_runs() {
        let lengths = run.lengths();
        let first = next - usize::from(run.continues());
        next = first + lengths.len();
        if first >= documents.end {
            break;
        }
        if next <= documents.start {
            continue;
        }
        let own = documents.start.saturating_sub(first)..lengths.len().min(documents.end - first);
        let tokens = |lengths: &[u32]| lengths.iter().map(|length| *length as usize).sum::<usize>();
        let number = tokens(&lengths[own.clone()]);
        reserve(ids, number)?;
        let mut end = i64::try_from(ids.len()).expect("lengths in memory fit into 63 bits");
        ids.extend(run.ids().skip(tokens(&lengths[..own.start])).take(number));
        if run.continues() && own.start == 0 {
            ends.pop();
        }
        ends.extend(lengths[own].iter().map(|length| {
            end += i64::from(*length);
            end
        }));
    }
    assert_eq!(ends.len() - begin, documents.len(), "the documents are indexed");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checksum;
    use crate::index::{IdBuffer, types_of};
    use crate::memory::Buffer;
    use crate::terms::accents::Accents;
    use proptest::prelude::*;

    fn buffer<T: crate::memory::Pod>(values: &[T]) -> Buffer<T> {
        let mut buffer = Buffer::with_room_for(values.len()).unwrap();
        buffer.extend(values);
        buffer
    }

    /// Saves an analyzer in batches of this number of documents, and loads it.
    fn copy_of(analyzer: &Analyzer, batch: usize, terms: TermOptions) -> Analyzer {
        let state = analyzer.state().unwrap();
        let mut types = types_of(&state.types, &state.type_offsets, &mut Steps::one()).unwrap();
        let texts: Vec<&[u8]> =
            state.chunks().iter().flat_map(|chunk| (0..chunk.len()).map(|at| &chunk.text()[chunk.range(at)])).collect();
        let documents = analyzer.keeps_text().then(|| {
            let (mut made, mut counts, mut known) = (Vec::new(), vec![0; types.len()], 0);
            for (texts, first) in texts.chunks(batch).zip((0..).step_by(batch)) {
                let (mut ids, mut ends, mut text_ends) = (Vec::new(), vec![0], vec![0]);
                let range = first..first + texts.len();
                assert_eq!(analyzer.tokens_of(&state, range, &mut ids, &mut ends), Ok(true));
                text_ends.extend(texts.iter().scan(0, |end, text| {
                    *end += i64::try_from(text.len()).unwrap();
                    Some(*end)
                }));
                let next = ids.iter().map(|id| id + 1).max().unwrap_or(0).max(known);
                let ids = IdBuffer::Wide(buffer(&ids));
                let tokens = SavedTokens::new(ids, &ends, known..next, Some(&mut counts)).unwrap();
                let text = texts.concat();
                made.push((Chunk::of_saved(buffer(&text), buffer(&text_ends), checksum::hash(&text)).unwrap(), tokens));
                known = next;
            }
            assert_eq!(counts, state.counts);
            made
        });
        types.add_counts(state.counts.iter().copied());
        let (tokenization, given) = (analyzer.tokenization().clone(), state.given);
        let saved = Saved { tokenization, terms, given, figures: state.figures, types, documents };
        Analyzer::of_saved(NonZero::new(2), saved).unwrap()
    }

    fn frequencies(analyzer: &Analyzer) -> Vec<(Vec<u8>, u64)> {
        analyzer.frequencies().unwrap().iter().map(|(term, count)| (term.to_vec(), count)).collect()
    }

    proptest! {
        #[test]
        fn a_loaded_analyzer_gives_the_same_answers_and_accepts_documents(
            before in prop::collection::vec("([a-eA-E]{1,3}[ é]){1,60}", 0..12),
            after in prop::collection::vec("([a-eA-E]{1,3}[ é]){1,60}", 0..4),
            threads in 1..4_usize,
            batch in 1..5_usize,
            keeps_text: bool,
        ) {
            let terms = || TermOptions { accents: Some(Accents::Ascii), ..TermOptions::default() };
            let analyzer = Analyzer::with(NonZero::new(threads), keeps_text, Tokenization::default());
            analyzer.set_terms(terms());
            for text in &before {
                analyzer.add(text.as_bytes()).unwrap();
            }
            let copy = copy_of(&analyzer, batch, terms());
            for text in [&[], &after[..]].concat() {
                analyzer.add(text.as_bytes()).unwrap();
                copy.add(text.as_bytes()).unwrap();
            }
            prop_assert_eq!(copy.statistics(), analyzer.statistics());
            prop_assert_eq!(copy.total_words(), analyzer.total_words());
            prop_assert_eq!(frequencies(&copy), frequencies(&analyzer));
            prop_assert_eq!(copy.document_sentiments(None), analyzer.document_sentiments(None));
            if keeps_text {
                for text in before.iter().chain(&after) {
                    prop_assert_eq!(copy.contains_document(text.as_bytes()), Ok(true));
                }
                let again = copy_of(&copy, batch, terms());
                prop_assert_eq!(frequencies(&again), frequencies(&analyzer));
            }
        }
    }

    #[test]
    fn given_terms_are_saved_and_new_words_are_pending() {
        let analyzer = Analyzer::default();
        let options = || TermOptions { has_external_terms: true, ..TermOptions::default() };
        analyzer.set_terms(options());
        analyzer.add(b"The cat the mat").unwrap();
        let (begin, number) = analyzer.pending_terms(9, |words| words.count()).unwrap();
        assert_eq!(number, 3);
        analyzer.give_terms(begin, [Some(&b"x"[..]), None, Some(b"x")].into_iter()).unwrap();
        let copy = copy_of(&analyzer, 1, options());
        assert_eq!(frequencies(&copy), [(b"x".to_vec(), 3)]);
        copy.add(b"a cat").unwrap();
        assert_eq!(copy.frequencies().err(), Some(Error::TermsPending));
        let (_, words) = copy.pending_terms(9, |words| words.map(<[u8]>::to_vec).collect::<Vec<_>>()).unwrap();
        assert_eq!(words, [b"a"]);
    }

    #[test]
    fn a_state_is_not_that_of_an_analyzer_whose_documents_were_removed() {
        let analyzer = Analyzer::default();
        analyzer.add(b"one two").unwrap();
        let state = analyzer.state().unwrap();
        analyzer.add(b"three").unwrap();
        let (mut ids, mut ends) = (Vec::new(), Vec::new());
        assert_eq!(analyzer.tokens_of(&state, 0..1, &mut ids, &mut ends), Ok(true));
        assert_eq!((ids, ends), (vec![0, 1], vec![2]));
        analyzer.clear();
        analyzer.add(b"other words").unwrap();
        assert_eq!(analyzer.tokens_of(&state, 0..1, &mut Vec::new(), &mut Vec::new()), Ok(false));
    }

    #[test]
    fn figures_that_do_not_match_the_documents_are_refused() {
        let analyzer = Analyzer::counting(None);
        analyzer.add(b"one two").unwrap();
        let state = analyzer.state().unwrap();
        let saved = |figures: Figures, counts: [u64; 2]| {
            let mut types = types_of(&state.types, &state.type_offsets, &mut Steps::one()).unwrap();
            types.add_counts(counts.into_iter());
            let (tokenization, terms, given) = Default::default();
            Analyzer::of_saved(None, Saved { tokenization, terms, given, figures, types, documents: None })
        };
        assert!(saved(state.figures, [1, 1]).is_ok());
        for counts in [[0, 2], [2, 0], [2, 1], [u64::MAX, 3]] {
            assert!(matches!(saved(state.figures, counts), Err(Error::InvalidFile { .. })), "{counts:?}");
        }
    }
}
