//! Indexing in the background, while documents are added.

use std::ptr::null_mut;

use text_processor::*;

use crate::support::{Handle, last_error, rows};

fn start(handle: &Handle) -> *mut tp_indexer {
    let mut indexer = null_mut();
    // SAFETY: the analyzer was not freed, and the out-parameter is valid.
    assert_eq!(unsafe { tp_indexer_start(handle.pointer(), &raw mut indexer) }, TP_OK);
    indexer
}

fn stop(indexer: *mut tp_indexer) -> tp_status {
    // SAFETY: the tests stop each indexer once.
    unsafe { tp_indexer_stop(indexer) }
}

#[test]
fn answers_do_not_depend_on_an_indexer() {
    let text: String = (0..300_000).map(|number| format!("Word{} ", number % 50_000)).collect();
    let single = Handle::with_threads(1);
    let several = Handle::with_threads(2);
    let indexers = [start(&several), start(&several), start(&single)];
    for _ in 0..5 {
        assert_eq!((single.add(text.as_bytes()), several.add(text.as_bytes())), (TP_OK, TP_OK));
    }
    assert_eq!(
        rows(several.stream(tp_analyzer_term_frequencies, 0)),
        rows(single.stream(tp_analyzer_term_frequencies, 0))
    );
    assert_eq!(indexers.map(stop), [TP_OK; 3]);
    assert_eq!(several.add(b"afterwards"), TP_OK);
    assert_eq!(several.number(tp_analyzer_unique_words), 50_001);
}

#[test]
fn an_analyzer_may_be_freed_while_it_is_indexed() {
    let handle = Handle::with_threads(2);
    let indexer = start(&handle);
    assert_eq!(handle.add("word ".repeat(1_000_000).as_bytes()), TP_OK);
    drop(handle);
    assert_eq!(stop(indexer), TP_OK);
}

#[test]
fn the_error_for_a_null_indexer_names_the_argument() {
    assert_eq!(stop(null_mut()), TP_ERROR_NULL_POINTER);
    assert!(last_error().0.contains("indexer"));
}
