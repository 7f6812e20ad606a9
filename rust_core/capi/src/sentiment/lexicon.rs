//! Lexicons: words with values, by which documents are scored.

use std::ffi::c_char;

use engine::sentiment::lexicon::Lexicon;
use engine::utf8;

use crate::boundary::guard::{guard, guard_release};
use crate::boundary::pointers::out;
use crate::boundary::text_args::bytes;
use crate::error::status::tp_status;
use crate::handles::{Handle, borrow, from_handle, into_handle};

/// A lexicon behind its opaque handle.
pub struct tp_lexicon {
    pub(crate) engine: Lexicon,
}

impl Handle for tp_lexicon {
    /// A lexicon never changes, so it is intact in every child.
    fn is_here(&self) -> bool {
        true
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_lexicon_new(
    text: *const c_char,
    length: usize,
    lexicon: *mut *mut tp_lexicon,
) -> tp_status {
    guard(|| {
        let lexicon = out(lexicon, "lexicon")?;
        // SAFETY: the caller's promise.
        let text = unsafe { bytes(text, length, "text")? };
        let new = tp_lexicon { engine: Lexicon::parse(utf8::checked(text)?)? };
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { lexicon.write(into_handle(new)) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_lexicon_free(lexicon: *mut tp_lexicon) {
    guard_release(|| {
        // SAFETY: the caller's promise.
        drop(unsafe { from_handle(lexicon, "lexicon")? });
        Ok(())
    });
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_lexicon_word_count(lexicon: *const tp_lexicon, words: *mut u64) -> tp_status {
    guard(|| {
        let words = out(words, "words")?;
        // SAFETY: the caller's promise; the out-parameter is not NULL.
        unsafe { words.write(borrow(lexicon, "lexicon")?.engine.len() as u64) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_lexicon_find(
    lexicon: *const tp_lexicon,
    word: *const c_char,
    length: usize,
    value: *mut f64,
    found: *mut bool,
) -> tp_status {
    guard(|| {
        let (value, found) = (out(value, "value")?, out(found, "found")?);
        // SAFETY: the caller's promise; the out-parameters are not NULL.
        unsafe {
            let word = bytes(word, length, "word")?;
            let known = borrow(lexicon, "lexicon")?.engine.find(word);
            value.write(known.unwrap_or_default());
            found.write(known.is_some());
        }
        Ok(())
    })
}
