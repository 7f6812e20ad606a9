//! A table: the batches of streams, which any number of other streams can give.

use std::ffi::c_char;
use std::sync::Arc;

use engine::memory::{ensure, list_for};

use arrow_array::ffi::FFI_ArrowSchema;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::{ArrowError, Field, Schema, SchemaRef};
use arrow_select::concat::concat_batches;

use crate::arrow::read::{invalid, read_stream};
use crate::arrow::stream::export;
use crate::boundary::guard::{guard, guard_release};
use crate::boundary::pointers::{out, slice};
use crate::boundary::text_args::{check_utf8, texts};
use crate::error::status::{Failure, tp_status};
use crate::handles::{Handle, borrow, from_handle, into_handle, track_schema};

/// A table behind its opaque handle.
pub struct tp_table {
    pub(crate) schema: SchemaRef,
    pub(crate) batches: Vec<RecordBatch>,
}

impl Handle for tp_table {
    /// A table never changes, so it is intact in every child.
    fn is_here(&self) -> bool {
        true
    }
}

impl tp_table {
    pub(crate) fn rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// The batches of some rows, over the same memory. Rows after the last one are ignored.
    pub(super) fn part(&self, first: u64, rows: u64) -> Result<Vec<RecordBatch>, Failure> {
        let (mut skip, mut left) = (first, rows);
        let mut part = list_for(self.batches.len())?;
        for batch in &self.batches {
            let length = batch.num_rows() as u64;
            let start = skip.min(length);
            let taken = left.min(length - start);
            (skip, left) = (skip - start, left - taken);
            if taken > 0 {
                let place = |row: u64| usize::try_from(row).expect("it is at most the length of the batch");
                part.push(batch.slice(place(start), place(taken)));
            }
        }
        Ok(part)
    }

    /// All rows as one batch. Copies them if there are several batches.
    pub(super) fn whole(&self) -> Result<RecordBatch, Failure> {
        if let [batch] = &*self.batches {
            return Ok(batch.clone());
        }
        joined(&self.schema, &self.batches)
    }
}

/// A copy of the rows of batches with this schema, as one batch.
pub(super) fn joined(schema: &SchemaRef, batches: &[RecordBatch]) -> Result<RecordBatch, Failure> {
    ensure(2 * batches.iter().map(RecordBatch::get_array_memory_size).sum::<usize>())?;
    concat_batches(schema, batches).map_err(refused)
}

/// An error of Arrow about the arguments.
pub(super) fn refused(error: ArrowError) -> Failure {
    invalid(error.to_string())
}

/// The names that C passes.
///
/// # Safety
/// As `texts`.
pub(super) unsafe fn names_of<'a>(
    names: *const *const c_char,
    name_lengths: *const usize,
    name_count: usize,
) -> Result<Vec<&'a str>, Failure> {
    let mut found = list_for(name_count)?;
    // SAFETY: the caller's promise.
    for name in unsafe { texts(names, name_lengths, name_count, "names")? } {
        found.push(check_utf8(name?, "names")?);
    }
    Ok(found)
}

/// The place of the column with this name.
pub(super) fn place_of(schema: &Schema, name: &str) -> Result<usize, Failure> {
    let mut places = (0..schema.fields().len()).filter(|place| schema.field(*place).name() == name);
    match (places.next(), places.next()) {
        (Some(place), None) => Ok(place),
        (None, _) => {
            let names: Vec<String> =
                schema.fields().iter().take(8).map(|field| format!("{:?}", field.name())).collect();
            Err(invalid(format!("the table has no column {name:?}: its columns are {}", names.join(", "))))
        }
        (Some(_), Some(_)) => Err(invalid(format!("the table has two columns with the name {name:?}: rename one"))),
    }
}

/// The schema with other names of its columns. An empty list keeps the names.
fn renamed(schema: &SchemaRef, names: &[&str]) -> Result<SchemaRef, Failure> {
    if names.is_empty() {
        return Ok(Arc::clone(schema));
    }
    if names.len() != schema.fields().len() {
        let (names, columns) = (names.len(), schema.fields().len());
        return Err(invalid(format!("there are {names} `names` for {columns} columns: pass a name for each, or none")));
    }
    let fields = schema.fields().iter().zip(names).map(|(field, name)| Field::clone(field).with_name(*name));
    Ok(Arc::new(Schema::new(fields.collect::<Vec<_>>())))
}

/// The batch with another schema, which has the same types.
fn with_schema(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, Failure> {
    let rows = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    let columns = batch.columns().to_vec();
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &rows).map_err(|error| invalid(error.to_string()))
}

/// Writes the handle of a new table.
///
/// # Safety
/// `table` is valid for writes.
pub(crate) unsafe fn give(table: *mut *mut tp_table, schema: SchemaRef, batches: Vec<RecordBatch>) {
    // SAFETY: the caller's promise.
    unsafe { table.write(into_handle(tp_table { schema, batches })) };
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_table_new(
    streams: *const *mut FFI_ArrowArrayStream,
    stream_count: usize,
    names: *const *const c_char,
    name_lengths: *const usize,
    name_count: usize,
    table: *mut *mut tp_table,
) -> tp_status {
    guard(|| {
        let table = out(table, "table")?;
        // SAFETY: the caller's promise, for both.
        let (streams, names) =
            unsafe { (slice(streams, stream_count, "streams")?, names_of(names, name_lengths, name_count)?) };
        let (mut schema, mut batches) = (None, Vec::new());
        for (place, stream) in streams.iter().enumerate() {
            let stream = out(*stream, "streams[i]")?;
            // SAFETY: not NULL, and a stream by the caller's promise.
            let columns = unsafe { read_stream(stream, &mut batches)? };
            if schema.get_or_insert_with(|| Arc::clone(&columns)).fields() != columns.fields() {
                return Err(invalid(format!("`streams[{place}]` has other columns than `streams[0]`")));
            }
        }
        let schema = schema.ok_or_else(|| invalid("`stream_count` is 0: a table needs at least one stream"))?;
        let schema = renamed(&schema, &names)?;
        for batch in &mut batches {
            *batch = with_schema(batch, &schema)?;
        }
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { give(table, schema, batches) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_table_free(table: *mut tp_table) {
    guard_release(|| {
        // SAFETY: the caller's promise.
        drop(unsafe { from_handle(table, "table")? });
        Ok(())
    });
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_table_row_count(table: *const tp_table, rows: *mut u64) -> tp_status {
    guard(|| {
        let rows = out(rows, "rows")?;
        // SAFETY: the caller's promise; the out-parameter is not NULL.
        unsafe { rows.write(borrow(table, "table")?.rows() as u64) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_table_schema(table: *const tp_table, schema: *mut FFI_ArrowSchema) -> tp_status {
    guard(|| {
        let schema = out(schema, "schema")?;
        // SAFETY: the caller's promise.
        let table = unsafe { borrow(table, "table")? };
        let columns = FFI_ArrowSchema::try_from(&*table.schema).map_err(|error| invalid(error.to_string()))?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { schema.write(track_schema(columns)) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_table_stream(
    table: *const tp_table,
    first: u64,
    rows: u64,
    stream: *mut FFI_ArrowArrayStream,
) -> tp_status {
    guard(|| {
        let stream = out(stream, "stream")?;
        // SAFETY: the caller's promise.
        let table = unsafe { borrow(table, "table")? };
        let batches = table.part(first, rows)?.into_iter().map(Ok);
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { stream.write(export(Arc::clone(&table.schema), batches)) };
        Ok(())
    })
}
