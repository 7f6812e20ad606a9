//! Cuts text into pieces of 64 bytes. Each piece becomes one mask.

use std::mem;

/// The number of bytes in a piece, which is the number of bits in a mask.
pub const LANES: usize = 64;

/// The most bytes of a whitespace character after its first byte.
pub(super) const LOOKAHEAD: usize = 2;

/// Whitespace within one piece of 64 bytes.
pub(super) struct Piece {
    /// Whitespace characters of one byte.
    pub single_byte: u64,
    /// Whitespace characters of several bytes; `None` if the piece cannot contain one.
    pub multi_byte: Option<MultiByte>,
}

/// The first bytes of whitespace characters of two and of three bytes.
pub(super) struct MultiByte {
    pub two: u64,
    pub three: u64,
}

/// Makes the masks of consecutive pieces: a whitespace character may begin in one piece and end in the next.
#[derive(Default)]
struct Joiner {
    spill: u64,
}

impl Joiner {
    /// Has no branch that depends on whether whitespace was found, because a processor cannot predict that.
    #[inline]
    fn mask(&mut self, Piece { single_byte, multi_byte }: Piece) -> u64 {
        let Some(MultiByte { two, three }) = multi_byte else {
            return single_byte | mem::take(&mut self.spill);
        };
        let leads = two | three;
        let mask = single_byte | leads | leads << 1 | three << 2 | self.spill;
        self.spill = leads >> 63 | three >> 62;
        mask
    }
}

/// The last, incomplete piece of a text, padded with zeros.
fn padded(rest: &[u8]) -> [u8; LANES + LOOKAHEAD] {
    debug_assert!(rest.len() < LANES + LOOKAHEAD);
    let mut piece = [0; LANES + LOOKAHEAD];
    piece[..rest.len()].copy_from_slice(rest);
    piece
}

/// Calls `mask` with the mask of each piece. `classify` gets a piece and the `LOOKAHEAD` bytes after it.
#[inline(always)]
pub(super) fn scan_with(text: &[u8], mut mask: impl FnMut(u64), classify: impl Fn(&[u8; LANES + LOOKAHEAD]) -> Piece) {
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

/// Calls `take` with the result of `classify` for each piece. The last piece is padded with zeros.
#[inline(always)]
pub(super) fn scan_pieces_with<T>(text: &[u8], mut take: impl FnMut(T), classify: impl Fn(&[u8; LANES]) -> T) {
    let (pieces, rest) = text.as_chunks::<LANES>();
    for piece in pieces {
        take(classify(piece));
    }
    if !rest.is_empty() {
        let mut last = [0; LANES];
        last[..rest.len()].copy_from_slice(rest);
        take(classify(&last));
    }
}
