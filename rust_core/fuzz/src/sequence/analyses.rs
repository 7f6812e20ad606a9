//! Checks the functions that need no analyzer: tokens, sentences, scores, matrices and weights.

use std::collections::HashMap;
use std::ffi::c_char;
use std::ptr;

use arbitrary::Arbitrary;
use arrow_array::cast::AsArray;
use arrow_array::ffi::{FFI_ArrowArray, from_ffi_and_data_type};
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::types::{ArrowPrimitiveType, Float64Type, Int32Type, Int64Type, UInt64Type};
use arrow_array::{ArrayRef, make_array};
use arrow_schema::{DataType, Field};
use text_processor::*;

use super::super::reference::{is_whitespace, words};
use super::super::text::Text;

const PATTERN: &str = r"\w+";
/// Finds the same tokens as `PATTERN` in ASCII text. In other text, this pattern needs word boundaries that the `regex`
/// crate does not have. It also has empty matches.
const PYTHON_PATTERN: &str = "[0-9A-Za-z_\u{b2}]\0(?:x{0}|\\b[0-9A-Za-z_\u{b2}]+\\b|$)";
const LEXICON: &str = "good\t1.9\ngreat\t3.1\nbad\t-2.5\nawful\t-2\n:)\t2\n";
const EMOJI: &str = "\u{1F600}\tgood face\n\u{e9}\tnone";

#[derive(Debug, Arbitrary)]
pub enum Analysis {
    Tokenize {
        text: Text,
        tokenizer: u8,
    },
    Sentences {
        text: Text,
    },
    Score {
        texts: Vec<Text>,
        threads: u8,
    },
    /// The features are hashed if `columns` is given.
    Matrix {
        texts: Vec<Text>,
        threads: u8,
        columns: Option<u8>,
    },
    /// The offsets of rows may go backwards, and columns may have no weight.
    Weigh {
        steps: Vec<i8>,
        columns: Vec<i8>,
        weights: u8,
        norm: u8,
    },
}

impl Analysis {
    pub fn check(&self) {
        match self {
            Self::Tokenize { text, tokenizer } => tokenize(&text.0, (tokenizer % 7).into()),
            Self::Sentences { text } => sentences(&text.0),
            Self::Score { texts, threads } => score(&Texts::of(texts), usize::from(threads % 3) + 1),
            Self::Matrix { texts, threads, columns } => {
                matrix(&Texts::of(texts), usize::from(threads % 3) + 1, columns.map(|columns| u32::from(columns) + 1));
            }
            Self::Weigh { steps, columns, weights, norm } => weigh(steps, columns, weights % 8, (norm % 3).into()),
        }
    }
}

/// Texts in the form of the C ABI.
struct Texts<'t> {
    texts: Vec<&'t [u8]>,
    pointers: Vec<*const c_char>,
    lengths: Vec<usize>,
}

impl<'t> Texts<'t> {
    fn of(texts: &'t [Text]) -> Self {
        let texts: Vec<&[u8]> = texts.iter().map(|text| &text.0[..]).collect();
        let pointers = texts.iter().map(|text| text.as_ptr().cast()).collect();
        let lengths = texts.iter().map(|text| text.len()).collect();
        Self { texts, pointers, lengths }
    }

    /// All texts as strings, or the index of the first text that is not UTF-8, and the offset in it.
    fn checked(&self) -> Result<Vec<&'t str>, (i64, i64)> {
        let checked = |(place, text): (usize, &&'t [u8])| {
            str::from_utf8(text).map_err(|error| (number(place), number(error.valid_up_to())))
        };
        self.texts.iter().enumerate().map(checked).collect()
    }
}

fn number(place: usize) -> i64 {
    i64::try_from(place).unwrap()
}

fn imported(array: FFI_ArrowArray, data_type: DataType) -> ArrayRef {
    // SAFETY: the library filled the array by the rules of the format, and this is its type.
    let data = unsafe { from_ffi_and_data_type(array, data_type) }.unwrap();
    data.validate_full().unwrap();
    make_array(data)
}

fn numbers<T: ArrowPrimitiveType>(array: FFI_ArrowArray) -> Vec<T::Native> {
    imported(array, T::DATA_TYPE).as_primitive::<T>().values().to_vec()
}

/// The parts of a text given by its spans; `None` if it is not UTF-8, which the library must report.
fn parts(text: &[u8], call: impl FnOnce(*const c_char, usize, *mut FFI_ArrowArray) -> tp_status) -> Option<Vec<&str>> {
    let mut spans = FFI_ArrowArray::empty();
    let status = call(text.as_ptr().cast(), text.len(), &raw mut spans);
    let text = match str::from_utf8(text) {
        Ok(text) => text,
        Err(error) => {
            assert_eq!((status, tp_last_error_offset()), (TP_ERROR_INVALID_UTF8, number(error.valid_up_to())));
            assert!(spans.is_released());
            return None;
        }
    };
    assert_eq!(status, TP_OK);
    let column = |name| Field::new(name, DataType::UInt64, false);
    let spans = imported(spans, DataType::Struct([column("start"), column("end")].into_iter().collect()));
    let columns = [0, 1].map(|column| spans.as_struct().column(column).as_primitive::<UInt64Type>().values().to_vec());
    let at = |offset: &u64| usize::try_from(*offset).unwrap();
    let places = columns[0].iter().zip(&columns[1]).map(|(start, end)| at(start)..at(end));
    let mut end = 0;
    let part = |place: std::ops::Range<usize>| {
        assert!(end <= place.start && place.start < place.end, "spans must be in order and not empty");
        end = place.end;
        &text[place]
    };
    Some(places.map(part).collect())
}

fn tokens(text: &[u8], tokenizer: usize) -> Option<Vec<&str>> {
    let pattern = match tokenizer {
        TP_TOKENIZER_PATTERN => PATTERN,
        TP_TOKENIZER_PYTHON_PATTERN => PYTHON_PATTERN,
        _ => "",
    };
    parts(text, |start, length, spans| {
        // SAFETY: text and pattern have these lengths.
        unsafe { tp_tokenize(start, length, tokenizer, pattern.as_ptr().cast(), pattern.len(), spans) }
    })
}

fn tokenize(text: &[u8], tokenizer: usize) {
    let Some(found) = tokens(text, tokenizer) else { return };
    let text = str::from_utf8(text).unwrap();
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    match tokenizer {
        TP_TOKENIZER_WHITESPACE => assert_eq!(found, words(text)),
        TP_TOKENIZER_UNICODE_SEGMENTS => assert_eq!(found.concat(), text),
        TP_TOKENIZER_WORD | TP_TOKENIZER_PATTERN | TP_TOKENIZER_PYTHON_PATTERN if text.is_ascii() => {
            let least = if tokenizer == TP_TOKENIZER_WORD { 2 } else { 1 };
            let runs = text.split(|character: char| !is_word(u8::try_from(character).unwrap()));
            assert_eq!(found, runs.filter(|run| run.len() >= least).collect::<Vec<_>>());
        }
        TP_TOKENIZER_CHARACTERS => assert_eq!(found.len(), text.chars().count()),
        _ => assert!(found.concat().len() <= text.len()),
    }
}

fn sentences(text: &[u8]) {
    // SAFETY: the text has this length.
    let found = |unwrap| parts(text, |start, length, spans| unsafe { tp_sentences(start, length, unwrap, spans) });
    let (Some(found), Some(unwrapped)) = (found(false), found(true)) else { return };
    let visible = |text: &str| text.chars().filter(|character| !is_whitespace(*character)).collect::<String>();
    for found in [&found, &unwrapped] {
        assert_eq!(visible(&found.concat()), visible(str::from_utf8(text).unwrap()));
        assert!(found.iter().all(|sentence| !visible(sentence).is_empty()));
    }
    assert!(unwrapped.len() <= found.len());
}

fn score(texts: &Texts, threads: usize) {
    // SAFETY: zeros are a valid structure of this type.
    let mut options: tp_vader_options = unsafe { std::mem::zeroed() };
    (options.struct_size, options.threads) = (size_of::<tp_vader_options>(), threads);
    let (mut vader, mut stream) = (ptr::null_mut(), FFI_ArrowArrayStream::empty());
    // SAFETY: all texts have these lengths, and the handle is freed once.
    unsafe {
        let (lexicon, emoji) = (LEXICON.as_ptr().cast(), EMOJI.as_ptr().cast());
        let made = tp_vader_new(lexicon, LEXICON.len(), emoji, EMOJI.len(), &raw const options, &raw mut vader);
        assert_eq!(made, TP_OK);
        let (pointers, lengths) = (texts.pointers.as_ptr(), texts.lengths.as_ptr());
        let status = tp_vader_score_texts(vader, pointers, lengths, texts.texts.len(), &raw mut stream);
        match texts.checked() {
            Err(place) => {
                assert_eq!(status, TP_ERROR_INVALID_UTF8);
                assert_eq!((tp_last_error_document(), tp_last_error_offset()), place);
            }
            Ok(_) => {
                assert_eq!(status, TP_OK);
                let batch = RecordBatchStreamReader::try_new(stream).unwrap().next().unwrap().unwrap();
                assert_eq!(batch.num_rows(), texts.texts.len());
                for (row, text) in texts.texts.iter().enumerate() {
                    let mut single = tp_vader_scores { neg: 7.0, neu: 7.0, pos: 7.0, compound: 7.0 };
                    assert_eq!(tp_vader_score(vader, text.as_ptr().cast(), text.len(), &raw mut single), TP_OK);
                    let found = [0, 1, 2, 3].map(|at| batch.column(at).as_primitive::<Float64Type>().value(row));
                    assert_eq!(found, [single.neg, single.neu, single.pos, single.compound]);
                    assert!(found[..3].iter().all(|share| (0.0..=1.0).contains(share)) && found[3].abs() <= 1.0);
                }
            }
        }
        tp_vader_free(vader);
    }
}

/// The terms of each document and how often each occurs, by the tokenizer that is checked above.
fn expected_rows(texts: &[&str]) -> Vec<HashMap<String, i64>> {
    let row = |text: &&str| {
        let (lower, mut row) = (text.to_lowercase(), HashMap::new());
        for term in tokens(lower.as_bytes(), TP_TOKENIZER_WORD).unwrap() {
            *row.entry(term.to_owned()).or_insert(0) += 1;
        }
        row
    };
    texts.iter().map(row).collect()
}

fn matrix(texts: &Texts, threads: usize, hashed: Option<u32>) {
    // SAFETY: zeros are a valid structure of this type.
    let mut options: tp_vectorizer_options = unsafe { std::mem::zeroed() };
    (options.struct_size, options.threads) = (size_of::<tp_vectorizer_options>(), threads);
    let (mut vectorizer, mut matrix) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: the options have the size that they state, each text has a pointer and a length, and both handles are
    // freed once.
    unsafe {
        assert_eq!(tp_vectorizer_new(&raw const options, &raw mut vectorizer), TP_OK);
        let made = match hashed {
            Some(columns) => tp_matrix_new_hashed(vectorizer, columns as usize, false, &raw mut matrix),
            None => tp_matrix_new(vectorizer, true, &raw mut matrix),
        };
        assert_eq!(made, TP_OK);
        let count = texts.texts.len();
        let status = tp_matrix_add_documents(matrix, texts.pointers.as_ptr(), texts.lengths.as_ptr(), count);
        match texts.checked() {
            Err(place) => {
                assert_eq!(status, TP_ERROR_INVALID_UTF8);
                assert_eq!((tp_last_error_document(), tp_last_error_offset()), place);
                assert_eq!(tp_matrix_sort(matrix), TP_ERROR_INVALID_UTF8);
            }
            Ok(texts) => {
                assert_eq!(status, TP_OK);
                look_at_rows(matrix, &expected_rows(&texts), hashed);
            }
        }
        tp_matrix_free(matrix);
        tp_vectorizer_free(vectorizer);
    }
}

/// # Safety
/// The matrix must not have been freed.
unsafe fn look_at_rows(matrix: *mut tp_matrix, expected: &[HashMap<String, i64>], hashed: Option<u32>) {
    let (mut fitted, mut size, mut names) = (ptr::null_mut(), 0, FFI_ArrowArray::empty());
    let [mut ends, mut columns, mut values] = [(); 3].map(|()| FFI_ArrowArray::empty());
    // SAFETY: the caller guarantees that the matrix was not freed; the new handle is freed once.
    unsafe {
        assert_eq!(tp_matrix_sort(matrix), TP_OK);
        assert_eq!(tp_matrix_vectorizer(matrix, &raw mut fitted), TP_OK);
        assert_eq!(tp_vectorizer_terms(fitted, &raw mut names), TP_OK);
        tp_vectorizer_free(fitted);
        let (ends, columns, values) = (&raw mut ends, &raw mut columns, &raw mut values);
        assert_eq!(tp_matrix_arrays(matrix, TP_VALUE_INT64, false, &raw mut size, ends, columns, values), TP_OK);
    }
    assert_eq!(size, 4);
    let (ends, columns, values) =
        (numbers::<Int32Type>(ends), numbers::<Int32Type>(columns), numbers::<Int64Type>(values));
    let names = imported(names, DataType::LargeUtf8);
    let names: Vec<&str> = names.as_string::<i64>().iter().flatten().collect();
    assert!(names.is_sorted() && ends.len() == expected.len() + 1);
    for (place, row) in expected.iter().enumerate() {
        let entries = ends[place] as usize..ends[place + 1] as usize;
        if let Some(hashed) = hashed {
            assert_eq!(values[entries.clone()].iter().sum::<i64>(), row.values().sum::<i64>());
            assert!(columns[entries].iter().all(|column| column.cast_unsigned() < hashed));
        } else {
            let found = columns[entries.clone()].iter().map(|column| names[*column as usize].to_owned());
            assert_eq!(entries.len(), row.len());
            assert_eq!(found.zip(values[entries].iter().copied()).collect::<HashMap<_, _>>(), *row);
        }
    }
}

fn weigh(steps: &[i8], columns: &[i8], known: u8, norm: tp_norm) {
    let mut ends = vec![0_i32];
    for step in steps {
        // Most steps go forwards.
        let step = if *step < -120 { i32::from(*step) } else { i32::from(*step).abs() % 8 };
        ends.push(ends[ends.len() - 1] + step);
    }
    let columns: Vec<i32> = columns.iter().copied().map(i32::from).collect();
    let column_weights = vec![2.0; known.into()];
    let mut values = vec![3.0_f64; columns.len()];
    let weights = tp_weights {
        struct_size: size_of::<tp_weights>(),
        threads: 1,
        sublinear: 0,
        column_weights: if known == 0 { ptr::null() } else { column_weights.as_ptr() },
        column_count: known.into(),
        norm,
    };
    let (rows, entries) = (ends.len() - 1, columns.len());
    let places = columns.as_ptr().cast();
    // SAFETY: the arrays have these lengths.
    let status = unsafe {
        tp_weigh(&raw const weights, 4, ends.as_ptr().cast(), rows, places, 8, values.as_mut_ptr().cast(), entries)
    };
    let fits = ends.is_sorted() && ends.last().is_some_and(|end| *end as usize == entries);
    let has_weights = known == 0 || columns.iter().all(|column| (0..i32::from(known)).contains(column));
    assert_eq!(status, if fits && has_weights { TP_OK } else { TP_ERROR_INVALID_ARGUMENT });
    if status == TP_OK {
        for row in ends.windows(2).map(|pair| &values[pair[0] as usize..pair[1] as usize]) {
            let value = if known == 0 { 3.0 } else { 6.0 };
            let length = [1.0, value * row.len() as f64, value * (row.len() as f64).sqrt()][norm];
            assert!(row.iter().all(|found| (found - value / length).abs() < 1e-9));
        }
    }
}
