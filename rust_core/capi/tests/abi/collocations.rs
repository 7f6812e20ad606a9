//! Terms that occur together.

use std::ptr::{null, null_mut};

use arrow_array::RecordBatchReader;
use arrow_array::cast::AsArray;
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::types::{Float64Type, UInt32Type, UInt64Type};
use arrow_schema::DataType;
use text_processor::*;

use crate::support::{Handle, last_error};

const C4: [&str; 3] =
    ["the cat sat on the mat the cat ran", "a dog sat on the log", "the dog and the cat ran to the log"];

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

/// The names of the columns, and each row as text; scores have four decimals.
fn rows(stream: RecordBatchStreamReader) -> (Vec<String>, Vec<String>) {
    let names = stream.schema().fields().iter().map(|field| field.name().clone()).collect();
    let mut rows = Vec::new();
    for batch in stream.map(Result::unwrap) {
        for row in 0..batch.num_rows() {
            let cells = batch.columns().iter().map(|column| match column.data_type() {
                DataType::Utf8 => column.as_string::<i32>().value(row).to_owned(),
                DataType::UInt32 => column.as_primitive::<UInt32Type>().value(row).to_string(),
                DataType::UInt64 => column.as_primitive::<UInt64Type>().value(row).to_string(),
                _ => format!("{:.4}", column.as_primitive::<Float64Type>().value(row)),
            });
            rows.push(cells.collect::<Vec<_>>().join(" "));
        }
    }
    (names, rows)
}

fn options(measures: &[tp_measure]) -> tp_collocation_options {
    tp_collocation_options {
        struct_size: size_of::<tp_collocation_options>(),
        n: 0,
        measures: measures.as_ptr(),
        measure_count: measures.len(),
        min_count: 2,
        min_documents: 0,
        closes_gaps: 0,
        within_sentences: 0,
        unwrap: 0,
        convention: TP_CONVENTION_EXACT,
        limit: 0,
    }
}

fn collocations(
    handle: &Handle,
    codes: Option<&[u32]>,
    options: &tp_collocation_options,
    batch_rows: usize,
) -> Result<RecordBatchStreamReader, tp_status> {
    let (first, number) = codes.map_or((null(), 0), |codes| (codes.as_ptr(), codes.len()));
    // SAFETY: the analyzer was not freed, and the arrays have the lengths that are passed.
    read(|out| unsafe { tp_analyzer_collocations(handle.pointer(), first, number, options, batch_rows, out) })
}

#[test]
fn collocations_have_counts_and_scores() {
    let handle = Handle::with_documents(&C4);
    let measures = [TP_MEASURE_LAMBDA, TP_MEASURE_PMI];
    let (names, all) = rows(collocations(&handle, None, &options(&measures), 0).unwrap());
    assert_eq!(names, ["term_1", "term_2", "count", "documents", "lambda", "pmi"]);
    let expected = ["sat on 2 2 5.2730 3.3923", "cat ran 2 2 4.1217 2.8074", "on the 2 2 3.1600 2.0704"];
    assert_eq!(all[..3], expected);
    assert_eq!(all.len(), 5);
    let two = tp_collocation_options { limit: 2, ..options(&measures) };
    assert_eq!(rows(collocations(&handle, None, &two, 1).unwrap()).1, expected[..2]);
    let three = tp_collocation_options { n: 3, min_documents: 2, ..options(&[]) };
    let found = rows(collocations(&handle, None, &three, 0).unwrap());
    let names = ["term_1", "term_2", "term_3", "count", "documents"];
    let expected = ["sat on the 2 2", "the cat ran 2 2"];
    assert_eq!(found, (names.map(str::to_owned).to_vec(), expected.map(str::to_owned).to_vec()));
    // SAFETY: the analyzer was not freed; NULL means the defaults.
    let defaults = read(|out| unsafe { tp_analyzer_collocations(handle.pointer(), null(), 0, null(), 0, out) });
    assert_eq!(rows(defaults.unwrap()).1.len(), 15);
}

#[test]
fn each_group_has_its_own_collocations() {
    let handle = Handle::with_documents(&C4);
    let measures = [TP_MEASURE_DICE];
    let found = collocations(&handle, Some(&[4, u32::MAX, 1]), &options(&measures), 0).unwrap();
    let expected = ["4 the cat 2 1 0.8000"];
    let names = ["group", "term_1", "term_2", "count", "documents", "dice"];
    assert_eq!(rows(found), (names.map(str::to_owned).to_vec(), expected.map(str::to_owned).to_vec()));
}

/// Patterns, which are freed at the end.
struct Patterns(*mut tp_patterns);

impl Patterns {
    fn new(phrase: &str) -> Self {
        let mut patterns = null_mut();
        // SAFETY: the phrase has the length that is passed.
        unsafe {
            assert_eq!(tp_patterns_new(TP_PATTERN_BASE_TERMS, &raw mut patterns), TP_OK);
            let status = tp_patterns_add_phrase(patterns, null(), 0, phrase.as_ptr().cast(), phrase.len());
            assert_eq!(status, TP_OK);
        }
        Self(patterns)
    }
}

impl Drop for Patterns {
    fn drop(&mut self) {
        // SAFETY: the handle is freed only once.
        unsafe { tp_patterns_free(self.0) }
    }
}

fn near(measures: &[tp_measure]) -> tp_collocate_options {
    tp_collocate_options {
        struct_size: size_of::<tp_collocate_options>(),
        left: 2,
        right: 2,
        measures: measures.as_ptr(),
        measure_count: measures.len(),
        min_count: 0,
        closes_gaps: 0,
        within_sentences: 0,
        unwrap: 0,
        convention: TP_CONVENTION_EXACT,
        limit: 0,
    }
}

fn collocates(
    handle: &Handle,
    barriers: *const tp_patterns,
    codes: Option<&[u32]>,
    options: &tp_collocate_options,
) -> Result<RecordBatchStreamReader, tp_status> {
    let node = Patterns::new("cat");
    let (first, number) = codes.map_or((null(), 0), |codes| (codes.as_ptr(), codes.len()));
    // SAFETY: the handles were not freed, and the arrays have the lengths that are passed.
    read(|out| unsafe { tp_analyzer_collocates(handle.pointer(), node.0, barriers, first, number, options, 0, out) })
}

#[test]
fn collocates_have_counts_and_scores() {
    let handle = Handle::with_documents(&C4);
    let measures = [TP_MEASURE_G2, TP_MEASURE_Z];
    let (names, all) = rows(collocates(&handle, null(), None, &near(&measures)).unwrap());
    assert_eq!(names, ["term", "count", "frequency", "documents", "g2", "z"]);
    assert_eq!(all[0], "ran 2 2 2 3.2006 1.0735");
    assert!(all.contains(&"the 3 7 2 -0.0957 -0.1826".to_owned()));
    let barrier = Patterns::new("the");
    let some = rows(collocates(&handle, barrier.0, None, &near(&[])).unwrap()).1;
    assert_eq!(some, ["the 3 7 2", "ran 2 2 2", "sat 1 2 1", "on 1 2 1", "to 1 1 1"]);
    let pairs = tp_collocate_options { left: 0, right: 1, convention: TP_CONVENTION_NLTK, ..near(&[TP_MEASURE_PMI]) };
    let (names, all) = rows(collocates(&handle, null(), Some(&[7, 7, 7]), &pairs).unwrap());
    assert_eq!(names, ["group", "term", "side", "count", "frequency", "documents", "pmi"]);
    assert_eq!(all, ["7 ran right 2 2 2 3.0000", "7 sat right 1 2 1 2.0000"]);
}

#[test]
fn wrong_options_are_refused() {
    let handle = Handle::with_documents(&C4);
    let refused = |options: &tp_collocation_options| {
        assert_eq!(collocations(&handle, None, options, 0).err(), Some(TP_ERROR_INVALID_ARGUMENT));
        last_error().0
    };
    let measures = [TP_MEASURE_G2, TP_MEASURE_FISHER];
    let of = |n, convention| tp_collocation_options { n, convention, ..options(&measures) };
    assert_eq!(refused(&of(6, 0)), "`n` is 6: this convention has collocations of 2 to 5 words");
    assert_eq!(refused(&of(5, TP_CONVENTION_NLTK)), "`n` is 5: this convention has collocations of 2 to 4 words");
    assert_eq!(refused(&of(3, TP_CONVENTION_GENSIM)), "`n` is 3: this convention has collocations of 2 words");
    assert_eq!(refused(&of(3, 0)), "the measure fisher is for two words: choose another one, or set `n` to 2");
    assert_eq!(refused(&of(2, 4)), "`convention` is 4: the largest value of this option is 3");
    let twice = [TP_MEASURE_G2, TP_MEASURE_G2];
    let message = "the measure g2 is listed twice: a column needs a name of its own";
    assert_eq!(refused(&options(&twice)), message);
    assert!(refused(&options(&[99])).contains("99"));
    let null_measures = tp_collocation_options { measures: null(), measure_count: 1, ..options(&[]) };
    assert_eq!(collocations(&handle, None, &null_measures, 0).err(), Some(TP_ERROR_NULL_POINTER));
    assert_eq!(collocations(&handle, Some(&[0]), &options(&[]), 0).err(), Some(TP_ERROR_INVALID_ARGUMENT));
    let gensim = tp_collocate_options { convention: TP_CONVENTION_GENSIM, ..near(&[]) };
    assert_eq!(collocates(&handle, null(), None, &gensim).err(), Some(TP_ERROR_INVALID_ARGUMENT));
    // SAFETY: the analyzer was not freed, and the library does not read NULL.
    let no_node =
        read(|out| unsafe { tp_analyzer_collocates(handle.pointer(), null(), null(), null(), 0, null(), 0, out) });
    assert_eq!(no_node.err(), Some(TP_ERROR_NULL_POINTER));
    let counting = Handle::counting();
    assert_eq!(collocations(&counting, None, &options(&[]), 0).err(), Some(TP_ERROR_TEXT_NOT_STORED));
    assert_eq!(collocates(&counting, null(), None, &near(&[])).err(), Some(TP_ERROR_TEXT_NOT_STORED));
    let empty = Handle::new();
    assert_eq!(rows(collocations(&empty, Some(&[]), &options(&[]), 0).unwrap()).1, [""; 0]);
    assert_eq!(rows(collocates(&empty, null(), Some(&[]), &near(&[])).unwrap()).1, [""; 0]);
}
