//! Details of the last failure on this thread.

use std::cell::RefCell;
use std::ffi::{CString, c_char};

use crate::error::status::Failure;

struct Details {
    message: CString,
    offset: i64,
    document: i64,
    errno: i32,
}

thread_local! {
    static LAST: RefCell<Details> =
        RefCell::new(Details { message: CString::default(), offset: -1, document: -1, errno: 0 });
}

pub(crate) fn set(failure: &Failure) {
    let or_none = |place: Option<usize>| place.and_then(|place| i64::try_from(place).ok()).unwrap_or(-1);
    // C would read the message only up to a zero byte.
    let message = CString::new(failure.message.replace('\0', "\u{FFFD}")).unwrap_or_default();
    let (offset, document) = (or_none(failure.offset), or_none(failure.document));
    let details = Details { message, offset, document, errno: failure.errno.unwrap_or(0) };
    // If a destructor of another thread-local calls the library, the details of its thread may already be destroyed.
    let _ = LAST.try_with(|last| last.replace(details));
}

#[unsafe(no_mangle)]
pub extern "C" fn tp_last_error_message() -> *const c_char {
    LAST.try_with(|last| last.borrow().message.as_ptr()).unwrap_or(c"".as_ptr())
}

#[unsafe(no_mangle)]
pub extern "C" fn tp_last_error_offset() -> i64 {
    LAST.try_with(|last| last.borrow().offset).unwrap_or(-1)
}

#[unsafe(no_mangle)]
pub extern "C" fn tp_last_error_document() -> i64 {
    LAST.try_with(|last| last.borrow().document).unwrap_or(-1)
}

#[unsafe(no_mangle)]
pub extern "C" fn tp_last_error_errno() -> i32 {
    LAST.try_with(|last| last.borrow().errno).unwrap_or(0)
}
