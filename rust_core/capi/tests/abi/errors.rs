//! The last error after a call that fails, and the values that such a call does not change.

use std::ffi::{c_char, c_void};
use std::ptr::{null, null_mut};
use std::thread;

use arrow_array::ffi::FFI_ArrowArray;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use text_processor::*;

use crate::support::{Draft, Handle, Number, last_error, text};

const NUMBERS: [Number; 3] = [tp_analyzer_document_count, tp_analyzer_total_words, tp_analyzer_unique_words];
/// A text that the library does not read, because the call fails first.
const TEXT: *const c_char = c"text".as_ptr();

extern "C" fn go_on(_: *mut c_void, _: *const tp_document_event) -> i32 {
    0
}

#[track_caller]
fn assert_null(status: tp_status, argument: &str) {
    assert_eq!(status, TP_ERROR_NULL_POINTER);
    assert_eq!(last_error(), (format!("the argument `{argument}` is NULL"), -1, -1));
}

#[test]
fn the_error_for_a_null_analyzer_names_the_argument() {
    let mut stream = FFI_ArrowArrayStream::empty();
    let (mut number, mut contains, mut sentiment) = (7, true, 0.5);
    let mut statistics = [48_u64, 7, 7, 7, 7, 7];
    let (mut done, mut total, mut added) = (7, 7, 7);
    let draft = Draft::of(&[b"text"]);
    let (handle, asked) = (null_mut(), null());
    // SAFETY: all pointers except the analyzer are valid.
    unsafe {
        assert_null(tp_analyzer_add_document(handle, TEXT, 4), "analyzer");
        assert_null(tp_analyzer_add_documents(handle, &TEXT, &4, 1, &raw mut added), "analyzer");
        assert_eq!(added, 0, "`added` is a counter");
        added = 7;
        assert_null(tp_analyzer_add_separated(handle, TEXT, 4, 0, 0, false, &raw mut added), "analyzer");
        assert_eq!(added, 0, "`added` is a counter");
        assert_null(tp_analyzer_add_draft(handle, draft.pointer()), "analyzer");
        assert_null(tp_analyzer_clear(handle), "analyzer");
        assert_null(tp_analyzer_set_callback(handle, Some(go_on), null_mut(), None), "analyzer");
        assert_null(tp_analyzer_clear_callback(handle), "analyzer");
        assert_null(tp_analyzer_update(handle, 0, &raw mut done, &raw mut total), "analyzer");
        for ask in NUMBERS {
            assert_null(ask(asked, &raw mut number), "analyzer");
        }
        assert_null(tp_analyzer_contains_document(asked, TEXT, 4, &raw mut contains), "analyzer");
        assert_null(tp_analyzer_statistics(asked, statistics.as_mut_ptr().cast()), "analyzer");
        assert_null(tp_analyzer_sentiment(asked, &raw mut sentiment), "analyzer");
        assert_null(tp_analyzer_term_frequencies(asked, 0, &raw mut stream), "analyzer");
        assert_null(tp_analyzer_top_terms(asked, 0, &raw mut stream), "analyzer");
        assert_null(tp_analyzer_documents(asked, 0, &raw mut stream), "analyzer");
    }
    assert_eq!((number, done, total, contains, statistics), (7, 7, 7, true, [48, 7, 7, 7, 7, 7]));
    assert!(sentiment > 0.4);
    assert!(stream.release().is_none());
}

#[test]
fn the_error_for_a_null_out_parameter_names_the_argument() {
    let handle = Handle::with_documents(&["one"]);
    let analyzer = handle.pointer();
    let (mut string, mut length) = (null_mut(), 7);
    // SAFETY: all pointers except the out-parameter are valid.
    unsafe {
        assert_null(tp_analyzer_new(null(), null_mut()), "analyzer");
        assert_null(tp_draft_new(analyzer, 0, null_mut()), "draft");
        assert_null(tp_draft_room(Draft::of(&[]).pointer(), 0, null_mut()), "room");
        assert_null(tp_indexer_start(analyzer, null_mut()), "indexer");
        assert_null(tp_indexer_stop(null_mut()), "indexer");
        assert_null(tp_join_strings(null(), 4, TEXT, 1, 0, (&raw mut length).cast()), "offsets");
        assert_null(tp_join_strings([0_i32, 4].as_ptr().cast(), 4, TEXT, 1, 0, null_mut()), "joined");
        assert_null(tp_count_words(TEXT, 4, null_mut()), "words");
        for (ask, argument) in NUMBERS.into_iter().zip(["count", "words", "words"]) {
            assert_null(ask(analyzer, null_mut()), argument);
        }
        assert_null(tp_analyzer_contains_document(analyzer, TEXT, 4, null_mut()), "contains");
        assert_null(tp_analyzer_statistics(analyzer, null_mut()), "statistics");
        assert_null(tp_analyzer_sentiment(analyzer, null_mut()), "sentiment");
        assert_null(tp_analyzer_term_frequencies(analyzer, 0, null_mut()), "stream");
        assert_null(tp_analyzer_top_terms(analyzer, 0, null_mut()), "stream");
        assert_null(tp_analyzer_documents(analyzer, 0, null_mut()), "stream");
        assert_null(tp_hello(TEXT, 4, null_mut(), &raw mut length), "greeting");
        assert_null(tp_hello(TEXT, 4, &raw mut string, null_mut()), "greeting_length");
        assert_null(tp_scale_f64(null(), 0, 1.0, null_mut()), "scaled");
    }
    assert!(string.is_null());
    assert_eq!(length, 7);
}

#[test]
fn the_error_for_a_null_input_names_the_argument() {
    let handle = Handle::new();
    let analyzer = handle.pointer();
    let (mut contains, mut string, mut length) = (true, null_mut(), 7);
    let mut scaled = FFI_ArrowArray::empty();
    let draft = Draft::of(&[]);
    // SAFETY: the pointers that are not NULL are valid.
    unsafe {
        assert_null(tp_draft_append(null_mut(), TEXT, 4), "draft");
        assert_null(tp_draft_allow_blank(null_mut()), "draft");
        assert_null(tp_draft_append(draft.pointer(), null(), 1), "text");
        assert_null(tp_analyzer_add_draft(analyzer, null_mut()), "draft");
        assert_null(tp_analyzer_add_document(analyzer, null(), 1), "text");
        assert_null(tp_analyzer_add_documents(analyzer, null(), &4, 1, null_mut()), "texts");
        assert_null(tp_analyzer_add_documents(analyzer, &TEXT, null(), 1, null_mut()), "lengths");
        assert_null(tp_analyzer_add_separated(analyzer, null(), 1, 0, 0, true, null_mut()), "text");
        assert_null(tp_analyzer_add_texts(analyzer, null(), &4, 1, TP_BLANK_KEEP, null_mut()), "texts");
        assert_null(tp_analyzer_add_parts(analyzer, null(), 1, 0, 0, TP_BLANK_KEEP, null_mut()), "text");
        assert_null(tp_analyzer_set_callback(analyzer, None, null_mut(), None), "callback");
        assert_null(tp_analyzer_contains_document(analyzer, null(), 1, &raw mut contains), "text");
        assert_null(tp_hello(null(), 1, &raw mut string, &raw mut length), "name");
        assert_null(tp_scale_f64(null(), 1, 1.0, &raw mut scaled), "values");
    }
    assert!(contains && string.is_null() && scaled.is_released());
    assert_eq!((length, handle.number(tp_analyzer_document_count)), (7, 0));
}

#[test]
fn null_with_the_length_0_is_empty() {
    let handle = Handle::new();
    let analyzer = handle.pointer();
    let (mut contains, mut added) = (true, 7);
    let draft = Draft::of(&[]);
    // SAFETY: the library does not read NULL if the length is 0.
    unsafe {
        assert_eq!(tp_analyzer_add_document(analyzer, null(), 0), TP_ERROR_NO_WORDS);
        assert_eq!(tp_analyzer_add_documents(analyzer, null(), null(), 0, &raw mut added), TP_OK);
        assert_eq!(added, 0);
        assert_eq!(tp_analyzer_add_separated(analyzer, null(), 0, 0, 0, true, null_mut()), TP_OK);
        assert_eq!(tp_analyzer_add_separated(analyzer, null(), 0, 0, 0, false, null_mut()), TP_ERROR_NO_WORDS);
        assert_eq!(tp_draft_append(draft.pointer(), null(), 0), TP_OK);
        assert_eq!(tp_analyzer_contains_document(analyzer, null(), 0, &raw mut contains), TP_OK);
    }
    assert!(!contains);
    assert_eq!(handle.number(tp_analyzer_document_count), 0);
}

#[test]
fn optional_out_parameters_may_be_null() {
    let handle = Handle::new();
    // SAFETY: all pointers that are not NULL are valid, and these may be NULL.
    unsafe {
        assert_eq!(tp_analyzer_add_documents(handle.pointer(), &TEXT, &4, 1, null_mut()), TP_OK);
        assert_eq!(tp_analyzer_add_separated(handle.pointer(), TEXT, 4, 0, 0, false, null_mut()), TP_OK);
        assert_eq!(tp_analyzer_update(handle.pointer(), 0, null_mut(), null_mut()), TP_OK);
    }
    assert_eq!(handle.statistics()[0], 2);
}

#[test]
fn freeing_null_does_nothing() {
    // SAFETY: NULL is allowed.
    unsafe {
        tp_analyzer_free(null_mut());
        tp_draft_free(null_mut());
        tp_string_free(null_mut(), 0);
        tp_string_free(null_mut(), 9);
    }
    assert_eq!(last_error(), (String::new(), -1, -1));
}

#[test]
fn a_length_larger_than_any_memory_is_refused() {
    let handle = Handle::new();
    let mut scaled = FFI_ArrowArray::empty();
    // SAFETY: the library refuses the length before it reads.
    unsafe {
        assert_eq!(tp_analyzer_add_document(handle.pointer(), TEXT, usize::MAX), TP_ERROR_INVALID_ARGUMENT);
        assert!(last_error().0.contains("`text`"));
        let length = usize::MAX / size_of::<f64>();
        assert_eq!(tp_scale_f64([1.0].as_ptr(), length, 1.0, &raw mut scaled), TP_ERROR_INVALID_ARGUMENT);
        assert!(last_error().0.contains("`values`"));
    }
    assert!(scaled.is_released());
}

#[test]
fn an_out_parameter_that_is_not_aligned_is_refused() {
    let handle = Handle::new();
    let mut memory = [u64::MAX; 2];
    let crooked = memory.as_mut_ptr().wrapping_byte_add(1);
    // SAFETY: the library checks the pointer before it writes.
    assert_eq!(unsafe { tp_analyzer_total_words(handle.pointer(), crooked) }, TP_ERROR_INVALID_ARGUMENT);
    assert!(last_error().0.contains("`words` is not aligned to 8 bytes"));
    assert_eq!(memory, [u64::MAX; 2]);
}

#[test]
fn the_last_error_has_message_offset_and_document() {
    let handle = Handle::new();
    assert_eq!(handle.add(b"caf\xC3"), TP_ERROR_INVALID_UTF8);
    let (message, offset, document) = last_error();
    assert!(message.contains("UTF-8"), "{message}");
    assert_eq!((offset, document), (3, -1));
    assert_eq!(handle.add(b" "), TP_ERROR_NO_WORDS);
    let (message, offset, document) = last_error();
    assert!(message.contains("no word"), "{message}");
    assert_eq!((offset, document), (-1, -1));
}

#[test]
fn a_success_does_not_reset_the_last_error() {
    let handle = Handle::new();
    assert_eq!(last_error(), (String::new(), -1, -1));
    handle.add_all(&[b"one", b"two \xFF"]);
    let failure = last_error();
    assert_eq!((failure.1, failure.2), (4, 1));
    assert_eq!(handle.add(b"three"), TP_OK);
    assert_eq!(last_error(), failure);
}

#[test]
fn each_thread_has_its_own_last_error() {
    let handle = Handle::new();
    handle.add(b"\xFF");
    let here = last_error();
    let there = thread::scope(|scope| {
        let other = scope.spawn(|| {
            let before = last_error();
            handle.add(b"");
            (before, last_error())
        });
        other.join().unwrap()
    });
    assert_eq!(there.0, (String::new(), -1, -1));
    assert!(there.1.0.contains("no word"));
    assert_eq!(last_error(), here);
}

#[test]
fn calls_that_fail_while_a_thread_ends_do_not_abort() {
    struct Last;

    impl Drop for Last {
        fn drop(&mut self) {
            // SAFETY: NULL is refused.
            assert_eq!(unsafe { tp_analyzer_clear(null_mut()) }, TP_ERROR_NULL_POINTER);
            last_error();
        }
    }

    thread_local! {
        static LAST: Last = const { Last };
    }
    // Thread-locals are dropped in reverse order, so the details of the error are dropped before `LAST`.
    thread::spawn(|| LAST.with(|_| last_error())).join().unwrap();
}

#[test]
fn every_status_has_the_name_of_its_constant() {
    let names = [
        (TP_OK, "TP_OK"),
        (TP_ERROR_NULL_POINTER, "TP_ERROR_NULL_POINTER"),
        (TP_ERROR_INVALID_ARGUMENT, "TP_ERROR_INVALID_ARGUMENT"),
        (TP_ERROR_INVALID_UTF8, "TP_ERROR_INVALID_UTF8"),
        (TP_ERROR_NO_WORDS, "TP_ERROR_NO_WORDS"),
        (TP_ERROR_NO_DOCUMENTS, "TP_ERROR_NO_DOCUMENTS"),
        (TP_ERROR_STOPPED_BY_CALLBACK, "TP_ERROR_STOPPED_BY_CALLBACK"),
        (TP_ERROR_OUT_OF_MEMORY, "TP_ERROR_OUT_OF_MEMORY"),
        (TP_ERROR_PANIC, "TP_ERROR_PANIC"),
        (TP_ERROR_TEXT_NOT_STORED, "TP_ERROR_TEXT_NOT_STORED"),
        (TP_ERROR_MISUSE, "TP_ERROR_MISUSE"),
        (TP_ERROR_FORKED, "TP_ERROR_FORKED"),
        (TP_ERROR_INVALID_PATTERN, "TP_ERROR_INVALID_PATTERN"),
    ];
    for ((status, name), number) in names.into_iter().zip(0..) {
        assert_eq!((status, text(tp_status_name(status)).as_str()), (number, name));
    }
    for unknown in [-1, 1000, i32::MIN, i32::MAX] {
        assert_eq!(text(tp_status_name(unknown)), "TP_ERROR_UNKNOWN");
    }
}
