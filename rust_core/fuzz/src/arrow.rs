//! The Arrow C data interface, as a consumer in C sees it: structures are moved and released in any order, and looked at
//! by the rules of the format. What was moved is then imported by another reader of the format.

use std::ffi::{CStr, c_char, c_int, c_void};
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

/// Steps of one input, at most.
const LONGEST: usize = 64;
/// Streams, schemas and arrays, each, that there are at once.
const SLOTS: usize = 4;

/// `struct ArrowSchema` of the header.
#[repr(C)]
struct Schema {
    format: *const c_char,
    name: *const c_char,
    metadata: *const c_char,
    flags: i64,
    n_children: i64,
    children: *mut *mut Schema,
    dictionary: *mut Schema,
    release: Option<unsafe extern "C" fn(*mut Schema)>,
    private_data: *mut c_void,
}

/// `struct ArrowArray` of the header.
#[repr(C)]
struct Array {
    length: i64,
    null_count: i64,
    offset: i64,
    n_buffers: i64,
    n_children: i64,
    buffers: *mut *const c_void,
    children: *mut *mut Array,
    dictionary: *mut Array,
    release: Option<unsafe extern "C" fn(*mut Array)>,
    private_data: *mut c_void,
}

/// `struct ArrowArrayStream` of the header.
#[repr(C)]
struct Stream {
    get_schema: Option<unsafe extern "C" fn(*mut Stream, *mut Schema) -> c_int>,
    get_next: Option<unsafe extern "C" fn(*mut Stream, *mut Array) -> c_int>,
    get_last_error: Option<unsafe extern "C" fn(*mut Stream) -> *const c_char>,
    release: Option<unsafe extern "C" fn(*mut Stream)>,
    private_data: *mut c_void,
}

/// A structure that its owner releases once, unless it was moved away.
trait Released: Sized {
    fn release(&mut self) -> &mut Option<unsafe extern "C" fn(*mut Self)>;
}

impl Released for Schema {
    fn release(&mut self) -> &mut Option<unsafe extern "C" fn(*mut Self)> {
        &mut self.release
    }
}

impl Released for Array {
    fn release(&mut self) -> &mut Option<unsafe extern "C" fn(*mut Self)> {
        &mut self.release
    }
}

impl Released for Stream {
    fn release(&mut self) -> &mut Option<unsafe extern "C" fn(*mut Self)> {
        &mut self.release
    }
}

/// Owns a structure; it lies wherever its box does.
struct Owned<T: Released>(Box<T>);

impl<T: Released> Owned<T> {
    /// What `fill` writes into memory that holds anything, if it writes a structure that is not released.
    fn filled(fill: impl FnOnce(*mut T) -> i32) -> Option<Self> {
        let mut place = Box::<T>::new_uninit();
        // SAFETY: the memory is writable, and with that pattern, in which no pointer is NULL, it holds a structure.
        let (status, structure) = unsafe {
            place.as_mut_ptr().cast::<u8>().write_bytes(0xA5, size_of::<T>());
            (fill(place.as_mut_ptr()), place.assume_init())
        };
        let mut structure = structure;
        if status != 0 {
            // SAFETY: it is writable memory, and holds what was written above or what `fill` has made of it.
            let bytes = unsafe { std::slice::from_raw_parts((&raw const *structure).cast::<u8>(), size_of::<T>()) };
            assert!(bytes.iter().all(|byte| *byte == 0xA5), "a structure was written on failure");
            return None;
        }
        structure.release().is_some().then_some(Self(structure))
    }

    /// Moves a structure as the format has it: its bytes are copied, and the source is marked as released.
    fn moved_from(source: &mut T) -> Self {
        let mut target = Box::<T>::new_uninit();
        // SAFETY: both are structures, and only the copy is one that is not released.
        let target = unsafe {
            ptr::copy_nonoverlapping(source, target.as_mut_ptr(), 1);
            target.assume_init()
        };
        *source.release() = None;
        Self(target)
    }

    fn move_it(&mut self) {
        *self = Self::moved_from(&mut self.0);
    }
}

impl<T: Released> Drop for Owned<T> {
    fn drop(&mut self) {
        if let Some(release) = *self.0.release() {
            // SAFETY: it was not released, as it would have no such function.
            unsafe { release(&raw mut *self.0) }
            assert!(self.0.release().is_none(), "what was released is not marked so");
        }
    }
}

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

/// What a stream gives, and how far it was read.
struct Expected {
    columns: [&'static str; 2],
    is_wide: bool,
    rows: Rows,
    batch_rows: usize,
}

/// A batch, of which columns may have been moved away.
struct Batch {
    whole: Option<Owned<Array>>,
    columns: [Option<Owned<Array>>; 2],
    first: usize,
    is_wide: bool,
    rows: Rows,
}

/// The first byte says whether the analyzer only counts; the others are steps.
pub fn check(data: &[u8]) {
    let mut bytes = Unstructured::new(data);
    let Ok(counts_only) = bytes.ratio(1, 8) else { return };
    let mut consumer = Consumer::new(counts_only);
    for _ in 0..LONGEST {
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
    schemas: [Option<Owned<Schema>>; SLOTS],
    arrays: [Option<Batch>; SLOTS],
}

impl Consumer {
    fn new(counts_only: bool) -> Self {
        let struct_size = size_of::<tp_analyzer_options>();
        let options =
            tp_analyzer_options { struct_size, threads: 1, counts_only: counts_only.into(), ..Default::default() };
        let mut analyzer = ptr::null_mut();
        // SAFETY: the options are of the size they claim.
        assert_eq!(unsafe { tp_analyzer_new(&raw const options, &raw mut analyzer) }, TP_OK);
        let (streams, schemas, arrays) = Default::default();
        Self { analyzer, keeps_text: !counts_only, documents: Vec::new(), streams, schemas, arrays }
    }

    fn free_analyzer(&mut self) {
        // SAFETY: it is freed once, and NULL is allowed.
        unsafe { tp_analyzer_free(mem::replace(&mut self.analyzer, ptr::null_mut())) }
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Add { text } => self.add(&text.0),
            Step::Clear => {
                // SAFETY: it is NULL or was not freed.
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
                if let Some(whole) = self.arrays[array.0].as_mut().and_then(|batch| batch.whole.as_mut()) {
                    whole.move_it();
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
                    batch.whole = None;
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
        // SAFETY: the analyzer is NULL or was not freed, and the text is as long as it says.
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
        ask: impl FnOnce(*const tp_analyzer, *mut FFI_ArrowArrayStream) -> tp_status,
    ) {
        let mut status = TP_OK;
        let stream = Owned::filled(|stream: *mut Stream| {
            status = ask(self.analyzer, stream.cast());
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
        let schema = schema.expect("a schema is given");
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

    /// What is left of a stream, by another reader of the format.
    fn import_stream(&mut self, slot: usize) {
        let Some((mut stream, mut expected)) = self.streams[slot].take() else { return };
        // SAFETY: the stream was not released; it is moved away.
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
    /// The rows of the next batch, which has so many.
    fn next(&mut self, rows: usize) -> Rows {
        assert!(self.batch_rows == 0 || rows <= self.batch_rows, "{rows} rows are more than {}", self.batch_rows);
        self.rows.drain(..rows).collect()
    }
}

impl Batch {
    fn of(whole: Owned<Array>, expected: &mut Expected) -> Self {
        let (first, length) = (size(whole.0.offset), size(whole.0.length));
        assert_eq!((whole.0.n_buffers, whole.0.n_children, whole.0.null_count), (1, 2, 0));
        let rows = expected.next(length);
        let batch = Self { whole: Some(whole), columns: [None, None], first, is_wide: expected.is_wide, rows };
        batch.look();
        batch
    }

    fn column(&self, column: usize) -> Option<&Array> {
        let in_whole = || {
            let whole = self.whole.as_ref()?;
            // SAFETY: the array has two children, which live as long as it does.
            let column = unsafe { &**whole.0.children.add(column) };
            column.release.is_some().then_some(column)
        };
        self.columns[column].as_ref().map(|column| &*column.0).or_else(in_whole)
    }

    fn move_column(&mut self, column: usize) {
        if let Some(moved) = &mut self.columns[column] {
            moved.move_it();
        } else if let Some(whole) = &mut self.whole {
            // SAFETY: the array has two children, which live as long as it does.
            let child = unsafe { &mut **whole.0.children.add(column) };
            if child.release.is_some() {
                self.columns[column] = Some(Owned::moved_from(child));
            }
        }
    }

    /// Goes through what there is, by the rules of the format.
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

    /// Gives it to another reader of the format, unless a column was moved away: readers look at released columns too.
    fn import(mut self) {
        let columns_are_in_it = self.columns.iter().all(Option::is_none) && (0..2).all(|at| self.column(at).is_some());
        let Some(mut whole) = self.whole.take() else { return };
        if !columns_are_in_it {
            return;
        }
        // SAFETY: of the two structures, which have one layout, only the target is used from now on.
        let array = unsafe { FFI_ArrowArray::from_raw((&raw mut *whole.0).cast()) };
        assert!(whole.0.release.is_none());
        let text = if self.is_wide { DataType::LargeUtf8 } else { DataType::Utf8 };
        let fields = [Field::new("0", text, false), Field::new("1", DataType::UInt64, false)];
        let schema = FFI_ArrowSchema::try_from(DataType::Struct(fields.into_iter().collect())).unwrap();
        // SAFETY: the library filled it by the rules, and this is its type.
        let data = unsafe { from_ffi(array, &schema) }.unwrap();
        data.validate_full().unwrap();
        assert_eq!(rows_of(&StructArray::from(data)), self.rows);
    }
}

fn size(number: i64) -> usize {
    usize::try_from(number).expect("it is not below 0")
}

fn look_at_schema(schema: &Schema, expected: &Expected) {
    // SAFETY: strings end with a zero, and there are as many children as it says.
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

fn look_at_array(array: &Array, buffers: i64, rows: usize) {
    assert!(array.release.is_some() && array.dictionary.is_null());
    assert_eq!((array.null_count, array.n_buffers, array.n_children), (0, buffers, 0));
    assert!(size(array.length) >= rows, "a column of {} rows is too short for {rows}", array.length);
    assert!(array.offset >= 0);
}

/// A copy of the first values of a buffer.
fn buffer<T: Copy>(array: &Array, number: usize, length: usize) -> Vec<T> {
    // SAFETY: the caller knows that there are so many buffers.
    let start = unsafe { *array.buffers.add(number) }.cast::<T>();
    assert!(start.is_aligned(), "a buffer is not aligned to its values");
    if length == 0 {
        return Vec::new();
    }
    assert!(!start.is_null(), "a buffer of {length} values is NULL");
    // SAFETY: a buffer holds as many values as its array asks for.
    unsafe { std::slice::from_raw_parts(start, length) }.to_vec()
}

/// All strings of a column.
fn strings<O: Copy + Into<i64>>(array: &Array) -> Vec<String> {
    let offsets: Vec<O> = buffer(array, 1, size(array.offset + array.length) + 1);
    let offsets: Vec<usize> = offsets[size(array.offset)..].iter().map(|offset| size((*offset).into())).collect();
    assert!(offsets.is_sorted(), "offsets go backwards");
    let text: Vec<u8> = buffer(array, 2, offsets[offsets.len() - 1]);
    offsets.windows(2).map(|pair| String::from_utf8(text[pair[0]..pair[1]].to_vec()).unwrap()).collect()
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
