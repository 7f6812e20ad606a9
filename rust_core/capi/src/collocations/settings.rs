//! Options that both kinds of results have.

use engine::association::Measure;
use engine::collocations::{Convention, Within};
use engine::memory::reserve;

use crate::association::{measure_of, tp_measure};
use crate::boundary::pointers::slice;
use crate::error::status::{Failure, TP_ERROR_INVALID_ARGUMENT};

pub type tp_convention = usize;

pub const TP_CONVENTION_EXACT: tp_convention = 0;
pub const TP_CONVENTION_NLTK: tp_convention = 1;
pub const TP_CONVENTION_GENSIM: tp_convention = 2;
pub const TP_CONVENTION_QUANTEDA: tp_convention = 3;

/// The convention of a value.
pub(super) fn convention_of(convention: tp_convention) -> Result<Convention, Failure> {
    match convention {
        TP_CONVENTION_EXACT => Ok(Convention::Exact),
        TP_CONVENTION_NLTK => Ok(Convention::Nltk),
        TP_CONVENTION_GENSIM => Ok(Convention::Gensim),
        TP_CONVENTION_QUANTEDA => Ok(Convention::Quanteda),
        other => Err(Failure::unknown_value("convention", other, TP_CONVENTION_QUANTEDA)),
    }
}

/// The units of options.
pub(super) fn within_of(within_sentences: usize, unwrap: usize) -> Within {
    if within_sentences == 0 { Within::Document } else { Within::Sentence { unwrap: unwrap != 0 } }
}

/// The measures of an array, each once.
///
/// # Safety
/// As for [`slice`].
pub(super) unsafe fn measures_of(measures: *const tp_measure, count: usize) -> Result<Vec<Measure>, Failure> {
    let mut found = Vec::new();
    // SAFETY: the caller's promise.
    for code in unsafe { slice(measures, count, "measures")? } {
        let measure = measure_of(*code)?;
        if found.contains(&measure) {
            let message = format!("the measure {} is listed twice: a column needs a name of its own", measure.name());
            return Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message));
        }
        reserve(&mut found, 1)?;
        found.push(measure);
    }
    Ok(found)
}

/// The codes of groups; None if `codes` is NULL.
///
/// # Safety
/// As for [`slice`].
pub(super) unsafe fn codes_of<'c>(codes: *const u32, count: usize) -> Result<Option<&'c [u32]>, Failure> {
    // SAFETY: the caller's promise.
    let given = unsafe { slice(codes, count, "codes")? };
    Ok((!codes.is_null()).then_some(given))
}
