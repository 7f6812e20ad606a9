//! Terms that occur together, when memory is refused.

use std::ptr::null;

use text_processor::*;

use crate::support::Handle;
use crate::support::refusal::{Owned, alone, documents, refuse_each, status_of, stream};

#[test]
fn collocations_can_be_found_after_memory_was_refused() {
    let _turn = alone();
    // SAFETY: there are no conditions.
    let node = Owned::new(tp_patterns_free, |out| unsafe { tp_patterns_new(TP_PATTERN_BASE_TERMS, out) }).unwrap();
    // SAFETY: the patterns were not freed, and the phrase has the length that is passed.
    assert_eq!(unsafe { tp_patterns_add_phrase(node.handle, null(), 0, c"w*1".as_ptr(), 3) }, TP_OK);
    let measures = [TP_MEASURE_G2, TP_MEASURE_LAMBDA];
    // Some calls make few requests and succeed although one is refused, so only the sum of failures is checked.
    let mut failures = 0;
    // The second text is long enough for two threads.
    for (threads, length, step) in [(1, 10, 1), (2, 20_000, 211)] {
        let handle = Handle::with_threads(threads);
        let texts = documents(30, length);
        let (status, added) = handle.add_all(&texts.iter().map(String::as_bytes).collect::<Vec<_>>());
        assert_eq!((status, added), (TP_OK, 30));
        let codes: Vec<u32> = (0..30).map(|number| number % 7).collect();
        let adjacent = tp_collocation_options {
            struct_size: size_of::<tp_collocation_options>(),
            n: 3,
            measures: measures.as_ptr(),
            measure_count: 2,
            min_count: 2,
            min_documents: 1,
            closes_gaps: 1,
            within_sentences: 1,
            unwrap: 1,
            convention: TP_CONVENTION_EXACT,
            limit: 500,
        };
        let near = tp_collocate_options {
            struct_size: size_of::<tp_collocate_options>(),
            left: 3,
            right: 3,
            measures: measures.as_ptr(),
            measure_count: 2,
            min_count: 1,
            closes_gaps: 0,
            within_sentences: 0,
            unwrap: 0,
            convention: TP_CONVENTION_NLTK,
            limit: 500,
        };
        let plain = tp_collocation_options { n: 2, closes_gaps: 0, within_sentences: 0, ..adjacent };
        let (pointer, codes, number) = (handle.pointer(), codes.as_ptr(), codes.len());
        let count = || handle.number(tp_analyzer_total_words);
        let words = count();
        let is_whole = |(): &()| assert_eq!(count(), words);
        for kind in 0..3 {
            // SAFETY: the handles were not freed, and the codes have this length.
            let open = |out| unsafe {
                match kind {
                    0 => tp_analyzer_collocations(pointer, codes, number, &raw const adjacent, 200, out),
                    1 => tp_analyzer_collocations(pointer, null(), 0, &raw const plain, 200, out),
                    _ => tp_analyzer_collocates(
                        pointer,
                        node.handle,
                        node.handle,
                        codes,
                        number,
                        &raw const near,
                        200,
                        out,
                    ),
                }
            };
            failures += refuse_each(step, || (), |()| status_of(stream(open)), is_whole, is_whole);
        }
    }
    assert!(failures > 0);
}
