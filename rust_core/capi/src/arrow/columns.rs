//! Columns that share memory of the engine, columns of strings, and spans.

use std::ops::Range;
use std::ptr::NonNull;
use std::sync::Arc;

use engine::Error;
use engine::memory::{list_for, reserve};

use arrow_array::ffi::FFI_ArrowArray;
use arrow_array::{Array, GenericStringArray, OffsetSizeTrait, StructArray, UInt64Array};
use arrow_buffer::{ArrowNativeType, Buffer, OffsetBuffer};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};

use crate::handles::track_array;

/// A schema whose columns have no nulls.
pub(crate) fn schema(columns: &[(&str, DataType)]) -> SchemaRef {
    let fields: Vec<Field> =
        columns.iter().map(|(name, data_type)| Field::new(*name, data_type.clone(), false)).collect();
    Arc::new(Schema::new(fields))
}

/// A buffer over a part of a shared value. The buffer keeps the value alive.
pub(crate) fn shared_buffer<O, T>(owner: Arc<O>, part: impl FnOnce(&O) -> &[T]) -> Buffer
where
    O: Send + Sync + std::panic::RefUnwindSafe + 'static,
    T: ArrowNativeType,
{
    let part = part(&owner);
    let (start, bytes) = (NonNull::from(part).cast::<u8>(), size_of_val(part));
    // SAFETY: a value in an `Arc` does not move, and a shared one does not change; the buffer owns a reference.
    unsafe { Buffer::from_custom_allocation(start, bytes, owner) }
}

/// An array for C.
pub(crate) fn export_array(array: &dyn Array) -> FFI_ArrowArray {
    track_array(FFI_ArrowArray::new(&array.to_data()))
}

pub(crate) fn too_long() -> ArrowError {
    ArrowError::InvalidArgumentError("a term has more than the 2 GiB of text that a column of utf8 can hold".into())
}

/// Whether a batch of `rows` rows has the number of rows that the caller wants; 0 stands for no limit.
pub(crate) fn is_full(rows: usize, batch_rows: usize) -> bool {
    batch_rows > 0 && rows >= batch_rows
}

/// Builds a column of strings: of type `utf8` with offsets of 32 bits, of type `large_utf8` with offsets of 64.
pub(crate) struct StringColumn<O> {
    bytes: Vec<u8>,
    offsets: Vec<O>,
}

impl<O: OffsetSizeTrait> StringColumn<O> {
    pub fn with_capacity(strings: usize) -> Result<Self, Error> {
        let mut offsets = list_for(strings + 1)?;
        offsets.push(O::zero());
        Ok(Self { bytes: Vec::new(), offsets })
    }

    /// Whether the offsets can express the end of one more string.
    pub fn has_room_for(&self, string: &[u8]) -> bool {
        O::from_usize(self.bytes.len() + string.len()).is_some()
    }

    /// Adds a string. The column must have room for it.
    pub fn push(&mut self, string: &[u8]) -> Result<(), Error> {
        self.push_with(|bytes| {
            reserve(bytes, string.len())?;
            bytes.extend_from_slice(string);
            Ok(())
        })
    }

    /// Adds the string that `append` writes after the bytes of the other strings.
    pub fn push_with(&mut self, append: impl FnOnce(&mut Vec<u8>) -> Result<(), Error>) -> Result<(), Error> {
        append(&mut self.bytes)?;
        reserve(&mut self.offsets, 1)?;
        self.offsets.push(O::from_usize(self.bytes.len()).expect("the caller has checked that there is room"));
        Ok(())
    }

    /// The column. Panics if one of the strings is not UTF-8.
    pub fn finish(self) -> GenericStringArray<O> {
        GenericStringArray::new(OffsetBuffer::new(self.offsets.into()), self.bytes.into(), None)
    }
}

/// Builds an Arrow array of the start and the end of parts of a text.
#[derive(Default)]
pub(crate) struct Spans {
    starts: Vec<u64>,
    ends: Vec<u64>,
}

impl Spans {
    pub fn push(&mut self, span: Range<usize>) -> Result<(), Error> {
        reserve(&mut self.starts, 1)?;
        reserve(&mut self.ends, 1)?;
        self.starts.push(span.start as u64);
        self.ends.push(span.end as u64);
        Ok(())
    }

    pub fn export(self) -> FFI_ArrowArray {
        let column = |name, values| {
            let values: Arc<dyn Array> = Arc::new(UInt64Array::from(values));
            (Arc::new(Field::new(name, DataType::UInt64, false)), values)
        };
        let array = StructArray::from(vec![column("start", self.starts), column("end", self.ends)]);
        export_array(&array)
    }
}
