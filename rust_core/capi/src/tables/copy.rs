//! Tables of copied values: columns of other libraries, in a few types that do not depend on their producer.

use std::ffi::c_char;
use std::ptr::null_mut;
use std::sync::Arc;

use engine::Error;
use engine::memory::{ensure, list_for, reserve};

use arrow_array::cast::AsArray;
use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi_and_data_type};
use arrow_array::types::{
    Date32Type, Date64Type, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    UInt8Type, UInt16Type, UInt32Type,
};
use arrow_array::{
    Array, ArrayRef, LargeStringArray, NullArray, RecordBatch, RecordBatchOptions, UInt64Array, make_array,
    new_empty_array, new_null_array,
};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use arrow_select::take::take;

use crate::arrow::import::nulls::without_buffers;
use crate::arrow::import::structures::{ArrowArray, ArrowSchema, child, length_of, structure, text_of};
use crate::arrow::read::invalid;
use crate::boundary::guard::guard;
use crate::boundary::pointers::out;
use crate::error::status::{Failure, tp_status};
use crate::tables::table::{give, names_of, place_of, refused, tp_table};

/// The memory that Arrow may need for a row of a copied number, without a way to report a failure.
const BYTES_PER_ROW: usize = 64;

/// Checks the members of the structures on which the crates of Arrow rely.
///
/// # Safety
/// The structures are valid, by the rules of the Arrow C data interface.
unsafe fn check(schema: &ArrowSchema, array: &ArrowArray) -> Result<(), Failure> {
    length_of(array)?;
    // SAFETY: the caller's promise, for all that follow.
    unsafe {
        for (text, what) in [(schema.format, "format"), (schema.name, "name")] {
            if std::str::from_utf8(text_of(text)).is_err() {
                return Err(invalid(format!("the schema is not valid: its {what} is not UTF-8")));
            }
        }
        if schema.format.is_null() || schema.n_children != array.n_children || array.n_buffers < 0 {
            return Err(invalid("the array is not valid: its schema does not belong to it"));
        }
        if schema.dictionary.is_null() != array.dictionary.is_null() {
            return Err(invalid("the array is not valid: only one of array and schema has a dictionary"));
        }
        if !schema.dictionary.is_null() {
            check(
                structure(schema.dictionary, "schema->dictionary")?,
                structure(array.dictionary, "array->dictionary")?,
            )?;
        }
        for place in 0..usize::try_from(schema.n_children).unwrap_or_default() {
            let field = child(schema.children, place, "schema->children[i]")?;
            check(field, child(array.children, place, "array->children[i]")?)?;
        }
    }
    Ok(())
}

/// The array of a caller, who still owns it.
///
/// # Safety
/// As [`check`]; the structures do not change while the result is used.
unsafe fn borrowed(
    schema: *const FFI_ArrowSchema,
    array: *const FFI_ArrowArray,
    name: Option<&str>,
) -> Result<(Vec<Field>, Vec<ArrayRef>, usize), Failure> {
    unsafe extern "C" fn keep(_: *mut ArrowArray) {}
    let keep: unsafe extern "C" fn(*mut ArrowArray) = keep;

    // SAFETY: the caller's promise; both types have the layout of C. The copy of the structure does not release it.
    let (field, data) = unsafe {
        let array = structure(array.cast::<ArrowArray>(), "array")?;
        check(structure(schema.cast::<ArrowSchema>(), "schema")?, array)?;
        let field = Field::try_from(&*schema).map_err(refused)?;
        let mut copy = std::ptr::from_ref(array).read();
        (copy.release, copy.private_data) = (Some(keep), null_mut());
        let copy = without_buffers(field.data_type(), (&raw const copy).cast::<FFI_ArrowArray>().read())?;
        let data = from_ffi_and_data_type(copy, field.data_type().clone()).map_err(refused)?;
        (field, data)
    };
    // An array without rows may have no buffers, which the check of its values would refuse.
    let array = if data.is_empty() { new_empty_array(data.data_type()) } else { make_array(data) };
    let rows = array.len();
    match (name, array.as_struct_opt()) {
        (Some(name), _) => Ok((vec![field.with_name(name)], vec![array], rows)),
        (None, Some(table)) if table.null_count() > 0 => {
            Err(invalid("a row of the table is null: only values in a row may be null"))
        }
        (None, Some(table)) => {
            let fields = table.fields().iter().map(|field| Field::clone(field)).collect();
            Ok((fields, table.columns().to_vec(), rows))
        }
        (None, None) => {
            Err(invalid(format!("the array has the type {}, which is not a table: pass `name`", field.data_type())))
        }
    }
}

/// A copy of strings.
fn copied_strings<'a>(
    strings: impl ExactSizeIterator<Item = Option<&'a str>>,
    nulls: Option<&NullBuffer>,
) -> Result<ArrayRef, Error> {
    let mut offsets = list_for(strings.len() + 1)?;
    offsets.push(0i64);
    let mut text: Vec<u8> = Vec::new();
    for string in strings {
        let string = string.unwrap_or_default();
        reserve(&mut text, string.len())?;
        text.extend_from_slice(string.as_bytes());
        offsets.push(i64::try_from(text.len()).expect("memory has fewer bytes"));
    }
    let nulls = nulls.filter(|nulls| nulls.null_count() > 0).map(|nulls| nulls.iter().collect());
    Ok(Arc::new(LargeStringArray::new(OffsetBuffer::new(offsets.into()), text.into(), nulls)))
}

/// A copy of numbers, or of true and false.
fn copied_rows(column: &ArrayRef) -> Result<ArrayRef, Failure> {
    let places: UInt64Array = (0..column.len() as u64).collect::<Vec<_>>().into();
    take(column, &places, None).map_err(refused)
}

/// A copy of a column in one of the types of `tp_table_copy`.
fn copied(column: &ArrayRef, name: &str) -> Result<ArrayRef, Failure> {
    macro_rules! numbers {
        ($from:ty, $to:ty, $of:expr) => {
            // `unary` shares the bits of the nulls, so these must not be in the memory of the producer.
            Arc::new(copied_rows(column)?.as_primitive::<$from>().unary::<_, $to>($of))
        };
    }
    ensure(column.len().saturating_mul(BYTES_PER_ROW))?;
    let nulls = column.nulls();
    let made: ArrayRef = match column.data_type() {
        DataType::Null => Arc::new(NullArray::new(column.len())),
        DataType::Utf8 => copied_strings(column.as_string::<i32>().iter(), nulls)?,
        DataType::LargeUtf8 => copied_strings(column.as_string::<i64>().iter(), nulls)?,
        DataType::Utf8View => copied_strings(column.as_string_view().iter(), nulls)?,
        DataType::Dictionary(_, values) => {
            let dictionary = column.as_any_dictionary();
            let known = dictionary.values();
            if known.is_empty() {
                return copied(&new_null_array(values, column.len()), name);
            }
            let places = dictionary.normalized_keys().into_iter().map(|place| place as u64).collect();
            let places = UInt64Array::new(places, dictionary.keys().nulls().cloned());
            ensure((known.get_array_memory_size() / known.len()).saturating_mul(column.len()))?;
            // A value of a view may be in the memory of the producer: it is copied next.
            let values = take(known, &places, None).map_err(refused)?;
            return copied(&values, name);
        }
        DataType::Int8 => numbers!(Int8Type, Int64Type, i64::from),
        DataType::Int16 => numbers!(Int16Type, Int64Type, i64::from),
        DataType::Int32 => numbers!(Int32Type, Int64Type, i64::from),
        DataType::UInt8 => numbers!(UInt8Type, Int64Type, i64::from),
        DataType::UInt16 => numbers!(UInt16Type, Int64Type, i64::from),
        DataType::UInt32 => numbers!(UInt32Type, Int64Type, i64::from),
        DataType::Float16 => numbers!(Float16Type, Float64Type, f64::from),
        DataType::Float32 => numbers!(Float32Type, Float64Type, f64::from),
        DataType::Date64 => numbers!(Date64Type, Date32Type, |milliseconds| {
            i32::try_from(milliseconds.div_euclid(86_400_000)).unwrap_or(i32::MAX)
        }),
        kind if kind.is_primitive() || *kind == DataType::Boolean => copied_rows(column)?,
        kind => {
            return Err(invalid(format!(
                "the column {name:?} has the type {kind}: a column is text, a number, a date or a time, or true and false"
            )));
        }
    };
    Ok(made)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_table_copy(
    schema: *const FFI_ArrowSchema,
    array: *const FFI_ArrowArray,
    name: *const c_char,
    name_length: usize,
    table: *mut *mut tp_table,
) -> tp_status {
    guard(|| {
        let table = out(table, "table")?;
        let one = usize::from(!name.is_null());
        // SAFETY: the caller's promise, for both.
        let (fields, columns, rows) = unsafe {
            let name = names_of(&raw const name, &raw const name_length, one)?;
            borrowed(schema, array, name.first().copied())?
        };
        let (mut made, mut copies) = (Vec::new(), list_for(columns.len())?);
        for (field, column) in fields.iter().zip(&columns) {
            column.to_data().validate_full().map_err(refused)?;
            let copy = copied(column, field.name())?;
            made.push(Field::new(field.name(), copy.data_type().clone(), true));
            copies.push(copy);
        }
        let schema: SchemaRef = Arc::new(Schema::new(made));
        for field in schema.fields() {
            place_of(&schema, field.name())?;
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&schema), copies, &options).map_err(refused)?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { give(table, schema, if rows > 0 { vec![batch] } else { Vec::new() }) };
        Ok(())
    })
}
