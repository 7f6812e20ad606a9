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
use crate::handles::{borrow, give_array, give_string};
use crate::options::{self, Options};
use crate::status::{Failure, TP_ERROR_INVALID_ARGUMENT, tp_status};

/// See the header.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tp_term_options {
    /// The size of the structure as its user knows it.
    pub struct_size: usize,
    /// The normal form of Unicode.
    pub normal_form: usize,
    /// What becomes of upper case.
    pub letter_case: usize,
    /// What becomes of accents.
    pub accents: usize,
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
    /// Not 0: the terms are given.
    pub given: usize,
}

// SAFETY: it is laid out as in C, of integers and pointers; its members say what 0 stands for.
unsafe impl Options for tp_term_options {
    const NAME: &str = "tp_term_options";
}

/// Which of some values a number stands for.
fn choice<T: Copy>(values: &[T], number: usize, argument: &str) -> Result<T, Failure> {
    let wrong = || {
        let message = format!("`{argument}` is {number}: it is a number from 0 to {}", values.len() - 1);
        Failure::new(TP_ERROR_INVALID_ARGUMENT, message)
    };
    values.get(number).copied().ok_or_else(wrong)
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
unsafe fn texts<'a>(
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

/// Names, each in two parts, with something between them, and room for one byte more.
fn joined(names: impl Iterator<Item = [&'static str; 2]>, separator: &str) -> Result<String, Error> {
    let mut joined = Vec::new();
    for [first, second] in names {
        let between = if joined.is_empty() { "" } else { separator };
        reserve(&mut joined, between.len() + first.len() + second.len() + 1)?;
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
        None => Err(unknown("list of stop words", name, &joined(stop_words::names(), ", ")?)),
    }
}

fn whole(name: &'static str) -> [&'static str; 2] {
    ["", name]
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
            None => return Err(unknown("stemmer", name, &joined(Stemmer::languages().map(whole), ", ")?)),
        },
    };
    let mut chosen = TermOptions {
        normal_form: choice(
            &[None, Some(NormalForm::Nfc), Some(NormalForm::Nfkc)],
            options.normal_form,
            "normal_form",
        )?,
        case: choice(&[Case::Lower, Case::Folded, Case::Kept], options.letter_case, "letter_case")?,
        accents: choice(&[None, Some(Accents::Unicode), Some(Accents::Ascii)], options.accents, "accents")?,
        min_length: options.min_length,
        max_length: options.max_length,
        stemmer,
        has_external_terms: options.given != 0,
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
    words: *mut *mut c_char,
    words_length: *mut usize,
) -> tp_status {
    guard(|| {
        let (words, words_length) = (out(words, "words")?, out(words_length, "words_length")?);
        // SAFETY: the caller's promise.
        let found = match unsafe { text(name, name_length, "name")? } {
            "" => joined(stop_words::names(), "\n")?,
            name => joined(listed(name, stop_words::list(name))?.map(whole), "\n")?,
        };
        let (string, length) = give_string(found.into_bytes());
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe {
            words.write(string);
            words_length.write(length);
        }
        Ok(())
    })
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_stemmers(names: *mut *mut c_char, names_length: *mut usize) -> tp_status {
    guard(|| {
        let (names, names_length) = (out(names, "names")?, out(names_length, "names_length")?);
        let (string, length) = give_string(joined(Stemmer::languages().map(whole), "\n")?.into_bytes());
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe {
            names.write(string);
            names_length.write(length);
        }
        Ok(())
    })
}
