//! Long calls that find collocations, compare documents, and search for patterns.

use std::ptr;

use text_processor::*;

use super::call::{Calls, read, unchecked};
use super::data::Data;
use crate::support::Handle;

/// Adds the calls that find terms which occur together.
pub fn add_collocations<'d>(calls: &mut Calls<'d>, data: &'d Data) {
    let (terms, lines) = (data.terms.pointer(), data.grouped.pointer());
    let (codes, number) = (data.codes.as_ptr(), data.codes.len());
    let measures = &[TP_MEASURE_LAMBDA];
    let adjacent = tp_collocation_options {
        struct_size: size_of::<tp_collocation_options>(),
        n: 3,
        measures: measures.as_ptr(),
        measure_count: 1,
        min_count: 1,
        min_documents: 1,
        closes_gaps: 0,
        within_sentences: 0,
        unwrap: 0,
        convention: TP_CONVENTION_EXACT,
        limit: 0,
    };
    let near = tp_collocate_options {
        struct_size: size_of::<tp_collocate_options>(),
        left: 2,
        right: 2,
        measures: measures.as_ptr(),
        measure_count: 1,
        min_count: 1,
        closes_gaps: 0,
        within_sentences: 0,
        unwrap: 0,
        convention: TP_CONVENTION_EXACT,
        limit: 0,
    };
    // SAFETY: the handles, the codes and the patterns are valid for the call.
    unsafe {
        calls.add("tp_analyzer_collocations", 10 << 17, move || {
            read(|out| tp_analyzer_collocations(terms, ptr::null(), 0, &raw const adjacent, 0, out))
        });
        calls.add("tp_analyzer_collocates", 3 << 18, move || {
            let node = unchecked(|| patterns(TP_PATTERN_BASE_TERMS, "*7"));
            let (options, none) = (&raw const near, ptr::null());
            read(|out| tp_analyzer_collocates(lines, node.pointer(), none, codes, number, options, 0, out))
        });
    }
}

/// Adds the calls for keyness and dispersion.
pub fn add_comparisons<'d>(calls: &mut Calls<'d>, data: &'d Data) {
    let (lines, codes, sides) = (data.grouped.pointer(), data.codes.as_ptr(), data.sides.as_ptr());
    let (number, none) = (data.codes.len(), ptr::null());
    // SAFETY: the handle and the codes are valid for the call.
    unsafe {
        calls.add("tp_analyzer_keyness", 4 << 18, move || {
            read(|out| tp_analyzer_keyness(lines, sides, number, none, ptr::null(), 0, ptr::null(), 0, out))
        });
        calls.add("tp_analyzer_grouped_keyness", 4 << 18, move || {
            read(|out| tp_analyzer_grouped_keyness(lines, sides, number, ptr::null(), 0, out))
        });
        calls.add("tp_analyzer_dispersion", 4 << 18, move || {
            read(|out| tp_analyzer_dispersion(lines, codes, number, ptr::null(), 0, out))
        });
    }
}

/// Adds the calls that search for patterns.
pub fn add_concordances<'d>(calls: &mut Calls<'d>, data: &'d Data) {
    let (long, short) = (patterns(TP_PATTERN_BASE_TOKENS, "*1"), patterns(TP_PATTERN_BASE_TERMS, "end of"));
    let handle = Handle::with_documents(&[&data.text]);
    handle.update(0);
    let terms = data.terms.pointer();
    // SAFETY: the handles and patterns are valid for the call.
    unsafe {
        calls.add("tp_analyzer_concordance", 1 << 19, move || {
            read(|out| tp_analyzer_concordance(terms, long.pointer(), ptr::null(), 0, out))
        });
        calls.add("tp_analyzer_count_matches", 10 << 15, move || {
            let (analyzer, codes) = (handle.pointer(), ptr::null());
            read(|out| tp_analyzer_count_matches(analyzer, short.pointer(), ptr::null(), codes, 0, 0, out))
        });
    }
}

/// Patterns, which are freed at the end.
struct OwnedPatterns(*mut tp_patterns);

impl OwnedPatterns {
    /// A closure that calls this function captures the patterns. A closure that reads the member captures a pointer.
    fn pointer(&self) -> *mut tp_patterns {
        self.0
    }
}

impl Drop for OwnedPatterns {
    fn drop(&mut self) {
        // SAFETY: the handle is freed only once.
        unsafe { tp_patterns_free(self.0) }
    }
}

/// Returns patterns with one phrase.
fn patterns(base: tp_pattern_base, phrase: &str) -> OwnedPatterns {
    let mut made = ptr::null_mut();
    // SAFETY: the out-parameter is valid, and the phrase has the length that is passed.
    unsafe {
        assert_eq!(tp_patterns_new(base, &raw mut made), TP_OK);
        assert_eq!(tp_patterns_add_phrase(made, ptr::null(), 0, phrase.as_ptr().cast(), phrase.len()), TP_OK);
    }
    OwnedPatterns(made)
}
