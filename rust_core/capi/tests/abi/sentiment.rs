//! Lexicons, and sentiment by the rules of VADER.

use std::ffi::c_char;
use std::ptr::{null, null_mut};

use arrow_array::cast::AsArray;
use arrow_array::ffi::{FFI_ArrowArray, from_ffi_and_data_type};
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::make_array;
use arrow_array::types::Float64Type;
use arrow_schema::DataType;
use text_processor::*;

use crate::support::{Handle, last_error};

const LEXICON: &str = "good\t1.9\nbad\t-2.5\n";

struct Lexicon(*mut tp_lexicon);

impl Lexicon {
    fn new(text: &[u8]) -> Result<Self, tp_status> {
        let mut lexicon = null_mut();
        // SAFETY: the text has the length that is passed.
        match unsafe { tp_lexicon_new(text.as_ptr().cast(), text.len(), &raw mut lexicon) } {
            TP_OK => Ok(Self(lexicon)),
            status => {
                assert!(lexicon.is_null(), "an out-parameter was written on failure");
                Err(status)
            }
        }
    }

    fn find(&self, word: &str) -> Option<f64> {
        let (mut value, mut found) = (f64::NAN, false);
        // SAFETY: the lexicon was not freed, and the word has the length that is passed.
        let status =
            unsafe { tp_lexicon_find(self.0, word.as_ptr().cast(), word.len(), &raw mut value, &raw mut found) };
        assert_eq!(status, TP_OK);
        assert!(found || value == 0.0);
        found.then_some(value)
    }
}

impl Drop for Lexicon {
    fn drop(&mut self) {
        // SAFETY: the handle is freed only once.
        unsafe { tp_lexicon_free(self.0) };
    }
}

struct Vader(*mut tp_vader);

fn options() -> tp_vader_options {
    tp_vader_options {
        struct_size: size_of::<tp_vader_options>(),
        threads: 2,
        boosters: null(),
        boosters_length: 0,
        negations: null(),
        negation_lengths: null(),
        negation_count: 0,
        idioms: null(),
        idioms_length: 0,
        long_emoji: 0,
        summation: 0,
    }
}

impl Vader {
    fn new(lexicon: &[u8], options: *const tp_vader_options) -> Result<Self, tp_status> {
        let mut vader = null_mut();
        let emoji = "\u{2603}\tgood snow";
        // SAFETY: the texts and the options have the sizes that are passed.
        let status = unsafe {
            tp_vader_new(
                lexicon.as_ptr().cast(),
                lexicon.len(),
                emoji.as_ptr().cast(),
                emoji.len(),
                options,
                &raw mut vader,
            )
        };
        if status == TP_OK { Ok(Self(vader)) } else { Err(status) }
    }

    fn score(&self, text: &[u8]) -> Result<[f64; 4], tp_status> {
        let mut scores = tp_vader_scores { neg: -1.0, neu: -1.0, pos: -1.0, compound: -1.0 };
        // SAFETY: the handle was not freed, and the text has the length that is passed.
        match unsafe { tp_vader_score(self.0, text.as_ptr().cast(), text.len(), &raw mut scores) } {
            TP_OK => Ok([scores.neg, scores.neu, scores.pos, scores.compound]),
            status => {
                assert!(scores.neg < 0.0, "an out-parameter was written on failure");
                Err(status)
            }
        }
    }

    fn score_texts(&self, texts: &[&[u8]]) -> Result<Vec<[f64; 4]>, tp_status> {
        let pointers: Vec<*const c_char> = texts.iter().map(|text| text.as_ptr().cast()).collect();
        let lengths: Vec<usize> = texts.iter().map(|text| text.len()).collect();
        let mut stream = FFI_ArrowArrayStream::empty();
        // SAFETY: as in `score`; there are as many pointers and lengths as texts.
        let status =
            unsafe { tp_vader_score_texts(self.0, pointers.as_ptr(), lengths.as_ptr(), texts.len(), &raw mut stream) };
        if status == TP_OK { Ok(rows(stream)) } else { Err(status) }
    }

    fn score_separated(&self, text: &[u8], parts: usize) -> Result<Vec<[f64; 4]>, tp_status> {
        let mut stream = FFI_ArrowArrayStream::empty();
        let separator = c_char::from_ne_bytes([b'\n']);
        // SAFETY: as in `score`.
        let status = unsafe {
            tp_vader_score_separated(self.0, text.as_ptr().cast(), text.len(), separator, parts, &raw mut stream)
        };
        if status == TP_OK { Ok(rows(stream)) } else { Err(status) }
    }
}

impl Drop for Vader {
    fn drop(&mut self) {
        // SAFETY: the handle is freed only once.
        unsafe { tp_vader_free(self.0) };
    }
}

fn rows(stream: FFI_ArrowArrayStream) -> Vec<[f64; 4]> {
    let batches = RecordBatchStreamReader::try_new(stream).unwrap();
    let mut rows = Vec::new();
    for batch in batches {
        let batch = batch.unwrap();
        let names: Vec<String> = batch.schema().fields().iter().map(|field| field.name().clone()).collect();
        assert_eq!(names, ["neg", "neu", "pos", "compound"]);
        let column = |at: usize| batch.column(at).as_primitive::<Float64Type>().values().to_vec();
        let columns = [0, 1, 2, 3].map(column);
        rows.extend((0..batch.num_rows()).map(|row| [0, 1, 2, 3].map(|at: usize| columns[at][row])));
    }
    rows
}

#[test]
fn a_lexicon_has_the_values_of_its_words() {
    let lexicon = Lexicon::new(b"good\t1.5\nbad\t-1\n\ngood\t2").unwrap();
    let mut words = 0;
    // SAFETY: the lexicon was not freed.
    assert_eq!(unsafe { tp_lexicon_word_count(lexicon.0, &raw mut words) }, TP_OK);
    assert_eq!(
        (words, lexicon.find("good"), lexicon.find("bad"), lexicon.find("Bad")),
        (2, Some(2.0), Some(-1.0), None)
    );
    // SAFETY: NULL is allowed.
    unsafe { tp_lexicon_free(null_mut()) };
}

#[test]
fn an_invalid_lexicon_is_refused() {
    assert_eq!(Lexicon::new(b"good\t1\nfed up\t-1").err(), Some(TP_ERROR_INVALID_LEXICON));
    assert!(last_error().0.contains("line 2"));
    assert_eq!(Lexicon::new(b"go\xFFod\t1").err(), Some(TP_ERROR_INVALID_UTF8));
    assert_eq!(last_error().1, 2);
}

#[test]
fn an_analyzer_scores_with_a_lexicon() {
    let lexicon = Lexicon::new(b"cat\t1.5\ndog\t-0.5\nwhale\t9").unwrap();
    let sentiment = |analyzer: &Handle| {
        let mut sentiment = f64::MIN;
        // SAFETY: both handles are valid.
        match unsafe { tp_analyzer_sentiment_with(analyzer.pointer(), lexicon.0, &raw mut sentiment) } {
            TP_OK => Ok(sentiment),
            status => Err(status),
        }
    };
    assert_eq!(sentiment(&Handle::new()), Err(TP_ERROR_NO_DOCUMENTS));
    assert_eq!(sentiment(&Handle::with_documents(&["The Cat and the dog", "cat CAT"])), Ok(2.0));
}

#[test]
fn each_document_has_a_sentiment() {
    let lexicon = Lexicon::new(b"cat\t1.5\ndog\t-0.5").unwrap();
    let sentiments = |analyzer: &Handle, lexicon: *const tp_lexicon| {
        let mut array = FFI_ArrowArray::empty();
        // SAFETY: both handles are valid.
        match unsafe { tp_analyzer_document_sentiments(analyzer.pointer(), lexicon, &raw mut array) } {
            TP_OK => {
                // SAFETY: the library returns arrays of float64.
                let array = make_array(unsafe { from_ffi_and_data_type(array, DataType::Float64) }.unwrap());
                Ok(array.as_primitive::<Float64Type>().values().to_vec())
            }
            status => Err(status),
        }
    };
    let analyzer = Handle::with_documents(&["The Cat and the good dog", "whale", "cat CAT awful"]);
    assert_eq!(sentiments(&analyzer, lexicon.0), Ok(vec![1.0, 0.0, 3.0]));
    assert_eq!(sentiments(&analyzer, null()), Ok(vec![1.0, 0.0, -1.0]));
    assert_eq!(sentiments(&Handle::counting(), null()), Err(TP_ERROR_TEXT_NOT_STORED));
}

#[test]
fn a_text_has_four_scores() {
    let vader = Vader::new(LEXICON.as_bytes(), null()).unwrap();
    assert_eq!(vader.score(b""), Ok([0.0; 4]));
    let [neg, neu, pos, compound] = vader.score(b"a good day").unwrap();
    assert!(neg == 0.0 && neu > 0.0 && pos > neu && compound > 0.0);
    assert_eq!(vader.score("\u{2603}".as_bytes()), vader.score(b"good snow"));
    assert_eq!(vader.score(b"go\xFFod"), Err(TP_ERROR_INVALID_UTF8));
    assert_eq!(last_error().1, 2);
}

#[test]
fn many_texts_have_the_same_scores_as_single_texts() {
    let vader = Vader::new(LEXICON.as_bytes(), &options()).unwrap();
    let lines: Vec<&[u8]> = [&b"a good day"[..], b"", b"not bad!"].into_iter().cycle().take(9000).collect();
    let expected: Vec<_> = lines.iter().map(|line| vader.score(line).unwrap()).collect();
    assert_eq!(vader.score_texts(&lines), Ok(expected.clone()));
    assert_eq!(vader.score_separated(&lines.join(&b'\n'), lines.len()), Ok(expected));
    assert_eq!(vader.score_texts(&[]), Ok(vec![]));
    assert_eq!(vader.score_separated(b"", 0), Ok(vec![[0.0; 4]]));
    assert_eq!(vader.score_separated(b"a\nb", 3), Err(TP_ERROR_INVALID_ARGUMENT));
    assert_eq!(vader.score_texts(&[b"good", b"b\xFF"]), Err(TP_ERROR_INVALID_UTF8));
    let (_, offset, document) = last_error();
    assert_eq!((offset, document), (1, 1));
}

#[test]
fn options_extend_vader() {
    let plain = Vader::new(LEXICON.as_bytes(), &options()).unwrap();
    let (boosters, idioms) = ("mega\t0.293", "on the ball\t2");
    let (negations, negation_length) = (c"nix".as_ptr(), 3);
    let own = tp_vader_options {
        boosters: boosters.as_ptr().cast(),
        boosters_length: boosters.len(),
        negations: &raw const negations,
        negation_lengths: &raw const negation_length,
        negation_count: 1,
        idioms: idioms.as_ptr().cast(),
        idioms_length: idioms.len(),
        ..options()
    };
    let own = Vader::new(LEXICON.as_bytes(), &own).unwrap();
    assert_eq!(own.score(b"mega good"), plain.score(b"very good"));
    assert_eq!(own.score(b"nix good"), plain.score(b"not good"));
    assert!(own.score(b"on the ball").unwrap()[3] > 0.0);
}

#[test]
fn invalid_options_are_refused() {
    let refused = |lexicon: &[u8], options: tp_vader_options| Vader::new(lexicon, &options).err();
    assert_eq!(refused(b"good", options()), Some(TP_ERROR_INVALID_LEXICON));
    assert_eq!(refused(b"\xFF", options()), Some(TP_ERROR_INVALID_UTF8));
    assert!(last_error().0.contains("`lexicon`"));
    let of_size = |struct_size| tp_vader_options { struct_size, ..options() };
    assert_eq!(refused(b"", of_size(0)), Some(TP_ERROR_INVALID_ARGUMENT));
    assert_eq!(refused(b"", of_size(size_of::<usize>())), None);
    let of_summation = |summation| refused(b"", tp_vader_options { summation, ..options() });
    assert_eq!([2, 3].map(of_summation), [None, Some(TP_ERROR_INVALID_ARGUMENT)]);
    for (negation, length) in [(c"no way", 6), (c"no\nway", 6)] {
        let negations = negation.as_ptr();
        let (negations, negation_lengths) = (&raw const negations, &raw const length);
        let options = tp_vader_options { negations, negation_lengths, negation_count: 1, ..options() };
        assert_eq!(refused(b"", options), Some(TP_ERROR_INVALID_LEXICON));
    }
    let boosters_length = 1;
    assert_eq!(refused(b"", tp_vader_options { boosters_length, ..options() }), Some(TP_ERROR_NULL_POINTER));
}
