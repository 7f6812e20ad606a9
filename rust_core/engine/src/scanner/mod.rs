//! Finds whitespace and classes of characters, 64 bytes at a time.
//!
//! A scanner turns UTF-8 into masks with one bit for each byte: set if the byte belongs to a whitespace character, as
//! defined by Python's `str.split()`. The tokenizers work on these bits.
//!
//! This module chooses between vector widths; the modules below it do not call it. Most `unsafe` code of
//! the engine is in this folder.

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

/// A vector width. All levels give the same masks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SimdLevel {
    /// Plain Rust, for every processor.
    Portable,
    /// 32 bytes per instruction, on x86-64 with AVX2.
    #[cfg(all(target_arch = "x86_64", not(feature = "portable")))]
    Avx2,
    /// 64 bytes per instruction, on x86-64 with AVX-512 as in Ice Lake and Zen 4.
    #[cfg(all(target_arch = "x86_64", not(feature = "portable")))]
    Avx512,
    /// 16 bytes per instruction, on 64-bit Arm.
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
        // The index in LEVELS plus one; 0 means unknown. Two threads may both compute it. A lock could block forever: a
        // child process would wait for a thread that exists only in the parent.
        static BEST: AtomicUsize = AtomicUsize::new(0);
        if let Some(level) = LEVELS.get(BEST.load(Ordering::Relaxed).wrapping_sub(1)) {
            return *level;
        }
        let best = *Self::available().last().expect("portable is always there");
        BEST.store(LEVELS.iter().take_while(|level| **level != best).count() + 1, Ordering::Relaxed);
        best
    }

    /// The name in lower case, as a C string because only the C ABI uses it.
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

/// Calls `mask` with the whitespace mask of each 64 bytes of `text`, in order. Bits after the end of the text are 0.
///
/// `text` must begin at a character boundary.
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

/// Calls `take` with the word masks of each 64 bytes of `text`, in order. Bits after the end of the text are 0.
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

/// Calls `take` with the class masks of each 64 bytes of `text`, in order. Bits after the end of the text are 0.
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

/// Appends the offsets where words begin to `starts` and where they end to `ends`. Words end at whitespace and where a
/// document begins.
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
