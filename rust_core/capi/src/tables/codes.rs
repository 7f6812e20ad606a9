//! Groups of rows: a code for each row, equal for rows with equal values.

use std::collections::HashMap;
use std::hash::Hash;

use engine::Error;
use engine::memory::{ensure, list_for, reserve, reserve_entry, zeros};

use arrow_array::cast::AsArray;
use arrow_array::ffi::FFI_ArrowArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef, UInt32Array, UInt64Array};
use arrow_schema::DataType;
use arrow_select::take::take_record_batch;

use crate::arrow::columns::export_array;
use crate::arrow::read::invalid;
use crate::boundary::guard::guard;
use crate::boundary::pointers::{out, slice};
use crate::error::status::{Failure, tp_status};
use crate::handles::borrow;
use crate::tables::table::{give, refused, tp_table};

/// Numbers keys in order of first appearance.
fn numbered<K: Copy + Eq + Hash>(codes: &mut [u32], key: impl Fn(usize, u32) -> K) -> Result<(), Error> {
    let mut known: HashMap<K, u32> = HashMap::new();
    let mut last = None;
    for (row, code) in codes.iter_mut().enumerate() {
        let key = key(row, *code);
        // Tables are often sorted: then most rows are equal to the row before.
        *code = match last {
            Some((last, code)) if last == key => code,
            _ => {
                reserve_entry(&mut known)?;
                let next = u32::try_from(known.len()).map_err(|_| Error::OutOfMemory { bytes: usize::MAX })?;
                *known.entry(key).or_insert(next)
            }
        };
        last = Some((key, *code));
    }
    Ok(())
}

/// Divides the groups further: rows of one group that differ in this column get different codes.
fn divide(codes: &mut [u32], column: &ArrayRef, name: &str) -> Result<(), Failure> {
    // A key has the code so far, and the value of the column, which is None for a null.
    let valid = |row: usize| column.is_valid(row);
    match column.data_type() {
        DataType::Null => Ok(()),
        DataType::Utf8 => {
            let values = column.as_string::<i32>();
            Ok(numbered(codes, |row, code| (code, valid(row).then(|| values.value(row))))?)
        }
        DataType::LargeUtf8 => {
            let values = column.as_string::<i64>();
            Ok(numbered(codes, |row, code| (code, valid(row).then(|| values.value(row))))?)
        }
        DataType::Boolean => {
            let values = column.as_boolean();
            Ok(numbered(codes, |row, code| (code, valid(row).then(|| values.value(row))))?)
        }
        DataType::Float64 => {
            let values = column.as_primitive::<Float64Type>();
            let bits = |value: f64| if value.is_nan() { f64::NAN.to_bits() } else { (value + 0.0).to_bits() };
            Ok(numbered(codes, |row, code| (code, valid(row).then(|| bits(values.value(row)))))?)
        }
        kind => {
            let Some(width) = kind.primitive_width() else {
                return Err(invalid(format!(
                    "rows cannot be grouped by the column {name:?}, which has the type {kind}"
                )));
            };
            let data = column.to_data();
            let (bytes, first) = (data.buffers()[0].as_slice(), data.offset());
            let value = |row: usize| &bytes[(first + row) * width..][..width];
            Ok(numbered(codes, |row, code| (code, valid(row).then(|| value(row))))?)
        }
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_table_codes(
    table: *const tp_table,
    codes: *mut FFI_ArrowArray,
    values: *mut *mut tp_table,
) -> tp_status {
    guard(|| {
        let (codes, values) = (out(codes, "codes")?, out(values, "values")?);
        // SAFETY: the caller's promise.
        let whole = unsafe { borrow(table, "table")? }.whole()?;
        let mut found = zeros(whole.num_rows())?;
        for (field, column) in whole.schema().fields().iter().zip(whole.columns()) {
            divide(&mut found, column, field.name())?;
        }
        let mut first: Vec<u64> = Vec::new();
        for (row, code) in found.iter().enumerate() {
            if *code as usize == first.len() {
                reserve(&mut first, 1)?;
                first.push(row as u64);
            }
        }
        ensure(whole.get_array_memory_size())?;
        let distinct = take_record_batch(&whole, &UInt64Array::from(first)).map_err(refused)?;
        let mut batches = list_for(1)?;
        if distinct.num_rows() > 0 {
            batches.push(distinct);
        }
        // SAFETY: not NULL, and valid for writes by the caller's promise, for both.
        unsafe {
            codes.write(export_array(&UInt32Array::from(found)));
            give(values, whole.schema(), batches);
        }
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_rows_of_groups(
    codes: *const u32,
    code_count: usize,
    is_wanted: *const u8,
    group_count: usize,
    rows: *mut FFI_ArrowArray,
) -> tp_status {
    guard(|| {
        let rows = out(rows, "rows")?;
        // SAFETY: the caller's promise, for both.
        let (codes, is_wanted) =
            unsafe { (slice(codes, code_count, "codes")?, slice(is_wanted, group_count, "is_wanted")?) };
        let has = |code: u32| is_wanted.get(code as usize).is_some_and(|wanted| *wanted != 0);
        let mut found = list_for(codes.iter().filter(|code| has(**code)).count())?;
        found.extend(codes.iter().zip(0_u64..).filter(|(code, _)| has(**code)).map(|(_, row)| row));
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { rows.write(export_array(&UInt64Array::from(found))) };
        Ok(())
    })
}
