//! Each function of the header is short, or a checkpoint can end it.

mod analyses;
mod analyzers;
mod call;
mod data;
mod matrices;
mod texts;

use std::collections::BTreeSet;
use std::ffi::c_void;
use std::ptr;

use text_processor::*;

use crate::support::{Handle, rows};
use call::{Calls, Long, RUNS, THREADS, read, runs_until};
use data::{Data, with_terms, with_words};

/// Functions whose time does not depend on the number or the length of documents, except that they may free memory.
const SHORT: &[&str] = &[
    "tp_abi_version",
    "tp_analyzer_clear",
    "tp_analyzer_clear_callback",
    "tp_analyzer_document_count",
    "tp_analyzer_free",
    "tp_analyzer_new",
    "tp_analyzer_set_callback",
    "tp_default_threads",
    "tp_draft_allow_blank",
    "tp_draft_free",
    "tp_draft_new",
    "tp_draft_room",
    "tp_events_free",
    "tp_events_new",
    "tp_events_next",
    "tp_indexer_start",
    "tp_indexer_stop",
    "tp_kept_free",
    "tp_last_error_document",
    "tp_last_error_errno",
    "tp_last_error_message",
    "tp_last_error_offset",
    "tp_lexicon_free",
    "tp_lexicon_word_count",
    "tp_matrix_free",
    "tp_matrix_new",
    "tp_matrix_new_hashed",
    "tp_patterns_free",
    "tp_patterns_new",
    "tp_schema_keep",
    "tp_set_checkpoint",
    "tp_simd_level",
    "tp_status_name",
    "tp_stemmers",
    "tp_stop_word_lists",
    "tp_stop_words",
    "tp_stream_keep",
    "tp_string_free",
    "tp_table_free",
    "tp_table_row_count",
    "tp_table_schema",
    "tp_table_stream",
    "tp_vader_free",
    "tp_vectorizer_free",
    "tp_vectorizer_new",
    "tp_vectorizer_term_count",
    "tp_version",
];

/// Functions that work once on the texts, words or numbers that the caller passes. The caller chooses how many.
const BY_ARGUMENTS: &[&str] = &[
    "tp_analyzer_add_column",
    "tp_analyzer_add_document",
    "tp_analyzer_add_documents",
    "tp_analyzer_add_draft",
    "tp_analyzer_add_parts",
    "tp_analyzer_add_separated",
    "tp_analyzer_add_texts",
    "tp_analyzer_give_terms",
    "tp_association",
    "tp_association_p_values",
    "tp_column_rows_with_words",
    "tp_column_shape",
    "tp_draft_append",
    "tp_draft_take",
    "tp_hello",
    "tp_join_strings",
    "tp_lexicon_find",
    "tp_lexicon_new",
    "tp_patterns_add",
    "tp_patterns_add_phrase",
    "tp_patterns_add_slot",
    "tp_rows_of_groups",
    "tp_scale_f64",
    "tp_table_copy",
    "tp_table_from_ipc",
    "tp_table_new",
    "tp_vader_new",
    "tp_vectorizer_find",
    "tp_vectorizer_with_terms",
    "tp_weigh",
];

/// Functions with a limit for the work of one call.
const STEPS: &[&str] = &["tp_analyzer_pending_terms", "tp_analyzer_update", "tp_matrix_update"];

/// Functions that read each number or text at most once. A function that needs the index first completes the index, in
/// steps.
const ONE_PASS: &[&str] = &[
    "tp_analyzer_contains_document",
    "tp_analyzer_document_sentiments",
    "tp_analyzer_from_ipc",
    "tp_analyzer_load",
    "tp_analyzer_sentiment",
    "tp_analyzer_sentiment_with",
    "tp_analyzer_set_terms",
    "tp_analyzer_settings",
    "tp_analyzer_statistics",
    "tp_analyzer_total_words",
    "tp_analyzer_unique_words",
    "tp_matrix_keep",
    "tp_table_codes",
    "tp_table_concat",
    "tp_table_join",
    "tp_table_select",
    "tp_table_take",
    "tp_table_to_ipc",
];

/// The calls that take long.
fn long(data: &Data) -> Vec<Long<'_>> {
    let mut calls = Calls::default();
    analyzers::add_queries(&mut calls, data);
    analyzers::add_groups(&mut calls, data);
    analyses::add_collocations(&mut calls, data);
    analyses::add_comparisons(&mut calls, data);
    analyses::add_concordances(&mut calls, data);
    analyzers::add_selections(&mut calls, data);
    texts::add_texts(&mut calls, data);
    matrices::add_matrices(&mut calls, data);
    calls.0
}

#[test]
fn each_function_of_the_header_is_short_or_long() {
    let data = Data::new();
    let long: BTreeSet<&str> = long(&data).iter().map(|call| call.function).collect();
    let mut names: Vec<&str> = [SHORT, BY_ARGUMENTS, STEPS, ONE_PASS].concat();
    names.extend(long);
    names.sort_unstable();
    assert_eq!(names, include_str!("../../abi/symbols.txt").lines().collect::<Vec<_>>());
}

#[test]
fn a_checkpoint_can_end_each_long_call_at_its_first_steps() {
    let data = Data::new();
    for Long { function, call, .. } in long(&data) {
        for last in [1, 2] {
            assert_eq!(runs_until(last, &call), (last, TP_ERROR_STOPPED_BY_CALLBACK), "{function}");
        }
    }
}

#[test]
fn a_checkpoint_can_end_each_long_call_at_its_last_step() {
    let data = Data::new();
    for Long { function, steps, call } in long(&data) {
        if steps > 0 {
            let (runs, status) = runs_until(usize::MAX, &call);
            assert_eq!(status, TP_OK, "{function}");
            assert!(runs >= steps, "{function} ran its checkpoint {runs} times, but at least {steps} were expected");
            assert_eq!(runs_until(steps, &call), (steps, TP_ERROR_STOPPED_BY_CALLBACK), "{function}");
        }
    }
}

#[test]
fn a_call_that_a_checkpoint_ended_can_be_repeated() {
    let terms = with_terms();
    let ask = || rows(terms.stream(tp_analyzer_top_terms, 0));
    let before = ask();
    // SAFETY: the handle is valid.
    let call = || read(|out| unsafe { tp_analyzer_top_terms(terms.pointer(), 0, out) });
    let (_, status) = runs_until(3, call);
    assert_eq!(status, TP_ERROR_STOPPED_BY_CALLBACK);
    assert!(ask() == before);
}

#[test]
fn a_query_indexes_in_steps_and_a_checkpoint_can_end_it() {
    let text = "some words of a long document ".repeat(1 << 16);
    for handle in [Handle::with_threads(THREADS), Handle::with_threads(1)] {
        assert_eq!(handle.add(text.as_bytes()), TP_OK);
        let mut count = 0;
        // SAFETY: the handle and the out-parameter are valid.
        let ask = || unsafe { tp_analyzer_unique_words(handle.pointer(), &raw mut count) };
        assert_eq!(runs_until(2, ask), (2, TP_ERROR_STOPPED_BY_CALLBACK));
        let mut more = 0;
        // SAFETY: as above.
        let ask = || unsafe { tp_analyzer_unique_words(handle.pointer(), &raw mut more) };
        let (runs, status) = runs_until(usize::MAX, ask);
        assert_eq!((status, more, count), (TP_OK, 6, 0));
        assert!(runs >= 4, "{runs}");
    }
}

/// Adds a document, and makes a query that takes long, as a signal handler may do.
unsafe extern "C" fn use_the_analyzer(analyzer: *mut c_void) -> i32 {
    let (runs, last) = RUNS.get();
    RUNS.set((runs + 1, last));
    let analyzer: *mut tp_analyzer = analyzer.cast();
    if runs < 3 {
        let mut count = 0;
        // SAFETY: the analyzer is valid during the call.
        unsafe {
            assert_eq!(tp_analyzer_add_document(analyzer, c"another document".as_ptr(), 16), TP_OK);
            assert_eq!(tp_analyzer_unique_words(analyzer, &raw mut count), TP_OK);
            assert_eq!(read(|out| tp_analyzer_ngrams(analyzer, 2, 1, 0, out)), TP_OK);
        }
    }
    0
}

#[test]
fn a_checkpoint_may_use_the_analyzer_of_the_call() {
    let words = with_words();
    let analyzer = words.pointer();
    RUNS.set((0, usize::MAX));
    // SAFETY: the analyzer is valid until the checkpoint is removed.
    unsafe {
        assert_eq!(tp_set_checkpoint(Some(use_the_analyzer), analyzer.cast(), 0), TP_OK);
        assert_eq!(read(|out| tp_analyzer_ngrams(analyzer, 3, 20, 0, out)), TP_OK);
        assert_eq!(tp_set_checkpoint(None, ptr::null_mut(), 0), TP_OK);
        let mut count = 0;
        assert_eq!(tp_analyzer_document_count(analyzer, &raw mut count), TP_OK);
        assert_eq!(count, 1 + 3);
    }
}
