//! The analyzer: documents, and the index over them, for many threads at once.

use std::num::NonZero;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use crate::documents::{Checked, Chunk, Documents, Parts, number_of_parts, pieces};
use crate::draft::Draft;
use crate::error::{Error, Result};
use crate::frequencies::Frequencies;
use crate::index::Index;
use crate::sentiment;
use crate::statistics::Statistics;

/// A document that was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Added {
    /// The number of words in it.
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

/// Parts of a text that hold no word: an error, or passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blank {
    /// [`Error::NoWords`].
    Refused,
    /// As if they were not there.
    Skipped,
}

/// A batch of which not all was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchError {
    /// Which text of the batch was refused.
    pub text: usize,
    /// Why.
    pub error: Error,
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
}

/// Bytes from which on a document has a chunk of its own, which is made before anything is locked.
const LONG: usize = if cfg!(test) { 100 } else { 256 << 10 };

impl Default for Analyzer {
    fn default() -> Self {
        Self::new(None)
    }
}

impl Analyzer {
    /// An analyzer without documents that indexes on `threads` threads, by default on one for each processor.
    pub fn new(threads: Option<NonZero<usize>>) -> Self {
        let threads = threads.unwrap_or_else(default_threads).get();
        Self { index: RwLock::default(), documents: Mutex::default(), threads }
    }

    /// Adds a document.
    ///
    /// # Errors
    /// [`Error::InvalidUtf8`], [`Error::NoWords`], [`Error::OutOfMemory`]; nothing was added then.
    pub fn add(&self, text: &[u8]) -> Result<Added> {
        if text.len() < LONG {
            return self.add_checked(&Checked::new(text)?);
        }
        let mut draft = Draft::with_room_for(text.len())?;
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
        Ok(Added { words: document.words(), documents: documents.len() as u64 })
    }

    /// Adds a document that was given piece by piece, and gives the chunk that holds it besides. Leaves an empty draft.
    ///
    /// # Errors
    /// [`Error::InvalidUtf8`], [`Error::NoWords`]; the draft is as it was then.
    pub fn add_draft(&self, draft: &mut Draft) -> Result<(Added, Arc<Chunk>)> {
        draft.check()?;
        let words = draft.words();
        let chunk = Arc::new(Chunk::of(std::mem::take(draft)));
        let mut documents = self.documents();
        documents.push_chunk(Arc::clone(&chunk), words);
        Ok((Added { words, documents: documents.len() as u64 }, chunk))
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
        for piece in pieces(text, separator) {
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
        let Ok(text) = str::from_utf8(text) else {
            return self.add_all(text.split(|byte| *byte == separator).map(Checked::new), blank);
        };
        let (parts, refused) = Parts::new(text, separator, blank == Blank::Skipped);
        if let Err(error) = self.documents().push_parts(&parts) {
            return (0, Err(BatchError { text: 0, error }));
        }
        let refused = refused.map(|text| BatchError { text, error: Error::NoWords });
        (parts.len() as u64, refused.map_or(Ok(()), Err))
    }

    /// Removes all documents.
    pub fn clear(&self) {
        let mut index = self.index_to_change();
        let mut documents = self.documents();
        let old = (std::mem::take(&mut *index), std::mem::take(&mut *documents));
        drop((documents, index));
        // Freeing may take long; nobody should wait for it.
        drop(old);
    }

    /// The number of documents.
    pub fn document_count(&self) -> u64 {
        self.documents().len() as u64
    }

    /// The number of words in all documents.
    pub fn total_words(&self) -> u64 {
        self.documents().words()
    }

    /// Reads documents: the chunks that hold number `first` and those after it, and its place in the first of them.
    ///
    /// The documents may be read as long as one likes, and they stay as they were.
    pub fn documents_since(&self, first: usize) -> (Vec<Arc<Chunk>>, usize) {
        self.documents().since(first)
    }

    /// Whether one of the documents is exactly this text.
    pub fn contains_document(&self, text: &[u8]) -> bool {
        let (chunks, _) = self.documents_since(0);
        Documents::contains(&chunks, text)
    }

    /// Brings the index up to date, or as far as the time allows.
    ///
    /// Queries do this by themselves; call it to do the work in steps, between which one can show progress or stop.
    pub fn update(&self, time: Option<Duration>) -> Progress {
        let current = self.current().map(|index| index.bytes());
        let done = current.unwrap_or_else(|| {
            let mut index = self.index_to_change();
            self.update_index(&mut index, time.map(|time| Instant::now() + time));
            index.bytes()
        });
        Progress { done: done as u64, total: self.documents().bytes().max(done) as u64 }
    }

    /// The number of distinct terms.
    pub fn unique_words(&self) -> u64 {
        self.indexed(|index| index.terms().terms().len() as u64)
    }

    /// Figures of the whole corpus, all of one moment.
    pub fn statistics(&self) -> Statistics {
        self.indexed(|index| Statistics {
            documents: index.position().documents as u64,
            total_words: index.token_count(),
            unique_words: index.terms().terms().len() as u64,
            distinct_types: index.types().len() as u64,
            bytes: index.bytes() as u64,
        })
    }

    /// How often each term occurs.
    pub fn frequencies(&self) -> Frequencies {
        self.indexed(|index| Frequencies::fold(index.terms().terms(), index.terms().term_of(), index.types().counts()))
    }

    /// The sum of the sentiment of all words, divided by the number of documents.
    ///
    /// # Errors
    /// [`Error::NoDocuments`].
    pub fn sentiment(&self) -> Result<f64> {
        self.indexed(|index| match index.position().documents {
            0 => Err(Error::NoDocuments),
            documents => {
                let total = sentiment::total(index.terms().terms(), index.terms().term_of(), index.types().counts());
                // Exact below 2^53, as is the quotient of integers in Python.
                Ok(total as f64 / documents as f64)
            }
        })
    }

    /// Asks the index, once it is up to date.
    fn indexed<R>(&self, query: impl FnOnce(&Index) -> R) -> R {
        if let Some(index) = self.current() {
            return query(&index);
        }
        let mut index = self.index_to_change();
        self.update_index(&mut index, None);
        // Others may query too, and what was added meanwhile waits for the next query.
        query(&RwLockWriteGuard::downgrade(index))
    }

    /// Panics on a worker thread while the index is being changed.
    #[cfg(any(test, feature = "test-hooks"))]
    pub fn panic_while_indexing(&self, message: &str) {
        let mut index = self.index_to_change();
        *index = Index::default();
        crate::workers::run(&mut [(), ()], |()| panic!("{message}"));
    }

    fn update_index(&self, index: &mut Index, deadline: Option<Instant>) {
        let target = self.documents().len();
        while index.position().documents < target {
            let (chunks, skipped) = self.documents_since(index.position().documents);
            index.update(&chunks, skipped, self.threads, deadline);
            if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                break;
            }
        }
        if index.position().documents >= target {
            index.settle();
        }
    }

    /// The index, if it is up to date: then nobody who asks waits for another.
    fn current(&self) -> Option<RwLockReadGuard<'_, Index>> {
        let index = self.index();
        (index.position().documents == self.documents().len()).then_some(index)
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

    /// After a panic the index is made anew from the documents, which are whole.
    fn index_to_change(&self) -> RwLockWriteGuard<'_, Index> {
        self.index.write().unwrap_or_else(|poisoned| {
            let mut index = poisoned.into_inner();
            *index = Index::default();
            self.index.clear_poison();
            index
        })
    }
}

/// One for each processor this process may run on, as of the first time it is asked.
pub fn default_threads() -> NonZero<usize> {
    // Finding out takes longer than to index a short text.
    static THREADS: OnceLock<NonZero<usize>> = OnceLock::new();
    *THREADS.get_or_init(|| available_parallelism().unwrap_or(NonZero::<usize>::MIN))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::lowercase;
    use proptest::prelude::*;
    use std::thread;

    /// Splits, lowers and counts as one would by hand.
    #[derive(Default)]
    struct Model {
        forms: Vec<String>,
        tokens: Vec<String>,
        frequencies: Vec<(Vec<u8>, u64)>,
    }

    impl Model {
        fn of(texts: &[String]) -> Self {
            let mut model = Self::default();
            for word in texts.iter().flat_map(|text| text.split_whitespace()) {
                model.tokens.push(word.to_owned());
                if !model.forms.iter().any(|form| form == word) {
                    model.forms.push(word.to_owned());
                }
                let term = lowercase(word.as_bytes());
                match model.frequencies.iter_mut().find(|(known, _)| known == &*term) {
                    Some((_, count)) => *count += 1,
                    None => model.frequencies.push((term.into_owned(), 1)),
                }
            }
            model
        }
    }

    fn assert_is(analyzer: &Analyzer, texts: &[String]) {
        let model = Model::of(texts);
        let found: Vec<_> = analyzer.frequencies().iter().map(|(term, count)| (term.to_vec(), count)).collect();
        assert_eq!(found, model.frequencies);
        let expected = Statistics {
            documents: texts.len() as u64,
            total_words: model.tokens.len() as u64,
            unique_words: model.frequencies.len() as u64,
            distinct_types: model.forms.len() as u64,
            bytes: texts.iter().map(String::len).sum::<usize>() as u64,
        };
        assert_eq!(analyzer.statistics(), expected);
        assert_eq!((analyzer.document_count(), analyzer.total_words()), (expected.documents, expected.total_words));
        analyzer.indexed(|index| {
            let tokens: Vec<&[u8]> = index.tokens().map(|id| index.types().get(id)).collect();
            assert_eq!(tokens, model.tokens.iter().map(String::as_bytes).collect::<Vec<_>>());
        });
    }

    fn documents() -> impl Strategy<Value = Vec<String>> {
        let word = prop_oneof!["[abAB]{1,3}", "[abÉéΣ光]{1,30}", "x{90,200}"];
        let text = prop::collection::vec((word, "[ \n\u{3000}]{1,3}"), 1..40)
            .prop_map(|words| words.into_iter().flat_map(|(word, space)| [word, space]).collect());
        prop::collection::vec(text, 0..12)
    }

    proptest! {
        #[test]
        fn answers_are_those_of_a_naive_model(
            before in documents(), after in documents(), threads in 1..5_usize, step in any::<bool>(),
        ) {
            let analyzer = Analyzer::new(NonZero::new(threads));
            for text in &before {
                analyzer.add(text.as_bytes()).unwrap();
            }
            assert_is(&analyzer, &before);
            let (added, result) = analyzer.add_all(after.iter().map(|text| Checked::of(text)), Blank::Refused);
            prop_assert_eq!((added, result), (after.len() as u64, Ok(())));
            if step {
                // No time at all is a block a step.
                let mut last = 0;
                loop {
                    let Progress { done, total } = analyzer.update(Some(Duration::ZERO));
                    if done == total {
                        break;
                    }
                    prop_assert!(done > last || last == 0);
                    last = done;
                }
            }
            let all = [before, after].concat();
            assert_is(&analyzer, &all);
            analyzer.clear();
            assert_is(&analyzer, &[]);
        }
    }

    #[test]
    fn a_batch_ends_at_the_first_text_that_is_refused() {
        let analyzer = Analyzer::default();
        let texts: [&[u8]; 4] = [b"one", b"  ", b"caf\xC3", b"two"];
        let no_words = BatchError { text: 1, error: Error::NoWords };
        assert_eq!(analyzer.add_all(texts.map(Checked::new), Blank::Refused), (1, Err(no_words)));
        let invalid = BatchError { text: 2, error: Error::InvalidUtf8 { offset: 3 } };
        assert_eq!(analyzer.add_all(texts.map(Checked::new), Blank::Skipped), (1, Err(invalid)));
        assert_eq!(analyzer.document_count(), 2);
    }

    #[test]
    fn parts_of_a_text_are_added_as_if_they_came_alone() {
        let texts: Vec<String> = (0..100).map(|number| format!("{number} and {}", "é".repeat(number % 40))).collect();
        let analyzer = Analyzer::default();
        assert_eq!(analyzer.add_separated(texts.join("|").as_bytes(), b'|', Blank::Refused), (100, Ok(())));
        assert_is(&analyzer, &texts);
        for (wrong, error) in [(&b" "[..], Error::NoWords), (b"a\xFF", Error::InvalidUtf8 { offset: 1 })] {
            let analyzer = Analyzer::default();
            let mut parts: Vec<&[u8]> = texts.iter().map(String::as_bytes).collect();
            parts.insert(60, wrong);
            let result = Err(BatchError { text: 60, error });
            assert_eq!(analyzer.add_separated(&parts.join(&b'|'), b'|', Blank::Refused), (60, result));
            assert_is(&analyzer, &texts[..60]);
        }
    }

    #[test]
    fn a_word_of_gigabytes_is_a_word() {
        let text = format!(" a\u{3000}b {} c", "é".repeat(crate::tokenizer::LONGEST));
        let analyzer = Analyzer::default();
        analyzer.add(text.as_bytes()).unwrap();
        assert_is(&analyzer, &[text]);
    }

    #[test]
    fn a_draft_becomes_a_document_between_others() {
        let analyzer = Analyzer::default();
        analyzer.add(b"before").unwrap();
        let mut draft = Draft::default();
        assert_eq!(analyzer.add_draft(&mut draft).unwrap_err(), Error::NoWords);
        draft.append(b"in pie").unwrap();
        draft.append(b"ces ").unwrap();
        let (added, chunk) = analyzer.add_draft(&mut draft).unwrap();
        assert_eq!((added, chunk.text()), (Added { words: 2, documents: 2 }, &b"in pieces "[..]));
        analyzer.add(b"after").unwrap();
        assert_is(&analyzer, &["before".to_owned(), "in pieces ".to_owned(), "after".to_owned()]);
    }

    #[test]
    fn sentiment_is_a_sum_over_words_divided_by_documents() {
        let analyzer = Analyzer::default();
        assert_eq!(analyzer.sentiment(), Err(Error::NoDocuments));
        for text in ["Good GREAT bad", "an awful, terrible day", "nothing"] {
            analyzer.add(text.as_bytes()).unwrap();
        }
        // "awful," is not "awful".
        assert_eq!(analyzer.sentiment(), Ok(0.0));
        analyzer.add(b"excellent").unwrap();
        assert_eq!(analyzer.sentiment(), Ok(0.25));
    }

    #[test]
    fn results_stay_as_they_were_when_documents_are_added() {
        let analyzer = Analyzer::default();
        analyzer.add(b"one").unwrap();
        let before = analyzer.frequencies();
        analyzer.add(b"one two").unwrap();
        assert_eq!(analyzer.frequencies().len(), 2);
        assert_eq!(before.iter().collect::<Vec<_>>(), [(&b"one"[..], 1)]);
    }

    #[test]
    fn many_threads_may_add_and_ask_at_once() {
        let analyzer = Analyzer::new(NonZero::new(2));
        thread::scope(|scope| {
            for thread in 0..4 {
                let analyzer = &analyzer;
                scope.spawn(move || {
                    for number in 0..200 {
                        analyzer.add(format!("thread{thread} word{number} good").as_bytes()).unwrap();
                        assert!(analyzer.statistics().total_words >= number * 3);
                        assert_eq!(analyzer.sentiment(), Ok(1.0));
                    }
                });
            }
        });
        assert_eq!(analyzer.statistics().unique_words, 4 + 200 + 1);
    }

    #[test]
    fn a_panic_while_indexing_loses_nothing() {
        let analyzer = Analyzer::default();
        analyzer.add(b"still here").unwrap();
        assert_eq!(analyzer.unique_words(), 2);
        let panic =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| analyzer.panic_while_indexing("on purpose")));
        assert_eq!(panic.unwrap_err().downcast_ref::<String>().unwrap(), "on purpose");
        analyzer.add(b"and here").unwrap();
        assert_is(&analyzer, &["still here".to_owned(), "and here".to_owned()]);
    }
}
