//! What a token is, and the tokens of a text without an analyzer.

use std::ffi::c_char;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::ffi::FFI_ArrowArray;
use arrow_array::{Array, StructArray, UInt64Array};
use arrow_schema::{DataType, Field};

use engine::Error;
use engine::memory::reserve;
use engine::tokenizer::{Pattern, Segments, Tokenization};
use engine::utf8;

use crate::border::{guard, out, slice};
use crate::handles::give_array;
use crate::status::{Failure, TP_ERROR_INVALID_ARGUMENT, TP_ERROR_INVALID_PATTERN, tp_status};

/// What a token is.
pub type tp_tokenizer = usize;

/// See the header.
pub const TP_TOKENIZER_WHITESPACE: tp_tokenizer = 0;
/// See the header.
pub const TP_TOKENIZER_UNICODE: tp_tokenizer = 1;
/// See the header.
pub const TP_TOKENIZER_UNICODE_SEGMENTS: tp_tokenizer = 2;
/// See the header.
pub const TP_TOKENIZER_WORD: tp_tokenizer = 3;
/// See the header.
pub const TP_TOKENIZER_CHARACTERS: tp_tokenizer = 4;
/// See the header.
pub const TP_TOKENIZER_PATTERN: tp_tokenizer = 5;
/// See the header.
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
    let pattern = unsafe { slice(pattern.cast::<u8>(), length, "pattern")? };
    if !matches!(number, TP_TOKENIZER_PATTERN | TP_TOKENIZER_PYTHON_PATTERN) && !pattern.is_empty() {
        let message = format!("a pattern is set, and the tokenizer {number} uses none: set it to TP_TOKENIZER_PATTERN");
        return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message));
    }
    Ok(match number {
        TP_TOKENIZER_WHITESPACE => Tokenization::Whitespace,
        TP_TOKENIZER_UNICODE => Tokenization::Unicode(Segments::Words),
        TP_TOKENIZER_UNICODE_SEGMENTS => Tokenization::Unicode(Segments::All),
        TP_TOKENIZER_WORD => Tokenization::Word,
        TP_TOKENIZER_CHARACTERS => Tokenization::Characters,
        TP_TOKENIZER_PATTERN => Tokenization::Pattern(Pattern::new(utf8::checked(pattern).map_err(not_text)?)?),
        TP_TOKENIZER_PYTHON_PATTERN => {
            let (words, pattern) = utf8::checked(pattern).map_err(not_text)?.split_once('\0').ok_or_else(|| {
                let message =
                    "the pattern has no zero byte, which is between the class of word characters and the rest";
                Failure::new(TP_ERROR_INVALID_ARGUMENT, message.to_owned())
            })?;
            Tokenization::Pattern(Pattern::of_python(words, pattern)?)
        }
        _ => {
            let message = format!("there is no tokenizer {number}: the largest value is {TP_TOKENIZER_PYTHON_PATTERN}");
            return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message));
        }
    })
}

fn not_text(error: Error) -> Failure {
    let failure = Failure::from(error);
    let message = "the pattern is not valid UTF-8";
    Failure { status: TP_ERROR_INVALID_PATTERN, message: message.into(), ..failure }
}

/// Where parts of a text begin and where they end, as an Arrow array.
#[derive(Default)]
pub(crate) struct Spans {
    starts: Vec<u64>,
    ends: Vec<u64>,
}

impl Spans {
    pub fn push(&mut self, span: Range<usize>) -> Result<(), Error> {
        reserve(&mut self.starts, 1)?;
        reserve(&mut self.ends, 1)?;
        self.starts.push(span.start as u64);
        self.ends.push(span.end as u64);
        Ok(())
    }

    pub fn export(self) -> FFI_ArrowArray {
        let column = |name, values| {
            let values: Arc<dyn Array> = Arc::new(UInt64Array::from(values));
            (Arc::new(Field::new(name, DataType::UInt64, false)), values)
        };
        let array = StructArray::from(vec![column("start", self.starts), column("end", self.ends)]);
        give_array(FFI_ArrowArray::new(&array.to_data()))
    }
}

/// See the header.
///
/// # Safety
/// As the header says.
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
            unsafe { (slice(text.cast::<u8>(), length, "text")?, tokenization(tokenizer, pattern, pattern_length)?) };
        let mut found = Spans::default();
        tokenization.spans(utf8::checked(text)?, |span| found.push(span))?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { spans.write(found.export()) };
        Ok(())
    })
}
