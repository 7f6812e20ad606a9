//! The scanner for x86-64 with AVX2: 32 bytes an instruction.

use std::arch::x86_64::{
    __m256i, _mm256_add_epi8, _mm256_and_si256, _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_min_epu8,
    _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8,
};

use super::{LANES, LOOKAHEAD, Piece, WIDE_LEADS, scan_with};

const WIDTH: usize = 32;

pub fn scan(text: &[u8], mask: impl FnMut(u64)) {
    assert!(is_x86_feature_detected!("avx2"), "this processor has no AVX2");
    // SAFETY: the processor has AVX2, as was just asserted.
    unsafe { scan_avx2(text, mask) }
}

#[target_feature(enable = "avx2")]
fn scan_avx2(text: &[u8], mask: impl FnMut(u64)) {
    // The closure inherits the target feature and is inlined into this function.
    scan_with(text, mask, |piece| classify(piece));
}

#[inline]
#[target_feature(enable = "avx2")]
fn load(bytes: &[u8; LANES + LOOKAHEAD], at: usize) -> __m256i {
    let lane: &[u8; WIDTH] = bytes[at..at + WIDTH].try_into().expect("a slice of that length");
    // SAFETY: 32 bytes may be read at `lane`; the instruction asks for no alignment.
    unsafe { _mm256_loadu_si256(lane.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn equal(bytes: __m256i, value: u8) -> __m256i {
    _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(value.cast_signed()))
}

/// Bytes from `first` to `first + more`, both included.
#[inline]
#[target_feature(enable = "avx2")]
fn within(bytes: __m256i, first: u8, more: u8) -> __m256i {
    let shifted = _mm256_add_epi8(bytes, _mm256_set1_epi8(first.wrapping_neg().cast_signed()));
    _mm256_cmpeq_epi8(shifted, _mm256_min_epu8(shifted, _mm256_set1_epi8(more.cast_signed())))
}

#[inline]
#[target_feature(enable = "avx2")]
fn bits(bytes: __m256i) -> u64 {
    u64::from(_mm256_movemask_epi8(bytes).cast_unsigned())
}

#[inline]
#[target_feature(enable = "avx2")]
fn classify(piece: &[u8; LANES + LOOKAHEAD]) -> Piece {
    let (low, high) = (load(piece, 0), load(piece, WIDTH));
    let mut found = Piece { narrow: narrow(low) | narrow(high) << WIDTH, two: 0, three: 0 };
    if bits(_mm256_or_si256(low, high)) != 0 {
        for at in [0, WIDTH] {
            let (two, three) = wide(piece, at);
            found.two |= two << at;
            found.three |= three << at;
        }
    }
    found
}

#[inline]
#[target_feature(enable = "avx2")]
fn narrow(bytes: __m256i) -> u64 {
    bits(_mm256_or_si256(within(bytes, 0x09, 4), within(bytes, 0x1C, 4)))
}

#[inline]
#[target_feature(enable = "avx2")]
fn wide(piece: &[u8; LANES + LOOKAHEAD], at: usize) -> (u64, u64) {
    let first = load(piece, at);
    let [c2, e1, e2, e3] = WIDE_LEADS.map(|lead| equal(first, lead));
    if bits(_mm256_or_si256(_mm256_or_si256(c2, e1), _mm256_or_si256(e2, e3))) == 0 {
        return (0, 0);
    }
    let (second, third) = (load(piece, at + 1), load(piece, at + 2));
    let two = _mm256_and_si256(c2, _mm256_or_si256(equal(second, 0x85), equal(second, 0xA0)));
    let e1_9a = _mm256_and_si256(e1, equal(second, 0x9A));
    let e2_80 = _mm256_and_si256(e2, equal(second, 0x80));
    let e2_81 = _mm256_and_si256(e2, equal(second, 0x81));
    let e3_80 = _mm256_and_si256(e3, equal(second, 0x80));
    let general_punctuation =
        _mm256_or_si256(within(third, 0x80, 0x0A), _mm256_or_si256(within(third, 0xA8, 1), equal(third, 0xAF)));
    let three = _mm256_or_si256(
        _mm256_or_si256(
            _mm256_and_si256(_mm256_or_si256(e1_9a, e3_80), equal(third, 0x80)),
            _mm256_and_si256(e2_80, general_punctuation),
        ),
        _mm256_and_si256(e2_81, equal(third, 0x9F)),
    );
    (bits(two), bits(three))
}
