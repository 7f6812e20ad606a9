//! Patterns of words and phrases.

use std::ffi::c_char;
use std::sync::{Mutex, MutexGuard, PoisonError};

use engine::memory::list_for;
use engine::patterns::{Base, Glob, Patterns, Slot, Word};
use engine::tokenizer::Pattern;

use crate::boundary::guard::{guard, guard_release};
use crate::boundary::pointers::{out, slice};
use crate::boundary::text_args::{check_utf8, texts, utf8_text};
use crate::error::status::{Failure, TP_ERROR_INVALID_ARGUMENT, tp_status};
use crate::handles::{Handle, borrow, from_handle, into_handle};
use crate::runtime::fork::{Origin, is_free};

pub type tp_pattern_base = usize;

pub const TP_PATTERN_BASE_TERMS: tp_pattern_base = 0;
pub const TP_PATTERN_BASE_TOKENS: tp_pattern_base = 1;

pub type tp_word_kind = usize;

pub const TP_WORD_GLOB: tp_word_kind = 0;
pub const TP_WORD_LITERAL: tp_word_kind = 1;
pub const TP_WORD_REGEX: tp_word_kind = 2;
pub const TP_WORD_PYTHON_REGEX: tp_word_kind = 3;

/// Patterns behind their opaque handle.
pub struct tp_patterns {
    inner: Mutex<Patterns>,
    origin: Origin,
}

impl Handle for tp_patterns {
    fn is_here(&self) -> bool {
        self.origin.is_here(|| is_free(&self.inner))
    }
}

impl tp_patterns {
    /// Locks the patterns. A panic leaves them intact: memory is reserved before they change.
    fn lock(&self) -> MutexGuard<'_, Patterns> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns a copy of the patterns, which no lock protects.
    pub(crate) fn current(&self) -> Result<Patterns, Failure> {
        Ok(self.lock().try_clone()?)
    }
}

/// The description of words of a kind.
fn word(kind: tp_word_kind, text: &str) -> Result<Word, Failure> {
    Ok(match kind {
        TP_WORD_GLOB => Word::Glob(Glob::parse(text)?),
        TP_WORD_LITERAL => Word::Glob(Glob::literal(text)?),
        TP_WORD_REGEX => Word::Regex(Pattern::new(text)?),
        TP_WORD_PYTHON_REGEX => {
            let (words, pattern) = text.split_once('\0').ok_or_else(|| {
                let message = "the pattern has no zero byte after the class of word characters";
                Failure::new(TP_ERROR_INVALID_ARGUMENT, message)
            })?;
            Word::of_python(words, pattern)?
        }
        _ => return Err(Failure::unknown_value("kinds[i]", kind, TP_WORD_PYTHON_REGEX)),
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_patterns_new(base: tp_pattern_base, patterns: *mut *mut tp_patterns) -> tp_status {
    guard(|| {
        let patterns = out(patterns, "patterns")?;
        let base = match base {
            TP_PATTERN_BASE_TERMS => Base::Terms,
            TP_PATTERN_BASE_TOKENS => Base::Tokens,
            _ => return Err(Failure::unknown_value("base", base, TP_PATTERN_BASE_TOKENS)),
        };
        let new = tp_patterns { inner: Mutex::new(Patterns::new(base)), origin: Origin::new() };
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { patterns.write(into_handle(new)) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_patterns_free(patterns: *mut tp_patterns) {
    guard_release(|| {
        // SAFETY: the caller's promise.
        drop(unsafe { from_handle(patterns, "patterns")? });
        Ok(())
    });
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_patterns_add(
    patterns: *mut tp_patterns,
    label: *const c_char,
    label_length: usize,
) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promise, for both.
        let (patterns, label) = unsafe { (borrow(patterns, "patterns")?, utf8_text(label, label_length, "label")?) };
        Ok(patterns.lock().add(label)?)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_patterns_add_phrase(
    patterns: *mut tp_patterns,
    label: *const c_char,
    label_length: usize,
    phrase: *const c_char,
    phrase_length: usize,
) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promise, for all.
        let (patterns, label, phrase) = unsafe {
            let label = utf8_text(label, label_length, "label")?;
            (borrow(patterns, "patterns")?, label, utf8_text(phrase, phrase_length, "phrase")?)
        };
        Ok(patterns.lock().add_phrase(label, phrase)?)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_patterns_add_slot(
    patterns: *mut tp_patterns,
    kinds: *const tp_word_kind,
    words: *const *const c_char,
    word_lengths: *const usize,
    word_count: usize,
) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promise, for all.
        let (patterns, kinds, words) = unsafe {
            let words = texts(words, word_lengths, word_count, "words")?;
            (borrow(patterns, "patterns")?, slice(kinds, word_count, "kinds")?, words)
        };
        let mut found = list_for(word_count)?;
        for (place, (kind, text)) in kinds.iter().zip(words).enumerate() {
            let made = text.and_then(|text| word(*kind, check_utf8(text, "words")?));
            found.push(made.map_err(|failure| Failure { document: Some(place), ..failure })?);
        }
        let slot = if found.is_empty() { Slot::Any } else { Slot::Words(found) };
        if patterns.lock().add_slot(slot)? {
            return Ok(());
        }
        let message = "there is no pattern to which the slot belongs: call tp_patterns_add() first";
        Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message))
    })
}
