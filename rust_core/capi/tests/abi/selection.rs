//! Analyzers of chosen documents, and merged analyzers.

use std::ptr;
use std::thread;

use text_processor::*;

use crate::support::{Analyzer, Handle, Rows, expected, last_error};

const TEXTS: [&str; 4] = ["The good old day", "a Day", "the bad one", "old and good"];

fn those(numbers: &[u64]) -> Vec<&'static str> {
    numbers.iter().map(|number| TEXTS[usize::try_from(*number).unwrap()]).collect()
}

fn answers(analyzer: Analyzer) -> ([u64; 5], Rows, Rows, Result<f64, tp_status>) {
    (analyzer.statistics(), analyzer.term_frequencies(), analyzer.documents(), analyzer.sentiment())
}

#[test]
fn an_analyzer_of_chosen_documents_equals_a_new_analyzer() {
    let handle = Handle::with_documents(&TEXTS);
    for numbers in [&[3, 0, 3][..], &[], &[0, 1, 2, 3], &[2]] {
        let chosen = Handle::of_chosen(*handle, numbers).unwrap();
        assert_eq!(answers(*chosen), answers(*Handle::with_documents(&those(numbers))));
        assert_eq!(chosen.add(b"more Words"), TP_OK);
        assert_eq!(chosen.number(tp_analyzer_document_count), numbers.len() as u64 + 1);
    }
    assert_eq!(answers(*handle), answers(*Handle::with_documents(&TEXTS)));
    let chosen = Handle::of_chosen(*handle, &[1]).unwrap();
    drop(handle);
    assert_eq!(chosen.documents(), expected(&[("a Day", 2)]));
}

#[test]
fn keep_removes_all_other_documents() {
    let handle = Handle::with_documents(&TEXTS);
    assert_eq!(handle.keep(&[2, 0]), TP_OK);
    assert_eq!(answers(*handle), answers(*Handle::with_documents(&those(&[2, 0]))));
    assert_eq!(handle.keep(&[]), TP_OK);
    assert_eq!(handle.statistics(), [0; 5]);
}

#[test]
fn merged_documents_come_after_those_of_the_analyzer() {
    let (handle, other) = (Handle::with_documents(&TEXTS[..1]), Handle::with_documents(&TEXTS[1..]));
    assert_eq!(handle.merge(*other), TP_OK);
    assert_eq!(answers(*handle), answers(*Handle::with_documents(&TEXTS)));
    assert_eq!(answers(*other), answers(*Handle::with_documents(&TEXTS[1..])));
    assert_eq!(other.merge(*other), TP_OK);
    assert_eq!(other.documents(), Handle::with_documents(&[&TEXTS[1..], &TEXTS[1..]].concat()).documents());
    let counting = Handle::counting();
    assert_eq!(counting.merge(*handle), TP_OK);
    assert_eq!(counting.term_frequencies(), handle.term_frequencies());
}

#[test]
fn errors_change_nothing() {
    let (handle, counting) = (Handle::with_documents(&TEXTS), Handle::counting());
    assert_eq!(counting.add(b"one"), TP_OK);
    assert_eq!(Handle::of_chosen(*handle, &[0, 4]).err(), Some(TP_ERROR_INVALID_ARGUMENT));
    assert!(last_error().0.contains("no document 4") && last_error().0.contains("has 4"), "{}", last_error().0);
    assert_eq!(handle.keep(&[u64::MAX]), TP_ERROR_INVALID_ARGUMENT);
    assert_eq!(Handle::of_chosen(*counting, &[0]).err(), Some(TP_ERROR_TEXT_NOT_STORED));
    assert_eq!(counting.keep(&[0]), TP_ERROR_TEXT_NOT_STORED);
    assert_eq!(handle.merge(*counting), TP_ERROR_TEXT_NOT_STORED);
    let struct_size = size_of::<tp_analyzer_options>();
    let options = tp_analyzer_options { struct_size, tokenizer: TP_TOKENIZER_CHARACTERS, ..Default::default() };
    let characters = Handle::with_options(&options).unwrap();
    assert_eq!(handle.merge(*characters), TP_ERROR_INVALID_ARGUMENT);
    assert!(last_error().0.contains("different tokenizers"));
    // SAFETY: the handles are valid, and NULL is refused.
    unsafe {
        let mut chosen = ptr::null_mut();
        assert_eq!(tp_analyzer_choose(handle.pointer(), ptr::null(), 1, &raw mut chosen), TP_ERROR_NULL_POINTER);
        assert_eq!(tp_analyzer_choose(handle.pointer(), ptr::null(), 0, ptr::null_mut()), TP_ERROR_NULL_POINTER);
        assert_eq!(tp_analyzer_keep(handle.pointer(), ptr::null(), 1), TP_ERROR_NULL_POINTER);
        assert_eq!(tp_analyzer_merge(handle.pointer(), ptr::null()), TP_ERROR_NULL_POINTER);
        let numbers = [0_u64; 2];
        let shifted = numbers.as_ptr().cast::<u8>().add(1).cast();
        assert_eq!(tp_analyzer_keep(handle.pointer(), shifted, 1), TP_ERROR_INVALID_ARGUMENT);
    }
    assert_eq!(answers(*handle), answers(*Handle::with_documents(&TEXTS)));
}

#[test]
fn there_are_no_events_for_merged_documents() {
    let (handle, other) = (Handle::with_documents(&TEXTS[..1]), Handle::with_documents(&TEXTS[1..]));
    let (mut events, mut event) = (ptr::null_mut(), ptr::dangling());
    // SAFETY: the handles are valid until they are freed.
    unsafe {
        assert_eq!(tp_events_new(handle.pointer(), &raw mut events), TP_OK);
        assert_eq!(handle.merge(*other), TP_OK);
        assert_eq!(handle.keep(&[1, 2]), TP_OK);
        let chosen = Handle::of_chosen(*handle, &[0]).unwrap();
        assert_eq!(chosen.add(b"more"), TP_OK);
        assert_eq!((tp_events_next(events, &raw mut event), event), (TP_OK, ptr::null()));
        // There are still events for new documents.
        assert_eq!(handle.add(b"more"), TP_OK);
        assert_eq!(tp_events_next(events, &raw mut event), TP_OK);
        assert_eq!((*event).total_documents, 3);
        tp_events_free(events);
    }
}

#[test]
fn many_threads_may_choose_and_merge() {
    let (handle, other) = (Handle::with_documents(&TEXTS), Handle::with_documents(&TEXTS));
    thread::scope(|scope| {
        for thread in 0..4 {
            let (own, other) = if thread % 2 == 0 { (*handle, *other) } else { (*other, *handle) };
            scope.spawn(move || {
                for _ in 0..3 {
                    assert_eq!(own.merge(other), TP_OK);
                    let chosen = Handle::of_chosen(own, &[2, 1]).unwrap();
                    assert_eq!(chosen.documents(), expected(&[("the bad one", 3), ("a Day", 2)]));
                    assert_eq!(other.keep(&[0, 1, 2, 3]), TP_OK);
                }
            });
        }
    });
    for handle in [&handle, &other] {
        assert_eq!(handle.keep(&[0, 1, 2, 3]), TP_OK);
        assert_eq!(answers(**handle), answers(*Handle::with_documents(&TEXTS)));
    }
}
