//! The scanner in plain Rust.

use super::{LANES, LOOKAHEAD, Piece, WIDE_LEADS, scan_with};

const fn table() -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = matches!(byte, 0x09..=0x0D | 0x1C..=0x20);
        byte += 1;
    }
    table
}

static NARROW: [bool; 256] = table();

pub fn scan(text: &[u8], mask: impl FnMut(u64)) {
    scan_with(text, mask, classify);
}

fn classify(bytes: &[u8; LANES + LOOKAHEAD]) -> Piece {
    let mut piece = Piece { narrow: 0, two: 0, three: 0 };
    for at in 0..LANES {
        let byte = bytes[at];
        piece.narrow |= u64::from(NARROW[usize::from(byte)]) << at;
        if WIDE_LEADS.contains(&byte) {
            match (byte, bytes[at + 1], bytes[at + 2]) {
                (0xC2, 0x85 | 0xA0, _) => piece.two |= 1 << at,
                (0xE1, 0x9A, 0x80)
                | (0xE2, 0x80, 0x80..=0x8A | 0xA8 | 0xA9 | 0xAF)
                | (0xE2, 0x81, 0x9F)
                | (0xE3, 0x80, 0x80) => piece.three |= 1 << at,
                _ => {}
            }
        }
    }
    piece
}
