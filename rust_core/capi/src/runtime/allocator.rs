//! The allocator of the library: the allocator of the system, and a reserve for the time when the system refuses
//! memory.
//!
//! If a request that may be large is refused, the call fails. Small requests (reference counts, Arrow structures, the
//! data of a thread, the message of an error) cannot fail in Rust: the process would end.
//! The reserve serves small requests only. It does not run out: while more than half of it is in use and the system
//! still refuses memory, every new call fails before it requests anything.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::UnsafeCell;
use std::ptr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// The reserve is divided into slots of this many bytes.
const SLOT_BYTES: usize = 64;
/// Slots in a group: one for each bit of an integer. A request gets slots of one group only.
const GROUP_SLOTS: usize = 64;
const GROUP_BYTES: usize = GROUP_SLOTS * SLOT_BYTES;
const GROUPS: usize = 256;
/// A request of this size shows whether the system has memory again: it is larger than any that the reserve serves.
const PROBE: Layout = Layout::new::<[u8; 16 * GROUP_BYTES]>();

/// The message of calls that fail because [`is_short`].
pub(crate) const NO_MEMORY: &str = "there is no memory left, not even for small objects";

/// Memory in the library's own data. It needs no lock, which a fork could leave locked in the child.
#[repr(align(4096))]
struct Reserve {
    memory: UnsafeCell<[u8; GROUPS * GROUP_BYTES]>,
    /// For each group, a bit for each slot in use.
    taken: [AtomicU64; GROUPS],
    used: AtomicUsize,
}

// SAFETY: only the caller that has taken a slot uses its bytes.
unsafe impl Sync for Reserve {}

static RESERVE: Reserve = Reserve {
    memory: UnsafeCell::new([0; GROUPS * GROUP_BYTES]),
    taken: [const { AtomicU64::new(0) }; GROUPS],
    used: AtomicUsize::new(0),
};

/// The bits of the first `slots` slots.
fn bits(slots: usize) -> u64 {
    u64::MAX >> (GROUP_SLOTS - slots)
}

impl Reserve {
    /// Takes memory; returns null if the request is not small, or if the reserve has no room.
    #[cold]
    fn take(&self, layout: Layout) -> *mut u8 {
        let slots = layout.size().div_ceil(SLOT_BYTES).max(1);
        if slots > GROUP_SLOTS || layout.align() > GROUP_BYTES {
            return ptr::null_mut();
        }
        // Each group is aligned to its size. Arrow aligns its memory to more than a slot.
        let step = layout.align().div_ceil(SLOT_BYTES);
        for (group, taken) in self.taken.iter().enumerate() {
            let mut start = 0;
            let found = taken.fetch_update(Ordering::Acquire, Ordering::Relaxed, |taken| {
                start = (0..=GROUP_SLOTS - slots).step_by(step).find(|start| taken & bits(slots) << start == 0)?;
                Some(taken | bits(slots) << start)
            });
            if found.is_ok() {
                self.used.fetch_add(slots, Ordering::Relaxed);
                // SAFETY: the slots are within the memory.
                return unsafe { self.memory.get().cast::<u8>().add(group * GROUP_BYTES + start * SLOT_BYTES) };
            }
        }
        ptr::null_mut()
    }

    #[inline]
    fn offset(&self, memory: *mut u8) -> usize {
        memory.addr().wrapping_sub(self.memory.get().addr())
    }

    #[inline]
    fn holds(&self, memory: *mut u8) -> bool {
        self.offset(memory) < GROUPS * GROUP_BYTES
    }

    #[cold]
    fn give_back(&self, memory: *mut u8, layout: Layout) {
        let (slots, offset) = (layout.size().div_ceil(SLOT_BYTES).max(1), self.offset(memory));
        self.taken[offset / GROUP_BYTES]
            .fetch_and(!(bits(slots) << (offset % GROUP_BYTES / SLOT_BYTES)), Ordering::Release);
        self.used.fetch_sub(slots, Ordering::Relaxed);
    }
}

/// Whether no call should begin: more than half of the reserve is in use, and the system still refuses memory.
#[inline]
pub(crate) fn is_short() -> bool {
    RESERVE.used.load(Ordering::Relaxed) > GROUPS * GROUP_SLOTS / 2 && is_refused()
}

#[cold]
fn is_refused() -> bool {
    // SAFETY: the layout does not have size 0, and the memory is freed with the same layout.
    unsafe {
        let memory = from_system(|| System.alloc(PROBE));
        if !memory.is_null() {
            System.dealloc(memory, PROBE);
        }
        memory.is_null()
    }
}

#[cfg(not(feature = "test-hooks"))]
#[inline(always)]
fn from_system(ask: impl FnOnce() -> *mut u8) -> *mut u8 {
    ask()
}

#[cfg(feature = "test-hooks")]
fn from_system(ask: impl FnOnce() -> *mut u8) -> *mut u8 {
    if refusal::is_next() { ptr::null_mut() } else { ask() }
}

struct Allocator;

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

// SAFETY: memory comes from the allocator of the system or from the reserve, and returns to the same; nothing unwinds.
unsafe impl GlobalAlloc for Allocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        let memory = from_system(|| unsafe { System.alloc(layout) });
        if memory.is_null() { RESERVE.take(layout) } else { memory }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        let mut memory = from_system(|| unsafe { System.alloc_zeroed(layout) });
        if memory.is_null() {
            memory = RESERVE.take(layout);
            if !memory.is_null() {
                // SAFETY: the memory has the size of the layout.
                unsafe { memory.write_bytes(0, layout.size()) };
            }
        }
        memory
    }

    #[inline]
    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        if RESERVE.holds(memory) {
            RESERVE.give_back(memory, layout);
        } else {
            // SAFETY: it came from the system, by the caller's promise.
            unsafe { System.dealloc(memory, layout) }
        }
    }

    #[inline]
    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if !RESERVE.holds(memory) {
            // SAFETY: it came from the system, by the caller's promise.
            let moved = from_system(|| unsafe { System.realloc(memory, layout, size) });
            if !moved.is_null() {
                return moved;
            }
        }
        if size <= layout.size() && !RESERVE.holds(memory) {
            // A block that shrinks can stay where it is: the system does not need its size to free it.
            return memory;
        }
        // SAFETY: the caller's promise: the size is not 0, and valid with the alignment.
        unsafe {
            let new = Layout::from_size_align_unchecked(size, layout.align());
            let moved = self.alloc(new);
            if !moved.is_null() {
                moved.copy_from_nonoverlapping(memory, size.min(layout.size()));
                self.dealloc(memory, layout);
            }
            moved
        }
    }
}

/// Refuses memory on purpose, for tests.
#[cfg(feature = "test-hooks")]
pub(crate) mod refusal {
    use super::{AtomicU64, Ordering};

    static ASKED: AtomicU64 = AtomicU64::new(0);
    static FIRST: AtomicU64 = AtomicU64::new(u64::MAX);
    static END: AtomicU64 = AtomicU64::new(u64::MAX);

    pub(super) fn is_next() -> bool {
        let asked = ASKED.fetch_add(1, Ordering::Relaxed);
        (FIRST.load(Ordering::Relaxed)..END.load(Ordering::Relaxed)).contains(&asked)
    }

    /// From now on, grants `granted` requests and refuses the next `refused`. Returns the number of requests since the
    /// last call.
    pub(crate) fn plan(granted: u64, refused: u64) -> u64 {
        FIRST.store(u64::MAX, Ordering::Relaxed);
        END.store(granted.saturating_add(refused), Ordering::Relaxed);
        let asked = ASKED.swap(0, Ordering::Relaxed);
        FIRST.store(granted, Ordering::Relaxed);
        asked
    }
}
