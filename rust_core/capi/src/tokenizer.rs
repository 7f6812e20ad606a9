//! What a token is, and the tokens of a text without an analyzer.

use std::ffi::c_char;

use arrow_array::ffi::FFI_ArrowArray;

use engine::Error;
use engine::tokenizer::{Pattern, Segments, Tokenization};
use engine::utf8;

use crate::arrow::columns::Spans;
use crate::boundary::guard::guard;
use crate::boundary::pointers::out;
use crate::boundary::text_args::bytes;
use crate::error::status::{Failure, TP_ERROR_INVALID_ARGUMENT, TP_ERROR_INVALID_PATTERN, tp_status};

/// The numbers of the tokenizers for a pattern, and for a pattern that was translated from Python.
const PATTERN: usize = 5;
const PYTHON_PATTERN: usize = 6;

/// The tokenization that a number stands for, with a pattern where it needs one.
///
/// # Safety
/// The pattern is NULL, or valid for reads of `length` bytes.
pub(crate) unsafe fn tokenization(
    number: usize,
    pattern: *const c_char,
    length: usize,
) -> Result<Tokenization, Failure> {
    // SAFETY: the caller's promise.
    let pattern = unsafe { bytes(pattern, length, "pattern")? };
    if !matches!(number, PATTERN | PYTHON_PATTERN) && !pattern.is_empty() {
        let message = format!("a pattern is given, and the tokenizer is {number}: set it to {PATTERN}");
        return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message));
    }
    Ok(match number {
        0 => Tokenization::Whitespace,
        1 => Tokenization::Unicode(Segments::Words),
        2 => Tokenization::Unicode(Segments::All),
        3 => Tokenization::Word,
        4 => Tokenization::Characters,
        PATTERN => Tokenization::Pattern(Pattern::new(utf8::checked(pattern).map_err(not_text)?)?),
        PYTHON_PATTERN => {
            let (words, pattern) = utf8::checked(pattern).map_err(not_text)?.split_once('\0').ok_or_else(|| {
                let message =
                    "the pattern has no zero byte, which is between the class of word characters and the rest";
                Failure::new(TP_ERROR_INVALID_ARGUMENT, message.to_owned())
            })?;
            Tokenization::Pattern(Pattern::of_python(words, pattern)?)
        }
        _ => {
            let message =
                format!("there is no tokenizer {number}: this library knows those from 0 to {PYTHON_PATTERN}");
            return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message));
        }
    })
}

fn not_text(error: Error) -> Failure {
    let failure = Failure::from(error);
    let message = "the pattern is not valid UTF-8";
    Failure { status: TP_ERROR_INVALID_PATTERN, message: message.into(), ..failure }
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_tokenize(
    text: *const c_char,
    length: usize,
    tokenizer: usize,
    pattern: *const c_char,
    pattern_length: usize,
    spans: *mut FFI_ArrowArray,
) -> tp_status {
    guard(|| {
        let spans = out(spans, "spans")?;
        // SAFETY: the caller's promise, for both.
        let (text, tokenization) =
            unsafe { (bytes(text, length, "text")?, tokenization(tokenizer, pattern, pattern_length)?) };
        let mut found = Spans::default();
        tokenization.spans(utf8::checked(text)?, |span| found.push(span))?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { spans.write(found.export()) };
        Ok(())
    })
}
