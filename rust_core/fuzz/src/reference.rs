//! The answers that the library must give, computed in the simplest way.

use std::cmp::Reverse;
use std::collections::HashMap;

/// The rows of a stream: a text and a number.
pub type Rows = Vec<(String, u64)>;

/// The characters that `str.split()` of Python splits at.
pub const WHITESPACE: &str = "\t\n\u{b}\u{c}\r\u{1c}\u{1d}\u{1e}\u{1f} \u{85}\u{a0}\u{1680}\u{2000}\u{2001}\u{2002}\
    \u{2003}\u{2004}\u{2005}\u{2006}\u{2007}\u{2008}\u{2009}\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}";

/// Whether `str.split()` of Python splits at a character.
pub fn is_whitespace(character: char) -> bool {
    WHITESPACE.contains(character)
}

/// The words of a text.
pub fn words(text: &str) -> Vec<&str> {
    text.split(is_whitespace).filter(|word| !word.is_empty()).collect()
}

/// The terms of a text that have at least `min_length` characters.
pub fn terms(text: &str, min_length: usize) -> Vec<String> {
    let is_long = |term: &String| term.chars().count() >= min_length;
    words(text).into_iter().map(str::to_lowercase).filter(is_long).collect()
}

/// Terms in order of first appearance, and how often each occurs.
pub fn frequencies(documents: &[String]) -> Rows {
    counted(documents.iter().flat_map(|text| terms(text, 0)))
}

/// Distinct strings in order of first appearance, and how often each occurs.
pub fn counted(all: impl Iterator<Item = String>) -> Rows {
    let (mut rows, mut places) = (Rows::new(), HashMap::new());
    for term in all {
        let place = *places.entry(term.clone()).or_insert_with(|| {
            rows.push((term, 0));
            rows.len() - 1
        });
        rows[place].1 += 1;
    }
    rows
}

/// Terms and how often each occurs, sorted by frequency, then by first appearance.
pub fn top(documents: &[String]) -> Rows {
    ranked(frequencies(documents))
}

/// Rows sorted by their counts, largest first.
pub fn ranked(mut rows: Rows) -> Rows {
    rows.sort_by_key(|(_, count)| Reverse(*count));
    rows
}

/// The n-grams of the terms of a document that skip at most `skip` terms, sorted by the places of their terms.
pub fn ngrams(terms: &[String], n: usize, skip: usize) -> Vec<String> {
    fn longer(terms: &[String], begun: &str, n: usize, skip: usize, all: &mut Vec<String>) {
        if n == 0 {
            all.push(begun.to_owned());
            return;
        }
        for (left_out, next) in terms.iter().enumerate().take(skip + 1) {
            longer(&terms[left_out + 1..], &format!("{begun} {next}"), n - 1, skip - left_out, all);
        }
    }
    let mut all = Vec::new();
    for (place, first) in terms.iter().enumerate() {
        longer(&terms[place + 1..], first, n - 1, skip, &mut all);
    }
    all
}
