//! Loads memory into the cache before it is used.

/// Starts to load a value of a list into the cache, and does not wait for it. Does nothing on processors other than
/// x86-64. The index may be out of bounds.
#[inline(always)]
#[allow(clippy::inline_always)] // A call would take longer than the instruction.
pub fn prefetch<T>(list: &[T], at: usize) {
    #[cfg(all(target_arch = "x86_64", not(any(feature = "portable", miri))))]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        let place = list.as_ptr().wrapping_add(at).cast::<i8>();
        // SAFETY: the instruction is part of SSE, which every x86-64 processor has. It does not read or write memory as
        // seen by the program, and ignores addresses that cannot be accessed.
        #[allow(unsafe_code)]
        unsafe {
            _mm_prefetch::<_MM_HINT_T0>(place);
        }
    }
    #[cfg(not(all(target_arch = "x86_64", not(any(feature = "portable", miri)))))]
    let _ = (list, at);
}
