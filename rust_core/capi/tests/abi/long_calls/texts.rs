//! Long calls that read texts of the caller.

use std::ffi::c_char;
use std::ptr;

use text_processor::*;

use super::call::{Calls, array, read, start};
use super::data::{Data, with_column};
use crate::support::Handle;

/// Adds the calls that count, cut or score a text.
pub fn add_texts<'d>(calls: &mut Calls<'d>, data: &'d Data) {
    let (text, length, vader) = (start(&data.text), data.text.len(), data.vader);
    // SAFETY: the handle and the texts are valid for the call.
    unsafe {
        let sentences = Handle::with_documents(&[&data.text]);
        calls.add("tp_analyzer_sentence_count", length, move || {
            let mut count = 0;
            tp_analyzer_sentence_count(sentences.pointer(), false, &raw mut count)
        });
        for unwrap in [false, true] {
            calls.add("tp_sentences", length, move || array(|out| tp_sentences(text, length, unwrap, out)));
        }
        for tokenizer in 0..5 {
            calls.add("tp_tokenize", length, move || {
                array(|out| tp_tokenize(text, length, tokenizer, ptr::null(), 0, out))
            });
        }
        let (capitals, number) = (start(&data.capitals), data.capitals.len());
        for (tokenizer, pattern) in
            [(5, ".*[^A-Z]|[A-Z]"), (5, "(.*[^A-Z]|[A-Z])"), (6, "[a-z]\0.*[^A-Z]|[A-Z]|x(?mR:$)")]
        {
            let (pattern, size) = (start(pattern), pattern.len());
            calls.add("tp_tokenize", 0, move || {
                array(|out| tp_tokenize(capitals, number, tokenizer, pattern, size, out))
            });
        }
        calls.add("tp_count_words", length, move || {
            let mut count = 0;
            tp_count_words(text, length, &raw mut count)
        });
        calls.add("tp_vader_score", length, move || {
            let mut scores = tp_vader_scores { neg: 0., neu: 0., pos: 0., compound: 0. };
            tp_vader_score(vader, text, length, &raw mut scores)
        });
        calls.add("tp_vader_score_texts", length, move || {
            let (text, length) = ([text], [length]);
            read(|out| tp_vader_score_texts(vader, text.as_ptr(), length.as_ptr(), 1, out))
        });
        calls.add("tp_vader_score_column", length, move || {
            let text = std::slice::from_raw_parts(text.cast::<u8>(), length);
            with_column(text, |column| read(|out| tp_vader_score_column(vader, column, out)))
        });
        calls.add("tp_vader_score_separated", length, move || {
            #[expect(clippy::cast_possible_wrap, reason = "the separator is ASCII")]
            read(|out| tp_vader_score_separated(vader, text, length, b' ' as c_char, 0, out))
        });
    }
}
