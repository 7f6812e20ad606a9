//! Bulk results as Arrow streams.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;
use std::sync::Arc;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{RecordBatch, RecordBatchIterator};
use arrow_buffer::{ArrowNativeType, Buffer};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};

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

/// A stream of batches, each made when it is asked for. A panic in the making is an error of the stream.
pub(crate) fn export<I>(schema: SchemaRef, mut batches: I) -> FFI_ArrowArrayStream
where
    I: Iterator<Item = Result<RecordBatch, ArrowError>> + Send + 'static,
{
    let guarded = std::iter::from_fn(move || {
        catch_unwind(AssertUnwindSafe(|| batches.next()))
            .unwrap_or_else(|panic| Some(Err(ArrowError::ComputeError(panic_message(&*panic)))))
    });
    give_stream(FFI_ArrowArrayStream::new(Box::new(RecordBatchIterator::new(guarded, schema))))
}
