//! The analyzer: documents, and the index over them, for many threads at once.

pub mod draft;

use std::num::NonZero;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError};
use std::time::{Duration, Instant};

use crate::analyzer::draft::Draft;
use crate::counts::frequencies::Frequencies;
use crate::counts::ngrams::{Ngrams, Sequence, Shape};
use crate::counts::statistics::Statistics;
use crate::documents::{Blank, Checked, Chunk, Documents, PIECE, Parts, number_of_parts, pieces};
use crate::error::{BatchError, Error, Result};
use crate::index::Index;
use crate::sentences;
use crate::sentiment;
use crate::sentiment::lexicon::Lexicon;
use crate::terms::{TermMap, TermOptions};
use crate::tokenizer::Tokenization;
use crate::utf8;
use crate::workers::processors;

/// A document that was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Added {
    /// The number of words between whitespace in it.
    pub words: u64,
    /// The number of documents, this one included.
    pub documents: u64,
}

/// What was done of the work of bringing the index up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of text that are indexed.
    pub done: u64,
    /// Bytes of text there are.
    pub total: u64,
}

/// Documents, and everything that can be asked of them.
///
/// Adding is cheap: a document is checked, counted and copied. The first query that needs more indexes what was added
/// since the last one, on all threads. Any number of threads may use an analyzer at once; queries do not wait for each
/// other, and nobody who adds waits for the index.
///
/// Locks are taken in the order of the fields.
pub struct Analyzer {
    index: RwLock<Index>,
    documents: Mutex<Documents>,
    threads: usize,
    keeps_text: bool,
    tokenization: Tokenization,
}

/// Bytes from which on a document has a chunk of its own, which is made before anything is locked.
const LONG: usize = if cfg!(any(test, fuzzing)) { 100 } else { 256 << 10 };

/// Bytes of text that an analyzer that only counts holds before it counts them.
const HELD: usize = if cfg!(any(test, fuzzing)) { 100 } else { 4 << 20 };

impl Default for Analyzer {
    fn default() -> Self {
        Self::new(None)
    }
}

impl Analyzer {
    /// An analyzer without documents that indexes on `threads` threads, by default on one for each processor.
    pub fn new(threads: Option<NonZero<usize>>) -> Self {
        Self::with(threads, true, Tokenization::default())
    }

    /// An analyzer that counts documents and lets their text go: its memory grows with the distinct words only.
    pub fn counting(threads: Option<NonZero<usize>>) -> Self {
        Self::with(threads, false, Tokenization::default())
    }

    /// An analyzer of which all is said: as [`new`](Self::new), or if it keeps no text as [`counting`](Self::counting), and
    /// what it takes for a token.
    pub fn with(threads: Option<NonZero<usize>>, keeps_text: bool, tokenization: Tokenization) -> Self {
        let threads = threads.unwrap_or_else(processors).get();
        let index = RwLock::new(Index::new(keeps_text, &tokenization));
        Self { index, documents: Mutex::default(), threads, keeps_text, tokenization }
    }

    /// What it takes for a token.
    pub fn tokenization(&self) -> &Tokenization {
        &self.tokenization
    }

    /// Begins a document that is given piece by piece, with room for `bytes`, which is a hint. Its text is let go where
    /// this analyzer does so with all text and nobody needs it when the document is added.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn draft(&self, bytes: usize, needs_text: bool) -> Result<Draft> {
        let counts = !self.keeps_text && !needs_text && self.takes_whitespace();
        if counts { Ok(Draft::counting()) } else { Draft::with_room_for(bytes) }
    }

    /// Adds a document.
    ///
    /// # Errors
    /// [`Error::InvalidUtf8`], [`Error::NoWords`], [`Error::OutOfMemory`]; nothing was added then.
    pub fn add(&self, text: &[u8]) -> Result<Added> {
        if text.len() < LONG {
            return self.add_checked(&Checked::new(text)?);
        }
        let mut draft = self.draft(text.len(), false)?;
        draft.append(text)?;
        Ok(self.add_draft(&mut draft)?.0)
    }

    /// Adds a document that was checked.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`]; nothing was added then.
    pub fn add_checked(&self, document: &Checked) -> Result<Added> {
        let mut documents = self.documents();
        documents.push(document)?;
        let added = Added { words: document.words(), documents: documents.len() as u64 };
        drop(documents);
        self.count_held();
        Ok(added)
    }

    /// Adds a document that was given piece by piece, and gives the chunk that holds it besides, where its text was kept.
    /// Leaves an empty draft.
    ///
    /// # Errors
    /// [`Error::InvalidUtf8`], [`Error::NoWords`], [`Error::TextNotStored`] (the draft was made for another analyzer),
    /// [`Error::OutOfMemory`]; the draft is as it was then.
    pub fn add_draft(&self, draft: &mut Draft) -> Result<(Added, Option<Arc<Chunk>>)> {
        draft.check()?;
        if draft.is_counting() {
            let is_wanted = self.keeps_text || !self.takes_whitespace();
            return if is_wanted { Err(Error::TextNotStored) } else { Ok((self.add_counted(draft)?, None)) };
        }
        let words = draft.words();
        draft.shrink();
        let mut documents = self.documents();
        documents.reserve_chunk()?;
        let chunk = Arc::new(Chunk::of(std::mem::take(draft).into_text()));
        documents.push_chunk(Arc::clone(&chunk), words);
        let added = Added { words, documents: documents.len() as u64 };
        drop(documents);
        self.count_held();
        Ok((added, Some(chunk)))
    }

    fn add_counted(&self, draft: &mut Draft) -> Result<Added> {
        let (words, bytes) = (draft.words(), draft.length());
        let mut index = self.index_to_change();
        loop {
            // Words are numbered in the order of the documents.
            self.update_index(&mut index, None)?;
            let mut documents = self.documents();
            if index.position().documents == documents.len() {
                index.add_counted(draft.counted()?.expect("it counts").types(), words, bytes)?;
                documents.push_forgotten(bytes, words);
                *draft = Draft::counting();
                return Ok(Added { words, documents: documents.len() as u64 });
            }
        }
    }

    /// Where text is not kept, counts what is held once it is enough to be worth it.
    fn count_held(&self) {
        if !self.keeps_text && self.documents().memory() >= HELD {
            // Without memory, it is held until there is some: the document was added already.
            _ = self.update_index(&mut self.index_to_change(), None);
        }
    }

    /// Adds documents until one is refused, and gives the number added besides.
    ///
    /// # Errors
    /// What was found wrong with a text, with its place; what came before it stays added, nothing after it is.
    pub fn add_all<'t>(
        &self,
        texts: impl IntoIterator<Item = Result<Checked<'t>>>,
        blank: Blank,
    ) -> (u64, std::result::Result<(), BatchError>) {
        let mut added = 0;
        for (text, checked) in texts.into_iter().enumerate() {
            match checked.and_then(|document| self.add_checked(&document)) {
                Ok(_) => added += 1,
                Err(Error::NoWords) if blank == Blank::Skipped => {}
                Err(error) => return (added, Err(BatchError { text, error })),
            }
        }
        (added, Ok(()))
    }

    /// Adds the parts of a text between separators, which are a byte of ASCII: as [`add_all`](Self::add_all), faster.
    ///
    /// # Errors
    /// As there. Where there is no memory for a document, those shortly before it are not added either.
    pub fn add_separated(
        &self,
        text: &[u8],
        separator: u8,
        blank: Blank,
    ) -> (u64, std::result::Result<(), BatchError>) {
        let (mut added, mut number) = (0, 0);
        for piece in pieces(text, separator, PIECE) {
            let (some, result) = self.add_piece(piece, separator, blank);
            added += some;
            if let Err(BatchError { text, error }) = result {
                return (added, Err(BatchError { text: number + text, error }));
            }
            number += number_of_parts(piece, separator);
        }
        (added, Ok(()))
    }

    fn add_piece(&self, text: &[u8], separator: u8, blank: Blank) -> (u64, std::result::Result<(), BatchError>) {
        let Ok(text) = utf8::checked(text) else {
            return self.add_all(text.split(|byte| *byte == separator).map(|part| Checked::with(part, blank)), blank);
        };
        let added = Parts::new(text, separator, blank).and_then(|(parts, refused)| {
            self.documents().push_parts(&parts)?;
            Ok((parts.len(), refused))
        });
        let (added, refused) = match added {
            Ok(added) => added,
            Err(error) => return (0, Err(BatchError { text: 0, error })),
        };
        self.count_held();
        let refused = refused.map(|text| BatchError { text, error: Error::NoWords });
        (added as u64, refused.map_or(Ok(()), Err))
    }

    /// Removes all documents.
    pub fn clear(&self) {
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        self.index.clear_poison();
        let mut documents = self.documents();
        let empty = index.emptied();
        let old = (std::mem::replace(&mut *index, empty), std::mem::take(&mut *documents));
        drop((documents, index));
        // Freeing may take long; nobody should wait for it.
        drop(old);
    }

    /// The number of documents.
    pub fn document_count(&self) -> u64 {
        self.documents().len() as u64
    }

    /// The number of tokens in all documents.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn total_words(&self) -> Result<u64> {
        if self.takes_whitespace() { Ok(self.documents().words()) } else { self.indexed(Index::token_count) }
    }

    /// The number of tokens of a text, before it is added; none where [`Added::words`] will tell.
    ///
    /// # Errors
    /// [`Error::InvalidUtf8`], [`Error::OutOfMemory`].
    pub fn words_of(&self, text: &[u8]) -> Result<Option<u64>> {
        if self.takes_whitespace() { Ok(None) } else { self.tokenization.count(utf8::checked(text)?).map(Some) }
    }

    /// Whether tokens are what stands between whitespace, which are counted whenever text is checked.
    fn takes_whitespace(&self) -> bool {
        matches!(self.tokenization, Tokenization::Whitespace)
    }

    /// Reads documents: the chunks that hold number `first` and those after it, and its place in the first of them.
    ///
    /// The documents may be read as long as one likes, and they stay as they were.
    ///
    /// # Errors
    /// [`Error::TextNotStored`], [`Error::OutOfMemory`].
    pub fn documents_since(&self, first: usize) -> Result<(Vec<Arc<Chunk>>, usize)> {
        if self.keeps_text { self.documents().since(first) } else { Err(Error::TextNotStored) }
    }

    /// The number of sentences in all documents, counted anew; `unwrap` as in [`sentences::sentences`].
    ///
    /// # Errors
    /// [`Error::TextNotStored`], [`Error::OutOfMemory`].
    pub fn sentence_count(&self, unwrap: bool) -> Result<u64> {
        sentences::count(&self.documents_since(0)?.0, self.threads, unwrap)
    }

    /// Whether one of the documents is exactly this text.
    ///
    /// # Errors
    /// [`Error::TextNotStored`], [`Error::OutOfMemory`].
    pub fn contains_document(&self, text: &[u8]) -> Result<bool> {
        let (chunks, _) = self.documents_since(0)?;
        Ok(Documents::contains(&chunks, text))
    }

    /// Brings the index up to date, or as far as the time allows.
    ///
    /// Queries do this by themselves; call it to do the work in steps, between which one can show progress or stop.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], as for every query: the documents are whole, and with memory the same query succeeds.
    pub fn update(&self, time: Option<Duration>) -> Result<Progress> {
        let current = self.current().map(|index| index.bytes());
        let done = match current {
            Some(done) => done,
            None => {
                let mut index = self.index_to_change();
                self.update_index(&mut index, time.map(|time| Instant::now() + time))?;
                index.bytes()
            }
        };
        Ok(Progress { done: done as u64, total: self.documents().bytes().max(done) as u64 })
    }

    /// The number of distinct terms.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn unique_words(&self) -> Result<u64> {
        self.with_terms(|_, terms| terms.terms().len() as u64)
    }

    /// Figures of the whole corpus, all of one moment.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn statistics(&self) -> Result<Statistics> {
        self.with_terms(|index, terms| Statistics {
            documents: index.position().documents as u64,
            total_words: index.token_count(),
            unique_words: terms.terms().len() as u64,
            distinct_types: index.types().len() as u64,
            bytes: index.bytes() as u64,
        })
    }

    /// How often each term occurs.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn frequencies(&self) -> Result<Frequencies> {
        self.with_terms(|index, terms| Frequencies::fold(terms.terms(), terms.term_of(), index.types().counts()))?
    }

    /// How often terms follow each other within documents. Tokens that have become no term are as if they were not there.
    ///
    /// # Errors
    /// [`Error::TextNotStored`], [`Error::TermsPending`], [`Error::OutOfMemory`].
    pub fn ngrams(&self, shape: Shape) -> Result<Ngrams> {
        if !self.keeps_text {
            return Err(Error::TextNotStored);
        }
        let sequence = self.with_terms(Sequence::of)??;
        // Nobody waits for this.
        Ngrams::count(&sequence, shape, self.threads)
    }

    /// The sum of the sentiment of all words, divided by the number of documents.
    ///
    /// # Errors
    /// [`Error::NoDocuments`], [`Error::OutOfMemory`].
    pub fn sentiment(&self) -> Result<f64> {
        self.with_terms(|index, terms| match index.position().documents {
            0 => Err(Error::NoDocuments),
            documents => {
                let total = sentiment::total(terms.terms(), terms.term_of(), index.types().counts());
                // Exact below 2^53, as is the quotient of integers in Python.
                Ok(total as f64 / documents as f64)
            }
        })?
    }

    /// The same by a lexicon, which lists terms.
    ///
    /// # Errors
    /// As [`sentiment`](Self::sentiment).
    pub fn sentiment_with(&self, lexicon: &Lexicon) -> Result<f64> {
        self.with_terms(|index, terms| match index.position().documents {
            0 => Err(Error::NoDocuments),
            documents => {
                let values = sentiment::values(lexicon.iter(), terms.terms(), terms.term_of())?;
                Ok(sentiment::total_of(&values, index.types().counts()) / documents as f64)
            }
        })?
    }

    /// The sum of what the words of each document are worth, by a lexicon or by the six usual words.
    ///
    /// # Errors
    /// [`Error::TextNotStored`], [`Error::OutOfMemory`].
    pub fn document_sentiments(&self, lexicon: Option<&Lexicon>) -> Result<Vec<f64>> {
        if !self.keeps_text {
            return Err(Error::TextNotStored);
        }
        self.with_terms(|index, terms| {
            let (terms, term_of) = (terms.terms(), terms.term_of());
            let values = match lexicon {
                Some(lexicon) => sentiment::values(lexicon.iter(), terms, term_of),
                None => sentiment::values(sentiment::usual(), terms, term_of),
            }?;
            sentiment::of_documents(&values, index.stretches())
        })?
    }

    /// Has words become terms in another way, without reading the text again. Results handed out before stay as they are.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`]; nothing has changed then.
    pub fn set_terms(&self, options: TermOptions) -> Result<()> {
        self.index_to_change().set_terms(options)
    }

    /// Looks at the words that wait for terms given from outside, at most so many, once the index is up to date; and where
    /// [`give_terms`](Self::give_terms) is to begin.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn pending_terms<R>(
        &self,
        most: usize,
        look: impl FnOnce(&mut dyn Iterator<Item = &[u8]>) -> R,
    ) -> Result<(u64, R)> {
        self.indexed(|index| {
            let (begin, mut words) = index.terms().pending(most);
            (begin, look(&mut words))
        })
    }

    /// Gives the terms of such words, or of the first of them. Where they are of no use any more, because others were faster,
    /// or the options or documents have changed, nothing happens.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`]; some may have been taken then.
    pub fn give_terms<'t>(&self, begin: u64, terms: impl Iterator<Item = Option<&'t [u8]>>) -> Result<()> {
        self.index_to_change().terms_mut().give(begin, terms)
    }

    /// Asks the index for what depends on terms, once it is up to date.
    fn with_terms<R>(&self, query: impl FnOnce(&Index, &TermMap) -> R) -> Result<R> {
        self.indexed(|index| index.terms().complete().map(|terms| query(index, terms)))?
    }

    /// Asks the index, once it is up to date.
    fn indexed<R>(&self, query: impl FnOnce(&Index) -> R) -> Result<R> {
        if let Some(index) = self.current() {
            return Ok(query(&index));
        }
        let mut index = self.index_to_change();
        self.update_index(&mut index, None)?;
        // Others may query too, and what was added meanwhile waits for the next query.
        Ok(query(&RwLockWriteGuard::downgrade(index)))
    }

    /// Panics on a worker thread while the index is being changed.
    #[cfg(any(test, feature = "test-hooks"))]
    pub fn panic_while_indexing(&self, message: &str) {
        let mut index = self.index_to_change();
        *index = index.emptied();
        crate::workers::run(&mut [(), ()], |()| panic!("{message}"));
    }

    /// Runs `work` while this thread has a lock: that of the documents, or that of the index.
    #[cfg(feature = "test-hooks")]
    pub fn while_locked(&self, are_documents: bool, work: impl FnOnce()) {
        if are_documents {
            let _documents = self.documents();
            work();
        } else {
            let _index = self.index_to_change();
            work();
        }
    }

    fn update_index(&self, index: &mut Index, deadline: Option<Instant>) -> Result<()> {
        let target = self.documents().len();
        while index.position().documents < target {
            let (chunks, skipped) = self.documents().since(index.position().documents)?;
            index.update(&chunks, skipped, self.threads, deadline)?;
            if !self.keeps_text {
                // What is still in the shards could not be counted again.
                index.settle()?;
                self.documents().forget_before(index.position().documents);
            }
            if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                break;
            }
        }
        if index.position().documents >= target {
            index.settle()?;
        }
        Ok(())
    }

    /// Whether no thread holds a lock of it at the moment.
    pub fn is_free(&self) -> bool {
        !matches!(self.index.try_write(), Err(TryLockError::WouldBlock))
            && !matches!(self.documents.try_lock(), Err(TryLockError::WouldBlock))
    }

    /// Whether another thread may index while documents are added.
    pub fn may_be_indexed_meanwhile(&self) -> bool {
        self.threads > 1 && self.keeps_text
    }

    /// Indexes, on this thread alone and about as long as the time allows, text that is not added to any more; whether
    /// there was any.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn index_meanwhile(&self, time: Duration) -> Result<bool> {
        let mut index = self.index_to_change();
        let (chunks, skipped) = self.documents().closed_since(index.position().documents)?;
        if chunks.is_empty() {
            return Ok(false);
        }
        index.update(&chunks, skipped, 1, Some(Instant::now() + time))?;
        // An update on many threads may have stopped before.
        if index.position().documents >= self.documents().len() {
            index.settle()?;
        }
        Ok(true)
    }

    /// The index, if it is up to date: then nobody who asks waits for another.
    fn current(&self) -> Option<RwLockReadGuard<'_, Index>> {
        let index = self.index();
        (index.position().documents == self.documents().len() && index.is_settled()).then_some(index)
    }

    fn documents(&self) -> MutexGuard<'_, Documents> {
        // Whatever panicked, documents are whole: a document is counted only after it was stored.
        self.documents.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn index(&self) -> RwLockReadGuard<'_, Index> {
        if self.index.is_poisoned() {
            drop(self.index_to_change());
        }
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// After a panic the index is made anew from the documents, which are whole; unless their text was let go.
    fn index_to_change(&self) -> RwLockWriteGuard<'_, Index> {
        self.index.write().unwrap_or_else(|poisoned| {
            assert!(self.keeps_text, "the counts were lost in an earlier panic; clear the analyzer to use it again");
            let mut index = poisoned.into_inner();
            *index = index.emptied();
            self.index.clear_poison();
            index
        })
    }
}

#[cfg(test)]
mod tests;
