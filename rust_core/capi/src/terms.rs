//! How words become terms.

use std::ffi::c_char;

use arrow_array::ffi::FFI_ArrowArray;
use arrow_array::{Array, LargeStringArray};
use arrow_buffer::OffsetBuffer;

use engine::Error;
use engine::memory::reserve;
use engine::terms::TermOptions;
use engine::terms::accents::Accents;
use engine::terms::normalization::NormalForm;
use engine::terms::options::Case;
use engine::terms::stemming::Stemmer;
use engine::terms::stop_words;

use crate::analyzer::tp_analyzer;
use crate::border::{guard, out, slice};
use crate::handles::{borrow, give_array};
use crate::options::{self, Options};
use crate::status::{Failure, TP_ERROR_INVALID_ARGUMENT, tp_status};

/// A normal form of Unicode.
pub type tp_normal_form = usize;

/// See the header.
pub const TP_NORMAL_FORM_KEEP: tp_normal_form = 0;
/// See the header.
pub const TP_NORMAL_FORM_NFC: tp_normal_form = 1;
/// See the header.
pub const TP_NORMAL_FORM_NFKC: tp_normal_form = 2;

/// What to do with upper case.
pub type tp_letter_case = usize;

/// See the header.
pub const TP_CASE_LOWER: tp_letter_case = 0;
/// See the header.
pub const TP_CASE_FOLD: tp_letter_case = 1;
/// See the header.
pub const TP_CASE_KEEP: tp_letter_case = 2;

/// What to do with accents.
pub type tp_accents = usize;

/// See the header.
pub const TP_ACCENTS_KEEP: tp_accents = 0;
/// See the header.
pub const TP_ACCENTS_UNICODE: tp_accents = 1;
/// See the header.
pub const TP_ACCENTS_ASCII: tp_accents = 2;

/// See the header.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tp_term_options {
    /// The size of the structure as its user knows it.
    pub struct_size: usize,
    /// The normal form of Unicode.
    pub normal_form: tp_normal_form,
    /// What becomes of upper case.
    pub letter_case: tp_letter_case,
    /// What becomes of accents.
    pub accents: tp_accents,
    /// The fewest characters.
    pub min_length: usize,
    /// The most characters; 0 for any number.
    pub max_length: usize,
    /// The name of a list of stop words.
    pub stop_list: *const c_char,
    /// Its length.
    pub stop_list_length: usize,
    /// Further stop words.
    pub stop_words: *const *const c_char,
    /// Their lengths.
    pub stop_word_lengths: *const usize,
    /// Their number.
    pub stop_word_count: usize,
    /// The name of a stemmer.
    pub stemmer: *const c_char,
    /// Its length.
    pub stemmer_length: usize,
    /// Whether the host gives the terms.
    pub external_terms: usize,
}

// SAFETY: it is laid out as in C, of integers and pointers; its members say what 0 stands for.
unsafe impl Options for tp_term_options {
    const NAME: &str = "tp_term_options";
}

/// The failure for a number that is not a value of an option.
fn unknown_value(option: &str, number: usize, largest: usize) -> Failure {
    let message = format!("`{option}` is {number}: the largest value of this option is {largest}");
    Failure::new(TP_ERROR_INVALID_ARGUMENT, message)
}

/// Reads text that must be UTF-8.
///
/// # Safety
/// As for [`slice`].
unsafe fn text<'a>(text: *const c_char, length: usize, argument: &str) -> Result<&'a str, Failure> {
    // SAFETY: the caller's promise.
    let bytes = unsafe { slice(text.cast::<u8>(), length, argument)? };
    str::from_utf8(bytes).map_err(|error| Error::InvalidUtf8 { offset: error.valid_up_to() }.into())
}

/// Reads texts that must be UTF-8; NULL is none.
///
/// # Safety
/// The arrays have `count` members, as for [`slice`], and each text is valid for reads of its length.
pub(crate) unsafe fn texts<'a>(
    texts: *const *const c_char,
    lengths: *const usize,
    count: usize,
    argument: &str,
) -> Result<Vec<Option<&'a str>>, Failure> {
    // SAFETY: the caller's promise, for both.
    let (texts, lengths) = unsafe { (slice(texts, count, argument)?, slice(lengths, count, "lengths")?) };
    let mut found = Vec::new();
    reserve(&mut found, count)?;
    for (place, (pointer, length)) in texts.iter().zip(lengths).enumerate() {
        if pointer.is_null() {
            found.push(None);
            continue;
        }
        // SAFETY: the caller's promise.
        let word = unsafe { text(*pointer, *length, argument) };
        found.push(Some(word.map_err(|failure| Failure { document: Some(place), ..failure })?));
    }
    Ok(found)
}

fn unknown(what: &str, name: &str, names: &str) -> Failure {
    let message = format!("there is no {what} with the name {name:?}; there are {names}");
    Failure::new(TP_ERROR_INVALID_ARGUMENT, message)
}

/// Names, each in two parts, with a comma between them.
fn joined(names: impl Iterator<Item = [&'static str; 2]>) -> Result<String, Error> {
    let mut joined = Vec::new();
    for [first, second] in names {
        let between = if joined.is_empty() { "" } else { ", " };
        reserve(&mut joined, between.len() + first.len() + second.len())?;
        for part in [between, first, second] {
            joined.extend_from_slice(part.as_bytes());
        }
    }
    Ok(String::from_utf8(joined).expect("it was made of strings"))
}

/// Stop words, or the error for a list whose name is not known.
fn listed<W>(name: &str, words: Option<W>) -> Result<W, Failure> {
    match words {
        Some(words) => Ok(words),
        None => Err(unknown("list of stop words", name, &joined(stop_words::names())?)),
    }
}

fn whole(name: &'static str) -> [&'static str; 2] {
    ["", name]
}

/// Names, each in two parts, as an Arrow array.
fn array_of(names: impl Iterator<Item = [&'static str; 2]>) -> Result<FFI_ArrowArray, Error> {
    let (mut bytes, mut offsets) = (Vec::new(), Vec::new());
    reserve(&mut offsets, 1)?;
    offsets.push(0);
    for parts in names {
        for part in parts {
            reserve(&mut bytes, part.len())?;
            bytes.extend_from_slice(part.as_bytes());
        }
        reserve(&mut offsets, 1)?;
        offsets.push(i64::try_from(bytes.len()).expect("less than memory holds"));
    }
    let array = LargeStringArray::new(OffsetBuffer::new(offsets.into()), bytes.into(), None);
    Ok(give_array(FFI_ArrowArray::new(&array.to_data())))
}

/// What the options of C mean.
///
/// # Safety
/// What the options point to is as the header says.
unsafe fn options_of(options: &tp_term_options) -> Result<TermOptions, Failure> {
    // SAFETY: the caller's promise, for all three.
    let (stop_list, words, stemmer) = unsafe {
        (
            text(options.stop_list, options.stop_list_length, "stop_list")?,
            texts(options.stop_words, options.stop_word_lengths, options.stop_word_count, "stop_words")?,
            text(options.stemmer, options.stemmer_length, "stemmer")?,
        )
    };
    let stemmer = match stemmer {
        "" => None,
        name => match Stemmer::of(name) {
            Some(stemmer) => Some(stemmer),
            None => return Err(unknown("stemmer", name, &joined(Stemmer::languages().map(whole))?)),
        },
    };
    let mut chosen = TermOptions {
        normal_form: match options.normal_form {
            TP_NORMAL_FORM_KEEP => None,
            TP_NORMAL_FORM_NFC => Some(NormalForm::Nfc),
            TP_NORMAL_FORM_NFKC => Some(NormalForm::Nfkc),
            other => return Err(unknown_value("normal_form", other, TP_NORMAL_FORM_NFKC)),
        },
        case: match options.letter_case {
            TP_CASE_LOWER => Case::Lower,
            TP_CASE_FOLD => Case::Folded,
            TP_CASE_KEEP => Case::Kept,
            other => return Err(unknown_value("letter_case", other, TP_CASE_KEEP)),
        },
        accents: match options.accents {
            TP_ACCENTS_KEEP => None,
            TP_ACCENTS_UNICODE => Some(Accents::Unicode),
            TP_ACCENTS_ASCII => Some(Accents::Ascii),
            other => return Err(unknown_value("accents", other, TP_ACCENTS_ASCII)),
        },
        min_length: options.min_length,
        max_length: options.max_length,
        stemmer,
        has_external_terms: options.external_terms != 0,
        ..TermOptions::default()
    };
    if !stop_list.is_empty() {
        chosen = chosen.with_stop_words(listed(stop_list, stop_words::dropped_by(stop_list))?)?;
    }
    Ok(chosen.with_stop_words(words.into_iter().flatten())?)
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_set_terms(
    analyzer: *mut tp_analyzer,
    options: *const tp_term_options,
) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promise, for all three.
        unsafe {
            let analyzer = borrow(analyzer, "analyzer")?;
            let options = options_of(&options::read(options)?)?;
            Ok(analyzer.engine.set_terms(options)?)
        }
    })
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_pending_terms(
    analyzer: *const tp_analyzer,
    most: usize,
    begin: *mut u64,
    words: *mut FFI_ArrowArray,
) -> tp_status {
    guard(|| {
        let (begin, words) = (out(begin, "begin")?, out(words, "words")?);
        // SAFETY: the caller's promise.
        let analyzer = unsafe { borrow(analyzer, "analyzer")? };
        let (place, copied) = analyzer.engine.pending_terms(most, |words| {
            let (mut bytes, mut offsets) = (Vec::new(), Vec::new());
            reserve(&mut offsets, 1)?;
            offsets.push(0);
            for word in words {
                reserve(&mut bytes, word.len())?;
                reserve(&mut offsets, 1)?;
                bytes.extend_from_slice(word);
                offsets.push(i64::try_from(bytes.len()).expect("less than memory holds"));
            }
            Ok::<_, Error>((bytes, offsets))
        })?;
        let (bytes, offsets) = copied?;
        let array = LargeStringArray::new(OffsetBuffer::new(offsets.into()), bytes.into(), None);
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe {
            begin.write(place);
            words.write(give_array(FFI_ArrowArray::new(&array.to_data())));
        }
        Ok(())
    })
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_give_terms(
    analyzer: *mut tp_analyzer,
    begin: u64,
    terms: *const *const c_char,
    lengths: *const usize,
    count: usize,
) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promise, for all.
        let (analyzer, terms) = unsafe { (borrow(analyzer, "analyzer")?, texts(terms, lengths, count, "terms")?) };
        Ok(analyzer.engine.give_terms(begin, terms.into_iter().map(|term| term.map(str::as_bytes)))?)
    })
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_stop_words(
    name: *const c_char,
    name_length: usize,
    words: *mut FFI_ArrowArray,
) -> tp_status {
    guard(|| {
        let words = out(words, "words")?;
        // SAFETY: the caller's promise.
        let name = unsafe { text(name, name_length, "name")? };
        let array = array_of(listed(name, stop_words::list(name))?.map(whole))?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { words.write(array) };
        Ok(())
    })
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_stop_word_lists(names: *mut FFI_ArrowArray) -> tp_status {
    guard(|| {
        let names = out(names, "names")?;
        let array = array_of(stop_words::names())?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { names.write(array) };
        Ok(())
    })
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_stemmers(names: *mut FFI_ArrowArray) -> tp_status {
    guard(|| {
        let names = out(names, "names")?;
        let array = array_of(Stemmer::languages().map(whole))?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { names.write(array) };
        Ok(())
    })
}
