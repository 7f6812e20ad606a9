//! Vectorizers: the options for making features of documents, and the known features.

use std::ffi::c_char;
use std::num::NonZero;
use std::sync::Arc;

use arrow_array::Int64Array;
use arrow_array::ffi::FFI_ArrowArray;

use engine::checkpoint::Steps;
use engine::interner::Interner;
use engine::matrix::{Features, Options as EngineOptions, TermKind, Vectorizer};
use engine::memory::list_for;
use engine::terms::accents::Accents;
use engine::tokenizer::Shortest;

use crate::arrow::columns::{StringColumn, export_array};
use crate::boundary::guard::{guard, guard_release};
use crate::boundary::options::{self, Options};
use crate::boundary::pointers::{out, slice};
use crate::boundary::text_args;
use crate::error::status::{Failure, TP_ERROR_INVALID_ARGUMENT, tp_status};
use crate::handles::{Handle, borrow, from_handle, into_handle};
use crate::runtime::fork::Origin;
use crate::runtime::threads::default_threads;
use crate::terms::{TP_ACCENTS_ASCII, TP_ACCENTS_KEEP, TP_ACCENTS_UNICODE, tp_accents};

/// A vectorizer behind its opaque handle. It never changes.
pub struct tp_vectorizer {
    pub(crate) engine: Arc<Vectorizer>,
    origin: Origin,
}

impl Handle for tp_vectorizer {
    fn is_here(&self) -> bool {
        self.origin.is_here(|| true)
    }
}

impl tp_vectorizer {
    pub(crate) fn new(engine: Vectorizer) -> Self {
        Self { engine: Arc::new(engine), origin: Origin::new() }
    }
}

pub type tp_features = usize;

pub const TP_FEATURES_WORDS: tp_features = 0;
pub const TP_FEATURES_ALL_WORDS: tp_features = 1;
pub const TP_FEATURES_CHARACTERS: tp_features = 2;
pub const TP_FEATURES_CHARACTERS_IN_WORDS: tp_features = 3;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tp_vectorizer_options {
    pub struct_size: usize,
    pub threads: usize,
    pub features: tp_features,
    pub ngrams_from: usize,
    pub ngrams_to: usize,
    pub keeps_case: usize,
    pub accents: tp_accents,
    pub stop_words: *const *const c_char,
    pub stop_word_lengths: *const usize,
    pub stop_word_count: usize,
}

// SAFETY: its layout is that of C, its members are integers and pointers, and 0 is the default of each.
unsafe impl Options for tp_vectorizer_options {
    const NAME: &str = "tp_vectorizer_options";
}

/// The minimum and maximum number of terms of a feature. 0 stands for the default.
pub(crate) fn ngrams(from: usize, to: usize) -> Result<(usize, usize), Failure> {
    let from = from.max(1);
    let to = if to == 0 { from } else { to };
    if from > to {
        let message = format!("`ngrams_to` is {to}: it must not be less than `ngrams_from`, which is {from}");
        return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message));
    }
    Ok((from, to))
}

impl tp_vectorizer_options {
    /// # Safety
    /// The stop words and their lengths are as the header requires.
    unsafe fn read(&self) -> Result<EngineOptions, Failure> {
        let analyzer = match self.features {
            TP_FEATURES_WORDS => TermKind::Words(Shortest::Two),
            TP_FEATURES_ALL_WORDS => TermKind::Words(Shortest::One),
            TP_FEATURES_CHARACTERS => TermKind::Characters,
            TP_FEATURES_CHARACTERS_IN_WORDS => TermKind::CharactersInWords,
            other => return Err(Failure::unknown_value("features", other, TP_FEATURES_CHARACTERS_IN_WORDS)),
        };
        let accents = match self.accents {
            TP_ACCENTS_KEEP => None,
            TP_ACCENTS_UNICODE => Some(Accents::Unicode),
            TP_ACCENTS_ASCII => Some(Accents::Ascii),
            other => return Err(Failure::unknown_value("accents", other, TP_ACCENTS_ASCII)),
        };
        let ngrams = ngrams(self.ngrams_from, self.ngrams_to)?;
        // SAFETY: the caller's promise.
        let words = unsafe {
            text_args::optional_texts(self.stop_words, self.stop_word_lengths, self.stop_word_count, "stop_words")?
        };
        let mut stop_words = Interner::default();
        for word in words.into_iter().flatten().filter(|word| !word.is_empty()) {
            stop_words.intern(word.as_bytes())?;
        }
        let threads = NonZero::new(self.threads).map_or_else(default_threads, Ok)?.get();
        Ok(EngineOptions { analyzer, ngrams, lowercase: self.keeps_case == 0, accents, stop_words, threads })
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_vectorizer_new(
    options: *const tp_vectorizer_options,
    vectorizer: *mut *mut tp_vectorizer,
) -> tp_status {
    guard(|| {
        let vectorizer = out(vectorizer, "vectorizer")?;
        // SAFETY: the caller's promise, for both.
        let options = unsafe { options::read(options)?.read()? };
        let new = tp_vectorizer::new(Vectorizer { options, features: Features::default() });
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { vectorizer.write(into_handle(new)) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_vectorizer_free(vectorizer: *mut tp_vectorizer) {
    guard_release(|| {
        // SAFETY: the caller's promise.
        drop(unsafe { from_handle(vectorizer, "vectorizer")? });
        Ok(())
    });
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_vectorizer_with_terms(
    vectorizer: *const tp_vectorizer,
    terms: *const *const c_char,
    lengths: *const usize,
    count: usize,
    fixed: *mut *mut tp_vectorizer,
) -> tp_status {
    guard(|| {
        let fixed = out(fixed, "fixed")?;
        // SAFETY: the caller's promise, for all three.
        let (vectorizer, terms) =
            unsafe { (borrow(vectorizer, "vectorizer")?, text_args::texts(terms, lengths, count, "terms")?) };
        let mut engine = vectorizer.engine.without_features()?;
        for (place, term) in terms.enumerate() {
            let here = |failure| Failure { document: Some(place), ..failure };
            let term = text_args::check_utf8(term?, "terms[i]").map_err(here)?;
            if !engine.add(term)? {
                let message = format!("the term {term:?} occurs twice");
                return Err(here(Failure::new(TP_ERROR_INVALID_ARGUMENT, message)));
            }
        }
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { fixed.write(into_handle(tp_vectorizer::new(engine))) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_vectorizer_merge(
    vectorizers: *const *const tp_vectorizer,
    count: usize,
    merged: *mut *mut tp_vectorizer,
    columns: *mut FFI_ArrowArray,
) -> tp_status {
    guard(|| {
        let (merged, columns) = (out(merged, "merged")?, out(columns, "columns")?);
        // SAFETY: the caller's promise.
        let vectorizers = unsafe { slice(vectorizers, count, "vectorizers")? };
        let mut engines: Vec<Arc<Vectorizer>> = list_for(count)?;
        for vectorizer in vectorizers {
            // SAFETY: the caller's promise.
            engines.push(Arc::clone(&unsafe { borrow(*vectorizer, "vectorizers[i]")? }.engine));
        }
        let Some(first) = engines.first() else {
            return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, "`count` is 0: there must be a vectorizer"));
        };
        let terms = first.options.analyzer;
        if let Some(place) = engines.iter().position(|other| other.options.analyzer != terms) {
            let message = format!("the vectorizers 0 and {place} have different `features`");
            return Err(Failure { document: Some(place), ..Failure::new(TP_ERROR_INVALID_ARGUMENT, message) });
        }
        let (all, new_columns) = Vectorizer::union(&engines)?;
        let mut signed = list_for(new_columns.iter().map(Vec::len).sum())?;
        signed.extend(new_columns.into_iter().flatten().map(i64::from));
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe {
            columns.write(export_array(&Int64Array::from(signed)));
            merged.write(into_handle(tp_vectorizer::new(all)));
        }
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_vectorizer_term_count(vectorizer: *const tp_vectorizer, count: *mut u64) -> tp_status {
    guard(|| {
        let count = out(count, "count")?;
        // SAFETY: the caller's promise; the out-parameter is not NULL.
        unsafe { count.write(borrow(vectorizer, "vectorizer")?.engine.features.len() as u64) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_vectorizer_find(
    vectorizer: *const tp_vectorizer,
    term: *const c_char,
    length: usize,
    id: *mut i64,
) -> tp_status {
    guard(|| {
        let id = out(id, "id")?;
        // SAFETY: the caller's promise, for both.
        let (vectorizer, term) =
            unsafe { (borrow(vectorizer, "vectorizer")?, text_args::utf8_text(term, length, "term")?) };
        let found = vectorizer.engine.find(term).map_or(-1, i64::from);
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { id.write(found) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_vectorizer_terms(
    vectorizer: *const tp_vectorizer,
    terms: *mut FFI_ArrowArray,
) -> tp_status {
    guard(|| {
        let terms = out(terms, "terms")?;
        // SAFETY: the caller's promise.
        let engine = &unsafe { borrow(vectorizer, "vectorizer")? }.engine;
        let number = engine.features.len();
        let mut names = StringColumn::<i64>::with_capacity(number)?;
        let mut steps = Steps::begin();
        for feature in (0..).take(number) {
            names.push_with(|bytes| engine.name(feature, bytes))?;
            steps.did(1)?;
        }
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { terms.write(export_array(&names.finish())) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_vectorizer_first_seen_order(
    vectorizer: *const tp_vectorizer,
    ids: *mut FFI_ArrowArray,
) -> tp_status {
    guard(|| {
        let ids = out(ids, "ids")?;
        // SAFETY: the caller's promise.
        let features = &unsafe { borrow(vectorizer, "vectorizer")? }.engine.features;
        let mut steps = Steps::begin();
        let appearance = features.appearance(&mut steps)?;
        let mut signed = list_for(appearance.len())?;
        steps.extend(&mut signed, appearance.into_iter().map(i64::from))?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { ids.write(export_array(&Int64Array::from(signed))) };
        Ok(())
    })
}
