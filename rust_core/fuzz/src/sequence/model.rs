//! What an analyzer is, as slow and as plain as can be.

use std::cell::{Cell, RefCell};
use std::collections::{HashSet, VecDeque};
use std::rc::{Rc, Weak};

use text_processor::{
    TP_BLANK_KEEP, TP_BLANK_REFUSE, TP_BLANK_SKIP, TP_ERROR_INVALID_ARGUMENT, TP_ERROR_INVALID_UTF8,
    TP_ERROR_NO_DOCUMENTS, TP_ERROR_NO_WORDS, TP_ERROR_STOPPED_BY_CALLBACK, TP_ERROR_TEXT_NOT_STORED, TP_OK, tp_blank,
};

use super::super::reference::{Rows, counted, ngrams, ranked, terms, words};
use super::{Action, Bulk, Log, Operation, SLOTS, Seen, Slot, blank, shape};

type Result<T> = std::result::Result<T, Seen>;

fn failure(status: i32) -> Seen {
    Seen::Failure(status, -1, -1)
}

/// The same failure, of one text of a batch.
fn in_batch(failure: Seen, document: usize) -> Seen {
    match failure {
        Seen::Failure(status, offset, _) => Seen::Failure(status, offset, i64::try_from(document).unwrap()),
        other => other,
    }
}

fn checked_utf8(text: &[u8]) -> Result<&str> {
    str::from_utf8(text)
        .map_err(|error| Seen::Failure(TP_ERROR_INVALID_UTF8, i64::try_from(error.valid_up_to()).unwrap(), -1))
}

fn checked_document(text: &[u8], blank: tp_blank) -> Result<&str> {
    let text = checked_utf8(text)?;
    let is_refused = words(text).is_empty() && blank != TP_BLANK_KEEP;
    if is_refused { Err(failure(TP_ERROR_NO_WORDS)) } else { Ok(text) }
}

fn number_of_words(text: &str) -> u64 {
    words(text).len() as u64
}

struct Callback {
    number: u32,
    plan: Vec<Action>,
    next: Cell<usize>,
    log: Log,
}

impl Drop for Callback {
    fn drop(&mut self) {
        self.log.note(Seen::Destroyed { callback: self.number });
    }
}

/// Events that wait.
type Events = RefCell<VecDeque<Seen>>;

#[derive(Clone)]
enum Listener {
    Callback(Rc<Callback>),
    /// Nobody, when they are freed.
    Events(Weak<Events>),
}

struct Analyzer {
    keeps_text: bool,
    threads: usize,
    documents: RefCell<Vec<String>>,
    /// The fewest characters of a term.
    min_length: Cell<usize>,
    listener: RefCell<Option<Listener>>,
    is_freed: Cell<bool>,
    callbacks: Rc<Cell<u32>>,
    log: Log,
}

impl Analyzer {
    fn listener(&self) -> Option<Listener> {
        self.listener.borrow().clone()
    }

    fn set_listener(&self, listener: Option<Listener>) {
        // The destructor of a callback runs when it is no longer set.
        drop(self.listener.replace(listener));
    }

    fn has_listener(&self) -> bool {
        self.listener().is_some_and(|listener| match listener {
            Listener::Callback(_) => true,
            Listener::Events(events) => events.strong_count() > 0,
        })
    }

    fn set_callback(&self, plan: Vec<Action>) {
        let number = self.callbacks.replace(self.callbacks.get() + 1);
        let new = Callback { number, plan, next: Cell::new(0), log: self.log.clone() };
        self.set_listener(Some(Listener::Callback(Rc::new(new))));
    }

    /// Whether a callback asks to stop.
    fn tell(&self, text: &str, words: u64) -> bool {
        match self.listener() {
            Some(Listener::Callback(callback)) => self.call(&callback, text, words),
            Some(Listener::Events(events)) => {
                let documents = self.documents.borrow().len() as u64;
                let event = Seen::Event { text: text.into(), words, documents };
                events.upgrade().inspect(|events| events.borrow_mut().push_back(event));
                false
            }
            None => false,
        }
    }

    /// Whether it asks to stop.
    fn call(&self, callback: &Callback, text: &str, words: u64) -> bool {
        let documents = self.documents.borrow().len() as u64;
        self.log.note(Seen::Called { callback: callback.number, text: text.into(), words, documents });
        let number = callback.next.replace(callback.next.get() + 1);
        match callback.plan.get(number) {
            None | Some(Action::GoOn) => {}
            Some(Action::Stop) => return true,
            Some(Action::ClearItself) => self.set_listener(None),
            Some(Action::ReplaceItself) => self.set_callback(callback.plan[number + 1..].to_vec()),
            Some(Action::Add(text)) => {
                let result = self.add(&text.0);
                self.note(result);
            }
            Some(Action::ClearDocuments) => self.documents.borrow_mut().clear(),
            Some(Action::Ask) => {
                let documents = self.documents.borrow();
                for number in [documents.len() as u64, total_words(&documents), self.frequencies().len() as u64] {
                    self.log.note(Seen::Number(number));
                }
            }
            Some(Action::FreeAnalyzer) => self.is_freed.set(true),
        }
        self.is_freed.get()
    }

    fn note(&self, result: Result<()>) {
        self.log.note(result.err().unwrap_or(Seen::Status(TP_OK)));
    }

    fn add(&self, text: &[u8]) -> Result<()> {
        self.add_and_tell(checked_document(text, TP_BLANK_REFUSE)?, |text| text)
    }

    fn add_and_tell(&self, text: &str, shown: impl FnOnce(&str) -> &str) -> Result<()> {
        self.documents.borrow_mut().push(text.to_owned());
        if self.tell(shown(text), number_of_words(text)) {
            return Err(failure(TP_ERROR_STOPPED_BY_CALLBACK));
        }
        Ok(())
    }

    /// The number of documents added, and what became of the others.
    fn add_all<'t>(&self, texts: impl Iterator<Item = &'t [u8]>, blank: tp_blank) -> (u64, Result<()>) {
        let mut added = 0;
        for (place, text) in texts.enumerate() {
            match checked_document(text, blank) {
                Ok(text) => {
                    added += 1;
                    if let Err(stopped) = self.add_and_tell(text, |text| text) {
                        return (added, Err(in_batch(stopped, place)));
                    }
                }
                Err(Seen::Failure(TP_ERROR_NO_WORDS, ..)) if blank == TP_BLANK_SKIP => {}
                Err(refused) => return (added, Err(in_batch(refused, place))),
            }
        }
        (added, Ok(()))
    }

    fn add_separated(&self, text: &[u8], separator: u8, parts: usize, blank: tp_blank) -> (u64, Result<()>) {
        let texts = text.split(|byte| *byte == separator);
        if !separator.is_ascii() || parts > 0 && texts.clone().count() != parts {
            return (0, Err(failure(TP_ERROR_INVALID_ARGUMENT)));
        }
        self.add_all(texts, blank)
    }

    fn frequencies(&self) -> Rows {
        counted(self.documents.borrow().iter().flat_map(|text| terms(text, self.min_length.get())))
    }

    fn rows(&self, bulk: Bulk) -> Result<Rows> {
        let documents = self.documents.borrow();
        match bulk {
            Bulk::Frequencies { .. } => Ok(self.frequencies()),
            Bulk::Top { .. } => Ok(ranked(self.frequencies())),
            _ if !self.keeps_text => Err(failure(TP_ERROR_TEXT_NOT_STORED)),
            Bulk::Documents { first } => {
                let behind = documents.iter().skip(first.into());
                Ok(behind.map(|text| (text.clone(), number_of_words(text))).collect())
            }
            Bulk::Ngrams { n, skip, is_top, .. } => {
                let (n, skip) = shape(n, skip);
                let of = |text: &String| ngrams(&terms(text, self.min_length.get()), n, if n == 1 { 0 } else { skip });
                let rows = counted(documents.iter().flat_map(of));
                Ok(if is_top { ranked(rows) } else { rows })
            }
        }
    }

    fn contains(&self, text: &[u8]) -> Result<bool> {
        if !self.keeps_text {
            return Err(failure(TP_ERROR_TEXT_NOT_STORED));
        }
        Ok(self.documents.borrow().iter().any(|document| document.as_bytes() == text))
    }

    fn statistics(&self) -> [u64; 5] {
        let documents = self.documents.borrow();
        let types: HashSet<&str> = documents.iter().flat_map(|text| words(text)).collect();
        [
            documents.len() as u64,
            total_words(&documents),
            self.frequencies().len() as u64,
            types.len() as u64,
            documents.iter().map(String::len).sum::<usize>() as u64,
        ]
    }

    fn sentiment(&self) -> Result<f64> {
        let documents = self.documents.borrow();
        if documents.is_empty() {
            return Err(failure(TP_ERROR_NO_DOCUMENTS));
        }
        let value = |term: &str| match term {
            "good" | "great" | "excellent" => 1,
            "bad" | "terrible" | "awful" => -1,
            _ => 0,
        };
        let total: i64 = self.frequencies().iter().map(|(term, count)| value(term) * count.cast_signed()).sum();
        Ok(total as f64 / documents.len() as f64)
    }
}

fn total_words(documents: &[String]) -> u64 {
    documents.iter().map(|text| number_of_words(text)).sum()
}

struct Draft {
    text: Vec<u8>,
    keeps_text: bool,
}

impl Draft {
    fn append(&mut self, piece: &[u8]) -> Result<()> {
        let whole = [self.text.as_slice(), piece].concat();
        // A character that has only begun may go on.
        if str::from_utf8(&whole).is_err_and(|error| error.error_len().is_some()) {
            return Err(checked_utf8(&whole).unwrap_err());
        }
        self.text = whole;
        Ok(())
    }
}

struct Stream {
    rows: std::vec::IntoIter<(String, u64)>,
    batch_rows: usize,
}

impl Stream {
    /// `rows` is the length of the batch that the library gave, if it gave one.
    fn next(&mut self, rows: Option<usize>) -> Option<Rows> {
        let most = if self.batch_rows == 0 { usize::MAX } else { self.batch_rows };
        match rows {
            Some(rows) => Some(self.rows.by_ref().take(rows.min(most)).collect()),
            None if self.rows.len() == 0 => None,
            None => Some(self.rows.by_ref().collect()),
        }
    }
}

#[derive(Default)]
pub struct Model {
    analyzers: [Option<Rc<Analyzer>>; SLOTS],
    drafts: [Option<Draft>; SLOTS],
    /// The analyzer it keeps alive, if it does anything.
    indexers: [Option<Option<Rc<Analyzer>>>; SLOTS],
    streams: [Option<Stream>; SLOTS],
    events: [Option<Rc<Events>>; SLOTS],
    callbacks: Rc<Cell<u32>>,
    pub log: Log,
}

impl Model {
    fn note<T>(&self, result: Result<T>, seen: impl FnOnce(T) -> Seen) {
        match result {
            Ok(answer) => {
                self.log.note(Seen::Status(TP_OK));
                self.log.note(seen(answer));
            }
            Err(failure) => self.log.note(failure),
        }
    }

    fn note_status(&self, result: Result<()>) {
        self.log.note(result.err().unwrap_or(Seen::Status(TP_OK)));
    }

    /// Does something with an analyzer, which a callback may free meanwhile.
    fn with<T>(&mut self, analyzer: Slot, work: impl FnOnce(&Analyzer) -> T) -> Option<T> {
        let slot = &mut self.analyzers[analyzer.0];
        let result = work(slot.as_deref()?);
        if slot.as_ref().is_some_and(|analyzer| analyzer.is_freed.get()) {
            *slot = None;
        }
        Some(result)
    }

    fn ask<T>(&mut self, analyzer: Slot, question: impl FnOnce(&Analyzer) -> Result<T>, seen: impl FnOnce(T) -> Seen) {
        if let Some(answer) = self.with(analyzer, question) {
            self.note(answer, seen);
        }
    }

    fn change(&mut self, analyzer: Slot, change: impl FnOnce(&Analyzer) -> Result<()>) {
        if let Some(result) = self.with(analyzer, change) {
            self.note_status(result);
        }
    }

    fn add_many(&mut self, analyzer: Slot, add: impl FnOnce(&Analyzer) -> (u64, Result<()>)) {
        if let Some((added, result)) = self.with(analyzer, add) {
            self.note_status(result);
            self.log.note(Seen::Number(added));
        }
    }

    fn append(&mut self, draft: Slot, piece: &[u8]) {
        if let Some(draft) = &mut self.drafts[draft.0] {
            let result = draft.append(piece);
            self.note_status(result);
        }
    }

    /// The texts of the documents of an analyzer.
    pub fn documents(&self, analyzer: Slot) -> Vec<String> {
        self.analyzers[analyzer.0].as_ref().map_or_else(Vec::new, |analyzer| analyzer.documents.borrow().clone())
    }

    /// `batches` are the lengths of the batches that the library gave.
    pub fn run(&mut self, operation: &Operation, mut batches: impl Iterator<Item = Option<usize>>) {
        match operation {
            Operation::New { analyzer, threads, counts_only } => {
                self.analyzers[analyzer.0] = None;
                self.analyzers[analyzer.0] = Some(Rc::new(Analyzer {
                    keeps_text: !counts_only,
                    threads: usize::from(threads % 3) + 1,
                    documents: RefCell::default(),
                    min_length: Cell::default(),
                    listener: RefCell::default(),
                    is_freed: Cell::new(false),
                    callbacks: Rc::clone(&self.callbacks),
                    log: self.log.clone(),
                }));
                self.log.note(Seen::Status(TP_OK));
            }
            Operation::FreeAnalyzer { analyzer } => self.analyzers[analyzer.0] = None,
            Operation::Add { analyzer, text } => self.change(*analyzer, |analyzer| analyzer.add(&text.0)),
            Operation::AddMany { analyzer, texts } => {
                self.add_many(*analyzer, |analyzer| {
                    analyzer.add_all(texts.iter().map(|text| &text.0[..]), TP_BLANK_REFUSE)
                });
            }
            Operation::AddSeparated { analyzer, text, separator, parts, blank: policy } => {
                let parts = parts.map_or(0, usize::from);
                self.add_many(*analyzer, |analyzer| analyzer.add_separated(&text.0, *separator, parts, blank(*policy)));
            }
            Operation::Clear { analyzer } => self.change(*analyzer, |analyzer| {
                analyzer.documents.borrow_mut().clear();
                Ok(())
            }),
            Operation::SetCallback { analyzer, plan } => self.change(*analyzer, |analyzer| {
                analyzer.set_callback(plan.clone());
                Ok(())
            }),
            Operation::ClearCallback { analyzer } => self.change(*analyzer, |analyzer| {
                analyzer.set_listener(None);
                Ok(())
            }),
            Operation::NewEvents { analyzer, events } => {
                let new = Rc::new(Events::default());
                let listener = Listener::Events(Rc::downgrade(&new));
                if self.with(*analyzer, |analyzer| analyzer.set_listener(Some(listener))).is_some() {
                    self.events[events.0] = Some(new);
                    self.log.note(Seen::Status(TP_OK));
                }
            }
            Operation::NextEvent { events } => {
                if let Some(events) = &self.events[events.0] {
                    self.log.note(events.borrow_mut().pop_front().unwrap_or(Seen::NoEvent));
                }
            }
            Operation::FreeEvents { events } => self.events[events.0] = None,

            Operation::NewDraft { analyzer, draft, .. } => {
                let keeps_text = self.with(*analyzer, |analyzer| analyzer.keeps_text || analyzer.has_listener());
                if let Some(keeps_text) = keeps_text {
                    self.drafts[draft.0] = Some(Draft { text: Vec::new(), keeps_text });
                    self.log.note(Seen::Status(TP_OK));
                }
            }
            Operation::FreeDraft { draft } => self.drafts[draft.0] = None,
            Operation::Append { draft, text } => self.append(*draft, &text.0),
            Operation::AppendInPieces { draft, text, length } => {
                text.0.chunks(usize::from(*length).max(1)).for_each(|piece| self.append(*draft, piece));
            }
            Operation::WriteInRoom { draft, text, taken } => {
                if self.drafts[draft.0].is_some() {
                    self.log.note(Seen::Status(TP_OK));
                    match text.0.get(..usize::from(*taken)) {
                        Some(taken) => self.append(*draft, taken),
                        None => self.log.note(failure(TP_ERROR_INVALID_ARGUMENT)),
                    }
                }
            }
            Operation::Take { draft, length } => {
                if self.drafts[draft.0].is_some() {
                    let result = if *length == 0 { Ok(()) } else { Err(failure(TP_ERROR_INVALID_ARGUMENT)) };
                    self.note_status(result);
                }
            }
            Operation::AddDraft { analyzer, draft } => {
                let slot = draft.0;
                let Some(mut draft) = self.drafts[slot].take() else { return };
                self.change(*analyzer, |analyzer| {
                    let text = checked_document(&draft.text, TP_BLANK_REFUSE)?.to_owned();
                    if analyzer.keeps_text && !draft.keeps_text {
                        return Err(failure(TP_ERROR_TEXT_NOT_STORED));
                    }
                    draft.text.clear();
                    analyzer.add_and_tell(&text, |text| if draft.keeps_text { text } else { "" })
                });
                self.drafts[slot] = Some(draft);
            }

            Operation::StartIndexer { analyzer, indexer } => {
                let Some(held) = self.analyzers[analyzer.0].clone() else { return };
                self.indexers[indexer.0].take();
                self.indexers[indexer.0] = Some((held.threads > 1 && held.keeps_text).then_some(held));
                self.log.note(Seen::Status(TP_OK));
            }
            Operation::StopIndexer { indexer } => {
                if self.indexers[indexer.0].take().is_some() {
                    self.log.note(Seen::Status(TP_OK));
                }
            }
            // How far it came in some milliseconds is between the library and its clock.
            Operation::Update { analyzer, .. } => {
                self.ask(*analyzer, |analyzer| Ok(analyzer.statistics()[4]), Seen::Number);
            }

            Operation::DocumentCount { analyzer } => {
                self.ask(*analyzer, |analyzer| Ok(analyzer.documents.borrow().len() as u64), Seen::Number);
            }
            Operation::TotalWords { analyzer } => {
                self.ask(*analyzer, |analyzer| Ok(total_words(&analyzer.documents.borrow())), Seen::Number);
            }
            Operation::UniqueWords { analyzer } => {
                self.ask(*analyzer, |analyzer| Ok(analyzer.statistics()[2]), Seen::Number);
            }
            Operation::Statistics { analyzer } => {
                self.ask(*analyzer, |analyzer| Ok(analyzer.statistics()), Seen::Statistics);
            }
            Operation::Sentiment { analyzer } => {
                self.ask(*analyzer, Analyzer::sentiment, |sentiment| Seen::Sentiment(sentiment.to_bits()));
            }
            Operation::Contains { analyzer, text } => {
                self.ask(*analyzer, |analyzer| analyzer.contains(&text.0), Seen::Is);
            }
            Operation::CountWords { text } => self.note(checked_utf8(&text.0).map(number_of_words), Seen::Number),

            Operation::OpenStream { analyzer, stream, bulk } => {
                let Some(rows) = self.with(*analyzer, |analyzer| analyzer.rows(*bulk)) else { return };
                let batch_rows = match bulk {
                    Bulk::Frequencies { batch_rows } | Bulk::Top { batch_rows } | Bulk::Ngrams { batch_rows, .. } => {
                        usize::from(*batch_rows)
                    }
                    Bulk::Documents { .. } => 0,
                };
                let result = rows.map(|rows| {
                    self.streams[stream.0] = Some(Stream { rows: rows.into_iter(), batch_rows });
                });
                self.note_status(result);
            }
            Operation::NextBatch { stream } => {
                if let Some(stream) = &mut self.streams[stream.0] {
                    self.log.note(Seen::Batch(stream.next(batches.next().flatten())));
                }
            }
            Operation::ReadStream { stream } => {
                if let Some(mut stream) = self.streams[stream.0].take() {
                    loop {
                        let batch = stream.next(batches.next().flatten());
                        self.log.note(Seen::Batch(batch.clone()));
                        if batch.is_none() {
                            break;
                        }
                    }
                }
            }
            Operation::ReleaseStream { stream } => self.streams[stream.0] = None,
            Operation::SetTerms { analyzer, min_length } => self.change(*analyzer, |analyzer| {
                analyzer.min_length.set((min_length % 5).into());
                Ok(())
            }),
            Operation::AskAll { .. } | Operation::Analyse { .. } => unreachable!("that is done elsewhere"),
        }
    }
}
