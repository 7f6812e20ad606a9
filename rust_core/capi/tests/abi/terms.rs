//! Terms: how words are normalized; and n-grams of terms.

use std::ffi::c_char;
use std::ptr;

use arrow_array::cast::AsArray;
use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi};
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::types::UInt64Type;
use arrow_schema::DataType;
use text_processor::*;

use crate::support::{Handle, expected};

fn options() -> tp_term_options {
    tp_term_options {
        struct_size: size_of::<tp_term_options>(),
        normal_form: TP_NORMAL_FORM_KEEP,
        letter_case: TP_CASE_LOWER,
        accents: TP_ACCENTS_KEEP,
        min_length: 0,
        max_length: 0,
        stop_list: ptr::null(),
        stop_list_length: 0,
        stop_words: ptr::null(),
        stop_word_lengths: ptr::null(),
        stop_word_count: 0,
        stemmer: ptr::null(),
        stemmer_length: 0,
        external_terms: 0,
    }
}

fn set(handle: &Handle, options: &tp_term_options) -> tp_status {
    // SAFETY: the analyzer was not freed, and the options have the size that they state.
    unsafe { tp_analyzer_set_terms(handle.pointer(), options) }
}

fn pending(handle: &Handle, most: usize) -> (u64, Vec<String>) {
    let (mut begin, mut words) = (0, FFI_ArrowArray::empty());
    // SAFETY: the analyzer was not freed, and the out-parameters are valid.
    let status = unsafe { tp_analyzer_pending_terms(handle.pointer(), most, &raw mut begin, &raw mut words) };
    assert_eq!(status, TP_OK);
    let schema = FFI_ArrowSchema::try_from(&DataType::LargeUtf8).unwrap();
    // SAFETY: the array is of that type.
    let data = unsafe { from_ffi(words, &schema) }.unwrap();
    (begin, arrow_array::make_array(data).as_string::<i64>().iter().map(|word| word.unwrap().to_owned()).collect())
}

fn give(handle: &Handle, begin: u64, terms: &[Option<&[u8]>]) -> tp_status {
    let pointers: Vec<*const c_char> =
        terms.iter().map(|term| term.map_or(ptr::null(), |term| term.as_ptr().cast())).collect();
    let lengths: Vec<usize> = terms.iter().map(|term| term.map_or(0, <[u8]>::len)).collect();
    // SAFETY: the analyzer was not freed, and there are as many pointers and lengths as terms.
    unsafe { tp_analyzer_give_terms(handle.pointer(), begin, pointers.as_ptr(), lengths.as_ptr(), terms.len()) }
}

fn unique(handle: &Handle) -> Result<u64, tp_status> {
    let mut words = 0;
    // SAFETY: the analyzer was not freed, and the out-parameter is valid.
    match unsafe { tp_analyzer_unique_words(handle.pointer(), &raw mut words) } {
        TP_OK => Ok(words),
        status => Err(status),
    }
}

#[test]
fn options_change_terms_and_null_means_lower_case() {
    let handle = Handle::with_documents(&["The CATS and the cafés"]);
    let (english, stop) = ("english", "Cafe");
    let (stop_words, lengths) = ([stop.as_ptr().cast(), ptr::null()], [stop.len(), 0]);
    let changed = tp_term_options {
        accents: TP_ACCENTS_UNICODE,
        stop_list: english.as_ptr().cast(),
        stop_list_length: english.len(),
        stop_words: stop_words.as_ptr(),
        stop_word_lengths: lengths.as_ptr(),
        stop_word_count: 2,
        stemmer: english.as_ptr().cast(),
        stemmer_length: english.len(),
        ..options()
    };
    assert_eq!(set(&handle, &changed), TP_OK);
    assert_eq!(handle.term_frequencies(), expected(&[("cat", 1), ("cafe", 1)]));
    // SAFETY: NULL is allowed.
    assert_eq!(unsafe { tp_analyzer_set_terms(handle.pointer(), ptr::null()) }, TP_OK);
    assert_eq!(handle.term_frequencies(), expected(&[("the", 2), ("cats", 1), ("and", 1), ("cafés", 1)]));
}

#[test]
fn english_stop_words_include_contractions_but_those_of_scikit_learn_do_not() {
    let handle = Handle::with_documents(&["The cat don't I’M the"]);
    for (name, left) in [("english", &[("cat", 1)][..]), ("scikit-learn", &[("cat", 1), ("don't", 1), ("i’m", 1)])] {
        let named = tp_term_options { stop_list: name.as_ptr().cast(), stop_list_length: name.len(), ..options() };
        assert_eq!(set(&handle, &named), TP_OK);
        assert_eq!(handle.term_frequencies(), expected(left));
    }
}

#[test]
fn invalid_options_change_nothing() {
    let handle = Handle::with_documents(&["A b"]);
    let name = "klingon";
    let wrong = [
        tp_term_options { normal_form: 3, ..options() },
        tp_term_options { letter_case: 3, ..options() },
        tp_term_options { accents: usize::MAX, ..options() },
        tp_term_options { stemmer: name.as_ptr().cast(), stemmer_length: name.len(), ..options() },
        tp_term_options { stop_list: name.as_ptr().cast(), stop_list_length: name.len(), ..options() },
    ];
    for wrong in &wrong {
        assert_eq!(set(&handle, wrong), TP_ERROR_INVALID_ARGUMENT);
    }
    let (words, lengths) = ([b"\xFF".as_ptr().cast()], [1]);
    let invalid = tp_term_options {
        stop_words: words.as_ptr(),
        stop_word_lengths: lengths.as_ptr(),
        stop_word_count: 1,
        ..options()
    };
    assert_eq!(set(&handle, &invalid), TP_ERROR_INVALID_UTF8);
    assert_eq!(handle.term_frequencies(), expected(&[("a", 1), ("b", 1)]));
}

#[test]
fn a_program_gives_the_terms_of_pending_words() {
    let handle = Handle::with_documents(&["The cat sat", "the CAT"]);
    assert_eq!(set(&handle, &tp_term_options { external_terms: 1, ..options() }), TP_OK);
    assert_eq!(unique(&handle), Err(TP_ERROR_TERMS_PENDING));
    let (begin, words) = pending(&handle, 2);
    assert_eq!(words, ["the", "cat"]);
    assert_eq!(give(&handle, begin, &[Some(b"\xFF")]), TP_ERROR_INVALID_UTF8);
    assert_eq!(give(&handle, begin, &[None, Some(b"X")]), TP_OK);
    let (begin, words) = pending(&handle, 2);
    assert_eq!(words, ["sat"]);
    assert_eq!(give(&handle, begin, &[Some(b"X"), Some(b"too many")]), TP_OK);
    assert_eq!(handle.term_frequencies(), expected(&[("X", 3)]));
    assert_eq!(pending(&handle, 9).1, [""; 0]);
    handle.clear();
    assert_eq!(handle.add(b"dog"), TP_OK);
    assert_eq!(give(&handle, begin, &[Some(b"stale")]), TP_OK);
    assert_eq!(pending(&handle, 9).1, ["dog"]);
}

#[test]
fn ngrams_have_a_column_for_each_term() {
    let handle = Handle::with_documents(&["to be or not to be", "to be"]);
    let rows = |top: bool, n, skip| {
        let of = if top { tp_analyzer_top_ngrams } else { tp_analyzer_ngrams };
        let mut stream = FFI_ArrowArrayStream::empty();
        // SAFETY: the analyzer was not freed, and the out-parameter is valid.
        match unsafe { of(handle.pointer(), n, skip, 2, &raw mut stream) } {
            TP_OK => {}
            status => return Err(status),
        }
        let batches = RecordBatchStreamReader::try_new(stream).unwrap().map(Result::unwrap);
        Ok(batches
            .flat_map(|batch| {
                assert!(batch.num_rows() <= 2);
                let (first, second) = (batch.column(0).as_string::<i32>(), batch.column(n - 1).as_string::<i32>());
                let counts = batch.column(n).as_primitive::<UInt64Type>();
                (0..batch.num_rows())
                    .map(|row| (format!("{} {}", first.value(row), second.value(row)), counts.value(row)))
                    .collect::<Vec<_>>()
            })
            .collect::<Vec<_>>())
    };
    let in_order = expected(&[("to be", 3), ("be or", 1), ("or not", 1), ("not to", 1)]);
    assert_eq!(rows(false, 2, 0), Ok(in_order.clone()));
    assert_eq!(rows(true, 2, 0), Ok(in_order));
    assert_eq!(rows(true, 2, 1).unwrap()[1], ("to or".to_owned(), 1));
    for (n, skip) in [(0, 0), (1001, 0), (20, 100), (2, usize::MAX)] {
        assert_eq!(rows(false, n, skip), Err(TP_ERROR_INVALID_ARGUMENT));
    }
}
