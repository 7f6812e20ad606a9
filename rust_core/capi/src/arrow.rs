//! Bulk results as Arrow streams.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;
use std::sync::Arc;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{RecordBatch, RecordBatchIterator};
use arrow_buffer::{ArrowNativeType, Buffer};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};

use engine::Error;

use crate::allocator;
use crate::border::panic_message;
use crate::handles::give_stream;

/// A schema of columns without nulls.
pub(crate) fn schema(columns: &[(&str, DataType)]) -> SchemaRef {
    let fields: Vec<Field> =
        columns.iter().map(|(name, data_type)| Field::new(*name, data_type.clone(), false)).collect();
    Arc::new(Schema::new(fields))
}

/// A buffer that is part of something shared, and keeps it alive.
pub(crate) fn shared_buffer<O, T>(owner: Arc<O>, part: impl FnOnce(&O) -> &[T]) -> Buffer
where
    O: Send + Sync + std::panic::RefUnwindSafe + 'static,
    T: ArrowNativeType,
{
    let part = part(&owner);
    let (start, bytes) = (NonNull::from(part).cast::<u8>(), size_of_val(part));
    // SAFETY: what is behind an `Arc` does not move and, being shared, does not change; the buffer owns a reference.
    unsafe { Buffer::from_custom_allocation(start, bytes, owner) }
}

/// An error of the engine as one of a stream; the stream's own code for lack of memory is ENOMEM.
pub(crate) fn failed(error: Error) -> ArrowError {
    match error {
        Error::OutOfMemory { .. } => ArrowError::MemoryError(error.to_string()),
        _ => ArrowError::InvalidArgumentError(error.to_string()),
    }
}

/// A stream of batches, each made when it is asked for. A panic in the making is an error of the stream. One
/// that has failed gives nothing any more: what comes after a gap would be taken for the whole.
pub(crate) fn export<I>(schema: SchemaRef, mut batches: I) -> FFI_ArrowArrayStream
where
    I: Iterator<Item = Result<RecordBatch, ArrowError>> + Send + 'static,
{
    let mut has_failed = false;
    let guarded = std::iter::from_fn(move || {
        if has_failed {
            return Some(Err(ArrowError::ComputeError("the stream has failed before: ask for another".into())));
        }
        let next = if allocator::is_short() {
            Some(Err(ArrowError::MemoryError("there is no memory, not even for small things".into())))
        } else {
            catch_unwind(AssertUnwindSafe(|| batches.next()))
                .unwrap_or_else(|panic| Some(Err(ArrowError::ComputeError(panic_message(&*panic)))))
        };
        has_failed = matches!(next, Some(Err(_)));
        next
    });
    give_stream(FFI_ArrowArrayStream::new(Box::new(RecordBatchIterator::new(guarded, schema))))
}
