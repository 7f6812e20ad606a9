//! A call that takes long, and the checkpoint that can end it.

use std::cell::Cell;
use std::ffi::{c_char, c_void};
use std::ptr;

use arrow_array::ffi::FFI_ArrowArray;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;

use text_processor::*;

/// A call that takes long.
pub struct Long<'d> {
    pub function: &'static str,
    /// The smallest number of runs of the checkpoint; 0 if the complete call takes too long for a test.
    pub steps: usize,
    pub call: Box<dyn Fn() -> tp_status + 'd>,
}

/// Many calls.
#[derive(Default)]
pub struct Calls<'d>(pub Vec<Long<'d>>);

impl<'d> Calls<'d> {
    /// Adds a call with its number of units of work, or 0 if the complete call takes too long for a test.
    pub fn add(&mut self, function: &'static str, units: usize, call: impl Fn() -> tp_status + 'd) {
        self.0.push(Long { function, steps: units / UNITS_PER_STEP, call: Box::new(call) });
    }
}

/// The units of work in a step: each thread does this part of them between two looks at the clock.
pub const UNITS_PER_STEP: usize = (1 << 16) * THREADS;
pub const THREADS: usize = 2;

thread_local! {
    /// The number of runs of the checkpoint, and the number of the run that ends the call.
    pub static RUNS: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

/// The address of this value is the user data of the checkpoint.
static USER_DATA: u8 = 0;

unsafe extern "C" fn count(user_data: *mut c_void) -> i32 {
    assert!(ptr::eq(user_data.cast(), &raw const USER_DATA));
    let (runs, last) = RUNS.get();
    RUNS.set((runs + 1, last));
    i32::from(runs + 1 >= last)
}

/// Makes a call whose checkpoint ends it at its run number `last`. Returns the number of runs, and the status.
pub fn runs_until(last: usize, call: impl FnOnce() -> tp_status) -> (usize, tp_status) {
    RUNS.set((0, last));
    // SAFETY: the function and its data are static.
    assert_eq!(unsafe { tp_set_checkpoint(Some(count), (&raw const USER_DATA).cast_mut().cast(), 0) }, TP_OK);
    let status = call();
    // SAFETY: there are no conditions.
    assert_eq!(unsafe { tp_set_checkpoint(None, ptr::null_mut(), 0) }, TP_OK);
    (RUNS.get().0, status)
}

/// Makes an object that a call needs, without the checkpoint that `runs_until` has set.
pub fn unchecked<R>(make: impl FnOnce() -> R) -> R {
    // SAFETY: there are no conditions.
    assert_eq!(unsafe { tp_set_checkpoint(None, ptr::null_mut(), 0) }, TP_OK);
    let made = make();
    // SAFETY: the function and its data are static.
    assert_eq!(unsafe { tp_set_checkpoint(Some(count), (&raw const USER_DATA).cast_mut().cast(), 0) }, TP_OK);
    made
}

/// Opens a stream. Returns the status, or reads all batches.
pub fn read(open: impl FnOnce(*mut FFI_ArrowArrayStream) -> tp_status) -> tp_status {
    let mut stream = FFI_ArrowArrayStream::empty();
    match open(&raw mut stream) {
        TP_OK => next(&mut stream),
        status => status,
    }
}

/// Reads all batches. A stream reports a checkpoint that ended `get_next` as an error.
fn next(stream: &mut FFI_ArrowArrayStream) -> tp_status {
    loop {
        let mut batch = FFI_ArrowArray::empty();
        // SAFETY: the stream is valid, and the array is empty.
        match unsafe { stream.get_next().unwrap()(stream, &raw mut batch) } {
            0 if batch.is_released() => return TP_OK,
            0 => {}
            _ => return TP_ERROR_STOPPED_BY_CALLBACK,
        }
    }
}

/// Calls a function with an array that it fills.
pub fn array(fill: impl FnOnce(*mut FFI_ArrowArray) -> tp_status) -> tp_status {
    let mut array = FFI_ArrowArray::empty();
    fill(&raw mut array)
}

pub fn start(text: &str) -> *const c_char {
    text.as_ptr().cast()
}
