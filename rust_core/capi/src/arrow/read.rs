//! Reads the Arrow streams of a caller.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr::null;

use engine::memory::{ensure, reserve};

use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi_and_data_type};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{Array, RecordBatch, StructArray};
use arrow_schema::{DataType, Schema, SchemaRef};

use crate::arrow::import::nulls::without_buffers;
use crate::error::status::{Failure, TP_ERROR_INVALID_ARGUMENT, TP_ERROR_OUT_OF_MEMORY};

/// The approximate bytes for a column that Arrow allocates without a way to report a failure.
const COLUMN_BYTES: usize = 1 << 10;

/// The layout of a stream in the Arrow C stream interface.
#[repr(C)]
struct Stream {
    get_schema: Option<unsafe extern "C" fn(*mut Self, *mut FFI_ArrowSchema) -> c_int>,
    get_next: Option<unsafe extern "C" fn(*mut Self, *mut FFI_ArrowArray) -> c_int>,
    get_last_error: Option<unsafe extern "C" fn(*mut Self) -> *const c_char>,
    release: Option<unsafe extern "C" fn(*mut Self)>,
    private_data: *mut c_void,
}

const _: () = assert!(size_of::<Stream>() == size_of::<FFI_ArrowArrayStream>());

/// The failure of a call because of its argument.
pub(crate) fn invalid(message: impl Into<String>) -> Failure {
    Failure::new(TP_ERROR_INVALID_ARGUMENT, message)
}

impl Stream {
    /// The failure that a function of the stream has reported.
    ///
    /// # Safety
    /// The stream is valid, and its last call has returned this code.
    unsafe fn failure(&mut self, code: c_int) -> Failure {
        // SAFETY: the caller's promise; the text is valid until the next call of the stream.
        let message = unsafe {
            let text = self.get_last_error.map_or(null(), |get| get(self));
            if text.is_null() { "no reason given".into() } else { CStr::from_ptr(text).to_string_lossy().into_owned() }
        };
        let status = if code == libc::ENOMEM { TP_ERROR_OUT_OF_MEMORY } else { TP_ERROR_INVALID_ARGUMENT };
        Failure::new(status, message)
    }

    /// The columns of the stream.
    ///
    /// # Safety
    /// The stream is valid.
    unsafe fn schema(&mut self) -> Result<Schema, Failure> {
        let mut schema = FFI_ArrowSchema::empty();
        let get = self.get_schema.ok_or_else(|| invalid("`streams` has a stream without `get_schema`"))?;
        // SAFETY: the caller's promise; the schema is valid for writes.
        unsafe {
            match get(self, &raw mut schema) {
                0 => Schema::try_from(&schema).map_err(|error| invalid(error.to_string())),
                code => Err(self.failure(code)),
            }
        }
    }

    /// The next batch, or None at the end.
    ///
    /// # Safety
    /// The stream is valid, and has these columns.
    unsafe fn next(&mut self, schema: &SchemaRef) -> Result<Option<RecordBatch>, Failure> {
        ensure((schema.fields().len() + 1) * COLUMN_BYTES)?;
        let mut array = FFI_ArrowArray::empty();
        let get = self.get_next.ok_or_else(|| invalid("`streams` has a stream without `get_next`"))?;
        // SAFETY: the caller's promise; the array is valid for writes.
        match unsafe { get(self, &raw mut array) } {
            0 => {}
            // SAFETY: the call above has failed with this code.
            code => return Err(unsafe { self.failure(code) }),
        }
        if array.is_released() {
            return Ok(None);
        }
        let columns = DataType::Struct(schema.fields().clone());
        // SAFETY: the array has the columns of the stream, by the caller's promise.
        let data = unsafe { from_ffi_and_data_type(without_buffers(&columns, array)?, columns) };
        let batch = StructArray::from(data.map_err(|error| invalid(error.to_string()))?);
        if batch.null_count() > 0 {
            return Err(invalid("a row of a stream is null: only values in a row may be null"));
        }
        Ok(Some(batch.into()))
    }
}

/// Reads the rest of a stream, without releasing the stream. Appends its batches, except those without rows.
///
/// # Safety
/// The stream is released, or valid and used by no other thread.
pub(crate) unsafe fn read_stream(
    stream: *mut FFI_ArrowArrayStream,
    batches: &mut Vec<RecordBatch>,
) -> Result<SchemaRef, Failure> {
    // SAFETY: the caller's promise; both have the layout of the Arrow C stream interface.
    let stream = unsafe { &mut *stream.cast::<Stream>() };
    if stream.release.is_none() {
        return Err(invalid("`streams` has a stream that was released"));
    }
    // SAFETY: the stream is valid by the caller's promise.
    let schema = SchemaRef::new(unsafe { stream.schema()? });
    // SAFETY: as above; the schema is its own.
    while let Some(batch) = unsafe { stream.next(&schema)? } {
        if batch.num_rows() > 0 {
            reserve(batches, 1)?;
            batches.push(batch);
        }
    }
    Ok(schema)
}
