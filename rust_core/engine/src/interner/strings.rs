//! A list of strings with their keys.

use std::iter;
use std::time::Instant;

use crate::error::{Error, Result};
use crate::interner::key::{KEY_BYTES, KeyHasher, StringKey, ascii_lowercase, is_long, short_bytes};
use crate::memory::Buffer;

/// A string without its bytes: its key, the end of its bytes, and its count. Its bytes begin at the end of the string
/// before it. An entry never lies in two cache lines, because it is half as long as a line.
pub type Entry = [u64; 4];
const END: usize = 2;
/// The place of the count in an entry.
pub const COUNT: usize = 3;

/// The most strings of a list: their numbers, plus one, fit into 32 bits. Small in tests.
pub const MAX_STRINGS: usize = if cfg!(test) { 1 << 17 } else { u32::MAX as usize - 1 };

/// Returns the key in an entry.
#[inline]
pub fn key_of(entry: &Entry) -> StringKey {
    [entry[0], entry[1]]
}

/// Returns the bytes of a string in a list with these entries and bytes.
#[inline]
#[allow(clippy::cast_possible_truncation)] // An end was a usize.
pub fn bytes_of<'l>(entries: &[Entry], bytes: &'l [u8], number: usize) -> &'l [u8] {
    let start = number.checked_sub(1).map_or(0, |before| entries[before][END]);
    &bytes[start as usize..entries[number][END] as usize]
}

/// Strings in a row with their keys. They may be equal.
#[derive(Debug, Default)]
pub struct Strings {
    pub(super) hasher: KeyHasher,
    pub(super) entries: Buffer<Entry>,
    pub(super) bytes: Buffer<u8>,
}

impl Strings {
    /// Returns an empty list whose keys have these seeds.
    pub fn with_hasher(hasher: KeyHasher) -> Self {
        Self { hasher, ..Self::default() }
    }

    /// Returns what makes the keys.
    pub fn hasher(&self) -> KeyHasher {
        self.hasher
    }

    /// Returns an empty list with the same seeds.
    pub fn emptied(&self) -> Self {
        Self::with_hasher(self.hasher)
    }

    /// Continues a copy of another list, as [`Buffer::copy_some`] does.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn copy_some(&mut self, of: &Self, deadline: Option<Instant>) -> Result<bool> {
        self.hasher = of.hasher;
        Ok(self.entries.copy_some(&of.entries, deadline)? && self.bytes.copy_some(&of.bytes, deadline)?)
    }

    /// Appends the strings with these numbers of another list with the same seeds, and with these counts, or 0. The list will
    /// have `all` strings.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`]; nothing was appended.
    pub fn append_chosen(&mut self, of: &Self, numbers: &[u32], counts: &[u64], all: usize) -> Result<()> {
        let bytes = numbers.iter().map(|number| of.get(*number as usize).len()).sum();
        self.entries.reserve(all - self.len())?;
        self.bytes.reserve(bytes)?;
        let (mut end, bytes) = (self.bytes.len(), self.bytes.all_mut());
        let counts = counts.iter().copied().chain(iter::repeat(0));
        let start = end;
        for ((number, count), place) in numbers.iter().zip(counts).zip(self.entries.room()) {
            let key = key_of(&of.entries[*number as usize]);
            end = append(bytes, end, key, if is_long(key) { of.get(*number as usize) } else { &[] });
            *place = entry(key, end);
            place[COUNT] = count;
        }
        self.entries.take(numbers.len());
        self.bytes.take(end - start);
        Ok(())
    }

    /// Returns the number of strings.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns whether there is no string.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns the string with this number.
    pub fn get(&self, number: usize) -> &[u8] {
        bytes_of(&self.entries, &self.bytes, number)
    }

    /// Returns all strings, joined.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the end of the string with this number in the bytes of all strings.
    #[allow(clippy::cast_possible_truncation)] // It was a usize.
    pub fn end(&self, number: usize) -> usize {
        self.entries[number][END] as usize
    }

    /// Makes room for a number of strings with `bytes` bytes in all.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], [`Error::TooManyTypes`]; nothing has changed.
    #[inline]
    pub fn reserve(&mut self, strings: usize, bytes: usize) -> Result<()> {
        if strings > MAX_STRINGS - self.len() {
            return Err(Error::TooManyTypes);
        }
        self.entries.reserve(strings)?;
        self.bytes.reserve(bytes)
    }

    /// Keeps only the first `len` strings.
    pub fn truncate(&mut self, len: usize) {
        let end = len.checked_sub(1).map_or(0, |last| self.end(last));
        self.entries.truncate(len);
        self.bytes.truncate(end);
    }

    /// Appends a string.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve).
    #[inline]
    pub fn push(&mut self, string: &[u8]) -> Result<()> {
        self.reserve(1, string.len())?;
        self.bytes.extend(string);
        self.entries.extend(&[entry(self.hasher.key(string), self.bytes.len())]);
        Ok(())
    }

    /// Returns the string with this number in lower case, as a key, or None if the string is long or not ASCII.
    #[inline]
    pub fn ascii_lowercase(&self, number: usize) -> Option<StringKey> {
        ascii_lowercase(key_of(&self.entries[number]))
    }

    /// Returns the key that another hasher makes of the string with this number, whose own key is `key`.
    #[inline]
    pub(super) fn key_for(&self, hasher: KeyHasher, key: StringKey, number: usize) -> StringKey {
        // The keys of short strings have no seeds.
        if is_long(key) && hasher != self.hasher { hasher.key(self.get(number)) } else { key }
    }
}

/// Copies a string, whose key is `key`, to the bytes from `end` on. Returns its new end.
#[inline]
pub fn append(bytes: &mut [u8], end: usize, key: StringKey, string: &[u8]) -> usize {
    if is_long(key) {
        bytes[end..end + string.len()].copy_from_slice(string);
        return end + string.len();
    }
    let (short, length) = short_bytes(key);
    match bytes.get_mut(end..end + KEY_BYTES) {
        // A copy of fixed length is faster.
        Some(room) => room.copy_from_slice(&short),
        None => bytes[end..end + length].copy_from_slice(&short[..length]),
    }
    end + length
}

/// Returns the entry of a string that ends at `end`, with the count 0.
#[inline]
pub fn entry(key: StringKey, end: usize) -> Entry {
    [key[0], key[1], end as u64, 0]
}
