//! Each function of the header is short, or a checkpoint can end it.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::ffi::{c_char, c_void};
use std::ptr;

use arrow_array::ffi::FFI_ArrowArray;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{Array, StringArray};
use arrow_schema::ffi::FFI_ArrowSchema;

use text_processor::*;

use crate::support::{Handle, rows};

/// Functions whose time does not depend on the number or the length of documents, except that they may free memory.
const SHORT: &[&str] = &[
    "tp_abi_version",
    "tp_analyzer_clear",
    "tp_analyzer_clear_callback",
    "tp_analyzer_document_count",
    "tp_analyzer_free",
    "tp_analyzer_new",
    "tp_analyzer_set_callback",
    "tp_default_threads",
    "tp_draft_allow_blank",
    "tp_draft_free",
    "tp_draft_new",
    "tp_draft_room",
    "tp_events_free",
    "tp_events_new",
    "tp_events_next",
    "tp_indexer_start",
    "tp_indexer_stop",
    "tp_kept_free",
    "tp_last_error_document",
    "tp_last_error_errno",
    "tp_last_error_message",
    "tp_last_error_offset",
    "tp_lexicon_free",
    "tp_lexicon_word_count",
    "tp_matrix_free",
    "tp_matrix_new",
    "tp_matrix_new_hashed",
    "tp_schema_keep",
    "tp_set_checkpoint",
    "tp_simd_level",
    "tp_status_name",
    "tp_stemmers",
    "tp_stop_word_lists",
    "tp_stop_words",
    "tp_stream_keep",
    "tp_string_free",
    "tp_table_free",
    "tp_table_row_count",
    "tp_table_schema",
    "tp_table_stream",
    "tp_vader_free",
    "tp_vectorizer_free",
    "tp_vectorizer_new",
    "tp_vectorizer_term_count",
    "tp_version",
];

/// Functions that work once on the texts, words or numbers that the caller passes. The caller chooses how many.
const BY_ARGUMENTS: &[&str] = &[
    "tp_analyzer_add_column",
    "tp_analyzer_add_document",
    "tp_analyzer_add_documents",
    "tp_analyzer_add_draft",
    "tp_analyzer_add_parts",
    "tp_analyzer_add_separated",
    "tp_analyzer_add_texts",
    "tp_analyzer_give_terms",
    "tp_column_rows_with_words",
    "tp_column_shape",
    "tp_draft_append",
    "tp_draft_take",
    "tp_hello",
    "tp_join_strings",
    "tp_lexicon_find",
    "tp_lexicon_new",
    "tp_rows_of_groups",
    "tp_scale_f64",
    "tp_table_copy",
    "tp_table_from_ipc",
    "tp_table_new",
    "tp_vader_new",
    "tp_vectorizer_find",
    "tp_vectorizer_with_terms",
    "tp_weigh",
];

/// Functions with a limit for the work of one call.
const STEPS: &[&str] = &["tp_analyzer_pending_terms", "tp_analyzer_update", "tp_matrix_update"];

/// Functions that read each number or each text that they need once. Those that need the index complete it first, in
/// steps.
const ONE_PASS: &[&str] = &[
    "tp_analyzer_contains_document",
    "tp_analyzer_document_sentiments",
    "tp_analyzer_document_term_matrix",
    "tp_analyzer_from_ipc",
    "tp_analyzer_load",
    "tp_analyzer_sentiment",
    "tp_analyzer_sentiment_with",
    "tp_analyzer_set_terms",
    "tp_analyzer_settings",
    "tp_analyzer_statistics",
    "tp_analyzer_total_words",
    "tp_analyzer_unique_words",
    "tp_matrix_keep",
    "tp_matrix_vectorizer",
    "tp_table_codes",
    "tp_table_concat",
    "tp_table_join",
    "tp_table_select",
    "tp_table_take",
    "tp_table_to_ipc",
    "tp_vectorizer_first_seen_order",
    "tp_vectorizer_terms",
];

/// A call that takes long.
struct Long<'d> {
    function: &'static str,
    /// The least number of times that it runs the checkpoint; 0 if complete work would take too long for a test.
    steps: usize,
    call: Box<dyn Fn() -> tp_status + 'd>,
}

/// The units of work between two looks at the clock, and the threads that each do as much in a step.
const UNITS_PER_STEP: usize = (1 << 16) * THREADS;
const THREADS: usize = 2;

thread_local! {
    /// The number of times that the checkpoint ran, and the number of the time that ends the call.
    static RUNS: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

/// The checkpoint gets its address.
static USER_DATA: u8 = 0;

unsafe extern "C" fn count(user_data: *mut c_void) -> i32 {
    assert!(ptr::eq(user_data.cast(), &raw const USER_DATA));
    let (runs, last) = RUNS.get();
    RUNS.set((runs + 1, last));
    i32::from(runs + 1 >= last)
}

/// Makes a call whose checkpoint ends it at its run number `last`. Returns the number of runs, and the status.
fn runs_until(last: usize, call: impl FnOnce() -> tp_status) -> (usize, tp_status) {
    RUNS.set((0, last));
    // SAFETY: the function and its data are static.
    assert_eq!(unsafe { tp_set_checkpoint(Some(count), (&raw const USER_DATA).cast_mut().cast(), 0) }, TP_OK);
    let status = call();
    // SAFETY: there are no conditions.
    assert_eq!(unsafe { tp_set_checkpoint(None, ptr::null_mut(), 0) }, TP_OK);
    (RUNS.get().0, status)
}

/// Makes what a call needs, without the checkpoint that `runs_until` has set.
fn unchecked<R>(make: impl FnOnce() -> R) -> R {
    // SAFETY: there are no conditions.
    assert_eq!(unsafe { tp_set_checkpoint(None, ptr::null_mut(), 0) }, TP_OK);
    let made = make();
    // SAFETY: the function and its data are static.
    assert_eq!(unsafe { tp_set_checkpoint(Some(count), (&raw const USER_DATA).cast_mut().cast(), 0) }, TP_OK);
    made
}

/// Opens a stream. Returns the status, or reads all batches.
fn read(open: impl FnOnce(*mut FFI_ArrowArrayStream) -> tp_status) -> tp_status {
    let mut stream = FFI_ArrowArrayStream::empty();
    match open(&raw mut stream) {
        TP_OK => next(&mut stream),
        status => status,
    }
}

/// Reads all batches. A stream reports a checkpoint that ended `get_next` as an error.
fn next(stream: &mut FFI_ArrowArrayStream) -> tp_status {
    loop {
        let mut batch = FFI_ArrowArray::empty();
        // SAFETY: the stream is valid, and the array is empty.
        match unsafe { stream.get_next().unwrap()(stream, &raw mut batch) } {
            0 if batch.is_released() => return TP_OK,
            0 => {}
            _ => return TP_ERROR_STOPPED_BY_CALLBACK,
        }
    }
}

/// Calls a function with an array that it fills.
fn array(fill: impl FnOnce(*mut FFI_ArrowArray) -> tp_status) -> tp_status {
    let mut array = FFI_ArrowArray::empty();
    fill(&raw mut array)
}

fn start(text: &str) -> *const c_char {
    text.as_ptr().cast()
}

struct Data {
    words: Handle,
    terms: Handle,
    /// Many documents, and the codes of their groups.
    grouped: Handle,
    codes: Vec<u32>,
    vader: *mut tp_vader,
    words_vectorizer: OwnedVectorizer,
    /// For n-grams of up to 200 characters.
    characters: OwnedVectorizer,
    characters_in_words: OwnedVectorizer,
    text: String,
    capitals: String,
    /// Many short documents, and the numbers of all of them, the last one first.
    short_lines: Handle,
    numbers: Vec<u64>,
}

impl Data {
    fn new() -> Self {
        let words: Vec<String> = (0..2000).map(|number| format!("w{}", number * number % 89)).collect();
        let terms: Vec<String> = (0..1 << 18).map(|number| number.to_string()).collect();
        let handle = |text: String| {
            let handle = Handle::with_threads(THREADS);
            assert_eq!(handle.add(text.as_bytes()), TP_OK);
            // SAFETY: the handle is valid.
            unsafe { assert_eq!(tp_analyzer_update(handle.pointer(), 0, ptr::null_mut(), ptr::null_mut()), TP_OK) };
            handle
        };
        let grouped: Vec<String> = terms.chunks(4).map(|words| words.join(" ")).collect();
        let codes = (0..1 << 16).map(|number| number % (1 << 9)).collect();
        let (lexicon, mut vader) = ("good\t1\nbad\t-1\n", ptr::null_mut());
        // SAFETY: the texts are valid for their lengths.
        let made = unsafe { tp_vader_new(start(lexicon), lexicon.len(), ptr::null(), 0, ptr::null(), &raw mut vader) };
        assert_eq!(made, TP_OK);
        let short_lines = Handle::with_threads(THREADS);
        let all = "many words in a short line of text, ".repeat(4) + "which is long for a line\n";
        assert_eq!(
            short_lines.add_separated(all.repeat(1 << 15).trim_end().as_bytes(), b'\n', false),
            (TP_OK, 1 << 15)
        );
        short_lines.update(0);
        let (text, capitals) = ("no good end of a bad text that is long ".repeat(1 << 15), "A".repeat(200_000));
        Self {
            words: handle(words.join(" ")),
            terms: handle(terms.join(" ")),
            grouped: {
                let handle = Handle::with_threads(THREADS);
                assert_eq!(handle.add_separated(grouped.join("\n").as_bytes(), b'\n', false), (TP_OK, 1 << 16));
                handle.update(0);
                handle
            },
            codes,
            vader,
            words_vectorizer: OwnedVectorizer::new(TP_FEATURES_WORDS, 1),
            characters: OwnedVectorizer::new(TP_FEATURES_CHARACTERS, 200),
            characters_in_words: OwnedVectorizer::new(TP_FEATURES_CHARACTERS_IN_WORDS, 200),
            text,
            capitals,
            short_lines,
            numbers: (0..1 << 15).rev().collect(),
        }
    }

    /// The calls that take long. SAFETY of all: the handles and texts are valid for the call.
    fn long(&self) -> Vec<Long<'_>> {
        let mut calls = Vec::new();
        let mut add = |function, units: usize, call: Box<dyn Fn() -> tp_status>| {
            calls.push(Long { function, steps: units / UNITS_PER_STEP, call });
        };
        let (words, terms) = (self.words.pointer(), self.terms.pointer());
        let (text, length, vader) = (start(&self.text), self.text.len(), self.vader);
        // The number of 3-grams that skip at most 20 words: 231 at each word, each of 3 terms.
        let ngrams = 2000 * 231 * 3;
        // SAFETY: as above.
        unsafe {
            add("tp_analyzer_ngrams", ngrams, Box::new(move || read(|out| tp_analyzer_ngrams(words, 3, 20, 0, out))));
            add("tp_analyzer_ngrams", 0, Box::new(move || read(|out| tp_analyzer_ngrams(words, 8, 12, 0, out))));
            add(
                "tp_analyzer_top_ngrams",
                ngrams,
                Box::new(move || read(|out| tp_analyzer_top_ngrams(words, 3, 20, 0, out))),
            );
            add(
                "tp_analyzer_top_ngrams",
                1000 * 1000,
                Box::new(move || read(|out| tp_analyzer_top_ngrams(words, 1000, 0, 0, out))),
            );
            add(
                "tp_analyzer_term_frequencies",
                1 << 18,
                Box::new(move || read(|out| tp_analyzer_term_frequencies(terms, 0, out))),
            );
            add("tp_analyzer_top_terms", 3 << 18, Box::new(move || read(|out| tp_analyzer_top_terms(terms, 0, out))));
            // The words, their places, the text and its tokens are each written with at least one look at the clock.
            add(
                "tp_analyzer_to_ipc",
                3 * UNITS_PER_STEP,
                Box::new(move || array(|out| tp_analyzer_to_ipc(terms, ptr::null(), out))),
            );
            let path = std::env::temp_dir().join(format!("text_processor-long-{}", std::process::id()));
            add(
                "tp_analyzer_save",
                3 * UNITS_PER_STEP,
                Box::new(move || {
                    let name = path.as_os_str().as_encoded_bytes();
                    let status = tp_analyzer_save(terms, ptr::null(), name.as_ptr().cast(), name.len());
                    assert_eq!(std::fs::remove_file(&path).is_ok(), status == TP_OK);
                    status
                }),
            );
            let sentences = Handle::with_documents(&[&self.text]);
            add(
                "tp_analyzer_sentence_count",
                length,
                Box::new(move || {
                    let mut count = 0;
                    tp_analyzer_sentence_count(sentences.pointer(), false, &raw mut count)
                }),
            );
            for unwrap in [false, true] {
                add("tp_sentences", length, Box::new(move || array(|out| tp_sentences(text, length, unwrap, out))));
            }
            for tokenizer in 0..5 {
                add(
                    "tp_tokenize",
                    length,
                    Box::new(move || array(|out| tp_tokenize(text, length, tokenizer, ptr::null(), 0, out))),
                );
            }
            let (capitals, number) = (start(&self.capitals), self.capitals.len());
            for (tokenizer, pattern) in
                [(5, ".*[^A-Z]|[A-Z]"), (5, "(.*[^A-Z]|[A-Z])"), (6, "[a-z]\0.*[^A-Z]|[A-Z]|x(?mR:$)")]
            {
                let (pattern, size) = (start(pattern), pattern.len());
                add(
                    "tp_tokenize",
                    0,
                    Box::new(move || array(|out| tp_tokenize(capitals, number, tokenizer, pattern, size, out))),
                );
            }
            add(
                "tp_count_words",
                length,
                Box::new(move || {
                    let mut count = 0;
                    tp_count_words(text, length, &raw mut count)
                }),
            );
            add(
                "tp_vader_score",
                length,
                Box::new(move || {
                    let mut scores = tp_vader_scores { neg: 0., neu: 0., pos: 0., compound: 0. };
                    tp_vader_score(vader, text, length, &raw mut scores)
                }),
            );
            add(
                "tp_vader_score_texts",
                length,
                Box::new(move || {
                    let (text, length) = ([text], [length]);
                    read(|out| tp_vader_score_texts(vader, text.as_ptr(), length.as_ptr(), 1, out))
                }),
            );
            add(
                "tp_vader_score_column",
                length,
                Box::new(move || {
                    let text = std::slice::from_raw_parts(text.cast::<u8>(), length);
                    with_column(text, |column| read(|out| tp_vader_score_column(vader, column, out)))
                }),
            );
            add(
                "tp_vader_score_separated",
                length,
                Box::new(move || {
                    #[expect(clippy::cast_possible_wrap, reason = "the separator is ASCII")]
                    read(|out| tp_vader_score_separated(vader, text, length, b' ' as c_char, 0, out))
                }),
            );
        }
        calls.extend(self.groups());
        calls.extend(self.selections());
        calls.extend(self.matrices());
        calls
    }

    /// The calls for groups of documents that take long. SAFETY of all: the handles and codes are valid for the call.
    fn groups(&self) -> Vec<Long<'_>> {
        let mut calls = Vec::new();
        let mut add = |function, units: usize, call: Box<dyn Fn() -> tp_status>| {
            calls.push(Long { function, steps: units / UNITS_PER_STEP, call });
        };
        let (lines, codes, number, order) =
            (self.grouped.pointer(), self.codes.as_ptr(), self.codes.len(), TP_ORDER_FREQUENCY);
        // SAFETY: as above.
        unsafe {
            add(
                "tp_analyzer_grouped_terms",
                4 << 18,
                Box::new(move || read(|out| tp_analyzer_grouped_terms(lines, codes, number, order, 0, 0, out))),
            );
            add(
                "tp_analyzer_grouped_ngrams",
                4 << 17,
                Box::new(move || read(|out| tp_analyzer_grouped_ngrams(lines, codes, number, 2, 0, order, 0, 0, out))),
            );
            add(
                "tp_analyzer_grouped_statistics",
                3 << 17,
                Box::new(move || read(|out| tp_analyzer_grouped_statistics(lines, codes, number, 1 << 9, out))),
            );
        }
        calls
    }

    /// The calls that choose documents and merge analyzers. SAFETY of all: the handles are valid for the call.
    fn selections(&self) -> Vec<Long<'_>> {
        let (lines, numbers) = (&self.short_lines, &self.numbers[..]);
        let copy = || unchecked(|| Handle::of_chosen(**lines, numbers).unwrap());
        let units = 30 * numbers.len();
        fn long<'d>(function: &'static str, units: usize, call: Box<dyn Fn() -> tp_status + 'd>) -> Long<'d> {
            Long { function, steps: units / UNITS_PER_STEP, call }
        }
        vec![
            long(
                "tp_analyzer_choose",
                units,
                Box::new(move || Handle::of_chosen(**lines, numbers).err().unwrap_or(TP_OK)),
            ),
            long("tp_analyzer_keep", units, Box::new(move || copy().keep(numbers))),
            long("tp_analyzer_merge", 0, Box::new(move || copy().merge(**lines))),
            // The texts of chosen documents are copied when they are read for the first time.
            long(
                "tp_analyzer_documents",
                units / 2,
                Box::new(move || {
                    let chosen = copy();
                    // SAFETY: as above.
                    read(|out| unsafe { tp_analyzer_documents(chosen.pointer(), 0, out) })
                }),
            ),
        ]
    }

    /// The calls for matrices that take long. SAFETY of all: the handles and texts are valid for the call.
    fn matrices(&self) -> Vec<Long<'_>> {
        let mut calls = Vec::new();
        let mut add = |function, units: usize, call: Box<dyn Fn() -> tp_status>| {
            calls.push(Long { function, steps: units / UNITS_PER_STEP, call });
        };
        let (terms, words) = (self.terms.pointer(), self.words_vectorizer.0);
        let (text, length) = (start(&self.text), self.text.len());
        // SAFETY: as above.
        unsafe {
            // A row of the words, with 2^18 columns.
            let whole = move || {
                let matrix = new_matrix(|out| tp_analyzer_document_term_matrix(terms, 1, 1, out));
                assert_eq!(tp_matrix_update(matrix.0, 0, ptr::null_mut(), ptr::null_mut()), TP_OK);
                matrix
            };
            add("tp_matrix_sort", 1 << 18, Box::new(move || tp_matrix_sort(unchecked(whole).0)));
            let mut known = ptr::null_mut();
            assert_eq!(tp_matrix_vectorizer(whole().0, &raw mut known), TP_OK);
            let known = OwnedVectorizer(known);
            add(
                "tp_vectorizer_merge",
                3 << 18,
                Box::new(move || {
                    let (both, mut merged) = ([known.pointer().cast_const(); 2], ptr::null_mut());
                    let status = array(|columns| tp_vectorizer_merge(both.as_ptr(), 2, &raw mut merged, columns));
                    tp_vectorizer_free(merged);
                    status
                }),
            );
            add(
                "tp_matrix_shape",
                0,
                Box::new(move || {
                    // The n-grams of one document.
                    let matrix = new_matrix(|out| tp_analyzer_document_term_matrix(terms, 1, 20, out));
                    tp_matrix_shape(matrix.0, ptr::null_mut(), ptr::null_mut(), ptr::null_mut())
                }),
            );
            let rows = move || {
                let matrix = new_matrix(|out| tp_matrix_new(words, true, out));
                #[expect(clippy::cast_possible_wrap, reason = "the separator is ASCII")]
                let added = tp_matrix_add_separated(matrix.0, text, length, b' ' as c_char, 0);
                assert_eq!(added, TP_OK);
                assert_eq!(tp_matrix_update(matrix.0, 0, ptr::null_mut(), ptr::null_mut()), TP_OK);
                matrix
            };
            let codes: Vec<u32> = (0..=10 << 15).map(|number| number % 99).collect();
            add(
                "tp_matrix_sum_groups",
                1 << 18,
                Box::new(move || tp_matrix_sum_groups(unchecked(rows).0, codes.as_ptr(), codes.len(), 99)),
            );
            let matrix = rows();
            add(
                "tp_matrix_totals",
                1 << 17,
                Box::new(move || {
                    array(|counts| array(|documents| tp_matrix_totals(matrix.pointer(), documents, counts)))
                }),
            );
            add(
                "tp_matrix_arrays",
                0,
                Box::new(move || {
                    let mut size = 0;
                    let [mut ends, mut columns, mut values] = [(); 3].map(|()| FFI_ArrowArray::empty());
                    let places = (&raw mut ends, &raw mut columns, &raw mut values);
                    tp_matrix_arrays(
                        unchecked(rows).0,
                        TP_VALUE_INT64,
                        false,
                        &raw mut size,
                        places.0,
                        places.1,
                        places.2,
                    )
                }),
            );
            let (characters, inside, length) = (self.characters.0, self.characters_in_words.0, 1 << 13);
            for (vectorizer, units) in [(characters, 200 * length), (inside, 0)] {
                add(
                    "tp_matrix_add_separated",
                    units,
                    Box::new(move || {
                        let matrix = new_matrix(|out| tp_matrix_new(vectorizer, true, out));
                        let added = tp_matrix_add_separated(matrix.0, text, length, 0, 0);
                        let nothing = ptr::null_mut();
                        if added == TP_OK { tp_matrix_update(matrix.0, 0, nothing, nothing) } else { added }
                    }),
                );
            }
            add(
                "tp_matrix_add_documents",
                200 * length,
                Box::new(move || {
                    let matrix = new_matrix(|out| tp_matrix_new(characters, true, out));
                    tp_matrix_add_documents(matrix.0, [text].as_ptr(), [length].as_ptr(), 1)
                }),
            );
            add(
                "tp_matrix_add_column",
                200 * length,
                Box::new(move || {
                    let matrix = new_matrix(|out| tp_matrix_new(characters, true, out));
                    let text = std::slice::from_raw_parts(text.cast::<u8>(), length);
                    with_column(text, |column| tp_matrix_add_column(matrix.0, column))
                }),
            );
        }
        calls
    }
}

/// Passes a column with one text to a function.
fn with_column<R>(text: &[u8], call: impl FnOnce(*const tp_column) -> R) -> R {
    let array = StringArray::from_iter_values([str::from_utf8(text).unwrap()]);
    let schema = FFI_ArrowSchema::try_from(array.data_type()).unwrap();
    let array = FFI_ArrowArray::new(&array.to_data());
    call(&tp_column {
        struct_size: size_of::<tp_column>(),
        schema: &raw const schema,
        array: &raw const array,
        name: ptr::null(),
        name_length: 0,
        first: 0,
        count: 0,
        missing: TP_BLANK_REFUSE,
    })
}

/// A matrix, which is freed at the end.
struct OwnedMatrix(*mut tp_matrix);

impl OwnedMatrix {
    /// A closure that calls this function owns the matrix; one that reads the member would own only the pointer.
    fn pointer(&self) -> *mut tp_matrix {
        self.0
    }
}

impl Drop for OwnedMatrix {
    fn drop(&mut self) {
        // SAFETY: it is freed once.
        unsafe { tp_matrix_free(self.0) }
    }
}

fn new_matrix(make: impl FnOnce(*mut *mut tp_matrix) -> tp_status) -> OwnedMatrix {
    let mut matrix = ptr::null_mut();
    assert_eq!(make(&raw mut matrix), TP_OK);
    OwnedMatrix(matrix)
}

/// A vectorizer, which is freed at the end.
struct OwnedVectorizer(*mut tp_vectorizer);

impl OwnedVectorizer {
    fn new(features: tp_features, ngrams_to: usize) -> Self {
        let options = tp_vectorizer_options {
            struct_size: size_of::<tp_vectorizer_options>(),
            threads: THREADS,
            features,
            ngrams_from: 1,
            ngrams_to,
            keeps_case: 0,
            accents: TP_ACCENTS_KEEP,
            stop_words: ptr::null(),
            stop_word_lengths: ptr::null(),
            stop_word_count: 0,
        };
        let mut vectorizer = ptr::null_mut();
        // SAFETY: the options have the size that they state.
        assert_eq!(unsafe { tp_vectorizer_new(&raw const options, &raw mut vectorizer) }, TP_OK);
        Self(vectorizer)
    }
}

impl OwnedVectorizer {
    /// A closure that calls it owns the vectorizer, not only its address.
    fn pointer(&self) -> *mut tp_vectorizer {
        self.0
    }
}

impl Drop for OwnedVectorizer {
    fn drop(&mut self) {
        // SAFETY: it is freed once.
        unsafe { tp_vectorizer_free(self.0) }
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        // SAFETY: it is freed once.
        unsafe { tp_vader_free(self.vader) }
    }
}

#[test]
fn each_function_of_the_header_is_short_or_long() {
    let data = Data::new();
    let long: BTreeSet<&str> = data.long().iter().map(|call| call.function).collect();
    let mut names: Vec<&str> = [SHORT, BY_ARGUMENTS, STEPS, ONE_PASS].concat();
    names.extend(long);
    names.sort_unstable();
    assert_eq!(names, include_str!("../../abi/symbols.txt").lines().collect::<Vec<_>>());
}

#[test]
fn a_checkpoint_can_end_each_long_call_at_each_step() {
    let data = Data::new();
    for Long { function, steps, call } in data.long() {
        if steps > 0 {
            let (runs, status) = runs_until(usize::MAX, &call);
            assert_eq!(status, TP_OK, "{function}");
            assert!(runs >= steps, "{function} ran its checkpoint {runs} times, but at least {steps} were expected");
        }
        for last in [1, 2, steps] {
            if last <= steps.max(2) && last > 0 {
                assert_eq!(runs_until(last, &call), (last, TP_ERROR_STOPPED_BY_CALLBACK), "{function}");
            }
        }
    }
}

#[test]
fn the_next_call_gives_the_same_answer_after_a_checkpoint_ended_one() {
    let data = Data::new();
    let ask = || rows(data.terms.stream(tp_analyzer_top_terms, 0));
    let before = ask();
    // SAFETY: the handle is valid.
    let call = || read(|out| unsafe { tp_analyzer_top_terms(data.terms.pointer(), 0, out) });
    let (_, status) = runs_until(3, call);
    assert_eq!(status, TP_ERROR_STOPPED_BY_CALLBACK);
    assert!(ask() == before);
}

#[test]
fn a_query_indexes_in_steps_and_a_checkpoint_can_end_it() {
    let text = "some words of a long document ".repeat(1 << 16);
    for handle in [Handle::with_threads(THREADS), Handle::with_threads(1)] {
        assert_eq!(handle.add(text.as_bytes()), TP_OK);
        let mut count = 0;
        // SAFETY: the handle and the out-parameter are valid.
        let ask = || unsafe { tp_analyzer_unique_words(handle.pointer(), &raw mut count) };
        assert_eq!(runs_until(2, ask), (2, TP_ERROR_STOPPED_BY_CALLBACK));
        let mut more = 0;
        // SAFETY: as above.
        let ask = || unsafe { tp_analyzer_unique_words(handle.pointer(), &raw mut more) };
        let (runs, status) = runs_until(usize::MAX, ask);
        assert_eq!((status, more, count), (TP_OK, 6, 0));
        assert!(runs >= 4, "{runs}");
    }
}

/// Adds a document, and asks a question that takes long, as a signal handler may do.
unsafe extern "C" fn use_the_analyzer(analyzer: *mut c_void) -> i32 {
    let (runs, last) = RUNS.get();
    RUNS.set((runs + 1, last));
    let analyzer: *mut tp_analyzer = analyzer.cast();
    if runs < 3 {
        let mut count = 0;
        // SAFETY: the analyzer is valid during the call.
        unsafe {
            assert_eq!(tp_analyzer_add_document(analyzer, c"another document".as_ptr(), 16), TP_OK);
            assert_eq!(tp_analyzer_unique_words(analyzer, &raw mut count), TP_OK);
            assert_eq!(read(|out| tp_analyzer_ngrams(analyzer, 2, 1, 0, out)), TP_OK);
        }
    }
    0
}

#[test]
fn a_checkpoint_may_use_the_analyzer_of_the_call() {
    let data = Data::new();
    let analyzer = data.words.pointer();
    RUNS.set((0, usize::MAX));
    // SAFETY: the analyzer is valid until the checkpoint is removed.
    unsafe {
        assert_eq!(tp_set_checkpoint(Some(use_the_analyzer), analyzer.cast(), 0), TP_OK);
        assert_eq!(read(|out| tp_analyzer_ngrams(analyzer, 3, 20, 0, out)), TP_OK);
        assert_eq!(tp_set_checkpoint(None, ptr::null_mut(), 0), TP_OK);
        let mut count = 0;
        assert_eq!(tp_analyzer_document_count(analyzer, &raw mut count), TP_OK);
        assert_eq!(count, 1 + 3);
    }
}
