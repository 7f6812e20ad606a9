//! Events: they report the same as a callback, but wait until C reads them.

use std::ffi::c_void;
use std::ptr::{null, null_mut};
use std::slice;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use text_processor::*;

use crate::support::{Analyzer, Draft, Handle, expected, last_error};

/// An event: the text, its words, and the number of documents.
type Told = (String, u64, u64);

/// Events that are freed when they are dropped.
struct Events(*mut tp_events);

// SAFETY: the header promises that any thread may use events.
unsafe impl Sync for Events {}

impl Events {
    fn of(analyzer: Analyzer) -> Self {
        let mut events = null_mut();
        // SAFETY: the analyzer was not freed, and the out-parameter is valid.
        assert_eq!(unsafe { tp_events_new(analyzer.pointer(), &raw mut events) }, TP_OK);
        assert!(!events.is_null());
        Self(events)
    }

    fn next_pointer(&self) -> *const tp_document_event {
        // Not NULL, so that the test fails if the library does not write the pointer.
        let mut event = std::ptr::dangling();
        // SAFETY: the events were not freed, and the out-parameter is valid.
        assert_eq!(unsafe { tp_events_next(self.0, &raw mut event) }, TP_OK);
        event
    }

    fn next(&self) -> Option<Told> {
        // SAFETY: an event is valid until the next call, and no other thread makes such a call.
        unsafe { self.next_pointer().as_ref() }.map(told)
    }

    fn all(&self) -> Vec<Told> {
        std::iter::from_fn(|| self.next()).collect()
    }

    fn texts(&self) -> Vec<String> {
        self.all().into_iter().map(|(text, ..)| text).collect()
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        // SAFETY: the owner of the events frees them once.
        unsafe { tp_events_free(self.0) }
    }
}

fn told(event: &tp_document_event) -> Told {
    // SAFETY: the text of an event has its length.
    let text = unsafe { slice::from_raw_parts(event.text.cast::<u8>(), event.text_length) };
    (String::from_utf8(text.to_vec()).unwrap(), event.word_count, event.total_documents)
}

fn as_told(events: &[(&str, u64, u64)]) -> Vec<Told> {
    events.iter().map(|(text, words, documents)| ((*text).to_owned(), *words, *documents)).collect()
}

extern "C" fn go_on(_: *mut c_void, _: *const tp_document_event) -> i32 {
    0
}

extern "C" fn count(destroyed: *mut c_void) {
    // SAFETY: `set_counted` set this as the user data, and it is static.
    unsafe { &*destroyed.cast::<AtomicU32>() }.fetch_add(1, Ordering::SeqCst);
}

/// Sets a callback that does nothing; `destroyed` counts the calls of its destructor.
fn set_counted(analyzer: Analyzer, destroyed: &'static AtomicU32) {
    let user_data = (&raw const *destroyed).cast_mut().cast();
    // SAFETY: the analyzer was not freed.
    let status = unsafe { tp_analyzer_set_callback(analyzer.pointer(), Some(go_on), user_data, Some(count)) };
    assert_eq!(status, TP_OK);
}

#[test]
fn there_is_an_event_for_each_document_in_order() {
    let handle = Handle::with_documents(&["before"]);
    let events = Events::of(*handle);
    assert_eq!(events.next(), None);
    assert_eq!(handle.add("été à Paris".as_bytes()), TP_OK);
    assert_eq!(handle.add_all(&[b"one", b" two words"]), (TP_OK, 2));
    assert_eq!(events.next(), Some(("été à Paris".to_owned(), 3, 2)));
    assert_eq!(handle.add_separated(b"three\n\nfour", b'\n', true), (TP_OK, 2));
    assert_eq!(Draft::of(&[b"in pie", b"ces"]).add_to(*handle), TP_OK);
    let rest = [("one", 1, 3), (" two words", 2, 4), ("three", 1, 5), ("four", 1, 6), ("in pieces", 2, 7)];
    assert_eq!(events.all(), as_told(&rest));
    assert_eq!(events.next(), None);
}

#[test]
fn events_have_the_text_of_documents_that_are_only_counted() {
    let handle = Handle::counting();
    let before = Draft::new(&handle, 0).unwrap();
    let events = Events::of(*handle);
    assert_eq!(handle.add(b"at once"), TP_OK);
    let draft = Draft::new(&handle, 0).unwrap();
    assert_eq!(draft.append(b"in pieces"), TP_OK);
    assert_eq!(draft.add_to(*handle), TP_OK);
    // This draft began before the events were made, so the core does not keep its text.
    assert_eq!(before.append(b"long gone"), TP_OK);
    assert_eq!(before.add_to(*handle), TP_OK);
    assert_eq!(handle.number(tp_analyzer_unique_words), 6);
    assert_eq!(events.all(), as_told(&[("at once", 2, 1), ("in pieces", 2, 2), ("", 2, 3)]));
}

#[test]
fn there_is_no_event_for_a_document_that_is_refused() {
    let handle = Handle::new();
    let events = Events::of(*handle);
    assert_eq!(handle.add(b" "), TP_ERROR_NO_WORDS);
    assert_eq!(handle.add_all(&[b"one", b"ab\xFF", b"two"]), (TP_ERROR_INVALID_UTF8, 1));
    assert_eq!((last_error().1, last_error().2), (2, 1));
    assert_eq!(handle.add_separated(b"three\n\nfour", b'\n', false), (TP_ERROR_NO_WORDS, 1));
    assert_eq!(last_error().2, 1);
    assert_eq!(Draft::of(&[b" "]).add_to(*handle), TP_ERROR_NO_WORDS);
    assert_eq!(events.texts(), ["one", "three"]);
}

#[test]
fn an_event_is_valid_until_the_next_one_even_if_the_analyzer_is_freed() {
    let handle = Handle::new();
    let events = Events::of(*handle);
    assert_eq!(handle.add_all(&[b"one two", b"three"]), (TP_OK, 2));
    let event = events.next_pointer();
    assert_eq!(handle.add(b"four"), TP_OK);
    handle.clear();
    assert_eq!(handle.add(b"five"), TP_OK);
    drop(handle);
    // SAFETY: there was no other call for these events.
    assert_eq!(unsafe { event.as_ref() }.map(told), Some(("one two".to_owned(), 2, 1)));
    assert_eq!(events.all(), as_told(&[("three", 1, 2), ("four", 1, 3), ("five", 1, 1)]));
}

#[test]
fn the_event_of_a_draft_stays_valid_after_the_draft_and_the_analyzer_are_freed() {
    let text = "word ".repeat(1 << 20);
    let handle = Handle::new();
    let events = Events::of(*handle);
    let draft = Draft::of(&[text.as_bytes()]);
    assert_eq!(draft.add_to(*handle), TP_OK);
    assert_eq!(draft.append(b"something else"), TP_OK);
    drop(draft);
    drop(handle);
    let event = events.next().unwrap();
    assert!(event == (text, 1 << 20, 1), "{} words", event.1);
}

#[test]
fn an_analyzer_works_after_its_events_are_freed() {
    let handle = Handle::new();
    let events = Events::of(*handle);
    assert_eq!(handle.add(b"one"), TP_OK);
    drop(events);
    assert_eq!(handle.add(b"two"), TP_OK);
    assert_eq!(handle.add_all(&[b"three"]), (TP_OK, 1));
    assert_eq!(Draft::of(&[b"four"]).add_to(*handle), TP_OK);
    assert_eq!(handle.documents(), expected(&[("one", 1), ("two", 1), ("three", 1), ("four", 1)]));
    let again = Events::of(*handle);
    assert_eq!(handle.add(b"five"), TP_OK);
    assert_eq!(again.texts(), ["five"]);
}

#[test]
fn a_callback_replaces_events() {
    static DESTROYED: AtomicU32 = AtomicU32::new(0);
    let handle = Handle::new();
    let events = Events::of(*handle);
    assert_eq!(handle.add(b"one"), TP_OK);
    set_counted(*handle, &DESTROYED);
    assert_eq!(handle.add(b"two"), TP_OK);
    assert_eq!(events.texts(), ["one"]);
    drop(events);
    assert_eq!(DESTROYED.load(Ordering::SeqCst), 0, "the callback is still set");
}

#[test]
fn events_replace_a_callback_and_other_events() {
    static DESTROYED: AtomicU32 = AtomicU32::new(0);
    let handle = Handle::new();
    set_counted(*handle, &DESTROYED);
    let first = Events::of(*handle);
    assert_eq!(DESTROYED.load(Ordering::SeqCst), 1);
    assert_eq!(handle.add(b"one"), TP_OK);
    let second = Events::of(*handle);
    assert_eq!(handle.add(b"two"), TP_OK);
    assert_eq!((first.texts(), second.texts()), (vec!["one".to_owned()], vec!["two".to_owned()]));
}

#[test]
fn there_are_no_events_after_the_callback_is_cleared() {
    let handle = Handle::new();
    let events = Events::of(*handle);
    assert_eq!(handle.add(b"one"), TP_OK);
    // SAFETY: the analyzer was not freed.
    assert_eq!(unsafe { tp_analyzer_clear_callback(handle.pointer()) }, TP_OK);
    assert_eq!(handle.add(b"two"), TP_OK);
    assert_eq!(events.texts(), ["one"]);
}

#[test]
fn unread_events_are_freed() {
    let handle = Handle::new();
    let events = Events::of(*handle);
    assert_eq!(handle.add_all(&[b"one", b"two"]), (TP_OK, 2));
    assert_eq!(Draft::of(&[b"three"]).add_to(*handle), TP_OK);
    let _event = events.next_pointer();
    drop(events);
    // SAFETY: NULL is allowed.
    unsafe { tp_events_free(null_mut()) };
}

#[test]
fn threads_add_while_another_thread_reads_events() {
    const THREADS: u64 = 4;
    const DOCUMENTS: u64 = 500;
    let handle = Handle::new();
    let events = Events::of(*handle);
    let analyzer = *handle;
    let mut told = Vec::new();
    thread::scope(|scope| {
        for thread in 0..THREADS {
            scope.spawn(move || {
                for number in 0..DOCUMENTS {
                    let text = format!("{thread} {number}");
                    let is_added = match number % 3 {
                        0 => analyzer.add(text.as_bytes()),
                        1 => analyzer.add_all(&[text.as_bytes()]).0,
                        _ => Draft::of(&[text.as_bytes()]).add_to(analyzer),
                    };
                    assert_eq!(is_added, TP_OK);
                }
            });
        }
        while (told.len() as u64) < THREADS * DOCUMENTS {
            told.extend(events.next());
        }
    });
    assert_eq!(events.next(), None);
    for thread in 0..THREADS {
        let prefix = format!("{thread} ");
        let texts: Vec<&str> = told.iter().filter_map(|(text, ..)| text.strip_prefix(&prefix)).collect();
        let in_order: Vec<String> = (0..DOCUMENTS).map(|number| number.to_string()).collect();
        assert_eq!(texts, in_order, "the events of each thread are in the order of its calls");
    }
    let mut totals: Vec<u64> = told.iter().map(|(.., documents)| *documents).collect();
    totals.sort_unstable();
    assert_eq!(totals, (1..=THREADS * DOCUMENTS).collect::<Vec<_>>());
}

#[test]
fn null_is_refused() {
    let handle = Handle::new();
    let events = Events::of(*handle);
    let (mut new, mut event) = (null_mut(), null());
    // SAFETY: NULL is refused, and the other pointers are valid.
    let statuses = unsafe {
        [
            tp_events_new(null_mut(), &raw mut new),
            tp_events_new(handle.pointer(), null_mut()),
            tp_events_next(null_mut(), &raw mut event),
            tp_events_next(events.0, null_mut()),
        ]
    };
    assert_eq!(statuses, [TP_ERROR_NULL_POINTER; 4]);
    assert!(new.is_null());
    assert_eq!(handle.add(b"one"), TP_OK);
    assert_eq!(events.texts(), ["one"], "the events still wait, and new ones are added");
}
