//! Tokenizers, and the tokens of a text without an analyzer.

use std::ffi::c_char;

use arrow_array::ffi::FFI_ArrowArray;

use engine::Error;
use engine::checkpoint::Steps;
use engine::tokenizer::{Pattern, Segments, Tokenization, WordRules};
use engine::utf8;

use crate::arrow::columns::Spans;
use crate::boundary::guard::guard;
use crate::boundary::pointers::out;
use crate::boundary::text_args::bytes;
use crate::error::status::{Failure, TP_ERROR_INVALID_ARGUMENT, TP_ERROR_INVALID_PATTERN, tp_status};

pub type tp_tokenizer = usize;

pub const TP_TOKENIZER_WHITESPACE: tp_tokenizer = 0;
pub const TP_TOKENIZER_UNICODE: tp_tokenizer = 1;
pub const TP_TOKENIZER_UNICODE_SEGMENTS: tp_tokenizer = 2;
pub const TP_TOKENIZER_WORD: tp_tokenizer = 3;
pub const TP_TOKENIZER_CHARACTERS: tp_tokenizer = 4;
pub const TP_TOKENIZER_PATTERN: tp_tokenizer = 5;
pub const TP_TOKENIZER_PYTHON_PATTERN: tp_tokenizer = 6;

/// The tokenization for a value of `tp_tokenizer`, with a pattern if it needs one.
///
/// # Safety
/// The pattern is NULL, or valid for reads of `length` bytes.
pub(crate) unsafe fn tokenization(
    number: tp_tokenizer,
    pattern: *const c_char,
    length: usize,
) -> Result<Tokenization, Failure> {
    // SAFETY: the caller's promise.
    let pattern = unsafe { bytes(pattern, length, "pattern")? };
    if !matches!(number, TP_TOKENIZER_PATTERN | TP_TOKENIZER_PYTHON_PATTERN) && !pattern.is_empty() {
        let message = format!("a pattern is set, but the tokenizer {number} does not use it: set TP_TOKENIZER_PATTERN");
        return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message));
    }
    Ok(match number {
        TP_TOKENIZER_WHITESPACE => Tokenization::Whitespace,
        TP_TOKENIZER_UNICODE => Tokenization::Unicode(Segments::Words),
        TP_TOKENIZER_UNICODE_SEGMENTS => Tokenization::Unicode(Segments::All),
        TP_TOKENIZER_WORD => Tokenization::Word(WordRules::default()),
        TP_TOKENIZER_CHARACTERS => Tokenization::Characters,
        TP_TOKENIZER_PATTERN => Tokenization::Pattern(Pattern::new(utf8::checked(pattern).map_err(not_text)?)?),
        TP_TOKENIZER_PYTHON_PATTERN => {
            let (words, pattern) = utf8::checked(pattern).map_err(not_text)?.split_once('\0').ok_or_else(|| {
                let message = "the pattern has no zero byte after the class of word characters";
                Failure::new(TP_ERROR_INVALID_ARGUMENT, message.to_owned())
            })?;
            Tokenization::Pattern(Pattern::of_python(words, pattern)?)
        }
        _ => return Err(Failure::unknown_value("tokenizer", number, TP_TOKENIZER_PYTHON_PATTERN)),
    })
}

fn not_text(error: Error) -> Failure {
    let failure = Failure::from(error);
    let message = "the pattern is not valid UTF-8";
    Failure { status: TP_ERROR_INVALID_PATTERN, message: message.into(), ..failure }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_tokenize(
    text: *const c_char,
    length: usize,
    tokenizer: tp_tokenizer,
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
        tokenization.spans(utf8::checked(text)?, &mut Steps::begin(), |span| found.push(span))?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { spans.write(found.export()) };
        Ok(())
    })
}
