//! Lexicons, VADER, tokenizers, terms, n-grams, groups, keyness and dispersion, when memory is refused.

use std::cell::Cell;
use std::ffi::c_char;
use std::ptr::null;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;

use text_processor::*;

use crate::support::Handle;
use crate::support::refusal::{
    Owned, Result, Texts, alone, array, documents, read, refuse_each, refusing, status_of, stream, words,
};

// ---- Lexicons and VADER ----

fn lexicon_text() -> String {
    (0..700).map(|number| format!("word{number}\t{}\n", number % 9 - 4)).collect()
}

fn lexicon(text: &str) -> Result<Owned<tp_lexicon>> {
    // SAFETY: the text has the length that is passed.
    Owned::new(tp_lexicon_free, |made| unsafe { tp_lexicon_new(text.as_ptr().cast(), text.len(), made) })
}

fn a_lexicon_can_be_made_after_memory_was_refused() {
    let text = lexicon_text();
    let call = |(): &()| status_of(lexicon(&text).map(drop));
    assert!(refuse_each(3, || (), call, |()| (), |()| ()) > 0);
    let lexicon = lexicon(&text).unwrap();
    let prepare = || Handle::with_documents(&[&words(700, 600), "good"]);
    let is_whole = |handle: &Handle| assert_eq!(handle.number(tp_analyzer_document_count), 2);
    let whole = |handle: &Handle| {
        let mut sentiment = 0.0;
        // SAFETY: both handles are valid.
        unsafe { tp_analyzer_sentiment_with(handle.pointer(), lexicon.handle, &raw mut sentiment) }
    };
    assert!(refuse_each(1, prepare, whole, is_whole, is_whole) > 0);
    let each = |handle: &Handle| {
        // SAFETY: as above.
        status_of(array(|to| unsafe { tp_analyzer_document_sentiments(handle.pointer(), lexicon.handle, to) }))
    };
    assert!(refuse_each(1, prepare, each, is_whole, is_whole) > 0);
}

fn vader(threads: usize, long: &str) -> Result<Owned<tp_vader>> {
    let (lexicon, emoji) = (&*lexicon_text(), "\u{2603}\tgood snow\n\u{1F600}\u{200D}\u{2603}\tword1 word2");
    vader_of(threads, lexicon, emoji, long)
}

/// A scorer with every option, and with `long` in each list.
fn vader_of(threads: usize, lexicon: &str, emoji: &str, long: &str) -> Result<Owned<tp_vader>> {
    let options = tp_vader_options {
        struct_size: size_of::<tp_vader_options>(),
        threads,
        boosters: long.as_ptr().cast(),
        boosters_length: long.len(),
        negations: null(),
        negation_lengths: null(),
        negation_count: 0,
        idioms: long.as_ptr().cast(),
        idioms_length: long.len(),
        long_emoji: 1,
        summation: 0,
    };
    let (lexicon, length) = (lexicon.as_ptr().cast(), lexicon.len());
    let (emoji, emoji_length) = (emoji.as_ptr().cast(), emoji.len());
    Owned::new(tp_vader_free, |made| {
        // SAFETY: the texts and the options have the sizes that are passed.
        unsafe { tp_vader_new(lexicon, length, emoji, emoji_length, &raw const options, made) }
    })
}

fn vader_can_be_made_after_memory_was_refused() {
    let lexicon = lexicon_text();
    let long = "x".repeat(9000);
    let emoji = format!("\u{2603}\t{long}\n");
    for (boosters, emoji) in [("Mega Very\t0.5\n", "\u{2603}\tsnow"), (&*format!("E{long} {long}\t1\n"), &*emoji)] {
        let call = |(): &()| status_of(vader_of(1, &lexicon, emoji, boosters).map(drop));
        assert!(refuse_each(1, || (), call, |()| (), |()| ()) > 0);
    }
}

fn texts_can_be_scored_after_memory_was_refused() {
    let long = words(3000, 900) + "but \u{2603} not very word3!!!";
    let vader_of_one = vader(1, "").unwrap();
    let score = |(): &()| {
        let mut scores = tp_vader_scores { neg: 0.0, neu: 0.0, pos: 0.0, compound: 0.0 };
        // SAFETY: the handle was not freed, and the text has the length that is passed.
        unsafe { tp_vader_score(vader_of_one.handle, long.as_ptr().cast(), long.len(), &raw mut scores) }
    };
    assert!(refuse_each(1, || (), score, |()| (), |()| ()) > 0);
    let texts = Texts::of(documents(600, 10));
    let joined = texts.texts.join("\n");
    for (threads, step) in [(1, 1), (3, 3)] {
        let vader = vader(threads, "").unwrap();
        let (pointers, lengths) = (texts.pointers.as_ptr(), texts.lengths.as_ptr());
        let each = |(): &()| {
            // SAFETY: the handle was not freed, and there are as many pointers and lengths as texts.
            status_of(stream(|to| unsafe { tp_vader_score_texts(vader.handle, pointers, lengths, texts.count(), to) }))
        };
        assert!(refuse_each(step, || (), each, |()| (), |()| ()) > 0);
        let (text, separator) = (joined.as_ptr().cast(), c_char::from_ne_bytes(*b"\n"));
        let parts = |(): &()| {
            // SAFETY: the handle was not freed, and the text has the length that is passed.
            status_of(stream(|to| unsafe {
                tp_vader_score_separated(vader.handle, text, joined.len(), separator, 0, to)
            }))
        };
        assert!(refuse_each(step, || (), parts, |()| (), |()| ()) > 0);
    }
}

// ---- Words, terms and n-grams ----

fn term_options() -> tp_term_options {
    let stemmer = "english";
    tp_term_options {
        struct_size: size_of::<tp_term_options>(),
        normal_form: TP_NORMAL_FORM_NFKC,
        letter_case: TP_CASE_FOLD,
        accents: TP_ACCENTS_UNICODE,
        min_length: 2,
        max_length: 0,
        stop_list: stemmer.as_ptr().cast(),
        stop_list_length: stemmer.len(),
        stop_words: null(),
        stop_word_lengths: null(),
        stop_word_count: 0,
        stemmer: stemmer.as_ptr().cast(),
        stemmer_length: stemmer.len(),
        external_terms: 0,
    }
}

fn analyzer(threads: usize, tokenizer: usize, text: &str) -> Handle {
    let struct_size = size_of::<tp_analyzer_options>();
    let options = tp_analyzer_options { struct_size, threads, tokenizer, ..Default::default() };
    let handle = Handle::with_options(&raw const options).unwrap();
    for part in text.as_bytes().chunks(100_000) {
        let part = String::from_utf8_lossy(part);
        assert_eq!(handle.add(part.as_bytes()), TP_OK);
    }
    handle
}

fn unique(handle: &Handle) -> tp_status {
    let mut words = 0;
    // SAFETY: the analyzer was not freed.
    unsafe { tp_analyzer_unique_words(handle.pointer(), &raw mut words) }
}

fn terms_are_made_after_memory_was_refused() {
    let text = words(3000, 2000);
    let long = "X".repeat(20_000);
    let (pointers, lengths) = ([long.as_ptr().cast(), null()], [long.len(), 0]);
    let (stop_words, stop_word_lengths) = (pointers.as_ptr(), lengths.as_ptr());
    let options = tp_term_options { stop_words, stop_word_lengths, stop_word_count: 2, ..term_options() };
    let prepare = || {
        let handle = analyzer(1, 0, &text);
        assert_eq!(unique(&handle), TP_OK);
        handle
    };
    let before = prepare().statistics();
    // SAFETY: the analyzer was not freed, and the options have the size that they state.
    let set = |handle: &Handle| unsafe { tp_analyzer_set_terms(handle.pointer(), &raw const options) };
    let is_as_before = |handle: &Handle| assert_eq!(handle.statistics(), before);
    let has_changed = |handle: &Handle| assert!(handle.statistics()[2] > 0);
    assert!(refuse_each(53, prepare, set, is_as_before, has_changed) > 0);
    let prepare = || {
        let handle = analyzer(1, 0, "");
        assert_eq!(set(&handle), TP_OK);
        assert_eq!(handle.add(text.as_bytes()), TP_OK);
        handle
    };
    let after = prepare().statistics();
    let is_whole = |handle: &Handle| assert_eq!(handle.number(tp_analyzer_total_words), before[1]);
    let is_done = |handle: &Handle| assert_eq!(handle.statistics(), after);
    assert!(refuse_each(53, prepare, unique, is_whole, is_done) > 0);
}

fn external_terms_can_be_given_after_memory_was_refused() {
    let text = words(2000, 900);
    let terms = Texts::of((0..900).map(|number| format!("given{}", number % 700)).collect());
    let options = tp_term_options { external_terms: 1, stemmer: null(), stemmer_length: 0, ..term_options() };
    let pending = |handle: &Handle, begin: &Cell<u64>| {
        // SAFETY: the analyzer was not freed, and there is one number behind the pointer.
        array(|words| unsafe { tp_analyzer_pending_terms(handle.pointer(), 2000, begin.as_ptr(), words) })
    };
    let prepare = || {
        let (handle, begin) = (analyzer(1, 0, &text), Cell::new(0));
        // SAFETY: the analyzer was not freed, and the options have the size that they state.
        assert_eq!(unsafe { tp_analyzer_set_terms(handle.pointer(), &raw const options) }, TP_OK);
        assert_eq!(pending(&handle, &begin), Ok(()));
        (handle, begin)
    };
    let give = |(handle, begin): &(Handle, Cell<u64>)| {
        let (pointers, lengths) = (terms.pointers.as_ptr(), terms.lengths.as_ptr());
        // SAFETY: the analyzer was not freed, and there are as many pointers and lengths as terms.
        unsafe { tp_analyzer_give_terms(handle.pointer(), begin.get(), pointers, lengths, terms.count()) }
    };
    let given = prepare();
    assert_eq!(give(&given), TP_OK);
    let expected = given.0.statistics();
    let is_whole = |(handle, _): &(Handle, Cell<u64>)| assert_eq!(handle.number(tp_analyzer_total_words), expected[1]);
    let is_done = |(handle, _): &(Handle, Cell<u64>)| assert_eq!(handle.statistics(), expected);
    let ask = |(handle, begin): &(Handle, Cell<u64>)| status_of(pending(handle, begin));
    assert!(refuse_each(1, prepare, ask, is_whole, is_whole) > 0);
    assert!(refuse_each(1, prepare, give, is_whole, is_done) > 0);
}

fn ngrams_can_be_counted_after_memory_was_refused() {
    let (short, long) = (words(1200, 900), words(150_000, 900));
    for (threads, text, n, skip, step) in [(1, &short, 2, 1, 1), (1, &short, 14, 0, 149), (2, &long, 2, 0, 41)] {
        let handle = analyzer(threads, 0, text);
        assert_eq!(unique(&handle), TP_OK);
        let is_whole = |(): &()| assert_eq!(unique(&handle), TP_OK);
        for of in [tp_analyzer_ngrams, tp_analyzer_top_ngrams] {
            // SAFETY: the analyzer was not freed.
            let call = |(): &()| status_of(stream(|to| unsafe { of(handle.pointer(), n, skip, 500, to) }));
            assert!(refuse_each(step, || (), call, is_whole, is_whole) > 0);
        }
    }
}

fn groups_can_be_counted_after_memory_was_refused() {
    // Some calls make few requests and succeed although one is refused, so only the sum of failures is checked.
    let mut failures = 0;
    // The second text is long enough for two threads.
    for (threads, length, step) in [(1, 10, 1), (2, 20_000, 211)] {
        let handle = Handle::with_threads(threads);
        let texts = documents(30, length);
        let (status, added) = handle.add_all(&texts.iter().map(String::as_bytes).collect::<Vec<_>>());
        assert_eq!((status, added), (TP_OK, 30));
        let codes: Vec<u32> = (0..30).map(|number| number % 7).collect();
        let (pointer, codes, number) = (handle.pointer(), codes.as_ptr(), codes.len());
        assert_eq!(unique(&handle), TP_OK);
        let is_whole = |(): &()| assert_eq!(unique(&handle), TP_OK);
        for kind in 0..3 {
            // SAFETY: the analyzer was not freed, and the codes have this length.
            let open = |out| unsafe {
                match kind {
                    0 => tp_analyzer_grouped_terms(pointer, codes, number, TP_ORDER_FREQUENCY, 500, 500, out),
                    1 => tp_analyzer_grouped_ngrams(pointer, codes, number, 2, 0, TP_ORDER_FREQUENCY, 9, 500, out),
                    _ => tp_analyzer_grouped_statistics(pointer, codes, number, 7, out),
                }
            };
            failures += refuse_each(step, || (), |()| status_of(stream(open)), is_whole, is_whole);
        }
    }
    assert!(failures > 0);
}

fn documents_can_be_compared_after_memory_was_refused() {
    let mut failures = 0;
    // The second text is long enough for two threads.
    for (threads, length, step) in [(1, 10, 1), (2, 20_000, 211)] {
        let handle = Handle::with_threads(threads);
        let texts = documents(30, length);
        let (status, added) = handle.add_all(&texts.iter().map(String::as_bytes).collect::<Vec<_>>());
        assert_eq!((status, added), (TP_OK, 30));
        let sides: Vec<u32> = (0..30).map(|number| number % 2).collect();
        let (pointer, sides, number) = (handle.pointer(), sides.as_ptr(), sides.len());
        let measures = [TP_MEASURE_G2, TP_MEASURE_LOG_RATIO];
        let keyness = tp_keyness_options {
            struct_size: size_of::<tp_keyness_options>(),
            measures: measures.as_ptr(),
            measure_count: measures.len(),
            min_count: 0,
            limit: 0,
            is_unsigned: 0,
            correction: TP_CORRECTION_HOLM,
            smoothing: null(),
            prior: null(),
        };
        let of_parts = [TP_DISPERSION_DP, TP_DISPERSION_DA, TP_DISPERSION_ARF];
        let dispersion = tp_dispersion_options {
            struct_size: size_of::<tp_dispersion_options>(),
            measures: of_parts.as_ptr(),
            measure_count: of_parts.len(),
            terms: null(),
            term_lengths: null(),
            term_count: 0,
            min_count: 0,
            runs: 0,
            equal_parts: 0,
        };
        assert_eq!(unique(&handle), TP_OK);
        let is_whole = |(): &()| assert_eq!(unique(&handle), TP_OK);
        for kind in 0..5 {
            let (compared, dispersed) = (&raw const keyness, &raw const dispersion);
            // SAFETY: the analyzer was not freed, and the codes have this length.
            let open = |out| unsafe {
                match kind {
                    0 => tp_analyzer_keyness(pointer, sides, number, null(), null(), 0, compared, 500, out),
                    1 => tp_analyzer_keyness(pointer, sides, number, pointer, sides, number, compared, 500, out),
                    2 => tp_analyzer_grouped_keyness(pointer, sides, number, compared, 500, out),
                    3 => tp_analyzer_dispersion(pointer, sides, number, dispersed, 500, out),
                    _ => tp_analyzer_dispersion(pointer, null(), 0, dispersed, 500, out),
                }
            };
            failures += refuse_each(step, || (), |()| status_of(stream(open)), is_whole, is_whole);
        }
    }
    assert!(failures > 0);
}

fn tokens_and_sentences_can_be_found_after_memory_was_refused() {
    let text = "A sentence of words, some of them it's. And another!\n".repeat(60);
    let (start, length) = (text.as_ptr().cast(), text.len());
    for tokenizer in 0..5 {
        let tokenize = |(): &()| {
            // SAFETY: the text has the length that is passed.
            status_of(array(|spans| unsafe { tp_tokenize(start, length, tokenizer, null(), 0, spans) }))
        };
        assert!(refuse_each(1, || (), tokenize, |()| (), |()| ()) > 0);
        let prepare = || analyzer(1, tokenizer, &text);
        let whole = prepare().statistics();
        let is_whole = |handle: &Handle| assert_eq!(handle.number(tp_analyzer_total_words), whole[1]);
        let is_done = |handle: &Handle| assert_eq!(handle.statistics(), whole);
        assert!(refuse_each(1, prepare, unique, is_whole, is_done) > 0);
        let add = |handle: &Handle| handle.add(text.as_bytes());
        let is_more = |handle: &Handle| assert_eq!(handle.number(tp_analyzer_total_words), 2 * whole[1]);
        refuse_each(1, prepare, add, is_whole, is_more);
    }
    let more = text.repeat(8);
    let (start, length) = (more.as_ptr().cast(), more.len());
    // SAFETY: the text has the length that is passed.
    let sentences = |(): &()| status_of(array(|spans| unsafe { tp_sentences(start, length, false, spans) }));
    assert!(refuse_each(1, || (), sentences, |()| (), |()| ()) > 0);
    let long = text.repeat(400);
    let handle = analyzer(3, 0, &long);
    let count = |(): &()| {
        let mut count = 0;
        // SAFETY: the analyzer was not freed.
        unsafe { tp_analyzer_sentence_count(handle.pointer(), false, &raw mut count) }
    };
    refuse_each(1, || (), count, |()| (), |()| ());
}

/// Arrow ends the process if it gets no memory for columns, so the library first checks that there is enough.
fn ngrams_of_many_terms_are_refused_if_there_is_too_little_memory() {
    let handle = analyzer(1, 0, &words(1200, 900));
    assert_eq!(unique(&handle), TP_OK);
    let mut made = FFI_ArrowArrayStream::empty();
    // SAFETY: the analyzer was not freed.
    let ask = |to| unsafe { tp_analyzer_ngrams(handle.pointer(), 1000, 0, 0, to) };
    assert_eq!(refusing(0, u64::MAX, || ask(&raw mut made)).0, TP_ERROR_OUT_OF_MEMORY);
    assert!(made.release().is_none());
    assert_eq!(ask(&raw mut made), TP_OK);
    assert_eq!(refusing(0, u64::MAX, || read(made)).0, Err(TP_ERROR_OUT_OF_MEMORY));
    assert_eq!(stream(ask), Ok(()));
}

/// The library for regular expressions ends the process if it gets no memory, so our library checks the memory first.
fn a_pattern_is_refused_if_there_is_too_little_memory() {
    let pattern = r"\w+";
    let struct_size = size_of::<tp_analyzer_options>();
    let (start, pattern_length) = (pattern.as_ptr().cast(), pattern.len());
    let options = tp_analyzer_options {
        struct_size,
        tokenizer: TP_TOKENIZER_PATTERN,
        pattern: start,
        pattern_length,
        ..Default::default()
    };
    let (made, _) = refusing(0, u64::MAX, || Handle::with_options(&raw const options).map(drop));
    assert_eq!(made, Err(TP_ERROR_OUT_OF_MEMORY));
    let handle = Handle::with_options(&raw const options).unwrap();
    assert_eq!(handle.add(b"some words"), TP_OK);
    assert_eq!(handle.statistics()[1], 2);
}

fn lists_can_be_read_after_memory_was_refused() {
    let name = "en";
    let mut failures = 0;
    for part in 0..3 {
        // SAFETY: the name has the length that is passed.
        let list = |to| unsafe {
            match part {
                0 => tp_stop_words(name.as_ptr().cast(), name.len(), to),
                1 => tp_stop_word_lists(to),
                _ => tp_stemmers(to),
            }
        };
        failures += refuse_each(1, || (), |()| status_of(array(list)), |()| (), |()| ());
    }
    // The reserve is enough for the short lists, so only calls for the long lists fail.
    assert!(failures > 0);
}

/// This is a single test, because memory is refused to the complete process, and no other test could run.
#[test]
fn memory_may_be_refused_at_any_moment_of_an_analysis() {
    let _turn = alone();
    a_lexicon_can_be_made_after_memory_was_refused();
    vader_can_be_made_after_memory_was_refused();
    texts_can_be_scored_after_memory_was_refused();
    terms_are_made_after_memory_was_refused();
    external_terms_can_be_given_after_memory_was_refused();
    tokens_and_sentences_can_be_found_after_memory_was_refused();
    a_pattern_is_refused_if_there_is_too_little_memory();
    lists_can_be_read_after_memory_was_refused();
    ngrams_can_be_counted_after_memory_was_refused();
    ngrams_of_many_terms_are_refused_if_there_is_too_little_memory();
    groups_can_be_counted_after_memory_was_refused();
    documents_can_be_compared_after_memory_was_refused();
}
