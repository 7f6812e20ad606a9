//! Functions that read the counts of the instrumented library. Their header is `include/text_processor_instruments.h`.

use std::cell::RefCell;
use std::ffi::{CStr, CString, c_char};

use crate::handles::instrumented::registry;

thread_local! {
    static REPORT: RefCell<CString> = RefCell::default();
}

/// A name that C passes; `None` for NULL, which means all names.
///
/// # Safety
/// NULL, or a string that ends with a zero byte.
unsafe fn name<'a>(name: *const c_char) -> Option<&'a str> {
    // SAFETY: the caller's promise.
    (!name.is_null()).then(|| unsafe { CStr::from_ptr(name) }.to_str().unwrap_or_default())
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_instruments_live(kind: *const c_char) -> u64 {
    // SAFETY: the caller's promise.
    registry::lock().live(unsafe { name(kind) }) as u64
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_instruments_calls(function: *const c_char) -> u64 {
    // SAFETY: the caller's promise.
    registry::lock().calls(unsafe { name(function) })
}

#[unsafe(no_mangle)]
pub extern "C" fn tp_instruments_misuses() -> u64 {
    registry::lock().misuses()
}

#[unsafe(no_mangle)]
pub extern "C" fn tp_instruments_report() -> *const c_char {
    let report = CString::new(registry::lock().report()).unwrap_or_default();
    REPORT
        .try_with(|kept| {
            kept.replace(report);
            kept.borrow().as_ptr()
        })
        .unwrap_or(c"".as_ptr())
}
