//! Analyzers, documents, drafts, events and streams, when memory is refused.

use std::ffi::c_void;
use std::ptr;

use arrow_array::ffi::FFI_ArrowArray;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;

use text_processor::*;

use crate::support::refusal::{ENOMEM, alone, refuse_each, refusing};
use crate::support::{Analyzer, Bulk, Draft, Handle, Rows, last_error};

/// A text with many distinct words, in lower case, because each word with capitals needs a request for memory.
fn long_text(words: usize, length: usize) -> String {
    (0..words).map(|number| format!("{:w>length$} ", number % 3000 * 7919 % 20_011)).collect()
}

fn with_options(threads: usize, counts_only: usize) -> Handle {
    let struct_size = size_of::<tp_analyzer_options>();
    Handle::with_options(&tp_analyzer_options { struct_size, threads, counts_only, ..Default::default() }).unwrap()
}

/// An analyzer with an indexed document, and with more text that is not indexed yet.
fn analyzer(threads: usize, counts_only: usize, text: &str) -> Handle {
    let handle = with_options(threads, counts_only);
    assert_eq!(handle.add(b"A good day"), TP_OK);
    handle.statistics();
    for part in text.as_bytes().chunks(200_000) {
        assert_eq!(handle.add(part), TP_OK);
    }
    handle
}

/// The status of a query for statistics.
fn statistics(analyzer: Analyzer) -> tp_status {
    let mut members = [48_u64, 0, 0, 0, 0, 0];
    // SAFETY: the array has the layout of the structure, and its first member is the size.
    unsafe { tp_analyzer_statistics(analyzer.pointer(), members.as_mut_ptr().cast()) }
}

/// Makes a stream and reads all batches. Returns the status.
fn stream<A>(analyzer: Analyzer, of: Bulk<A>, argument: A) -> tp_status {
    let mut stream = FFI_ArrowArrayStream::empty();
    // SAFETY: the analyzer was not freed.
    let status = unsafe { of(analyzer.pointer(), argument, &raw mut stream) };
    if status != TP_OK {
        return status;
    }
    let next = stream.get_next().unwrap();
    loop {
        let mut batch = FFI_ArrowArray::empty();
        // SAFETY: both are valid, and only this thread uses the stream.
        match unsafe { next(&raw mut stream, &raw mut batch) } {
            0 if batch.is_released() => return TP_OK,
            0 => {}
            ENOMEM => return TP_ERROR_OUT_OF_MEMORY,
            other => panic!("the stream failed with {other}"),
        }
    }
}

type Answers = ([u64; 5], Rows);

fn answers(analyzer: Analyzer) -> Answers {
    (analyzer.statistics(), analyzer.term_frequencies())
}

/// The number of threads; whether the analyzer only counts; the length of words, which gives several threads enough
/// work; and the step between refused requests.
const ANALYZERS: [(usize, usize, usize, usize); 4] = [(1, 0, 10, 1), (1, 1, 10, 1), (3, 0, 250, 5), (3, 1, 250, 5)];

fn a_query_succeeds_after_memory_was_refused() {
    for (threads, counts_only, length, step) in ANALYZERS {
        let text = long_text(4500, length);
        let expected = answers(*analyzer(1, 0, &text));
        let failures = refuse_each(
            step,
            || analyzer(threads, counts_only, &text),
            |handle| statistics(**handle),
            |handle| assert_eq!(handle.number(tp_analyzer_total_words), expected.0[1]),
            |handle| assert_eq!(answers(**handle), expected),
        );
        assert!(failures > 0);
    }
}

fn indexing_in_steps_continues_after_memory_was_refused() {
    for (threads, counts_only, length, step) in ANALYZERS {
        let text = long_text(4500, length);
        let expected = analyzer(1, 0, &text).statistics();
        let failures = refuse_each(
            step,
            || analyzer(threads, counts_only, &text),
            |handle| {
                let (mut done, mut total) = (0, u64::MAX);
                while done < total {
                    // SAFETY: the analyzer was not freed.
                    let status = unsafe { tp_analyzer_update(handle.pointer(), 1, &raw mut done, &raw mut total) };
                    if status != TP_OK {
                        return status;
                    }
                }
                TP_OK
            },
            |handle| assert_eq!(handle.number(tp_analyzer_total_words), expected[1]),
            |handle| assert_eq!(handle.statistics(), expected),
        );
        assert!(failures > 0);
    }
}

fn a_stream_can_be_made_after_memory_was_refused() {
    let text = long_text(8000, 10);
    let parts: Vec<&[u8]> = text.as_bytes().chunks(500).collect();
    let handle = Handle::with_threads(1);
    assert_eq!(handle.add_all(&parts).0, TP_OK);
    let expected = answers(*handle);
    let is_whole = |handle: &Analyzer| assert_eq!(handle.statistics(), expected.0);
    let in_order = |handle: &Analyzer| stream(*handle, tp_analyzer_term_frequencies, 2000);
    assert!(refuse_each(1, || *handle, in_order, is_whole, is_whole) > 0);
    let in_rank = |handle: &Analyzer| stream(*handle, tp_analyzer_top_terms, 2000);
    assert!(refuse_each(1, || *handle, in_rank, is_whole, is_whole) > 0);
    // The stream shares the memory of the documents, so its requests are small, and possibly none of them fails.
    refuse_each(1, || *handle, |handle| stream(*handle, tp_analyzer_documents, 0), is_whole, is_whole);
    assert_eq!(answers(*handle), expected);
}

fn a_document_is_not_added_if_memory_is_refused() {
    let (short, long) = ("six words of a short document", "a long one, of many words ".repeat(20_000));
    let parts: Vec<&[u8]> = long.as_bytes().chunks(5000).collect();
    for counts_only in [0, 1] {
        for text in [short, &long] {
            let failures = refuse_each(
                1,
                || analyzer(2, counts_only, short),
                |handle| handle.add(text.as_bytes()),
                |handle| assert_eq!(handle.statistics()[..2], [2, 9]),
                |handle| assert_eq!(handle.statistics()[0], 3),
            );
            assert!(failures > 0 || text.len() < 100);
        }
        // A batch stops when memory is refused, and returns the number of documents that were added.
        for granted in 0.. {
            let handle = analyzer(2, counts_only, short);
            let ((status, added), asked) = refusing(granted, u64::MAX, || handle.add_all(&parts));
            assert!(matches!(status, TP_OK | TP_ERROR_OUT_OF_MEMORY), "status {status}");
            assert_eq!(handle.number(tp_analyzer_document_count), 2 + added);
            let rest = usize::try_from(added).unwrap();
            assert_eq!(handle.add_all(&parts[rest..]), (TP_OK, (parts.len() - rest) as u64));
            assert_eq!(handle.statistics()[0], 2 + parts.len() as u64);
            if asked <= granted {
                break;
            }
        }
    }
}

fn separated_documents_are_added_until_memory_is_refused() {
    let text = "a line of some words\n".repeat(40_000);
    for counts_only in [0, 1] {
        for granted in 0.. {
            let handle = analyzer(1, counts_only, "more");
            let ((status, added), asked) =
                refusing(granted, u64::MAX, || handle.add_separated(text.as_bytes(), b'\n', true));
            assert!(matches!(status, TP_OK | TP_ERROR_OUT_OF_MEMORY), "status {status}");
            assert_eq!(handle.statistics()[..2], [2 + added, 4 + 5 * added]);
            if asked <= granted {
                assert_eq!(added, 40_000);
                break;
            }
        }
    }
}

fn a_draft_is_unchanged_if_memory_is_refused() {
    let piece = "words that are new and old ".repeat(30_000);
    let whole = 3 * 6 * 30_000;
    for counts_only in [0, 1] {
        let prepare = || {
            let handle = analyzer(1, counts_only, "more");
            let draft = Draft::new(&handle, 0).unwrap();
            assert_eq!(draft.append(piece.as_bytes()), TP_OK);
            (handle, draft)
        };
        let failures = refuse_each(
            1,
            || {
                let (handle, draft) = prepare();
                (handle, draft, std::cell::Cell::new(1))
            },
            |(handle, draft, appended)| {
                while appended.get() < 3 {
                    match draft.append(piece.as_bytes()) {
                        TP_OK => appended.set(appended.get() + 1),
                        status => return status,
                    }
                }
                draft.add_to(**handle)
            },
            |(handle, ..)| assert_eq!(handle.statistics()[..2], [2, 4]),
            |(handle, ..)| assert_eq!(handle.statistics()[..2], [3, 4 + whole]),
        );
        assert!(failures > 0);
    }
}

fn documents_are_chosen_and_merged_after_memory_was_refused() {
    for (threads, length, step) in [(1, 10, 1), (3, 100, 3)] {
        let text = long_text(9000, length);
        let lines: Vec<&[u8]> = text.as_bytes().chunks(length + 1).collect();
        let documents: Vec<Vec<u8>> = lines.chunks(20).map(<[&[u8]]>::concat).collect();
        let texts: Vec<&[u8]> = documents.iter().map(Vec::as_slice).collect();
        let prepare = |texts: &[&[u8]]| {
            let handle = with_options(threads, 0);
            assert_eq!(handle.add_all(texts), (TP_OK, texts.len() as u64));
            handle
        };
        let of =
            |numbers: &[u64]| numbers.iter().map(|number| texts[usize::try_from(*number).unwrap()]).collect::<Vec<_>>();
        let (numbers, few): (Vec<u64>, Vec<u64>) = ((0..450).rev().step_by(2).collect(), vec![7, 3, 200]);
        let [all, chosen, kept] = [&texts[..], &of(&numbers), &of(&few)].map(|texts| answers(*prepare(texts)));
        let own = prepare(&texts);
        let failures = refuse_each(
            step,
            || (),
            |()| Handle::of_chosen(*own, &numbers).map_or_else(|status| status, |new| statistics(*new)),
            |()| assert_eq!(answers(*own), all),
            |()| assert_eq!(answers(*Handle::of_chosen(*own, &numbers).unwrap()), chosen),
        );
        assert!(failures > 0);
        let failures = refuse_each(
            step,
            || prepare(&texts),
            |handle| if handle.number(tp_analyzer_document_count) == 3 { TP_OK } else { handle.keep(&few) },
            |handle| assert_eq!(answers(**handle), all),
            |handle| assert_eq!((answers(**handle), handle.documents().len()), (kept.clone(), 3)),
        );
        assert!(failures > 0);
        let half = prepare(&texts[..200]);
        let rest = prepare(&texts[200..]);
        let before = answers(*half);
        let is_merged = |handle: &Handle| handle.number(tp_analyzer_document_count) == texts.len() as u64;
        let failures = refuse_each(
            step,
            || Handle::of_chosen(*half, &(0..200).collect::<Vec<_>>()).unwrap(),
            |handle| match if is_merged(handle) { TP_OK } else { handle.merge(*rest) } {
                TP_OK => statistics(**handle),
                status => status,
            },
            |handle| assert_eq!(answers(**handle), *if is_merged(handle) { &all } else { &before }),
            |handle| assert_eq!(answers(**handle), all),
        );
        assert!(failures > 0);
        // The first query after a merge merges the types, if there are many.
        let many = with_options(threads, 0);
        let words: String = (0..70_000).map(|number| format!("{number} ")).collect();
        assert_eq!(many.add(words.as_bytes()), TP_OK);
        for counts_only in [0, 1] {
            let merge = || {
                let handle = with_options(threads, counts_only);
                for other in [&half, &many] {
                    assert_eq!(handle.merge(**other), TP_OK);
                }
                handle
            };
            let expected = answers(*merge());
            let is_whole = |handle: &Handle| assert_eq!(answers(**handle), expected);
            assert!(refuse_each(5, merge, |handle| statistics(**handle), is_whole, is_whole) > 0);
        }
        // The texts of chosen documents are copied when they are read for the first time.
        let failures = refuse_each(
            step,
            || Handle::of_chosen(*own, &numbers).unwrap(),
            |handle| stream(**handle, tp_analyzer_documents, 0),
            |handle| assert_eq!(answers(**handle), chosen),
            |handle| assert_eq!(handle.documents().len(), numbers.len()),
        );
        assert!(failures > 0);
    }
}

fn small_requests_get_memory_from_the_reserve() {
    unsafe extern "C" fn on_document(_: *mut c_void, _: *const tp_document_event) -> i32 {
        0
    }
    let before = analyzer(3, 0, "more");
    let (status, _) = refusing(0, u64::MAX, || {
        let handle = with_options(3, 0);
        let mut indexer = ptr::null_mut();
        // SAFETY: the analyzer was not freed, and the indexer is stopped once.
        unsafe {
            assert_eq!(tp_analyzer_set_callback(handle.pointer(), Some(on_document), ptr::null_mut(), None), TP_OK);
            assert_eq!(tp_indexer_start(handle.pointer(), &raw mut indexer), TP_OK);
            assert_eq!(tp_indexer_stop(indexer), TP_OK);
        }
        assert_eq!(handle.add(b"wrong \xFF"), TP_ERROR_INVALID_UTF8);
        before.clear();
        handle.add(&[b'x'; 5000])
    });
    assert_eq!(status, TP_ERROR_OUT_OF_MEMORY);
    assert_eq!(before.statistics(), [0; 5]);
    assert_eq!(before.add(b"again"), TP_OK);
}

fn calls_fail_before_the_reserve_is_empty() {
    let mut handles: Vec<Handle> = Vec::with_capacity(1 << 16);
    let (result, _) = refusing(0, u64::MAX, || {
        while handles.len() < handles.capacity() {
            match Handle::with_options(ptr::null()) {
                Ok(handle) => handles.push(handle),
                Err(status) => return status,
            }
        }
        TP_OK
    });
    assert_eq!(result, TP_ERROR_OUT_OF_MEMORY);
    assert!(handles.len() > 100, "{}", handles.len());
    // When the system has memory again, calls succeed while the reserve is still in use.
    assert_eq!(handles[0].add(b"one document"), TP_OK);
    assert_eq!(handles[0].statistics()[1], 2);
    drop(handles);
    let (result, _) = refusing(0, u64::MAX, || Handle::with_options(ptr::null()).map(drop));
    assert_eq!(result, Ok(()));
}

fn results_are_errors_if_memory_is_refused() {
    let name = "N".repeat(100_000);
    let values = vec![1.5; 10_000];
    let (mut string, mut length) = (ptr::null_mut(), 0);
    let mut array = FFI_ArrowArray::empty();
    let (statuses, _) = refusing(0, u64::MAX, || {
        // SAFETY: the text and the numbers have the lengths that are passed, and the out-parameters are valid.
        unsafe {
            [
                tp_hello(name.as_ptr().cast(), name.len(), &raw mut string, &raw mut length),
                tp_scale_f64(values.as_ptr(), values.len(), 2.0, &raw mut array),
            ]
        }
    });
    assert_eq!(statuses, [TP_ERROR_OUT_OF_MEMORY; 2]);
    assert!(string.is_null() && array.is_released());
}

fn a_document_without_memory_for_its_event_is_not_added() {
    let text = "x".repeat(12_345);
    let handle = Handle::new();
    let mut events = ptr::null_mut();
    // SAFETY: the analyzer was not freed, and the out-parameter is valid.
    assert_eq!(unsafe { tp_events_new(handle.pointer(), &raw mut events) }, TP_OK);
    assert_eq!(handle.add(b"one"), TP_OK);
    let (single, _) = refusing(0, u64::MAX, || handle.add(text.as_bytes()));
    assert_eq!((single, last_error().2), (TP_ERROR_OUT_OF_MEMORY, -1));
    assert!(last_error().0.contains("12345 bytes"), "{}", last_error().0);
    let texts: [&[u8]; 3] = [b"two", text.as_bytes(), b"three"];
    let (batch, _) = refusing(0, u64::MAX, || handle.add_all(&texts));
    assert_eq!((batch, last_error().2), ((TP_ERROR_OUT_OF_MEMORY, 1), 1));
    assert_eq!(handle.add(text.as_bytes()), TP_OK);
    assert_eq!(handle.number(tp_analyzer_document_count), 3);
    let mut told = Vec::new();
    let mut event = ptr::null();
    // SAFETY: the events were not freed, and each event is read before the next call.
    unsafe {
        while tp_events_next(events, &raw mut event) == TP_OK && !event.is_null() {
            told.push(((*event).text_length, (*event).total_documents));
        }
        tp_events_free(events);
    }
    assert_eq!(told, [(3, 1), (3, 2), (12_345, 3)]);
}

/// This is a single test, because memory is refused to the complete process, and no other test could run.
#[test]
fn memory_may_be_refused_at_any_moment() {
    let _turn = alone();
    a_query_succeeds_after_memory_was_refused();
    indexing_in_steps_continues_after_memory_was_refused();
    a_stream_can_be_made_after_memory_was_refused();
    a_document_is_not_added_if_memory_is_refused();
    separated_documents_are_added_until_memory_is_refused();
    a_draft_is_unchanged_if_memory_is_refused();
    documents_are_chosen_and_merged_after_memory_was_refused();
    small_requests_get_memory_from_the_reserve();
    calls_fail_before_the_reserve_is_empty();
    results_are_errors_if_memory_is_refused();
    a_document_without_memory_for_its_event_is_not_added();
}
