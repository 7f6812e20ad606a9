//! Details of the last failure on this thread.

use std::cell::RefCell;
use std::ffi::{CString, c_char};

use crate::error::status::Failure;

struct Details {
    message: CString,
    offset: i64,
    document: i64,
}

thread_local! {
    static LAST: RefCell<Details> =
        RefCell::new(Details { message: CString::default(), offset: -1, document: -1 });
}

pub(crate) fn set(failure: &Failure) {
    let or_none = |place: Option<usize>| place.and_then(|place| i64::try_from(place).ok()).unwrap_or(-1);
    // A zero byte would end the message early.
    let message = CString::new(failure.message.replace('\0', "\u{FFFD}")).unwrap_or_default();
    let details = Details { message, offset: or_none(failure.offset), document: or_none(failure.document) };
    // Destructors of other thread-locals may call when the details of their thread are gone.
    let _ = LAST.try_with(|last| last.replace(details));
}

/// See the header.
#[unsafe(no_mangle)]
pub extern "C" fn tp_last_error_message() -> *const c_char {
    LAST.try_with(|last| last.borrow().message.as_ptr()).unwrap_or(c"".as_ptr())
}

/// See the header.
#[unsafe(no_mangle)]
pub extern "C" fn tp_last_error_offset() -> i64 {
    LAST.try_with(|last| last.borrow().offset).unwrap_or(-1)
}

/// See the header.
#[unsafe(no_mangle)]
pub extern "C" fn tp_last_error_document() -> i64 {
    LAST.try_with(|last| last.borrow().document).unwrap_or(-1)
}
