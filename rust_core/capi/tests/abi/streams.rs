//! Bulk results as Arrow streams.

use std::thread;

use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatchReader};
use arrow_schema::{DataType, Field};
use text_processor::*;

use crate::support::{Bulk, Handle, Rows, batches, expected, rows};

const RANKINGS: [Bulk<usize>; 2] = [tp_analyzer_term_frequencies, tp_analyzer_top_terms];

/// Documents that are too long for one chunk of memory.
fn long_documents() -> Vec<String> {
    (0..7).map(|number| format!("{number} ").repeat(700 * number + 1)).collect()
}

#[test]
fn columns_have_names_and_types_and_no_nulls() {
    let handle = Handle::with_documents(&["one two"]);
    for of in RANKINGS {
        let stream = handle.stream(of, 0);
        let columns = [Field::new("term", DataType::Utf8, false), Field::new("count", DataType::UInt64, false)];
        assert_eq!(stream.schema().fields().iter().map(|field| (**field).clone()).collect::<Vec<_>>(), columns);
    }
    let stream = handle.stream(tp_analyzer_documents, 0);
    let columns = [Field::new("text", DataType::LargeUtf8, false), Field::new("word_count", DataType::UInt64, false)];
    assert_eq!(stream.schema().fields().iter().map(|field| (**field).clone()).collect::<Vec<_>>(), columns);
}

#[test]
fn without_documents_streams_have_no_rows() {
    let handle = Handle::new();
    for of in RANKINGS {
        for batch_rows in [0, 1, usize::MAX] {
            assert_eq!(batches(handle.stream(of, batch_rows)), [[]; 0]);
        }
    }
    for first in [0, 1, u64::MAX] {
        assert_eq!(batches(handle.stream(tp_analyzer_documents, first)), [[]; 0]);
    }
}

#[test]
fn terms_are_in_order_of_first_appearance() {
    let handle = Handle::with_documents(&["the Hat the CAT", "a cat", "The ΣΊΣΥΦΟΣ"]);
    let frequencies = expected(&[("the", 3), ("hat", 1), ("cat", 2), ("a", 1), ("σίσυφος", 1)]);
    assert_eq!(handle.term_frequencies(), frequencies);
    assert_eq!(handle.add(b"new hat"), TP_OK);
    let frequencies = expected(&[("the", 3), ("hat", 2), ("cat", 2), ("a", 1), ("σίσυφος", 1), ("new", 1)]);
    assert_eq!(handle.term_frequencies(), frequencies);
}

#[test]
fn top_terms_are_sorted_by_count_and_then_by_first_appearance() {
    let handle = Handle::with_documents(&["b a c", "c d", "e d c", "a"]);
    let ranked = expected(&[("c", 3), ("a", 2), ("d", 2), ("b", 1), ("e", 1)]);
    assert_eq!(rows(handle.stream(tp_analyzer_top_terms, 0)), ranked);
}

#[test]
fn batches_have_the_requested_size_and_the_same_rows_together() {
    let handle = Handle::with_documents(&["one two three four", "five six seven", "seven two été"]);
    for of in RANKINGS {
        let [all] = <[Rows; 1]>::try_from(batches(handle.stream(of, 0))).unwrap();
        assert_eq!(all.len(), 8);
        for batch_rows in [1, 3, 4, 8, 9, usize::MAX] {
            let batches = batches(handle.stream(of, batch_rows));
            let sizes: Vec<usize> = batches.iter().map(Vec::len).collect();
            let expected: Vec<usize> = all.chunks(batch_rows).map(<[_]>::len).collect();
            assert_eq!(sizes, expected);
            assert_eq!(batches.concat(), all);
        }
    }
}

#[test]
fn documents_can_be_read_from_any_number_on() {
    let texts = long_documents();
    let handle = Handle::new();
    for (number, text) in texts.iter().enumerate() {
        assert_eq!(handle.add(text.as_bytes()), TP_OK);
        // Each read closes the current chunk, so that this test has many chunks.
        assert_eq!(handle.documents().len(), number + 1);
    }
    let all: Rows = texts.iter().zip(0..).map(|(text, number)| (text.clone(), 700 * number + 1)).collect();
    for first in 0..=all.len() {
        assert!(rows(handle.stream(tp_analyzer_documents, first as u64)) == all[first..], "from {first} on");
    }
    for first in [all.len() as u64 + 1, u64::MAX] {
        assert_eq!(rows(handle.stream(tp_analyzer_documents, first)), []);
    }
}

#[test]
fn documents_are_not_copied() {
    let handle = Handle::with_documents(&["one two", "three"]);
    let read = || handle.stream(tp_analyzer_documents, 0).next().unwrap().unwrap();
    let (one, other) = (read(), read());
    let address = |batch: &arrow_array::RecordBatch| batch.column(0).as_string::<i64>().values().as_ptr();
    assert_eq!(address(&one), address(&other));
}

#[test]
fn no_value_is_null() {
    let handle = Handle::with_documents(&["one two", "two"]);
    let mut read = vec![handle.stream(tp_analyzer_documents, 0)];
    read.extend(RANKINGS.map(|of| handle.stream(of, 1)));
    for batch in read.into_iter().flatten() {
        let batch = batch.unwrap();
        assert!(batch.num_rows() > 0);
        assert!(batch.columns().iter().all(|column| column.null_count() == 0));
    }
}

#[test]
fn a_stream_does_not_change_after_it_is_made() {
    let handle = Handle::with_documents(&["one two", "two"]);
    let terms = RANKINGS.map(|of| handle.stream(of, 1));
    let documents = handle.stream(tp_analyzer_documents, 0);
    assert_eq!(handle.add(b"two three"), TP_OK);
    let [in_order, ranked] = terms.map(rows);
    assert_eq!(in_order, expected(&[("one", 1), ("two", 2)]));
    assert_eq!(ranked, expected(&[("two", 2), ("one", 1)]));
    assert_eq!(rows(documents), expected(&[("one two", 2), ("two", 1)]));
    assert_eq!(handle.term_frequencies(), expected(&[("one", 1), ("two", 3), ("three", 1)]));
}

#[test]
fn streams_and_batches_stay_valid_after_the_analyzer_is_cleared_and_freed() {
    let handle = Handle::with_documents(&["one two", "two"]);
    let mut terms = RANKINGS.map(|of| handle.stream(of, 1));
    let first = terms.each_mut().map(|stream| stream.next().unwrap().unwrap());
    let documents = handle.stream(tp_analyzer_documents, 1);
    handle.clear();
    assert_eq!(handle.add(b"other words"), TP_OK);
    assert_eq!(handle.number(tp_analyzer_unique_words), 2);
    drop(handle);
    let text_of = |batch: &arrow_array::RecordBatch| batch.column(0).as_string::<i32>().value(0).to_owned();
    assert_eq!(first.each_ref().map(text_of), ["one", "two"]);
    assert_eq!(terms.map(rows), [expected(&[("two", 2)]), expected(&[("one", 1)])]);
    assert_eq!(rows(documents), expected(&[("two", 1)]));
}

#[test]
fn a_stream_may_be_dropped_before_its_end() {
    let handle = Handle::with_documents(&["one two three"]);
    for of in RANKINGS {
        assert!(handle.stream(of, 1).next().is_some());
    }
    assert_eq!(handle.add(b"four"), TP_OK);
    assert_eq!(handle.number(tp_analyzer_unique_words), 4);
}

#[test]
fn a_stream_may_move_to_another_thread() {
    let handle = Handle::with_documents(&["one two", "two"]);
    let mut stream = handle.stream(tp_analyzer_top_terms, 1);
    assert!(stream.next().is_some());
    let rest = thread::scope(|scope| scope.spawn(move || rows(stream)).join().unwrap());
    assert_eq!(rest, expected(&[("one", 1)]));
}
