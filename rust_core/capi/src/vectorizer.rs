//! Vectorizers: how documents become features, and which ones are known.

use std::ffi::c_char;
use std::num::NonZero;
use std::sync::Arc;

use arrow_array::ffi::FFI_ArrowArray;
use arrow_array::{Array, Int64Array, LargeStringArray};
use arrow_buffer::OffsetBuffer;

use engine::interner::Interner;
use engine::matrix::{Features, Options as EngineOptions, TermKind, Vectorizer};
use engine::memory::{list_for, reserve};
use engine::terms::accents::Accents;
use engine::tokenizer::Shortest;

use crate::border::{guard, guard_release, out, slice};
use crate::fork::Origin;
use crate::handles::{Handle, borrow, give, give_array, take};
use crate::options::{self, Options};
use crate::status::{Failure, TP_ERROR_INVALID_ARGUMENT, tp_status};
use crate::terms::{TP_ACCENTS_ASCII, TP_ACCENTS_KEEP, TP_ACCENTS_UNICODE, texts, tp_accents};
use crate::threads::default_threads;

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

/// What the terms of features are.
pub type tp_features = usize;

/// See the header.
pub const TP_FEATURES_WORDS: tp_features = 0;
/// See the header.
pub const TP_FEATURES_ALL_WORDS: tp_features = 1;
/// See the header.
pub const TP_FEATURES_CHARACTERS: tp_features = 2;
/// See the header.
pub const TP_FEATURES_CHARACTERS_IN_WORDS: tp_features = 3;

/// See the header.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tp_vectorizer_options {
    /// The size of the structure as its user knows it.
    pub struct_size: usize,
    /// The number of threads; 0 for the default.
    pub threads: usize,
    /// What features are made of.
    pub features: tp_features,
    /// The least number of terms in a feature; 0 for 1.
    pub ngrams_from: usize,
    /// The greatest; 0 for the least.
    pub ngrams_to: usize,
    /// Not 0: text is not brought into lower case.
    pub keeps_case: usize,
    /// What becomes of accents.
    pub accents: tp_accents,
    /// Words to skip.
    pub stop_words: *const *const c_char,
    /// Their lengths.
    pub stop_word_lengths: *const usize,
    /// Their number.
    pub stop_word_count: usize,
}

// SAFETY: it is laid out as in C, of integers and a raw pointer; its members say what 0 stands for.
unsafe impl Options for tp_vectorizer_options {
    const NAME: &str = "tp_vectorizer_options";
}

fn unknown(option: &str, value: usize) -> Failure {
    Failure::new(TP_ERROR_INVALID_ARGUMENT, format!("the option `{option}` has no meaning for {value}"))
}

fn text<'t>(text: &'t [u8], what: &str) -> Result<&'t str, Failure> {
    str::from_utf8(text).map_err(|error| {
        let failure: Failure = engine::Error::InvalidUtf8 { offset: error.valid_up_to() }.into();
        Failure { message: format!("{what}: {}", failure.message), ..failure }
    })
}

impl tp_vectorizer_options {
    /// # Safety
    /// The stop words are valid for reads of their length.
    unsafe fn read(&self) -> Result<EngineOptions, Failure> {
        let analyzer = match self.features {
            TP_FEATURES_WORDS => TermKind::Words(Shortest::Two),
            TP_FEATURES_ALL_WORDS => TermKind::Words(Shortest::One),
            TP_FEATURES_CHARACTERS => TermKind::Characters,
            TP_FEATURES_CHARACTERS_IN_WORDS => TermKind::CharactersInWords,
            other => return Err(unknown("features", other)),
        };
        let accents = match self.accents {
            TP_ACCENTS_KEEP => None,
            TP_ACCENTS_UNICODE => Some(Accents::Unicode),
            TP_ACCENTS_ASCII => Some(Accents::Ascii),
            other => return Err(unknown("accents", other)),
        };
        let from = self.ngrams_from.max(1);
        let to = if self.ngrams_to == 0 { from } else { self.ngrams_to };
        if from > to {
            return Err(unknown("ngrams_to", to));
        }
        // SAFETY: the caller's promise.
        let words = unsafe { texts(self.stop_words, self.stop_word_lengths, self.stop_word_count, "stop_words")? };
        let mut stop_words = Interner::default();
        for word in words.into_iter().flatten().filter(|word| !word.is_empty()) {
            stop_words.intern(word.as_bytes())?;
        }
        let threads = NonZero::new(self.threads).map_or_else(default_threads, Ok)?.get();
        Ok(EngineOptions {
            analyzer,
            ngrams: (from, to),
            lowercase: self.keeps_case == 0,
            accents,
            stop_words,
            threads,
        })
    }
}

/// See the header.
///
/// # Safety
/// As the header says.
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
        unsafe { vectorizer.write(give(new)) };
        Ok(())
    })
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_vectorizer_free(vectorizer: *mut tp_vectorizer) {
    guard_release(|| {
        // SAFETY: the caller's promise.
        drop(unsafe { take(vectorizer, "vectorizer")? });
        Ok(())
    });
}

/// See the header.
///
/// # Safety
/// As the header says.
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
        let (vectorizer, terms, lengths) = unsafe {
            (borrow(vectorizer, "vectorizer")?, slice(terms, count, "terms")?, slice(lengths, count, "lengths")?)
        };
        let mut engine = vectorizer.engine.without_features()?;
        for (place, (term, length)) in terms.iter().zip(lengths).enumerate() {
            // SAFETY: each term is valid for reads of its length, by the caller's promise.
            let term = unsafe { slice(term.cast::<u8>(), *length, "terms[i]")? };
            let here = |failure| Failure { document: Some(place), ..failure };
            let term = text(term, "a term").map_err(here)?;
            if !engine.add(term)? {
                let message = format!("the term {term:?} stands twice");
                return Err(here(Failure::new(TP_ERROR_INVALID_ARGUMENT, message)));
            }
        }
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { fixed.write(give(tp_vectorizer::new(engine))) };
        Ok(())
    })
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_vectorizer_term_count(vectorizer: *const tp_vectorizer, count: *mut u64) -> tp_status {
    guard(|| {
        let count = out(count, "count")?;
        // SAFETY: the caller's promise; the out-parameter is not NULL.
        unsafe { count.write(borrow(vectorizer, "vectorizer")?.engine.features.len() as u64) };
        Ok(())
    })
}

/// See the header.
///
/// # Safety
/// As the header says.
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
            unsafe { (borrow(vectorizer, "vectorizer")?, slice(term.cast::<u8>(), length, "term")?) };
        let found = vectorizer.engine.find(text(term, "the term")?).map_or(-1, i64::from);
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { id.write(found) };
        Ok(())
    })
}

/// See the header.
///
/// # Safety
/// As the header says.
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
        let (mut names, mut offsets) = (Vec::new(), list_for(number + 1)?);
        offsets.push(0);
        for feature in (0..).take(number) {
            engine.name(feature, &mut names)?;
            reserve(&mut offsets, 1)?;
            offsets.push(i64::try_from(names.len()).expect("no more than memory has bytes"));
        }
        // SAFETY: terms are cut from UTF-8 at borders of characters, and the offsets are where names end.
        let array = unsafe { LargeStringArray::new_unchecked(OffsetBuffer::new(offsets.into()), names.into(), None) };
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { terms.write(give_array(FFI_ArrowArray::new(&array.to_data()))) };
        Ok(())
    })
}

/// See the header.
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_vectorizer_first_seen_order(
    vectorizer: *const tp_vectorizer,
    ids: *mut FFI_ArrowArray,
) -> tp_status {
    guard(|| {
        let ids = out(ids, "ids")?;
        // SAFETY: the caller's promise.
        let appearance = unsafe { borrow(vectorizer, "vectorizer")? }.engine.features.appearance()?;
        let mut signed = list_for(appearance.len())?;
        signed.extend(appearance.into_iter().map(i64::from));
        let array = Int64Array::from(signed);
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { ids.write(give_array(FFI_ArrowArray::new(&array.to_data()))) };
        Ok(())
    })
}
