//! The scanner in plain Rust: loops without branches, which compilers turn into the vector instructions that all
//! processors of the target have.

use super::pieces::{LANES, LOOKAHEAD, MultiByte, Piece, scan_pieces_with, scan_with};
use super::word_break::Classes;
use super::word_bytes::WordBytes;

/// For each byte of a piece: the bit of its row. A row has eight bytes.
const ROW_BITS: [u8; LANES] = {
    let mut rows = [0; LANES];
    let mut at = 0;
    while at < LANES {
        rows[at] = 1 << (at / 8);
        at += 1;
    }
    rows
};

pub fn scan(text: &[u8], mask: impl FnMut(u64)) {
    scan_with(text, mask, classify);
}

#[inline(always)]
fn classify(piece: &[u8; LANES + LOOKAHEAD]) -> Piece {
    let [first, second, third] = [0, 1, 2].map(|place| bytes_from(piece, place));
    let single_byte = bits(|at| within(first[at], 0x09, 0x0D) | within(first[at], 0x1C, 0x20));
    if !any(|at| first[at] >= 0x80) || !any(|at| (first[at] == 0xC2) | within(first[at], 0xE1, 0xE3)) {
        return Piece { single_byte, multi_byte: None };
    }
    let two = bits(|at| (first[at] == 0xC2) & ((second[at] == 0x85) | (second[at] == 0xA0)));
    let three = bits(|at| {
        let (first, second, third) = (first[at], second[at], third[at]);
        let separator = within(third, 0x80, 0x8A) | within(third, 0xA8, 0xA9) | (third == 0xAF);
        ((first == 0xE2) & (second == 0x80) & separator)
            | ((first == 0xE2) & (second == 0x81) & (third == 0x9F))
            | (((first == 0xE1) & (second == 0x9A) | (first == 0xE3) & (second == 0x80)) & (third == 0x80))
    });
    Piece { single_byte, multi_byte: Some(MultiByte { two, three }) }
}

pub fn scan_words(text: &[u8], take: impl FnMut(WordBytes)) {
    scan_pieces_with(text, take, |piece| WordBytes {
        // With the sixth bit set, upper and lower case letters are equal.
        word: bits(|at| within(piece[at] | 0x20, b'a', b'z') | within(piece[at], b'0', b'9') | (piece[at] == b'_')),
        non_ascii: if any(|at| piece[at] >= 0x80) { bits(|at| piece[at] >= 0x80) } else { 0 },
    });
}

pub fn scan_classes(text: &[u8], take: impl FnMut(Classes)) {
    scan_pieces_with(text, take, |piece| {
        let is = |byte: u8| bits(|at| piece[at] == byte);
        Classes {
            // With the sixth bit set, upper and lower case letters are equal.
            letter: bits(|at| within(piece[at] | 0x20, b'a', b'z')),
            digit: bits(|at| within(piece[at], b'0', b'9')),
            underscore: is(b'_'),
            joins_letters: bits(|at| (piece[at] == b':') | (piece[at] == b'.') | (piece[at] == b'\'')),
            joins_digits: bits(|at| {
                (piece[at] == b',') | (piece[at] == b';') | (piece[at] == b'.') | (piece[at] == b'\'')
            }),
            space: is(b' '),
            carriage_return: is(b'\r'),
            line_feed: is(b'\n'),
            non_ascii: if any(|at| piece[at] >= 0x80) { bits(|at| piece[at] >= 0x80) } else { 0 },
        }
    });
}

#[inline(always)]
fn bytes_from(piece: &[u8; LANES + LOOKAHEAD], place: usize) -> &[u8; LANES] {
    piece[place..].first_chunk().expect("a piece has LOOKAHEAD bytes more")
}

#[inline(always)]
fn within(byte: u8, first: u8, last: u8) -> bool {
    byte.wrapping_sub(first) <= last - first
}

#[inline(always)]
fn any(test: impl Fn(usize) -> bool) -> bool {
    (0..LANES).fold(0, |found, at| found | u8::from(test(at))) != 0
}

/// One bit for each byte: whether it passes a test.
#[inline(always)]
fn bits(test: impl Fn(usize) -> bool) -> u64 {
    // Combining the rows by OR makes each byte a column of bits.
    let mut marked = [0_u8; LANES];
    for (at, mark) in marked.iter_mut().enumerate() {
        *mark = if test(at) { ROW_BITS[at] } else { 0 };
    }
    let (rows, _) = marked.as_chunks();
    transposed(rows.iter().fold(0, |columns, row| columns | u64::from_le_bytes(*row)))
}

/// Transposes a matrix of eight by eight bits: swaps within squares of 2×2 bits, then of 4×4, then of 8×8.
#[inline(always)]
fn transposed(mut bits: u64) -> u64 {
    for (distance, upper) in [(7, 0x00AA_00AA_00AA_00AA), (14, 0x0000_CCCC_0000_CCCC), (28, 0x0000_0000_F0F0_F0F0)] {
        let swapped = (bits ^ bits >> distance) & upper;
        bits ^= swapped ^ swapped << distance;
    }
    bits
}
