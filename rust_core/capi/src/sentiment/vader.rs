//! Sentiment by the rules of VADER.

use std::ffi::c_char;
use std::num::NonZero;
use std::sync::Arc;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{ArrayRef, Float64Array, RecordBatch};
use arrow_schema::DataType;

use engine::documents::Blank;
use engine::memory::reserve;
use engine::sentiment::vader::batch::Columns;
use engine::sentiment::vader::{Scores, Settings, Summation, Vader};

use crate::arrow::columns::schema;
use crate::arrow::stream::export;
use crate::boundary::guard::{guard, guard_release};
use crate::boundary::options::{self, Options};
use crate::boundary::pointers::out;
use crate::boundary::text_args::{self, bytes, utf8_text};
use crate::column::{Rows, tp_column};
use crate::error::status::{Failure, TP_ERROR_INVALID_LEXICON, tp_status};
use crate::handles::{Handle, borrow, from_handle, into_handle};
use crate::runtime::threads::default_threads;

/// A scorer behind its opaque handle.
pub struct tp_vader {
    pub(crate) engine: Vader,
    threads: NonZero<usize>,
}

impl Handle for tp_vader {
    /// The words and rules never change. The memory for the next text changes; but if another thread was using it at
    /// the fork, the engine does not touch it in the child.
    fn is_here(&self) -> bool {
        true
    }
}

pub type tp_summation = usize;

pub const TP_SUMMATION_PLAIN: tp_summation = 0;
pub const TP_SUMMATION_COMPENSATED_FLOATS: tp_summation = 1;
pub const TP_SUMMATION_COMPENSATED: tp_summation = 2;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tp_vader_options {
    pub struct_size: usize,
    pub threads: usize,
    pub boosters: *const c_char,
    pub boosters_length: usize,
    pub negations: *const *const c_char,
    pub negation_lengths: *const usize,
    pub negation_count: usize,
    pub idioms: *const c_char,
    pub idioms_length: usize,
    pub long_emoji: usize,
    pub summation: tp_summation,
}

// SAFETY: its layout is that of C, its members are integers and pointers, and 0 is the default of each.
unsafe impl Options for tp_vader_options {
    const NAME: &str = "tp_vader_options";
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tp_vader_scores {
    pub neg: f64,
    pub neu: f64,
    pub pos: f64,
    pub compound: f64,
}

/// The negations as the engine reads them: one on each line.
///
/// # Safety
/// The pointers in the options are as the header requires.
unsafe fn negations_of(options: &tp_vader_options) -> Result<String, Failure> {
    // SAFETY: the caller's promise.
    let words = unsafe {
        text_args::optional_texts(options.negations, options.negation_lengths, options.negation_count, "negations")?
    };
    let mut lines = Vec::new();
    for (place, word) in words.into_iter().map(Option::unwrap_or_default).enumerate() {
        let word = word.trim();
        if word.contains(char::is_whitespace) {
            let message =
                format!("the negations, line {}: a negation is one word, without whitespace in it", place + 1);
            let failure = Failure::new(TP_ERROR_INVALID_LEXICON, message);
            return Err(Failure { document: Some(place), ..failure });
        }
        reserve(&mut lines, word.len() + 1)?;
        lines.extend_from_slice(word.as_bytes());
        lines.push(b'\n');
    }
    Ok(String::from_utf8(lines).expect("it consists of strings"))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_vader_new(
    lexicon: *const c_char,
    lexicon_length: usize,
    emoji: *const c_char,
    emoji_length: usize,
    options: *const tp_vader_options,
    vader: *mut *mut tp_vader,
) -> tp_status {
    guard(|| {
        let vader = out(vader, "vader")?;
        // SAFETY: the caller's promise, for both.
        let (options, negations) = unsafe {
            let options = options::read(options)?;
            (options, negations_of(&options)?)
        };
        // SAFETY: the caller's promise, for all of them.
        let settings = unsafe {
            Settings {
                lexicon: utf8_text(lexicon, lexicon_length, "lexicon")?,
                emoji: utf8_text(emoji, emoji_length, "emoji")?,
                boosters: utf8_text(options.boosters, options.boosters_length, "boosters")?,
                negations: &negations,
                idioms: utf8_text(options.idioms, options.idioms_length, "idioms")?,
                long_emoji: options.long_emoji != 0,
                summation: match options.summation {
                    TP_SUMMATION_PLAIN => Summation::Plain,
                    TP_SUMMATION_COMPENSATED_FLOATS => Summation::CompensatedFloats,
                    TP_SUMMATION_COMPENSATED => Summation::Compensated,
                    other => return Err(Failure::unknown_value("summation", other, TP_SUMMATION_COMPENSATED)),
                },
            }
        };
        let threads = NonZero::new(options.threads).map_or_else(default_threads, Ok)?;
        let new = tp_vader { engine: Vader::new(&settings)?, threads };
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { vader.write(into_handle(new)) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_vader_free(vader: *mut tp_vader) {
    guard_release(|| {
        // SAFETY: the caller's promise.
        drop(unsafe { from_handle(vader, "vader")? });
        Ok(())
    });
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_vader_score(
    vader: *const tp_vader,
    text: *const c_char,
    length: usize,
    scores: *mut tp_vader_scores,
) -> tp_status {
    guard(|| {
        let scores = out(scores, "scores")?;
        // SAFETY: the caller's promise, for both.
        let (vader, text) = unsafe { (borrow(vader, "vader")?, bytes(text, length, "text")?) };
        let Scores { negative, neutral, positive, compound } = vader.engine.score(text)?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { scores.write(tp_vader_scores { neg: negative, neu: neutral, pos: positive, compound }) };
        Ok(())
    })
}

/// A stream of one batch.
fn stream_of(columns: Columns) -> FFI_ArrowArrayStream {
    let schema = schema(&["neg", "neu", "pos", "compound"].map(|name| (name, DataType::Float64)));
    let Columns { negative, neutral, positive, compound } = columns;
    let arrays: Vec<ArrayRef> = [negative, neutral, positive, compound]
        .into_iter()
        .map(|column| Arc::new(Float64Array::from(column)) as ArrayRef)
        .collect();
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays);
    export(schema, std::iter::once(batch))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_vader_score_texts(
    vader: *const tp_vader,
    texts: *const *const c_char,
    lengths: *const usize,
    count: usize,
    stream: *mut FFI_ArrowArrayStream,
) -> tp_status {
    guard(|| {
        let stream = out(stream, "stream")?;
        // SAFETY: the caller's promise, for all three.
        let (vader, texts) = unsafe { (borrow(vader, "vader")?, text_args::texts(texts, lengths, count, "texts")?) };
        let mut known = engine::memory::list_for(count)?;
        for text in texts {
            known.push(text?);
        }
        let columns = vader.engine.score_all(&known, vader.threads)?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { stream.write(stream_of(columns)) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_vader_score_column(
    vader: *const tp_vader,
    column: *const tp_column,
    stream: *mut FFI_ArrowArrayStream,
) -> tp_status {
    guard(|| {
        let stream = out(stream, "stream")?;
        // SAFETY: the caller's promise, for both.
        let (vader, rows) = unsafe { (borrow(vader, "vader")?, Rows::read(column)?) };
        let (mut known, mut missing) = (engine::memory::list_for(rows.len())?, Vec::new());
        for text in rows.texts() {
            match text? {
                Some(text) => known.push(text),
                None if rows.missing() == Blank::Skipped => {}
                None => {
                    reserve(&mut missing, 1)?;
                    missing.push(known.len());
                    known.push(&[]);
                }
            }
        }
        let mut columns = vader.engine.score_all(&known, vader.threads).map_err(|error| rows.located(error.into()))?;
        let Columns { negative, neutral, positive, compound } = &mut columns;
        for scores in [negative, neutral, positive, compound] {
            missing.iter().for_each(|place| scores[*place] = f64::NAN);
        }
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { stream.write(stream_of(columns)) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_vader_score_separated(
    vader: *const tp_vader,
    text: *const c_char,
    length: usize,
    separator: c_char,
    parts: usize,
    stream: *mut FFI_ArrowArrayStream,
) -> tp_status {
    guard(|| {
        let stream = out(stream, "stream")?;
        // SAFETY: the caller's promise, for both.
        let (vader, text) = unsafe { (borrow(vader, "vader")?, bytes(text, length, "text")?) };
        let separator = text_args::separator(separator)?;
        if parts > 0 {
            text_args::count_parts(text, separator, parts)?;
        }
        let columns = vader.engine.score_separated(text, separator, vader.threads)?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { stream.write(stream_of(columns)) };
        Ok(())
    })
}
