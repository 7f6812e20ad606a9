//! The number of words in a text, without an analyzer.

use std::ffi::c_char;

use crate::boundary::guard::guard;
use crate::boundary::pointers::out;
use crate::boundary::text_args::bytes;
use crate::error::status::tp_status;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_count_words(text: *const c_char, length: usize, words: *mut u64) -> tp_status {
    guard(|| {
        let words = out(words, "words")?;
        // SAFETY: the caller's promise; the out-parameter is not NULL.
        unsafe { words.write(engine::word_count::word_count(bytes(text, length, "text")?)?) };
        Ok(())
    })
}
