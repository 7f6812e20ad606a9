//! Tables as bytes, in the streaming format of Arrow IPC, for files and other processes.

use std::ffi::c_char;
use std::io::{self, Write};
use std::panic::catch_unwind;

use engine::Error;
use engine::memory::{ensure, reserve};

use arrow_array::ffi::FFI_ArrowArray;
use arrow_array::{RecordBatch, UInt8Array};
use arrow_ipc::reader::StreamReader;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, SchemaRef};

use crate::arrow::columns::export_array;
use crate::arrow::read::invalid;
use crate::boundary::guard::guard;
use crate::boundary::pointers::out;
use crate::boundary::text_args::bytes;
use crate::error::status::{Failure, TP_ERROR_OUT_OF_MEMORY, tp_status};
use crate::handles::borrow;
use crate::tables::messages;
use crate::tables::table::{give, tp_table};

/// The last bytes of a stream that was written completely.
const END: &[u8] = &[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0];

/// A list of bytes as a file, whose growth may fail.
#[derive(Default)]
pub(crate) struct Bytes(pub Vec<u8>);

impl Write for Bytes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        reserve(&mut self.0, bytes.len()).map_err(|_| io::ErrorKind::OutOfMemory)?;
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn failed(error: ArrowError) -> Failure {
    match error {
        ArrowError::IoError(_, error) if error.kind() == io::ErrorKind::OutOfMemory => {
            Failure::new(TP_ERROR_OUT_OF_MEMORY, error.to_string())
        }
        error => invalid(error.to_string()),
    }
}

/// Checks that there is memory for a copy of the batch, which Arrow allocates without a way to report a failure.
fn ensure_copy(batch: &RecordBatch) -> Result<(), Error> {
    let slices = batch.columns().iter().map(|column| column.to_data().get_slice_memory_size().unwrap_or_default());
    // While a list of bytes grows, its old and its new memory exist.
    ensure(slices.sum::<usize>().saturating_mul(3))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_table_to_ipc(
    table: *const tp_table,
    first: u64,
    rows: u64,
    ipc: *mut FFI_ArrowArray,
) -> tp_status {
    guard(|| {
        let ipc = out(ipc, "ipc")?;
        // SAFETY: the caller's promise.
        let table = unsafe { borrow(table, "table")? };
        let mut writer = StreamWriter::try_new(Bytes::default(), &table.schema).map_err(failed)?;
        for batch in table.part(first, rows)? {
            ensure_copy(&batch)?;
            writer.write(&batch).map_err(failed)?;
        }
        let Bytes(bytes) = writer.into_inner().map_err(failed)?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { ipc.write(export_array(&UInt8Array::from(bytes))) };
        Ok(())
    })
}

/// The columns of a stream, and its batches with rows.
fn read(ipc: &[u8]) -> Result<(SchemaRef, Vec<RecordBatch>), Failure> {
    let reader = StreamReader::try_new(ipc, None).map_err(failed)?;
    let schema = reader.schema();
    let mut batches = Vec::new();
    for batch in reader {
        reserve(&mut batches, 1)?;
        batches.push(batch.map_err(failed)?);
    }
    batches.retain(|batch| batch.num_rows() > 0);
    Ok((schema, batches))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_table_from_ipc(ipc: *const c_char, length: usize, table: *mut *mut tp_table) -> tp_status {
    guard(|| {
        let table = out(table, "table")?;
        // SAFETY: the caller's promise.
        let ipc = unsafe { bytes(ipc, length, "ipc")? };
        if !ipc.ends_with(END) {
            return Err(invalid("`ipc` has no end: it is not a stream of Arrow IPC, or not all of it"));
        }
        messages::check(ipc)?;
        ensure(ipc.len())?;
        // Arrow panics if a buffer ends inside a value, or has a wrong length.
        let (schema, batches) = catch_unwind(|| read(ipc))
            .unwrap_or_else(|_| Err(messages::damaged("the buffers of a column do not have its values")))?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { give(table, schema, batches) };
        Ok(())
    })
}
