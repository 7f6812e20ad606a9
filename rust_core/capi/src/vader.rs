//! Sentiment by the rules of VADER.

use std::ffi::c_char;
use std::num::NonZero;
use std::sync::Arc;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{ArrayRef, Float64Array, RecordBatch};
use arrow_schema::DataType;

use engine::memory::reserve;
use engine::sentiment::vader::batch::Columns;
use engine::sentiment::vader::{Scores, Settings, Summation, Vader};
use engine::utf8;

use crate::arrow::{export, schema};
use crate::border::{guard, guard_release, out, slice};
use crate::documents::separator_of;
use crate::handles::{Handle, borrow, give, take};
use crate::options::{self, Options};
use crate::status::{Failure, TP_ERROR_INVALID_ARGUMENT, TP_ERROR_INVALID_LEXICON, tp_status};
use crate::terms::texts;
use crate::threads::default_threads;

/// What texts are scored by, behind its opaque handle.
pub struct tp_vader {
    pub(crate) engine: Vader,
    threads: NonZero<usize>,
}

impl Handle for tp_vader {
    /// Its words and rules never change. Its memory for the next text does; the engine does not touch this memory in a
    /// child that was forked while another thread was using it.
    fn is_here(&self) -> bool {
        true
    }
}

/// How to add up valences.
pub type tp_summation = usize;

/// See the header.
pub const TP_SUMMATION_PLAIN: tp_summation = 0;
/// See the header.
pub const TP_SUMMATION_COMPENSATED_FLOATS: tp_summation = 1;
/// See the header.
pub const TP_SUMMATION_COMPENSATED: tp_summation = 2;

/// See the header.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tp_vader_options {
    /// The size of the structure as its user knows it.
    pub struct_size: usize,
    /// The number of threads; 0 for the default.
    pub threads: usize,
    /// Further boosters.
    pub boosters: *const c_char,
    /// Bytes.
    pub boosters_length: usize,
    /// Further negations.
    pub negations: *const *const c_char,
    /// Their lengths.
    pub negation_lengths: *const usize,
    /// Their number.
    pub negation_count: usize,
    /// Own idioms.
    pub idioms: *const c_char,
    /// Bytes.
    pub idioms_length: usize,
    /// Not 0: emoji of several code points are found.
    pub long_emoji: usize,
    /// How valences are added up.
    pub summation: tp_summation,
}

// SAFETY: it is laid out as in C, of integers and raw pointers; its members say what 0 stands for.
unsafe impl Options for tp_vader_options {
    const NAME: &str = "tp_vader_options";
}

/// See the header.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tp_vader_scores {
    /// How much is negative.
    pub neg: f64,
    /// How much is neutral.
    pub neu: f64,
    /// How much is positive.
    pub pos: f64,
    /// All valences as one number.
    pub compound: f64,
}

/// Reads text that lists something.
///
/// # Safety
/// The pointer is NULL or valid for reads of `length` bytes, which do not change while the text is used.
unsafe fn listed<'a>(text: *const c_char, length: usize, argument: &str) -> Result<&'a str, Failure> {
    // SAFETY: the caller's promise.
    let bytes = unsafe { slice(text.cast::<u8>(), length, argument)? };
    utf8::checked(bytes).map_err(|error| {
        let Failure { status, message, offset, document } = error.into();
        Failure { status, message: format!("the argument `{argument}`: {message}"), offset, document }
    })
}

/// Negations as the engine reads them: one a line.
///
/// # Safety
/// What the options point to is as the header says.
unsafe fn negations_of(options: &tp_vader_options) -> Result<String, Failure> {
    // SAFETY: the caller's promise.
    let words = unsafe { texts(options.negations, options.negation_lengths, options.negation_count, "negations")? };
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
    Ok(String::from_utf8(lines).expect("it was made of strings"))
}

/// See the header.
///
/// # Safety
/// As the header says.
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
                lexicon: listed(lexicon, lexicon_length, "lexicon")?,
                emoji: listed(emoji, emoji_length, "emoji")?,
                boosters: listed(options.boosters, options.boosters_length, "boosters")?,
                negations: &negations,
                idioms: listed(options.idioms, options.idioms_length, "idioms")?,
                long_emoji: options.long_emoji != 0,
                summation: match options.summation {
                    TP_SUMMATION_PLAIN => Summation::Plain,
                    TP_SUMMATION_COMPENSATED_FLOATS => Summation::CompensatedFloats,
                    TP_SUMMATION_COMPENSATED => Summation::Compensated,
                    other => {
                        let message =
                            format!("the summation is {other}: the largest value is {TP_SUMMATION_COMPENSATED}");
                        return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message));
                    }
                },
            }
        };
        let threads = NonZero::new(options.threads).map_or_else(default_threads, Ok)?;
        let new = tp_vader { engine: Vader::new(&settings)?, threads };
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { vader.write(give(new)) };
        Ok(())
    })
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_vader_free(vader: *mut tp_vader) {
    guard_release(|| {
        // SAFETY: the caller's promise.
        drop(unsafe { take(vader, "vader")? });
        Ok(())
    });
}

/// See the header.
///
/// # Safety
/// As the header says.
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
        let (vader, text) = unsafe { (borrow(vader, "vader")?, slice(text.cast::<u8>(), length, "text")?) };
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

/// See the header.
///
/// # Safety
/// As the header says.
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
        let (vader, texts, lengths) =
            unsafe { (borrow(vader, "vader")?, slice(texts, count, "texts")?, slice(lengths, count, "lengths")?) };
        let mut known = engine::memory::list_for(count)?;
        for (place, (text, length)) in texts.iter().zip(lengths).enumerate() {
            // SAFETY: each text is valid for reads of its length, by the caller's promise.
            let text = unsafe { slice(text.cast::<u8>(), *length, "texts[i]") };
            known.push(text.map_err(|failure| Failure { document: Some(place), ..failure })?);
        }
        let columns = vader.engine.score_all(&known, vader.threads)?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { stream.write(stream_of(columns)) };
        Ok(())
    })
}

/// See the header.
///
/// # Safety
/// As the header says.
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
        let (vader, text) = unsafe { (borrow(vader, "vader")?, slice(text.cast::<u8>(), length, "text")?) };
        let separator = separator_of(text, separator, parts)?;
        let columns = vader.engine.score_separated(text, separator, vader.threads)?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { stream.write(stream_of(columns)) };
        Ok(())
    })
}
