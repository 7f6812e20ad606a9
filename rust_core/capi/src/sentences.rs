//! Sentences of a text, and their number in the corpus.

use std::ffi::c_char;

use arrow_array::ffi::FFI_ArrowArray;

use engine::sentences;
use engine::utf8;

use crate::analyzer::tp_analyzer;
use crate::arrow::columns::Spans;
use crate::boundary::guard::guard;
use crate::boundary::pointers::out;
use crate::boundary::text_args::bytes;
use crate::error::status::tp_status;
use crate::handles::borrow;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_sentences(
    text: *const c_char,
    length: usize,
    unwrap: bool,
    spans: *mut FFI_ArrowArray,
) -> tp_status {
    guard(|| {
        let spans = out(spans, "spans")?;
        // SAFETY: the caller's promise.
        let text = utf8::checked(unsafe { bytes(text, length, "text")? })?;
        let mut found = Spans::default();
        sentences::each(text, unwrap, |span| found.push(span))?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { spans.write(found.export()) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_sentence_count(
    analyzer: *const tp_analyzer,
    unwrap: bool,
    count: *mut u64,
) -> tp_status {
    guard(|| {
        let count = out(count, "count")?;
        // SAFETY: the caller's promise; the out-parameter is not NULL.
        unsafe { count.write(borrow(analyzer, "analyzer")?.engine.sentence_count(unwrap)?) };
        Ok(())
    })
}
