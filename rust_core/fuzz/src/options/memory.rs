//! Memory of an exact size.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};

/// Memory that begins where structures may, and ends exactly where it says.
pub struct Memory {
    pub start: *mut u8,
    layout: Layout,
}

impl Memory {
    pub fn of(bytes: &[u8]) -> Self {
        let layout = Layout::from_size_align(bytes.len(), align_of::<u64>()).unwrap();
        // SAFETY: it is not empty, as it holds a size.
        let start = unsafe { alloc(layout) };
        if start.is_null() {
            handle_alloc_error(layout);
        }
        // SAFETY: that much was just allocated.
        unsafe { start.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        Self { start, layout }
    }

    pub fn bytes(&self) -> &[u8] {
        // SAFETY: that much was allocated, and written.
        unsafe { std::slice::from_raw_parts(self.start, self.layout.size()) }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: it was allocated with this layout.
        unsafe { dealloc(self.start, self.layout) }
    }
}

/// A length that no memory holds.
pub fn absurd(by: u32) -> usize {
    usize::MAX - by as usize
}
