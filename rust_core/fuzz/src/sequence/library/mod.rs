//! Runs the operations through the C ABI.

mod analyzer;

use std::ffi::c_char;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use arrow_array::cast::AsArray;
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::types::UInt64Type;
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use text_processor::*;

use super::super::reference::Rows;
use super::super::text::Text;
use super::{Bulk, Log, Operation, SLOTS, Seen, Slot, blank, numbers, shape};
use analyzer::{Analyzer, answer, pointer, seen, text_of};

/// The rows of a batch. Several columns of text are joined by spaces.
fn rows_of(batch: &RecordBatch) -> Rows {
    let (numbers, texts) = batch.columns().split_last().expect("there are columns");
    let text_at = |texts: &dyn Array, row| match texts.data_type() {
        DataType::Utf8 => texts.as_string::<i32>().value(row).to_owned(),
        DataType::LargeUtf8 => texts.as_string::<i64>().value(row).to_owned(),
        other => panic!("a column of {other} is not text"),
    };
    let text = |row| texts.iter().map(|texts| text_at(texts, row)).collect::<Vec<_>>().join(" ");
    let numbers = numbers.as_primitive::<UInt64Type>();
    (0..batch.num_rows()).map(|row| (text(row), numbers.value(row))).collect()
}

/// The handles that the library made and must free.
#[derive(Default)]
pub struct Library {
    analyzers: [Option<Analyzer>; SLOTS],
    drafts: [Option<*mut tp_draft>; SLOTS],
    indexers: [Option<*mut tp_indexer>; SLOTS],
    events: [Option<*mut tp_events>; SLOTS],
    streams: [Option<RecordBatchStreamReader>; SLOTS],
    callbacks: Arc<AtomicU32>,
    pub log: Log,
}

impl Library {
    fn note<T>(&self, result: Result<T, tp_status>, answer: impl FnOnce(T) -> Seen) {
        match result {
            Ok(value) => {
                self.log.note(Seen::Status(TP_OK));
                self.log.note(answer(value));
            }
            Err(failed) => self.log.note(seen(failed)),
        }
    }

    /// Runs `work` with an analyzer. A callback may free the analyzer during this.
    fn with<T>(&mut self, analyzer: Slot, work: impl FnOnce(&Analyzer) -> T) -> Option<T> {
        let slot = &mut self.analyzers[analyzer.0];
        let result = work(slot.as_ref()?);
        slot.take_if(|analyzer| analyzer.is_freed.load(Ordering::Relaxed));
        Some(result)
    }

    fn change(&mut self, analyzer: Slot, change: impl FnOnce(&Analyzer) -> tp_status) {
        if let Some(status) = self.with(analyzer, change) {
            self.log.note(seen(status));
        }
    }

    fn ask<T>(
        &mut self,
        analyzer: Slot,
        question: impl FnOnce(&Analyzer) -> Result<T, tp_status>,
        answer: impl FnOnce(T) -> Seen,
    ) {
        if let Some(result) = self.with(analyzer, question) {
            self.note(result, answer);
        }
    }

    fn add_many(&mut self, analyzer: Slot, add: impl FnOnce(&Analyzer, *mut u64) -> tp_status) {
        let mut added = u64::MAX;
        if let Some(status) = self.with(analyzer, |analyzer| add(analyzer, &raw mut added)) {
            self.log.note(seen(status));
            self.log.note(Seen::Number(added));
        }
    }

    fn new_analyzer(&mut self, slot: Slot, threads: usize, counts_only: bool) {
        self.free_analyzer(slot);
        let struct_size = size_of::<tp_analyzer_options>();
        let options =
            tp_analyzer_options { struct_size, threads, counts_only: counts_only.into(), ..Default::default() };
        // SAFETY: the options have the size that they state.
        let made = answer(ptr::null_mut(), |analyzer| unsafe { tp_analyzer_new(&raw const options, analyzer) });
        let callbacks = Arc::clone(&self.callbacks);
        let (handle, is_freed, log) = (made.unwrap(), Arc::default(), self.log.clone());
        self.analyzers[slot.0] = Some(Analyzer { handle, is_freed, callbacks, log });
        self.log.note(Seen::Status(TP_OK));
    }

    fn choose(&mut self, slot: Slot, from: Slot, numbers: &[u64]) {
        let Some(parent) = self.with(from, |analyzer| analyzer.handle) else { return };
        let made = answer(ptr::null_mut(), |chosen| {
            // SAFETY: the analyzer was not freed, and the numbers have this length.
            unsafe { tp_analyzer_choose(parent, numbers.as_ptr(), numbers.len(), chosen) }
        });
        let result = made.map(|handle| {
            self.free_analyzer(slot);
            let callbacks = Arc::clone(&self.callbacks);
            let new = Analyzer { handle, is_freed: Arc::default(), callbacks, log: self.log.clone() };
            self.analyzers[slot.0] = Some(new);
        });
        self.note_status(result);
    }

    fn free_analyzer(&mut self, slot: Slot) {
        if let Some(analyzer) = self.analyzers[slot.0].take() {
            analyzer.free();
        }
    }

    fn append(&self, draft: Slot, piece: &[u8]) {
        if let Some(draft) = self.drafts[draft.0] {
            // SAFETY: the draft was not freed, and the piece has this length.
            self.log.note(seen(unsafe { tp_draft_append(draft, pointer(piece), piece.len()) }));
        }
    }

    fn write_in_room(&self, draft: Slot, text: &[u8], taken: usize) {
        let Some(draft) = self.drafts[draft.0] else { return };
        // SAFETY: the draft was not freed.
        let room = answer(ptr::null_mut(), |room| unsafe { tp_draft_room(draft, text.len(), room) });
        self.note_status(room.map(|room| {
            // SAFETY: there is room for the text.
            unsafe { room.copy_from_nonoverlapping(text.as_ptr().cast(), text.len()) };
        }));
        // SAFETY: the draft was not freed.
        self.log.note(seen(unsafe { tp_draft_take(draft, taken) }));
    }

    fn note_status(&self, result: Result<(), tp_status>) {
        self.log.note(seen(result.err().unwrap_or(TP_OK)));
    }

    fn add_documents(&mut self, analyzer: Slot, texts: &[Text]) {
        let pointers: Vec<*const c_char> = texts.iter().map(|text| pointer(&text.0)).collect();
        let lengths: Vec<usize> = texts.iter().map(|text| text.0.len()).collect();
        self.add_many(analyzer, |analyzer, added| {
            // SAFETY: the analyzer was not freed, and there is a pointer and a length for each text.
            unsafe {
                tp_analyzer_add_documents(analyzer.handle, pointers.as_ptr(), lengths.as_ptr(), texts.len(), added)
            }
        });
    }

    fn open(&mut self, analyzer: Slot, stream: Slot, bulk: Bulk) {
        let mut new = FFI_ArrowArrayStream::empty();
        let to = &raw mut new;
        let opened = self.with(analyzer, |analyzer| {
            let handle = analyzer.handle;
            // SAFETY: the analyzer was not freed.
            unsafe {
                match bulk {
                    Bulk::Frequencies { batch_rows } => tp_analyzer_term_frequencies(handle, batch_rows.into(), to),
                    Bulk::Top { batch_rows } => tp_analyzer_top_terms(handle, batch_rows.into(), to),
                    Bulk::Documents { first } => tp_analyzer_documents(handle, first.into(), to),
                    Bulk::Ngrams { n, skip, is_top, batch_rows } => {
                        let (n, skip) = shape(n, skip);
                        let of = if is_top { tp_analyzer_top_ngrams } else { tp_analyzer_ngrams };
                        of(handle, n, skip, batch_rows.into(), to)
                    }
                }
            }
        });
        if let Some(status) = opened {
            if status == TP_OK {
                self.streams[stream.0] = Some(RecordBatchStreamReader::try_new(new).unwrap());
            } else {
                assert!(new.release().is_none(), "a stream was written on failure");
            }
            self.log.note(seen(status));
        }
    }

    fn next_batch(&mut self, stream: Slot) -> Option<Option<Rows>> {
        let batch = self.streams[stream.0].as_mut()?.next();
        Some(batch.map(|batch| rows_of(&batch.unwrap())))
    }

    pub fn run(&mut self, operation: &Operation) {
        match operation {
            Operation::New { analyzer, threads, counts_only } => {
                self.new_analyzer(*analyzer, usize::from(threads % 3) + 1, *counts_only);
            }
            Operation::FreeAnalyzer { analyzer } => self.free_analyzer(*analyzer),
            Operation::Add { analyzer, text } => self.change(*analyzer, |analyzer| analyzer.add(&text.0)),
            Operation::AddMany { analyzer, texts } => self.add_documents(*analyzer, texts),
            Operation::AddSeparated { analyzer, text, separator, parts, blank: policy } => {
                let (text, separator) = (&text.0, c_char::from_ne_bytes([*separator]));
                let parts = parts.map_or(0, usize::from);
                self.add_many(*analyzer, |analyzer, added| {
                    let (handle, start) = (analyzer.handle, pointer(text));
                    // SAFETY: the analyzer was not freed, and the text has this length.
                    unsafe { tp_analyzer_add_parts(handle, start, text.len(), separator, parts, blank(*policy), added) }
                });
            }
            // SAFETY: the analyzer was not freed.
            Operation::Clear { analyzer } => self.change(*analyzer, |of| unsafe { tp_analyzer_clear(of.handle) }),
            Operation::SetCallback { analyzer, plan } => self.change(*analyzer, |of| of.set_callback(plan.clone())),
            Operation::ClearCallback { analyzer } => {
                // SAFETY: the analyzer was not freed.
                self.change(*analyzer, |of| unsafe { tp_analyzer_clear_callback(of.handle) });
            }
            Operation::NewEvents { analyzer, events } => {
                let made = self.with(*analyzer, |analyzer| {
                    // SAFETY: the analyzer was not freed.
                    answer(ptr::null_mut(), |events| unsafe { tp_events_new(analyzer.handle, events) })
                });
                if let Some(made) = made {
                    self.free_events(*events);
                    self.events[events.0] = Some(made.unwrap());
                    self.log.note(Seen::Status(TP_OK));
                }
            }
            Operation::NextEvent { events } => {
                if let Some(events) = self.events[events.0] {
                    let mut event = ptr::dangling();
                    // SAFETY: the events were not freed.
                    assert_eq!(unsafe { tp_events_next(events, &raw mut event) }, TP_OK);
                    // SAFETY: the event is NULL, or valid until the next call for these events.
                    self.log.note(unsafe { event.as_ref() }.map_or(Seen::NoEvent, |event| Seen::Event {
                        text: text_of(event),
                        words: event.word_count,
                        documents: event.total_documents,
                    }));
                }
            }
            Operation::FreeEvents { events } => self.free_events(*events),

            Operation::NewDraft { analyzer, draft, capacity } => {
                let made = self.with(*analyzer, |analyzer| {
                    answer(ptr::null_mut(), |draft| {
                        // SAFETY: the analyzer was not freed.
                        unsafe { tp_draft_new(analyzer.handle, (*capacity).into(), draft) }
                    })
                });
                if let Some(made) = made {
                    self.free_draft(*draft);
                    self.drafts[draft.0] = Some(made.unwrap());
                    self.log.note(Seen::Status(TP_OK));
                }
            }
            Operation::FreeDraft { draft } => self.free_draft(*draft),
            Operation::Append { draft, text } => self.append(*draft, &text.0),
            Operation::AppendInPieces { draft, text, length } => {
                text.0.chunks(usize::from(*length).max(1)).for_each(|piece| self.append(*draft, piece));
            }
            Operation::WriteInRoom { draft, text, taken } => self.write_in_room(*draft, &text.0, (*taken).into()),
            Operation::Take { draft, length } => {
                if let Some(draft) = self.drafts[draft.0] {
                    // SAFETY: the draft was not freed. Appending removes the room.
                    let status = unsafe {
                        assert_eq!(tp_draft_append(draft, ptr::null(), 0), TP_OK);
                        tp_draft_take(draft, (*length).into())
                    };
                    self.log.note(seen(status));
                }
            }
            Operation::AddDraft { analyzer, draft } => {
                if let Some(draft) = self.drafts[draft.0] {
                    // SAFETY: both handles are valid.
                    self.change(*analyzer, |of| unsafe { tp_analyzer_add_draft(of.handle, draft) });
                }
            }

            Operation::StartIndexer { analyzer, indexer } => {
                let Some(handle) = self.with(*analyzer, |analyzer| analyzer.handle) else { return };
                self.stop_indexer(*indexer);
                // SAFETY: the analyzer was not freed.
                let started = answer(ptr::null_mut(), |indexer| unsafe { tp_indexer_start(handle, indexer) });
                self.indexers[indexer.0] = Some(started.unwrap());
                self.log.note(Seen::Status(TP_OK));
            }
            Operation::StopIndexer { indexer } => {
                if self.stop_indexer(*indexer) {
                    self.log.note(Seen::Status(TP_OK));
                }
            }
            Operation::Update { analyzer, milliseconds } => self.ask(
                *analyzer,
                |analyzer| {
                    let milliseconds = milliseconds % 3;
                    let (mut done, mut total) = (u64::MAX, u64::MAX);
                    // SAFETY: the analyzer was not freed.
                    let status = unsafe {
                        tp_analyzer_update(analyzer.handle, milliseconds.into(), &raw mut done, &raw mut total)
                    };
                    assert_eq!(status, TP_OK);
                    assert!(done == total || milliseconds > 0 && done < total, "{done} of {total} bytes are done");
                    Ok(total)
                },
                Seen::Number,
            ),

            Operation::DocumentCount { analyzer } => {
                self.ask(*analyzer, |analyzer| analyzer.number(tp_analyzer_document_count), Seen::Number);
            }
            Operation::TotalWords { analyzer } => {
                self.ask(*analyzer, |analyzer| analyzer.number(tp_analyzer_total_words), Seen::Number);
            }
            Operation::UniqueWords { analyzer } => {
                self.ask(*analyzer, |analyzer| analyzer.number(tp_analyzer_unique_words), Seen::Number);
            }
            Operation::Statistics { analyzer } => self.ask(
                *analyzer,
                |analyzer| {
                    // SAFETY: the analyzer was not freed; the array has the layout and the size of the structure.
                    answer([48, 0, 0, 0, 0, 0], |to| unsafe { tp_analyzer_statistics(analyzer.handle, to.cast()) })
                },
                |[_, figures @ ..]| Seen::Statistics(figures),
            ),
            Operation::Sentiment { analyzer } => self.ask(
                *analyzer,
                // SAFETY: the analyzer was not freed.
                |analyzer| answer(f64::MIN, |to| unsafe { tp_analyzer_sentiment(analyzer.handle, to) }),
                |sentiment| Seen::Sentiment(sentiment.to_bits()),
            ),
            Operation::Contains { analyzer, text } => self.ask(
                *analyzer,
                |analyzer| {
                    let (text, length) = (pointer(&text.0), text.0.len());
                    // SAFETY: the analyzer was not freed, and the text has this length.
                    answer(false, |to| unsafe { tp_analyzer_contains_document(analyzer.handle, text, length, to) })
                },
                Seen::Is,
            ),
            Operation::CountWords { text } => {
                // SAFETY: the text has this length.
                let count = answer(u64::MAX, |to| unsafe { tp_count_words(pointer(&text.0), text.0.len(), to) });
                self.note(count, Seen::Number);
            }

            Operation::OpenStream { analyzer, stream, bulk } => self.open(*analyzer, *stream, *bulk),
            Operation::NextBatch { stream } => {
                if let Some(batch) = self.next_batch(*stream) {
                    self.log.note(Seen::Batch(batch));
                }
            }
            Operation::ReadStream { stream } => {
                while let Some(batch) = self.next_batch(*stream) {
                    if batch.is_none() {
                        self.streams[stream.0] = None;
                    }
                    self.log.note(Seen::Batch(batch));
                }
            }
            Operation::ReleaseStream { stream } => self.streams[stream.0] = None,
            Operation::SetTerms { analyzer, min_length } => {
                // SAFETY: zeros are a valid structure of this type.
                let mut options: tp_term_options = unsafe { std::mem::zeroed() };
                (options.struct_size, options.min_length) = (size_of::<tp_term_options>(), (min_length % 5).into());
                // SAFETY: the analyzer was not freed, and the options have the size that they state.
                self.change(*analyzer, |of| unsafe { tp_analyzer_set_terms(of.handle, &raw const options) });
            }
            Operation::Choose { analyzer, from, documents } => self.choose(*analyzer, *from, &numbers(documents)),
            Operation::Keep { analyzer, documents } => {
                let numbers = numbers(documents);
                // SAFETY: the analyzer was not freed, and the numbers have this length.
                self.change(*analyzer, |of| unsafe { tp_analyzer_keep(of.handle, numbers.as_ptr(), numbers.len()) });
            }
            Operation::Merge { analyzer, other } => {
                let Some(other) = self.with(*other, |other| other.handle) else { return };
                // SAFETY: both handles are valid.
                self.change(*analyzer, |of| unsafe { tp_analyzer_merge(of.handle, other) });
            }
            Operation::AskAll { .. } | Operation::Analyse { .. } => unreachable!("handled by the caller"),
        }
    }

    fn free_events(&mut self, slot: Slot) {
        if let Some(events) = self.events[slot.0].take() {
            // SAFETY: the events were not freed, and are not used again.
            unsafe { tp_events_free(events) }
        }
    }

    fn free_draft(&mut self, slot: Slot) {
        if let Some(draft) = self.drafts[slot.0].take() {
            // SAFETY: the draft was not freed, and is not used again.
            unsafe { tp_draft_free(draft) }
        }
    }

    /// Stops an indexer. Returns whether there was one.
    fn stop_indexer(&mut self, slot: Slot) -> bool {
        let indexer = self.indexers[slot.0].take();
        if let Some(indexer) = indexer {
            // SAFETY: the indexer was not stopped, and is not used again.
            assert_eq!(unsafe { tp_indexer_stop(indexer) }, TP_OK);
        }
        indexer.is_some()
    }
}
