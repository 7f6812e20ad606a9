//! Streams of the Arrow C stream interface, the owners of structures, and the contents of their buffers.

use std::ffi::{c_char, c_int, c_void};
use std::ptr;

use text_processor::{ArrowArray, ArrowSchema};

/// `struct ArrowArrayStream` of the header.
#[repr(C)]
pub struct Stream {
    pub get_schema: Option<unsafe extern "C" fn(*mut Stream, *mut ArrowSchema) -> c_int>,
    pub get_next: Option<unsafe extern "C" fn(*mut Stream, *mut ArrowArray) -> c_int>,
    pub get_last_error: Option<unsafe extern "C" fn(*mut Stream) -> *const c_char>,
    pub release: Option<unsafe extern "C" fn(*mut Stream)>,
    pub private_data: *mut c_void,
}

/// A structure that its owner releases once, unless it was moved.
pub trait Released: Sized {
    fn release(&mut self) -> &mut Option<unsafe extern "C" fn(*mut Self)>;
}

impl Released for ArrowSchema {
    fn release(&mut self) -> &mut Option<unsafe extern "C" fn(*mut Self)> {
        &mut self.release
    }
}

impl Released for ArrowArray {
    fn release(&mut self) -> &mut Option<unsafe extern "C" fn(*mut Self)> {
        &mut self.release
    }
}

impl Released for Stream {
    fn release(&mut self) -> &mut Option<unsafe extern "C" fn(*mut Self)> {
        &mut self.release
    }
}

/// Owns a structure, at the address of its box.
pub struct Owned<T: Released>(pub Box<T>);

impl<T: Released> Owned<T> {
    /// The structure that `fill` writes into memory with arbitrary content; `None` on failure or if it is released.
    pub fn filled(fill: impl FnOnce(*mut T) -> i32) -> Option<Self> {
        let mut place = Box::<T>::new_uninit();
        // SAFETY: the memory is writable, and this pattern is a valid structure, with no pointer NULL.
        let (status, structure) = unsafe {
            place.as_mut_ptr().cast::<u8>().write_bytes(0xA5, size_of::<T>());
            (fill(place.as_mut_ptr()), place.assume_init())
        };
        let mut structure = structure;
        if status != 0 {
            // SAFETY: the memory was initialized above.
            let bytes = unsafe { std::slice::from_raw_parts((&raw const *structure).cast::<u8>(), size_of::<T>()) };
            assert!(bytes.iter().all(|byte| *byte == 0xA5), "a structure was written on failure");
            return None;
        }
        structure.release().is_some().then_some(Self(structure))
    }

    /// Moves a structure by the rules of the format: copies its bytes and marks the source as released.
    pub fn moved_from(source: &mut T) -> Self {
        let mut target = Box::<T>::new_uninit();
        // SAFETY: both have space for a structure, and the next line marks the source as released.
        let target = unsafe {
            ptr::copy_nonoverlapping(source, target.as_mut_ptr(), 1);
            target.assume_init()
        };
        *source.release() = None;
        Self(target)
    }

    pub fn move_it(&mut self) {
        *self = Self::moved_from(&mut self.0);
    }
}

impl<T: Released> Drop for Owned<T> {
    fn drop(&mut self) {
        if let Some(release) = *self.0.release() {
            // SAFETY: the structure was not released, because it still has this function.
            unsafe { release(&raw mut *self.0) }
            assert!(self.0.release().is_none(), "a released structure is not marked as released");
        }
    }
}

pub fn size(number: i64) -> usize {
    usize::try_from(number).expect("not negative")
}

pub fn look_at_array(array: &ArrowArray, buffers: i64, rows: usize) {
    assert!(array.release.is_some() && array.dictionary.is_null());
    assert_eq!((array.null_count, array.n_buffers, array.n_children), (0, buffers, 0));
    assert!(size(array.length) >= rows, "a column of {} rows is too short for {rows}", array.length);
    assert!(array.offset >= 0);
}

/// A copy of the first values of a buffer.
pub fn buffer<T: Copy>(array: &ArrowArray, number: usize, length: usize) -> Vec<T> {
    // SAFETY: the caller has checked the number of buffers.
    let start = unsafe { *array.buffers.add(number) }.cast::<T>();
    assert!(start.is_aligned(), "a buffer is not aligned to its values");
    if length == 0 {
        return Vec::new();
    }
    assert!(!start.is_null(), "a buffer of {length} values is NULL");
    // SAFETY: the array says that the buffer has this many values.
    unsafe { std::slice::from_raw_parts(start, length) }.to_vec()
}

/// All strings of a column.
pub fn strings<O: Copy + Into<i64>>(array: &ArrowArray) -> Vec<String> {
    let offsets: Vec<O> = buffer(array, 1, size(array.offset + array.length) + 1);
    let offsets: Vec<usize> = offsets[size(array.offset)..].iter().map(|offset| size((*offset).into())).collect();
    assert!(offsets.is_sorted(), "offsets go backwards");
    let text: Vec<u8> = buffer(array, 2, offsets[offsets.len() - 1]);
    offsets.windows(2).map(|pair| String::from_utf8(text[pair[0]..pair[1]].to_vec()).unwrap()).collect()
}
