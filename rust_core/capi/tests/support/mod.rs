//! Safe and short forms of the C functions, for the tests.

#![allow(dead_code, reason = "each test program uses only a part of this module")]

use std::ffi::{CStr, c_char};
use std::ops::Deref;
use std::ptr;

use arrow_array::cast::AsArray;
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::types::UInt64Type;
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;

use text_processor::*;

#[cfg(feature = "test-hooks")]
pub mod refusal;

/// A function that returns a number about an analyzer.
pub type Number = unsafe extern "C" fn(*const tp_analyzer, *mut u64) -> tp_status;
/// A function that returns a stream.
pub type Bulk<A> = unsafe extern "C" fn(*const tp_analyzer, A, *mut FFI_ArrowArrayStream) -> tp_status;
/// Rows of a stream: a text and a number.
pub type Rows = Vec<(String, u64)>;

/// An analyzer that this value does not free.
#[derive(Clone, Copy)]
pub struct Analyzer(*mut tp_analyzer);

// SAFETY: the header promises that any thread may use an analyzer.
unsafe impl Send for Analyzer {}
// SAFETY: as above; the promise includes several threads at the same time.
unsafe impl Sync for Analyzer {}

/// An analyzer that is freed when it is dropped.
pub struct Handle(Analyzer);

impl Handle {
    pub fn new() -> Self {
        Self::with_options(ptr::null()).unwrap()
    }

    pub fn with_threads(threads: usize) -> Self {
        Self::with(threads, 0)
    }

    pub fn counting() -> Self {
        Self::with(0, 1)
    }

    fn with(threads: usize, counts_only: usize) -> Self {
        let struct_size = size_of::<tp_analyzer_options>();
        Self::with_options(&tp_analyzer_options { struct_size, threads, counts_only, ..Default::default() }).unwrap()
    }

    pub fn with_documents(texts: &[&str]) -> Self {
        let handle = Self::new();
        for text in texts {
            assert_eq!(handle.add(text.as_bytes()), TP_OK);
        }
        handle
    }

    pub fn with_options(options: *const tp_analyzer_options) -> Result<Self, tp_status> {
        let mut analyzer = ptr::null_mut();
        // SAFETY: the tests pass NULL, or options with the size that they state.
        match unsafe { tp_analyzer_new(options, &raw mut analyzer) } {
            TP_OK => Ok(Self(Analyzer(analyzer))),
            status => {
                assert!(analyzer.is_null(), "the out-parameter was written on failure");
                Err(status)
            }
        }
    }

    /// Returns the owner of an analyzer.
    ///
    /// # Safety
    /// The analyzer is valid, and has no other owner.
    pub unsafe fn of(analyzer: *mut tp_analyzer) -> Self {
        Self(Analyzer(analyzer))
    }

    /// Makes an analyzer of some documents of another analyzer.
    pub fn of_chosen(analyzer: Analyzer, documents: &[u64]) -> Result<Self, tp_status> {
        let mut chosen = ptr::null_mut();
        // SAFETY: the analyzer was not freed, and the numbers have the length that is passed.
        match unsafe { tp_analyzer_choose(analyzer.0, documents.as_ptr(), documents.len(), &raw mut chosen) } {
            TP_OK => Ok(Self(Analyzer(chosen))),
            status => {
                assert!(chosen.is_null(), "the out-parameter was written on failure");
                Err(status)
            }
        }
    }

    /// Returns the analyzer, which the test must free.
    pub fn leak(self) -> Analyzer {
        let analyzer = *self;
        std::mem::forget(self);
        analyzer
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.0.free();
    }
}

impl Deref for Handle {
    type Target = Analyzer;

    fn deref(&self) -> &Analyzer {
        &self.0
    }
}

impl Analyzer {
    pub fn pointer(self) -> *mut tp_analyzer {
        self.0
    }

    pub fn free(self) {
        // SAFETY: the tests free each analyzer once.
        unsafe { tp_analyzer_free(self.0) }
    }

    pub fn clear(self) {
        // SAFETY: the analyzer was not freed.
        assert_eq!(unsafe { tp_analyzer_clear(self.0) }, TP_OK);
    }

    pub fn add(self, text: &[u8]) -> tp_status {
        // SAFETY: the analyzer was not freed, and the text has the length that is passed.
        unsafe { tp_analyzer_add_document(self.0, text.as_ptr().cast(), text.len()) }
    }

    pub fn keep(self, documents: &[u64]) -> tp_status {
        // SAFETY: the analyzer was not freed, and the numbers have the length that is passed.
        unsafe { tp_analyzer_keep(self.0, documents.as_ptr(), documents.len()) }
    }

    pub fn merge(self, other: Self) -> tp_status {
        // SAFETY: both handles are valid.
        unsafe { tp_analyzer_merge(self.0, other.0) }
    }

    /// The status, and the number of documents added.
    pub fn add_all(self, texts: &[&[u8]]) -> (tp_status, u64) {
        let pointers: Vec<*const c_char> = texts.iter().map(|text| text.as_ptr().cast()).collect();
        let lengths: Vec<usize> = texts.iter().map(|text| text.len()).collect();
        let mut added = u64::MAX;
        // SAFETY: as in `add`; there are as many pointers and lengths as texts.
        let status = unsafe {
            tp_analyzer_add_documents(self.0, pointers.as_ptr(), lengths.as_ptr(), texts.len(), &raw mut added)
        };
        (status, added)
    }

    /// The status, and the number of documents added.
    pub fn add_separated(self, text: &[u8], separator: u8, skip_blank: bool) -> (tp_status, u64) {
        let separator = c_char::from_ne_bytes([separator]);
        let mut added = u64::MAX;
        // SAFETY: as in `add`.
        let status = unsafe {
            tp_analyzer_add_separated(
                self.0,
                text.as_ptr().cast(),
                text.len(),
                separator,
                0,
                skip_blank,
                &raw mut added,
            )
        };
        (status, added)
    }

    pub fn contains(self, text: &[u8]) -> bool {
        let mut contains = false;
        // SAFETY: as in `add`.
        let status =
            unsafe { tp_analyzer_contains_document(self.0, text.as_ptr().cast(), text.len(), &raw mut contains) };
        assert_eq!(status, TP_OK);
        contains
    }

    /// The number of bytes that are indexed, and the number of all bytes.
    pub fn update(self, milliseconds: u32) -> (u64, u64) {
        let (mut done, mut total) = (0, 0);
        // SAFETY: the analyzer was not freed.
        assert_eq!(unsafe { tp_analyzer_update(self.0, milliseconds, &raw mut done, &raw mut total) }, TP_OK);
        (done, total)
    }

    pub fn number(self, of: Number) -> u64 {
        let mut number = 0;
        // SAFETY: the analyzer was not freed.
        assert_eq!(unsafe { of(self.0, &raw mut number) }, TP_OK);
        number
    }

    /// Documents, words, terms, forms, bytes.
    pub fn statistics(self) -> [u64; 5] {
        let mut members = [48, 0, 0, 0, 0, 0];
        // SAFETY: the array has the layout of the structure, and its first member is the size.
        assert_eq!(unsafe { tp_analyzer_statistics(self.0, members.as_mut_ptr().cast()) }, TP_OK);
        let [_, figures @ ..] = members;
        figures
    }

    pub fn sentiment(self) -> Result<f64, tp_status> {
        let mut sentiment = f64::MIN;
        // SAFETY: the analyzer was not freed.
        match unsafe { tp_analyzer_sentiment(self.0, &raw mut sentiment) } {
            TP_OK => Ok(sentiment),
            status => {
                assert_eq!(sentiment.total_cmp(&f64::MIN), std::cmp::Ordering::Equal);
                Err(status)
            }
        }
    }

    pub fn stream<A>(self, of: Bulk<A>, argument: A) -> RecordBatchStreamReader {
        let mut stream = FFI_ArrowArrayStream::empty();
        // SAFETY: the analyzer was not freed.
        assert_eq!(unsafe { of(self.0, argument, &raw mut stream) }, TP_OK);
        RecordBatchStreamReader::try_new(stream).unwrap()
    }

    pub fn term_frequencies(self) -> Rows {
        rows(self.stream(tp_analyzer_term_frequencies, 0))
    }

    pub fn documents(self) -> Rows {
        rows(self.stream(tp_analyzer_documents, 0))
    }
}

/// A draft that is freed when it is dropped.
pub struct Draft(*mut tp_draft);

// SAFETY: the header promises that any thread may use a draft.
unsafe impl Send for Draft {}
// SAFETY: as above; the promise includes several threads at the same time.
unsafe impl Sync for Draft {}

impl Draft {
    pub fn with_room_for(capacity: usize) -> Result<Self, tp_status> {
        Self::new(&Handle::new(), capacity)
    }

    pub fn new(analyzer: &Handle, capacity: usize) -> Result<Self, tp_status> {
        let mut draft = ptr::null_mut();
        // SAFETY: the analyzer was not freed, and the out-parameter is valid.
        match unsafe { tp_draft_new(analyzer.pointer(), capacity, &raw mut draft) } {
            TP_OK => Ok(Self(draft)),
            status => {
                assert!(draft.is_null(), "the out-parameter was written on failure");
                Err(status)
            }
        }
    }

    pub fn of(pieces: &[&[u8]]) -> Self {
        let draft = Self::with_room_for(0).unwrap();
        for piece in pieces {
            assert_eq!(draft.append(piece), TP_OK);
        }
        draft
    }

    pub fn append(&self, piece: &[u8]) -> tp_status {
        // SAFETY: the draft was not freed, and the piece has the length that is passed.
        unsafe { tp_draft_append(self.0, piece.as_ptr().cast(), piece.len()) }
    }

    /// Writes a piece into room for `length` bytes, then takes all bytes of the piece.
    pub fn write(&self, piece: &[u8], length: usize) -> tp_status {
        let mut room = ptr::null_mut();
        // SAFETY: the draft was not freed, and the piece fits into the room.
        unsafe {
            assert_eq!(tp_draft_room(self.0, length, &raw mut room), TP_OK);
            room.copy_from_nonoverlapping(piece.as_ptr().cast(), piece.len().min(length));
            tp_draft_take(self.0, piece.len())
        }
    }

    pub fn add_to(&self, analyzer: Analyzer) -> tp_status {
        // SAFETY: both handles are valid.
        unsafe { tp_analyzer_add_draft(analyzer.0, self.0) }
    }

    pub fn pointer(&self) -> *mut tp_draft {
        self.0
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // SAFETY: the owner of a draft frees it once.
        unsafe { tp_draft_free(self.0) }
    }
}

/// The rows of each batch.
pub fn batches(stream: RecordBatchStreamReader) -> Vec<Rows> {
    stream.map(|batch| rows_of(&batch.unwrap())).collect()
}

/// The rows of all batches.
pub fn rows(stream: RecordBatchStreamReader) -> Rows {
    batches(stream).concat()
}

fn rows_of(batch: &RecordBatch) -> Rows {
    let texts = batch.column(0);
    let text_at = |row| match texts.data_type() {
        DataType::Utf8 => texts.as_string::<i32>().value(row).to_owned(),
        DataType::LargeUtf8 => texts.as_string::<i64>().value(row).to_owned(),
        other => panic!("a column of {other} is not text"),
    };
    let numbers = batch.column(1).as_primitive::<UInt64Type>();
    (0..batch.num_rows()).map(|row| (text_at(row), numbers.value(row))).collect()
}

/// Expected rows.
pub fn expected(rows: &[(&str, u64)]) -> Rows {
    rows.iter().map(|(text, number)| ((*text).to_owned(), *number)).collect()
}

/// Copies a string of the library.
pub fn text(string: *const c_char) -> String {
    assert!(!string.is_null());
    // SAFETY: such a string ends with a zero byte, and is copied before the next call.
    unsafe { CStr::from_ptr(string) }.to_str().unwrap().to_owned()
}

/// Message, offset and document of the last failure on this thread.
pub fn last_error() -> (String, i64, i64) {
    (text(tp_last_error_message()), tp_last_error_offset(), tp_last_error_document())
}
