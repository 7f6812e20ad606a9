//! Lookup tables for the whitespace characters of several bytes.
//!
//! The characters form classes with one bit each. A table gives, for one position in a character, the classes that have
//! a byte there; bytes are a whitespace character if one class has all of them. Vector instructions look up 16 values,
//! not 256: so each position has one table for the upper four bits of a byte and one for the lower four.

/// The bytes that the characters of a class have at one position: any of these high halves with any of these low
/// halves, with one bit for each value of a half.
#[derive(Clone, Copy)]
struct ByteSet {
    high: u16,
    low: u16,
}

const NO_BYTES: ByteSet = ByteSet { high: 0, low: 0 };

/// The bytes with this high half and any of these low halves.
const fn row(high: u8, low: u16) -> ByteSet {
    ByteSet { high: 1 << high, low }
}

const fn byte(byte: u8) -> ByteSet {
    row(byte >> 4, 1 << (byte & 0x0F))
}

/// The classes; those of two-byte characters come first.
const WHITESPACE_CLASSES: [[ByteSet; 3]; 7] = [
    [byte(0xC2), byte(0x85), NO_BYTES],
    [byte(0xC2), byte(0xA0), NO_BYTES],
    [byte(0xE1), byte(0x9A), byte(0x80)],
    [byte(0xE2), byte(0x80), row(0x8, 0b0000_0111_1111_1111)],
    [byte(0xE2), byte(0x80), row(0xA, 0b1000_0011_0000_0000)],
    [byte(0xE2), byte(0x81), byte(0x9F)],
    [byte(0xE3), byte(0x80), byte(0x80)],
];

/// The bits of the classes of two-byte characters.
pub const TWO_BYTES: u8 = 0b11;

/// For one position in a character: the classes by the halves of the byte there.
pub struct NibbleTables {
    pub high: [u8; 16],
    pub low: [u8; 16],
}

/// The tables for the first, second and third byte.
pub const WHITESPACE_TABLES: [NibbleTables; 3] = [place(0), place(1), place(2)];

const fn place(index: usize) -> NibbleTables {
    let mut place = NibbleTables { high: [0; 16], low: [0; 16] };
    let mut class = 0;
    while class < WHITESPACE_CLASSES.len() {
        let bytes = WHITESPACE_CLASSES[class][index];
        let mut half = 0;
        while half < 16 {
            place.high[half] |= ((bytes.high >> half & 1) as u8) << class;
            place.low[half] |= ((bytes.low >> half & 1) as u8) << class;
            half += 1;
        }
        class += 1;
    }
    place
}
