//! Calls on an analyzer and a draft that must not change them.

use std::ffi::c_void;
use std::ptr;

use arrow_array::ffi::FFI_ArrowArray;
use text_processor::*;

use super::memory::{Memory, absurd};

/// An analyzer with two documents, and its empty draft. The calls here must not change them.
pub struct Subject {
    analyzer: *mut tp_analyzer,
    draft: *mut tp_draft,
}

impl Subject {
    pub fn new() -> Self {
        let (mut analyzer, mut draft) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: the out-parameters are valid, and the texts have these lengths.
        unsafe {
            assert_eq!(tp_analyzer_new(ptr::null(), &raw mut analyzer), TP_OK);
            assert_eq!(tp_analyzer_add_document(analyzer, c"one Two".as_ptr(), 7), TP_OK);
            assert_eq!(tp_analyzer_add_document(analyzer, c"two good".as_ptr(), 8), TP_OK);
            assert_eq!(tp_draft_new(analyzer, 0, &raw mut draft), TP_OK);
        }
        Self { analyzer, draft }
    }

    pub fn is_as_it_was(&self) {
        let mut members = [48, 0, 0, 0, 0, 0_u64];
        // SAFETY: the array has the layout of the structure, and its first member is the size.
        assert_eq!(unsafe { tp_analyzer_statistics(self.analyzer, members.as_mut_ptr().cast()) }, TP_OK);
        assert_eq!(members, [48, 2, 4, 3, 4, 15]);
        // SAFETY: both handles are valid.
        assert_eq!(unsafe { tp_analyzer_add_draft(self.analyzer, self.draft) }, TP_ERROR_NO_WORDS);
    }

    pub fn statistics(&self, struct_size: usize) {
        let mut bytes = struct_size.to_ne_bytes().to_vec();
        bytes.resize(struct_size.max(8), 0xA5);
        let before = bytes.clone();
        let memory = Memory::of(&bytes);
        // SAFETY: the memory has the size that it claims, and at least room for the size.
        let status = unsafe { tp_analyzer_statistics(self.analyzer, memory.start.cast()) };
        if struct_size < 16 {
            assert_eq!((status, memory.bytes()), (TP_ERROR_INVALID_ARGUMENT, &before[..]));
            return;
        }
        assert_eq!(status, TP_OK);
        for (member, value) in bytes[8..].chunks_exact_mut(8).zip([2_u64, 4, 3, 4, 15, 2.0_f64.to_bits()]) {
            member.copy_from_slice(&value.to_ne_bytes());
        }
        assert_eq!(memory.bytes(), bytes);
    }

    /// Calls a function with NULL for some pointers that must not be NULL. `places` has one bit for each pointer.
    pub fn null(&self, function: u8, places: u8) {
        let function = usize::from(function) % REQUIRED.len();
        let places = if places & REQUIRED[function] == 0 { REQUIRED[function] } else { places };
        let is_null = |place: u8| places >> place & 1 == 1;
        let (analyzer, draft) =
            if is_null(0) { (ptr::null_mut(), ptr::null_mut()) } else { (self.analyzer, self.draft) };
        let text = if is_null(1) { ptr::null() } else { c"x".as_ptr() };
        let (texts, lengths) = ([text], [1_usize]);
        let texts = if is_null(1) { ptr::null() } else { texts.as_ptr() };
        let lengths = if is_null(2) { ptr::null() } else { lengths.as_ptr() };
        // The bytes show whether a failed call has written. The largest structure fits.
        let mut room = [0xA5A5_A5A5_A5A5_A5A5_u64; 10];
        let out = |place: u8| if is_null(place) { ptr::null_mut() } else { room.as_mut_ptr().cast::<c_void>() };
        let [first, second, third, fourth] = [0, 1, 2, 3].map(out);
        let mut destroyed = false;
        // SAFETY: all pointers are NULL or as the header requires.
        let status = unsafe {
            match function {
                0 => tp_analyzer_new(ptr::null(), first.cast()),
                1 => tp_analyzer_add_document(analyzer, text, 1),
                2 => tp_analyzer_add_documents(analyzer, texts, lengths, 1, ptr::null_mut()),
                3 => tp_analyzer_add_separated(analyzer, text, 1, 0, 0, false, ptr::null_mut()),
                4 => tp_draft_new(analyzer, 0, second.cast()),
                5 => tp_draft_append(draft, text, 1),
                6 => tp_draft_room(draft, 1, second.cast()),
                7 => tp_draft_take(draft, 0),
                8 => tp_analyzer_add_draft(analyzer, if is_null(1) { ptr::null_mut() } else { self.draft }),
                9 => tp_indexer_start(analyzer, second.cast()),
                10 => tp_indexer_stop(ptr::null_mut()),
                11 => tp_analyzer_update(analyzer, 0, ptr::null_mut(), second.cast()),
                12 => tp_analyzer_document_count(analyzer, second.cast()),
                13 => tp_analyzer_total_words(analyzer, second.cast()),
                14 => tp_analyzer_unique_words(analyzer, second.cast()),
                15 => tp_analyzer_contains_document(analyzer, text, 1, third.cast()),
                16 => tp_analyzer_statistics(analyzer, second.cast()),
                17 => tp_analyzer_sentiment(analyzer, second.cast()),
                18 => tp_analyzer_term_frequencies(analyzer, 0, second.cast()),
                19 => tp_analyzer_top_terms(analyzer, 0, second.cast()),
                20 => tp_analyzer_documents(analyzer, 0, second.cast()),
                21 => tp_count_words(text, 1, third.cast()),
                22 => tp_hello(text, 1, third.cast(), fourth.cast()),
                23 => tp_scale_f64(second.cast(), 1, 0.0, third.cast()),
                24 => tp_analyzer_clear(analyzer),
                25 => tp_analyzer_clear_callback(analyzer),
                26 => tp_join_strings(second, 8, text, 1, 0, third.cast()),
                27 => tp_events_new(analyzer, second.cast()),
                28 => tp_events_next(ptr::null_mut(), second.cast()),
                _ => {
                    let callback = if is_null(1) { None } else { Some(never as CallbackFunction) };
                    tp_analyzer_set_callback(analyzer, callback, (&raw mut destroyed).cast(), Some(note_destroyed))
                }
            }
        };
        assert_eq!(status, TP_ERROR_NULL_POINTER, "function {function}, NULL in {places:b}");
        assert_eq!(room, [0xA5A5_A5A5_A5A5_A5A5; 10], "function {function} wrote on failure");
        assert_eq!(destroyed, function == REQUIRED.len() - 1);
        // SAFETY: NULL is allowed.
        unsafe {
            tp_analyzer_free(ptr::null_mut());
            tp_draft_free(ptr::null_mut());
            tp_events_free(ptr::null_mut());
            tp_string_free(ptr::null_mut(), places.into());
        }
    }

    /// Calls a function with an impossible length.
    pub fn too_long(&self, function: u8, by: u32) {
        let (length, text) = (absurd(by), c"x".as_ptr());
        let (mut number, mut is, mut handle) = (7_u64, false, ptr::null_mut::<c_void>());
        let mut array = FFI_ArrowArray::empty();
        let (mut expected, mut document) = (TP_ERROR_INVALID_ARGUMENT, -1);
        // SAFETY: only the length is wrong, and the library must check it before it reads.
        let status = unsafe {
            match function % 10 {
                0 => tp_analyzer_add_document(self.analyzer, text, length),
                1 => {
                    let status = tp_analyzer_add_documents(
                        self.analyzer,
                        [text].as_ptr(),
                        [1].as_ptr(),
                        length,
                        &raw mut number,
                    );
                    assert_eq!(number, 0);
                    status
                }
                2 => {
                    document = 0;
                    tp_analyzer_add_documents(self.analyzer, [text].as_ptr(), [length].as_ptr(), 1, ptr::null_mut())
                }
                3 => tp_analyzer_add_separated(self.analyzer, text, length, 0, 0, false, ptr::null_mut()),
                4 => tp_analyzer_contains_document(self.analyzer, text, length, &raw mut is),
                5 => tp_count_words(text, length, &raw mut number),
                6 => tp_scale_f64(&1.0, length, 1.0, &raw mut array),
                7 => tp_join_strings([0_i64; 2].as_ptr().cast(), 8, text, length, 0, (&raw mut number).cast()),
                8 => {
                    expected = TP_ERROR_OUT_OF_MEMORY;
                    tp_draft_new(self.analyzer, length, (&raw mut handle).cast())
                }
                _ => {
                    expected = TP_ERROR_OUT_OF_MEMORY;
                    tp_draft_room(self.draft, length, (&raw mut handle).cast())
                }
            }
        };
        assert_eq!((status, tp_last_error_document()), (expected, document), "function {}", function % 10);
        assert!(handle.is_null() && array.is_released() && !is, "an out-parameter was written on failure");
    }
}

impl Drop for Subject {
    fn drop(&mut self) {
        // SAFETY: both are freed once.
        unsafe {
            tp_draft_free(self.draft);
            tp_analyzer_free(self.analyzer);
        }
    }
}

/// For each function of [`Subject::null`], one bit for each pointer that must not be NULL. The lowest bit is for the
/// first pointer.
const REQUIRED: [u8; 30] = [1, 3, 7, 3, 3, 3, 3, 1, 3, 3, 1, 1, 3, 3, 3, 7, 3, 3, 3, 3, 3, 6, 14, 6, 1, 1, 6, 3, 1, 3];

type CallbackFunction = unsafe extern "C" fn(*mut c_void, *const tp_document_event) -> i32;

unsafe extern "C" fn never(_: *mut c_void, _: *const tp_document_event) -> i32 {
    unreachable!("this callback was not set")
}

unsafe extern "C" fn note_destroyed(user_data: *mut c_void) {
    // SAFETY: `user_data` points to a `bool`.
    unsafe { *user_data.cast() = true };
}
