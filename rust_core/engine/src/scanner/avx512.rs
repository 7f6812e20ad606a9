//! The scanner for x86-64 with AVX-512: each instruction handles 64 bytes.
//!
//! It needs the instructions of Ice Lake and Zen 4 that look up bytes and bits. Older processors lower their clock for
//! AVX-512, so AVX2 is faster on them.

use std::arch::x86_64::{
    __m512i, _mm512_add_epi32, _mm512_and_si512, _mm512_cmpge_epu8_mask, _mm512_cmplt_epi8_mask,
    _mm512_cmplt_epu8_mask, _mm512_cvtepu8_epi32, _mm512_extracti32x4_epi32, _mm512_loadu_si512,
    _mm512_mask_bitshuffle_epi64_mask, _mm512_maskz_compress_epi8, _mm512_maskz_permutex2var_epi8,
    _mm512_maskz_permutexvar_epi8, _mm512_movepi8_mask, _mm512_set1_epi8, _mm512_set1_epi32, _mm512_set1_epi64,
    _mm512_storeu_si512, _mm512_test_epi8_mask,
};

use super::edges::{Masks, Offsets, edges_with};
use super::pieces::{LANES, LOOKAHEAD, MultiByte, Piece, scan_pieces_with, scan_with};
use super::whitespace::{NibbleTables, TWO_BYTES, WHITESPACE_TABLES};
use super::word_break::{ASCII_CLASSES, Classes};
use super::word_bytes::{ASCII_WORD_BITS, WordBytes};

/// One bit for each whitespace character of ASCII: from tab to carriage return, and from file separator to space.
const SINGLE_BYTE: u64 = 0x1F << 0x09 | 0x1F << 0x1C;

/// A byte that begins a multi-byte character is at least this; a byte that continues one is less.
const LEAD: u8 = 0xC0;

/// The classes of 64 byte values, in one cache line.
#[repr(align(64))]
struct Table([u8; 64]);

static FIRST: Table = table(&WHITESPACE_TABLES[0], LEAD);
static SECOND: Table = table(&WHITESPACE_TABLES[1], 0x80);
static THIRD: Table = table(&WHITESPACE_TABLES[2], 0x80);

/// The classes of the 64 byte values from `first` on.
const fn table(place: &NibbleTables, first: u8) -> Table {
    let mut table = [0; 64];
    let mut at = 0;
    while at < table.len() {
        let byte = first as usize + at;
        table[at] = place.high[byte >> 4] & place.low[byte & 0x0F];
        at += 1;
    }
    Table(table)
}

/// Whether this processor can run this scanner.
#[inline]
pub fn is_available() -> bool {
    is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512vbmi")
        && is_x86_feature_detected!("avx512vbmi2")
        && is_x86_feature_detected!("avx512bitalg")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("lzcnt")
        && is_x86_feature_detected!("popcnt")
}

pub fn scan(text: &[u8], mask: impl FnMut(u64)) {
    assert!(is_available(), "this processor lacks a part of AVX-512");
    // SAFETY: the processor has these features, as the line above asserts.
    unsafe { scan_avx512(text, mask) }
}

// The code that uses the masks gains from the instructions that count bits.
#[target_feature(enable = "avx512bw,avx512vbmi,avx512bitalg,bmi1,bmi2,lzcnt,popcnt")]
fn scan_avx512(text: &[u8], mask: impl FnMut(u64)) {
    // The closure inherits the target feature and is inlined into this function.
    scan_with(text, mask, |piece| classify(piece));
}

#[inline]
#[target_feature(enable = "avx512f")]
fn load(bytes: &[u8; 64]) -> __m512i {
    // SAFETY: 64 bytes may be read at `bytes`; the instruction needs no alignment.
    unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn bytes_from(piece: &[u8; LANES + LOOKAHEAD], place: usize) -> __m512i {
    load(piece[place..].first_chunk().expect("a piece has LOOKAHEAD bytes more"))
}

#[inline]
#[target_feature(enable = "avx512bw,avx512vbmi,avx512bitalg")]
fn classify(piece: &[u8; LANES + LOOKAHEAD]) -> Piece {
    let bytes = bytes_from(piece, 0);
    // All lookups use only the lower six bits of a byte.
    let below_64 = _mm512_cmplt_epu8_mask(bytes, _mm512_set1_epi8(64));
    let single_byte = _mm512_mask_bitshuffle_epi64_mask(below_64, _mm512_set1_epi64(SINGLE_BYTE.cast_signed()), bytes);
    if _mm512_movepi8_mask(bytes) == 0 {
        return Piece { single_byte, multi_byte: None };
    }
    let leads = _mm512_cmpge_epu8_mask(bytes, _mm512_set1_epi8(LEAD.cast_signed()));
    let first = _mm512_maskz_permutexvar_epi8(leads, bytes, load(&FIRST.0));
    let [second, third] = [(1, &SECOND), (2, &THIRD)].map(|(place, table)| {
        let bytes = bytes_from(piece, place);
        // As signed numbers, 0x80 to 0xBF are the smallest.
        let following = _mm512_cmplt_epi8_mask(bytes, _mm512_set1_epi8(LEAD.cast_signed()));
        _mm512_maskz_permutexvar_epi8(following, bytes, load(&table.0))
    });
    let begun = _mm512_and_si512(first, second);
    let multi_byte = MultiByte {
        two: _mm512_test_epi8_mask(begun, _mm512_set1_epi8(TWO_BYTES.cast_signed())),
        three: _mm512_test_epi8_mask(begun, third),
    };
    Piece { single_byte, multi_byte: Some(multi_byte) }
}

pub fn scan_words(text: &[u8], take: impl FnMut(WordBytes)) {
    assert!(is_available(), "this processor lacks a part of AVX-512");
    // SAFETY: the processor has these features, as the line above asserts.
    unsafe { scan_words_avx512(text, take) }
}

#[target_feature(enable = "avx512bw,avx512vbmi,avx512bitalg,bmi1,bmi2,lzcnt,popcnt")]
fn scan_words_avx512(text: &[u8], take: impl FnMut(WordBytes)) {
    scan_pieces_with(text, take, |piece| {
        let bytes = load(piece);
        let (below_64, non_ascii) = (_mm512_cmplt_epu8_mask(bytes, _mm512_set1_epi8(64)), _mm512_movepi8_mask(bytes));
        // The lookup uses only the lower six bits of a byte.
        let [low, high] = ASCII_WORD_BITS.map(|half| _mm512_set1_epi64(half.cast_signed()));
        let word = _mm512_mask_bitshuffle_epi64_mask(below_64, low, bytes)
            | _mm512_mask_bitshuffle_epi64_mask(!(below_64 | non_ascii), high, bytes);
        WordBytes { word, non_ascii }
    });
}

pub fn scan_classes(text: &[u8], take: impl FnMut(Classes)) {
    assert!(is_available(), "this processor lacks a part of AVX-512");
    // SAFETY: the processor has these features, as the line above asserts.
    unsafe { scan_classes_avx512(text, take) }
}

#[target_feature(enable = "avx512bw,avx512vbmi,avx512bitalg,bmi1,bmi2,lzcnt,popcnt")]
fn scan_classes_avx512(text: &[u8], take: impl FnMut(Classes)) {
    let [low, high] = [0, 64].map(|half| load(ASCII_CLASSES[half..].first_chunk().expect("half of the table")));
    scan_pieces_with(text, take, |piece| {
        let bytes = load(piece);
        let non_ascii = _mm512_movepi8_mask(bytes);
        // The lookup uses only the lower seven bits of a byte.
        let classes = _mm512_maskz_permutex2var_epi8(!non_ascii, low, bytes, high);
        let class = |number: u32| _mm512_test_epi8_mask(classes, _mm512_set1_epi8((1_u8 << number).cast_signed()));
        Classes {
            letter: class(0),
            digit: class(1),
            underscore: class(2),
            joins_letters: class(3),
            joins_digits: class(4),
            space: class(5),
            carriage_return: class(6),
            line_feed: class(7),
            non_ascii,
        }
    });
}

pub fn edges(masks: &Masks, starts: &mut Offsets, ends: &mut Offsets) {
    assert!(is_available(), "this processor lacks a part of AVX-512");
    // SAFETY: the processor has these features, as the line above asserts.
    unsafe { edges_avx512(masks, starts, ends) }
}

#[target_feature(enable = "avx512bw,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt")]
fn edges_avx512(masks: &Masks, starts: &mut Offsets, ends: &mut Offsets) {
    edges_with(masks, starts, ends, |offsets, base, bits| push_bits(offsets, base, bits));
}

/// The numbers from 0 to 63.
static BIT_NUMBERS: Table = {
    let mut places = [0; 64];
    let mut at = 0;
    while at < 64 {
        places[at as usize] = at;
        at += 1;
    }
    Table(places)
};

#[inline]
#[target_feature(enable = "avx512bw,avx512vbmi,avx512vbmi2,popcnt")]
fn push_bits(offsets: &mut Offsets, base: u32, bits: u64) {
    let count = bits.count_ones();
    let (places, _) = offsets.place(count).as_chunks_mut::<16>();
    let set = _mm512_maskz_compress_epi8(bits, load(&BIT_NUMBERS.0));
    let store = |places: &mut [u32; 16], sixteen| {
        let offsets = _mm512_add_epi32(_mm512_cvtepu8_epi32(sixteen), _mm512_set1_epi32(base.cast_signed()));
        // SAFETY: 64 bytes may be written to `places`; the instruction needs no alignment.
        unsafe { _mm512_storeu_si512(places.as_mut_ptr().cast(), offsets) }
    };
    store(&mut places[0], _mm512_extracti32x4_epi32::<0>(set));
    // Most words have at least four letters, so 16 offsets are enough for most masks.
    if count > 16 {
        store(&mut places[1], _mm512_extracti32x4_epi32::<1>(set));
        store(&mut places[2], _mm512_extracti32x4_epi32::<2>(set));
        store(&mut places[3], _mm512_extracti32x4_epi32::<3>(set));
    }
}
