//! Tables: streams that are read more than once, their bytes, and structures that the library keeps.

use std::ffi::{CStr, c_char, c_void};
use std::ptr::{null, null_mut};
use std::thread;

use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema};
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::{Array, RecordBatchReader, UInt8Array};
use arrow_schema::Schema;
use text_processor::*;

use crate::support::{Bulk, Handle, Rows, batches, last_error, rows};

/// A table that is freed when it is dropped.
struct Table(*mut tp_table);

// SAFETY: the header promises that any thread may use a table.
unsafe impl Sync for Table {}

impl Drop for Table {
    fn drop(&mut self) {
        // SAFETY: the handle is freed only once.
        unsafe { tp_table_free(self.0) }
    }
}

fn stream_of(handle: &Handle, of: Bulk<usize>, batch_rows: usize) -> FFI_ArrowArrayStream {
    let mut stream = FFI_ArrowArrayStream::empty();
    // SAFETY: the analyzer was not freed.
    assert_eq!(unsafe { of(handle.pointer(), batch_rows, &raw mut stream) }, TP_OK);
    stream
}

fn try_table(streams: &mut [FFI_ArrowArrayStream], names: &[&str]) -> Result<Table, tp_status> {
    let streams: Vec<_> = streams.iter_mut().map(|stream| &raw mut *stream).collect();
    let pointers: Vec<*const c_char> = names.iter().map(|name| name.as_ptr().cast()).collect();
    let lengths: Vec<usize> = names.iter().map(|name| name.len()).collect();
    let mut table = null_mut();
    // SAFETY: the lists have the lengths that are passed.
    let status = unsafe {
        tp_table_new(streams.as_ptr(), streams.len(), pointers.as_ptr(), lengths.as_ptr(), names.len(), &raw mut table)
    };
    assert_eq!(status == TP_OK, !table.is_null());
    if status == TP_OK { Ok(Table(table)) } else { Err(status) }
}

impl Table {
    fn of(handle: &Handle, batch_rows: usize) -> Self {
        try_table(&mut [stream_of(handle, tp_analyzer_term_frequencies, batch_rows)], &[]).unwrap()
    }

    fn stream(&self, first: u64, rows: u64) -> RecordBatchStreamReader {
        let mut stream = FFI_ArrowArrayStream::empty();
        // SAFETY: the table was not freed.
        assert_eq!(unsafe { tp_table_stream(self.0, first, rows, &raw mut stream) }, TP_OK);
        RecordBatchStreamReader::try_new(stream).unwrap()
    }

    fn all(&self) -> Rows {
        rows(self.stream(0, u64::MAX))
    }

    fn count(&self) -> u64 {
        let mut rows = 0;
        // SAFETY: the table was not freed.
        assert_eq!(unsafe { tp_table_row_count(self.0, &raw mut rows) }, TP_OK);
        rows
    }

    fn ipc(&self, first: u64, rows: u64) -> Vec<u8> {
        let mut array = FFI_ArrowArray::empty();
        // SAFETY: the table was not freed; the array is one of uint8.
        unsafe {
            assert_eq!(tp_table_to_ipc(self.0, first, rows, &raw mut array), TP_OK);
            let data = arrow_array::ffi::from_ffi_and_data_type(array, arrow_schema::DataType::UInt8).unwrap();
            UInt8Array::from(data).values().to_vec()
        }
    }
}

fn from_ipc(ipc: &[u8]) -> Result<Table, tp_status> {
    let mut table = null_mut();
    // SAFETY: the bytes have the length that is passed.
    match unsafe { tp_table_from_ipc(ipc.as_ptr().cast(), ipc.len(), &raw mut table) } {
        TP_OK => Ok(Table(table)),
        status => Err(status),
    }
}

fn filled() -> Handle {
    Handle::with_documents(&["the Hat the CAT", "a cat", "The ΣΊΣΥΦΟΣ", "d e f"])
}

#[test]
fn a_table_can_be_read_many_times_even_after_the_analyzer_is_freed() {
    let handle = filled();
    let (table, expected) = (Table::of(&handle, 0), handle.term_frequencies());
    handle.clear();
    drop(handle);
    for _ in 0..3 {
        assert_eq!(table.all(), expected);
    }
    assert_eq!(table.count(), 8);
    let stream = table.stream(0, u64::MAX);
    drop(table);
    assert_eq!(rows(stream), expected);
}

#[test]
fn any_part_of_a_table_can_be_read() {
    let handle = filled();
    let expected = handle.term_frequencies();
    for batch_rows in [0, 1, 3, 8] {
        let table = Table::of(&handle, batch_rows);
        for first in 0..10 {
            for count in (0..10).chain([u64::MAX]) {
                let skipped = expected.iter().skip(usize::try_from(first).unwrap());
                let part: Rows = skipped.take(usize::try_from(count).unwrap_or(usize::MAX)).cloned().collect();
                assert_eq!(rows(table.stream(first, count)), part);
                assert_eq!(from_ipc(&table.ipc(first, count)).unwrap().all(), part);
            }
        }
    }
    assert_eq!(batches(Table::of(&handle, 3).stream(2, 3)).len(), 2);
}

#[test]
fn the_rows_of_several_streams_follow_each_other_under_new_names() {
    let handle = filled();
    let mut streams = [0, 3].map(|batch_rows| {
        stream_of(&handle, [tp_analyzer_term_frequencies, tp_analyzer_top_terms][batch_rows % 2], batch_rows)
    });
    let table = try_table(&mut streams, &["Wort", "n"]).unwrap();
    let both = [handle.term_frequencies(), rows(handle.stream(tp_analyzer_top_terms, 0))].concat();
    assert_eq!(table.all(), both);
    let mut schema = FFI_ArrowSchema::empty();
    // SAFETY: the table was not freed.
    assert_eq!(unsafe { tp_table_schema(table.0, &raw mut schema) }, TP_OK);
    let schema = Schema::try_from(&schema).unwrap();
    assert_eq!(schema.fields().iter().map(|field| field.name().as_str()).collect::<Vec<_>>(), ["Wort", "n"]);
    assert_eq!(*table.stream(0, 0).schema(), schema);
    // The table has read the streams, but has not released them.
    assert!(streams.map(RecordBatchStreamReader::try_new).into_iter().all(|stream| stream.unwrap().next().is_none()));
}

#[test]
fn a_table_shares_the_memory_of_the_batches() {
    let handle = filled();
    let table = Table::of(&handle, 0);
    let address = |stream: RecordBatchStreamReader| {
        let batch = { stream }.next().unwrap().unwrap();
        batch.column(1).to_data().buffers()[0].as_ptr()
    };
    assert_eq!(address(table.stream(0, 8)), address(table.stream(0, 8)));
    // SAFETY: both are in the buffer of the counts.
    assert_eq!(unsafe { address(table.stream(0, 8)).add(16) }, address(table.stream(2, 1)));
}

#[test]
fn wrong_arguments_are_errors() {
    let handle = filled();
    let failing = |streams: &mut [FFI_ArrowArrayStream], names: &[&str], message: &str| {
        assert_eq!(try_table(streams, names).err(), Some(TP_ERROR_INVALID_ARGUMENT));
        assert!(last_error().0.contains(message), "{}", last_error().0);
    };
    failing(&mut [], &[], "`stream_count` is 0");
    failing(&mut [FFI_ArrowArrayStream::empty()], &[], "released");
    failing(&mut [stream_of(&handle, tp_analyzer_top_terms, 0)], &["word"], "there are 1 `names` for 2 columns");
    let mut documents = FFI_ArrowArrayStream::empty();
    // SAFETY: the analyzer was not freed.
    assert_eq!(unsafe { tp_analyzer_documents(handle.pointer(), 0, &raw mut documents) }, TP_OK);
    failing(&mut [stream_of(&handle, tp_analyzer_top_terms, 0), documents], &[], "`streams[1]` has other columns");
    assert_eq!(from_ipc(b"no table").err(), Some(TP_ERROR_INVALID_ARGUMENT));
    assert_eq!(from_ipc(&[]).err(), Some(TP_ERROR_INVALID_ARGUMENT));
    let ipc = Table::of(&handle, 0).ipc(0, u64::MAX);
    for length in 0..ipc.len() {
        assert_eq!(from_ipc(&ipc[..length]).err(), Some(TP_ERROR_INVALID_ARGUMENT), "{length} bytes");
    }
    let (mut none, mut stream) = (null_mut(), FFI_ArrowArrayStream::empty());
    // SAFETY: NULL is an error.
    unsafe {
        assert_eq!(tp_table_new([null_mut()].as_ptr(), 1, null(), null(), 0, &raw mut none), TP_ERROR_NULL_POINTER);
        assert_eq!(tp_table_stream(null(), 0, 0, &raw mut stream), TP_ERROR_NULL_POINTER);
        tp_table_free(null_mut());
    }
}

#[test]
fn a_changed_byte_in_the_bytes_of_a_table_is_an_error_or_gives_other_values() {
    let handle = filled();
    let mut documents = FFI_ArrowArrayStream::empty();
    // SAFETY: the analyzer was not freed.
    assert_eq!(unsafe { tp_analyzer_documents(handle.pointer(), 0, &raw mut documents) }, TP_OK);
    let documents = try_table(&mut [documents], &[]).unwrap();
    for table in [documents, Table::of(&handle, 3)] {
        let mut ipc = table.ipc(0, u64::MAX);
        for place in 0..ipc.len() {
            let right = ipc[place];
            for wrong in [0, 1, 0x7f, 0x80, 0xff, right ^ 1, right ^ 2, right ^ 4, right ^ 8, right ^ 16] {
                ipc[place] = wrong;
                let status = from_ipc(&ipc).err().unwrap_or(TP_OK);
                assert!(
                    [TP_OK, TP_ERROR_INVALID_ARGUMENT].contains(&status),
                    "byte {place} is {wrong} and not {right}: {}",
                    last_error().0
                );
            }
            ipc[place] = right;
        }
    }
}

#[test]
fn several_threads_may_read_one_table() {
    let handle = filled();
    let (table, expected) = (Table::of(&handle, 2), handle.term_frequencies());
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..20 {
                    assert_eq!(table.all(), expected);
                }
            });
        }
    });
}

// ---- Structures that the library keeps ----

/// Keeps a new stream for an owner.
fn kept(owner: *const c_void, stream: &mut FFI_ArrowArrayStream) -> Result<*mut FFI_ArrowArrayStream, tp_status> {
    let mut kept = null_mut();
    // SAFETY: the stream is valid.
    match unsafe { tp_stream_keep(owner, stream, &raw mut kept) } {
        TP_OK => Ok(kept),
        status => Err(status),
    }
}

#[test]
fn a_kept_stream_is_released_with_its_owner_unless_it_was_moved() {
    let handle = filled();
    let table = Table::of(&handle, 0);
    let (owner, other) = (1, 2);
    for is_moved in [false, true] {
        let mut stream = stream_of(&handle, tp_analyzer_top_terms, 0);
        let place = kept((&raw const owner).cast(), &mut stream).unwrap();
        // The stream was moved.
        assert_eq!(try_table(&mut [stream], &[]).err(), Some(TP_ERROR_INVALID_ARGUMENT));
        let mut second = stream_of(&handle, tp_analyzer_top_terms, 0);
        assert_eq!(kept((&raw const owner).cast(), &mut second), Err(TP_ERROR_INVALID_ARGUMENT));
        let next_place = kept((&raw const other).cast(), &mut second).unwrap();
        assert_ne!(place, next_place);
        // SAFETY: the library keeps both streams, and a second call for an owner does nothing.
        unsafe {
            let read = is_moved.then(|| RecordBatchStreamReader::from_raw(place).unwrap());
            for owner in [&raw const owner, &raw const other, &raw const owner] {
                tp_kept_free(owner.cast_mut().cast());
            }
            if let Some(read) = read {
                assert_eq!(rows(read).len(), 8);
            }
            tp_kept_free(null_mut());
        }
    }
    let (mut schema, mut place) = (FFI_ArrowSchema::empty(), null_mut());
    // SAFETY: the table was not freed, and the schema is moved.
    unsafe {
        assert_eq!(tp_table_schema(table.0, &raw mut schema), TP_OK);
        assert_eq!(tp_schema_keep((&raw const owner).cast(), &raw mut schema, &raw mut place), TP_OK);
        assert_eq!(Schema::try_from(&*place).unwrap().fields().len(), 2);
        tp_kept_free((&raw const owner).cast_mut().cast());
        assert_eq!(tp_schema_keep(null(), &raw mut schema, &raw mut place), TP_ERROR_NULL_POINTER);
        assert!(CStr::from_ptr(tp_last_error_message()).to_str().unwrap().contains("owner"));
    }
}
