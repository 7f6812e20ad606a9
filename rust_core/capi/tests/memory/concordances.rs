//! Patterns and concordances, when memory is refused.

use std::ptr::null;

use text_processor::*;

use crate::support::Handle;
use crate::support::refusal::{Owned, Result, alone, documents, refuse_each, status_of, stream};

fn new_patterns(base: tp_pattern_base) -> Result<Owned<tp_patterns>> {
    // SAFETY: there are no conditions.
    Owned::new(tp_patterns_free, |out| unsafe { tp_patterns_new(base, out) })
}

fn add(patterns: &Owned<tp_patterns>) -> tp_status {
    let (words, lengths) = ([c"word1*".as_ptr(), c"word7".as_ptr()], [6, 5]);
    let (handle, kinds) = (patterns.handle, [TP_WORD_GLOB, TP_WORD_LITERAL]);
    // SAFETY: the patterns were not freed, and the words have the lengths that are passed.
    unsafe {
        tp_patterns_add_phrase(handle, c"x".as_ptr(), 1, c"w* *1 *".as_ptr(), 7)
            .max(tp_patterns_add(handle, c"label".as_ptr(), 5))
            .max(tp_patterns_add_slot(handle, kinds.as_ptr(), words.as_ptr(), lengths.as_ptr(), 2))
            .max(tp_patterns_add_slot(handle, null(), null(), null(), 0))
    }
}

#[test]
fn patterns_and_concordances_can_be_made_after_memory_was_refused() {
    let _turn = alone();
    refuse_each(1, || (), |()| status_of(new_patterns(0).map(drop)), |()| (), |()| ());
    let prepare = || new_patterns(TP_PATTERN_BASE_TERMS).unwrap();
    // Some calls make few requests and succeed although one is refused, so only the sum of failures is checked.
    let mut failures = refuse_each(1, prepare, add, |_| (), |_| ());
    // The second corpus has documents that are tokenized on two threads.
    for (threads, length, step) in [(1, 10, 1), (2, 2000, 97)] {
        let handle = Handle::with_threads(threads);
        let texts = documents(30, length);
        let (status, added) = handle.add_all(&texts.iter().map(String::as_bytes).collect::<Vec<_>>());
        assert_eq!((status, added), (TP_OK, 30));
        let (ranks, codes): (Vec<u32>, Vec<u32>) = (0..30).map(|number| (number * 7 % 5, number % 7)).unzip();
        let (keys, numbers) = ([TP_SORT_RIGHT, TP_SORT_FREQUENCY, TP_SORT_RANK], [1, 0, 0]);
        let options = tp_concordance_options {
            struct_size: size_of::<tp_concordance_options>(),
            unit: TP_WINDOW_SENTENCES,
            left: 1,
            right: 1,
            within_sentences: 1,
            unwrap: 1,
            sort_keys: keys.as_ptr(),
            sort_numbers: numbers.as_ptr(),
            sort_key_count: 3,
            ranks: ranks.as_ptr(),
            rank_list_count: 1,
            rank_list_length: 30,
            sample: 50,
            seed: 1,
            offset: 1,
            limit: 40,
            byte_offsets: 0,
        };
        handle.update(0);
        for base in [TP_PATTERN_BASE_TERMS, TP_PATTERN_BASE_TOKENS] {
            let patterns = new_patterns(base).unwrap();
            assert_eq!(add(&patterns), TP_OK);
            let (options, codes, patterns) = (&raw const options, codes.as_ptr(), patterns.handle);
            for kind in 0..3 {
                // SAFETY: both handles are valid, and the codes and the lists have the lengths that are passed.
                let open = |out| unsafe {
                    match kind {
                        0 => tp_analyzer_concordance(handle.pointer(), patterns, options, 7, out),
                        1 => tp_analyzer_count_matches(handle.pointer(), patterns, options, codes, 30, 7, out),
                        _ => tp_analyzer_count_matches(handle.pointer(), patterns, null(), null(), 0, 0, out),
                    }
                };
                failures += refuse_each(step, || (), |()| status_of(stream(open)), |()| (), |()| ());
            }
        }
    }
    assert!(failures > 0);
}
