//! Keyness and dispersion.

use std::ffi::c_char;
use std::ptr::null;

use arrow_array::cast::AsArray;
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::types::{Float64Type, UInt32Type, UInt64Type};
use arrow_array::{RecordBatch, RecordBatchReader};
use text_processor::*;

use crate::support::{Handle, last_error};

/// TP_TARGET, TP_REFERENCE and TP_NO_GROUP of the header.
const TARGET: u32 = 0;
const REFERENCE: u32 = 1;
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

fn names(stream: &RecordBatchStreamReader) -> Vec<String> {
    stream.schema().fields().iter().map(|field| field.name().clone()).collect()
}

fn one(stream: RecordBatchStreamReader) -> RecordBatch {
    let batches: Vec<RecordBatch> = stream.map(Result::unwrap).collect();
    assert_eq!(batches.len(), 1);
    batches.into_iter().next().unwrap()
}

fn terms(batch: &RecordBatch) -> Vec<String> {
    batch.column_by_name("term").unwrap().as_string::<i32>().iter().map(|term| term.unwrap().to_owned()).collect()
}

fn whole(batch: &RecordBatch, name: &str) -> Vec<u64> {
    batch.column_by_name(name).unwrap().as_primitive::<UInt64Type>().values().to_vec()
}

fn real(batch: &RecordBatch, name: &str) -> Vec<f64> {
    batch.column_by_name(name).unwrap().as_primitive::<Float64Type>().values().to_vec()
}

fn keyness_options(measures: &[tp_measure]) -> tp_keyness_options {
    tp_keyness_options {
        struct_size: size_of::<tp_keyness_options>(),
        measures: measures.as_ptr(),
        measure_count: measures.len(),
        min_count: 0,
        limit: 0,
        is_unsigned: 0,
        correction: TP_CORRECTION_NONE,
        smoothing: null(),
        prior: null(),
    }
}

fn keyness(
    (handle, codes): (&Handle, &[u32]),
    other: Option<(&Handle, &[u32])>,
    options: *const tp_keyness_options,
    batch_rows: usize,
) -> Result<RecordBatchStreamReader, tp_status> {
    let (second, others) = other.map_or((null(), &[][..]), |(other, codes)| (other.pointer().cast_const(), codes));
    let (own, more) = (codes.as_ptr(), others.as_ptr());
    // SAFETY: the analyzers were not freed, and the codes have the lengths that are passed.
    read(|out| unsafe {
        tp_analyzer_keyness(handle.pointer(), own, codes.len(), second, more, others.len(), options, batch_rows, out)
    })
}

const TEXTS: [&str; 3] = ["a a a b b c c c c c c d e f g h h", "left out", "a a b c c d d d d e f h"];
const CODES: [u32; 3] = [TARGET, NO_GROUP, REFERENCE];

#[test]
fn a_target_is_compared_with_a_reference() {
    let handle = Handle::with_documents(&TEXTS);
    let measures = [TP_MEASURE_G2, TP_MEASURE_LOG_RATIO];
    let options = keyness_options(&measures);
    let stream = keyness((&handle, &CODES), None, &raw const options, 0).unwrap();
    let expected = [
        "term",
        "target_count",
        "reference_count",
        "target_per_million",
        "reference_per_million",
        "target_documents",
        "reference_documents",
        "g2",
        "log_ratio",
        "p",
    ];
    assert_eq!(names(&stream), expected);
    let rows = one(stream);
    assert_eq!(terms(&rows)[..2], ["c", "g"]);
    assert_eq!((whole(&rows, "target_count")[0], whole(&rows, "reference_count")[0]), (6, 2));
    assert_eq!((whole(&rows, "target_documents")[1], whole(&rows, "reference_documents")[1]), (1, 0));
    assert_eq!(real(&rows, "target_per_million")[0], 6e6 / 17.0);
    assert_eq!(real(&rows, "reference_per_million")[0], 2e6 / 12.0);
    assert!((real(&rows, "g2")[0] - 1.274_238_009_6).abs() < 1e-9);
    assert!((real(&rows, "g2")[7] + 3.779_440_532_9).abs() < 1e-7);
    assert!((real(&rows, "p")[0] - 0.258_97).abs() < 1e-4);
    let batches = keyness((&handle, &CODES), None, &raw const options, 3).unwrap();
    assert_eq!(batches.map(|batch| batch.unwrap().num_rows()).collect::<Vec<_>>(), [3, 3, 2]);
}

#[test]
fn options_choose_the_rows() {
    let handle = Handle::with_documents(&TEXTS);
    let measures = [TP_MEASURE_G2];
    let given = tp_keyness_options {
        min_count: 3,
        limit: 2,
        is_unsigned: 1,
        correction: TP_CORRECTION_BONFERRONI,
        ..keyness_options(&measures)
    };
    let rows = one(keyness((&handle, &CODES), None, &raw const given, 0).unwrap());
    assert_eq!(terms(&rows), ["d", "c"]);
    assert!(real(&rows, "g2")[0] > 3.7 && real(&rows, "p")[0] > 0.2);
    let counted = keyness((&handle, &CODES), None, null(), 0).unwrap();
    assert_eq!(names(&counted).len(), 7);
    assert_eq!(terms(&one(counted))[..2], ["c", "a"]);
}

#[test]
fn another_analyzer_can_be_the_reference() {
    let (first, second) = (Handle::with_documents(&TEXTS[..1]), Handle::with_documents(&["left out", TEXTS[2]]));
    let measures = [TP_MEASURE_G2];
    let options = keyness_options(&measures);
    let rows = |stream| {
        let batch = one(stream);
        (terms(&batch), whole(&batch, "target_count"), whole(&batch, "reference_count"), real(&batch, "g2"))
    };
    let both = Handle::with_documents(&TEXTS);
    let expected = rows(keyness((&both, &CODES), None, &raw const options, 0).unwrap());
    let other = Some((&second, &[NO_GROUP, REFERENCE][..]));
    assert_eq!(rows(keyness((&first, &[TARGET]), other, &raw const options, 0).unwrap()), expected);
}

#[test]
fn each_group_is_compared_with_the_others() {
    let handle = Handle::with_documents(&["a a b", "b c", "c a", "a"]);
    let measures = [TP_MEASURE_LOG_RATIO];
    let options = tp_keyness_options { limit: 1, ..keyness_options(&measures) };
    let codes = [7, 2, NO_GROUP, 7];
    // SAFETY: the analyzer was not freed, and there are four codes.
    let stream = read(|out| unsafe {
        tp_analyzer_grouped_keyness(handle.pointer(), codes.as_ptr(), 4, &raw const options, 0, out)
    })
    .unwrap();
    assert_eq!(names(&stream)[..2], ["group", "term"]);
    let rows = one(stream);
    assert_eq!(rows.column(0).as_primitive::<UInt32Type>().values()[..], [2, 7]);
    assert_eq!(terms(&rows), ["c", "a"]);
}

#[test]
fn wrong_comparisons_are_refused() {
    let handle = Handle::with_documents(&TEXTS);
    let refused = |codes: &[u32], options: &tp_keyness_options| {
        keyness((&handle, codes), None, options, 0).err().map(|status| (status, last_error().0))
    };
    let invalid = |message: &str| Some((TP_ERROR_INVALID_ARGUMENT, message.to_owned()));
    let measures = [TP_MEASURE_LOG_RATIO];
    let options = keyness_options(&measures);
    let empty = "the reference has no words: choose documents that have words for the target and for the reference";
    assert_eq!(refused(&[TARGET; 3], &options), invalid(empty));
    let code = "the code of document 1 is 2: it must be less than the number of groups, 2";
    assert_eq!(refused(&[0, 2, 1], &options), invalid(code));
    let number = "the number of codes is 1, but the number of documents is 3: pass a code for each";
    assert_eq!(refused(&[0], &options), invalid(number));
    let corrected = tp_keyness_options { correction: TP_CORRECTION_HOLM, ..options };
    let (status, message) = refused(&CODES, &corrected).unwrap();
    assert_eq!(status, TP_ERROR_INVALID_ARGUMENT);
    assert!(message.starts_with("none of the measures has p-values"), "{message}");
    let unknown = [99];
    let measure = "`measure` is 99: the largest value of this option is 35";
    assert_eq!(refused(&CODES, &keyness_options(&unknown)), invalid(measure));
    let counting = Handle::counting();
    assert_eq!(keyness((&counting, &[]), None, null(), 0).err(), Some(TP_ERROR_TEXT_NOT_STORED));
}

fn dispersion_options(measures: &[tp_dispersion]) -> tp_dispersion_options {
    tp_dispersion_options {
        struct_size: size_of::<tp_dispersion_options>(),
        measures: measures.as_ptr(),
        measure_count: measures.len(),
        terms: null(),
        term_lengths: null(),
        term_count: 0,
        min_count: 0,
        runs: 0,
        equal_parts: 0,
    }
}

fn dispersion(
    handle: &Handle,
    codes: &[u32],
    options: *const tp_dispersion_options,
) -> Result<RecordBatchStreamReader, tp_status> {
    let number = codes.len();
    // SAFETY: the analyzer was not freed, and the codes have the length that is passed.
    read(|out| unsafe { tp_analyzer_dispersion(handle.pointer(), codes.as_ptr(), number, options, 0, out) })
}

#[test]
fn terms_have_a_dispersion_over_parts() {
    let parts = [(1, 9), (2, 10), (3, 10), (4, 10), (5, 11)];
    let texts = parts.map(|(count, length)| "a ".repeat(count) + &"x ".repeat(length - count));
    let handle = Handle::with_documents(&texts.each_ref().map(String::as_str));
    let measures = [TP_DISPERSION_RANGE, TP_DISPERSION_DP, TP_DISPERSION_DPNORM];
    let (wanted, lengths) = (["a".as_ptr().cast::<c_char>()], [1]);
    let options = tp_dispersion_options {
        terms: wanted.as_ptr(),
        term_lengths: lengths.as_ptr(),
        term_count: 1,
        ..dispersion_options(&measures)
    };
    let stream = dispersion(&handle, &[], &raw const options).unwrap();
    assert_eq!(names(&stream), ["term", "count", "parts", "empty_parts", "range", "dp", "dpnorm"]);
    let rows = one(stream);
    assert_eq!((terms(&rows), whole(&rows, "count")), (vec!["a".to_owned()], vec![15]));
    assert_eq!(rows.column(2).as_primitive::<UInt32Type>().values()[..], [5]);
    assert_eq!(rows.column(4).as_primitive::<UInt32Type>().values()[..], [5]);
    assert!((real(&rows, "dp")[0] - 0.18).abs() < 1e-15);
    let grouped = one(dispersion(&handle, &[4, 4, NO_GROUP, 1, 1], &raw const options).unwrap());
    assert_eq!(whole(&grouped, "count"), [12]);
    assert_eq!(grouped.column(2).as_primitive::<UInt32Type>().values()[..], [2]);
    let runs = tp_dispersion_options { runs: 7, ..options };
    let rows = one(dispersion(&handle, &[], &raw const runs).unwrap());
    assert_eq!(rows.column(2).as_primitive::<UInt32Type>().values()[..], [7]);
}

#[test]
fn wrong_parts_are_refused() {
    let handle = Handle::with_documents(&TEXTS);
    let unknown = [14];
    let refused = |codes: &[u32], options: &tp_dispersion_options| {
        assert_eq!(dispersion(&handle, codes, options).err(), Some(TP_ERROR_INVALID_ARGUMENT));
        last_error().0
    };
    let measure = "`measure` is 14: the largest value of this option is 13";
    assert_eq!(refused(&[], &dispersion_options(&unknown)), measure);
    let runs = tp_dispersion_options { runs: 2, ..dispersion_options(&[]) };
    assert_eq!(refused(&CODES, &runs), "there are codes and a number of runs: pass only one of them");
    let many = tp_dispersion_options { runs: 1 << 32, ..dispersion_options(&[]) };
    assert_eq!(refused(&[], &many), "`runs` is 4294967296: it must be less than 4294967295");
    let number = "the number of codes is 2, but the number of documents is 3: pass a code for each";
    assert_eq!(refused(&CODES[1..], &dispersion_options(&[])), number);
}
