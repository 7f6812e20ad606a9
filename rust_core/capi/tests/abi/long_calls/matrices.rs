//! Long calls that make and read matrices.

use std::ffi::c_char;
use std::ptr;
use std::rc::Rc;

use arrow_array::ffi::FFI_ArrowArray;

use text_processor::*;

use super::call::{Calls, UNITS_PER_STEP, array, start, unchecked};
use super::data::{Data, OwnedVectorizer, new_matrix, with_column};

/// Adds the calls for matrices.
pub fn add_matrices<'d>(calls: &mut Calls<'d>, data: &'d Data) {
    let (terms, words) = (data.terms.pointer(), data.words_vectorizer.0);
    let (text, length) = (start(&data.text), data.text.len());
    // SAFETY: the handles and texts are valid for the call.
    unsafe {
        // A row of the words, with 2^18 columns.
        let whole = move || {
            let matrix = new_matrix(|out| tp_analyzer_document_term_matrix(terms, 1, 1, out));
            assert_eq!(tp_matrix_update(matrix.0, 0, ptr::null_mut(), ptr::null_mut()), TP_OK);
            matrix
        };
        // The tokens are copied in 13 blocks of the text, or more.
        calls.add("tp_analyzer_document_term_matrix", 12 * UNITS_PER_STEP, move || {
            let mut matrix = ptr::null_mut();
            let status = tp_analyzer_document_term_matrix(terms, 1, 1, &raw mut matrix);
            tp_matrix_free(matrix);
            status
        });
        calls.add("tp_matrix_sort", 1 << 18, move || tp_matrix_sort(unchecked(whole).0));
        let mut known = ptr::null_mut();
        assert_eq!(tp_matrix_vectorizer(whole().0, &raw mut known), TP_OK);
        let known = Rc::new(OwnedVectorizer(known));
        calls.add("tp_matrix_vectorizer", 3 << 18, move || {
            let matrix = unchecked(|| {
                let matrix = whole();
                assert_eq!(tp_matrix_sort(matrix.0), TP_OK);
                matrix
            });
            let mut sorted = ptr::null_mut();
            let status = tp_matrix_vectorizer(matrix.0, &raw mut sorted);
            tp_vectorizer_free(sorted);
            status
        });
        let named = Rc::clone(&known);
        calls.add("tp_vectorizer_terms", 1 << 18, move || array(|names| tp_vectorizer_terms(named.pointer(), names)));
        let seen = Rc::clone(&known);
        calls.add("tp_vectorizer_first_seen_order", 3 << 18, move || {
            array(|ids| tp_vectorizer_first_seen_order(seen.pointer(), ids))
        });
        calls.add("tp_vectorizer_merge", 3 << 18, move || {
            let (both, mut merged) = ([known.pointer().cast_const(); 2], ptr::null_mut());
            let status = array(|columns| tp_vectorizer_merge(both.as_ptr(), 2, &raw mut merged, columns));
            tp_vectorizer_free(merged);
            status
        });
        calls.add("tp_matrix_shape", 0, move || {
            // The n-grams of one document.
            let matrix = unchecked(|| new_matrix(|out| tp_analyzer_document_term_matrix(terms, 1, 20, out)));
            tp_matrix_shape(matrix.0, ptr::null_mut(), ptr::null_mut(), ptr::null_mut())
        });
        let rows = move || {
            let matrix = new_matrix(|out| tp_matrix_new(words, true, out));
            #[expect(clippy::cast_possible_wrap, reason = "the separator is ASCII")]
            let added = tp_matrix_add_separated(matrix.0, text, length, b' ' as c_char, 0);
            assert_eq!(added, TP_OK);
            assert_eq!(tp_matrix_update(matrix.0, 0, ptr::null_mut(), ptr::null_mut()), TP_OK);
            matrix
        };
        let codes: Vec<u32> = (0..=10 << 15).map(|number| number % 99).collect();
        calls.add("tp_matrix_sum_groups", 1 << 18, move || {
            tp_matrix_sum_groups(unchecked(rows).0, codes.as_ptr(), codes.len(), 99)
        });
        let matrix = rows();
        calls.add("tp_matrix_totals", 1 << 17, move || {
            array(|counts| array(|documents| tp_matrix_totals(matrix.pointer(), documents, counts)))
        });
        calls.add("tp_matrix_arrays", 0, move || {
            let mut size = 0;
            let [mut ends, mut columns, mut values] = [(); 3].map(|()| FFI_ArrowArray::empty());
            let places = (&raw mut ends, &raw mut columns, &raw mut values);
            tp_matrix_arrays(unchecked(rows).0, TP_VALUE_INT64, false, &raw mut size, places.0, places.1, places.2)
        });
        let (characters, inside, length) = (data.characters.0, data.characters_in_words.0, 1 << 13);
        for (vectorizer, units) in [(characters, 200 * length), (inside, 0)] {
            calls.add("tp_matrix_add_separated", units, move || {
                let matrix = new_matrix(|out| tp_matrix_new(vectorizer, true, out));
                let added = tp_matrix_add_separated(matrix.0, text, length, 0, 0);
                let nothing = ptr::null_mut();
                if added == TP_OK { tp_matrix_update(matrix.0, 0, nothing, nothing) } else { added }
            });
        }
        calls.add("tp_matrix_add_documents", 200 * length, move || {
            let matrix = new_matrix(|out| tp_matrix_new(characters, true, out));
            tp_matrix_add_documents(matrix.0, [text].as_ptr(), [length].as_ptr(), 1)
        });
        calls.add("tp_matrix_add_column", 200 * length, move || {
            let matrix = new_matrix(|out| tp_matrix_new(characters, true, out));
            let text = std::slice::from_raw_parts(text.cast::<u8>(), length);
            with_column(text, |column| tp_matrix_add_column(matrix.0, column))
        });
    }
}
