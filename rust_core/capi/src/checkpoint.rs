//! The checkpoint of a thread: a function of C that long calls run between two steps.

use std::cell::Cell;
use std::ffi::c_void;
use std::mem::{forget, transmute};
use std::time::Duration;

use engine::checkpoint;

use crate::boundary::guard::guard_release;
use crate::error::status::tp_status;
use crate::listener::callback::Unwinding;

pub type tp_checkpoint = Option<unsafe extern "C" fn(user_data: *mut c_void) -> i32>;

/// The same type for a function that may unwind instead of returning.
type MayEndItsThread = unsafe extern "C-unwind" fn(user_data: *mut c_void) -> i32;

thread_local! {
    /// The cell has no destructor, so it exists as long as its thread.
    static CHECKPOINT: Cell<Option<(MayEndItsThread, *mut c_void)>> = const { Cell::new(None) };
}

/// Calls the function of this thread. Returns whether the work continues.
fn continues() -> bool {
    let Some((function, user_data)) = CHECKPOINT.get() else { return true };
    let unwinding = Unwinding;
    // SAFETY: the function and its user data were set together, by a caller that promised that they stay valid.
    let answer = unsafe { function(user_data) };
    forget(unwinding);
    answer == 0
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_set_checkpoint(
    checkpoint: tp_checkpoint,
    user_data: *mut c_void,
    milliseconds: u32,
) -> tp_status {
    guard_release(|| {
        CHECKPOINT.set(checkpoint.map(|function| {
            // SAFETY: the only difference between the two types is that this one may unwind.
            let function = unsafe { transmute::<unsafe extern "C" fn(_) -> _, MayEndItsThread>(function) };
            (function, user_data)
        }));
        let time = Duration::from_millis(milliseconds.into());
        checkpoint::set(checkpoint.map(|_| (continues as checkpoint::Continues, time)));
        Ok(())
    })
}
