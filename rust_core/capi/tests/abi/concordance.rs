//! Patterns, concordances, and the numbers of matches.

use std::ptr::{null, null_mut};

use arrow_array::cast::AsArray;
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::types::{UInt32Type, UInt64Type};
use arrow_array::{Array, RecordBatch, RecordBatchReader};
use text_processor::*;

use crate::support::{Handle, last_error};

/// Patterns that are freed at the end.
struct Patterns(*mut tp_patterns);

impl Patterns {
    fn new(base: tp_pattern_base) -> Self {
        let mut handle = null_mut();
        // SAFETY: the out-parameter is valid.
        assert_eq!(unsafe { tp_patterns_new(base, &raw mut handle) }, TP_OK);
        Self(handle)
    }

    fn of(phrases: &[&str]) -> Self {
        let patterns = Self::new(TP_PATTERN_BASE_TERMS);
        for phrase in phrases {
            assert_eq!(patterns.add_phrase(phrase, phrase), TP_OK);
        }
        patterns
    }

    fn add(&self, label: &str) -> tp_status {
        // SAFETY: the label has the length that is passed.
        unsafe { tp_patterns_add(self.0, label.as_ptr().cast(), label.len()) }
    }

    fn add_phrase(&self, label: &str, phrase: &str) -> tp_status {
        let (start, length) = (label.as_ptr().cast(), label.len());
        // SAFETY: the texts have the lengths that are passed.
        unsafe { tp_patterns_add_phrase(self.0, start, length, phrase.as_ptr().cast(), phrase.len()) }
    }

    fn add_slot(&self, words: &[(tp_word_kind, &str)]) -> tp_status {
        let kinds: Vec<tp_word_kind> = words.iter().map(|(kind, _)| *kind).collect();
        let texts: Vec<_> = words.iter().map(|(_, text)| text.as_ptr().cast()).collect();
        let lengths: Vec<usize> = words.iter().map(|(_, text)| text.len()).collect();
        // SAFETY: the lists have the length that is passed, and so do the texts.
        unsafe { tp_patterns_add_slot(self.0, kinds.as_ptr(), texts.as_ptr(), lengths.as_ptr(), words.len()) }
    }
}

impl Drop for Patterns {
    fn drop(&mut self) {
        // SAFETY: the handle is freed only once.
        unsafe { tp_patterns_free(self.0) }
    }
}

const NONE: tp_concordance_options = tp_concordance_options {
    struct_size: size_of::<tp_concordance_options>(),
    unit: TP_WINDOW_TOKENS,
    left: 0,
    right: 0,
    within_sentences: 0,
    unwrap: 0,
    sort_keys: null(),
    sort_numbers: null(),
    sort_key_count: 0,
    ranks: null(),
    rank_list_count: 0,
    rank_list_length: 0,
    sample: 0,
    seed: 0,
    offset: 0,
    limit: 0,
    byte_offsets: 0,
};

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

fn lines(
    handle: &Handle,
    patterns: &Patterns,
    options: *const tp_concordance_options,
    batch_rows: usize,
) -> Result<RecordBatchStreamReader, tp_status> {
    // SAFETY: both handles are valid, and the options are valid.
    read(|out| unsafe { tp_analyzer_concordance(handle.pointer(), patterns.0, options, batch_rows, out) })
}

fn counts(handle: &Handle, patterns: &Patterns, codes: &[u32], groups: usize) -> Result<RecordBatch, tp_status> {
    let (codes, number) = (codes.as_ptr(), codes.len());
    let open = |out| {
        // SAFETY: both handles are valid, and the codes have the length that is passed.
        unsafe { tp_analyzer_count_matches(handle.pointer(), patterns.0, null(), codes, number, groups, out) }
    };
    read(open).map(|mut stream| stream.next().unwrap().unwrap())
}

fn texts(batch: &RecordBatch) -> Vec<String> {
    let text = |row, name| batch.column_by_name(name).unwrap().as_string::<i32>().value(row);
    (0..batch.num_rows())
        .map(|row| ["left", "match", "right", "pattern"].map(|name| text(row, name)).join("|"))
        .collect()
}

fn numbers(batch: &RecordBatch, name: &str) -> Vec<u64> {
    batch.column_by_name(name).unwrap().as_primitive::<UInt64Type>().values().to_vec()
}

fn analyzer() -> Handle {
    Handle::with_documents(&["the cat sat on the mat the cat ran", "a dog sat on the log", "the dog and the cät"])
}

#[test]
fn matches_are_quoted_with_their_windows() {
    let (handle, patterns) = (analyzer(), Patterns::of(&["c?t", "the *"]));
    let options = tp_concordance_options { left: 1, right: 2, ..NONE };
    let found = lines(&handle, &patterns, &raw const options, 0).unwrap();
    let names: Vec<String> = found.schema().fields().iter().map(|field| field.name().clone()).collect();
    assert_eq!(names, ["document", "from", "to", "start", "end", "left", "match", "right", "pattern"]);
    let [batch] = &found.map(Result::unwrap).collect::<Vec<_>>()[..] else { panic!("there is one batch") };
    let expected = [
        "|the cat|sat on|the *",
        "the|cat|sat on|c?t",
        "on|the mat|the cat|the *",
        "mat|the cat|ran|the *",
        "the|cat|ran|c?t",
        "on|the log||the *",
        "|the dog|and the|the *",
        "and|the cät||the *",
        "the|cät||c?t",
    ];
    assert_eq!(texts(batch), expected);
    assert_eq!(numbers(batch, "document"), [0, 0, 0, 0, 0, 1, 2, 2, 2]);
    assert_eq!(numbers(batch, "from"), [0, 1, 4, 6, 7, 4, 0, 3, 4]);
    assert_eq!(numbers(batch, "to")[7..], [5, 5]);
    assert_eq!((numbers(batch, "start")[8], numbers(batch, "end")[8]), (16, 19));
    let options = tp_concordance_options { byte_offsets: 1, offset: 8, ..NONE };
    let batch = lines(&handle, &patterns, &raw const options, 0).unwrap().next().unwrap().unwrap();
    assert_eq!((texts(&batch), numbers(&batch, "end")[0]), (vec!["|cät||c?t".to_owned()], 20));
    let batches = lines(&handle, &patterns, null(), 4).unwrap();
    assert_eq!(batches.map(|batch| batch.unwrap().num_rows()).collect::<Vec<_>>(), [4, 4, 1]);
    assert_eq!(lines(&handle, &Patterns::of(&["absent"]), null(), 0).unwrap().count(), 0);
}

#[test]
fn lines_are_sorted_by_keys() {
    let (handle, patterns) = (analyzer(), Patterns::of(&["the"]));
    let (keys, numbers, ranks) = ([TP_SORT_RANK, TP_SORT_RIGHT], [1, 1], [0, 0, 0, 1, 0, 1]);
    let options = tp_concordance_options {
        right: 1,
        sort_keys: keys.as_ptr(),
        sort_numbers: numbers.as_ptr(),
        sort_key_count: 2,
        ranks: ranks.as_ptr(),
        rank_list_count: 2,
        rank_list_length: 3,
        ..NONE
    };
    let sorted = |options: &tp_concordance_options| {
        let batch = lines(&handle, &patterns, options, 0).unwrap().next().unwrap().unwrap();
        texts(&batch).iter().map(|line| line.split('|').nth(2).unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(sorted(&options), ["log", "cat", "cat", "cät", "dog", "mat"]);
    assert_eq!(sorted(&tp_concordance_options { offset: 1, limit: 2, ..options }), ["cat", "cat"]);
    assert_eq!(sorted(&tp_concordance_options { sample: 2, seed: 5, ..options }).len(), 2);
}

#[test]
fn slots_have_words_of_every_kind() {
    let handle = analyzer();
    let count = |slots: &[&[(tp_word_kind, &str)]]| {
        let patterns = Patterns::new(TP_PATTERN_BASE_TERMS);
        assert_eq!(patterns.add("p"), TP_OK);
        for slot in slots {
            assert_eq!(patterns.add_slot(slot), TP_OK);
        }
        numbers(&counts(&handle, &patterns, &[], 0).unwrap(), "count")
    };
    assert_eq!(count(&[&[(TP_WORD_GLOB, "THE")], &[]]), [6]);
    assert_eq!(count(&[&[(TP_WORD_LITERAL, "c*")]]), [0]);
    assert_eq!(count(&[&[(TP_WORD_REGEX, "^.o")], &[(TP_WORD_LITERAL, "sat"), (TP_WORD_LITERAL, "and")]]), [2]);
    assert_eq!(count(&[&[(TP_WORD_PYTHON_REGEX, "[a-z]\0t(?mR:$)")]]), [6]);
}

#[test]
fn matches_are_counted_in_groups() {
    let (handle, patterns) = (analyzer(), Patterns::of(&["the", "absent"]));
    assert_eq!(patterns.add_phrase("the", "dog"), TP_OK);
    let all = counts(&handle, &patterns, &[], 0).unwrap();
    assert_eq!((numbers(&all, "count"), numbers(&all, "documents")), (vec![8, 0], vec![3, 0]));
    let grouped = counts(&handle, &patterns, &[1, u32::MAX, 0], 2).unwrap();
    assert_eq!(grouped.column(0).as_primitive::<UInt32Type>().values().to_vec(), [0, 0, 1, 1]);
    assert_eq!(numbers(&grouped, "count"), [3, 0, 3, 0]);
    assert_eq!(counts(&handle, &patterns, &[0], 2).unwrap_err(), TP_ERROR_INVALID_ARGUMENT);
    let counting = Handle::counting();
    assert_eq!(counting.add(b"the dog"), TP_OK);
    let counted = counts(&counting, &patterns, &[], 0).unwrap();
    assert_eq!(numbers(&counted, "count"), [2, 0]);
    assert_eq!(counted.column_by_name("documents").unwrap().null_count(), 2);
    assert_eq!(counts(&counting, &patterns, &[0], 1).unwrap_err(), TP_ERROR_TEXT_NOT_STORED);
    assert_eq!(counts(&counting, &Patterns::of(&["the dog"]), &[], 0).unwrap_err(), TP_ERROR_TEXT_NOT_STORED);
}

#[test]
fn wrong_patterns_and_options_are_refused() {
    let (handle, patterns) = (analyzer(), Patterns::of(&["the"]));
    let mut out = null_mut();
    // SAFETY: the out-parameter is valid.
    assert_eq!(unsafe { tp_patterns_new(2, &raw mut out) }, TP_ERROR_INVALID_ARGUMENT);
    assert_eq!(Patterns::new(0).add_slot(&[]), TP_ERROR_INVALID_ARGUMENT);
    assert_eq!(patterns.add_phrase("x", " "), TP_ERROR_INVALID_PATTERN);
    assert_eq!(last_error().0, "the pattern \"x\" is empty: it must have a word");
    assert_eq!(patterns.add_slot(&[(TP_WORD_GLOB, "a"), (TP_WORD_REGEX, "(")]), TP_ERROR_INVALID_PATTERN);
    assert_eq!(last_error().2, 1);
    assert_eq!(patterns.add_slot(&[(4, "a")]), TP_ERROR_INVALID_ARGUMENT);
    assert_eq!(patterns.add_slot(&[(TP_WORD_PYTHON_REGEX, "a")]), TP_ERROR_INVALID_ARGUMENT);
    let (keys, distances, lists) = ([TP_SORT_LEFT, TP_SORT_RANK, 8], [0], [1]);
    let key = |kind: usize, numbers: *const usize| tp_concordance_options {
        sort_keys: &raw const keys[kind],
        sort_numbers: numbers,
        sort_key_count: 1,
        ..NONE
    };
    let ranks = [0, 0];
    let short = tp_concordance_options { ranks: ranks.as_ptr(), rank_list_count: 1, rank_list_length: 2, ..NONE };
    let wrong = [
        tp_concordance_options { unit: 3, ..NONE },
        key(0, distances.as_ptr()),
        key(1, lists.as_ptr()),
        key(2, lists.as_ptr()),
        short,
    ];
    for options in wrong {
        assert_eq!(lines(&handle, &patterns, &raw const options, 0).unwrap_err(), TP_ERROR_INVALID_ARGUMENT);
    }
    assert_eq!(patterns.add("empty"), TP_OK);
    assert_eq!(lines(&handle, &patterns, null(), 0).unwrap_err(), TP_ERROR_INVALID_PATTERN);
    assert_eq!(lines(&Handle::counting(), &patterns, null(), 0).unwrap_err(), TP_ERROR_TEXT_NOT_STORED);
    // SAFETY: NULL is allowed.
    unsafe { tp_patterns_free(null_mut()) };
}
