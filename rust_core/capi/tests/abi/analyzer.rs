//! Analyzers: options, statistics, the index, and many threads.

use std::ptr::null;
use std::thread;

use text_processor::*;

use crate::support::{Handle, expected, last_error, rows};

/// A form that `tp_analyzer_options` may have in a later release.
#[repr(C)]
struct NewerOptions {
    known: tp_analyzer_options,
    added: u64,
}

fn with_newer_options(added: u64) -> Result<Handle, tp_status> {
    let known = tp_analyzer_options { struct_size: size_of::<NewerOptions>(), threads: 2, ..Default::default() };
    let options = NewerOptions { known, added };
    Handle::with_options((&raw const options).cast())
}

/// The statistics in a structure of `struct_size` bytes. Members that do not fit stay 7.
fn statistics(handle: &Handle, struct_size: u64) -> (tp_status, [u64; 8]) {
    let mut members = [struct_size, 7, 7, 7, 7, 7, 7, 7];
    assert!(struct_size <= 64);
    // SAFETY: the array has the layout of the structure, and the size that it states.
    (unsafe { tp_analyzer_statistics(handle.pointer(), members.as_mut_ptr().cast()) }, members)
}

/// A text that is long enough for several threads and steps.
fn long_text() -> String {
    let words: String = (0..40_000).map(|number| format!("Word{number} ")).collect();
    words.repeat(10)
}

#[test]
fn an_analyzer_needs_no_options() {
    let handle = Handle::with_options(null()).unwrap();
    assert_eq!(handle.add(b"hello world"), TP_OK);
    assert_eq!(handle.number(tp_analyzer_total_words), 2);
}

#[test]
fn options_of_an_older_header_are_accepted() {
    // A header in which the structure had only the first member.
    assert!(
        Handle::with_options(&tp_analyzer_options {
            struct_size: size_of::<usize>(),
            threads: usize::MAX,
            ..Default::default()
        })
        .is_ok()
    );
}

#[test]
fn options_without_their_size_are_refused() {
    for struct_size in [0, 1, size_of::<usize>() - 1] {
        let refused = Handle::with_options(&tp_analyzer_options { struct_size, ..Default::default() });
        assert_eq!(refused.err(), Some(TP_ERROR_INVALID_ARGUMENT));
        assert!(last_error().0.contains("struct_size"));
    }
}

#[test]
fn options_of_a_newer_header_are_accepted_if_they_are_zero() {
    let handle = with_newer_options(0).unwrap();
    assert_eq!(handle.add(b"hello"), TP_OK);
}

#[test]
fn an_option_the_library_does_not_know_is_refused() {
    for added in [1, 1 << 63] {
        assert_eq!(with_newer_options(added).err(), Some(TP_ERROR_INVALID_ARGUMENT));
        assert!(last_error().0.contains("option"));
    }
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let text = long_text();
    let answers = |threads| {
        let handle = Handle::with_threads(threads);
        assert_eq!(handle.add_separated(text.as_bytes(), b'0', true).0, TP_OK);
        (handle.statistics(), handle.term_frequencies(), rows(handle.stream(tp_analyzer_top_terms, 0)))
    };
    let one = answers(1);
    assert_eq!(one.0[1], one.1.iter().map(|(_, count)| count).sum::<u64>());
    for threads in [0, 2, 7] {
        assert!(answers(threads) == one, "with {threads} threads");
    }
}

#[test]
fn an_analyzer_may_have_more_threads_than_work() {
    let handle = Handle::with_threads(usize::MAX);
    assert_eq!(handle.add(long_text().as_bytes()), TP_OK);
    assert_eq!(handle.number(tp_analyzer_unique_words), 40_000);
}

#[test]
fn documents_words_and_terms_are_counted() {
    let handle = Handle::with_documents(&["The cat and the hat", "A CAT", "été ÉTÉ\u{3000}Été"]);
    assert_eq!(handle.number(tp_analyzer_document_count), 3);
    assert_eq!(handle.number(tp_analyzer_total_words), 10);
    assert_eq!(handle.number(tp_analyzer_unique_words), 6);
    let bytes = "The cat and the hatA CATété ÉTÉ\u{3000}Été".len() as u64;
    assert_eq!(handle.statistics(), [3, 10, 6, 10, bytes]);
}

#[test]
fn an_analyzer_without_documents_counts_nothing() {
    let handle = Handle::new();
    assert_eq!(handle.statistics(), [0; 5]);
    assert_eq!(handle.number(tp_analyzer_unique_words), 0);
    assert_eq!(handle.update(0), (0, 0));
    assert!(!handle.contains(b"hello"));
}

#[test]
fn statistics_for_an_older_header_stay_within_its_structure() {
    let handle = Handle::with_documents(&["One two", "two"]);
    assert_eq!(statistics(&handle, 16), (TP_OK, [16, 2, 7, 7, 7, 7, 7, 7]));
    assert_eq!(statistics(&handle, 32), (TP_OK, [32, 2, 3, 2, 7, 7, 7, 7]));
    assert_eq!(statistics(&handle, 48), (TP_OK, [48, 2, 3, 2, 2, 10, 7, 7]));
}

#[test]
fn statistics_for_a_newer_header_leave_unknown_members_unchanged() {
    let handle = Handle::with_documents(&["One two", "two"]);
    assert_eq!(statistics(&handle, 64), (TP_OK, [64, 2, 3, 2, 2, 10, 1.5_f64.to_bits(), 7]));
}

#[test]
fn a_statistic_is_written_completely_or_not_at_all() {
    let handle = Handle::with_documents(&["One two", "two"]);
    assert_eq!(statistics(&handle, 31), (TP_OK, [31, 2, 3, 7, 7, 7, 7, 7]));
}

#[test]
fn a_structure_without_room_for_a_statistic_is_refused() {
    let handle = Handle::new();
    for struct_size in [0, 8, 15] {
        let untouched = [struct_size, 7, 7, 7, 7, 7, 7, 7];
        assert_eq!(statistics(&handle, struct_size), (TP_ERROR_INVALID_ARGUMENT, untouched));
        assert!(last_error().0.contains("struct_size"));
    }
}

#[test]
fn clearing_removes_all_documents_and_terms() {
    let handle = Handle::with_documents(&["one two", "three"]);
    assert_eq!(handle.number(tp_analyzer_unique_words), 3);
    handle.clear();
    assert_eq!(handle.statistics(), [0; 5]);
    assert!(!handle.contains(b"three"));
    assert_eq!((handle.term_frequencies(), handle.documents()), (vec![], vec![]));
    assert_eq!(handle.add(b"three four"), TP_OK);
    assert_eq!(handle.term_frequencies(), expected(&[("three", 1), ("four", 1)]));
}

#[test]
fn the_index_is_brought_up_to_date_in_steps() {
    let handle = Handle::with_threads(1);
    let text = long_text();
    assert_eq!(handle.add(text.as_bytes()), TP_OK);
    let bytes = text.len() as u64;
    let (mut last, total) = handle.update(1);
    assert_eq!(total, bytes);
    assert!(0 < last && last < bytes, "{last} of {bytes} bytes in a millisecond");
    while last < bytes {
        let (done, total) = handle.update(1);
        assert_eq!(total, bytes);
        assert!(last < done && done <= total, "from {last} to {done} of {total}");
        last = done;
    }
    assert_eq!(handle.number(tp_analyzer_unique_words), 40_000);
    // A new document is additional work.
    assert_eq!(handle.add(b"more"), TP_OK);
    assert_eq!(handle.update(u32::MAX), (bytes + 4, bytes + 4));
}

#[test]
fn the_index_is_brought_up_to_date_in_one_call() {
    let handle = Handle::new();
    let text = long_text();
    assert_eq!(handle.add(text.as_bytes()), TP_OK);
    assert_eq!(handle.update(0), (text.len() as u64, text.len() as u64));
}

#[test]
fn sentiment_is_the_score_of_the_words_per_document() {
    let handle = Handle::new();
    assert_eq!(handle.sentiment(), Err(TP_ERROR_NO_DOCUMENTS));
    assert!(last_error().0.contains("no document"));
    for (text, sentiment) in [("Good great", 2.0), ("an AWFUL day", 0.5), ("nothing", 1.0 / 3.0), ("bad, bad.", 0.25)] {
        assert_eq!(handle.add(text.as_bytes()), TP_OK);
        assert_eq!(handle.sentiment(), Ok(sentiment));
    }
    handle.clear();
    assert_eq!(handle.sentiment(), Err(TP_ERROR_NO_DOCUMENTS));
}

#[test]
fn many_threads_add_and_query_at_the_same_time() {
    const THREADS: u64 = 6;
    const DOCUMENTS: u64 = 60;
    let handle = Handle::with_threads(2);
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let analyzer = *handle;
            scope.spawn(move || {
                for number in 1..=DOCUMENTS {
                    let texts = [format!("good thread{thread}"), format!("good number{number}")];
                    assert_eq!(analyzer.add_all(&[texts[0].as_bytes(), texts[1].as_bytes()]), (TP_OK, 2));
                    assert!(analyzer.contains(texts[1].as_bytes()));
                    assert_eq!(analyzer.sentiment(), Ok(1.0));
                    let [documents, words, ..] = analyzer.statistics();
                    assert_eq!(words, documents * 2);
                    assert!(documents >= number * 2);
                    let top = rows(analyzer.stream(tp_analyzer_top_terms, 1));
                    assert_eq!(top[0].0, "good");
                    let (done, total) = analyzer.update(1);
                    assert!(done <= total);
                    assert_eq!(analyzer.add(b"\xFF"), TP_ERROR_INVALID_UTF8);
                }
            });
        }
    });
    assert_eq!(handle.number(tp_analyzer_document_count), 2 * THREADS * DOCUMENTS);
    let mut counts = handle.term_frequencies();
    counts.sort();
    let mut all = vec![("good".to_owned(), 2 * THREADS * DOCUMENTS)];
    all.extend((0..THREADS).map(|thread| (format!("thread{thread}"), DOCUMENTS)));
    all.extend((1..=DOCUMENTS).map(|number| (format!("number{number}"), THREADS)));
    all.sort();
    assert_eq!(counts, all);
}

#[test]
fn an_analyzer_may_be_cleared_while_other_threads_add_and_query() {
    let handle = Handle::with_threads(2);
    thread::scope(|scope| {
        for _ in 0..3 {
            let analyzer = *handle;
            scope.spawn(move || {
                for _ in 0..200 {
                    assert_eq!(analyzer.add(b"two words"), TP_OK);
                    let [documents, words, ..] = analyzer.statistics();
                    assert_eq!(words, documents * 2);
                }
            });
        }
        for _ in 0..100 {
            handle.clear();
        }
    });
    handle.clear();
    assert_eq!(handle.statistics(), [0; 5]);
}
