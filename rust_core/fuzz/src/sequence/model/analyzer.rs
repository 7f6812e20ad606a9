//! One analyzer of the model, with its callbacks.

use std::cell::{Cell, RefCell};
use std::collections::{HashSet, VecDeque};
use std::rc::{Rc, Weak};

use text_processor::{
    TP_BLANK_KEEP, TP_BLANK_REFUSE, TP_BLANK_SKIP, TP_ERROR_INVALID_ARGUMENT, TP_ERROR_INVALID_UTF8,
    TP_ERROR_NO_DOCUMENTS, TP_ERROR_NO_WORDS, TP_ERROR_STOPPED_BY_CALLBACK, TP_ERROR_TEXT_NOT_STORED, TP_OK, tp_blank,
};

use super::super::super::reference::{Rows, counted, ngrams, ranked, terms, words};
use super::super::{Action, Bulk, Log, Seen, shape};

pub type Result<T> = std::result::Result<T, Seen>;

pub fn failure(status: i32) -> Seen {
    Seen::Failure(status, -1, -1)
}

/// A failure with the index of a text in a batch.
pub fn in_batch(failure: Seen, document: usize) -> Seen {
    match failure {
        Seen::Failure(status, offset, _) => Seen::Failure(status, offset, i64::try_from(document).unwrap()),
        other => other,
    }
}

pub fn checked_utf8(text: &[u8]) -> Result<&str> {
    str::from_utf8(text)
        .map_err(|error| Seen::Failure(TP_ERROR_INVALID_UTF8, i64::try_from(error.valid_up_to()).unwrap(), -1))
}

pub fn checked_document(text: &[u8], blank: tp_blank) -> Result<&str> {
    let text = checked_utf8(text)?;
    let is_refused = words(text).is_empty() && blank != TP_BLANK_KEEP;
    if is_refused { Err(failure(TP_ERROR_NO_WORDS)) } else { Ok(text) }
}

pub fn number_of_words(text: &str) -> u64 {
    words(text).len() as u64
}

pub struct Callback {
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

/// The unread events.
pub type Events = RefCell<VecDeque<Seen>>;

#[derive(Clone)]
pub enum Listener {
    Callback(Rc<Callback>),
    /// After the events are freed, they are no longer notified.
    Events(Weak<Events>),
}

pub struct Analyzer {
    pub keeps_text: bool,
    pub threads: usize,
    pub documents: RefCell<Vec<String>>,
    /// The minimum number of characters of a term.
    pub min_length: Cell<usize>,
    pub listener: RefCell<Option<Listener>>,
    pub is_freed: Cell<bool>,
    pub callbacks: Rc<Cell<u32>>,
    pub log: Log,
}

impl Analyzer {
    pub fn listener(&self) -> Option<Listener> {
        self.listener.borrow().clone()
    }

    pub fn set_listener(&self, listener: Option<Listener>) {
        // The destructor of a callback runs when it is no longer set.
        drop(self.listener.replace(listener));
    }

    pub fn has_listener(&self) -> bool {
        self.listener().is_some_and(|listener| match listener {
            Listener::Callback(_) => true,
            Listener::Events(events) => events.strong_count() > 0,
        })
    }

    pub fn set_callback(&self, plan: Vec<Action>) {
        let number = self.callbacks.replace(self.callbacks.get() + 1);
        let new = Callback { number, plan, next: Cell::new(0), log: self.log.clone() };
        self.set_listener(Some(Listener::Callback(Rc::new(new))));
    }

    /// Notifies the listener of a document. Returns whether a callback requests to stop.
    pub fn notify(&self, text: &str, words: u64) -> bool {
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

    /// Runs a callback. Returns whether the callback requests to stop.
    pub fn call(&self, callback: &Callback, text: &str, words: u64) -> bool {
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

    pub fn note(&self, result: Result<()>) {
        self.log.note(result.err().unwrap_or(Seen::Status(TP_OK)));
    }

    pub fn add(&self, text: &[u8]) -> Result<()> {
        self.add_and_notify(checked_document(text, TP_BLANK_REFUSE)?, |text| text)
    }

    pub fn add_and_notify(&self, text: &str, shown: impl FnOnce(&str) -> &str) -> Result<()> {
        self.documents.borrow_mut().push(text.to_owned());
        if self.notify(shown(text), number_of_words(text)) {
            return Err(failure(TP_ERROR_STOPPED_BY_CALLBACK));
        }
        Ok(())
    }

    /// Adds texts. Returns the number of documents that were added, and whether all were.
    pub fn add_all<'t>(&self, texts: impl Iterator<Item = &'t [u8]>, blank: tp_blank) -> (u64, Result<()>) {
        let mut added = 0;
        for (place, text) in texts.enumerate() {
            match checked_document(text, blank) {
                Ok(text) => {
                    added += 1;
                    if let Err(stopped) = self.add_and_notify(text, |text| text) {
                        return (added, Err(in_batch(stopped, place)));
                    }
                }
                Err(Seen::Failure(TP_ERROR_NO_WORDS, ..)) if blank == TP_BLANK_SKIP => {}
                Err(refused) => return (added, Err(in_batch(refused, place))),
            }
        }
        (added, Ok(()))
    }

    pub fn add_separated(&self, text: &[u8], separator: u8, parts: usize, blank: tp_blank) -> (u64, Result<()>) {
        let texts = text.split(|byte| *byte == separator);
        if !separator.is_ascii() || parts > 0 && texts.clone().count() != parts {
            return (0, Err(failure(TP_ERROR_INVALID_ARGUMENT)));
        }
        self.add_all(texts, blank)
    }

    /// The documents with these numbers.
    pub fn those(&self, numbers: &[u64]) -> Result<Vec<String>> {
        if !self.keeps_text {
            return Err(failure(TP_ERROR_TEXT_NOT_STORED));
        }
        let documents = self.documents.borrow();
        let those = numbers.iter().map(|number| documents.get(usize::try_from(*number).unwrap()).cloned());
        those.collect::<Option<_>>().ok_or_else(|| failure(TP_ERROR_INVALID_ARGUMENT))
    }

    pub fn merge(&self, other: &Self) -> Result<()> {
        if self.keeps_text && !other.keeps_text {
            return Err(failure(TP_ERROR_TEXT_NOT_STORED));
        }
        let more = other.documents.borrow().clone();
        self.documents.borrow_mut().extend(more);
        Ok(())
    }

    pub fn frequencies(&self) -> Rows {
        counted(self.documents.borrow().iter().flat_map(|text| terms(text, self.min_length.get())))
    }

    pub fn rows(&self, bulk: Bulk) -> Result<Rows> {
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

    pub fn contains(&self, text: &[u8]) -> Result<bool> {
        if !self.keeps_text {
            return Err(failure(TP_ERROR_TEXT_NOT_STORED));
        }
        Ok(self.documents.borrow().iter().any(|document| document.as_bytes() == text))
    }

    pub fn statistics(&self) -> [u64; 5] {
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

    pub fn sentiment(&self) -> Result<f64> {
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

pub fn total_words(documents: &[String]) -> u64 {
    documents.iter().map(|text| number_of_words(text)).sum()
}
