//! Uses the Arrow C data interface like a consumer in C: moves and releases structures in any order, and checks their
//! contents by the rules of the format. Then another reader of the format imports them.

mod structures;

use std::ffi::CStr;
use std::{mem, ptr};

use arbitrary::{Arbitrary, Result, Unstructured};
use arrow_array::cast::AsArray;
use arrow_array::ffi::{FFI_ArrowArray, from_ffi};
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::types::UInt64Type;
use arrow_array::{Array as _, StructArray};
use arrow_schema::ffi::FFI_ArrowSchema;
use arrow_schema::{DataType, Field};
use text_processor::*;

use super::reference::{Rows, frequencies, top, words};
use super::text::Text;
use structures::{Owned, Stream, buffer, look_at_array, size, strings};

/// The largest number of steps of one input.
const MAX_STEPS: usize = 64;
/// The number of streams, of schemas and of arrays that exist at the same time.
const SLOTS: usize = 4;

#[derive(Debug, Clone, Copy)]
struct Slot(usize);

impl<'a> Arbitrary<'a> for Slot {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self(usize::from(u8::arbitrary(bytes)?) % SLOTS))
    }
}

#[derive(Debug, Arbitrary)]
enum Step {
    Add { text: Text },
    Clear,
    FreeAnalyzer,
    Frequencies { stream: Slot, batch_rows: u8 },
    Top { stream: Slot, batch_rows: u8 },
    Documents { stream: Slot, first: u8 },
    GetSchema { stream: Slot, schema: Slot },
    GetNext { stream: Slot, array: Slot },
    MoveStream { stream: Slot },
    MoveSchema { schema: Slot },
    MoveArray { array: Slot },
    MoveColumn { array: Slot, column: bool },
    Look { array: Slot },
    Import { array: Slot },
    ImportStream { stream: Slot },
    ReleaseStream { stream: Slot },
    ReleaseSchema { schema: Slot },
    ReleaseArray { array: Slot },
    ReleaseColumn { array: Slot, column: bool },
}

/// The rows that a stream must still give.
struct Expected {
    columns: [&'static str; 2],
    is_wide: bool,
    rows: Rows,
    batch_rows: usize,
}

/// A batch; its columns may have been moved.
struct Batch {
    array: Option<Owned<ArrowArray>>,
    columns: [Option<Owned<ArrowArray>>; 2],
    first: usize,
    is_wide: bool,
    rows: Rows,
}

/// The first byte decides whether the analyzer only counts; the others are steps.
pub fn check(data: &[u8]) {
    let mut bytes = Unstructured::new(data);
    let Ok(counts_only) = bytes.ratio(1, 8) else { return };
    let mut consumer = Consumer::new(counts_only);
    for _ in 0..MAX_STEPS {
        if bytes.is_empty() {
            break;
        }
        let Ok(step) = Step::arbitrary(&mut bytes) else { break };
        consumer.take(step);
    }
    consumer.free_analyzer();
    for slot in 0..SLOTS {
        consumer.import_stream(slot);
        if let Some(batch) = &consumer.arrays[slot] {
            batch.look();
        }
    }
}

struct Consumer {
    analyzer: *mut tp_analyzer,
    keeps_text: bool,
    documents: Vec<String>,
    streams: [Option<(Owned<Stream>, Expected)>; SLOTS],
    schemas: [Option<Owned<ArrowSchema>>; SLOTS],
    arrays: [Option<Batch>; SLOTS],
}

impl Consumer {
    fn new(counts_only: bool) -> Self {
        let struct_size = size_of::<tp_analyzer_options>();
        let options =
            tp_analyzer_options { struct_size, threads: 1, counts_only: counts_only.into(), ..Default::default() };
        let mut analyzer = ptr::null_mut();
        // SAFETY: the options have the size that they state.
        assert_eq!(unsafe { tp_analyzer_new(&raw const options, &raw mut analyzer) }, TP_OK);
        let (streams, schemas, arrays) = Default::default();
        Self { analyzer, keeps_text: !counts_only, documents: Vec::new(), streams, schemas, arrays }
    }

    fn free_analyzer(&mut self) {
        // SAFETY: the analyzer is freed once, and NULL is allowed.
        unsafe { tp_analyzer_free(mem::replace(&mut self.analyzer, ptr::null_mut())) }
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Add { text } => self.add(&text.0),
            Step::Clear => {
                // SAFETY: the analyzer is NULL or was not freed.
                let status = unsafe { tp_analyzer_clear(self.analyzer) };
                assert_eq!(status, if self.analyzer.is_null() { TP_ERROR_NULL_POINTER } else { TP_OK });
                self.documents.clear();
            }
            Step::FreeAnalyzer => self.free_analyzer(),
            Step::Frequencies { stream, batch_rows } => {
                let (rows, columns, batch_rows) = (frequencies(&self.documents), ["term", "count"], batch_rows.into());
                let expected = Expected { columns, is_wide: false, rows, batch_rows };
                // SAFETY: the analyzer is NULL or was not freed.
                self.open(stream, expected, |of, to| unsafe { tp_analyzer_term_frequencies(of, batch_rows, to) });
            }
            Step::Top { stream, batch_rows } => {
                let (rows, columns, batch_rows) = (top(&self.documents), ["term", "count"], batch_rows.into());
                let expected = Expected { columns, is_wide: false, rows, batch_rows };
                // SAFETY: the analyzer is NULL or was not freed.
                self.open(stream, expected, |of, to| unsafe { tp_analyzer_top_terms(of, batch_rows, to) });
            }
            Step::Documents { stream, first } => {
                let behind = self.documents.iter().skip(first.into());
                let rows = behind.map(|text| (text.clone(), words(text).len() as u64)).collect();
                let expected = Expected { columns: ["text", "word_count"], is_wide: true, rows, batch_rows: 0 };
                // SAFETY: the analyzer is NULL or was not freed.
                self.open(stream, expected, |of, to| unsafe { tp_analyzer_documents(of, first.into(), to) });
            }
            Step::GetSchema { stream, schema } => self.get_schema(stream.0, schema.0),
            Step::GetNext { stream, array } => self.get_next(stream.0, array.0),
            Step::MoveStream { stream } => {
                if let Some((stream, _)) = &mut self.streams[stream.0] {
                    stream.move_it();
                }
            }
            Step::MoveSchema { schema } => {
                if let Some(schema) = &mut self.schemas[schema.0] {
                    schema.move_it();
                }
            }
            Step::MoveArray { array } => {
                if let Some(array) = self.arrays[array.0].as_mut().and_then(|batch| batch.array.as_mut()) {
                    array.move_it();
                }
            }
            Step::MoveColumn { array, column } => {
                if let Some(batch) = &mut self.arrays[array.0] {
                    batch.move_column(column.into());
                }
            }
            Step::Look { array } => {
                if let Some(batch) = &self.arrays[array.0] {
                    batch.look();
                }
            }
            Step::Import { array } => {
                if let Some(batch) = self.arrays[array.0].take() {
                    batch.import();
                }
            }
            Step::ImportStream { stream } => self.import_stream(stream.0),
            Step::ReleaseStream { stream } => self.streams[stream.0] = None,
            Step::ReleaseSchema { schema } => self.schemas[schema.0] = None,
            Step::ReleaseArray { array } => {
                if let Some(batch) = &mut self.arrays[array.0] {
                    batch.array = None;
                }
            }
            Step::ReleaseColumn { array, column } => {
                if let Some(batch) = &mut self.arrays[array.0] {
                    batch.columns[usize::from(column)] = None;
                }
            }
        }
    }

    fn add(&mut self, text: &[u8]) {
        // SAFETY: the analyzer is NULL or was not freed, and `text` has this length.
        let status = unsafe { tp_analyzer_add_document(self.analyzer, text.as_ptr().cast(), text.len()) };
        let expected = match str::from_utf8(text) {
            _ if self.analyzer.is_null() => TP_ERROR_NULL_POINTER,
            Err(_) => TP_ERROR_INVALID_UTF8,
            Ok(text) if words(text).is_empty() => TP_ERROR_NO_WORDS,
            Ok(text) => {
                self.documents.push(text.to_owned());
                TP_OK
            }
        };
        assert_eq!(status, expected);
    }

    fn open(
        &mut self,
        slot: Slot,
        expected: Expected,
        open: impl FnOnce(*const tp_analyzer, *mut FFI_ArrowArrayStream) -> tp_status,
    ) {
        let mut status = TP_OK;
        let stream = Owned::filled(|stream: *mut Stream| {
            status = open(self.analyzer, stream.cast());
            status
        });
        let refused = match status {
            _ if self.analyzer.is_null() => TP_ERROR_NULL_POINTER,
            _ if expected.is_wide && !self.keeps_text => TP_ERROR_TEXT_NOT_STORED,
            _ => TP_OK,
        };
        assert_eq!((status, stream.is_some()), (refused, refused == TP_OK));
        if let Some(stream) = stream {
            self.streams[slot.0] = Some((stream, expected));
        }
    }

    fn get_schema(&mut self, stream: usize, slot: usize) {
        let Some((stream, expected)) = &mut self.streams[stream] else { return };
        let get = stream.0.get_schema.unwrap();
        // SAFETY: the stream was not released, and there is room for a schema.
        let schema = Owned::filled(|schema| unsafe { get(&raw mut *stream.0, schema) });
        let schema = schema.expect("the stream gives a schema");
        look_at_schema(&schema.0, expected);
        self.schemas[slot] = Some(schema);
    }

    fn get_next(&mut self, stream: usize, slot: usize) {
        let Some((stream, expected)) = &mut self.streams[stream] else { return };
        let (get, get_error) = (stream.0.get_next.unwrap(), stream.0.get_last_error.unwrap());
        let mut status = -1;
        let array = Owned::filled(|array| {
            // SAFETY: the stream was not released, and there is room for an array.
            status = unsafe { get(&raw mut *stream.0, array) };
            status
        });
        // SAFETY: the stream was not released.
        assert!(unsafe { get_error(&raw mut *stream.0) }.is_null(), "there was no error");
        assert_eq!(status, 0);
        match array {
            Some(array) => self.arrays[slot] = Some(Batch::of(array, expected)),
            None => assert!(expected.rows.is_empty(), "the stream ends with {} rows left", expected.rows.len()),
        }
    }

    /// Reads the rest of a stream with another reader of the format.
    fn import_stream(&mut self, slot: usize) {
        let Some((mut stream, mut expected)) = self.streams[slot].take() else { return };
        // SAFETY: the stream was not released, and only the reader uses it from now on.
        let reader = unsafe { RecordBatchStreamReader::from_raw((&raw mut *stream.0).cast()) }.unwrap();
        assert!(stream.0.release.is_none());
        for batch in reader {
            let batch = batch.unwrap();
            let rows = expected.next(batch.num_rows());
            assert_eq!(rows_of(&StructArray::from(batch)), rows);
        }
        assert_eq!(expected.rows, []);
    }
}

impl Drop for Consumer {
    fn drop(&mut self) {
        self.free_analyzer();
    }
}

impl Expected {
    /// The rows of the next batch, which has `rows` rows.
    fn next(&mut self, rows: usize) -> Rows {
        assert!(self.batch_rows == 0 || rows <= self.batch_rows, "{rows} rows are more than {}", self.batch_rows);
        self.rows.drain(..rows).collect()
    }
}

impl Batch {
    fn of(array: Owned<ArrowArray>, expected: &mut Expected) -> Self {
        let (first, length) = (size(array.0.offset), size(array.0.length));
        assert_eq!((array.0.n_buffers, array.0.n_children, array.0.null_count), (1, 2, 0));
        let rows = expected.next(length);
        let batch = Self { array: Some(array), columns: [None, None], first, is_wide: expected.is_wide, rows };
        batch.look();
        batch
    }

    fn column(&self, column: usize) -> Option<&ArrowArray> {
        let in_array = || {
            let array = self.array.as_ref()?;
            // SAFETY: the array has two children, which are valid as long as the array.
            let column = unsafe { &**array.0.children.add(column) };
            column.release.is_some().then_some(column)
        };
        self.columns[column].as_ref().map(|column| &*column.0).or_else(in_array)
    }

    fn move_column(&mut self, column: usize) {
        if let Some(moved) = &mut self.columns[column] {
            moved.move_it();
        } else if let Some(array) = &mut self.array {
            // SAFETY: the array has two children, which are valid as long as the array.
            let child = unsafe { &mut *(*array.0.children.add(column)).cast_mut() };
            if child.release.is_some() {
                self.columns[column] = Some(Owned::moved_from(child));
            }
        }
    }

    /// Checks the contents by the rules of the format.
    fn look(&self) {
        let last = self.first + self.rows.len();
        if let Some(texts) = self.column(0) {
            look_at_array(texts, 3, last);
            let found = if self.is_wide { strings::<i64>(texts) } else { strings::<i32>(texts) };
            assert!(found[self.first..last].iter().eq(self.rows.iter().map(|(text, _)| text)));
        }
        if let Some(numbers) = self.column(1) {
            look_at_array(numbers, 2, last);
            let found: Vec<u64> = buffer(numbers, 1, size(numbers.offset + numbers.length));
            let found = &found[size(numbers.offset)..];
            assert!(found[self.first..last].iter().eq(self.rows.iter().map(|(_, number)| number)));
        }
    }

    /// Imports the batch with another reader of the format, except if a column was moved or released, because
    /// readers do not expect this.
    fn import(mut self) {
        let has_all_columns = self.columns.iter().all(Option::is_none) && (0..2).all(|at| self.column(at).is_some());
        let Some(mut source) = self.array.take() else { return };
        if !has_all_columns {
            return;
        }
        // SAFETY: both structures have the same layout, and only the target is used from now on.
        let array = unsafe { FFI_ArrowArray::from_raw((&raw mut *source.0).cast()) };
        assert!(source.0.release.is_none());
        let text = if self.is_wide { DataType::LargeUtf8 } else { DataType::Utf8 };
        let fields = [Field::new("0", text, false), Field::new("1", DataType::UInt64, false)];
        let schema = FFI_ArrowSchema::try_from(DataType::Struct(fields.into_iter().collect())).unwrap();
        // SAFETY: the library filled the array by the rules of the format, and this is its type.
        let data = unsafe { from_ffi(array, &schema) }.unwrap();
        data.validate_full().unwrap();
        assert_eq!(rows_of(&StructArray::from(data)), self.rows);
    }
}

fn look_at_schema(schema: &ArrowSchema, expected: &Expected) {
    // SAFETY: strings end with a zero byte, and the schema gives the number of its children.
    unsafe {
        assert_eq!(CStr::from_ptr(schema.format), c"+s");
        assert_eq!((schema.n_children, schema.dictionary.is_null()), (2, true));
        let text = if expected.is_wide { c"U" } else { c"u" };
        for (column, format) in [text, c"L"].into_iter().enumerate() {
            let child = &**schema.children.add(column);
            assert_eq!(CStr::from_ptr(child.format), format);
            assert_eq!(CStr::from_ptr(child.name).to_str(), Ok(expected.columns[column]));
            assert_eq!((child.flags, child.n_children, child.dictionary.is_null()), (0, 0, true));
            assert!(child.release.is_some(), "a child can be moved");
        }
    }
}

fn rows_of(batch: &StructArray) -> Rows {
    let numbers = batch.column(1).as_primitive::<UInt64Type>();
    let texts: Vec<&str> = match batch.column(0).data_type() {
        DataType::Utf8 => batch.column(0).as_string::<i32>().iter().flatten().collect(),
        _ => batch.column(0).as_string::<i64>().iter().flatten().collect(),
    };
    assert_eq!(texts.len(), numbers.len());
    texts.into_iter().map(str::to_owned).zip(numbers.values().iter().copied()).collect()
}
