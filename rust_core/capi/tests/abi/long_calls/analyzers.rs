//! Long calls that query an analyzer, count by group, or choose documents.

use std::ptr;

use text_processor::*;

use super::call::{Calls, UNITS_PER_STEP, array, read, unchecked};
use super::data::Data;
use crate::support::Handle;

/// Adds the queries of an analyzer.
pub fn add_queries<'d>(calls: &mut Calls<'d>, data: &'d Data) {
    let (words, terms) = (data.words.pointer(), data.terms.pointer());
    // The number of 3-grams that skip at most 20 words: 231 at each word, each of 3 terms.
    let ngrams = 2000 * 231 * 3;
    // SAFETY: the handles are valid for the call.
    unsafe {
        calls.add("tp_analyzer_ngrams", ngrams, move || read(|out| tp_analyzer_ngrams(words, 3, 20, 0, out)));
        calls.add("tp_analyzer_ngrams", 0, move || read(|out| tp_analyzer_ngrams(words, 8, 12, 0, out)));
        calls.add("tp_analyzer_top_ngrams", ngrams, move || read(|out| tp_analyzer_top_ngrams(words, 3, 20, 0, out)));
        calls.add("tp_analyzer_top_ngrams", 1000 * 1000, move || {
            read(|out| tp_analyzer_top_ngrams(words, 1000, 0, 0, out))
        });
        calls.add("tp_analyzer_term_frequencies", 1 << 18, move || {
            read(|out| tp_analyzer_term_frequencies(terms, 0, out))
        });
        calls.add("tp_analyzer_top_terms", 3 << 18, move || read(|out| tp_analyzer_top_terms(terms, 0, out)));
        // The call looks at the clock at least once while it writes the words, their places, the text and its tokens.
        calls.add("tp_analyzer_to_ipc", 3 * UNITS_PER_STEP, move || {
            array(|out| tp_analyzer_to_ipc(terms, ptr::null(), out))
        });
        let path = std::env::temp_dir().join(format!("text_processor-long-{}", std::process::id()));
        calls.add("tp_analyzer_save", 3 * UNITS_PER_STEP, move || {
            let name = path.as_os_str().as_encoded_bytes();
            let status = tp_analyzer_save(terms, ptr::null(), name.as_ptr().cast(), name.len());
            assert_eq!(std::fs::remove_file(&path).is_ok(), status == TP_OK);
            status
        });
    }
}

/// Adds the calls for groups of documents.
pub fn add_groups<'d>(calls: &mut Calls<'d>, data: &'d Data) {
    let (lines, codes, number, order) =
        (data.grouped.pointer(), data.codes.as_ptr(), data.codes.len(), TP_ORDER_FREQUENCY);
    // SAFETY: the handle and the codes are valid for the call.
    unsafe {
        calls.add("tp_analyzer_grouped_terms", 4 << 18, move || {
            read(|out| tp_analyzer_grouped_terms(lines, codes, number, order, 0, 0, out))
        });
        calls.add("tp_analyzer_grouped_ngrams", 4 << 17, move || {
            read(|out| tp_analyzer_grouped_ngrams(lines, codes, number, 2, 0, order, 0, 0, out))
        });
        calls.add("tp_analyzer_grouped_statistics", 3 << 17, move || {
            read(|out| tp_analyzer_grouped_statistics(lines, codes, number, 1 << 9, out))
        });
    }
}

/// Adds the calls that choose documents and merge analyzers.
pub fn add_selections<'d>(calls: &mut Calls<'d>, data: &'d Data) {
    let (lines, numbers) = (&data.short_lines, &data.numbers[..]);
    let copy = || unchecked(|| Handle::of_chosen(**lines, numbers).unwrap());
    let units = 30 * numbers.len();
    calls.add("tp_analyzer_choose", units, move || Handle::of_chosen(**lines, numbers).err().unwrap_or(TP_OK));
    calls.add("tp_analyzer_keep", units, move || copy().keep(numbers));
    calls.add("tp_analyzer_merge", 0, move || copy().merge(**lines));
    // The texts of chosen documents are copied when they are read for the first time.
    calls.add("tp_analyzer_documents", units / 2, move || {
        let chosen = copy();
        // SAFETY: the handle is valid for the call.
        read(|out| unsafe { tp_analyzer_documents(chosen.pointer(), 0, out) })
    });
}
