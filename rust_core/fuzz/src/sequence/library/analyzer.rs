//! A handle of an analyzer, and its callbacks.

use std::ffi::{c_char, c_void};
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};

use text_processor::*;

use super::super::{Action, Log, Seen};

/// The user data of a callback.
struct Callback {
    number: u32,
    plan: Vec<Action>,
    next: AtomicUsize,
    analyzer: Analyzer,
}

/// A handle of an analyzer, with its state.
#[derive(Clone)]
pub struct Analyzer {
    pub handle: *mut tp_analyzer,
    pub is_freed: Arc<AtomicBool>,
    pub callbacks: Arc<AtomicU32>,
    pub log: Log,
}

impl Analyzer {
    pub fn note(&self, status: tp_status) {
        self.log.note(seen(status));
    }

    pub fn set_callback(&self, plan: Vec<Action>) -> tp_status {
        let number = self.callbacks.fetch_add(1, Ordering::Relaxed);
        let callback = Callback { number, plan, next: AtomicUsize::new(0), analyzer: self.clone() };
        let user_data = Box::into_raw(Box::new(callback)).cast();
        // SAFETY: the analyzer was not freed, and function, user data and destructor belong together.
        unsafe { tp_analyzer_set_callback(self.handle, Some(notify), user_data, Some(destroyed)) }
    }

    pub fn add(&self, text: &[u8]) -> tp_status {
        // SAFETY: the analyzer was not freed, and the text has this length.
        unsafe { tp_analyzer_add_document(self.handle, pointer(text), text.len()) }
    }

    pub fn number(
        &self,
        of: unsafe extern "C" fn(*const tp_analyzer, *mut u64) -> tp_status,
    ) -> Result<u64, tp_status> {
        answer(0, |number| {
            // SAFETY: the analyzer was not freed.
            unsafe { of(self.handle, number) }
        })
    }

    fn act(&self, action: &Action, rest: &[Action]) -> i32 {
        match action {
            Action::GoOn => {}
            Action::Stop => return -7,
            Action::ClearItself => {
                // SAFETY: the analyzer was not freed.
                assert_eq!(unsafe { tp_analyzer_clear_callback(self.handle) }, TP_OK);
            }
            Action::ReplaceItself => assert_eq!(self.set_callback(rest.to_vec()), TP_OK),
            Action::Add(text) => self.note(self.add(&text.0)),
            Action::ClearDocuments => {
                // SAFETY: the analyzer was not freed.
                assert_eq!(unsafe { tp_analyzer_clear(self.handle) }, TP_OK);
            }
            Action::Ask => {
                for of in [tp_analyzer_document_count, tp_analyzer_total_words, tp_analyzer_unique_words] {
                    self.log.note(Seen::Number(self.number(of).unwrap()));
                }
            }
            Action::FreeAnalyzer => self.free(),
        }
        i32::from(self.is_freed.load(Ordering::Relaxed))
    }

    pub fn free(&self) {
        self.is_freed.store(true, Ordering::Relaxed);
        // SAFETY: callers free an analyzer only once.
        unsafe { tp_analyzer_free(self.handle) }
    }
}

unsafe extern "C" fn notify(user_data: *mut c_void, event: *const tp_document_event) -> i32 {
    // SAFETY: the library passes the user data of this callback, which it has not destroyed, and an event.
    let (callback, event) = unsafe { (&*user_data.cast::<Callback>(), &*event) };
    callback.analyzer.log.note(Seen::Called {
        callback: callback.number,
        text: text_of(event),
        words: event.word_count,
        documents: event.total_documents,
    });
    let number = callback.next.fetch_add(1, Ordering::Relaxed);
    match callback.plan.get(number) {
        Some(action) => callback.analyzer.act(action, &callback.plan[number + 1..]),
        None => 0,
    }
}

pub fn text_of(event: &tp_document_event) -> Vec<u8> {
    // SAFETY: the text has the length in the event.
    unsafe { std::slice::from_raw_parts(event.text.cast::<u8>(), event.text_length) }.to_vec()
}

unsafe extern "C" fn destroyed(user_data: *mut c_void) {
    // SAFETY: the pointer comes from a box in `set_callback`, and is destroyed once.
    let callback = unsafe { Box::from_raw(user_data.cast::<Callback>()) };
    callback.analyzer.log.note(Seen::Destroyed { callback: callback.number });
}

/// The pointer to a text; NULL if it is empty.
pub fn pointer(text: &[u8]) -> *const c_char {
    if text.is_empty() { ptr::null() } else { text.as_ptr().cast() }
}

pub fn seen(status: tp_status) -> Seen {
    match status {
        TP_OK => Seen::Status(TP_OK),
        failed => Seen::Failure(failed, tp_last_error_offset(), tp_last_error_document()),
    }
}

/// The value written to an out-parameter. Checks that nothing is written on failure.
pub fn answer<T: Copy + PartialEq>(before: T, call: impl FnOnce(*mut T) -> tp_status) -> Result<T, tp_status> {
    let mut answer = before;
    match call(&raw mut answer) {
        TP_OK => Ok(answer),
        failed => {
            assert!(answer == before, "an out-parameter was written on failure");
            Err(failed)
        }
    }
}
