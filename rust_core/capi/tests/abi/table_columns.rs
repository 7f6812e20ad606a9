//! Columns of data about documents: tables of copied arrays, and tables made of rows and columns of other tables.

use std::collections::HashMap;
use std::ffi::{c_char, c_int};
use std::ptr::{null, null_mut};
use std::sync::{Arc, OnceLock};

use arrow_array::cast::AsArray;
use arrow_array::ffi::{FFI_ArrowArray, from_ffi_and_data_type};
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::types::{Int64Type, UInt32Type, UInt64Type};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Date64Array, DictionaryArray, Float32Array, Float64Array, Int8Array,
    Int64Array, LargeStringArray, ListArray, NullArray, RecordBatch, RecordBatchIterator, StringArray, StringViewArray,
    StructArray, UInt32Array, UInt64Array, make_array,
};
use arrow_schema::ffi::FFI_ArrowSchema;
use arrow_schema::{DataType, Field};
use proptest::prelude::*;

use text_processor::*;

use crate::support::last_error;

/// A table that is freed when it is dropped.
struct Table(*mut tp_table);

impl Drop for Table {
    fn drop(&mut self) {
        // SAFETY: the handle is freed only once.
        unsafe { tp_table_free(self.0) }
    }
}

fn made(make: impl FnOnce(*mut *mut tp_table) -> tp_status) -> Result<Table, tp_status> {
    let mut table = null_mut();
    let status = make(&raw mut table);
    assert_eq!(status == TP_OK, !table.is_null());
    if status == TP_OK { Ok(Table(table)) } else { Err(status) }
}

fn copy(array: &dyn Array, name: Option<&str>) -> Result<Table, tp_status> {
    let (schema, exported) =
        (FFI_ArrowSchema::try_from(array.data_type()).unwrap(), FFI_ArrowArray::new(&array.to_data()));
    let (pointer, length) = name.map_or((null(), 0), |name| (name.as_ptr().cast(), name.len()));
    // SAFETY: the structures are valid.
    let table = made(|table| unsafe { tp_table_copy(&raw const schema, &raw const exported, pointer, length, table) });
    assert!(!exported.is_released());
    table
}

fn lists(names: &[&str]) -> (Vec<*const c_char>, Vec<usize>) {
    names.iter().map(|name| (name.as_ptr().cast::<c_char>(), name.len())).unzip()
}

impl Table {
    fn of(columns: &[(&str, ArrayRef)]) -> Self {
        let fields = columns.iter().map(|(name, column)| Arc::new(Field::new(*name, column.data_type().clone(), true)));
        let columns = columns.iter().map(|(_, column)| Arc::clone(column));
        copy(&StructArray::from(fields.zip(columns).collect::<Vec<_>>()), None).unwrap()
    }

    fn batches(&self) -> Vec<RecordBatch> {
        let mut stream = FFI_ArrowArrayStream::empty();
        // SAFETY: the table was not freed.
        assert_eq!(unsafe { tp_table_stream(self.0, 0, u64::MAX, &raw mut stream) }, TP_OK);
        RecordBatchStreamReader::try_new(stream).unwrap().map(Result::unwrap).collect()
    }

    fn names(&self) -> Vec<String> {
        let mut stream = FFI_ArrowArrayStream::empty();
        // SAFETY: as above.
        assert_eq!(unsafe { tp_table_stream(self.0, 0, 0, &raw mut stream) }, TP_OK);
        let reader = RecordBatchStreamReader::try_new(stream).unwrap();
        let schema = arrow_array::RecordBatchReader::schema(&reader);
        schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    /// The only batch.
    fn batch(&self) -> RecordBatch {
        let batches = self.batches();
        assert_eq!(batches.len(), 1);
        batches[0].clone()
    }

    fn integers(&self, name: &str) -> Vec<Option<i64>> {
        let each = |batch: &RecordBatch| {
            batch.column_by_name(name).unwrap().as_primitive::<Int64Type>().iter().collect::<Vec<_>>()
        };
        self.batches().iter().flat_map(each).collect()
    }

    fn select(&self, names: &[&str]) -> Result<Self, tp_status> {
        let (pointers, lengths) = lists(names);
        // SAFETY: the lists have the lengths that are passed.
        made(|to| unsafe { tp_table_select(self.0, pointers.as_ptr(), lengths.as_ptr(), names.len(), to) })
    }

    fn take(&self, rows: &[u64]) -> Result<Self, tp_status> {
        // SAFETY: as above.
        made(|to| unsafe { tp_table_take(self.0, rows.as_ptr(), rows.len(), to) })
    }

    fn codes(&self) -> Result<(Vec<u32>, Self), tp_status> {
        let mut codes = FFI_ArrowArray::empty();
        // SAFETY: the table was not freed, and the array is one of uint32.
        unsafe {
            let values = made(|values| tp_table_codes(self.0, &raw mut codes, values))?;
            let data = from_ffi_and_data_type(codes, DataType::UInt32).unwrap();
            Ok((make_array(data).as_primitive::<UInt32Type>().values().to_vec(), values))
        }
    }
}

fn join(tables: &[&Table]) -> Result<Table, tp_status> {
    let tables: Vec<*const tp_table> = tables.iter().map(|table| table.0.cast_const()).collect();
    // SAFETY: the tables were not freed.
    made(|to| unsafe { tp_table_join(tables.as_ptr(), tables.len(), to) })
}

fn concat(tables: &[&Table]) -> Result<Table, tp_status> {
    let tables: Vec<*const tp_table> = tables.iter().map(|table| table.0.cast_const()).collect();
    // SAFETY: as above.
    made(|to| unsafe { tp_table_concat(tables.as_ptr(), tables.len(), to) })
}

fn integers(values: &[Option<i64>]) -> ArrayRef {
    Arc::new(Int64Array::from(values.to_vec()))
}

fn words(values: &[Option<&str>]) -> ArrayRef {
    Arc::new(LargeStringArray::from(values.to_vec()))
}

fn failing(result: Result<Table, tp_status>, message: &str) {
    assert_eq!(result.err(), Some(TP_ERROR_INVALID_ARGUMENT));
    assert!(last_error().0.contains(message), "{}", last_error().0);
}

#[test]
fn a_copy_has_types_that_do_not_depend_on_the_library() {
    let texts = [Some("a"), None, Some("more than twelve bytes")];
    let (a, b) = (Some(1), Some(-2));
    let expected = words(&texts);
    let columns: [(ArrayRef, ArrayRef); 10] = [
        (Arc::new(StringArray::from(texts.to_vec())), Arc::clone(&expected)),
        (Arc::new(StringViewArray::from(texts.to_vec())), Arc::clone(&expected)),
        (Arc::new(texts.into_iter().collect::<DictionaryArray<UInt32Type>>()), expected),
        (Arc::new(Int8Array::from(vec![a, None, b])), integers(&[Some(1), None, Some(-2)])),
        (Arc::new(UInt32Array::from(vec![u32::MAX, 0, 1])), integers(&[Some(0xffff_ffff), Some(0), Some(1)])),
        (Arc::new(UInt64Array::from(vec![u64::MAX, 0, 1])), Arc::new(UInt64Array::from(vec![u64::MAX, 0, 1]))),
        (Arc::new(Float32Array::from(vec![0.5, 1.0, 2.0])), Arc::new(Float64Array::from(vec![0.5, 1.0, 2.0]))),
        (Arc::new(Date64Array::from(vec![-1, 0, 86_400_000])), Arc::new(Date32Array::from(vec![-1, 0, 1]))),
        (Arc::new(BooleanArray::from(vec![true, false, true])), Arc::new(BooleanArray::from(vec![true, false, true]))),
        (Arc::new(NullArray::new(3)), Arc::new(NullArray::new(3))),
    ];
    for (column, expected) in columns {
        for start in 0..3 {
            let table = copy(&column.slice(start, 3 - start), Some("x")).unwrap();
            assert_eq!(table.names(), ["x"]);
            assert_eq!(table.batch().column(0), &expected.slice(start, 3 - start), "{}", column.data_type());
        }
        assert!(copy(&column.slice(3, 0), Some("x")).unwrap().batches().is_empty());
    }
    let empty = DictionaryArray::<UInt32Type>::new(UInt32Array::new_null(2), Arc::new(StringArray::new_null(0)));
    assert_eq!(copy(&empty, Some("x")).unwrap().batch().column(0), &words(&[None, None]));
}

#[test]
fn an_array_that_cannot_be_copied_is_an_error() {
    let list = ListArray::from_iter_primitive::<Int64Type, _, _>(vec![Some(vec![Some(1)])]);
    failing(copy(&list, Some("x")), "the column \"x\" has the type List");
    failing(copy(&Int64Array::from(vec![1]), None), "which is not a table");
    let field = Arc::new(Field::new("x", DataType::Int64, true));
    let twice = StructArray::from(vec![(Arc::clone(&field), integers(&[None])), (field, integers(&[None]))]);
    failing(copy(&twice, None), "two columns with the name \"x\"");
    let invalid = StringArray::from(vec!["ab"]).into_data().into_builder();
    let invalid = invalid.buffers(vec![vec![0i32, 2].into(), vec![b'a', 0xff].into()]);
    // SAFETY: the array is only exported: the library must find that its text is not UTF-8.
    let invalid = make_array(unsafe { invalid.build_unchecked() });
    failing(copy(&invalid, Some("x")), "UTF8");
    let (schema, array) = (FFI_ArrowSchema::empty(), FFI_ArrowArray::empty());
    // SAFETY: released structures are errors.
    let released = made(|to| unsafe { tp_table_copy(&raw const schema, &raw const array, null(), 0, to) });
    failing(released, "released");
}

#[test]
fn columns_can_be_selected_and_joined_over_the_same_memory() {
    let table = Table::of(&[("a", integers(&[Some(1), None])), ("b", words(&[Some("x"), Some("y")]))]);
    let swapped = table.select(&["b", "a"]).unwrap();
    assert_eq!(swapped.names(), ["b", "a"]);
    assert_eq!(swapped.integers("a"), [Some(1), None]);
    let other = copy(&Int64Array::from(vec![7, 8]), Some("c")).unwrap();
    let joined = join(&[&swapped, &other]).unwrap();
    assert_eq!(joined.names(), ["b", "a", "c"]);
    assert_eq!(joined.integers("c"), [Some(7), Some(8)]);
    let address = |table: &Table, name| table.batch().column_by_name(name).unwrap().to_data().buffers()[0].as_ptr();
    assert_eq!(address(&joined, "a"), address(&table, "a"));
    failing(table.select(&["a", "z"]), "no column \"z\": its columns are \"a\", \"b\"");
    failing(join(&[&table, &table]), "two columns with the name \"a\"");
    failing(join(&[&table, &copy(&NullArray::new(3), Some("c")).unwrap()]), "has 3 rows, but `tables[0]` has 2");
    failing(join(&[]), "`count` is 0");
}

#[test]
fn rows_follow_each_other_and_missing_columns_are_null() {
    let first = Table::of(&[("a", integers(&[Some(1), None])), ("b", words(&[Some("x"), Some("y")]))]);
    let second = Table::of(&[("c", integers(&[Some(3)])), ("a", Arc::new(NullArray::new(1)))]);
    let whole = concat(&[&second, &first, &second]).unwrap();
    assert_eq!(whole.names(), ["c", "a", "b"]);
    assert_eq!(whole.batches().len(), 1);
    assert_eq!(whole.integers("a"), [None, Some(1), None, None]);
    assert_eq!(whole.integers("c"), [Some(3), None, None, Some(3)]);
    assert_eq!(whole.batch().column(2), &words(&[None, Some("x"), Some("y"), None]));
    let other = Table::of(&[("b", integers(&[None]))]);
    failing(
        concat(&[&first, &other]),
        "the column \"b\" has the type LargeUtf8 in one table, and Int64 in another one",
    );
}

#[test]
fn rows_can_be_taken_in_any_order_and_the_largest_number_gives_nulls() {
    let table = Table::of(&[("a", integers(&[Some(1), None, Some(3)]))]);
    assert_eq!(table.take(&[2, 2, 1, u64::MAX, 0]).unwrap().integers("a"), [Some(3), Some(3), None, None, Some(1)]);
    assert!(table.take(&[]).unwrap().batches().is_empty());
    failing(table.take(&[0, 3]), "`rows[1]` is 3, but the table has 3 rows");
    let empty = table.take(&[]).unwrap();
    assert_eq!(empty.take(&[u64::MAX; 2]).unwrap().integers("a"), [None, None]);
}

#[test]
fn equal_rows_have_equal_codes_in_order_of_first_appearance() {
    let nan = f64::from_bits(f64::NAN.to_bits() | 1);
    let floats = Float64Array::from(vec![Some(0.0), Some(f64::NAN), None, Some(-0.0), Some(nan)]);
    assert_eq!(Table::of(&[("x", Arc::new(floats))]).codes().unwrap().0, [0, 1, 2, 0, 1]);
    let places = words(&[Some("b"), None, Some("b"), Some("a"), None]);
    let years = integers(&[Some(1), Some(1), Some(2), Some(1), Some(1)]);
    let (codes, values) = Table::of(&[("place", places), ("year", years)]).codes().unwrap();
    assert_eq!(codes, [0, 1, 2, 3, 1]);
    assert_eq!(values.batch().column(0), &words(&[Some("b"), None, Some("b"), Some("a")]));
    assert_eq!(values.integers("year"), [Some(1), Some(1), Some(2), Some(1)]);
    let flags = BooleanArray::from(vec![Some(true), None, Some(false), Some(true)]);
    assert_eq!(Table::of(&[("x", Arc::new(flags))]).codes().unwrap().0, [0, 1, 2, 0]);
    let (codes, values) = Table::of(&[("x", integers(&[]))]).codes().unwrap();
    assert!(codes.is_empty() && values.batches().is_empty());
}

#[test]
fn rows_with_words_are_the_rows_that_are_added_if_blank_rows_are_skipped() {
    let texts = StringArray::from(vec![Some("a"), None, Some(" \u{3000}"), Some(""), Some("b c"), Some("d")]);
    let (schema, array) = (FFI_ArrowSchema::try_from(&DataType::Utf8).unwrap(), FFI_ArrowArray::new(&texts.to_data()));
    let column = tp_column {
        struct_size: size_of::<tp_column>(),
        schema: &raw const schema,
        array: &raw const array,
        name: null(),
        name_length: 0,
        first: 1,
        count: 4,
        missing: TP_BLANK_REFUSE,
    };
    let mut rows = FFI_ArrowArray::empty();
    // SAFETY: the column and the out-parameter are valid, and the array is one of uint64.
    unsafe {
        assert_eq!(tp_column_rows_with_words(&raw const column, &raw mut rows), TP_OK);
        let data = from_ffi_and_data_type(rows, DataType::UInt64).unwrap();
        assert_eq!(*make_array(data).as_primitive::<UInt64Type>().values(), [4]);
    }
}

proptest! {
    #[test]
    fn each_distinct_row_has_its_own_code(rows in prop::collection::vec((prop::option::of("[ab]?"), prop::option::of(0i64..3)), 0..60)) {
        let texts = rows.iter().map(|(text, _)| text.as_deref()).collect::<LargeStringArray>();
        let numbers = rows.iter().map(|(_, number)| *number).collect::<Int64Array>();
        let (codes, values) = Table::of(&[("x", Arc::new(texts)), ("y", Arc::new(numbers))]).codes().unwrap();
        let mut known = HashMap::new();
        let expected: Vec<u32> = rows
            .iter()
            .map(|row| {
                let next = u32::try_from(known.len()).unwrap();
                *known.entry(row).or_insert(next)
            })
            .collect();
        prop_assert_eq!(&codes, &expected);
        prop_assert_eq!(values.batches().iter().map(RecordBatch::num_rows).sum::<usize>(), known.len());
        // The codes and their values give the rows again.
        let again = values.take(&codes.iter().map(|code| u64::from(*code)).collect::<Vec<_>>()).unwrap();
        prop_assert_eq!(again.integers("y"), rows.iter().map(|(_, number)| *number).collect::<Vec<_>>());
    }
}

#[test]
fn the_rows_of_groups_are_those_of_the_chosen_codes() {
    let rows_of = |codes: &[u32], is_wanted: &[u8]| {
        let mut rows = FFI_ArrowArray::empty();
        // SAFETY: the lists have the lengths that are passed, and the array is one of uint64.
        unsafe {
            let (codes, wanted) = ((codes.as_ptr(), codes.len()), (is_wanted.as_ptr(), is_wanted.len()));
            assert_eq!(tp_rows_of_groups(codes.0, codes.1, wanted.0, wanted.1, &raw mut rows), TP_OK);
            let data = from_ffi_and_data_type(rows, DataType::UInt64).unwrap();
            make_array(data).as_primitive::<UInt64Type>().values().to_vec()
        }
    };
    assert_eq!(rows_of(&[0, 1, 2, 1, u32::MAX], &[1, 0, 7]), [0, 2]);
    assert!(rows_of(&[0, 1], &[]).is_empty());
    assert!(rows_of(&[], &[1]).is_empty());
}

/// The layout of an array in the Arrow C data interface.
#[repr(C)]
struct Raw {
    numbers: [i64; 5],
    buffers: *const *const u8,
    children: *const *mut Self,
}

/// The beginning of a stream in the Arrow C stream interface.
#[repr(C)]
struct RawStream {
    get_schema: usize,
    get_next: unsafe extern "C" fn(*mut Self, *mut FFI_ArrowArray) -> c_int,
}

/// Gives a buffer to the first member of an array, as polars does for a column of nulls.
fn give_a_buffer_to_nulls(array: &mut FFI_ArrowArray) {
    static NO_BUFFER: [usize; 1] = [0];
    // SAFETY: the layout is that of the interface, the array has a member, and the buffer is NULL.
    unsafe {
        let member = &mut **(*(&raw mut *array).cast::<Raw>()).children;
        assert_eq!(member.numbers[3], 0);
        (member.numbers[3], member.buffers) = (1, NO_BUFFER.as_ptr().cast());
    }
}

#[test]
fn a_column_of_nulls_may_have_a_buffer_as_in_polars() {
    static GET_NEXT: OnceLock<unsafe extern "C" fn(*mut RawStream, *mut FFI_ArrowArray) -> c_int> = OnceLock::new();
    unsafe extern "C" fn get_next(stream: *mut RawStream, array: *mut FFI_ArrowArray) -> c_int {
        // SAFETY: the arguments are those of the function that this one replaces.
        unsafe {
            let status = GET_NEXT.get().unwrap()(stream, array);
            if !(*array).is_released() {
                give_a_buffer_to_nulls(&mut *array);
            }
            status
        }
    }

    let fields = [("none", DataType::Null), ("n", DataType::Int64)];
    let fields = fields.map(|(name, kind)| Arc::new(Field::new(name, kind, true)));
    let columns = [Arc::new(NullArray::new(3)) as ArrayRef, integers(&[Some(1), None, Some(3)])];
    let whole = StructArray::from(fields.into_iter().zip(columns).collect::<Vec<_>>());
    let schema = FFI_ArrowSchema::try_from(whole.data_type()).unwrap();
    let mut array = FFI_ArrowArray::new(&whole.to_data());
    give_a_buffer_to_nulls(&mut array);
    // SAFETY: the structures are valid.
    let copied = made(|to| unsafe { tp_table_copy(&raw const schema, &raw const array, null(), 0, to) }).unwrap();
    drop(array);

    let batch = RecordBatch::from(whole);
    let reader = RecordBatchIterator::new([Ok(batch.clone()), Ok(batch.clone())], batch.schema());
    let mut stream = FFI_ArrowArrayStream::new(Box::new(reader));
    let raw = (&raw mut stream).cast::<RawStream>();
    // SAFETY: the layout is that of the interface.
    unsafe {
        GET_NEXT.set((*raw).get_next).unwrap();
        (*raw).get_next = get_next;
    }
    let streams = [&raw mut stream];
    // SAFETY: the stream is valid.
    let streamed = made(|to| unsafe { tp_table_new(streams.as_ptr(), 1, null(), null(), 0, to) }).unwrap();
    drop(stream);
    for (table, times) in [(copied, 1), (streamed, 2)] {
        assert_eq!(table.integers("n"), [Some(1), None, Some(3)].repeat(times));
        assert_eq!(table.batches()[0].column(0).data_type(), &DataType::Null);
    }
}
