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

use crate::boundary::guard::guard;
use crate::boundary::pointers::{out, slice};
use crate::error::status::{Failure, TP_ERROR_INVALID_ARGUMENT, TP_ERROR_INVALID_PATTERN, tp_status};
use crate::handles::track_array;

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
    let pattern = unsafe { slice(pattern.cast::<u8>(), length, "pattern")? };
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
        track_array(FFI_ArrowArray::new(&array.to_data()))
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
    tokenizer: usize,
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
