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
mod portable;
#[cfg(all(any(target_arch = "x86_64", target_arch = "aarch64"), not(feature = "portable")))]
mod whitespace;
pub mod word_break;
pub mod word_bytes;

use std::ffi::CStr;
use std::mem;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many bytes one mask speaks of.
pub const LANES: usize = 64;

/// Bytes a whitespace character may extend beyond its first.
const LOOKAHEAD: usize = 2;

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

/// Whitespace within one piece of 64 bytes.
struct Piece {
    /// Bytes that are whitespace by themselves.
    narrow: u64,
    /// Whitespace characters of several bytes; none if the piece can hold no such character.
    wide: Option<Wide>,
}

/// The first bytes of whitespace characters of two and of three bytes.
struct Wide {
    two: u64,
    three: u64,
}

/// Joins pieces into masks: a whitespace character may begin in one piece and end in the next.
#[derive(Default)]
struct Joiner {
    spill: u64,
}

impl Joiner {
    /// Without a branch on what was found: where whitespace stands is nothing a processor can foresee.
    #[inline]
    fn mask(&mut self, Piece { narrow, wide }: Piece) -> u64 {
        let Some(Wide { two, three }) = wide else {
            return narrow | mem::take(&mut self.spill);
        };
        let leads = two | three;
        let mask = narrow | leads | leads << 1 | three << 2 | self.spill;
        self.spill = leads >> 63 | three >> 62;
        mask
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

/// The last, incomplete piece of a text, with zeros behind it for the pieces that are read whole.
fn padded(rest: &[u8]) -> [u8; LANES + LOOKAHEAD] {
    debug_assert!(rest.len() < LANES + LOOKAHEAD);
    let mut piece = [0; LANES + LOOKAHEAD];
    piece[..rest.len()].copy_from_slice(rest);
    piece
}

/// Drives `classify`, which is given the text from a piece's first byte on, with at least `LANES + LOOKAHEAD` bytes.
#[inline(always)]
fn scan_with(text: &[u8], mut mask: impl FnMut(u64), classify: impl Fn(&[u8; LANES + LOOKAHEAD]) -> Piece) {
    let mut joiner = Joiner::default();
    let mut rest = text;
    while let Some(piece) = rest.first_chunk() {
        mask(joiner.mask(classify(piece)));
        rest = &rest[LANES..];
    }
    while !rest.is_empty() {
        mask(joiner.mask(classify(&padded(rest))));
        rest = &rest[rest.len().min(LANES)..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The characters that `str.split()` splits at.
    pub const WHITESPACE: &str = "\t\n\u{b}\u{c}\r\u{1c}\u{1d}\u{1e}\u{1f} \u{85}\u{a0}\u{1680}\u{2000}\u{2001}\u{2002}\
        \u{2003}\u{2004}\u{2005}\u{2006}\u{2007}\u{2008}\u{2009}\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}";

    /// Also of bytes that are not UTF-8: wherever the bytes of a whitespace character stand.
    fn expected(text: &[u8]) -> Vec<u64> {
        let whitespace: Vec<&str> = WHITESPACE.split_terminator("").skip(1).collect();
        let mut masks = vec![0_u64; text.len().div_ceil(LANES)];
        for start in 0..text.len() {
            if let Some(found) = whitespace.iter().find(|character| text[start..].starts_with(character.as_bytes())) {
                for byte in start..start + found.len() {
                    masks[byte / LANES] |= 1 << (byte % LANES);
                }
            }
        }
        masks
    }

    fn assert_every_level(text: &[u8]) {
        let expected = expected(text);
        for level in SimdLevel::available() {
            let mut masks = Vec::new();
            scan(level, text, |mask| masks.push(mask));
            assert_eq!(masks, expected, "{:?} on {text:?}", level.name());
        }
    }

    #[test]
    fn every_character_is_classified_at_every_level() {
        let all: String = ('\0'..=char::MAX).collect();
        assert_every_level(all.as_bytes());
    }

    #[test]
    fn whitespace_may_lie_across_any_border() {
        for character in WHITESPACE.chars() {
            for before in 0..2 * LANES {
                let mut text = "x".repeat(before);
                text.push(character);
                assert_every_level(text.as_bytes());
                text.push_str("yz");
                assert_every_level(text.as_bytes());
            }
        }
    }

    proptest! {
        #[test]
        fn levels_agree_on_any_text_wherever_it_lies(
            text in "[a\u{1c}-! \t\n\u{7f}-\u{100}\u{1670}-\u{1690}\u{1ff0}-\u{2070}\u{2ff0}-\u{3010}😀]{0,300}",
            start: prop::sample::Index,
        ) {
            let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).take(LANES).chain([text.len()]).collect();
            assert_every_level(&text.as_bytes()[*start.get(&starts)..]);
        }

        #[test]
        fn whitespace_may_follow_whitespace(
            text in prop::collection::vec(prop::sample::select(WHITESPACE.chars().chain("ab".chars()).collect::<Vec<_>>()), 0..200),
        ) {
            assert_every_level(text.into_iter().collect::<String>().as_bytes());
        }

        #[test]
        fn bytes_that_are_not_utf8_do_no_harm(
            bytes in prop::collection::vec(any::<u8>(), 0..300),
            pieces in prop::collection::vec(prop::sample::select(WHITESPACE.as_bytes()), 0..300),
        ) {
            assert_every_level(&bytes);
            assert_every_level(&pieces);
        }
    }
}
