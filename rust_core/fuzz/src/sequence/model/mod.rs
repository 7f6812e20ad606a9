//! A model of the library, as simple as possible.

mod analyzer;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use text_processor::{TP_BLANK_REFUSE, TP_ERROR_INVALID_ARGUMENT, TP_ERROR_TEXT_NOT_STORED, TP_OK};

use super::super::reference::Rows;
use super::{Bulk, Log, Operation, SLOTS, Seen, Slot, blank, numbers};
use analyzer::{
    Analyzer, Events, Listener, Result, checked_document, checked_utf8, failure, number_of_words, total_words,
};

struct Draft {
    text: Vec<u8>,
    keeps_text: bool,
}

impl Draft {
    fn append(&mut self, piece: &[u8]) -> Result<()> {
        let text = [self.text.as_slice(), piece].concat();
        // An incomplete character at the end may continue in the next piece.
        if str::from_utf8(&text).is_err_and(|error| error.error_len().is_some()) {
            return Err(checked_utf8(&text).unwrap_err());
        }
        self.text = text;
        Ok(())
    }
}

struct Stream {
    rows: std::vec::IntoIter<(String, u64)>,
    batch_rows: usize,
}

impl Stream {
    /// The next batch. `rows` is the number of rows of the library's batch, if it gave one.
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
    /// The analyzer that an indexer keeps in memory; `None` for an indexer that does nothing.
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

    /// Runs `work` with an analyzer. A callback may free the analyzer during this.
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

    /// Runs an operation. `batches` has the number of rows of each batch that the library gave.
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
                    analyzer.add_and_notify(&text, |text| if draft.keeps_text { text } else { "" })
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
            // The progress in some milliseconds depends on the clock, so it is not compared.
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
            Operation::Choose { analyzer, from, documents } => {
                let Some(parent) = self.analyzers[from.0].clone() else { return };
                let result = parent.those(&numbers(documents)).map(|documents| {
                    self.analyzers[analyzer.0] = None;
                    self.analyzers[analyzer.0] = Some(Rc::new(Analyzer {
                        keeps_text: true,
                        threads: parent.threads,
                        documents: RefCell::new(documents),
                        min_length: parent.min_length.clone(),
                        listener: RefCell::default(),
                        is_freed: Cell::new(false),
                        callbacks: Rc::clone(&self.callbacks),
                        log: self.log.clone(),
                    }));
                });
                // This may be the last reference. Then the callback is destroyed too.
                drop(parent);
                self.note_status(result);
            }
            Operation::Keep { analyzer, documents } => self.change(*analyzer, |analyzer| {
                let kept = analyzer.those(&numbers(documents))?;
                *analyzer.documents.borrow_mut() = kept;
                Ok(())
            }),
            Operation::Merge { analyzer, other } => {
                if let Some(other) = self.analyzers[other.0].clone() {
                    self.change(*analyzer, |analyzer| analyzer.merge(&other));
                }
            }
            Operation::AskAll { .. } | Operation::Analyse { .. } => unreachable!("handled by the caller"),
        }
    }
}
