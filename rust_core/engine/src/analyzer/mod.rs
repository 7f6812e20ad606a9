//! The analyzer: documents, and the answers to all questions about them.
//!
//! `corpus` keeps the documents and their index behind locks, `adding` adds documents to it, and `draft` is a document
//! that comes in pieces. `concordance`, `collocations`, `keyness`, `dispersion` and `sentiment` are the analyses, and
//! `groups` counts in groups of documents. `selection` makes analyzers of chosen documents, and merges analyzers.
//! `state` has the parts that a file keeps.

mod adding;
mod collocations;
mod concordance;
mod corpus;
mod dispersion;
mod draft;
mod groups;
mod keyness;
mod selection;
mod sentiment;
mod state;

pub use adding::Added;
pub use draft::Draft;
pub use state::{Figures, GivenTerms, Saved, State};

use std::num::NonZero;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::counts::{Frequencies, Ngrams, Shape, Statistics};
use crate::documents::{Blank, Checked, Chunk, Documents};
use crate::error::{BatchError, Error, Result};
use crate::index::Index;
use crate::matrix::{Fold, Vectorizer};
use crate::sentences;
use crate::terms::TermOptions;
use crate::tokenizer::Tokenization;
use crate::utf8;
use crate::workers::processors;
use corpus::Corpus;

/// How much of the text is indexed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of text that are indexed.
    pub done: u64,
    /// Bytes of text in all documents.
    pub total: u64,
}

/// Documents, and all queries on them.
///
/// Adding is cheap: it checks a document, counts its words and copies it. The first query that needs the index updates
/// it, on all threads. Any number of threads may use an analyzer at the same time: queries do not wait for each other,
/// and adding does not wait for the index.
pub struct Analyzer {
    corpus: Corpus,
    tokenization: Tokenization,
}

/// A document of at least this size gets a chunk of its own, which is filled before the documents are locked.
const MIN_BYTES_FOR_OWN_CHUNK: usize = if cfg!(any(test, fuzzing)) { 100 } else { 256 << 10 };

impl Default for Analyzer {
    fn default() -> Self {
        Self::new(None)
    }
}

impl Analyzer {
    /// Returns an analyzer without documents that indexes on `threads` threads, by default one for each processor.
    pub fn new(threads: Option<NonZero<usize>>) -> Self {
        Self::with(threads, true, Tokenization::default())
    }

    /// Returns an analyzer that counts documents and frees their text. Its memory grows only with the distinct words.
    pub fn counting(threads: Option<NonZero<usize>>) -> Self {
        Self::with(threads, false, Tokenization::default())
    }

    /// Returns an analyzer with these options: [`new`](Self::new) keeps text, [`counting`](Self::counting) does not,
    /// and both use the default tokenizer.
    pub fn with(threads: Option<NonZero<usize>>, keeps_text: bool, tokenization: Tokenization) -> Self {
        let threads = threads.unwrap_or_else(processors).get();
        Self { corpus: Corpus::new(threads, keeps_text, &tokenization), tokenization }
    }

    /// Returns the definition of a token.
    pub fn tokenization(&self) -> &Tokenization {
        &self.tokenization
    }

    /// Returns whether the text of the documents is kept.
    pub fn keeps_text(&self) -> bool {
        self.corpus.keeps_text()
    }

    /// Begins a document that comes in pieces; `bytes` is a hint of its length. The draft counts words and frees its
    /// text if this analyzer does not keep text and the caller does not need it.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn draft(&self, bytes: usize, needs_text: bool) -> Result<Draft> {
        let keeps_text = self.corpus.keeps_text() || needs_text || !self.splits_at_whitespace();
        if keeps_text { Draft::with_room_for(bytes) } else { Ok(Draft::counting()) }
    }

    /// Adds a document.
    ///
    /// # Errors
    /// [`Error::InvalidUtf8`], [`Error::NoWords`], [`Error::OutOfMemory`]; nothing was added.
    pub fn add(&self, text: &[u8]) -> Result<Added> {
        if text.len() < MIN_BYTES_FOR_OWN_CHUNK {
            return self.add_checked(&Checked::new(text)?);
        }
        let mut draft = self.draft(text.len(), false)?;
        draft.append(text)?;
        Ok(self.add_draft(&mut draft)?.0)
    }

    /// Adds a document that was checked.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`]; nothing was added.
    pub fn add_checked(&self, document: &Checked) -> Result<Added> {
        adding::add_checked(&self.corpus, document)
    }

    /// Adds a document that came in pieces, and empties the draft. Also returns its chunk if its text was kept.
    ///
    /// # Errors
    /// [`Error::InvalidUtf8`], [`Error::NoWords`], [`Error::TextNotStored`] (the draft was made for another analyzer),
    /// [`Error::OutOfMemory`]; the draft is unchanged.
    pub fn add_draft(&self, draft: &mut Draft) -> Result<(Added, Option<Arc<Chunk>>)> {
        draft.check()?;
        if draft.is_counting() {
            let needs_text = self.corpus.keeps_text() || !self.splits_at_whitespace();
            return if needs_text {
                Err(Error::TextNotStored)
            } else {
                Ok((adding::add_counted(&self.corpus, draft)?, None))
            };
        }
        let (added, chunk) = adding::add_stored(&self.corpus, draft)?;
        Ok((added, Some(chunk)))
    }

    /// Adds documents until one is refused. Also returns the number of documents that were added.
    ///
    /// # Errors
    /// The defect of a text and its number. The documents before it stay added; those after it are not added.
    pub fn add_all<'t>(
        &self,
        texts: impl IntoIterator<Item = Result<Checked<'t>>>,
        blank: Blank,
    ) -> (u64, std::result::Result<(), BatchError>) {
        adding::add_all(&self.corpus, texts, blank)
    }

    /// Adds texts until one is refused: faster than [`add_all`](Self::add_all) if they are short.
    ///
    /// # Errors
    /// As [`add_separated`](Self::add_separated).
    pub fn add_texts<'t>(
        &self,
        texts: impl IntoIterator<Item = &'t [u8]>,
        blank: Blank,
    ) -> (u64, std::result::Result<(), BatchError>) {
        adding::add_texts(&self.corpus, texts, blank)
    }

    /// Adds the parts of a text between separators, which are one byte of ASCII: faster than [`add_all`](Self::add_all).
    ///
    /// # Errors
    /// As [`add_all`](Self::add_all). Without memory for a document, a few of those before it may not be added either.
    pub fn add_separated(
        &self,
        text: &[u8],
        separator: u8,
        blank: Blank,
    ) -> (u64, std::result::Result<(), BatchError>) {
        adding::add_separated(&self.corpus, text, separator, blank)
    }

    /// Removes all documents.
    pub fn clear(&self) {
        self.corpus.clear();
    }

    /// Returns the number of documents.
    pub fn document_count(&self) -> u64 {
        self.corpus.documents().len() as u64
    }

    /// Returns the number of tokens in all documents.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn total_words(&self) -> Result<u64> {
        if self.splits_at_whitespace() {
            Ok(self.corpus.documents().words())
        } else {
            self.corpus.query(Index::token_count)
        }
    }

    /// Returns the number of tokens of a text before it is added, or None if [`Added::words`] will be that number.
    ///
    /// # Errors
    /// [`Error::InvalidUtf8`], [`Error::OutOfMemory`].
    pub fn words_of(&self, text: &[u8]) -> Result<Option<u64>> {
        if self.splits_at_whitespace() { Ok(None) } else { self.tokenization.count(utf8::checked(text)?).map(Some) }
    }

    /// Returns whether tokens are the words between whitespace. The check of a text counts them.
    fn splits_at_whitespace(&self) -> bool {
        matches!(self.tokenization, Tokenization::Whitespace)
    }

    /// Returns the chunks that hold document number `first` and those after it, and the place of this document in the
    /// first chunk. Documents in chunks never change, and the caller may keep the chunks for any time.
    ///
    /// # Errors
    /// [`Error::TextNotStored`], [`Error::OutOfMemory`], [`Error::Stopped`].
    pub fn documents_since(&self, first: usize) -> Result<(Vec<Arc<Chunk>>, usize)> {
        self.check_keeps_text()?;
        let (chunks, skipped) = self.corpus.texts_since(first)?;
        chunks.iter().try_for_each(|chunk| chunk.check())?;
        Ok((chunks, skipped))
    }

    fn check_keeps_text(&self) -> Result<()> {
        if self.corpus.keeps_text() { Ok(()) } else { Err(Error::TextNotStored) }
    }

    /// Counts the sentences in all documents; `unwrap` is that of [`sentences::each`].
    ///
    /// # Errors
    /// [`Error::TextNotStored`], [`Error::OutOfMemory`], [`Error::Stopped`].
    pub fn sentence_count(&self, unwrap: bool) -> Result<u64> {
        sentences::count(&self.documents_since(0)?.0, self.corpus.threads(), unwrap)
    }

    /// Returns whether one of the documents is exactly this text.
    ///
    /// # Errors
    /// [`Error::TextNotStored`], [`Error::OutOfMemory`], [`Error::Stopped`].
    pub fn contains_document(&self, text: &[u8]) -> Result<bool> {
        let (chunks, _) = self.documents_since(0)?;
        Ok(Documents::contains(&chunks, text))
    }

    /// Brings the index up to date, or indexes for about `time`.
    ///
    /// Queries do this by themselves. Call it to do the work in steps, and to show progress or to stop between them.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], as every query. The documents are intact, and the same query succeeds with more memory.
    pub fn update(&self, time: Option<Duration>) -> Result<Progress> {
        let current = self.corpus.current_index().map(|index| index.bytes());
        let done = match current {
            Some(done) => done,
            None => {
                let mut index = self.corpus.index_mut();
                self.corpus.update(&mut index, time.map(|time| Instant::now() + time))?;
                // Work remains while the terms of some types are not made.
                index.bytes().saturating_sub(usize::from(!index.is_settled()))
            }
        };
        Ok(Progress { done: done as u64, total: self.corpus.documents().bytes().max(done) as u64 })
    }

    /// Returns the number of distinct terms.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn unique_words(&self) -> Result<u64> {
        self.corpus.query_terms(|_, terms| terms.terms().len() as u64)
    }

    /// Returns the statistics of all documents at one point in time.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn statistics(&self) -> Result<Statistics> {
        self.corpus.query_terms(|index, terms| Statistics {
            documents: index.position().documents as u64,
            total_words: index.token_count(),
            unique_words: terms.terms().len() as u64,
            distinct_types: index.types().len() as u64,
            bytes: index.bytes() as u64,
        })
    }

    /// Returns how often each term occurs.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn frequencies(&self) -> Result<Frequencies> {
        self.corpus
            .query_terms(|index, terms| Frequencies::fold(terms.terms(), terms.term_of(), index.types().counts()))?
    }

    /// Returns how often terms follow each other within documents. Tokens that have no term are ignored.
    ///
    /// # Errors
    /// [`Error::TextNotStored`], [`Error::TermsPending`], [`Error::OutOfMemory`], [`Error::Stopped`].
    pub fn ngrams(&self, shape: Shape) -> Result<Ngrams> {
        // The index is not locked while n-grams are counted.
        let (terms, sequences) = self.all_sequences()?;
        Ngrams::count(&sequences, None, &terms, shape, 1, self.corpus.threads())
    }

    /// Begins to count how often each term, or each n-gram of terms, occurs in each document. `ngrams` is the minimum and
    /// maximum number of terms. Tokens that have no term are ignored.
    ///
    /// # Errors
    /// [`Error::TextNotStored`], [`Error::TermsPending`], [`Error::OutOfMemory`], [`Error::Stopped`].
    pub fn document_term_matrix(&self, ngrams: (usize, usize)) -> Result<Fold> {
        let vectorizer = Arc::new(Vectorizer::of_analyzer(ngrams, self.corpus.threads()));
        // The ids of the tokens are copied, so the index is not locked while rows are made.
        let (terms, sequences) = self.all_sequences()?;
        Fold::of_sequences(&vectorizer, &terms, sequences)
    }

    /// Changes how words are normalized into terms, without reading the text again. Earlier results do not change. The
    /// next query makes the terms, or [`update`](Self::update) in steps.
    pub fn set_terms(&self, options: TermOptions) {
        self.corpus.index_mut().set_terms(options);
    }

    /// Brings the index up to date and passes the words that wait for external terms, at most `limit`, to `read`. Also
    /// returns the number with which to call [`give_terms`](Self::give_terms).
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn pending_terms<R>(
        &self,
        limit: usize,
        read: impl FnOnce(&mut dyn Iterator<Item = &[u8]>) -> R,
    ) -> Result<(u64, R)> {
        self.corpus.query(|index| {
            let (begin, mut words) = index.terms().pending(limit);
            (begin, read(&mut words))
        })
    }

    /// Takes the terms of these words, or of the first of them. Does nothing if another thread gave them first, or if
    /// the options or the documents have changed since.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`]; the first terms may have been taken.
    pub fn give_terms<'t>(&self, begin: u64, terms: impl Iterator<Item = Option<&'t [u8]>>) -> Result<()> {
        self.corpus.index_mut().terms_mut().give(begin, terms)
    }

    /// Returns whether a background thread may index while documents are added.
    pub fn can_index_in_background(&self) -> bool {
        self.corpus.threads() > 1 && self.corpus.keeps_text()
    }

    /// Indexes, on this thread alone and for about `time`, chunks to which no more documents can be added. Returns
    /// whether there was such a chunk.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn index_in_background(&self, time: Duration) -> Result<bool> {
        self.corpus.index_closed_chunks(time)
    }

    /// Returns whether no thread holds a lock of this analyzer now.
    pub fn is_free(&self) -> bool {
        self.corpus.is_free()
    }

    /// Panics on a worker thread while the index changes.
    #[cfg(any(test, feature = "test-hooks"))]
    pub fn panic_while_indexing(&self, message: &str) {
        let mut index = self.corpus.index_mut();
        *index = index.emptied();
        crate::workers::run(&mut [(), ()], |()| panic!("{message}"));
    }

    /// Runs `work` while this thread holds a lock: that of the documents or that of the index.
    #[cfg(feature = "test-hooks")]
    pub fn while_locked(&self, are_documents: bool, work: impl FnOnce()) {
        let _documents = are_documents.then(|| self.corpus.documents());
        let _index = (!are_documents).then(|| self.corpus.index_mut());
        work();
    }
}

#[cfg(test)]
mod tests;
