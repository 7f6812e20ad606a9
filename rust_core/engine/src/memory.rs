//! Memory that may run out: lists, strings, maps and large buffers whose growth returns an error.
//!
//! The first access to a page of memory takes longer than all later work on it. So large buffers request huge pages,
//! which Linux gives to processes that request them.

use std::collections::HashMap;
use std::hash::Hash;
use std::ops::{Deref, Range};
use std::sync::Arc;
use std::time::Instant;

pub use bytemuck::Pod;
use bytemuck::{cast_slice, cast_slice_mut, try_cast_slice, try_zeroed_vec};
use memmap2::{Mmap, MmapMut};

use crate::error::{Error, Result};

/// The size of a huge page. Buffers of at least this size use huge pages. Small in tests.
pub const HUGE_PAGE_BYTES: usize = if cfg!(test) { 256 } else { 2 << 20 };

/// The bytes that are copied before a look at the time. Small in tests.
const COPIED_BYTES: usize = if cfg!(test) { 256 } else { 1 << 20 };

/// Makes room for `more` values after those of a list.
///
/// # Errors
/// [`Error::OutOfMemory`]; the list is unchanged.
#[inline]
pub fn reserve<T>(list: &mut Vec<T>, more: usize) -> Result<()> {
    list.try_reserve(more).map_err(|_| Error::OutOfMemory { bytes: more.saturating_mul(size_of::<T>()) })
}

/// Makes room for one more entry of a map.
///
/// # Errors
/// [`Error::OutOfMemory`]; the map is unchanged.
pub fn reserve_entry<K: Eq + Hash, V>(map: &mut HashMap<K, V>) -> Result<()> {
    map.try_reserve(1).map_err(|_| Error::OutOfMemory { bytes: map.len() * size_of::<(K, V)>() })
}

/// Appends parts to a string.
///
/// # Errors
/// [`Error::OutOfMemory`]; some parts may have been appended.
pub fn append<'t>(text: &mut String, parts: impl IntoIterator<Item = &'t str>) -> Result<()> {
    for part in parts {
        text.try_reserve(part.len()).map_err(|_| Error::OutOfMemory { bytes: part.len() })?;
        text.push_str(part);
    }
    Ok(())
}

/// Returns an empty list with room for exactly `values` values.
///
/// # Errors
/// [`Error::OutOfMemory`].
pub fn list_for<T>(values: usize) -> Result<Vec<T>> {
    let mut list = Vec::new();
    let out_of_memory = |_| Error::OutOfMemory { bytes: values.saturating_mul(size_of::<T>()) };
    list.try_reserve_exact(values).map_err(out_of_memory)?;
    Ok(list)
}

/// Checks that there is memory for `bytes` bytes, before a call to code that does not check.
///
/// # Errors
/// [`Error::OutOfMemory`].
pub fn ensure(bytes: usize) -> Result<()> {
    list_for::<u8>(bytes).map(drop)
}

/// Returns a copy of a list.
///
/// # Errors
/// [`Error::OutOfMemory`].
pub fn copied<T: Copy>(list: &[T]) -> Result<Vec<T>> {
    let mut copy = list_for(list.len())?;
    copy.extend_from_slice(list);
    Ok(copy)
}

/// Returns a list of `values` zeros.
///
/// # Errors
/// [`Error::OutOfMemory`].
pub fn zeros<T: Pod>(values: usize) -> Result<Vec<T>> {
    try_zeroed_vec(values).map_err(|()| Error::OutOfMemory { bytes: values.saturating_mul(size_of::<T>()) })
}

/// Returns the bytes of the huge pages that hold this number of bytes. Linux 6.7 and later start such a mapping at a huge
/// page, so it has no small pages.
fn whole_pages(bytes: usize) -> usize {
    bytes.checked_next_multiple_of(HUGE_PAGE_BYTES).unwrap_or(bytes)
}

/// Makes a mapping larger. The system moves its pages to other addresses, and copies no value.
#[cfg(target_os = "linux")]
fn remap(pages: &mut MmapMut, bytes: usize) -> Result<()> {
    #[cfg(feature = "test-hooks")]
    drop(list_for::<u8>(bytes)?);
    // SAFETY: no file is mapped, so each page of the larger mapping exists.
    #[allow(unsafe_code)]
    let moved = unsafe { pages.remap(bytes, memmap2::RemapOptions::new().may_move(true)) };
    moved.map_err(|_| Error::OutOfMemory { bytes })
}

/// Bytes of a file, which several buffers read. They do not change.
#[derive(Debug)]
pub enum SharedMemory {
    /// Bytes that were read.
    Read(Buffer<u64>),
    /// A mapped file.
    Mapped(Mmap),
}

impl SharedMemory {
    /// Returns the bytes. Memory that was read may end with up to seven bytes more than the caller has written.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Read(buffer) => cast_slice(buffer),
            Self::Mapped(pages) => pages,
        }
    }
}

/// A part of shared memory.
#[derive(Debug)]
struct SharedPart {
    memory: Arc<SharedMemory>,
    bytes: Range<usize>,
}

/// A list of numbers that does not move in memory while they fit into its capacity.
#[derive(Debug)]
pub struct Buffer<T: Pod> {
    memory: BufferMemory<T>,
    len: usize,
}

#[derive(Debug)]
enum BufferMemory<T> {
    /// As long as the capacity of the buffer.
    Heap(Vec<T>),
    Pages(MmapMut),
    /// Never changed: a buffer that grows moves to other memory. In a box, so that other buffers stay small.
    Shared(Box<SharedPart>),
}

impl<T: Pod> Default for Buffer<T> {
    fn default() -> Self {
        Self { memory: BufferMemory::Heap(Vec::new()), len: 0 }
    }
}

impl<T: Pod> Buffer<T> {
    /// Returns an empty buffer with room for `values` values.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn with_room_for(values: usize) -> Result<Self> {
        let bytes = values.saturating_mul(size_of::<T>());
        // Miri does not support mappings.
        if bytes >= HUGE_PAGE_BYTES && !cfg!(miri) {
            let bytes = whole_pages(bytes);
            // So that a test allocator that refuses memory also refuses pages.
            #[cfg(feature = "test-hooks")]
            drop(list_for::<u8>(bytes)?);
            let pages = MmapMut::map_anon(bytes).map_err(|_| Error::OutOfMemory { bytes })?;
            // Without huge pages, the buffer is only slower.
            #[cfg(target_os = "linux")]
            let _ = pages.advise(memmap2::Advice::HugePage);
            return Ok(Self { memory: BufferMemory::Pages(pages), len: 0 });
        }
        Ok(Self { memory: BufferMemory::Heap(zeros(values)?), len: 0 })
    }

    /// Returns a buffer over a part of shared memory, or None if there is no such part, or its address is not aligned.
    /// The values of this buffer cannot be changed.
    pub fn shared(memory: &Arc<SharedMemory>, bytes: Range<usize>) -> Option<Self> {
        let len = try_cast_slice::<u8, T>(memory.bytes().get(bytes.clone())?).ok()?.len();
        let part = SharedPart { memory: Arc::clone(memory), bytes };
        Some(Self { memory: BufferMemory::Shared(Box::new(part)), len })
    }

    /// Returns the number of values that fit, including those in the buffer.
    pub fn capacity(&self) -> usize {
        if self.is_shared() { self.len } else { self.all().len() }
    }

    fn is_shared(&self) -> bool {
        matches!(self.memory, BufferMemory::Shared(_))
    }

    /// Makes room for `more` values. If they do not fit, the buffer moves to other memory.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`]; the buffer is unchanged.
    pub fn reserve(&mut self, more: usize) -> Result<()> {
        if more <= self.capacity() - self.len {
            return Ok(());
        }
        let values = self.len.saturating_add(more).max(2 * self.len);
        #[cfg(target_os = "linux")]
        if let BufferMemory::Pages(pages) = &mut self.memory {
            return remap(pages, whole_pages(values.saturating_mul(size_of::<T>())));
        }
        let mut larger = Self::with_room_for(values)?;
        larger.extend(self);
        *self = larger;
        Ok(())
    }

    /// Appends values. There must be room for them.
    pub fn extend(&mut self, values: &[T]) {
        self.room()[..values.len()].copy_from_slice(values);
        self.len += values.len();
    }

    /// Returns the room after the values.
    pub fn room(&mut self) -> &mut [T] {
        let len = if self.is_shared() { 0 } else { self.len };
        &mut self.all_mut()[len..]
    }

    /// Returns the room after the values as bytes.
    pub fn room_bytes(&mut self) -> &mut [u8] {
        cast_slice_mut(self.room())
    }

    /// Continues a copy of other values until the deadline has passed, by at least one value. Returns whether it is
    /// complete. The copy begins as an empty buffer.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn copy_some(&mut self, of: &Self, deadline: Option<Instant>) -> Result<bool> {
        if self.is_empty() && !of.is_empty() {
            *self = Self::with_room_for(of.len)?;
        }
        while self.len < of.len {
            let more = (of.len - self.len).min(COPIED_BYTES / size_of::<T>());
            self.extend(&of[self.len..][..more]);
            if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                break;
            }
        }
        Ok(self.len == of.len)
    }

    /// Returns the values, to change them.
    pub fn values_mut(&mut self) -> &mut [T] {
        let len = self.len;
        &mut self.all_mut()[..len]
    }

    /// Returns the values and the room after them, to change both. There is no such value in shared memory.
    pub fn all_mut(&mut self) -> &mut [T] {
        match &mut self.memory {
            BufferMemory::Heap(heap) => heap,
            BufferMemory::Pages(pages) => {
                let values = pages.len() / size_of::<T>();
                cast_slice_mut(&mut pages[..values * size_of::<T>()])
            }
            BufferMemory::Shared(_) => &mut [],
        }
    }

    /// Appends the first `values` values of the room, which the caller has written.
    pub fn take(&mut self, values: usize) {
        assert!(values <= self.capacity() - self.len, "there is no room for {values} values");
        self.len += values;
    }

    /// Sets the values at these places.
    pub fn set_all(&mut self, places: impl Iterator<Item = usize>, value: T) {
        let all = self.values_mut();
        places.for_each(|place| all[place] = value);
    }

    /// Keeps only the first `len` values.
    pub fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// Removes the first `values` values.
    pub fn remove_first(&mut self, values: usize) {
        let len = self.len;
        self.all_mut().copy_within(values..len, 0);
        self.len -= values;
    }

    /// Frees unused memory of a small buffer. Pages that were never written take no memory.
    pub fn shrink(&mut self) {
        if let BufferMemory::Heap(heap) = &mut self.memory {
            heap.truncate(self.len);
            heap.shrink_to_fit();
        }
    }

    fn all(&self) -> &[T] {
        match &self.memory {
            BufferMemory::Heap(heap) => heap,
            BufferMemory::Pages(pages) => cast_slice(&pages[..pages.len() / size_of::<T>() * size_of::<T>()]),
            BufferMemory::Shared(part) => cast_slice(&part.memory.bytes()[part.bytes.clone()]),
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
        fn a_buffer_has_the_contents_of_a_vector(pieces in prop::collection::vec(prop::collection::vec(any::<u16>(), 0..200), 0..10), first in 0..300_usize) {
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
    fn a_buffer_over_shared_memory_is_copied_when_it_grows() {
        let mut read = Buffer::<u64>::with_room_for(2).unwrap();
        read.extend(&[1 << 32 | 7, 9]);
        let memory = Arc::new(SharedMemory::Read(read));
        assert!(Buffer::<u32>::shared(&memory, 12..20).is_none());
        assert!(Buffer::<u32>::shared(&memory, 2..6).is_none());
        let mut buffer = Buffer::<u32>::shared(&memory, 0..12).unwrap();
        assert_eq!((buffer[..].to_vec(), buffer.capacity(), buffer.room().len()), (vec![7, 1, 9], 3, 0));
        buffer.extend(&[]);
        buffer.reserve(1).unwrap();
        buffer.extend(&[4]);
        assert_eq!(buffer[..], [7, 1, 9, 4]);
        assert_eq!(Arc::strong_count(&memory), 1);
    }

    #[test]
    fn a_request_for_too_much_memory_is_an_error() {
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
