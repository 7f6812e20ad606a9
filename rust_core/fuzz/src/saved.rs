//! Files of analyzers: each file is an error, or gives an analyzer that answers all queries, and that is unchanged
//! after it is saved and loaded again. In a build for a fuzzer, the library accepts any checksum.

use std::env;
use std::ffi::c_char;
use std::fs;
use std::panic;
use std::process;
use std::ptr::{null, null_mut};
use std::sync::Once;

use arrow_array::UInt8Array;
use arrow_array::ffi::{FFI_ArrowArray, from_ffi_and_data_type};
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_schema::DataType;
use text_processor::*;

/// An analyzer and its table, which are freed at the end.
struct Loaded(*mut tp_analyzer, *mut tp_table);

impl Drop for Loaded {
    fn drop(&mut self) {
        // SAFETY: each handle is freed only once.
        unsafe {
            tp_analyzer_free(self.0);
            tp_table_free(self.1);
        }
    }
}

/// Calls a function that loads an analyzer. Checks that the status is that of a valid or of a damaged file.
fn loaded(load: impl FnOnce(*mut *mut tp_analyzer, *mut *mut tp_table) -> tp_status) -> Option<Loaded> {
    let mut loaded = Loaded(null_mut(), null_mut());
    match load(&raw mut loaded.0, &raw mut loaded.1) {
        TP_OK => Some(loaded),
        TP_ERROR_INVALID_FILE | TP_ERROR_INVALID_PATTERN | TP_ERROR_OUT_OF_MEMORY => None,
        status => panic!("the status is {status}"),
    }
}

fn from_ipc(bytes: &[u8]) -> Option<Loaded> {
    let (start, length) = (bytes.as_ptr().cast(), bytes.len());
    // SAFETY: the bytes have their length.
    loaded(|analyzer, table| unsafe { tp_analyzer_from_ipc(start, length, null(), analyzer, table) })
}

fn mapped(bytes: &[u8]) -> Option<Loaded> {
    let path = env::temp_dir().join(format!("text_processor-fuzz-{}", process::id()));
    fs::write(&path, bytes).expect("the folder is writable");
    let options = tp_load_options { struct_size: size_of::<tp_load_options>(), threads: 1, mmap: 1 };
    let name = path.as_os_str().as_encoded_bytes();
    let (start, length): (*const c_char, usize) = (name.as_ptr().cast(), name.len());
    // SAFETY: the path has its length, and no process changes the file.
    let loaded =
        loaded(|analyzer, table| unsafe { tp_analyzer_load(start, length, &raw const options, analyzer, table) });
    fs::remove_file(path).expect("the file exists");
    loaded
}

impl Loaded {
    /// Makes queries, which may fail because the file is damaged: loading does not check text of a mapped file.
    fn ask(&self) {
        let Self(analyzer, table) = *self;
        let read = |status: tp_status, stream: FFI_ArrowArrayStream| match status {
            TP_OK => RecordBatchStreamReader::try_new(stream)
                .expect("a stream")
                .for_each(|batch| drop(batch.expect("a batch"))),
            TP_ERROR_INVALID_FILE | TP_ERROR_TEXT_NOT_STORED | TP_ERROR_TERMS_PENDING | TP_ERROR_OUT_OF_MEMORY => {}
            status => panic!("the status of a query is {status}"),
        };
        // SAFETY: the handles are valid, and each stream is empty.
        unsafe {
            for query in 0..5 {
                let mut stream = FFI_ArrowArrayStream::empty();
                let out = &raw mut stream;
                let status = match query {
                    0 => tp_analyzer_term_frequencies(analyzer, 0, out),
                    1 => tp_analyzer_documents(analyzer, 0, out),
                    2 => tp_analyzer_ngrams(analyzer, 2, 1, 0, out),
                    3 if !table.is_null() => tp_table_stream(table, 0, u64::MAX, out),
                    _ => tp_analyzer_top_terms(analyzer, 0, out),
                };
                read(status, stream);
            }
            let mut number = 0;
            let status = tp_analyzer_sentence_count(analyzer, false, &raw mut number);
            assert!([TP_OK, TP_ERROR_TEXT_NOT_STORED, TP_ERROR_INVALID_FILE].contains(&status), "{status}");
            assert_eq!(tp_analyzer_add_document(analyzer, c"one more document".as_ptr(), 17), TP_OK);
            assert_eq!(tp_analyzer_total_words(analyzer, &raw mut number), TP_OK);
        }
    }

    /// The bytes of the analyzer, unless its text is damaged.
    fn bytes(&self, with_table: bool) -> Option<Vec<u8>> {
        let mut array = FFI_ArrowArray::empty();
        let table = if with_table { self.1 } else { null_mut() };
        // SAFETY: the handles are valid; the array is one of uint8.
        unsafe {
            match tp_analyzer_to_ipc(self.0, table, &raw mut array) {
                TP_OK => {
                    let data = from_ffi_and_data_type(array, DataType::UInt8).expect("an array");
                    Some(UInt8Array::from(data).values().to_vec())
                }
                TP_ERROR_INVALID_FILE | TP_ERROR_INVALID_ARGUMENT | TP_ERROR_OUT_OF_MEMORY => None,
                status => panic!("the status is {status}"),
            }
        }
    }
}

/// Arrow panics for some files that were made to do harm, and the library returns an error for such a panic. Without
/// this function, libFuzzer would end the process first.
fn accept_panics_of_arrow() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !info.location().is_some_and(|place| place.file().contains("arrow-")) {
                before(info);
            }
        }));
    });
}

/// Loads the bytes of a file, from memory and from a mapped file.
pub fn check(data: &[u8]) {
    accept_panics_of_arrow();
    if let Some(loaded) = from_ipc(data) {
        let bytes = loaded.bytes(true).or_else(|| loaded.bytes(false));
        if let Some(again) = bytes.as_deref().and_then(from_ipc) {
            let second = again.bytes(true).or_else(|| again.bytes(false));
            assert!(bytes == second, "an analyzer that is saved again has other bytes");
        }
        loaded.ask();
    }
    if let Some(loaded) = mapped(data) {
        loaded.ask();
    }
}
