//! The scanner for 64-bit Arm with NEON, which all these processors have: each instruction handles 16 bytes.

use std::arch::aarch64::{
    uint8x16_t, vandq_u8, vceqq_u8, vcltq_u8, vdupq_n_u8, vgetq_lane_u64, vld1q_u8, vmaxvq_u8, vminq_u8, vorrq_u8,
    vpaddq_u8, vqtbl1q_u8, vreinterpretq_u64_u8, vshrq_n_u8, vsubq_u8, vtstq_u8,
};

use super::pieces::{LANES, LOOKAHEAD, MultiByte, Piece, scan_pieces_with, scan_with};
use super::whitespace::{NibbleTables, TWO_BYTES, WHITESPACE_TABLES};
use super::word_break::{Classes, halves};
use super::word_bytes::{WORD_TABLES, WordBytes};

const VECTOR_BYTES: usize = 16;

/// A piece, or one result for each of its bytes.
type Bytes = [uint8x16_t; LANES / VECTOR_BYTES];

pub fn scan(text: &[u8], mask: impl FnMut(u64)) {
    // SAFETY: every processor of this target has NEON.
    unsafe { scan_neon(text, mask) }
}

#[target_feature(enable = "neon")]
fn scan_neon(text: &[u8], mask: impl FnMut(u64)) {
    // The closure inherits the target feature and is inlined into this function.
    scan_with(text, mask, |piece| classify(piece));
}

pub fn scan_words(text: &[u8], take: impl FnMut(WordBytes)) {
    // SAFETY: every processor of this target has NEON.
    unsafe { scan_words_neon(text, take) }
}

#[target_feature(enable = "neon")]
fn scan_words_neon(text: &[u8], take: impl FnMut(WordBytes)) {
    scan_pieces_with(text, take, |piece| {
        let bytes =
            [0, 1, 2, 3].map(|part| load(piece[part * VECTOR_BYTES..].first_chunk().expect("a piece is that long")));
        let word = bits(classes(bytes, &WORD_TABLES).map(|classes| vtstq_u8(classes, classes)));
        if vmaxvq_u8(either(bytes)) < 0x80 {
            return WordBytes { word, non_ascii: 0 };
        }
        WordBytes { word, non_ascii: bits(bytes.map(|bytes| vtstq_u8(bytes, vdupq_n_u8(0x80)))) }
    });
}

pub fn scan_classes(text: &[u8], take: impl FnMut(Classes)) {
    // SAFETY: every processor of this target has NEON.
    unsafe { scan_classes_neon(text, take) }
}

#[target_feature(enable = "neon")]
fn scan_classes_neon(text: &[u8], take: impl FnMut(Classes)) {
    scan_pieces_with(text, take, |piece| {
        let bytes =
            [0, 1, 2, 3].map(|part| load(piece[part * VECTOR_BYTES..].first_chunk().expect("a piece is that long")));
        let classes = classes(bytes, &halves::TABLES);
        let any = |of: u8| bits(classes.map(|all| vtstq_u8(all, vdupq_n_u8(of))));
        let is = |byte: u8| bits(bytes.map(|all| vceqq_u8(all, vdupq_n_u8(byte))));
        Classes {
            letter: any(halves::LETTER),
            digit: any(halves::DIGIT),
            underscore: any(halves::UNDERSCORE),
            joins_letters: any(halves::JOINS_LETTERS),
            joins_digits: any(halves::JOINS_DIGITS),
            space: is(b' '),
            carriage_return: is(b'\r'),
            line_feed: is(b'\n'),
            non_ascii: if vmaxvq_u8(either(bytes)) < 0x80 {
                0
            } else {
                bits(bytes.map(|all| vtstq_u8(all, vdupq_n_u8(0x80))))
            },
        }
    });
}

#[inline]
#[target_feature(enable = "neon")]
fn load(bytes: &[u8; VECTOR_BYTES]) -> uint8x16_t {
    // SAFETY: 16 bytes may be read at `bytes`; the instruction needs no alignment.
    unsafe { vld1q_u8(bytes.as_ptr()) }
}

/// The 64 bytes from `place` on.
#[inline]
#[target_feature(enable = "neon")]
fn bytes_from(piece: &[u8; LANES + LOOKAHEAD], place: usize) -> Bytes {
    [0, 1, 2, 3]
        .map(|part| load(piece[place + part * VECTOR_BYTES..].first_chunk().expect("a piece has LOOKAHEAD bytes more")))
}

#[inline]
#[target_feature(enable = "neon")]
fn classify(piece: &[u8; LANES + LOOKAHEAD]) -> Piece {
    let bytes = bytes_from(piece, 0);
    let single_byte = bits(bytes.map(|bytes| single_byte(bytes)));
    if vmaxvq_u8(either(bytes)) < 0x80 {
        return Piece { single_byte, multi_byte: None };
    }
    let first = classes(bytes, &WHITESPACE_TABLES[0]);
    if vmaxvq_u8(either(first)) == 0 {
        return Piece { single_byte, multi_byte: None };
    }
    let [second, third] = [1, 2].map(|place| classes(bytes_from(piece, place), &WHITESPACE_TABLES[place]));
    let begun = [0, 1, 2, 3].map(|part| vandq_u8(first[part], second[part]));
    let multi_byte = MultiByte {
        two: bits(begun.map(|begun| vtstq_u8(begun, vdupq_n_u8(TWO_BYTES)))),
        three: bits([0, 1, 2, 3].map(|part| vtstq_u8(begun[part], third[part]))),
    };
    Piece { single_byte, multi_byte: Some(multi_byte) }
}

#[inline]
#[target_feature(enable = "neon")]
fn single_byte(bytes: uint8x16_t) -> uint8x16_t {
    let [tab, separator] = [0x09, 0x1C].map(|first| vsubq_u8(bytes, vdupq_n_u8(first)));
    vcltq_u8(vminq_u8(tab, separator), vdupq_n_u8(5))
}

#[inline]
#[target_feature(enable = "neon")]
fn classes(bytes: Bytes, place: &NibbleTables) -> Bytes {
    let (high, low) = (load(&place.high), load(&place.low));
    bytes.map(|bytes| {
        let high = vqtbl1q_u8(high, vshrq_n_u8::<4>(bytes));
        vandq_u8(high, vqtbl1q_u8(low, vandq_u8(bytes, vdupq_n_u8(0x0F))))
    })
}

#[inline]
#[target_feature(enable = "neon")]
fn either([a, b, c, d]: Bytes) -> uint8x16_t {
    vorrq_u8(vorrq_u8(a, b), vorrq_u8(c, d))
}

/// One bit for each byte: 1 if the byte is all ones, 0 if it is zero.
#[inline]
#[target_feature(enable = "neon")]
fn bits(bytes: Bytes) -> u64 {
    let weights = load(&[1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128]);
    let [a, b, c, d] = bytes.map(|bytes| vandq_u8(bytes, weights));
    // Adding neighbours three times packs eight bytes into one.
    let sums = vpaddq_u8(vpaddq_u8(a, b), vpaddq_u8(c, d));
    vgetq_lane_u64::<0>(vreinterpretq_u64_u8(vpaddq_u8(sums, sums)))
}
