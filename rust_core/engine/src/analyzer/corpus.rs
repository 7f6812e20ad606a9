//! The documents and their index, each behind a lock.
//!
//! A thread that needs both locks takes the lock of the index first.

use std::mem::{replace, take};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError};
use std::time::{Duration, Instant};

use crate::checkpoint::Steps;
use crate::documents::{Chunk, Documents};
use crate::error::Result;
use crate::index::{Index, Position, TokenRun};
use crate::sequence::{Reading, Sequence};
use crate::terms::TermMap;
use crate::tokenizer::Tokenization;

/// If text is not kept, it is counted and freed once the documents take this much memory: for about one step after each
/// call, and completely if they take four times as much.
pub const MAX_UNCOUNTED_BYTES: usize = if cfg!(any(test, fuzzing)) { 100 } else { 4 << 20 };

/// Documents and the index over them, which any number of threads may use at the same time.
pub struct Corpus {
    index: RwLock<Index>,
    documents: Mutex<Documents>,
    threads: usize,
    keeps_text: bool,
    /// How often documents were removed. It changes while both locks are held.
    removals: AtomicU32,
}

/// The numbers of the documents at one moment. They stay the same until documents are removed.
pub struct Numbers {
    /// How many documents there were.
    pub documents: usize,
    removals: u32,
}

impl Corpus {
    /// Returns a corpus without documents, which is indexed on `threads` threads.
    pub fn new(threads: usize, keeps_text: bool, tokenization: &Tokenization) -> Self {
        Self::of(threads, keeps_text, Index::new(keeps_text, tokenization), Documents::default())
    }

    /// Returns a corpus of documents and their index.
    pub fn of(threads: usize, keeps_text: bool, index: Index, documents: Documents) -> Self {
        let (index, documents) = (RwLock::new(index), Mutex::new(documents));
        Self { index, documents, threads, keeps_text, removals: AtomicU32::new(0) }
    }

    /// Returns how often documents were removed. Documents keep their numbers while this number stays the same.
    pub fn removals(&self) -> u32 {
        self.removals.load(Ordering::Relaxed)
    }

    /// Returns a corpus of documents that are indexed, with the options of this one, which keeps text.
    pub fn with(&self, index: Index, documents: Documents) -> Self {
        Self::of(self.threads, self.keeps_text, index, documents)
    }

    /// Returns the number of threads that index.
    pub fn threads(&self) -> usize {
        self.threads
    }

    /// Returns whether the text of the documents is kept.
    pub fn keeps_text(&self) -> bool {
        self.keeps_text
    }

    /// Locks the documents.
    pub fn documents(&self) -> MutexGuard<'_, Documents> {
        // A panic leaves the documents intact: a document is counted only after it was stored.
        self.documents.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn index(&self) -> RwLockReadGuard<'_, Index> {
        if self.index.is_poisoned() {
            drop(self.index_mut());
        }
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Locks the index in order to change it. After a panic, the next query builds the index again from the documents.
    ///
    /// # Panics
    /// If there was a panic and the text of the documents was not kept.
    pub fn index_mut(&self) -> RwLockWriteGuard<'_, Index> {
        self.index.write().unwrap_or_else(|poisoned| {
            assert!(self.keeps_text, "the counts were lost in an earlier panic; clear the analyzer to use it again");
            let mut index = poisoned.into_inner();
            *index = index.emptied();
            self.index.clear_poison();
            index
        })
    }

    /// Returns the index if it is up to date. Threads that read it do not wait for each other.
    pub fn current_index(&self) -> Option<RwLockReadGuard<'_, Index>> {
        let index = self.index();
        (index.position().documents == self.documents().len() && index.is_settled()).then_some(index)
    }

    /// Returns the index if it has this number: no document and no type got another number since.
    pub fn index_with(&self, number: u32) -> Option<RwLockReadGuard<'_, Index>> {
        Some(self.index()).filter(|index| index.number() == number)
    }

    /// Brings the index up to date, or indexes until the deadline.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); the documents are intact.
    pub fn update(&self, index: &mut Index, deadline: Option<Instant>) -> Result<()> {
        let target = self.documents().len();
        self.update_to(index, target, deadline).map(drop)
    }

    /// Indexes at least this number of documents, or until the deadline. Returns whether they are indexed, and no other
    /// document is indexed in part.
    pub(super) fn update_to(&self, index: &mut Index, target: usize, deadline: Option<Instant>) -> Result<bool> {
        if self.tokenize_to(index, target, deadline)? {
            index.settle_until(self.threads, deadline)?;
        }
        Ok(missing(index.position(), target) == 0 && index.is_settled())
    }

    /// Tokenizes at least this number of documents, and frees text that is not kept. Returns false if the deadline has
    /// passed.
    fn tokenize_to(&self, index: &mut Index, target: usize, deadline: Option<Instant>) -> Result<bool> {
        while missing(index.position(), target) > 0 {
            let Position { documents, .. } = index.position();
            let (chunks, skipped) = self.documents().since(documents)?;
            // Leaves out the chunks after the target. Otherwise each step could begin another document that the caller
            // does not need.
            let needed = skipped + missing(index.position(), target);
            let starts = chunks.iter().scan(0, |end, chunk| Some(replace(end, *end + chunk.len())));
            let chunks = &chunks[..starts.take_while(|start| *start < needed).count()];
            chunks.iter().try_for_each(|chunk| chunk.check())?;
            index.update(chunks, skipped, self.threads, deadline)?;
            if !self.keeps_text {
                self.documents().free_before(index.position().documents);
            }
            if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Counts and frees the text if it is not kept and takes [`MAX_UNCOUNTED_BYTES`].
    pub fn count_if_large(&self) {
        if !self.keeps_text && self.documents().memory() >= MAX_UNCOUNTED_BYTES {
            let mut index = self.index_mut();
            let target = self.documents().len();
            let is_too_large = self.documents().memory() >= 4 * MAX_UNCOUNTED_BYTES;
            let deadline = if is_too_large { None } else { Steps::begin().end() };
            // The document was added already. If there is no memory to count now, the next call tries again.
            _ = self.tokenize_to(&mut index, target, deadline);
        }
    }

    /// Runs a query on the index, which is brought up to date first, step by step. If another thread begins to index a
    /// later document between two steps, the query completes it too.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
    pub fn query<R>(&self, query: impl FnOnce(&Index) -> R) -> Result<R> {
        if let Some(index) = self.current_index() {
            return Ok(query(&index));
        }
        let (mut steps, target) = (Steps::begin(), self.documents().len());
        loop {
            let mut index = self.index_mut();
            // Another thread, or the checkpoint, may have removed documents.
            let target = target.min(self.documents().len());
            if self.update_to(&mut index, target, steps.end())? {
                // Other threads may query too. Documents that were added since wait for the next query.
                return Ok(query(&RwLockWriteGuard::downgrade(index)));
            }
            drop(index);
            steps.end_step()?;
        }
    }

    /// Completes the index, and then changes index and documents together. Types are numbered in the order of the
    /// documents, so the types of all earlier documents come first.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), and the errors of `change`.
    pub fn change<R>(&self, change: impl FnOnce(&mut Index, &mut Documents) -> Result<R>) -> Result<R> {
        let settle = |index: &mut Index| index.settle_until(self.threads, None);
        self.change_after(settle, change)
    }

    /// Tokenizes all documents, and then changes index and documents together. Only for a corpus that does not keep text.
    ///
    /// # Errors
    /// As [`change`](Self::change).
    pub fn change_counts<R>(&self, change: impl FnOnce(&mut Index, &mut Documents) -> Result<R>) -> Result<R> {
        self.change_after(|_| Ok(()), change)
    }

    fn change_after<R>(
        &self,
        prepare: impl Fn(&mut Index) -> Result<()>,
        change: impl FnOnce(&mut Index, &mut Documents) -> Result<R>,
    ) -> Result<R> {
        let mut index = self.index_mut();
        loop {
            let target = self.documents().len();
            self.tokenize_to(&mut index, target, None)?;
            prepare(&mut index)?;
            let mut documents = self.documents();
            if index.position().documents == documents.len() {
                return change(&mut index, &mut documents);
            }
        }
    }

    /// Returns the chunks of [`Documents::since`]. Copies chosen texts step by step.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
    pub fn texts_since(&self, first: usize) -> Result<(Vec<Arc<Chunk>>, usize)> {
        let mut steps = Steps::begin();
        loop {
            let mut documents = self.documents();
            let Some(choice) = documents.unpacked_since(first) else { return documents.since(first) };
            drop(documents);
            let chunks = choice.pack(&mut steps)?;
            self.documents().replace_choice(&choice, chunks)?;
        }
    }

    /// Runs a query that needs the terms of all types.
    ///
    /// # Errors
    /// [`TermsPending`](crate::Error::TermsPending), [`OutOfMemory`](crate::Error::OutOfMemory),
    /// [`Stopped`](crate::Error::Stopped).
    pub fn query_terms<R>(&self, query: impl FnOnce(&Index, &TermMap) -> R) -> Result<R> {
        self.query(|index| index.terms().complete().map(|terms| query(index, terms)))?
    }

    /// Reads all tokens as sequences, step by step. `begin` reads what else belongs to them, at the moment at which reading
    /// begins, and `append` appends a run of tokens to a sequence. No lock is held between two steps.
    ///
    /// # Errors
    /// As [`query_terms`](Self::query_terms), and the errors of `begin`.
    pub fn sequences<B: Sync>(
        &self,
        begin: impl Fn(&Index, &TermMap) -> Result<B>,
        append: impl Fn(&mut Sequence, TokenRun, &TermMap) + Sync,
    ) -> Result<(B, Vec<Sequence>)> {
        let mut steps = Steps::begin();
        loop {
            let begin = |index: &Index, terms: &TermMap| -> Result<_> {
                Ok((index.number(), begin(index, terms)?, Reading::begin(index)?))
            };
            let (number, begun, mut reading) = self.query_terms(begin)??;
            // If documents, types or terms get other numbers in the meantime, reading begins again.
            while let Some(index) = self.index_with(number) {
                let append = |sequence: &mut Sequence, run: TokenRun| append(sequence, run, index.terms());
                if reading.advance(&index, self.threads, || steps.is_over(), append)? {
                    return Ok((begun, reading.into_sequences()?));
                }
                drop(index);
                steps.end_step()?;
            }
        }
    }

    /// Indexes chunks to which no more documents can be added, on this thread alone and for about `time`. Returns
    /// whether there was such a chunk.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn index_closed_chunks(&self, time: Duration) -> Result<bool> {
        let mut index = self.index_mut();
        let (chunks, skipped) = self.documents().closed_since(index.position().documents)?;
        if chunks.is_empty() {
            return Ok(false);
        }
        index.update(&chunks, skipped, 1, Some(Instant::now() + time))?;
        // The shards of an earlier update on many threads may still hold counts.
        if index.position().documents >= self.documents().len() {
            index.settle_until(1, Some(Instant::now() + time))?;
        }
        Ok(true)
    }

    /// Returns the numbers that documents have now.
    pub fn numbers(&self) -> Numbers {
        let documents = self.documents();
        Numbers { documents: documents.len(), removals: self.removals() }
    }

    /// Replaces the documents that had numbers `before`, and the index with this number. Does nothing and returns false
    /// if the documents or the types got other numbers since.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); nothing was replaced.
    pub fn replace(&self, number: u32, before: &Numbers, by: Index, mut kept: Documents) -> Result<bool> {
        let mut index = self.index_mut();
        let mut documents = self.documents();
        if index.number() != number || self.removals() != before.removals {
            return Ok(false);
        }
        kept.push_since(&documents, before.documents)?;
        self.removals.fetch_add(1, Ordering::Relaxed);
        let old = (replace(&mut *index, by), replace(&mut *documents, kept));
        drop((documents, index));
        // As in `clear`.
        drop(old);
        Ok(true)
    }

    /// Removes all documents.
    pub fn clear(&self) {
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        self.index.clear_poison();
        let mut documents = self.documents();
        self.removals.fetch_add(1, Ordering::Relaxed);
        let empty = index.emptied();
        let old = (replace(&mut *index, empty), take(&mut *documents));
        drop((documents, index));
        // Freeing may take long, so it comes after the locks are released.
        drop(old);
    }

    /// Returns whether no thread holds one of the locks now.
    pub fn is_free(&self) -> bool {
        !matches!(self.index.try_write(), Err(TryLockError::WouldBlock))
            && !matches!(self.documents.try_lock(), Err(TryLockError::WouldBlock))
    }
}

/// Returns the number of documents to index after this position, so that at least `target` ones are indexed and none in
/// part.
fn missing(position: Position, target: usize) -> usize {
    // A step in the background may have ended inside a document after these.
    let begun = position.documents + usize::from(position.inside > 0);
    target.max(begun) - position.documents
}
