//! Finding whitespace, 64 bytes at a time.
//!
//! A scanner turns UTF-8 into one bit a byte: set where the byte belongs to a whitespace character, as Python's
//! `str.split()` understands whitespace. Everything that knows what a word is works on these bits.
//!
//! The only `unsafe` code of the engine is below this module.

#[cfg(all(target_arch = "x86_64", not(feature = "portable")))]
mod avx2;
#[cfg(all(target_arch = "x86_64", not(feature = "portable")))]
mod avx512;
pub mod edges;
#[cfg(all(target_arch = "aarch64", not(feature = "portable")))]
mod neon;
mod pieces;
mod portable;
#[cfg(all(any(target_arch = "x86_64", target_arch = "aarch64"), not(feature = "portable")))]
mod whitespace;
pub mod word_break;
pub mod word_bytes;

use std::ffi::CStr;
use std::sync::atomic::{AtomicUsize, Ordering};

pub use pieces::LANES;

use edges::{Masks, Offsets, edges_with, push_bits};
use word_break::Classes;
use word_bytes::WordBytes;

/// One way to scan. All give the same masks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SimdLevel {
    /// Plain Rust, for every processor.
    Portable,
    /// 32 bytes an instruction, on x86-64 with AVX2.
    #[cfg(all(target_arch = "x86_64", not(feature = "portable")))]
    Avx2,
    /// 64 bytes an instruction, on x86-64 with AVX-512 as of Ice Lake and Zen 4.
    #[cfg(all(target_arch = "x86_64", not(feature = "portable")))]
    Avx512,
    /// 16 bytes an instruction, on 64-bit Arm.
    #[cfg(all(target_arch = "aarch64", not(feature = "portable")))]
    Neon,
}

impl SimdLevel {
    /// The levels this processor can run, slowest first.
    pub fn available() -> Vec<Self> {
        let levels = [
            Some(Self::Portable),
            #[cfg(all(target_arch = "x86_64", not(feature = "portable")))]
            avx2::is_available().then_some(Self::Avx2),
            #[cfg(all(target_arch = "x86_64", not(feature = "portable")))]
            avx512::is_available().then_some(Self::Avx512),
            #[cfg(all(target_arch = "aarch64", not(feature = "portable")))]
            Some(Self::Neon),
        ];
        levels.into_iter().flatten().collect()
    }

    /// The fastest level this processor can run.
    pub fn best() -> Self {
        const LEVELS: &[SimdLevel] = &[
            SimdLevel::Portable,
            #[cfg(all(target_arch = "x86_64", not(feature = "portable")))]
            SimdLevel::Avx2,
            #[cfg(all(target_arch = "x86_64", not(feature = "portable")))]
            SimdLevel::Avx512,
            #[cfg(all(target_arch = "aarch64", not(feature = "portable")))]
            SimdLevel::Neon,
        ];
        // One more than its place there. Two threads may find out: to wait for one that a fork has left behind would never
        // end.
        static BEST: AtomicUsize = AtomicUsize::new(0);
        if let Some(level) = LEVELS.get(BEST.load(Ordering::Relaxed).wrapping_sub(1)) {
            return *level;
        }
        let best = *Self::available().last().expect("portable is always there");
        BEST.store(LEVELS.iter().take_while(|level| **level != best).count() + 1, Ordering::Relaxed);
        best
    }

    /// Its name in lower case, for people; as C wants it, since that is where it goes.
    pub fn name(self) -> &'static CStr {
        match self {
            Self::Portable => c"portable",
            #[cfg(all(target_arch = "x86_64", not(feature = "portable")))]
            Self::Avx2 => c"avx2",
            #[cfg(all(target_arch = "x86_64", not(feature = "portable")))]
            Self::Avx512 => c"avx512",
            #[cfg(all(target_arch = "aarch64", not(feature = "portable")))]
            Self::Neon => c"neon",
        }
    }
}

/// Gives one mask for every started 64 bytes of `text`, in order; bits behind the end of the text are unset.
///
/// `text` must begin at the border of a character.
#[inline]
pub fn scan(level: SimdLevel, text: &[u8], mask: impl FnMut(u64)) {
    match level {
        SimdLevel::Portable => portable::scan(text, mask),
        #[cfg(all(target_arch = "x86_64", not(feature = "portable")))]
        SimdLevel::Avx2 => avx2::scan(text, mask),
        #[cfg(all(target_arch = "x86_64", not(feature = "portable")))]
        SimdLevel::Avx512 => avx512::scan(text, mask),
        #[cfg(all(target_arch = "aarch64", not(feature = "portable")))]
        SimdLevel::Neon => neon::scan(text, mask),
    }
}

/// Tells of every started 64 bytes of `text`, in order; bits behind the end of the text are unset.
#[inline]
pub fn scan_words(level: SimdLevel, text: &[u8], take: impl FnMut(WordBytes)) {
    match level {
        SimdLevel::Portable => portable::scan_words(text, take),
        #[cfg(all(target_arch = "x86_64", not(feature = "portable")))]
        SimdLevel::Avx2 => avx2::scan_words(text, take),
        #[cfg(all(target_arch = "x86_64", not(feature = "portable")))]
        SimdLevel::Avx512 => avx512::scan_words(text, take),
        #[cfg(all(target_arch = "aarch64", not(feature = "portable")))]
        SimdLevel::Neon => neon::scan_words(text, take),
    }
}

/// Tells of every started 64 bytes of `text`, in order; bits behind the end of the text are unset.
#[inline]
pub fn scan_classes(level: SimdLevel, text: &[u8], take: impl FnMut(Classes)) {
    match level {
        SimdLevel::Portable => portable::scan_classes(text, take),
        #[cfg(all(target_arch = "x86_64", not(feature = "portable")))]
        SimdLevel::Avx2 => avx2::scan_classes(text, take),
        #[cfg(all(target_arch = "x86_64", not(feature = "portable")))]
        SimdLevel::Avx512 => avx512::scan_classes(text, take),
        #[cfg(all(target_arch = "aarch64", not(feature = "portable")))]
        SimdLevel::Neon => neon::scan_classes(text, take),
    }
}

/// Appends where words begin to `starts`, and where they end to `ends`. Words end at whitespace and at borders.
#[inline]
pub fn find_edges(level: SimdLevel, masks: &Masks, starts: &mut Offsets, ends: &mut Offsets) {
    match level {
        #[cfg(all(target_arch = "x86_64", not(feature = "portable")))]
        SimdLevel::Avx2 => avx2::edges(masks, starts, ends),
        #[cfg(all(target_arch = "x86_64", not(feature = "portable")))]
        SimdLevel::Avx512 => avx512::edges(masks, starts, ends),
        _ => edges_with(masks, starts, ends, push_bits),
    }
}

#[cfg(test)]
mod tests;
