//! Document-term matrices.

use std::ffi::c_char;
use std::mem::size_of;
use std::ptr::{null, null_mut};

use arrow_array::ffi::FFI_ArrowArray;

use text_processor::*;

use crate::support::last_error;

/// The numbers of an array.
fn numbers<T: Copy>(array: &FFI_ArrowArray) -> Vec<T> {
    let length = array.len();
    // SAFETY: the second buffer of an array of numbers has this many values of this type.
    unsafe { std::slice::from_raw_parts(array.buffer(1).cast::<T>(), length) }.to_vec()
}

struct Vectorizer(*mut tp_vectorizer);

impl Vectorizer {
    fn new(ngrams_to: usize) -> Self {
        let (stop_words, stop_word_lengths) = ([c"the".as_ptr(), c"of".as_ptr()], [3, 2]);
        let options = tp_vectorizer_options {
            struct_size: size_of::<tp_vectorizer_options>(),
            threads: 2,
            features: TP_FEATURES_WORDS,
            ngrams_from: 1,
            ngrams_to,
            keeps_case: 0,
            accents: TP_ACCENTS_KEEP,
            stop_words: stop_words.as_ptr(),
            stop_word_lengths: stop_word_lengths.as_ptr(),
            stop_word_count: 2,
        };
        let mut vectorizer = null_mut();
        // SAFETY: all pointers are valid.
        assert_eq!(unsafe { tp_vectorizer_new(&options, &mut vectorizer) }, TP_OK);
        Self(vectorizer)
    }

    fn find(&self, term: &str) -> i64 {
        let mut id = 0;
        // SAFETY: all pointers are valid.
        assert_eq!(unsafe { tp_vectorizer_find(self.0, term.as_ptr().cast(), term.len(), &mut id) }, TP_OK);
        id
    }

    fn matrix(&self) -> Matrix {
        let mut matrix = null_mut();
        // SAFETY: all pointers are valid.
        assert_eq!(unsafe { tp_matrix_new(self.0, true, &mut matrix) }, TP_OK);
        Matrix(matrix)
    }
}

impl Drop for Vectorizer {
    fn drop(&mut self) {
        // SAFETY: the handle is not used again.
        unsafe { tp_vectorizer_free(self.0) };
    }
}

struct Matrix(*mut tp_matrix);

impl Matrix {
    fn add(&self, texts: &[&[u8]]) -> tp_status {
        let pointers: Vec<*const c_char> = texts.iter().map(|text| text.as_ptr().cast()).collect();
        let lengths: Vec<usize> = texts.iter().map(|text| text.len()).collect();
        // SAFETY: all pointers are valid.
        unsafe { tp_matrix_add_documents(self.0, pointers.as_ptr(), lengths.as_ptr(), texts.len()) }
    }

    fn add_separated(&self, text: &str, separator: u8, parts: usize) -> tp_status {
        let separator = c_char::from_ne_bytes([separator]);
        // SAFETY: all pointers are valid.
        unsafe { tp_matrix_add_separated(self.0, text.as_ptr().cast(), text.len(), separator, parts) }
    }

    fn shape(&self) -> [u64; 3] {
        let mut shape = [0; 3];
        let [rows, columns, entries] = &mut shape;
        // SAFETY: all pointers are valid.
        assert_eq!(unsafe { tp_matrix_shape(self.0, rows, columns, entries) }, TP_OK);
        shape
    }

    fn arrays(&self) -> (Vec<i32>, Vec<i32>, Vec<f64>) {
        let mut size = 0;
        let [mut ends, mut columns, mut values] = [(); 3].map(|()| FFI_ArrowArray::empty());
        // SAFETY: all pointers are valid.
        let status = unsafe {
            tp_matrix_arrays(self.0, TP_VALUE_FLOAT64, false, &mut size, &mut ends, &mut columns, &mut values)
        };
        assert_eq!((status, size), (TP_OK, 4));
        (numbers(&ends), numbers(&columns), numbers(&values))
    }
}

impl Drop for Matrix {
    fn drop(&mut self) {
        // SAFETY: the handle is not used again.
        unsafe { tp_matrix_free(self.0) };
    }
}

#[test]
fn documents_become_rows_and_features_become_columns() {
    let vectorizer = Vectorizer::new(2);
    let matrix = vectorizer.matrix();
    assert_eq!(matrix.add(&[b"The time of the Times", b""]), TP_OK);
    assert_eq!(matrix.add_separated("best times\nbest times", b'\n', 2), TP_OK);
    assert_eq!(matrix.shape(), [4, 5, 9]);
    // SAFETY: the matrix was not freed.
    assert_eq!(unsafe { tp_matrix_sort(matrix.0) }, TP_OK);
    let mut fitted = null_mut();
    // SAFETY: all pointers are valid.
    assert_eq!(unsafe { tp_matrix_vectorizer(matrix.0, &mut fitted) }, TP_OK);
    let fitted = Vectorizer(fitted);
    assert_eq!(
        ["best", "best times", "time", "time times", "times", "of"].map(|term| fitted.find(term)),
        [0, 1, 2, 3, 4, -1]
    );
    let (ends, columns, values) = matrix.arrays();
    assert_eq!(ends, [0, 3, 3, 6, 9]);
    assert_eq!(columns, [2, 4, 3, 4, 0, 1, 4, 0, 1]);
    assert_eq!(values, [1.0; 9]);
    assert_eq!(matrix.shape(), [4, 5, 0]);
    assert_eq!(matrix.add(&[b"more"]), TP_ERROR_INVALID_ARGUMENT);
}

struct Analyzer(*mut tp_analyzer);

impl Analyzer {
    fn of(text: &str) -> Self {
        let mut analyzer = null_mut();
        // SAFETY: all pointers are valid.
        unsafe {
            assert_eq!(tp_analyzer_new(null(), &mut analyzer), TP_OK);
            assert_eq!(tp_analyzer_add_document(analyzer, text.as_ptr().cast(), text.len()), TP_OK);
        }
        Self(analyzer)
    }

    fn matrix(&self, ngrams_from: usize, ngrams_to: usize) -> Matrix {
        let mut matrix = null_mut();
        // SAFETY: all pointers are valid.
        let status = unsafe { tp_analyzer_document_term_matrix(self.0, ngrams_from, ngrams_to, &mut matrix) };
        assert_eq!(status, TP_OK);
        Matrix(matrix)
    }
}

impl Drop for Analyzer {
    fn drop(&mut self) {
        // SAFETY: the handle is not used again.
        unsafe { tp_analyzer_free(self.0) };
    }
}

#[test]
fn the_terms_of_an_analyzer_become_columns() {
    let analyzer = Analyzer::of("The time of the Times");
    let matrix = analyzer.matrix(0, 2);
    drop(analyzer);
    assert_eq!(matrix.shape(), [1, 8, 8]);
    let mut names = null_mut();
    // SAFETY: all pointers are valid.
    assert_eq!(unsafe { tp_matrix_vectorizer(matrix.0, &mut names) }, TP_OK);
    let names = Vectorizer(names);
    assert_eq!(["the", "times", "the time", "the times"].map(|term| names.find(term)), [0, 3, 4, 7]);
    assert_eq!(matrix.arrays().2, [2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]);
    assert_eq!(matrix.add(&[b"more"]), TP_ERROR_INVALID_ARGUMENT);
    // SAFETY: all pointers are valid.
    unsafe {
        assert_eq!(tp_matrix_new(names.0, true, &mut null_mut()), TP_ERROR_INVALID_ARGUMENT);
        assert!(last_error().0.contains("tp_analyzer_document_term_matrix()"));
        assert_eq!(tp_matrix_new_hashed(names.0, 9, true, &mut null_mut()), TP_ERROR_INVALID_ARGUMENT);
    }
    let analyzer = Analyzer::of("to be");
    // SAFETY: all pointers are valid.
    let status = unsafe { tp_analyzer_document_term_matrix(analyzer.0, 2, 1, &mut null_mut()) };
    assert_eq!(status, TP_ERROR_INVALID_ARGUMENT);
}

#[test]
fn a_matrix_is_made_in_steps() {
    let analyzer = Analyzer::of(&"to be or not ".repeat(100_000));
    let whole = analyzer.matrix(1, 3).shape();
    let matrix = analyzer.matrix(1, 3);
    let (mut done, mut total, mut steps) = (0, 1, 0);
    while done < total {
        let before = done;
        // SAFETY: all pointers are valid.
        assert_eq!(unsafe { tp_matrix_update(matrix.0, 1, &mut done, &mut total) }, TP_OK);
        assert!(done == total || done >= before);
        steps += 1;
    }
    assert!(steps > 1);
    // SAFETY: NULL is allowed.
    assert_eq!(unsafe { tp_matrix_update(matrix.0, 0, null_mut(), null_mut()) }, TP_OK);
    assert_eq!(matrix.shape(), whole);
}

#[test]
fn errors_have_the_place_of_the_document() {
    let vectorizer = Vectorizer::new(1);
    let matrix = vectorizer.matrix();
    assert_eq!(matrix.add_separated("one two", b'e', 0), TP_ERROR_INVALID_ARGUMENT);
    assert_eq!(matrix.add_separated("one two", b' ', 3), TP_ERROR_INVALID_ARGUMENT);
    let long = vec![b'x'; 1 << 20];
    assert_eq!(matrix.add(&[b"good", &long, b"good", b"bad \xFF"]), TP_ERROR_INVALID_UTF8);
    let (_, offset, document) = last_error();
    assert_eq!((offset, document), (4, 3));
    assert_eq!(matrix.add(&[b"good"]), TP_ERROR_INVALID_UTF8);
    // SAFETY: all pointers are valid, except NULL, which the library refuses.
    unsafe {
        assert_eq!(tp_matrix_sort(matrix.0), TP_ERROR_INVALID_UTF8);
        assert_eq!(tp_matrix_sort(null_mut()), TP_ERROR_NULL_POINTER);
        let mut hashed = null_mut();
        assert_eq!(tp_matrix_new_hashed(vectorizer.0, 0, true, &mut hashed), TP_ERROR_INVALID_ARGUMENT);
        let unknown = tp_vectorizer_options { features: 9, ..options() };
        assert_eq!(tp_vectorizer_new(&unknown, &mut null_mut()), TP_ERROR_INVALID_ARGUMENT);
        let (twice, lengths) = ([c"a".as_ptr(); 2], [1; 2]);
        let status = tp_vectorizer_with_terms(vectorizer.0, twice.as_ptr(), lengths.as_ptr(), 2, &mut null_mut());
        assert_eq!((status, last_error().2), (TP_ERROR_INVALID_ARGUMENT, 1));
    }
}

#[test]
fn a_call_with_a_null_text_adds_no_document() {
    let vectorizer = Vectorizer::new(1);
    let matrix = vectorizer.matrix();
    assert_eq!(matrix.add(&[b"earlier call"]), TP_OK);
    let long = vec![b'x'; 1 << 20];
    let mut texts: Vec<*const c_char> = vec![c"good".as_ptr(), long.as_ptr().cast(), c"day".as_ptr(), null()];
    let lengths = [4, long.len(), 3, 5];
    for place in (0..texts.len()).rev() {
        // SAFETY: all other pointers are valid.
        let status = unsafe { tp_matrix_add_documents(matrix.0, texts.as_ptr(), lengths.as_ptr(), texts.len()) };
        let (message, _, document) = last_error();
        assert_eq!((status, document), (TP_ERROR_NULL_POINTER, i64::try_from(place).unwrap()));
        assert!(message.contains("texts[i]"), "{message}");
        texts[place] = c"again".as_ptr();
        if let Some(next) = place.checked_sub(1) {
            texts[next] = null();
        }
    }
    // With length 0, NULL is an empty text.
    // SAFETY: all pointers are valid, or NULL with the length 0.
    unsafe {
        assert_eq!(tp_matrix_add_documents(matrix.0, [null(), c"day".as_ptr()].as_ptr(), [0, 3].as_ptr(), 2), TP_OK);
    }
    assert_eq!(matrix.shape(), [3, 3, 3]);
}

fn options() -> tp_vectorizer_options {
    tp_vectorizer_options {
        struct_size: size_of::<tp_vectorizer_options>(),
        threads: 0,
        features: TP_FEATURES_WORDS,
        ngrams_from: 0,
        ngrams_to: 0,
        keeps_case: 0,
        accents: TP_ACCENTS_KEEP,
        stop_words: null(),
        stop_word_lengths: null(),
        stop_word_count: 0,
    }
}

#[test]
fn values_are_weighed_in_place() {
    let weights = tp_weights {
        struct_size: size_of::<tp_weights>(),
        threads: 1,
        sublinear: 0,
        column_weights: [1.0, 0.5].as_ptr(),
        column_count: 2,
        norm: TP_NORM_L2,
    };
    let (ends, columns, mut values) = ([0_i64, 2, 2], [0_i64, 1], [3.0_f32, 8.0]);
    let mut weigh = |rows| {
        let (ends, columns) = (ends.as_ptr().cast(), columns.as_ptr().cast());
        // SAFETY: all pointers are valid.
        unsafe { tp_weigh(&weights, 8, ends, rows, columns, 4, values.as_mut_ptr().cast(), 2) }
    };
    assert_eq!(weigh(2), TP_OK);
    assert_eq!(weigh(0), TP_ERROR_INVALID_ARGUMENT);
    assert_eq!(values, [0.6, 0.8]);
}
