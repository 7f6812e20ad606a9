//! Sentiment by a lexicon of words.

use crate::interner::Interner;

/// The words that count, in lower case, and what each is worth.
const LEXICON: [(&str, i64); 6] =
    [("good", 1), ("great", 1), ("excellent", 1), ("bad", -1), ("terrible", -1), ("awful", -1)];

/// The sum of the values of all tokens.
///
/// The lexicon holds terms and the counts are those of types, so a type is worth what its term is.
pub fn total(terms: &Interner, term_of: &[u32], type_counts: impl Iterator<Item = u64>) -> i64 {
    let values: Vec<(u32, i64)> =
        LEXICON.iter().filter_map(|(word, value)| Some((terms.find(word.as_bytes())?, *value))).collect();
    let value_of = |term: u32| values.iter().find(|(id, _)| *id == term).map_or(0, |(_, value)| *value);
    let signed = |count: u64| i64::try_from(count).expect("fewer tokens than that");
    term_of.iter().zip(type_counts).map(|(term, count)| value_of(*term) * signed(count)).sum()
}
