//! Counts, statistics and rows of groups of documents.

use std::ptr::{null, null_mut};

use arrow_array::cast::AsArray;
use arrow_array::ffi::FFI_ArrowArray;
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::types::{Float64Type, UInt32Type, UInt64Type};
use text_processor::*;

use crate::support::{Handle, last_error};

/// TP_NO_GROUP of the header.
const NO_GROUP: u32 = u32::MAX;

fn read(open: impl FnOnce(*mut FFI_ArrowArrayStream) -> tp_status) -> Result<RecordBatchStreamReader, tp_status> {
    let mut stream = FFI_ArrowArrayStream::empty();
    match open(&raw mut stream) {
        TP_OK => Ok(RecordBatchStreamReader::try_new(stream).unwrap()),
        status => {
            assert!(stream.release().is_none(), "the out-parameter was written on failure");
            Err(status)
        }
    }
}

/// The rows of a stream of counts: the group, the terms, and the count.
fn rows(stream: RecordBatchStreamReader) -> Vec<(u32, String, u64)> {
    let mut rows = Vec::new();
    for batch in stream.map(Result::unwrap) {
        let [groups, terms @ .., counts] = batch.columns() else { unreachable!("there are at least two columns") };
        for row in 0..batch.num_rows() {
            let terms: Vec<&str> = terms.iter().map(|column| column.as_string::<i32>().value(row)).collect();
            let count = counts.as_primitive::<UInt64Type>().value(row);
            rows.push((groups.as_primitive::<UInt32Type>().value(row), terms.join(" "), count));
        }
    }
    rows
}

fn names(stream: &RecordBatchStreamReader) -> Vec<String> {
    arrow_array::RecordBatchReader::schema(stream).fields().iter().map(|field| field.name().clone()).collect()
}

fn terms(
    handle: &Handle,
    codes: &[u32],
    order: tp_order,
    limit: usize,
    batch_rows: usize,
) -> Result<RecordBatchStreamReader, tp_status> {
    let (codes, number) = (codes.as_ptr(), codes.len());
    // SAFETY: the analyzer was not freed, and the codes have the length that is passed.
    read(|out| unsafe { tp_analyzer_grouped_terms(handle.pointer(), codes, number, order, limit, batch_rows, out) })
}

fn analyzer() -> Handle {
    Handle::with_documents(&["b a b", "left out", "c A", "a", "d d"])
}

const CODES: [u32; 5] = [7, NO_GROUP, 2, 7, 2];

fn expected(rows: &[(u32, &str, u64)]) -> Vec<(u32, String, u64)> {
    rows.iter().map(|(group, terms, count)| (*group, (*terms).to_owned(), *count)).collect()
}

#[test]
fn terms_are_counted_in_each_group() {
    let handle = analyzer();
    let counted = terms(&handle, &CODES, TP_ORDER_FIRST_SEEN, 0, 0).unwrap();
    assert_eq!(names(&counted), ["group", "term", "count"]);
    let all = [(2, "c", 1), (2, "a", 1), (2, "d", 2), (7, "b", 2), (7, "a", 2)];
    assert_eq!(rows(counted), expected(&all));
    let batches = terms(&handle, &CODES, TP_ORDER_FIRST_SEEN, 0, 2).unwrap();
    assert_eq!(batches.map(|batch| batch.unwrap().num_rows()).collect::<Vec<_>>(), [2, 2, 1]);
    let top = rows(terms(&handle, &CODES, TP_ORDER_FREQUENCY, 1, 0).unwrap());
    assert_eq!(top, expected(&[(2, "d", 2), (7, "b", 2)]));
    assert_eq!(rows(terms(&handle, &[NO_GROUP; 5], TP_ORDER_FREQUENCY, 1, 0).unwrap()), []);
}

#[test]
fn ngrams_are_counted_in_each_group() {
    let handle = analyzer();
    let ngrams = |n, skip, limit| {
        read(|out| {
            let codes = CODES.as_ptr();
            // SAFETY: the analyzer was not freed, and there are five codes.
            unsafe {
                tp_analyzer_grouped_ngrams(handle.pointer(), codes, 5, n, skip, TP_ORDER_FREQUENCY, limit, 0, out)
            }
        })
    };
    let counted = ngrams(2, 1, 0).unwrap();
    assert_eq!(names(&counted), ["group", "term_1", "term_2", "count"]);
    let all = [(2, "c a", 1), (2, "d d", 1), (7, "b a", 1), (7, "b b", 1), (7, "a b", 1)];
    assert_eq!(rows(counted), expected(&all));
    assert_eq!(rows(ngrams(2, 0, 1).unwrap()), expected(&[(2, "c a", 1), (7, "b a", 1)]));
    assert_eq!(ngrams(0, 0, 0).err(), Some(TP_ERROR_INVALID_ARGUMENT));
}

#[test]
fn each_group_has_statistics() {
    let handle = analyzer();
    let codes = [1, NO_GROUP, 0, 1, 0];
    // SAFETY: the analyzer was not freed, and there are five codes.
    let mut stream =
        read(|out| unsafe { tp_analyzer_grouped_statistics(handle.pointer(), codes.as_ptr(), 5, 3, out) }).unwrap();
    let expected =
        ["group", "document_count", "total_words", "unique_words", "distinct_types", "total_bytes", "average_words"];
    assert_eq!(names(&stream), expected);
    let batch = stream.next().unwrap().unwrap();
    assert_eq!(batch.column(0).as_primitive::<UInt32Type>().values()[..], [0, 1, 2]);
    let numbers = |column: usize| batch.column(column).as_primitive::<UInt64Type>().values().to_vec();
    assert_eq!([1, 2, 3, 4, 5].map(numbers), [[2, 2, 0], [4, 4, 0], [3, 2, 0], [3, 2, 0], [6, 6, 0]].map(Vec::from));
    assert_eq!(batch.column(6).as_primitive::<Float64Type>().values()[..], [2.0, 2.0, 0.0]);
    assert!(stream.next().is_none());
}

#[test]
fn the_rows_of_a_matrix_are_added_by_group() {
    let handle = analyzer();
    let mut matrix = null_mut();
    let sum = |matrix, codes: &[u32], groups| {
        // SAFETY: the matrix was not freed, and the codes have the length that is passed.
        unsafe { tp_matrix_sum_groups(matrix, codes.as_ptr(), codes.len(), groups) }
    };
    // SAFETY: the analyzer was not freed.
    assert_eq!(unsafe { tp_analyzer_document_term_matrix(handle.pointer(), 1, 1, &raw mut matrix) }, TP_OK);
    assert_eq!(sum(matrix, &CODES, 7), TP_ERROR_INVALID_ARGUMENT);
    let message = "the code of document 0 is 7: it must be less than the number of groups, 7";
    assert_eq!(last_error(), (message.to_owned(), -1, 0));
    assert_eq!(sum(matrix, &CODES[1..], 8), TP_ERROR_INVALID_ARGUMENT);
    assert_eq!(last_error().0, "the number of codes is 4, but the number of documents is 5: pass a code for each");
    assert_eq!(sum(matrix, &[1, NO_GROUP, 0, 1, 0], 3), TP_OK);
    let (mut size, [mut ends, mut columns, mut values]) = (0, [(); 3].map(|()| FFI_ArrowArray::empty()));
    let (row_ends, places, counts) = (&raw mut ends, &raw mut columns, &raw mut values);
    // SAFETY: the matrix is freed once.
    unsafe {
        assert_eq!(tp_matrix_arrays(matrix, TP_VALUE_INT32, false, &raw mut size, row_ends, places, counts), TP_OK);
        tp_matrix_free(matrix);
    }
    let numbers = |array: &FFI_ArrowArray| {
        // SAFETY: the second buffer of an array of numbers has this many values of this type.
        unsafe { std::slice::from_raw_parts(array.buffer(1).cast::<i32>(), array.len()) }.to_vec()
    };
    // The columns are b, a, left, out, c, d.
    let expected = ([0, 3, 5, 5].to_vec(), [1, 4, 5, 0, 1].to_vec(), [1, 1, 2, 2, 2].to_vec());
    assert_eq!((numbers(&ends), numbers(&columns), numbers(&values)), expected);
}

#[test]
fn wrong_codes_and_orders_are_refused() {
    let handle = analyzer();
    assert_eq!(terms(&handle, &CODES[1..], 0, 0, 0).err(), Some(TP_ERROR_INVALID_ARGUMENT));
    assert_eq!(last_error().0, "the number of codes is 4, but the number of documents is 5: pass a code for each");
    assert_eq!(terms(&handle, &CODES, 2, 0, 0).err(), Some(TP_ERROR_INVALID_ARGUMENT));
    assert_eq!(last_error().0, "`order` is 2: the largest value of this option is 1");
    let statistics = |codes, number, groups| {
        // SAFETY: the analyzer was not freed, and the library does not read NULL.
        read(|out| unsafe { tp_analyzer_grouped_statistics(handle.pointer(), codes, number, groups, out) }).err()
    };
    assert_eq!(statistics(null(), 5, 8), Some(TP_ERROR_NULL_POINTER));
    assert_eq!(last_error().0, "the argument `codes` is NULL");
    assert_eq!(statistics(CODES.as_ptr(), 5, 1 << 32), Some(TP_ERROR_INVALID_ARGUMENT));
    assert_eq!(last_error().0, "`group_count` is 4294967296: codes can have at most 4294967295 groups");
    assert_eq!(statistics(CODES.as_ptr(), 5, 3), Some(TP_ERROR_INVALID_ARGUMENT));
    assert_eq!(last_error().2, 0);
    let counting = Handle::counting();
    assert_eq!(terms(&counting, &[], 0, 0, 0).err(), Some(TP_ERROR_TEXT_NOT_STORED));
    let empty = Handle::new();
    assert_eq!(rows(terms(&empty, &[], 0, 0, 0).unwrap()), []);
}
