//! Columns of text: Arrow arrays as an argument.

use std::ptr;
use std::sync::Arc;

use arrow_array::ffi::FFI_ArrowArray;
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::types::Int8Type;
use arrow_array::{
    Array, ArrayRef, BinaryArray, BinaryViewArray, DictionaryArray, Int64Array, LargeBinaryArray, LargeStringArray,
    NullArray, StringArray, StringViewArray, StructArray,
};
use arrow_schema::ffi::FFI_ArrowSchema;
use arrow_schema::{DataType, Field};

use text_processor::*;

use crate::support::{Analyzer, Handle, expected, last_error};

/// An array and its schema, in the structures of C.
struct Exported(FFI_ArrowSchema, FFI_ArrowArray);

impl Exported {
    fn new(array: &dyn Array) -> Self {
        Self(FFI_ArrowSchema::try_from(array.data_type()).unwrap(), FFI_ArrowArray::new(&array.to_data()))
    }

    fn column(&self, missing: tp_blank) -> tp_column {
        tp_column {
            struct_size: size_of::<tp_column>(),
            schema: &raw const self.0,
            array: &raw const self.1,
            name: ptr::null(),
            name_length: 0,
            first: 0,
            count: 0,
            missing,
        }
    }

    fn member(&self, name: &str) -> tp_column {
        tp_column { name: name.as_ptr().cast(), name_length: name.len(), ..self.column(TP_BLANK_KEEP) }
    }
}

fn add(analyzer: Analyzer, column: &tp_column) -> (tp_status, u64) {
    let mut added = 99;
    // SAFETY: the column and the out-parameter are valid.
    (unsafe { tp_analyzer_add_column(analyzer.pointer(), column, &raw mut added) }, added)
}

fn shape(column: &tp_column) -> (tp_status, [u64; 3]) {
    let [mut rows, mut bytes, mut nulls] = [0; 3];
    // SAFETY: as above.
    let status = unsafe { tp_column_shape(column, &raw mut rows, &raw mut bytes, &raw mut nulls) };
    (status, [rows, bytes, nulls])
}

fn message(column: &tp_column) -> String {
    assert_eq!(shape(column).0, TP_ERROR_INVALID_ARGUMENT);
    last_error().0
}

const ROWS: [Option<&str>; 5] = [Some("one"), None, Some(" "), Some("a text of more than twelve bytes"), Some("é")];

/// The rows in every format.
fn arrays() -> Vec<ArrayRef> {
    let bytes = || ROWS.iter().map(|row| row.map(str::as_bytes));
    let places = ROWS.iter().copied().collect::<DictionaryArray<Int8Type>>();
    vec![
        Arc::new(StringArray::from_iter(ROWS)),
        Arc::new(LargeStringArray::from_iter(ROWS)),
        Arc::new(StringViewArray::from_iter(ROWS)),
        Arc::new(BinaryArray::from_iter(bytes())),
        Arc::new(LargeBinaryArray::from_iter(bytes())),
        Arc::new(BinaryViewArray::from_iter(bytes())),
        Arc::new(places),
    ]
}

#[test]
fn rows_of_every_format_become_documents() {
    for array in arrays() {
        for skipped in 0..=ROWS.len() {
            let exported = Exported::new(&array.slice(skipped, ROWS.len() - skipped));
            let kept: Vec<(&str, u64)> = ROWS[skipped..]
                .iter()
                .map(|row| (row.unwrap_or(""), row.unwrap_or("").split_whitespace().count() as u64))
                .collect();
            let handle = Handle::new();
            assert_eq!(add(*handle, &exported.column(TP_BLANK_KEEP)), (TP_OK, kept.len() as u64));
            assert_eq!(handle.documents(), expected(&kept), "{:?}", array.data_type());
            let handle = Handle::counting();
            let present = kept.iter().filter(|(_, words)| *words > 0).count() as u64;
            assert_eq!(add(*handle, &exported.column(TP_BLANK_SKIP)), (TP_OK, present));
        }
    }
}

#[test]
fn a_null_and_a_blank_text_are_errors_by_default() {
    for array in arrays() {
        let exported = Exported::new(&array);
        let (handle, mut column) = (Handle::new(), exported.column(TP_BLANK_REFUSE));
        assert_eq!(add(*handle, &column), (TP_ERROR_MISSING_TEXT, 1));
        assert_eq!(last_error().2, 1);
        column.first = 2;
        assert_eq!(add(*handle, &column), (TP_ERROR_NO_WORDS, 0));
        assert_eq!(last_error().2, 2);
        column.first = 3;
        assert_eq!(add(*handle, &column), (TP_OK, 2));
        assert_eq!(handle.number(tp_analyzer_document_count), 3);
        column.count = 1;
        assert_eq!(shape(&column), (TP_OK, [1, 32, 0]));
        (column.first, column.count) = (0, 0);
        assert_eq!(shape(&column), (TP_OK, [5, 38, 1]));
    }
}

#[test]
fn a_text_that_is_not_utf8_stops_the_call_with_its_row_and_its_offset() {
    let array = BinaryArray::from_iter([Some(&b"one"[..]), None, Some(b"two"), Some(b"ab\xFF")]);
    let (exported, handle) = (Exported::new(&array), Handle::new());
    let column = tp_column { first: 1, ..exported.column(TP_BLANK_SKIP) };
    assert_eq!(add(*handle, &column), (TP_ERROR_INVALID_UTF8, 1));
    let (_, offset, row) = last_error();
    assert_eq!((offset, row), (2, 3));
}

#[test]
fn a_column_of_a_table_is_found_by_its_name() {
    let text: ArrayRef = Arc::new(StringArray::from_iter(ROWS));
    let number: ArrayRef = Arc::new(Int64Array::from_iter_values(0..5));
    let field = |name: &str, array: &ArrayRef| Arc::new(Field::new(name, array.data_type().clone(), true));
    let table =
        StructArray::from(vec![(field("number", &number), number.clone()), (field("text", &text), text.clone())]);
    let exported = Exported::new(&table.slice(2, 3));
    let handle = Handle::new();
    assert_eq!(add(*handle, &exported.member("text")), (TP_OK, 3));
    assert_eq!(handle.documents()[1].0, "a text of more than twelve bytes");
    assert!(message(&exported.member("Text")).contains(r#"no column "Text": it has the columns "number", "text""#));
    assert!(message(&exported.member("number")).contains(r#"format "l", which is not text"#));
    assert!(message(&exported.column(TP_BLANK_KEEP)).contains("set `name` to the name of the column"));
    assert!(message(&Exported::new(&text).member("text")).contains("set `name` to NULL"));
    let twice = StructArray::from(vec![(field("text", &text), text.clone()), (field("text", &text), text)]);
    assert!(message(&Exported::new(&twice).member("text")).contains("two columns with the name"));
}

#[test]
fn every_row_of_a_column_of_nulls_is_missing() {
    let exported = Exported::new(&NullArray::new(3));
    assert_eq!(shape(&exported.column(TP_BLANK_REFUSE)), (TP_OK, [3, 0, 3]));
    assert_eq!(add(*Handle::new(), &exported.column(TP_BLANK_KEEP)), (TP_OK, 3));
    assert_eq!(add(*Handle::new(), &exported.column(TP_BLANK_SKIP)), (TP_OK, 0));
}

#[test]
fn arguments_that_are_not_valid_are_refused() {
    let exported = Exported::new(&StringArray::from_iter(ROWS));
    let valid = exported.column(TP_BLANK_KEEP);
    // SAFETY: NULL is an error.
    assert_eq!(unsafe { tp_column_shape(ptr::null(), ptr::null_mut(), ptr::null_mut(), ptr::null_mut()) }, 1);
    assert_eq!(shape(&tp_column { schema: ptr::null(), ..valid }).0, TP_ERROR_NULL_POINTER);
    assert_eq!(shape(&tp_column { array: ptr::null(), ..valid }).0, TP_ERROR_NULL_POINTER);
    assert!(message(&tp_column { first: 6, ..valid }).contains("`first` is 6"));
    assert!(message(&tp_column { first: 3, count: 3, ..valid }).contains("`count` is 3"));
    assert!(message(&tp_column { missing: 3, ..valid }).contains("`missing` is 3"));
    let released = (FFI_ArrowSchema::empty(), FFI_ArrowArray::empty());
    assert!(message(&tp_column { schema: &raw const released.0, ..valid }).contains("released or moved"));
    assert!(message(&tp_column { array: &raw const released.1, ..valid }).contains("released or moved"));
    let wrong = FFI_ArrowSchema::try_from(DataType::FixedSizeBinary(8)).unwrap();
    assert!(message(&tp_column { schema: &raw const wrong, ..valid }).contains("pointers to objects"));
}

/// The number of rows of a matrix of a column, or the status.
fn matrix_rows(column: &tp_column) -> Result<u64, tp_status> {
    let (mut vectorizer, mut matrix, mut rows) = (ptr::null_mut(), ptr::null_mut(), 0);
    // SAFETY: NULL means the default options; the handles are freed once.
    unsafe {
        assert_eq!(tp_vectorizer_new(ptr::null(), &raw mut vectorizer), TP_OK);
        assert_eq!(tp_matrix_new(vectorizer, true, &raw mut matrix), TP_OK);
        let status = tp_matrix_add_column(matrix, column);
        if status == TP_OK {
            assert_eq!(tp_matrix_shape(matrix, &raw mut rows, ptr::null_mut(), ptr::null_mut()), TP_OK);
        }
        tp_matrix_free(matrix);
        tp_vectorizer_free(vectorizer);
        if status == TP_OK { Ok(rows) } else { Err(status) }
    }
}

#[test]
fn a_matrix_has_a_row_for_each_row_of_a_column_except_skipped_nulls() {
    for array in arrays() {
        let exported = Exported::new(&array);
        assert_eq!(matrix_rows(&exported.column(TP_BLANK_KEEP)), Ok(5));
        assert_eq!(matrix_rows(&exported.column(TP_BLANK_SKIP)), Ok(4));
        assert_eq!(matrix_rows(&exported.column(TP_BLANK_REFUSE)), Err(TP_ERROR_MISSING_TEXT));
        assert_eq!(last_error().2, 1);
    }
    let wrong = Exported::new(&BinaryArray::from_iter([None, Some(&b"a"[..]), None, Some(b"\xFF")]));
    assert_eq!(matrix_rows(&wrong.column(TP_BLANK_SKIP)), Err(TP_ERROR_INVALID_UTF8));
    assert_eq!(last_error().2, 3);
}

#[test]
fn the_scores_of_a_null_are_nan() {
    let (lexicon, mut vader) = ("good\t1.9\t0.9\t[2]\n", ptr::null_mut());
    let (text, length) = (lexicon.as_ptr().cast(), lexicon.len());
    // SAFETY: the lexicon has its length, and NULL means the defaults.
    assert_eq!(unsafe { tp_vader_new(text, length, ptr::null(), 0, ptr::null(), &raw mut vader) }, TP_OK);
    let exported = Exported::new(&StringViewArray::from_iter([Some("good"), None, Some(" "), Some("good good")]));
    let scores = |missing| {
        let mut stream = FFI_ArrowArrayStream::empty();
        // SAFETY: the handle, the column and the stream are valid; the reader owns the stream.
        let reader = unsafe {
            assert_eq!(tp_vader_score_column(vader, &exported.column(missing), &raw mut stream), TP_OK);
            RecordBatchStreamReader::from_raw(&raw mut stream).unwrap()
        };
        let batch = reader.map(Result::unwrap).next().unwrap();
        let compound = arrow_array::cast::AsArray::as_primitive::<arrow_array::types::Float64Type>(batch.column(3));
        compound.values().to_vec()
    };
    let kept = scores(TP_BLANK_KEEP);
    assert!(kept[0] > 0.0 && kept[1].is_nan() && kept[2] == 0.0 && kept[3] > kept[0]);
    assert_eq!(scores(TP_BLANK_SKIP), [kept[0], kept[2], kept[3]]);
    let mut stream = FFI_ArrowArrayStream::empty();
    // SAFETY: as above; the handle is freed once.
    unsafe {
        let column = exported.column(TP_BLANK_REFUSE);
        assert_eq!(tp_vader_score_column(vader, &column, &raw mut stream), TP_ERROR_MISSING_TEXT);
        tp_vader_free(vader);
    }
    assert_eq!(last_error().2, 1);
}

#[test]
fn there_is_an_event_for_each_row() {
    let (handle, mut events) = (Handle::new(), ptr::null_mut());
    // SAFETY: the handle is valid.
    assert_eq!(unsafe { tp_events_new(handle.pointer(), &raw mut events) }, TP_OK);
    let exported = Exported::new(&StringArray::from_iter(ROWS));
    assert_eq!(add(*handle, &exported.column(TP_BLANK_SKIP)), (TP_OK, 3));
    let mut words = Vec::new();
    // SAFETY: the events are freed once, after the last event.
    unsafe {
        let mut event = ptr::null();
        while tp_events_next(events, &raw mut event) == TP_OK && !event.is_null() {
            words.push((*event).word_count);
        }
        tp_events_free(events);
    }
    assert_eq!(words, [1, 7, 1]);
    assert_eq!(add(*handle, &exported.column(TP_BLANK_REFUSE)), (TP_ERROR_MISSING_TEXT, 1));
    assert_eq!(last_error().2, 1);
}

#[test]
fn many_rows_give_the_same_documents_as_single_texts() {
    let texts: Vec<String> = (0..20_000).map(|row| format!("{row} and {}", "é\0 ".repeat(row % 40))).collect();
    let (exported, together, single) =
        (Exported::new(&StringViewArray::from_iter_values(&texts)), Handle::new(), Handle::new());
    assert_eq!(add(*together, &exported.column(TP_BLANK_REFUSE)), (TP_OK, 20_000));
    assert_eq!(single.add_all(&texts.iter().map(String::as_bytes).collect::<Vec<_>>()), (TP_OK, 20_000));
    assert_eq!(together.documents(), single.documents());
}
