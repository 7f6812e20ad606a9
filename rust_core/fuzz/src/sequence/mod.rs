//! Calls functions of the C ABI in any order on several analyzers, and compares the results with a slow model in plain
//! Rust.
//!
//! The library and the model do the same operations. Each keeps a log of everything that a host observes: statuses and
//! details of failures, answers, and when callbacks run and are destroyed. The logs must be equal.

mod analyses;
mod library;
mod model;

use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use arbitrary::{Arbitrary, Result, Unstructured};

use text_processor::{TP_BLANK_KEEP, TP_BLANK_REFUSE, TP_BLANK_SKIP, tp_blank};

use super::reference::Rows;
use super::text::Text;
use analyses::Analysis;
use library::Library;
use model::Model;

/// The largest number of operations of one sequence.
const MAX_OPERATIONS: usize = 64;
/// The largest number of documents of two analyzers that are merged.
const MAX_MERGED: usize = 300;
/// The number of analyzers, drafts, indexers, events and streams, each, that exist at the same time.
const SLOTS: usize = 3;

/// The index of an analyzer, draft, indexer or stream.
#[derive(Debug, Clone, Copy)]
struct Slot(usize);

impl<'a> Arbitrary<'a> for Slot {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self(usize::from(u8::arbitrary(bytes)?) % SLOTS))
    }
}

/// The action of a callback in one call.
#[derive(Debug, Clone, Arbitrary)]
enum Action {
    GoOn,
    Stop,
    ClearItself,
    /// Replaces itself by a callback that does the remaining actions.
    ReplaceItself,
    Add(Text),
    ClearDocuments,
    Ask,
    FreeAnalyzer,
}

/// The rows of a stream.
#[derive(Debug, Clone, Copy, Arbitrary)]
enum Bulk {
    Frequencies { batch_rows: u8 },
    Top { batch_rows: u8 },
    Documents { first: u8 },
    Ngrams { n: u8, skip: u8, is_top: bool, batch_rows: u8 },
}

fn blank(number: u8) -> tp_blank {
    [TP_BLANK_REFUSE, TP_BLANK_SKIP, TP_BLANK_KEEP][usize::from(number % 3)]
}

/// The numbers of documents to choose. Most are small, because most analyzers have few documents.
fn numbers(documents: &[u8]) -> Vec<u64> {
    documents.iter().map(|number| u64::from(if *number < 250 { number % 6 } else { *number })).collect()
}

/// The number of terms of n-grams, and how many terms they may skip.
fn shape(n: u8, skip: u8) -> (usize, usize) {
    (usize::from(n % 3) + 1, usize::from(skip % 3))
}

#[derive(Debug, Arbitrary)]
enum Operation {
    New {
        analyzer: Slot,
        threads: u8,
        counts_only: bool,
    },
    FreeAnalyzer {
        analyzer: Slot,
    },
    Add {
        analyzer: Slot,
        text: Text,
    },
    AddMany {
        analyzer: Slot,
        texts: Vec<Text>,
    },
    AddSeparated {
        analyzer: Slot,
        text: Text,
        separator: u8,
        parts: Option<u8>,
        /// The function `blank` makes a `tp_blank` from this byte.
        blank: u8,
    },
    Clear {
        analyzer: Slot,
    },
    SetCallback {
        analyzer: Slot,
        plan: Vec<Action>,
    },
    ClearCallback {
        analyzer: Slot,
    },
    NewEvents {
        analyzer: Slot,
        events: Slot,
    },
    NextEvent {
        events: Slot,
    },
    FreeEvents {
        events: Slot,
    },

    NewDraft {
        analyzer: Slot,
        draft: Slot,
        capacity: u16,
    },
    FreeDraft {
        draft: Slot,
    },
    Append {
        draft: Slot,
        text: Text,
    },
    /// The pieces may begin and end inside characters.
    AppendInPieces {
        draft: Slot,
        text: Text,
        length: u8,
    },
    /// Requests room, writes to all of it, and takes `taken` bytes, possibly more than it has.
    WriteInRoom {
        draft: Slot,
        text: Text,
        taken: u8,
    },
    /// Takes bytes without requesting room.
    Take {
        draft: Slot,
        length: u8,
    },
    AddDraft {
        analyzer: Slot,
        draft: Slot,
    },

    StartIndexer {
        analyzer: Slot,
        indexer: Slot,
    },
    StopIndexer {
        indexer: Slot,
    },
    Update {
        analyzer: Slot,
        milliseconds: u8,
    },

    DocumentCount {
        analyzer: Slot,
    },
    TotalWords {
        analyzer: Slot,
    },
    UniqueWords {
        analyzer: Slot,
    },
    Statistics {
        analyzer: Slot,
    },
    Sentiment {
        analyzer: Slot,
    },
    Contains {
        analyzer: Slot,
        text: Text,
    },
    CountWords {
        text: Text,
    },

    OpenStream {
        analyzer: Slot,
        stream: Slot,
        bulk: Bulk,
    },
    NextBatch {
        stream: Slot,
    },
    ReadStream {
        stream: Slot,
    },
    ReleaseStream {
        stream: Slot,
    },
    /// All queries.
    AskAll {
        analyzer: Slot,
    },

    /// Sets the minimum length of terms.
    SetTerms {
        analyzer: Slot,
        min_length: u8,
    },
    /// Replaces an analyzer by one of some documents of another analyzer, or of the same.
    Choose {
        analyzer: Slot,
        from: Slot,
        documents: Vec<u8>,
    },
    Keep {
        analyzer: Slot,
        documents: Vec<u8>,
    },
    Merge {
        analyzer: Slot,
        other: Slot,
    },
    /// A function that needs no analyzer.
    Analyse {
        analysis: Analysis,
    },
}

/// All queries of an analyzer with these documents.
fn every_question(analyzer: Slot, documents: Vec<String>) -> Vec<Operation> {
    let ask = |bulk| {
        let stream = Slot(0);
        [Operation::OpenStream { analyzer, stream, bulk }, Operation::ReadStream { stream }]
    };
    let mut questions = vec![
        Operation::DocumentCount { analyzer },
        Operation::TotalWords { analyzer },
        Operation::Statistics { analyzer },
        Operation::UniqueWords { analyzer },
        Operation::Sentiment { analyzer },
    ];
    questions.extend(ask(Bulk::Frequencies { batch_rows: 0 }));
    questions.extend(ask(Bulk::Top { batch_rows: 3 }));
    questions.extend(ask(Bulk::Documents { first: 0 }));
    questions.extend(ask(Bulk::Ngrams { n: 1, skip: 1, is_top: false, batch_rows: 5 }));
    for text in documents.into_iter().take(3).map(String::into_bytes) {
        let shorter = Text(text[..text.len().saturating_sub(1)].to_vec());
        questions.extend([Text(text), shorter].map(|text| Operation::Contains { analyzer, text }));
    }
    questions
}

/// An observation of a host.
#[derive(Debug, Clone, PartialEq)]
enum Seen {
    Status(i32),
    /// A failure: its status, offset and document.
    Failure(i32, i64, i64),
    Number(u64),
    Is(bool),
    /// The bits of the number, because it must be exactly equal.
    Sentiment(u64),
    Statistics([u64; 5]),
    Batch(Option<Rows>),
    NoEvent,
    Event {
        text: Vec<u8>,
        words: u64,
        documents: u64,
    },
    Called {
        callback: u32,
        text: Vec<u8>,
        words: u64,
        documents: u64,
    },
    Destroyed {
        callback: u32,
    },
}

/// The observations since the last [`take`](Self::take).
#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<Seen>>>);

impl Log {
    fn note(&self, seen: Seen) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(seen);
    }

    fn take(&self) -> Vec<Seen> {
        mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The bytes are a list of operations.
pub fn check(data: &[u8]) {
    let mut bytes = Unstructured::new(data);
    let (mut library, mut model) = (Library::default(), Model::default());
    // At the start, every slot has an analyzer and a draft.
    for (slot, counts_only) in (0..SLOTS).map(Slot).zip([false, true, false]) {
        let threads = u8::try_from(slot.0).unwrap();
        for operation in [
            Operation::New { analyzer: slot, threads, counts_only },
            Operation::NewDraft { analyzer: slot, draft: slot, capacity: 0 },
        ] {
            run(&mut library, &mut model, 0, &operation);
        }
    }
    for number in 0..MAX_OPERATIONS {
        if bytes.is_empty() {
            break;
        }
        let Ok(operation) = Operation::arbitrary(&mut bytes) else { break };
        run(&mut library, &mut model, number, &operation);
    }
    for slot in (0..SLOTS).map(Slot) {
        // Streams 1 and 2, and some indexers and drafts, are used after their analyzers are freed.
        for operation in [
            Operation::AskAll { analyzer: slot },
            Operation::Clear { analyzer: slot },
            Operation::AskAll { analyzer: slot },
            Operation::Add { analyzer: slot, text: Text(b"The good, the Good".to_vec()) },
            Operation::AskAll { analyzer: slot },
            Operation::FreeAnalyzer { analyzer: slot },
        ] {
            run(&mut library, &mut model, MAX_OPERATIONS, &operation);
        }
    }
    for slot in (0..SLOTS).map(Slot) {
        for operation in [
            Operation::ReadStream { stream: slot },
            Operation::StopIndexer { indexer: slot },
            Operation::NextEvent { events: slot },
            Operation::FreeEvents { events: slot },
            Operation::FreeDraft { draft: slot },
        ] {
            run(&mut library, &mut model, MAX_OPERATIONS, &operation);
        }
    }
}

fn run(library: &mut Library, model: &mut Model, number: usize, operation: &Operation) {
    if let Operation::AskAll { analyzer } = operation {
        let questions = every_question(*analyzer, model.documents(*analyzer));
        questions.iter().for_each(|question| run(library, model, number, question));
        return;
    }
    if let Operation::Analyse { analysis } = operation {
        analysis.check();
        return;
    }
    if let Operation::Merge { analyzer, other } = operation
        && model.documents(*analyzer).len() + model.documents(*other).len() > MAX_MERGED
    {
        // An analyzer that is merged with itself has each document twice.
        return;
    }
    library.run(operation);
    let found = library.log.take();
    // The library may choose the number of rows in a batch of documents, so the model takes it from the library.
    let batches = found.iter().filter_map(|seen| if let Seen::Batch(rows) = seen { Some(rows) } else { None });
    model.run(operation, batches.map(|rows| rows.as_ref().map(Vec::len)));
    assert_eq!(found, model.log.take(), "operation {number}, {operation:?}");
}
