//! Sums of the values of words.

use crate::error::Result;
use crate::index::TokenRun;
use crate::interner::Interner;
use crate::memory::{list_for, reserve, zeros};

/// The default lexicon: words in lower case, with their values.
const LEXICON: [(&str, i64); 6] =
    [("good", 1), ("great", 1), ("excellent", 1), ("bad", -1), ("terrible", -1), ("awful", -1)];

/// The sum of the values of all tokens, by the default lexicon.
///
/// The lexicon lists terms and the counts are those of types, so the value of a type is that of its term.
pub fn total(terms: &Interner, term_of: &[u32], type_counts: impl Iterator<Item = u64>) -> i64 {
    let values: Vec<(u32, i64)> =
        LEXICON.iter().filter_map(|(word, value)| Some((terms.find(word.as_bytes())?, *value))).collect();
    let value_of = |term: u32| values.iter().find(|(id, _)| *id == term).map_or(0, |(_, value)| *value);
    let signed = |count: u64| i64::try_from(count).expect("fewer than 2^63 tokens");
    term_of.iter().zip(type_counts).map(|(term, count)| value_of(*term) * signed(count)).sum()
}

/// The default lexicon.
pub fn usual() -> impl Iterator<Item = (&'static [u8], f64)> {
    LEXICON.iter().map(|(word, value)| (word.as_bytes(), *value as f64))
}

/// The value of each type by a lexicon of terms; 0 if the lexicon does not list its term.
///
/// # Errors
/// [`OutOfMemory`](crate::Error::OutOfMemory).
pub fn values<'l>(
    lexicon: impl Iterator<Item = (&'l [u8], f64)>,
    terms: &Interner,
    term_of: &[u32],
) -> Result<Vec<f64>> {
    let mut of_terms: Vec<f64> = zeros(terms.len())?;
    for (word, value) in lexicon {
        if let Some(term) = terms.find(word) {
            of_terms[term as usize] = value;
        }
    }
    let mut values = list_for(term_of.len())?;
    // A type may have no term.
    values.extend(term_of.iter().map(|term| of_terms.get(*term as usize).copied().unwrap_or(0.0)));
    Ok(values)
}

/// The sum of the values of all tokens. Adds type by type, in order of first appearance.
pub fn total_of(values: &[f64], type_counts: impl Iterator<Item = u64>) -> f64 {
    values.iter().zip(type_counts).map(|(value, count)| value * count as f64).sum()
}

/// The sum of the values of the tokens of each document. Adds in the order of the text.
///
/// # Errors
/// [`OutOfMemory`](crate::Error::OutOfMemory).
pub fn of_documents<'t>(values: &[f64], runs: impl Iterator<Item = TokenRun<'t>>) -> Result<Vec<f64>> {
    let mut sums = Vec::new();
    for run in runs {
        let mut ids = run.ids();
        let mut sum_from = |start: f64, tokens: u32| {
            ids.by_ref().take(tokens as usize).fold(start, |sum, id| sum + values[id as usize])
        };
        let mut lengths = run.lengths().iter();
        if run.continues()
            && let (Some(sum), Some(tokens)) = (sums.last_mut(), lengths.next())
        {
            *sum = sum_from(*sum, *tokens);
        }
        reserve(&mut sums, lengths.len())?;
        sums.extend(lengths.map(|tokens| sum_from(0.0, *tokens)));
    }
    Ok(sums)
}
