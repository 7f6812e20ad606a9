//! Arguments that are text: one text, several, or one that a separator divides into parts.

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
pub(crate) unsafe fn utf8_text<'a>(text: *const c_char, length: usize, argument: &str) -> Result<&'a str, Failure> {
    // SAFETY: the caller's promise.
    check_utf8(unsafe { bytes(text, length, argument)? }, argument)
}

/// The bytes of an argument as UTF-8; an error names the argument.
pub(crate) fn check_utf8<'a>(bytes: &'a [u8], argument: &str) -> Result<&'a str, Failure> {
    utf8::checked(bytes).map_err(|error| {
        let failure = Failure::from(error);
        Failure { message: format!("the argument `{argument}`: {}", failure.message), ..failure }
    })
}

/// Reads texts: C passes arrays of pointers and lengths. The iterator reads each text when it reaches it; an
/// error has the place of the text.
///
/// # Safety
/// As for [`slice`]: both arrays have `count` members, and each text has its length, while the iterator and its items
/// are used.
pub(crate) unsafe fn texts<'a>(
    texts: *const *const c_char,
    lengths: *const usize,
    count: usize,
    argument: &str,
) -> Result<impl ExactSizeIterator<Item = Result<&'a [u8], Failure>> + Clone + use<'a>, Failure> {
    // SAFETY: the caller's promise, for both.
    let (texts, lengths) = unsafe { (slice(texts, count, argument)?, slice(lengths, count, "lengths")?) };
    let member = format!("{argument}[i]");
    Ok(texts.iter().zip(lengths).enumerate().map(move |(place, (text, length))| {
        // SAFETY: the caller's promise.
        let text = unsafe { bytes(*text, *length, &member) };
        text.map_err(|failure| Failure { document: Some(place), ..failure })
    }))
}

/// Reads texts that must be UTF-8; a text that is NULL becomes `None`.
///
/// # Safety
/// As for [`slice`]: both arrays have `count` members, and each text that is not NULL has its length.
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
        let word = unsafe { utf8_text(*pointer, *length, argument) };
        found.push(Some(word.map_err(|failure| Failure { document: Some(place), ..failure })?));
    }
    Ok(found)
}

/// Checks the byte that separates documents: it must be ASCII.
pub(crate) fn separator(separator: c_char) -> Result<u8, Failure> {
    let [separator] = separator.to_ne_bytes();
    if separator.is_ascii() {
        return Ok(separator);
    }
    let message = format!("the separator is the byte {separator:#04x}: it must be ASCII");
    Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message))
}

/// Counts the parts of a text. Fails if their number is not `expected`; 0 accepts any number.
pub(crate) fn count_parts(text: &[u8], separator: u8, expected: usize) -> Result<usize, Failure> {
    let found = number_of_parts(text, separator);
    if expected == 0 || expected == found {
        return Ok(found);
    }
    let message = format!("the separator divides the text into {found} parts, not {expected}");
    Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message))
}
