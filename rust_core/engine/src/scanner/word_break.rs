//! Masks of the ASCII characters that word boundaries depend on, by their classes in UAX #29.

#[cfg(all(any(target_arch = "x86_64", target_arch = "aarch64"), not(feature = "portable")))]
use super::whitespace::NibbleTables;

/// Masks for 64 bytes of a text: one bit for each byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Classes {
    /// ALetter: a to z in both cases.
    pub letter: u64,
    /// Numeric: 0 to 9.
    pub digit: u64,
    /// ExtendNumLet: the underscore.
    pub underscore: u64,
    /// Characters that join letters, MidLetter and MidNumLetQ: `:`, `.` and `'`.
    pub joins_letters: u64,
    /// Characters that join digits, MidNum and MidNumLetQ: `,`, `;`, `.` and `'`.
    pub joins_digits: u64,
    /// WSegSpace: the space.
    pub space: u64,
    /// CR.
    pub carriage_return: u64,
    /// LF.
    pub line_feed: u64,
    /// Bytes of characters that are not ASCII. They are in no other mask.
    pub non_ascii: u64,
}

/// The classes of each ASCII character: one bit for each class, in the order of the fields of [`Classes`].
#[cfg(all(target_arch = "x86_64", not(feature = "portable")))]
pub(super) const ASCII_CLASSES: [u8; 128] = {
    let mut classes = [0; 128];
    let mut byte = 0_u8;
    while byte < 128 {
        classes[byte as usize] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' => 1,
            b'0'..=b'9' => 1 << 1,
            b'_' => 1 << 2,
            b':' => 1 << 3,
            b'.' | b'\'' => 1 << 3 | 1 << 4,
            b',' | b';' => 1 << 4,
            b' ' => 1 << 5,
            b'\r' => 1 << 6,
            b'\n' => 1 << 7,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

/// The same classes, except spaces and line ends, as tables by the halves of a byte, with the bits below.
#[cfg(all(any(target_arch = "x86_64", target_arch = "aarch64"), not(feature = "portable")))]
pub(super) mod halves {
    use super::NibbleTables;

    pub const LETTER: u8 = 0b11;
    pub const DIGIT: u8 = 1 << 2;
    pub const UNDERSCORE: u8 = 1 << 3;
    pub const JOINS_LETTERS: u8 = COLON | STOP_OR_QUOTE;
    pub const JOINS_DIGITS: u8 = COMMA | SEMICOLON | STOP_OR_QUOTE;
    const COLON: u8 = 1 << 4;
    const SEMICOLON: u8 = 1 << 5;
    const COMMA: u8 = 1 << 6;
    const STOP_OR_QUOTE: u8 = 1 << 7;

    /// For each class: any of these high halves with any of these low halves, one bit for each value of a half.
    const CLASS_ROWS: [(u16, u16); 8] = [
        (1 << 4 | 1 << 6, 0xFFFE),
        (1 << 5 | 1 << 7, 0x07FF),
        (1 << 3, 0x03FF),
        (1 << 5, 1 << 0xF),
        (1 << 3, 1 << 0xA),
        (1 << 3, 1 << 0xB),
        (1 << 2, 1 << 0xC),
        (1 << 2, 1 << 0x7 | 1 << 0xE),
    ];

    pub const TABLES: NibbleTables = {
        let mut place = NibbleTables { high: [0; 16], low: [0; 16] };
        let mut class = 0;
        while class < CLASS_ROWS.len() {
            let mut half = 0;
            while half < 16 {
                place.high[half] |= ((CLASS_ROWS[class].0 >> half & 1) as u8) << class;
                place.low[half] |= ((CLASS_ROWS[class].1 >> half & 1) as u8) << class;
                half += 1;
            }
            class += 1;
        }
        place
    };
}
