//! The allocator of the library: that of the system, and a reserve for when it refuses.
//!
//! Whatever may be large is asked for in ways that can fail. The many small things around it (reference counts, Arrow
//! structures, what a thread needs, the message of an error) cannot: Rust ends the process where one is refused. For
//! them there is a reserve, from which only small requests are served; so larger ones have failed by then, and the call
//! with them. Since calls that begin while much of the reserve is in use fail at once, it does not run out.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::UnsafeCell;
use std::ptr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Bytes that are handed out together.
const SLOT: usize = 64;
/// Slots of a group, one for each bit of an integer: the largest request is served by one.
const SLOTS: usize = 64;
const GROUP: usize = SLOTS * SLOT;
const GROUPS: usize = 256;
/// What more of is asked for, when it is to be known whether there is memory.
const PROBE: Layout = Layout::new::<[u8; 16 * GROUP]>();

/// Memory that was there from the beginning. Without a lock: a fork finds no one in the middle of something.
#[repr(align(4096))]
struct Reserve {
    memory: UnsafeCell<[u8; GROUPS * GROUP]>,
    /// For each group, which of its slots are taken.
    taken: [AtomicU64; GROUPS],
    used: AtomicUsize,
}

// SAFETY: bytes of the memory are used by whoever has taken the slot they are in.
unsafe impl Sync for Reserve {}

static RESERVE: Reserve = Reserve {
    memory: UnsafeCell::new([0; GROUPS * GROUP]),
    taken: [const { AtomicU64::new(0) }; GROUPS],
    used: AtomicUsize::new(0),
};

/// The bits of so many slots, the first ones.
fn bits(slots: usize) -> u64 {
    u64::MAX >> (SLOTS - slots)
}

impl Reserve {
    /// Memory that nobody else has; null where the request is not small, or nothing is left.
    #[cold]
    fn take(&self, layout: Layout) -> *mut u8 {
        let slots = layout.size().div_ceil(SLOT).max(1);
        if slots > SLOTS || layout.align() > SLOT {
            return ptr::null_mut();
        }
        for (group, taken) in self.taken.iter().enumerate() {
            let mut start = 0;
            let found = taken.fetch_update(Ordering::Acquire, Ordering::Relaxed, |taken| {
                start = (0..=SLOTS - slots).find(|start| taken & bits(slots) << start == 0)?;
                Some(taken | bits(slots) << start)
            });
            if found.is_ok() {
                self.used.fetch_add(slots, Ordering::Relaxed);
                // SAFETY: the place is inside the memory.
                return unsafe { self.memory.get().cast::<u8>().add(group * GROUP + start * SLOT) };
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
        self.offset(memory) < GROUPS * GROUP
    }

    #[cold]
    fn give_back(&self, memory: *mut u8, layout: Layout) {
        let (slots, offset) = (layout.size().div_ceil(SLOT).max(1), self.offset(memory));
        self.taken[offset / GROUP].fetch_and(!(bits(slots) << (offset % GROUP / SLOT)), Ordering::Release);
        self.used.fetch_sub(slots, Ordering::Relaxed);
    }
}

/// Whether so much of the reserve is in use, and the system still refuses memory, that no call should begin.
#[inline]
pub(crate) fn is_short() -> bool {
    RESERVE.used.load(Ordering::Relaxed) > GROUPS * SLOTS / 2 && is_refused()
}

#[cold]
fn is_refused() -> bool {
    // SAFETY: the layout is not of size 0, and what was had is given back.
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

// SAFETY: memory comes from the system's allocator or from the reserve, and goes back there; nothing unwinds.
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
                // SAFETY: it is as long as the layout says.
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
            // SAFETY: it came from there, by the caller's promise.
            unsafe { System.dealloc(memory, layout) }
        }
    }

    #[inline]
    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if !RESERVE.holds(memory) {
            // SAFETY: it came from there, by the caller's promise.
            let moved = from_system(|| unsafe { System.realloc(memory, layout, size) });
            if !moved.is_null() {
                return moved;
            }
        }
        if size <= layout.size() && !RESERVE.holds(memory) {
            // What is to be smaller can stay, for the system does not ask for the size again.
            return memory;
        }
        // SAFETY: the caller's promise: the size is not 0, and fits with the alignment.
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

/// Memory that is refused on purpose.
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

    /// From now on, refuses as many requests as said after the first ones; how many there were since the last call.
    pub(crate) fn plan(granted: u64, refused: u64) -> u64 {
        FIRST.store(u64::MAX, Ordering::Relaxed);
        END.store(granted.saturating_add(refused), Ordering::Relaxed);
        let asked = ASKED.swap(0, Ordering::Relaxed);
        FIRST.store(granted, Ordering::Relaxed);
        asked
    }
}
