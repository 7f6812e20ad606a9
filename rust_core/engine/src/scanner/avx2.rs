//! The scanner for x86-64 with AVX2: each instruction handles 32 bytes.

use std::arch::x86_64::{
    __m256i, _mm_loadu_si128, _mm256_and_si256, _mm256_broadcastsi128_si256, _mm256_cmpeq_epi8, _mm256_loadu_si256,
    _mm256_min_epu8, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8, _mm256_setzero_si256,
    _mm256_shuffle_epi8, _mm256_srli_epi16, _mm256_sub_epi8, _mm256_testz_si256,
};

use super::edges::{Masks, Offsets, edges_with, push_bits};
use super::pieces::{LANES, LOOKAHEAD, MultiByte, Piece, scan_pieces_with, scan_with};
use super::whitespace::{NibbleTables, TWO_BYTES, WHITESPACE_TABLES};
use super::word_break::{Classes, halves};
use super::word_bytes::{WORD_TABLES, WordBytes};

const VECTOR_BYTES: usize = 32;

/// Whether this processor can run this scanner.
#[inline]
pub fn is_available() -> bool {
    is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("lzcnt")
        && is_x86_feature_detected!("popcnt")
}

pub fn scan(text: &[u8], mask: impl FnMut(u64)) {
    assert!(is_available(), "this processor lacks AVX2");
    // SAFETY: the processor has these features, as the line above asserts.
    unsafe { scan_avx2(text, mask) }
}

// The code that uses the masks gains from the instructions that count bits, which came with AVX2 or before.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn scan_avx2(text: &[u8], mask: impl FnMut(u64)) {
    // The closure inherits the target feature and is inlined into this function.
    scan_with(text, mask, |piece| classify(piece));
}

pub fn scan_words(text: &[u8], take: impl FnMut(WordBytes)) {
    assert!(is_available(), "this processor lacks AVX2");
    // SAFETY: the processor has these features, as the line above asserts.
    unsafe { scan_words_avx2(text, take) }
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn scan_words_avx2(text: &[u8], take: impl FnMut(WordBytes)) {
    scan_pieces_with(text, take, |piece| {
        let halves = [load(piece, 0), load(piece, VECTOR_BYTES)];
        let [low, high] = halves.map(|half| any_class(classes(half, &WORD_TABLES)));
        let [non_ascii_low, non_ascii_high] = halves.map(|half| bits(half));
        WordBytes { word: low | high << VECTOR_BYTES, non_ascii: non_ascii_low | non_ascii_high << VECTOR_BYTES }
    });
}

pub fn scan_classes(text: &[u8], take: impl FnMut(Classes)) {
    assert!(is_available(), "this processor lacks AVX2");
    // SAFETY: the processor has these features, as the line above asserts.
    unsafe { scan_classes_avx2(text, take) }
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn scan_classes_avx2(text: &[u8], take: impl FnMut(Classes)) {
    scan_pieces_with(text, take, |piece| {
        let bytes = [load(piece, 0), load(piece, VECTOR_BYTES)];
        let classes = bytes.map(|bytes| classes(bytes, &halves::TABLES));
        let both = |[low, high]: [u64; 2]| low | high << VECTOR_BYTES;
        let any =
            |of: u8| both(classes.map(|all| any_class(_mm256_and_si256(all, _mm256_set1_epi8(of.cast_signed())))));
        let is = |byte: u8| both(bytes.map(|all| bits(_mm256_cmpeq_epi8(all, _mm256_set1_epi8(byte.cast_signed())))));
        Classes {
            letter: any(halves::LETTER),
            digit: any(halves::DIGIT),
            underscore: any(halves::UNDERSCORE),
            joins_letters: any(halves::JOINS_LETTERS),
            joins_digits: any(halves::JOINS_DIGITS),
            space: is(b' '),
            carriage_return: is(b'\r'),
            line_feed: is(b'\n'),
            non_ascii: both(bytes.map(|bytes| self::bits(bytes))),
        }
    });
}

pub fn edges(masks: &Masks, starts: &mut Offsets, ends: &mut Offsets) {
    assert!(is_available(), "this processor lacks AVX2");
    // SAFETY: the processor has these features, as the line above asserts.
    unsafe { edges_avx2(masks, starts, ends) }
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn edges_avx2(masks: &Masks, starts: &mut Offsets, ends: &mut Offsets) {
    edges_with(masks, starts, ends, push_bits);
}

#[inline]
#[target_feature(enable = "avx2")]
fn load(bytes: &[u8], at: usize) -> __m256i {
    let lane: &[u8; VECTOR_BYTES] = bytes[at..].first_chunk().expect("a piece has LOOKAHEAD bytes more");
    // SAFETY: 32 bytes may be read at `lane`; the instruction needs no alignment.
    unsafe { _mm256_loadu_si256(lane.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn bits(bytes: __m256i) -> u64 {
    u64::from(_mm256_movemask_epi8(bytes).cast_unsigned())
}

#[inline]
#[target_feature(enable = "avx2")]
fn classify(piece: &[u8; LANES + LOOKAHEAD]) -> Piece {
    let (low, high) = (load(piece, 0), load(piece, VECTOR_BYTES));
    let single_byte = single_byte(low) | single_byte(high) << VECTOR_BYTES;
    if bits(_mm256_or_si256(low, high)) == 0 {
        return Piece { single_byte, multi_byte: None };
    }
    let leads = [classes(low, &WHITESPACE_TABLES[0]), classes(high, &WHITESPACE_TABLES[0])];
    let any = _mm256_or_si256(leads[0], leads[1]);
    if _mm256_testz_si256(any, any) == 1 {
        return Piece { single_byte, multi_byte: None };
    }
    let (low, high) = (multi_byte(piece, 0, leads[0]), multi_byte(piece, VECTOR_BYTES, leads[1]));
    Piece {
        single_byte,
        multi_byte: Some(MultiByte {
            two: low.two | high.two << VECTOR_BYTES,
            three: low.three | high.three << VECTOR_BYTES,
        }),
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn single_byte(bytes: __m256i) -> u64 {
    let [tab, separator] = [0x09_u8, 0x1C].map(|first| _mm256_sub_epi8(bytes, _mm256_set1_epi8(first.cast_signed())));
    let distance = _mm256_min_epu8(tab, separator);
    bits(_mm256_cmpeq_epi8(distance, _mm256_min_epu8(distance, _mm256_set1_epi8(4))))
}

/// The multi-byte whitespace that begins in one half of a piece. `first` has the classes that begin with each byte.
#[inline]
#[target_feature(enable = "avx2")]
fn multi_byte(piece: &[u8; LANES + LOOKAHEAD], at: usize, first: __m256i) -> MultiByte {
    let [second, third] = [1, 2].map(|place| classes(load(piece, at + place), &WHITESPACE_TABLES[place]));
    let begun = _mm256_and_si256(first, second);
    MultiByte {
        two: any_class(_mm256_and_si256(begun, _mm256_set1_epi8(TWO_BYTES.cast_signed()))),
        three: any_class(_mm256_and_si256(begun, third)),
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn any_class(classes: __m256i) -> u64 {
    bits(_mm256_cmpeq_epi8(classes, _mm256_setzero_si256())) ^ u64::from(u32::MAX)
}

/// The classes of bytes that are all at the same position in their characters.
#[inline]
#[target_feature(enable = "avx2")]
fn classes(bytes: __m256i, place: &NibbleTables) -> __m256i {
    let half = _mm256_set1_epi8(0x0F);
    let high = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), half);
    let low = _mm256_and_si256(bytes, half);
    _mm256_and_si256(_mm256_shuffle_epi8(table(&place.high), high), _mm256_shuffle_epi8(table(&place.low), low))
}

#[inline]
#[target_feature(enable = "avx2")]
fn table(halves: &[u8; 16]) -> __m256i {
    // SAFETY: 16 bytes may be read at `halves`; the instruction needs no alignment.
    _mm256_broadcastsi128_si256(unsafe { _mm_loadu_si128(halves.as_ptr().cast()) })
}
