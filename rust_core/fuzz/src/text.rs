//! Turns the bytes of a fuzzer into texts, so that most changes of a byte give a useful new text.

use std::fmt;

use arbitrary::{Arbitrary, Result, Unstructured};

/// The text is not extended beyond this length, which is enough because blocks are small in a build for fuzzing.
const MAX_EXTENDED_BYTES: usize = 4 << 10;

/// The texts for bytes from 0x80 on: whitespace, similar characters, letters with special case rules, words with a
/// sentiment, words near the longest that the interner stores in its table, and bytes that are not UTF-8.
const FRAGMENTS: [&[u8]; 88] = [
    "\u{85}".as_bytes(),
    "\u{a0}".as_bytes(),
    "\u{1680}".as_bytes(),
    "\u{2000}".as_bytes(),
    "\u{2001}".as_bytes(),
    "\u{2002}".as_bytes(),
    "\u{2003}".as_bytes(),
    "\u{2004}".as_bytes(),
    "\u{2005}".as_bytes(),
    "\u{2006}".as_bytes(),
    "\u{2007}".as_bytes(),
    "\u{2008}".as_bytes(),
    "\u{2009}".as_bytes(),
    "\u{200a}".as_bytes(),
    "\u{2028}".as_bytes(),
    "\u{2029}".as_bytes(),
    "\u{202f}".as_bytes(),
    "\u{205f}".as_bytes(),
    "\u{3000}".as_bytes(),
    "\u{84}".as_bytes(),
    "\u{86}".as_bytes(),
    "\u{a1}".as_bytes(),
    "\u{180e}".as_bytes(),
    "\u{1681}".as_bytes(),
    "\u{1a80}".as_bytes(),
    "\u{200b}".as_bytes(),
    "\u{2010}".as_bytes(),
    "\u{2020}".as_bytes(),
    "\u{202a}".as_bytes(),
    "\u{2060}".as_bytes(),
    "\u{3001}".as_bytes(),
    "\u{3040}".as_bytes(),
    "\u{feff}".as_bytes(),
    "\u{10330}".as_bytes(),
    "é".as_bytes(),
    "É".as_bytes(),
    "e\u{301}".as_bytes(),
    "Σ".as_bytes(),
    "σ".as_bytes(),
    "ς".as_bytes(),
    "ΑΣ".as_bytes(),
    "ΣΑ".as_bytes(),
    "Σ'".as_bytes(),
    "İ".as_bytes(),
    "ı".as_bytes(),
    "ẞ".as_bytes(),
    "ß".as_bytes(),
    "Ǆ".as_bytes(),
    "ǅ".as_bytes(),
    "\u{212a}".as_bytes(),
    "\u{2126}".as_bytes(),
    "\u{345}".as_bytes(),
    "𐐀".as_bytes(),
    "𐐨".as_bytes(),
    "Ა".as_bytes(),
    "Ꭰ".as_bytes(),
    "ꙮ".as_bytes(),
    "光".as_bytes(),
    "あ".as_bytes(),
    "한".as_bytes(),
    "ｆ".as_bytes(),
    "Ｆ".as_bytes(),
    "😀".as_bytes(),
    "\u{10ffff}".as_bytes(),
    b"good ",
    b"Great ",
    b"EXCELLENT ",
    b"bad ",
    b"Terrible ",
    b"awful\n",
    b"the cat The CAT ",
    b"fourteen-bytes",
    b"fifteen-bytes--",
    b"sixteen---bytes-",
    b"seventeen--bytes-",
    b"thirty-one-bytes---------------",
    b"thirty-two-bytes----------------",
    b"\0",
    b"\x80",
    b"\xC3",
    b"\xC0\x80",
    b"\xE2\x80",
    b"\xE3",
    b"\xED\xA0\x80",
    b"\xF0\x9F\x98",
    b"\xF4\x90\x80\x80",
    b"\xF8",
    b"\xFF",
];

/// A text of any length and kind, often not UTF-8.
#[derive(Clone)]
pub struct Text(pub Vec<u8>);

impl fmt::Debug for Text {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        write!(to, "\"{}\"", self.0.escape_ascii())
    }
}

impl<'a> Arbitrary<'a> for Text {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        let length = match usize::from(u8::arbitrary(bytes)?) {
            short @ ..128 => short,
            long => (long - 127) * 16,
        };
        Ok(Self(text(bytes.bytes(length.min(bytes.len()))?)))
    }
}

/// The text for the bytes of a fuzzer. If the first byte is 0xFF, the text is the other bytes. Otherwise, ASCII bytes
/// are copied, some control characters change the text before them, and every other byte means a fragment.
pub fn text(bytes: &[u8]) -> Vec<u8> {
    if let [0xFF, raw @ ..] = bytes {
        return raw.to_vec();
    }
    let mut text = Vec::new();
    for byte in bytes {
        match *byte {
            // Extends the text to a multiple of a mask, or up to three bytes less.
            shorter @ 0..4 if text.len() < MAX_EXTENDED_BYTES => {
                text.resize((text.len() + 4).next_multiple_of(64) - usize::from(shorter), b'x');
            }
            4 if text.len() < MAX_EXTENDED_BYTES => text.extend_from_within(..),
            0x09..=0x0D | 0x1C..=0x7F => text.push(*byte),
            0x80.. => text.extend_from_slice(FRAGMENTS[usize::from(byte - 0x80) % FRAGMENTS.len()]),
            _ => {}
        }
    }
    text
}
