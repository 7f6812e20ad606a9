//! Refuses memory on purpose: each request of a call, one after the other.

use std::ffi::c_char;
use std::ptr::null_mut;
use std::sync::{Mutex, MutexGuard, PoisonError};

use arrow_array::ffi::FFI_ArrowArray;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use text_processor::{TP_ERROR_OUT_OF_MEMORY, TP_OK, tp_status, tp_test_refuse_memory};

/// Makes the other tests wait, because memory is refused to the complete process.
pub fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The code of a stream that gets no memory.
pub const ENOMEM: i32 = 12;

/// Makes a call while memory is refused. Returns its result and the number of requests.
pub fn refusing<R>(granted: u64, refused: u64, call: impl FnOnce() -> R) -> (R, u64) {
    tp_test_refuse_memory(granted, refused);
    let result = call();
    (result, tp_test_refuse_memory(u64::MAX, 0))
}

/// Makes the call twice for each request for memory in it: once with only this request refused, and once with this and
/// all later ones.
///
/// The call must succeed, or fail with `TP_ERROR_OUT_OF_MEMORY`; after a failure, `holds` checks that earlier data
/// is unchanged, and the same call must succeed with memory. Returns the number of failures. Refuses only each `step`th
/// request, for calls whose threads make requests in any order, and only each `REFUSED_STEP`th of these if this
/// environment variable is set.
pub fn refuse_each<S>(
    step: usize,
    prepare: impl Fn() -> S,
    call: impl Fn(&S) -> tp_status,
    holds: impl Fn(&S),
    has_succeeded: impl Fn(&S),
) -> u64 {
    let further = std::env::var("REFUSED_STEP").map_or(1, |step| step.parse().expect("a number of requests"));
    let mut failures = 0;
    for refused in [1, u64::MAX] {
        for granted in (0..).step_by(step * further) {
            let state = prepare();
            let (status, asked) = refusing(granted, refused, || call(&state));
            match status {
                TP_OK => {}
                TP_ERROR_OUT_OF_MEMORY => {
                    failures += 1;
                    holds(&state);
                    assert_eq!(call(&state), TP_OK, "the same call, with memory");
                }
                other => panic!("status {other} when request {granted} of {asked} was refused"),
            }
            has_succeeded(&state);
            if asked <= granted {
                break;
            }
        }
    }
    failures
}

pub type Result<T> = std::result::Result<T, tp_status>;

pub fn checked(status: tp_status) -> Result<()> {
    if status == TP_OK { Ok(()) } else { Err(status) }
}

pub fn status_of(result: Result<()>) -> tp_status {
    result.err().unwrap_or(TP_OK)
}

/// A handle that is freed when it is dropped.
pub struct Owned<T> {
    pub handle: *mut T,
    free: unsafe extern "C" fn(*mut T),
}

impl<T> Owned<T> {
    pub fn new(free: unsafe extern "C" fn(*mut T), make: impl FnOnce(*mut *mut T) -> tp_status) -> Result<Self> {
        let mut handle = null_mut();
        let made = checked(make(&raw mut handle));
        assert_eq!(made.is_err(), handle.is_null(), "the out-parameter was written on failure");
        made.map(|()| Self { handle, free })
    }
}

impl<T> Drop for Owned<T> {
    fn drop(&mut self) {
        // SAFETY: the handle is freed only once.
        unsafe { (self.free)(self.handle) }
    }
}

/// Texts as pointers and lengths for C, made before memory is refused.
pub struct Texts {
    pub texts: Vec<String>,
    pub pointers: Vec<*const c_char>,
    pub lengths: Vec<usize>,
}

impl Texts {
    pub fn of(texts: Vec<String>) -> Self {
        let pointers = texts.iter().map(|text| text.as_ptr().cast()).collect();
        let lengths = texts.iter().map(String::len).collect();
        Self { texts, pointers, lengths }
    }

    pub fn count(&self) -> usize {
        self.texts.len()
    }
}

/// A text of `number` words in mixed order, some of which are not ASCII.
pub fn words(number: usize, distinct: usize) -> String {
    let word = |place: usize| match place * 7919 % 20_011 % distinct {
        rare if rare % 50 == 0 => format!("Événement{rare} "),
        other => format!("Word{other} "),
    };
    (0..number).map(word).collect()
}

pub fn documents(number: usize, length: usize) -> Vec<String> {
    let text = words(number * length, 900);
    let all: Vec<&str> = text.split_whitespace().collect();
    all.chunks(length).map(|document| document.join(" ")).collect()
}

/// Reads all of a stream while memory may be refused.
pub fn read(mut stream: FFI_ArrowArrayStream) -> Result<()> {
    let next = stream.get_next().unwrap();
    loop {
        let mut batch = FFI_ArrowArray::empty();
        // SAFETY: both are valid, and only this thread uses the stream.
        match unsafe { next(&raw mut stream, &raw mut batch) } {
            0 if batch.is_released() => return Ok(()),
            0 => {}
            ENOMEM => return Err(TP_ERROR_OUT_OF_MEMORY),
            other => panic!("the stream failed with {other}"),
        }
    }
}

pub fn stream(fill: impl FnOnce(*mut FFI_ArrowArrayStream) -> tp_status) -> Result<()> {
    let mut stream = FFI_ArrowArrayStream::empty();
    checked(fill(&raw mut stream))?;
    read(stream)
}

pub fn array(fill: impl FnOnce(*mut FFI_ArrowArray) -> tp_status) -> Result<()> {
    let mut array = FFI_ArrowArray::empty();
    let filled = checked(fill(&raw mut array));
    assert_eq!(filled.is_err(), array.is_released());
    filled
}
