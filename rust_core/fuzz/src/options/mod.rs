//! Checks structures of any size and content, impossible lengths, and NULL for any pointer.

mod memory;
mod subject;

use std::ffi::{CStr, c_char, c_void};
use std::ptr;

use arbitrary::{Arbitrary, Unstructured};
use arrow_array::ffi::{FFI_ArrowArray, from_ffi};
use arrow_array::{Array, Float64Array};
use arrow_schema::DataType;
use arrow_schema::ffi::FFI_ArrowSchema;
use text_processor::*;

use super::reference::words;
use super::text::Text;
use memory::{Memory, absurd};
use subject::Subject;

/// The regular expression in options that have members for one.
const PATTERN: &str = r"\w+";
/// The largest number of calls of one input.
const MAX_CALLS: usize = 32;

#[derive(Debug, Arbitrary)]
enum Call {
    /// `members` has the bytes after `struct_size`. If `too_long` is given, the size is impossible.
    New {
        members: Vec<u8>,
        too_long: Option<u32>,
    },
    /// `struct_size` is smaller than the member `struct_size`.
    TooSmall {
        struct_size: u8,
    },
    Statistics {
        struct_size: u8,
    },
    Scale {
        values: Vec<u64>,
        factor: u64,
    },
    Hello {
        name: Text,
    },
    CountWords {
        text: Text,
    },
    Join {
        first: u8,
        steps: Vec<i8>,
        wide: bool,
        separator: u8,
    },
    OffsetSize {
        size: usize,
    },
    StatusName {
        status: i32,
    },
    Null {
        function: u8,
        places: u8,
    },
    TooLong {
        function: u8,
        by: u32,
    },
}

/// The bytes are a list of calls.
pub fn check(data: &[u8]) {
    let mut bytes = Unstructured::new(data);
    let subject = Subject::new();
    for _ in 0..MAX_CALLS {
        if bytes.is_empty() {
            break;
        }
        let Ok(call) = Call::arbitrary(&mut bytes) else { break };
        match call {
            Call::New { members, too_long } => new(&members, too_long),
            Call::TooSmall { struct_size } => too_small((struct_size % 8).into()),
            Call::Statistics { struct_size } => subject.statistics(struct_size.into()),
            Call::Scale { values, factor } => scale(&values, factor),
            Call::Hello { name } => hello(&name.0),
            Call::CountWords { text } => count_words(&text.0),
            Call::Join { first, steps, wide, separator } => join(first, &steps, wide, separator),
            Call::OffsetSize { size } => offset_size(size),
            Call::StatusName { status } => status_name(status),
            Call::Null { function, places } => subject.null(function, places),
            Call::TooLong { function, by } => subject.too_long(function, by),
        }
        subject.is_as_it_was();
    }
}

/// Makes an analyzer with arbitrary options. The members are the number of threads, whether the analyzer only
/// counts, the tokenizer, and a pattern and its length.
fn new(members: &[u8], too_long: Option<u32>) {
    let mut members = members.to_vec();
    let number = |bytes: &[u8]| bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte));
    let tokenizer = members.get(16..).map_or(0, |bytes| number(&bytes[..bytes.len().min(8)]));
    let end = members.len().min(40);
    if end > 24 {
        // The pointer is NULL, because a library cannot detect an invalid pointer.
        members[24..end].fill(0);
    }
    if end == 40 && tokenizer == 5 {
        members[24..32].copy_from_slice(&PATTERN.as_ptr().expose_provenance().to_ne_bytes());
        members[32..40].copy_from_slice(&PATTERN.len().to_ne_bytes());
    }
    let distinct = match tokenizer {
        2 => 3,
        4 => 6,
        5 if end < 40 => 0,
        _ => 2,
    };
    let mut bytes = (8 + members.len()).to_ne_bytes().to_vec();
    bytes.extend(&members);
    if let Some(by) = too_long {
        bytes[..8].copy_from_slice(&absurd(by).to_ne_bytes());
    }
    let options = Memory::of(&bytes);
    let mut analyzer = ptr::null_mut();
    // SAFETY: the options have the size that they state, or claim an impossible size.
    let status = unsafe { tp_analyzer_new(options.start.cast(), &raw mut analyzer) };
    let (known, unknown) = members.split_at(end);
    if too_long.is_some() || tokenizer > 5 || unknown.iter().any(|byte| *byte != 0) {
        assert_eq!(status, TP_ERROR_INVALID_ARGUMENT);
        assert!(analyzer.is_null(), "the out-parameter was written on failure");
        return;
    }
    assert_eq!(status, TP_OK);
    let counts_only = known.iter().skip(8).take(8).any(|byte| *byte != 0);
    let (mut terms, mut contains) = (0, false);
    // SAFETY: the analyzer was made, and the text has this length.
    unsafe {
        assert_eq!(tp_analyzer_add_document(analyzer, c"one Two one".as_ptr(), 11), TP_OK);
        assert_eq!(tp_analyzer_unique_words(analyzer, &raw mut terms), TP_OK);
        let status = tp_analyzer_contains_document(analyzer, c"one Two one".as_ptr(), 11, &raw mut contains);
        assert_eq!(status, if counts_only { TP_ERROR_TEXT_NOT_STORED } else { TP_OK });
        tp_analyzer_free(analyzer);
    }
    assert_eq!((terms, contains), (distinct, !counts_only));
}

fn too_small(struct_size: usize) {
    let options = Memory::of(&struct_size.to_ne_bytes());
    let mut analyzer = ptr::null_mut();
    // SAFETY: the memory contains the size.
    let status = unsafe { tp_analyzer_new(options.start.cast(), &raw mut analyzer) };
    assert_eq!((status, analyzer.is_null()), (TP_ERROR_INVALID_ARGUMENT, true));
}

fn scale(values: &[u64], factor: u64) {
    let values: Box<[f64]> = values.iter().copied().map(f64::from_bits).collect();
    let factor = f64::from_bits(factor);
    let pointer = if values.is_empty() { ptr::null() } else { values.as_ptr() };
    let mut array = FFI_ArrowArray::empty();
    // SAFETY: the array has this many values.
    assert_eq!(unsafe { tp_scale_f64(pointer, values.len(), factor, &raw mut array) }, TP_OK);
    let schema = FFI_ArrowSchema::try_from(&DataType::Float64).unwrap();
    // SAFETY: the library filled the array by the rules of the format, and this is its type.
    let data = unsafe { from_ffi(array, &schema) }.unwrap();
    data.validate_full().unwrap();
    let scaled = Float64Array::from(data);
    assert_eq!(scaled.null_count(), 0);
    // The numbers are compared by their bits, because NaN is not equal to itself.
    let same = |found: f64, value: f64| found.to_bits() == value.to_bits() || found.is_nan() && value.is_nan();
    assert!(scaled.values().iter().zip(&values).all(|(found, value)| same(*found, value * factor)));
    assert_eq!(scaled.len(), values.len());
}

fn hello(name: &[u8]) {
    let (mut greeting, mut length) = (ptr::null_mut(), usize::MAX);
    // SAFETY: the name has this length.
    let status = unsafe { tp_hello(name.as_ptr().cast(), name.len(), &raw mut greeting, &raw mut length) };
    match str::from_utf8(name) {
        Ok(name) => {
            assert_eq!(status, TP_OK);
            // SAFETY: the greeting has this length, a zero byte follows, and the greeting is freed once.
            unsafe {
                let text = std::slice::from_raw_parts(greeting.cast::<u8>(), length + 1);
                assert_eq!(text, format!("Hello, {name}!\0").as_bytes());
                tp_string_free(greeting, length);
            }
        }
        Err(error) => {
            assert_eq!((status, tp_last_error_offset()), (TP_ERROR_INVALID_UTF8, place(error.valid_up_to())));
            assert_eq!((greeting.is_null(), length), (true, usize::MAX));
        }
    }
}

fn place(at: usize) -> i64 {
    i64::try_from(at).unwrap()
}

fn count_words(text: &[u8]) {
    let mut count = u64::MAX;
    // SAFETY: the text has this length.
    let status = unsafe { tp_count_words(text.as_ptr().cast(), text.len(), &raw mut count) };
    match str::from_utf8(text) {
        Ok(text) => assert_eq!((status, count), (TP_OK, words(text).len() as u64)),
        Err(error) => {
            assert_eq!((status, count), (TP_ERROR_INVALID_UTF8, u64::MAX));
            assert_eq!((tp_last_error_offset(), tp_last_error_document()), (place(error.valid_up_to()), -1));
        }
    }
}

/// Joins strings with offsets that may go backwards and be negative. The text has all bytes that they refer to.
fn join(first: u8, steps: &[i8], wide: bool, separator: u8) {
    let mut offsets = vec![i32::from(first)];
    for step in steps {
        // Most steps go forwards.
        let step = if *step < -120 { i32::from(*step) } else { i32::from(*step).abs() };
        offsets.push(offsets[offsets.len() - 1] + step);
    }
    let end = offsets.iter().copied().max().unwrap_or(0).max(0).cast_unsigned() as usize;
    let text: Box<[u8]> = (b' '..=b'~').cycle().take(end).collect();
    let mut joined = vec![0_u8; end + steps.len()].into_boxed_slice();
    let wider: Vec<i64> = offsets.iter().copied().map(i64::from).collect();
    let (pointer, size) = if wide { (wider.as_ptr().cast::<c_void>(), 8) } else { (offsets.as_ptr().cast(), 4) };
    // SAFETY: there are `steps` + 1 offsets of this size, and the text and its copy are long enough for them.
    let status = unsafe {
        let (text, joined) = (text.as_ptr().cast(), joined.as_mut_ptr().cast());
        tp_join_strings(pointer, size, text, steps.len(), c_char::from_ne_bytes([separator]), joined)
    };
    if offsets.is_sorted() || steps.is_empty() {
        assert_eq!(status, TP_OK);
        let at = |offset: i32| usize::try_from(offset).unwrap();
        let strings: Vec<&[u8]> = offsets.windows(2).map(|pair| &text[at(pair[0])..at(pair[1])]).collect();
        let expected = strings.join(&separator);
        assert_eq!(&joined[..expected.len()], expected);
        assert!(joined[expected.len()..].iter().all(|byte| *byte == 0), "bytes were written after the end");
    } else {
        assert_eq!(status, TP_ERROR_INVALID_ARGUMENT);
    }
}

fn offset_size(size: usize) {
    let offsets = [0_i64; 2];
    let mut joined = [b'?'];
    // SAFETY: there are two offsets, of the larger size.
    let status = unsafe {
        tp_join_strings(offsets.as_ptr().cast(), size, c"".as_ptr(), 1, c_char::default(), joined.as_mut_ptr().cast())
    };
    assert_eq!(status, if matches!(size, 4 | 8) { TP_OK } else { TP_ERROR_INVALID_ARGUMENT });
    assert_eq!(joined, *b"?");
}

fn status_name(status: i32) {
    // SAFETY: the names of statuses are valid until the process ends.
    let name = unsafe { CStr::from_ptr(tp_status_name(status)) }.to_str().unwrap();
    assert!(name == "TP_OK" && status == 0 || name.starts_with("TP_ERROR_"));
    assert!(name != "TP_ERROR_UNKNOWN" || !(TP_OK..=TP_ERROR_TEXT_NOT_STORED).contains(&status));
}
