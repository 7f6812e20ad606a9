//! The document callback: when it is called, what it may do, and when its user data is destroyed.

use std::ffi::c_void;
use std::ptr::null_mut;
use std::slice;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use text_processor::*;

use crate::support::{Analyzer, Draft, Handle, expected, last_error};

/// An event of a callback: the text, its words, and the number of documents.
type Told = (String, u64, u64);
type Closure = Box<dyn Fn(&tp_document_event) -> i32 + Send + Sync>;

/// A call that takes longer than this waits for a lock or for a callback, which is a defect.
const PATIENCE: Duration = Duration::from_secs(20);

/// The ways to add a single document.
const ADD_ONE: [fn(Analyzer) -> tp_status; 2] =
    [|analyzer| analyzer.add(b"one"), |analyzer| Draft::of(&[b"one"]).add_to(analyzer)];

extern "C" fn call(user_data: *mut c_void, event: *const tp_document_event) -> i32 {
    // SAFETY: the user data is a closure, by `set`, and an event is valid during the call.
    let (closure, event) = unsafe { (&*user_data.cast::<Closure>(), &*event) };
    closure(event)
}

extern "C" fn drop_closure(user_data: *mut c_void) {
    // SAFETY: the user data is a closure, by `set`, and the library calls this function once.
    drop(unsafe { Box::from_raw(user_data.cast::<Closure>()) });
}

fn set(analyzer: Analyzer, closure: impl Fn(&tp_document_event) -> i32 + Send + Sync + 'static) {
    let closure: Box<Closure> = Box::new(Box::new(closure));
    let user_data = Box::into_raw(closure).cast();
    // SAFETY: the function and the destructor expect this user data.
    let status = unsafe { tp_analyzer_set_callback(analyzer.pointer(), Some(call), user_data, Some(drop_closure)) };
    assert_eq!(status, TP_OK);
}

fn clear(analyzer: Analyzer) -> tp_status {
    // SAFETY: the analyzer was not freed.
    unsafe { tp_analyzer_clear_callback(analyzer.pointer()) }
}

fn told(event: &tp_document_event) -> Told {
    // SAFETY: the text of an event has its length.
    let text = unsafe { slice::from_raw_parts(event.text.cast::<u8>(), event.text_length) };
    (String::from_utf8(text.to_vec()).unwrap(), event.word_count, event.total_documents)
}

/// Sets a callback that sends its events to the receiver. The receiver is disconnected when the user data is destroyed.
fn record(analyzer: Analyzer, answer: impl Fn(&Told) -> i32 + Send + Sync + 'static) -> Receiver<Told> {
    let (sender, receiver) = channel();
    set(analyzer, move |event| {
        let told = told(event);
        let answer = answer(&told);
        sender.send(told).unwrap();
        answer
    });
    receiver
}

fn texts(told: &Receiver<Told>) -> Vec<String> {
    told.try_iter().map(|(text, ..)| text).collect()
}

/// Runs a test that would wait without end if the library held a lock during a callback.
fn in_time(test: impl FnOnce() + Send + 'static) {
    let (finished, is_finished) = channel();
    let thread = thread::spawn(move || {
        test();
        finished.send(()).unwrap();
    });
    assert_ne!(is_finished.recv_timeout(PATIENCE), Err(RecvTimeoutError::Timeout), "a lock is held");
    thread.join().unwrap();
}

extern "C" fn go_on(_: *mut c_void, _: *const tp_document_event) -> i32 {
    0
}

extern "C" fn count(destroyed: *mut c_void) {
    // SAFETY: `set_counted` set this as the user data, and it is static.
    unsafe { &*destroyed.cast::<AtomicU32>() }.fetch_add(1, Ordering::SeqCst);
}

/// Sets a callback that does nothing; `destroyed` counts the calls of its destructor.
fn set_counted(analyzer: *mut tp_analyzer, callback: tp_document_callback, destroyed: &'static AtomicU32) -> tp_status {
    let user_data = (&raw const *destroyed).cast_mut().cast();
    // SAFETY: the analyzer was not freed, or is NULL.
    unsafe { tp_analyzer_set_callback(analyzer, callback, user_data, Some(count)) }
}

#[test]
fn a_callback_is_called_for_each_document() {
    let handle = Handle::with_documents(&["before"]);
    let documents = record(*handle, |_| 0);
    assert_eq!(handle.add("été à Paris".as_bytes()), TP_OK);
    assert_eq!(handle.add_all(&[b"one", b" two words"]), (TP_OK, 2));
    assert_eq!(handle.add_separated(b"three\n\nfour", b'\n', true), (TP_OK, 2));
    assert_eq!(Draft::of(&[b"in pie", b"ces"]).add_to(*handle), TP_OK);
    let single = [("été à Paris", 3, 2), ("one", 1, 3), (" two words", 2, 4)];
    let expected = single.into_iter().chain([("three", 1, 5), ("four", 1, 6), ("in pieces", 2, 7)]);
    let expected: Vec<Told> = expected.map(|(text, words, total)| (text.to_owned(), words, total)).collect();
    assert_eq!(documents.try_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn a_callback_sees_the_text_of_documents_that_are_only_counted() {
    let handle = Handle::counting();
    let before = Draft::new(&handle, 0).unwrap();
    let documents = record(*handle, |_| 0);
    assert_eq!(handle.add(b"at once"), TP_OK);
    let draft = Draft::new(&handle, 0).unwrap();
    assert_eq!(draft.append(b"in pieces"), TP_OK);
    assert_eq!(draft.add_to(*handle), TP_OK);
    // This draft began before the callback was set, so the core does not keep its text.
    assert_eq!(before.append(b"long gone"), TP_OK);
    assert_eq!(before.add_to(*handle), TP_OK);
    let expected = [("at once", 2, 1), ("in pieces", 2, 2), ("", 2, 3)];
    let expected = expected.map(|(text, words, total)| (text.to_owned(), words, total));
    assert_eq!(documents.try_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn a_callback_is_not_called_for_refused_documents() {
    let handle = Handle::new();
    let documents = record(*handle, |_| 0);
    assert_eq!(handle.add(b" "), TP_ERROR_NO_WORDS);
    assert_eq!(handle.add_all(&[b"one", b"ab\xFF", b"two"]), (TP_ERROR_INVALID_UTF8, 1));
    assert_eq!((last_error().1, last_error().2), (2, 1));
    assert_eq!(handle.add_separated(b"three\n\nfour", b'\n', false), (TP_ERROR_NO_WORDS, 1));
    assert_eq!(last_error().2, 1);
    assert_eq!(texts(&documents), ["one", "three"]);
}

#[test]
fn a_document_stays_added_if_its_callback_stops_the_call() {
    let handle = Handle::new();
    let _documents = record(*handle, |_| -1);
    for add in ADD_ONE {
        assert_eq!(add(*handle), TP_ERROR_STOPPED_BY_CALLBACK);
        let (message, offset, document) = last_error();
        assert!(message.contains("callback"), "{message}");
        assert_eq!((offset, document), (-1, -1));
    }
    assert_eq!(handle.documents(), expected(&[("one", 1), ("one", 1)]));
}

#[test]
fn a_callback_that_stops_ends_the_batch() {
    let handle = Handle::new();
    let documents = record(*handle, |(text, ..)| i32::from(text == "stop"));
    assert_eq!(handle.add_all(&[b"one", b"stop", b"two"]), (TP_ERROR_STOPPED_BY_CALLBACK, 2));
    assert_eq!(last_error().2, 1);
    assert_eq!(handle.add_separated(b"three,,stop,four", b',', true), (TP_ERROR_STOPPED_BY_CALLBACK, 2));
    assert_eq!(last_error().2, 2);
    assert_eq!(texts(&documents), ["one", "stop", "three", "stop"]);
    assert_eq!(handle.documents(), expected(&[("one", 1), ("stop", 1), ("three", 1), ("stop", 1)]));
}

#[test]
fn user_data_is_destroyed_once_when_the_callback_is_replaced() {
    static FIRST: AtomicU32 = AtomicU32::new(0);
    static SECOND: AtomicU32 = AtomicU32::new(0);
    let handle = Handle::new();
    assert_eq!(set_counted(handle.pointer(), Some(go_on), &FIRST), TP_OK);
    assert_eq!(handle.add_all(&[b"one", b"two"]), (TP_OK, 2));
    assert_eq!(FIRST.load(Ordering::SeqCst), 0);
    assert_eq!(set_counted(handle.pointer(), Some(go_on), &SECOND), TP_OK);
    assert_eq!(FIRST.load(Ordering::SeqCst), 1);
    drop(handle);
    assert_eq!((FIRST.load(Ordering::SeqCst), SECOND.load(Ordering::SeqCst)), (1, 1));
}

#[test]
fn user_data_is_destroyed_once_when_the_callback_is_cleared() {
    static DESTROYED: AtomicU32 = AtomicU32::new(0);
    let handle = Handle::new();
    assert_eq!(clear(*handle), TP_OK, "there was no callback");
    assert_eq!(set_counted(handle.pointer(), Some(go_on), &DESTROYED), TP_OK);
    handle.clear();
    assert_eq!(DESTROYED.load(Ordering::SeqCst), 0, "the documents were cleared, not the callback");
    for _ in 0..2 {
        assert_eq!(clear(*handle), TP_OK);
        assert_eq!(DESTROYED.load(Ordering::SeqCst), 1);
    }
    drop(handle);
    assert_eq!(DESTROYED.load(Ordering::SeqCst), 1);
}

#[test]
fn user_data_is_destroyed_once_when_setting_fails() {
    static OF_NONE: AtomicU32 = AtomicU32::new(0);
    static BEFORE: AtomicU32 = AtomicU32::new(0);
    let handle = Handle::new();
    assert_eq!(set_counted(null_mut(), Some(go_on), &OF_NONE), TP_ERROR_NULL_POINTER);
    assert_eq!(OF_NONE.load(Ordering::SeqCst), 1);
    assert_eq!(set_counted(handle.pointer(), Some(go_on), &BEFORE), TP_OK);
    assert_eq!(set_counted(handle.pointer(), None, &OF_NONE), TP_ERROR_NULL_POINTER);
    assert_eq!(OF_NONE.load(Ordering::SeqCst), 2);
    assert_eq!(BEFORE.load(Ordering::SeqCst), 0, "the earlier callback stays set");
}

#[test]
fn user_data_needs_no_destructor() {
    let handle = Handle::new();
    for _ in 0..2 {
        // SAFETY: the callback uses no user data.
        let status = unsafe { tp_analyzer_set_callback(handle.pointer(), Some(go_on), null_mut(), None) };
        assert_eq!(status, TP_OK);
        assert_eq!(handle.add(b"one"), TP_OK);
    }
}

#[test]
fn a_destructor_may_use_the_analyzer() {
    struct Asks(Analyzer);

    impl Drop for Asks {
        fn drop(&mut self) {
            assert_eq!(clear(self.0), TP_OK);
            self.0.clear();
        }
    }

    in_time(|| {
        let handle = Handle::with_documents(&["one"]);
        let asks = Asks(*handle);
        set(*handle, move |_| {
            // The closure must capture the complete value, because its parts have no destructor.
            let Asks(analyzer) = &asks;
            i32::from(analyzer.number(tp_analyzer_document_count) == 0)
        });
        assert_eq!(clear(*handle), TP_OK);
        assert_eq!(handle.number(tp_analyzer_document_count), 0);
    });
}

#[test]
fn a_callback_may_replace_itself() {
    in_time(|| {
        let handle = Handle::new();
        let analyzer = *handle;
        let (sender, receiver) = channel();
        let (destroyed, still_there) = channel::<()>();
        set(analyzer, move |event| {
            let later = sender.clone();
            set(analyzer, move |event| later.send(told(event).0).map_or(1, |()| 0));
            // The user data of the replaced callback stays valid while the callback runs.
            i32::from(destroyed.send(()).is_err() || sender.send(format!("first: {}", told(event).0)).is_err())
        });
        assert_eq!(handle.add_all(&[b"one", b"two"]), (TP_OK, 2));
        assert_eq!(handle.add(b"three"), TP_OK);
        assert_eq!(receiver.try_iter().collect::<Vec<_>>(), ["first: one", "two", "three"]);
        assert_eq!(still_there.try_recv(), Ok(()));
        assert_eq!(
            still_there.try_recv(),
            Err(TryRecvError::Disconnected),
            "the user data was destroyed after the callback had returned"
        );
    });
}

#[test]
fn a_callback_may_clear_itself() {
    in_time(|| {
        let handle = Handle::new();
        let analyzer = *handle;
        let documents = record(analyzer, move |_| clear(analyzer));
        assert_eq!(handle.add_all(&[b"one", b"two"]), (TP_OK, 2));
        assert_eq!(texts(&documents), ["one"]);
        assert_eq!(documents.try_recv(), Err(TryRecvError::Disconnected), "the user data was destroyed");
        assert_eq!(handle.number(tp_analyzer_document_count), 2);
    });
}

#[test]
fn a_callback_may_query_and_change_the_analyzer() {
    in_time(|| {
        let handle = Handle::new();
        let analyzer = *handle;
        let documents = record(analyzer, move |(text, _, total)| {
            let asked = [tp_analyzer_document_count, tp_analyzer_unique_words].map(|of| analyzer.number(of));
            let is_as_told = asked[0] == *total && asked[1] > 0 && analyzer.contains(text.as_bytes());
            match text.as_str() {
                "add" => analyzer.add(b"from inside"),
                "clear" => {
                    analyzer.clear();
                    0
                }
                _ => i32::from(!is_as_told),
            }
        });
        assert_eq!(handle.add_all(&[b"one", b"add", b"two"]), (TP_OK, 3));
        assert_eq!(texts(&documents), ["one", "from inside", "add", "two"]);
        assert_eq!(handle.add_all(&[b"clear", b"three"]), (TP_OK, 2));
        assert_eq!(handle.documents(), expected(&[("three", 1)]));
    });
}

#[test]
fn a_callback_may_append_to_the_draft_that_was_added() {
    in_time(|| {
        let handle = Handle::new();
        let draft = Arc::new(Draft::of(&[b"one"]));
        let next = Arc::clone(&draft);
        let documents = record(*handle, move |_| next.append(b"two"));
        for _ in 0..2 {
            assert_eq!(draft.add_to(*handle), TP_OK);
        }
        assert_eq!(texts(&documents), ["one", "two"]);
    });
}

#[test]
fn a_callback_may_free_its_analyzer() {
    for add in ADD_ONE {
        let analyzer = Handle::with_documents(&["before"]).leak();
        let documents = record(analyzer, move |_| {
            analyzer.free();
            0
        });
        assert_eq!(add(analyzer), TP_OK);
        assert_eq!(texts(&documents), ["one"]);
        assert_eq!(documents.try_recv(), Err(TryRecvError::Disconnected), "the user data was destroyed");
    }
}

#[test]
fn a_callback_may_free_its_analyzer_in_the_middle_of_a_batch() {
    for answer in [0, 1] {
        let analyzer = Handle::new().leak();
        let is_freed = AtomicBool::new(false);
        let documents = record(analyzer, move |_| {
            if !is_freed.swap(true, Ordering::SeqCst) {
                analyzer.free();
            }
            answer
        });
        let expected = if answer == 0 { (TP_OK, 3) } else { (TP_ERROR_STOPPED_BY_CALLBACK, 1) };
        assert_eq!(analyzer.add_all(&[b"one", b"two", b"three"]), expected);
        assert_eq!(texts(&documents).len() as u64, expected.1);
        assert_eq!(documents.try_recv(), Err(TryRecvError::Disconnected), "the user data was destroyed");
    }
}

#[test]
fn other_calls_do_not_wait_for_a_callback() {
    static REPLACED: AtomicU32 = AtomicU32::new(0);
    let handle = Handle::new();
    let analyzer = *handle;
    let (entered, is_inside) = channel();
    let (leave, may_leave) = channel();
    let may_leave = Mutex::new(may_leave);
    let documents = record(analyzer, move |_| {
        entered.send(()).unwrap();
        // A call that waits for this callback takes longer than `PATIENCE`.
        i32::from(may_leave.lock().unwrap().recv_timeout(PATIENCE).is_err())
    });
    thread::scope(|scope| {
        scope.spawn(move || {
            is_inside.recv_timeout(PATIENCE).unwrap();
            assert_eq!(set_counted(analyzer.pointer(), Some(go_on), &REPLACED), TP_OK);
            assert_eq!(
                documents.try_recv(),
                Err(TryRecvError::Empty),
                "the callback is running, so its user data is not destroyed"
            );
            assert_eq!(analyzer.add(b"two"), TP_OK);
            assert_eq!(analyzer.statistics()[..3], [2, 2, 2]);
            assert_eq!(analyzer.documents().len(), 2);
            analyzer.clear();
            assert_eq!(clear(analyzer), TP_OK);
            leave.send(()).unwrap();
            assert_eq!(documents.recv_timeout(PATIENCE).map(|told| told.0).as_deref(), Ok("one"));
            assert!(
                documents.recv_timeout(PATIENCE).is_err(),
                "the user data was destroyed after the callback had returned"
            );
        });
        assert_eq!(analyzer.add(b"one"), TP_OK);
    });
    assert_eq!(REPLACED.load(Ordering::SeqCst), 1);
}

#[test]
fn several_threads_may_run_the_callback_at_the_same_time() {
    let handle = Handle::new();
    let analyzer = *handle;
    let documents = record(analyzer, |_| 0);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(move || {
                for _ in 0..50 {
                    assert_eq!(analyzer.add_all(&[b"one", b"two words"]), (TP_OK, 2));
                }
            });
        }
    });
    let mut totals: Vec<u64> = documents.try_iter().map(|(.., total)| total).collect();
    totals.sort_unstable();
    assert_eq!(totals, (1..=400).collect::<Vec<_>>());
}
