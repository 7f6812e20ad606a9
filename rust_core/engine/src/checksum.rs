//! Checksums of saved files: CRC-32, which finds every change of a few consecutive bits.

pub use crc32fast::{Hasher, hash};

/// Returns whether bytes in several parts have this checksum. A fuzzer cannot compute checksums. So a build for a fuzzer
/// accepts any of them, and the fuzzer reaches the checks after this one.
pub fn is_right(parts: &[&[u8]], expected: u32) -> bool {
    let mut hasher = Hasher::new();
    parts.iter().for_each(|part| hasher.update(part));
    cfg!(fuzzing) || hasher.finalize() == expected
}
