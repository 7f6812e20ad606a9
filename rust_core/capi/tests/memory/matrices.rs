//! Vectorizers, matrices and weights, when memory is refused.

use std::cell::RefCell;
use std::ffi::c_char;
use std::ptr::null;

use arrow_array::ffi::FFI_ArrowArray;

use text_processor::*;

use crate::support::Handle;
use crate::support::refusal::{Owned, Result, Texts, alone, array, checked, documents, refuse_each, status_of};

fn vectorizer(features: tp_features, threads: usize, accents: tp_accents) -> Owned<tp_vectorizer> {
    let (stop_words, stop_word_lengths) = ([c"word1".as_ptr(), c"word2".as_ptr()], [5, 5]);
    let options = tp_vectorizer_options {
        struct_size: size_of::<tp_vectorizer_options>(),
        threads,
        features,
        ngrams_from: 1,
        ngrams_to: 2,
        keeps_case: 0,
        accents,
        stop_words: stop_words.as_ptr(),
        stop_word_lengths: stop_word_lengths.as_ptr(),
        stop_word_count: 2,
    };
    // SAFETY: the options have the size that they state.
    Owned::new(tp_vectorizer_free, |made| unsafe { tp_vectorizer_new(&raw const options, made) }).unwrap()
}

fn number_of_terms(vectorizer: &Owned<tp_vectorizer>) -> u64 {
    let mut count = 0;
    // SAFETY: the handle was not freed.
    assert_eq!(unsafe { tp_vectorizer_term_count(vectorizer.handle, &raw mut count) }, TP_OK);
    count
}

fn a_vectorizer_can_be_made_after_memory_was_refused() {
    let terms = Texts::of((0..600).map(|number| format!("term{number} other")).collect());
    let empty = vectorizer(0, 1, 0);
    let fix = |vectorizer: &Owned<tp_vectorizer>| {
        let (pointers, lengths) = (terms.pointers.as_ptr(), terms.lengths.as_ptr());
        Owned::new(tp_vectorizer_free, |fixed| {
            // SAFETY: the handle was not freed, and there are as many pointers and lengths as terms.
            unsafe { tp_vectorizer_with_terms(vectorizer.handle, pointers, lengths, terms.count(), fixed) }
        })
    };
    let is_empty = |(): &()| assert_eq!(number_of_terms(&empty), 0);
    let call = |(): &()| status_of(fix(&empty).map(|fixed| assert_eq!(number_of_terms(&fixed), 600)));
    assert!(refuse_each(1, || (), call, is_empty, is_empty) > 0);

    let fixed = fix(&empty).unwrap();
    let is_whole = |(): &()| assert_eq!(number_of_terms(&fixed), 600);
    // SAFETY: the handle was not freed.
    let names = |(): &()| status_of(array(|terms| unsafe { tp_vectorizer_terms(fixed.handle, terms) }));
    assert!(refuse_each(1, || (), names, is_whole, is_whole) > 0);
    // SAFETY: as above.
    let ids = |(): &()| status_of(array(|ids| unsafe { tp_vectorizer_first_seen_order(fixed.handle, ids) }));
    assert!(refuse_each(1, || (), ids, is_whole, is_whole) > 0);

    let other = fix(&vectorizer(0, 1, 0)).unwrap();
    let both = [fixed.handle.cast_const(), other.handle.cast_const()];
    let merge = |(): &()| {
        // SAFETY: the vectorizers were not freed, and there are two of them.
        let merged = Owned::new(tp_vectorizer_free, |merged| unsafe {
            let mut columns = FFI_ArrowArray::empty();
            tp_vectorizer_merge(both.as_ptr(), 2, merged, &raw mut columns)
        });
        status_of(merged.map(|merged| assert_eq!(number_of_terms(&merged), 600)))
    };
    assert!(refuse_each(1, || (), merge, is_whole, is_whole) > 0);
}

#[derive(Clone, Copy)]
enum Kind {
    Known,
    Grows,
    Hashed,
}

fn counted(vectorizer: &Owned<tp_vectorizer>, kind: Kind, texts: &Texts) -> Result<Owned<tp_matrix>> {
    let matrix = Owned::new(tp_matrix_free, |matrix| {
        // SAFETY: the vectorizer was not freed.
        unsafe {
            match kind {
                Kind::Known => tp_matrix_new(vectorizer.handle, false, matrix),
                Kind::Grows => tp_matrix_new(vectorizer.handle, true, matrix),
                Kind::Hashed => tp_matrix_new_hashed(vectorizer.handle, 1 << 10, true, matrix),
            }
        }
    })?;
    let (pointers, lengths, first) = (texts.pointers.as_ptr(), texts.lengths.as_ptr(), &texts.texts[0]);
    let separator = c_char::from_ne_bytes(*b" ");
    // SAFETY: the matrix was not freed, and there are as many pointers and lengths as texts.
    unsafe {
        checked(tp_matrix_add_documents(matrix.handle, pointers, lengths, texts.count()))?;
        checked(tp_matrix_add_separated(matrix.handle, first.as_ptr().cast(), first.len(), separator, 0))?;
    }
    Ok(matrix)
}

fn shape(matrix: &Owned<tp_matrix>) -> Result<[u64; 3]> {
    let mut shape = [0; 3];
    let [rows, columns, entries] = &mut shape;
    // SAFETY: the matrix was not freed.
    checked(unsafe { tp_matrix_shape(matrix.handle, rows, columns, entries) })?;
    Ok(shape)
}

fn arrays(matrix: &Owned<tp_matrix>) -> Result<[FFI_ArrowArray; 3]> {
    let (mut size, mut arrays) = (0, [(); 3].map(|()| FFI_ArrowArray::empty()));
    let [ends, columns, values] = &mut arrays;
    // SAFETY: the matrix was not freed.
    checked(unsafe { tp_matrix_arrays(matrix.handle, TP_VALUE_FLOAT64, false, &raw mut size, ends, columns, values) })?;
    Ok(arrays)
}

fn a_matrix_can_be_made_after_memory_was_refused() {
    let short = || Texts::of(documents(50, 15));
    // Enough work for several threads.
    let long = || Texts::of(documents(2500, 30));
    let cases = [
        (0, 1, 0, Kind::Grows, short(), 1),
        (0, 1, 1, Kind::Known, short(), 1),
        (0, 1, 0, Kind::Hashed, short(), 1),
        (2, 1, 2, Kind::Grows, short(), 1),
        (3, 1, 0, Kind::Known, short(), 1),
        (0, 3, 0, Kind::Grows, long(), 307),
        (1, 3, 0, Kind::Hashed, long(), 307),
    ];
    for (analyzer, threads, accents, kind, texts, step) in cases {
        let vectorizer = vectorizer(analyzer, threads, accents);
        let knows_nothing = |(): &()| assert_eq!(number_of_terms(&vectorizer), 0);
        let whole = counted(&vectorizer, kind, &texts).and_then(|matrix| shape(&matrix)).unwrap();
        let call = |(): &()| {
            let made = counted(&vectorizer, kind, &texts).and_then(|matrix| {
                assert_eq!(shape(&matrix)?, whole);
                arrays(&matrix)
            });
            status_of(made.map(drop))
        };
        assert!(refuse_each(step, || (), call, knows_nothing, knows_nothing) > 0);
    }
}

fn a_matrix_answers_after_memory_was_refused() {
    let texts = Texts::of(documents(50, 15));
    let vectorizer = vectorizer(0, 1, 0);
    let whole = counted(&vectorizer, Kind::Grows, &texts).and_then(|matrix| shape(&matrix)).unwrap();
    let columns = usize::try_from(whole[1]).unwrap();
    let is_kept: Vec<u8> = (0..columns).map(|column| u8::from(column % 3 == 0)).collect();
    let prepare = || {
        let matrix = counted(&vectorizer, Kind::Grows, &texts).unwrap();
        assert_eq!(shape(&matrix), Ok(whole));
        matrix
    };
    let is_whole = |matrix: &Owned<tp_matrix>| assert_eq!(shape(matrix), Ok(whole));
    // SAFETY: the matrix was not freed.
    let sort = |matrix: &Owned<tp_matrix>| unsafe { tp_matrix_sort(matrix.handle) };
    assert!(refuse_each(1, prepare, sort, is_whole, is_whole) > 0);
    let totals = |matrix: &Owned<tp_matrix>| {
        let (mut documents, mut counts) = (FFI_ArrowArray::empty(), FFI_ArrowArray::empty());
        // SAFETY: as above.
        unsafe { tp_matrix_totals(matrix.handle, &raw mut documents, &raw mut counts) }
    };
    assert!(refuse_each(1, prepare, totals, is_whole, is_whole) > 0);
    let fitted = |matrix: &Owned<tp_matrix>| {
        // SAFETY: as above.
        let made = Owned::new(tp_vectorizer_free, |made| unsafe { tp_matrix_vectorizer(matrix.handle, made) });
        status_of(made.map(|made| assert_eq!(number_of_terms(&made), whole[1])))
    };
    assert!(refuse_each(1, prepare, fitted, is_whole, is_whole) > 0);
    // SAFETY: as above, and the array has a value for each column.
    let keep = |matrix: &Owned<tp_matrix>| unsafe { tp_matrix_keep(matrix.handle, is_kept.as_ptr(), columns) };
    let is_smaller = |matrix: &Owned<tp_matrix>| assert_eq!(shape(matrix).unwrap()[1], whole[1].div_ceil(3));
    assert!(refuse_each(1, prepare, keep, is_whole, is_smaller) > 0);
    let codes: Vec<u32> = (0..u32::try_from(whole[0]).unwrap()).map(|row| row % 4).collect();
    // SAFETY: as above, and there is a code for each row.
    let sum =
        |matrix: &Owned<tp_matrix>| unsafe { tp_matrix_sum_groups(matrix.handle, codes.as_ptr(), codes.len(), 4) };
    let has_groups = |matrix: &Owned<tp_matrix>| assert_eq!(shape(matrix).unwrap()[..2], [4, whole[1]]);
    refuse_each(1, prepare, sum, is_whole, has_groups);
}

/// The matrix of all words, and pairs of words, of an analyzer.
fn counted_by_analyzer(analyzer: &Handle) -> Result<Owned<tp_matrix>> {
    // SAFETY: the analyzer was not freed.
    Owned::new(tp_matrix_free, |matrix| unsafe { tp_analyzer_document_term_matrix(analyzer.pointer(), 1, 2, matrix) })
}

fn the_matrix_of_an_analyzer_can_be_made_after_memory_was_refused() {
    // The second text is long enough for several threads, and has enough types for them to merge.
    let many: String = (0..160_000_u32).map(|number| format!("w{:x} ", number.wrapping_mul(2_654_435_761))).collect();
    for (threads, text, step) in [(1, "a short text of words and other words".to_owned(), 1), (3, many, 1009)] {
        let prepare = || {
            let handle = Handle::with_threads(threads);
            // The text is added as documents of about 1,000 bytes.
            for document in text.as_bytes().chunks(1000).filter(|document| !document.is_empty()) {
                assert_eq!(handle.add(document), TP_OK);
            }
            handle
        };
        let whole = counted_by_analyzer(&prepare()).and_then(|matrix| shape(&matrix)).unwrap();
        let is_whole = |handle: &Handle| {
            assert_eq!(counted_by_analyzer(handle).and_then(|matrix| shape(&matrix)), Ok(whole));
        };
        let call = |handle: &Handle| {
            let made = counted_by_analyzer(handle).and_then(|matrix| {
                assert_eq!(shape(&matrix)?, whole);
                arrays(&matrix)
            });
            status_of(made.map(drop))
        };
        assert!(refuse_each(step, prepare, call, |_| (), is_whole) > 0);
    }
}

fn values_are_unchanged_if_memory_is_refused() {
    let (ends, columns) = (Vec::from_iter((0..=50_000_i32).map(|row| row * 4)), vec![0_i32; 200_000]);
    let weights = tp_weights {
        struct_size: size_of::<tp_weights>(),
        threads: 200,
        sublinear: 1,
        column_weights: null(),
        column_count: 0,
        norm: TP_NORM_L2,
    };
    let weigh = |values: &RefCell<Vec<f32>>| {
        let (ends, columns, values) = (ends.as_ptr().cast(), columns.as_ptr().cast(), &mut *values.borrow_mut());
        // SAFETY: the arrays have the lengths that are passed.
        unsafe { tp_weigh(&raw const weights, 4, ends, 50_000, columns, 4, values.as_mut_ptr().cast(), 200_000) }
    };
    let are_all = |expected: f32| {
        move |values: &RefCell<Vec<f32>>| assert!(values.borrow().iter().all(|value| *value == expected))
    };
    refuse_each(1, || RefCell::new(vec![1.0; 200_000]), weigh, are_all(1.0), are_all(0.5));
}

/// This is a single test, because memory is refused to the complete process, and no other test could run.
#[test]
fn memory_may_be_refused_at_any_moment_of_making_a_matrix() {
    let _turn = alone();
    a_vectorizer_can_be_made_after_memory_was_refused();
    a_matrix_can_be_made_after_memory_was_refused();
    a_matrix_answers_after_memory_was_refused();
    the_matrix_of_an_analyzer_can_be_made_after_memory_was_refused();
    values_are_unchanged_if_memory_is_refused();
}
