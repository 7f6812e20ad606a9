//! Arguments that are text: one, several, or one that a separator cuts into parts.

use std::ffi::c_char;

use engine::documents::number_of_parts;
use engine::memory::list_for;
use engine::utf8;

use crate::boundary::pointers::slice;
use crate::error::status::{Failure, TP_ERROR_INVALID_ARGUMENT};

/// Reads a text as bytes.
///
/// # Safety
/// As for [`slice`].
pub(crate) unsafe fn bytes<'a>(text: *const c_char, length: usize, argument: &str) -> Result<&'a [u8], Failure> {
    // SAFETY: the caller's promise.
    unsafe { slice(text.cast::<u8>(), length, argument) }
}

/// Reads a text that must be UTF-8; an error names the argument.
///
/// # Safety
/// As for [`slice`].
pub(crate) unsafe fn named<'a>(text: *const c_char, length: usize, argument: &str) -> Result<&'a str, Failure> {
    // SAFETY: the caller's promise.
    checked(unsafe { bytes(text, length, argument)? }, argument)
}

/// The bytes of an argument as UTF-8; an error names the argument.
pub(crate) fn checked<'a>(bytes: &'a [u8], argument: &str) -> Result<&'a str, Failure> {
    utf8::checked(bytes).map_err(|error| {
        let failure = Failure::from(error);
        Failure { message: format!("the argument `{argument}`: {}", failure.message), ..failure }
    })
}

/// Reads texts as C has them: an array of pointers, and one of lengths. Each text is read when the iterator reaches it; an
/// error says which text it is about.
///
/// # Safety
/// Both arrays have `count` members, as for [`slice`]. So has each text its length, as long as the iterator is used.
pub(crate) unsafe fn texts<'a>(
    texts: *const *const c_char,
    lengths: *const usize,
    count: usize,
    argument: &str,
) -> Result<impl ExactSizeIterator<Item = Result<&'a [u8], Failure>> + use<'a>, Failure> {
    // SAFETY: the caller's promise, for both.
    let (texts, lengths) = unsafe { (slice(texts, count, argument)?, slice(lengths, count, "lengths")?) };
    let member = format!("{argument}[i]");
    Ok(texts.iter().zip(lengths).enumerate().map(move |(place, (text, length))| {
        // SAFETY: the caller's promise.
        let text = unsafe { bytes(*text, *length, &member) };
        text.map_err(|failure| Failure { document: Some(place), ..failure })
    }))
}

/// Reads texts that must be UTF-8, and of which each may be NULL.
///
/// # Safety
/// The arrays have `count` members, as for [`slice`], and each text is valid for reads of its length.
pub(crate) unsafe fn optional_texts<'a>(
    texts: *const *const c_char,
    lengths: *const usize,
    count: usize,
    argument: &str,
) -> Result<Vec<Option<&'a str>>, Failure> {
    // SAFETY: the caller's promise, for both.
    let (texts, lengths) = unsafe { (slice(texts, count, argument)?, slice(lengths, count, "lengths")?) };
    let mut found = list_for(count)?;
    for (place, (pointer, length)) in texts.iter().zip(lengths).enumerate() {
        if pointer.is_null() {
            found.push(None);
            continue;
        }
        // SAFETY: the caller's promise.
        let word = unsafe { named(*pointer, *length, argument) };
        found.push(Some(word.map_err(|failure| Failure { document: Some(place), ..failure })?));
    }
    Ok(found)
}

/// The byte that separates documents, which must be ASCII.
pub(crate) fn separator(separator: c_char) -> Result<u8, Failure> {
    let [separator] = separator.to_ne_bytes();
    if separator.is_ascii() {
        return Ok(separator);
    }
    let message = format!("the separator is the byte {separator:#04x}: it must be ASCII");
    Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message))
}

/// Counts the parts of a text; fails if there are not as many as the caller expects, where 0 stands for any number.
pub(crate) fn count_parts(text: &[u8], separator: u8, expected: usize) -> Result<usize, Failure> {
    let found = number_of_parts(text, separator);
    if expected == 0 || expected == found {
        return Ok(found);
    }
    let message = format!("the text does not have {expected} parts: one of them holds the separator");
    Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message))
}
