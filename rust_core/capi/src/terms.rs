//! Terms: how words are normalized.

use std::ffi::c_char;

use arrow_array::ffi::FFI_ArrowArray;

use engine::Error;
use engine::memory::reserve;
use engine::terms::TermOptions;
use engine::terms::accents::Accents;
use engine::terms::normal_forms::NormalForm;
use engine::terms::options::Case;
use engine::terms::stemming::Stemmer;
use engine::terms::stop_words;

use crate::analyzer::tp_analyzer;
use crate::arrow::columns::{StringColumn, export_array};
use crate::boundary::guard::guard;
use crate::boundary::options::{self, Options};
use crate::boundary::pointers::out;
use crate::boundary::text_args::{optional_texts, utf8_text};
use crate::error::status::{Failure, TP_ERROR_INVALID_ARGUMENT, tp_status};
use crate::handles::borrow;

pub type tp_normal_form = usize;

pub const TP_NORMAL_FORM_KEEP: tp_normal_form = 0;
pub const TP_NORMAL_FORM_NFC: tp_normal_form = 1;
pub const TP_NORMAL_FORM_NFKC: tp_normal_form = 2;

pub type tp_letter_case = usize;

pub const TP_CASE_LOWER: tp_letter_case = 0;
pub const TP_CASE_FOLD: tp_letter_case = 1;
pub const TP_CASE_KEEP: tp_letter_case = 2;

pub type tp_accents = usize;

pub const TP_ACCENTS_KEEP: tp_accents = 0;
pub const TP_ACCENTS_UNICODE: tp_accents = 1;
pub const TP_ACCENTS_ASCII: tp_accents = 2;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tp_term_options {
    pub struct_size: usize,
    pub normal_form: tp_normal_form,
    pub letter_case: tp_letter_case,
    pub accents: tp_accents,
    pub min_length: usize,
    pub max_length: usize,
    pub stop_list: *const c_char,
    pub stop_list_length: usize,
    pub stop_words: *const *const c_char,
    pub stop_word_lengths: *const usize,
    pub stop_word_count: usize,
    pub stemmer: *const c_char,
    pub stemmer_length: usize,
    pub external_terms: usize,
}

// SAFETY: its layout is that of C, its members are integers and pointers, and 0 is the default of each.
unsafe impl Options for tp_term_options {
    const NAME: &str = "tp_term_options";
}

fn unknown(what: &str, name: &str, names: &str) -> Failure {
    let message = format!("there is no {what} with the name {name:?}; there are {names}");
    Failure::new(TP_ERROR_INVALID_ARGUMENT, message)
}

/// Joins names, each in two parts, with commas between the names.
fn joined(names: impl Iterator<Item = [&'static str; 2]>) -> Result<String, Error> {
    let mut joined = Vec::new();
    for [first, second] in names {
        let between = if joined.is_empty() { "" } else { ", " };
        reserve(&mut joined, between.len() + first.len() + second.len())?;
        for part in [between, first, second] {
            joined.extend_from_slice(part.as_bytes());
        }
    }
    Ok(String::from_utf8(joined).expect("it consists of strings"))
}

/// The stop words of a list, or a failure if `words` is `None` because the list is not known.
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
    let mut column = StringColumn::<i64>::with_capacity(0)?;
    for parts in names {
        column.push_with(|bytes| {
            reserve(bytes, parts.iter().map(|part| part.len()).sum())?;
            parts.iter().for_each(|part| bytes.extend_from_slice(part.as_bytes()));
            Ok(())
        })?;
    }
    Ok(export_array(&column.finish()))
}

/// The options of the engine for those of C.
///
/// # Safety
/// The pointers in the options are as the header requires.
unsafe fn options_of(options: &tp_term_options) -> Result<TermOptions, Failure> {
    // SAFETY: the caller's promise, for all three.
    let (stop_list, words, stemmer) = unsafe {
        (
            utf8_text(options.stop_list, options.stop_list_length, "stop_list")?,
            optional_texts(options.stop_words, options.stop_word_lengths, options.stop_word_count, "stop_words")?,
            utf8_text(options.stemmer, options.stemmer_length, "stemmer")?,
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
            other => return Err(Failure::unknown_value("normal_form", other, TP_NORMAL_FORM_NFKC)),
        },
        case: match options.letter_case {
            TP_CASE_LOWER => Case::Lower,
            TP_CASE_FOLD => Case::Folded,
            TP_CASE_KEEP => Case::Kept,
            other => return Err(Failure::unknown_value("letter_case", other, TP_CASE_KEEP)),
        },
        accents: match options.accents {
            TP_ACCENTS_KEEP => None,
            TP_ACCENTS_UNICODE => Some(Accents::Unicode),
            TP_ACCENTS_ASCII => Some(Accents::Ascii),
            other => return Err(Failure::unknown_value("accents", other, TP_ACCENTS_ASCII)),
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
            analyzer.engine.set_terms(options);
            Ok(())
        }
    })
}

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
            let mut column = StringColumn::<i64>::with_capacity(0)?;
            for word in words {
                column.push(word)?;
            }
            Ok::<_, Error>(column)
        })?;
        let array = copied?.finish();
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe {
            begin.write(place);
            words.write(export_array(&array));
        }
        Ok(())
    })
}

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
        let (analyzer, terms) =
            unsafe { (borrow(analyzer, "analyzer")?, optional_texts(terms, lengths, count, "terms")?) };
        Ok(analyzer.engine.give_terms(begin, terms.into_iter().map(|term| term.map(str::as_bytes)))?)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_stop_words(
    name: *const c_char,
    name_length: usize,
    words: *mut FFI_ArrowArray,
) -> tp_status {
    guard(|| {
        let words = out(words, "words")?;
        // SAFETY: the caller's promise.
        let name = unsafe { utf8_text(name, name_length, "name")? };
        let array = array_of(listed(name, stop_words::list(name))?.map(whole))?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { words.write(array) };
        Ok(())
    })
}

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
