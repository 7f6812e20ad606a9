//! Tables with the columns of other tables, over the same memory.

use std::collections::BTreeSet;
use std::ffi::c_char;
use std::sync::Arc;

use engine::memory::list_for;

use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::{Field, Schema};

use crate::arrow::read::invalid;
use crate::boundary::guard::guard;
use crate::boundary::pointers::{out, slice};
use crate::error::status::{Failure, tp_status};
use crate::handles::borrow;
use crate::tables::table::{give, names_of, place_of, refused, tp_table};

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_table_select(
    table: *const tp_table,
    names: *const *const c_char,
    name_lengths: *const usize,
    name_count: usize,
    selected: *mut *mut tp_table,
) -> tp_status {
    guard(|| {
        let selected = out(selected, "selected")?;
        // SAFETY: the caller's promise, for both.
        let (table, names) = unsafe { (borrow(table, "table")?, names_of(names, name_lengths, name_count)?) };
        let mut places = list_for(names.len())?;
        for name in names {
            places.push(place_of(&table.schema, name)?);
        }
        let mut batches = list_for(table.batches.len())?;
        for batch in &table.batches {
            batches.push(batch.project(&places).map_err(refused)?);
        }
        let schema = Arc::new(table.schema.project(&places).map_err(refused)?);
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { give(selected, schema, batches) };
        Ok(())
    })
}

/// The tables that C passes.
///
/// # Safety
/// `tables` is NULL, or has `count` pointers to tables that are not freed during the call.
pub(super) unsafe fn tables_of<'a>(
    tables: *const *const tp_table,
    count: usize,
) -> Result<Vec<crate::handles::Borrowed<'a, tp_table>>, Failure> {
    let mut found = list_for(count)?;
    // SAFETY: the caller's promise, for both.
    unsafe {
        for table in slice(tables, count, "tables")? {
            found.push(borrow(*table, "tables[i]")?);
        }
    }
    if found.is_empty() { Err(invalid("`count` is 0: pass at least one table")) } else { Ok(found) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_table_join(
    tables: *const *const tp_table,
    count: usize,
    joined: *mut *mut tp_table,
) -> tp_status {
    guard(|| {
        let joined = out(joined, "joined")?;
        // SAFETY: the caller's promise.
        let tables = unsafe { tables_of(tables, count)? };
        let rows = tables[0].rows();
        let mut fields: Vec<Field> = Vec::new();
        // Each batch of the result is inside one batch of each table.
        let mut ends = BTreeSet::new();
        for (place, table) in tables.iter().enumerate() {
            if table.rows() != rows {
                let other = table.rows();
                return Err(invalid(format!("`tables[{place}]` has {other} rows, but `tables[0]` has {rows}")));
            }
            let mut end = 0;
            for batch in &table.batches {
                end += batch.num_rows();
                ends.insert(end);
            }
            fields.extend(table.schema.fields().iter().map(|field| Field::clone(field)));
        }
        let schema = Arc::new(Schema::new(fields));
        for field in schema.fields() {
            place_of(&schema, field.name())?;
        }
        let (mut batches, mut start) = (list_for(ends.len())?, 0);
        for end in ends {
            let mut columns = Vec::new();
            for table in &tables {
                for batch in table.part(start as u64, (end - start) as u64)? {
                    columns.extend_from_slice(batch.columns());
                }
            }
            let options = RecordBatchOptions::new().with_row_count(Some(end - start));
            batches.push(RecordBatch::try_new_with_options(Arc::clone(&schema), columns, &options).map_err(refused)?);
            start = end;
        }
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { give(joined, schema, batches) };
        Ok(())
    })
}
