//! Analyzers that only count, and the number of words in a text without an analyzer.

use std::ptr::null;

use text_processor::*;

use crate::support::{Handle, last_error, rows};

fn count_words(text: &[u8]) -> Result<u64, tp_status> {
    let mut words = 7;
    // SAFETY: the text has the length that is passed, and the out-parameter is valid.
    match unsafe { tp_count_words(text.as_ptr().cast(), text.len(), &raw mut words) } {
        TP_OK => Ok(words),
        status => {
            assert_eq!(words, 7, "the out-parameter was written on failure");
            Err(status)
        }
    }
}

#[test]
fn an_analyzer_that_only_counts_gives_the_same_counts() {
    let (keeping, counting) = (Handle::new(), Handle::counting());
    let text: String = (0..200_000).map(|number| format!("Word{} ", number % 999)).collect();
    for handle in [&keeping, &counting] {
        for _ in 0..5 {
            assert_eq!(handle.add(text.as_bytes()), TP_OK);
            assert_eq!(handle.add(b"a short one"), TP_OK);
        }
    }
    assert_eq!(
        rows(counting.stream(tp_analyzer_term_frequencies, 0)),
        rows(keeping.stream(tp_analyzer_term_frequencies, 0))
    );
    for ask in [tp_analyzer_document_count, tp_analyzer_total_words, tp_analyzer_unique_words] {
        assert_eq!(counting.number(ask), keeping.number(ask));
    }
}

#[test]
fn documents_that_were_only_counted_cannot_be_read() {
    let handle = Handle::counting();
    assert_eq!(handle.add(b"one"), TP_OK);
    let (mut contains, mut stream) = (true, arrow_array::ffi_stream::FFI_ArrowArrayStream::empty());
    // SAFETY: all pointers are valid.
    unsafe {
        let asked = tp_analyzer_contains_document(handle.pointer(), c"one".as_ptr(), 3, &raw mut contains);
        assert_eq!((asked, contains), (TP_ERROR_TEXT_NOT_STORED, true));
        assert_eq!(tp_analyzer_documents(handle.pointer(), 0, &raw mut stream), TP_ERROR_TEXT_NOT_STORED);
    }
    assert!(last_error().0.contains("not stored"));
}

#[test]
fn words_are_counted_without_an_analyzer() {
    assert_eq!(count_words("one two\u{3000}three ".as_bytes()), Ok(3));
    assert_eq!(count_words(b" \n"), Ok(0));
    assert_eq!(count_words(b"caf\xC3 au lait"), Err(TP_ERROR_INVALID_UTF8));
    assert_eq!(last_error().1, 3);
    let mut words = 7;
    // SAFETY: NULL is allowed if the length is 0.
    assert_eq!((unsafe { tp_count_words(null(), 0, &raw mut words) }, words), (TP_OK, 0));
}
