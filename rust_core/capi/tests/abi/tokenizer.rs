//! Tokenizers: in analyzers, and for a text without an analyzer.

use std::ffi::c_char;
use std::ptr::{self, null};

use arrow_array::ffi::{FFI_ArrowArray, from_ffi_and_data_type};
use arrow_array::types::UInt64Type;
use arrow_array::{Array, StructArray, cast::AsArray};
use arrow_schema::{DataType, Field};

use text_processor::*;

use crate::support::{Handle, last_error};

const NAMES: [&str; 2] = ["start", "end"];

fn options(tokenizer: usize, pattern: &str, counts_only: usize) -> tp_analyzer_options {
    tp_analyzer_options {
        struct_size: size_of::<tp_analyzer_options>(),
        threads: 1,
        counts_only,
        tokenizer,
        pattern: pattern.as_ptr().cast(),
        pattern_length: pattern.len(),
    }
}

fn strings(text: &str, find: impl FnOnce(*const c_char, usize, *mut FFI_ArrowArray) -> tp_status) -> Vec<String> {
    let mut array = FFI_ArrowArray::empty();
    assert_eq!(find(text.as_ptr().cast(), text.len(), &raw mut array), TP_OK);
    let spans = DataType::Struct(NAMES.map(|name| Field::new(name, DataType::UInt64, false)).to_vec().into());
    // SAFETY: the library filled the array, of this type.
    let spans = StructArray::from(unsafe { from_ffi_and_data_type(array, spans) }.unwrap());
    let columns = [0, 1].map(|column| spans.column(column).as_primitive::<UInt64Type>().values().to_vec());
    assert_eq!(spans.null_count(), 0);
    let place = |offset: &u64| usize::try_from(*offset).unwrap();
    columns[0].iter().zip(&columns[1]).map(|(start, end)| text[place(start)..place(end)].to_owned()).collect()
}

fn tokens(text: &str, tokenizer: usize, pattern: &str) -> Vec<String> {
    // SAFETY: all pointers are valid.
    strings(text, |text, length, spans| unsafe {
        tp_tokenize(text, length, tokenizer, pattern.as_ptr().cast(), pattern.len(), spans)
    })
}

#[test]
fn each_number_chooses_a_tokenizer() {
    let text = "I can't, a_b";
    assert_eq!(tokens(text, 0, ""), ["I", "can't,", "a_b"]);
    assert_eq!(tokens(text, 1, ""), ["I", "can't", "a_b"]);
    assert_eq!(tokens(text, 2, ""), ["I", " ", "can't", ",", " ", "a_b"]);
    assert_eq!(tokens(text, 3, ""), ["can", "a_b"]);
    assert_eq!(tokens("aé\n", 4, ""), ["a", "é", "\n"]);
    assert_eq!(tokens(text, 5, "[a-z]+"), ["can", "t", "a", "b"]);
    assert_eq!(tokens(text, 5, "[a-z](_|')"), ["'", "_"]);
    assert_eq!(tokens(text, 6, "[a-z]\0\\b[a-z]"), ["c", "t", "a", "b"]);
    assert_eq!(tokens("ab\n", 6, "[a-z]\0x*|b(?mR:$)"), ["b"]);
    assert_eq!(tokens("", 1, ""), [""; 0]);
}

#[test]
fn sentences_are_found() {
    // SAFETY: all pointers are valid.
    let found =
        strings("One. Two!\n\nThree", |text, length, spans| unsafe { tp_sentences(text, length, false, spans) });
    assert_eq!(found, ["One. ", "Two!\n", "Three"]);
    let handle = Handle::new();
    assert_eq!(handle.add(b"One. Two!"), TP_OK);
    assert_eq!(handle.add(b"Three"), TP_OK);
    let mut count = 0;
    // SAFETY: the analyzer was not freed.
    assert_eq!(unsafe { tp_analyzer_sentence_count(handle.pointer(), false, &raw mut count) }, TP_OK);
    assert_eq!(count, 3);
}

#[test]
fn invalid_arguments_are_refused() {
    let mut array = FFI_ArrowArray::empty();
    // SAFETY: pointers are valid for their lengths, or NULL.
    let mut fails = |tokenizer: usize, pattern: &[u8]| unsafe {
        (tp_tokenize(null(), 0, tokenizer, pattern.as_ptr().cast(), pattern.len(), &raw mut array), last_error().1)
    };
    assert_eq!(fails(6, b""), (TP_ERROR_INVALID_ARGUMENT, -1));
    assert_eq!(fails(6, b"[a-z]+"), (TP_ERROR_INVALID_ARGUMENT, -1));
    assert_eq!(fails(6, b"[a-z\0[a-z]+"), (TP_ERROR_INVALID_PATTERN, 0));
    assert_eq!(fails(6, b"[a-z]\0[a-z"), (TP_ERROR_INVALID_PATTERN, 0));
    assert_eq!(fails(7, b""), (TP_ERROR_INVALID_ARGUMENT, -1));
    assert_eq!(fails(1, b"x"), (TP_ERROR_INVALID_ARGUMENT, -1));
    assert_eq!(fails(5, b"ab(c"), (TP_ERROR_INVALID_PATTERN, 2));
    assert!(last_error().0.ends_with("\n    ab(c\n      ^"), "{}", last_error().0);
    assert_eq!(fails(5, b"ab\xFF"), (TP_ERROR_INVALID_PATTERN, 2));
    // SAFETY: as above.
    unsafe {
        assert_eq!(tp_tokenize(null(), 1, 0, null(), 0, &raw mut array), TP_ERROR_NULL_POINTER);
        assert_eq!(tp_tokenize(c"".as_ptr(), 0, 5, null(), 1, &raw mut array), TP_ERROR_NULL_POINTER);
        assert_eq!(tp_tokenize(c"".as_ptr(), 0, 0, null(), 0, ptr::null_mut()), TP_ERROR_NULL_POINTER);
        assert_eq!(tp_tokenize(c"\xFF".as_ptr(), 1, 0, null(), 0, &raw mut array), TP_ERROR_INVALID_UTF8);
        assert_eq!(tp_sentences(c"\xFF".as_ptr(), 1, false, &raw mut array), TP_ERROR_INVALID_UTF8);
    }
    assert_eq!(Handle::with_options(&options(5, "(", 0)).err(), Some(TP_ERROR_INVALID_PATTERN));
    assert_eq!(Handle::with_options(&options(9, "", 0)).err(), Some(TP_ERROR_INVALID_ARGUMENT));
}

#[test]
fn every_function_counts_the_tokens_of_the_tokenizer() {
    for (tokenizer, pattern, expected) in [(1, "", 3), (2, "", 6), (3, "", 3), (4, "", 11), (5, "[a-z]", 7)] {
        for counts_only in [0, 1] {
            let handle = Handle::with_options(&options(tokenizer, pattern, counts_only)).unwrap();
            let mut events = ptr::null_mut();
            // SAFETY: all pointers are valid, and events are read before the next call for them.
            unsafe {
                assert_eq!(tp_events_new(handle.pointer(), &raw mut events), TP_OK);
                assert_eq!(handle.add(b"it's so, an"), TP_OK);
                let mut draft = ptr::null_mut();
                assert_eq!(tp_draft_new(handle.pointer(), 0, &raw mut draft), TP_OK);
                for piece in [c"it's", c" so, an"] {
                    assert_eq!(tp_draft_append(draft, piece.as_ptr(), piece.count_bytes()), TP_OK);
                }
                assert_eq!(tp_analyzer_add_draft(handle.pointer(), draft), TP_OK);
                tp_draft_free(draft);
                for _ in 0..2 {
                    let mut event = null();
                    assert_eq!(tp_events_next(events, &raw mut event), TP_OK);
                    assert_eq!((*event).word_count, expected);
                }
                tp_events_free(events);
            }
            assert_eq!(handle.add(b" "), TP_ERROR_NO_WORDS);
            assert_eq!(handle.add("!".as_bytes()), TP_OK);
            let more = u64::from(tokenizer == 2 || tokenizer == 4);
            assert_eq!(handle.number(tp_analyzer_total_words), 2 * expected + more);
        }
    }
}
