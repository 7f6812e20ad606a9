//! Memory of an exact size.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};

/// Memory with the alignment of a structure. A sanitizer reports any access after its end.
pub struct Memory {
    pub start: *mut u8,
    layout: Layout,
}

impl Memory {
    pub fn of(bytes: &[u8]) -> Self {
        let layout = Layout::from_size_align(bytes.len(), align_of::<u64>()).unwrap();
        // SAFETY: the memory is not empty, because it contains a size.
        let start = unsafe { alloc(layout) };
        if start.is_null() {
            handle_alloc_error(layout);
        }
        // SAFETY: this many bytes were just allocated.
        unsafe { start.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        Self { start, layout }
    }

    pub fn bytes(&self) -> &[u8] {
        // SAFETY: this many bytes were allocated and written.
        unsafe { std::slice::from_raw_parts(self.start, self.layout.size()) }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: the memory was allocated with this layout.
        unsafe { dealloc(self.start, self.layout) }
    }
}

/// An impossible length.
pub fn absurd(by: u32) -> usize {
    usize::MAX - by as usize
}
