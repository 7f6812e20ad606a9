//! Memory for much of one kind.
//!
//! The first touch of a page of memory takes longer than all that is done with it afterwards, so large buffers ask the
//! system for its huge pages: Linux gives them where they are wanted.

use std::ops::Deref;

use bytemuck::{Pod, cast_slice, cast_slice_mut, try_zeroed_vec};
use memmap2::MmapMut;

use crate::error::{Error, Result};

/// Bytes from which on a buffer is made of huge pages: the size of one. In tests, small.
pub const HUGE_PAGE_BYTES: usize = if cfg!(test) { 256 } else { 2 << 20 };

/// Makes room for `more` values behind those of a list.
///
/// # Errors
/// [`Error::OutOfMemory`]; nothing has changed then.
#[inline]
pub fn reserve<T>(list: &mut Vec<T>, more: usize) -> Result<()> {
    list.try_reserve(more).map_err(|_| Error::OutOfMemory { bytes: more.saturating_mul(size_of::<T>()) })
}

/// A list with room for `values`, and no more.
///
/// # Errors
/// [`Error::OutOfMemory`].
pub fn list_for<T>(values: usize) -> Result<Vec<T>> {
    let mut list = Vec::new();
    let out_of_memory = |_| Error::OutOfMemory { bytes: values.saturating_mul(size_of::<T>()) };
    list.try_reserve_exact(values).map_err(out_of_memory)?;
    Ok(list)
}

/// Makes sure that there are so many bytes, for code that takes them without asking.
///
/// # Errors
/// [`Error::OutOfMemory`].
pub fn ensure(bytes: usize) -> Result<()> {
    list_for::<u8>(bytes).map(drop)
}

/// A copy of a list.
///
/// # Errors
/// [`Error::OutOfMemory`].
pub fn copied<T: Copy>(list: &[T]) -> Result<Vec<T>> {
    let mut copy = list_for(list.len())?;
    copy.extend_from_slice(list);
    Ok(copy)
}

/// So many zeros.
///
/// # Errors
/// [`Error::OutOfMemory`].
pub fn zeros<T: Pod>(values: usize) -> Result<Vec<T>> {
    try_zeroed_vec(values).map_err(|()| Error::OutOfMemory { bytes: values.saturating_mul(size_of::<T>()) })
}

/// Numbers one behind the other, in memory of their own, which does not move while they fit into it.
#[derive(Debug)]
pub struct Buffer<T: Pod> {
    memory: Memory<T>,
    len: usize,
}

#[derive(Debug)]
enum Memory<T> {
    /// As long as its capacity.
    Heap(Vec<T>),
    Pages(MmapMut),
}

impl<T: Pod> Default for Buffer<T> {
    fn default() -> Self {
        Self { memory: Memory::Heap(Vec::new()), len: 0 }
    }
}

impl<T: Pod> Buffer<T> {
    /// An empty buffer with room for so many values.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn with_room_for(values: usize) -> Result<Self> {
        let bytes = values.saturating_mul(size_of::<T>());
        // Miri knows no mappings.
        if bytes >= HUGE_PAGE_BYTES && !cfg!(miri) {
            // An allocator that refuses on purpose is to refuse pages, too.
            #[cfg(feature = "test-hooks")]
            drop(list_for::<u8>(bytes)?);
            let pages = MmapMut::map_anon(bytes).map_err(|_| Error::OutOfMemory { bytes })?;
            // Without huge pages it is only slower.
            #[cfg(target_os = "linux")]
            let _ = pages.advise(memmap2::Advice::HugePage);
            return Ok(Self { memory: Memory::Pages(pages), len: 0 });
        }
        Ok(Self { memory: Memory::Heap(zeros(values)?), len: 0 })
    }

    /// The number of values there is room for, those that are there included.
    pub fn capacity(&self) -> usize {
        self.all().len()
    }

    /// Makes room for `more` values, in other memory if need be.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`]; nothing has changed then.
    pub fn reserve(&mut self, more: usize) -> Result<()> {
        if more > self.capacity() - self.len {
            let mut larger = Self::with_room_for(self.len.saturating_add(more).max(2 * self.len))?;
            larger.extend(self);
            *self = larger;
        }
        Ok(())
    }

    /// Appends values for which there is room.
    pub fn extend(&mut self, values: &[T]) {
        self.room()[..values.len()].copy_from_slice(values);
        self.len += values.len();
    }

    /// The room behind the values.
    pub fn room(&mut self) -> &mut [T] {
        let len = self.len;
        match &mut self.memory {
            Memory::Heap(heap) => &mut heap[len..],
            Memory::Pages(pages) => &mut cast_slice_mut(pages)[len..],
        }
    }

    /// Takes the first values of the room for appended.
    pub fn take(&mut self, values: usize) {
        assert!(values <= self.capacity() - self.len, "there is no room for {values} values");
        self.len += values;
    }

    /// Keeps the first `len` values only.
    pub fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// Removes the first `values`.
    pub fn remove_first(&mut self, values: usize) {
        let len = self.len;
        let all = match &mut self.memory {
            Memory::Heap(heap) => &mut heap[..],
            Memory::Pages(pages) => cast_slice_mut(pages),
        };
        all.copy_within(values..len, 0);
        self.len -= values;
    }

    /// Gives back what is not used, where that is much.
    pub fn shrink(&mut self) {
        if let Memory::Heap(heap) = &mut self.memory {
            heap.truncate(self.len);
            heap.shrink_to_fit();
        }
    }

    fn all(&self) -> &[T] {
        match &self.memory {
            Memory::Heap(heap) => heap,
            Memory::Pages(pages) => cast_slice(pages),
        }
    }
}

impl<T: Pod> Deref for Buffer<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.all()[..self.len]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_buffer_is_a_vector(pieces in prop::collection::vec(prop::collection::vec(any::<u16>(), 0..200), 0..10), first in 0..300_usize) {
            let mut buffer = Buffer::with_room_for(first).unwrap();
            prop_assert!(buffer.capacity() >= first);
            let mut vector: Vec<u16> = Vec::new();
            for (number, piece) in pieces.iter().enumerate() {
                buffer.reserve(piece.len()).unwrap();
                if number % 2 == 0 {
                    buffer.extend(piece);
                } else {
                    buffer.room()[..piece.len()].copy_from_slice(piece);
                    buffer.take(piece.len());
                }
                vector.extend(piece);
                prop_assert_eq!(&buffer[..], &vector[..]);
            }
            let some = first.min(vector.len());
            buffer.remove_first(some);
            vector.drain(..some);
            buffer.truncate(first);
            vector.truncate(first);
            buffer.shrink();
            prop_assert_eq!(&buffer[..], &vector[..]);
        }
    }

    #[test]
    fn memory_that_is_not_there_is_an_error() {
        for values in [usize::MAX / 2, isize::MAX.unsigned_abs() - 5000] {
            assert!(matches!(Buffer::<u8>::with_room_for(values).err(), Some(Error::OutOfMemory { .. })));
        }
        let mut buffer = Buffer::<u64>::default();
        assert!(buffer.reserve(usize::MAX / 16).is_err());
        assert!(buffer.is_empty());
        buffer.reserve(1).unwrap();
        buffer.extend(&[7]);
        assert!(buffer.reserve(usize::MAX).is_err());
        assert_eq!(buffer[..], [7]);
    }
}
