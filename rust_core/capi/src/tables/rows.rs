//! Tables with the rows of other tables, in new memory.

use std::sync::Arc;

use engine::memory::{ensure, list_for};

use arrow_array::{Array, RecordBatch, RecordBatchOptions, UInt64Array, new_null_array};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, Field, Schema};
use arrow_select::take::take;

use crate::arrow::read::invalid;
use crate::boundary::guard::guard;
use crate::boundary::pointers::{out, slice};
use crate::error::status::tp_status;
use crate::handles::borrow;
use crate::tables::columns::tables_of;
use crate::tables::table::{give, joined, place_of, refused, tp_table};

/// The row that stands for nulls.
const NO_ROW: u64 = u64::MAX;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_table_concat(
    tables: *const *const tp_table,
    count: usize,
    whole: *mut *mut tp_table,
) -> tp_status {
    guard(|| {
        let whole = out(whole, "whole")?;
        // SAFETY: the caller's promise.
        let tables = unsafe { tables_of(tables, count)? };
        let mut fields: Vec<Field> = Vec::new();
        for table in &tables {
            for field in table.schema.fields() {
                place_of(&table.schema, field.name())?;
                let name = field.name();
                let Some(known) = fields.iter_mut().find(|known| known.name() == name) else {
                    fields.push(Field::clone(field).with_nullable(true));
                    continue;
                };
                if *known.data_type() == DataType::Null {
                    known.set_data_type(field.data_type().clone());
                } else if !matches!(field.data_type(), DataType::Null) && known.data_type() != field.data_type() {
                    let (first, second) = (known.data_type(), field.data_type());
                    return Err(invalid(format!(
                        "the column {name:?} has the type {first} in one table, and {second} in another one"
                    )));
                }
            }
        }
        let schema = Arc::new(Schema::new(fields));
        let mut batches = list_for(tables.iter().map(|table| table.batches.len()).sum())?;
        for batch in tables.iter().flat_map(|table| &table.batches) {
            let rows = batch.num_rows();
            let mut columns = list_for(schema.fields().len())?;
            for field in schema.fields() {
                columns.push(match batch.column_by_name(field.name()) {
                    Some(column) if column.data_type() == field.data_type() => Arc::clone(column),
                    _ => {
                        ensure(rows.saturating_mul(16))?;
                        new_null_array(field.data_type(), rows)
                    }
                });
            }
            let options = RecordBatchOptions::new().with_row_count(Some(rows));
            batches.push(RecordBatch::try_new_with_options(Arc::clone(&schema), columns, &options).map_err(refused)?);
        }
        if batches.len() > 1 {
            batches = vec![joined(&schema, &batches)?];
        }
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { give(whole, schema, batches) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_table_take(
    table: *const tp_table,
    rows: *const u64,
    count: usize,
    taken: *mut *mut tp_table,
) -> tp_status {
    guard(|| {
        let taken = out(taken, "taken")?;
        // SAFETY: the caller's promise, for both.
        let (table, rows) = unsafe { (borrow(table, "table")?, slice(rows, count, "rows")?) };
        let length = table.rows() as u64;
        if let Some((place, row)) = rows.iter().enumerate().find(|(_, row)| **row >= length && **row != NO_ROW) {
            return Err(invalid(format!("`rows[{place}]` is {row}, but the table has {length} rows")));
        }
        let whole = table.whole()?;
        ensure(count.saturating_mul(24))?;
        let places = rows.iter().map(|row| if *row == NO_ROW { 0 } else { *row }).collect();
        let nulls = rows.contains(&NO_ROW).then(|| rows.iter().map(|row| *row != NO_ROW).collect::<NullBuffer>());
        let places = UInt64Array::new(places, nulls);
        let (mut fields, mut columns) = (Vec::new(), list_for(whole.num_columns())?);
        for (field, column) in table.schema.fields().iter().zip(whole.columns()) {
            ensure((column.get_array_memory_size() / whole.num_rows().max(1)).saturating_mul(count))?;
            columns.push(if whole.num_rows() == 0 {
                new_null_array(column.data_type(), count)
            } else {
                take(column, &places, None).map_err(refused)?
            });
            fields.push(Field::clone(field).with_nullable(field.is_nullable() || places.null_count() > 0));
        }
        let schema = Arc::new(Schema::new(fields));
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&schema), columns, &options).map_err(refused)?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { give(taken, schema, if count > 0 { vec![batch] } else { Vec::new() }) };
        Ok(())
    })
}
