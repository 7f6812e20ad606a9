//! A panic inside the library becomes a status, and no document is lost.

use std::thread;

use text_processor::*;

use crate::support::{Analyzer, Handle, Rows, last_error, rows};

fn panic(analyzer: Analyzer, message: &str) -> tp_status {
    // SAFETY: the analyzer was not freed, and the message has the length that is passed.
    unsafe { tp_test_panic(analyzer.pointer(), message.as_ptr().cast(), message.len()) }
}

fn answers(analyzer: Analyzer) -> ([u64; 5], Result<f64, tp_status>, Rows, Rows, Rows) {
    (
        analyzer.statistics(),
        analyzer.sentiment(),
        analyzer.term_frequencies(),
        rows(analyzer.stream(tp_analyzer_top_terms, 1)),
        analyzer.documents(),
    )
}

#[test]
fn a_panic_is_a_status_with_its_message() {
    let handle = Handle::new();
    assert_eq!(panic(*handle, "on purpose"), TP_ERROR_PANIC);
    let (message, offset, document) = last_error();
    assert!(message.ends_with(": on purpose"), "{message}");
    assert_eq!((offset, document), (-1, -1));
}

#[test]
fn a_zero_byte_does_not_cut_off_the_message_of_a_panic() {
    let handle = Handle::new();
    assert_eq!(panic(*handle, "before\0after"), TP_ERROR_PANIC);
    let (message, ..) = last_error();
    assert!(message.contains("before") && message.ends_with("after"), "{message}");
}

#[test]
fn an_analyzer_gives_the_same_answers_after_a_panic() {
    let handle = Handle::with_documents(&["A good day", "no bad day", "été"]);
    let before = answers(*handle);
    for _ in 0..2 {
        assert_eq!(panic(*handle, "on purpose"), TP_ERROR_PANIC);
        assert_eq!(answers(*handle), before);
    }
    assert_eq!(panic(*handle, "on purpose"), TP_ERROR_PANIC);
    assert_eq!(handle.update(0), (before.0[4], before.0[4]));
    assert_eq!(handle.add(b"another day"), TP_OK);
    assert_eq!(handle.number(tp_analyzer_document_count), 4);
    assert_eq!(answers(*handle).3[0], ("day".to_owned(), 3));
    assert_eq!(panic(*handle, "on purpose"), TP_ERROR_PANIC);
    handle.clear();
    assert_eq!(handle.statistics(), [0; 5]);
}

#[test]
fn calls_of_other_threads_succeed_during_a_panic() {
    let handle = Handle::with_documents(&["A good day", "no bad day"]);
    let analyzer = *handle;
    let before = answers(analyzer);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..100 {
                    assert_eq!(answers(analyzer), before);
                }
                assert_eq!(last_error().0, "");
            });
        }
        for _ in 0..30 {
            assert_eq!(panic(analyzer, "on purpose"), TP_ERROR_PANIC);
        }
    });
    assert_eq!(answers(analyzer), before);
}
