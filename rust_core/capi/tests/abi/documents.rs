//! Adding documents, one by one and many in a call.

use std::ffi::c_char;
use std::ptr::null;

use text_processor::*;

use crate::support::{Handle, expected, last_error};

/// Offset and document of the last failure.
fn place() -> (i64, i64) {
    let (_, offset, document) = last_error();
    (offset, document)
}

#[test]
fn a_document_is_copied() {
    let handle = Handle::new();
    let mut text = *b"first";
    assert_eq!(handle.add(&text), TP_OK);
    text.copy_from_slice(b"other");
    assert_eq!(handle.documents(), expected(&[("first", 1)]));
}

#[test]
fn a_document_without_words_is_refused() {
    let handle = Handle::new();
    for text in ["", " ", "\t\n\x0B\x0C\r", "\u{1C}\u{1D}\u{1E}\u{1F}", "\u{85}\u{A0}\u{2028}\u{3000}"] {
        assert_eq!(handle.add(text.as_bytes()), TP_ERROR_NO_WORDS, "{text:?}");
    }
    assert_eq!(handle.number(tp_analyzer_document_count), 0);
}

#[test]
fn a_document_may_contain_zero_bytes() {
    let handle = Handle::new();
    assert_eq!(handle.add(b"a\0b c"), TP_OK);
    assert_eq!(handle.documents(), expected(&[("a\0b c", 2)]));
}

#[test]
fn text_that_is_not_utf8_is_refused_with_the_offset() {
    let handle = Handle::new();
    for (text, offset) in [
        (&b"\xFF"[..], 0),
        (b"caf\xC3", 3),
        ("été \u{20AC}".as_bytes().split_last().unwrap().1, 6),
        (b"surrogate \xED\xA0\x80", 10),
        (b"overlong \xC0\x80", 9),
        (b" \xFF", 1),
    ] {
        assert_eq!(handle.add(text), TP_ERROR_INVALID_UTF8);
        assert_eq!(place(), (offset, -1), "{text:?}");
    }
    assert_eq!(handle.number(tp_analyzer_document_count), 0);
}

#[test]
fn many_documents_are_added_in_order() {
    let handle = Handle::new();
    assert_eq!(handle.add_all(&[b"one", b"two words", b"and three words"]), (TP_OK, 3));
    assert_eq!(handle.add_all(&[]), (TP_OK, 0));
    assert_eq!(handle.documents(), expected(&[("one", 1), ("two words", 2), ("and three words", 3)]));
}

#[test]
fn a_batch_stops_at_the_first_document_that_is_refused() {
    let handle = Handle::new();
    assert_eq!(handle.add_all(&[b"one", b"two", b"ab\xFF", b"four"]), (TP_ERROR_INVALID_UTF8, 2));
    assert_eq!(place(), (2, 2));
    assert_eq!(handle.add_all(&[b" ", b"five"]), (TP_ERROR_NO_WORDS, 0));
    assert_eq!(place(), (-1, 0));
    assert_eq!(handle.add_all(&[b"six", b""]), (TP_ERROR_NO_WORDS, 1));
    assert_eq!(place(), (-1, 1));
    assert_eq!(handle.documents(), expected(&[("one", 1), ("two", 1), ("six", 1)]));
}

#[test]
fn a_long_batch_stops_at_the_first_document_that_is_refused() {
    let handle = Handle::new();
    let mut texts = vec![&b"word"[..]; 1000];
    texts[777] = b"\n";
    assert_eq!(handle.add_all(&texts), (TP_ERROR_NO_WORDS, 777));
    assert_eq!(place(), (-1, 777));
    assert_eq!(handle.number(tp_analyzer_document_count), 777);
}

#[test]
fn a_batch_stops_at_a_null_text() {
    let handle = Handle::new();
    let texts: [*const c_char; 3] = [c"one".as_ptr(), null(), c"two".as_ptr()];
    let mut added = u64::MAX;
    // SAFETY: each text has its length, except the NULL that is refused.
    let status =
        unsafe { tp_analyzer_add_documents(handle.pointer(), texts.as_ptr(), [3; 3].as_ptr(), 3, &raw mut added) };
    assert_eq!((status, added, place()), (TP_ERROR_NULL_POINTER, 1, (-1, 1)));
    assert_eq!(handle.documents(), expected(&[("one", 1)]));
}

#[test]
fn a_null_text_in_a_batch_is_empty_if_its_length_is_0() {
    let handle = Handle::new();
    let texts: [*const c_char; 2] = [c"one".as_ptr(), null()];
    let mut added = u64::MAX;
    // SAFETY: each text has its length.
    let status =
        unsafe { tp_analyzer_add_documents(handle.pointer(), texts.as_ptr(), [3, 0].as_ptr(), 2, &raw mut added) };
    assert_eq!((status, added, place()), (TP_ERROR_NO_WORDS, 1, (-1, 1)));
}

#[test]
fn lines_are_documents() {
    let handle = Handle::new();
    assert_eq!(handle.add_separated("one\nzwei Wörter\nthree".as_bytes(), b'\n', false), (TP_OK, 3));
    assert_eq!(handle.documents(), expected(&[("one", 1), ("zwei Wörter", 2), ("three", 1)]));
}

#[test]
fn blank_lines_are_skipped_on_request() {
    let handle = Handle::new();
    assert_eq!(handle.add_separated(b"\n\none\n \t\ntwo\n", b'\n', true), (TP_OK, 2));
    assert_eq!(handle.documents(), expected(&[("one", 1), ("two", 1)]));
    assert_eq!(handle.add_separated(b"", b'\n', true), (TP_OK, 0));
}

#[test]
fn blank_lines_are_errors_by_default() {
    let handle = Handle::new();
    assert_eq!(handle.add_separated(b"one\n \ntwo", b'\n', false), (TP_ERROR_NO_WORDS, 1));
    assert_eq!(place(), (-1, 1));
    assert_eq!(handle.add_separated(b"two\nthree\n", b'\n', false), (TP_ERROR_NO_WORDS, 2));
    assert_eq!(place(), (-1, 2), "the part behind the last separator is empty");
    assert_eq!(handle.documents(), expected(&[("one", 1), ("two", 1), ("three", 1)]));
}

#[test]
fn errors_count_blank_parts_and_have_offsets_from_the_start_of_the_part() {
    let handle = Handle::new();
    assert_eq!(handle.add_separated(b"\none\n\nab\xFF\ntwo", b'\n', true), (TP_ERROR_INVALID_UTF8, 1));
    assert_eq!(place(), (2, 3));
}

#[test]
fn any_ascii_byte_may_be_the_separator() {
    for separator in [b'\0', b' ', b';', 0x7F] {
        let handle = Handle::new();
        let text = [b"one", &[separator][..], b"two"].concat();
        assert_eq!(handle.add_separated(&text, separator, false), (TP_OK, 2));
        assert_eq!(handle.documents(), expected(&[("one", 1), ("two", 1)]));
    }
}

#[test]
fn a_separator_that_is_not_ascii_is_refused() {
    let handle = Handle::new();
    for separator in [0x80, 0xC3, 0xFF] {
        assert_eq!(handle.add_separated("é".as_bytes(), separator, true), (TP_ERROR_INVALID_ARGUMENT, 0));
        assert!(last_error().0.contains("separator"));
    }
    assert_eq!(handle.number(tp_analyzer_document_count), 0);
}

#[test]
fn a_document_is_found_by_its_exact_text() {
    let handle = Handle::with_documents(&["hello world", "été"]);
    for text in ["hello world", "été"] {
        assert!(handle.contains(text.as_bytes()));
    }
    for text in ["hello", "hello world ", "Hello world", "hello worldété", ""] {
        assert!(!handle.contains(text.as_bytes()), "{text}");
    }
    assert!(!handle.contains(b"\xFF"));
}

#[test]
fn nothing_is_added_if_the_number_of_parts_is_wrong() {
    let handle = Handle::new();
    let (text, mut added) = (c"one\ntwo", 7);
    for (parts, status, documents) in
        [(3, TP_ERROR_INVALID_ARGUMENT, 0), (1, TP_ERROR_INVALID_ARGUMENT, 0), (2, TP_OK, 2)]
    {
        // SAFETY: the analyzer was not freed, and the text has seven bytes.
        let found =
            unsafe { tp_analyzer_add_separated(handle.pointer(), text.as_ptr(), 7, 10, parts, false, &raw mut added) };
        assert_eq!((found, added, handle.number(tp_analyzer_document_count)), (status, documents, documents));
    }
}
