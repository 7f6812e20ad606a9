//! Arrow structures that C holds. C reads their members itself, so the members do not change. Only `private_data` and
//! the functions that C calls are replaced, so that the registry knows each structure until C releases it.

use std::cell::Cell;
use std::ffi::{c_char, c_int, c_void};
use std::ptr;
use std::sync::{Arc, Mutex, TryLockError};

use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;

use crate::error::catch::status_of;
use crate::error::last_error::tp_last_error_message;
use crate::error::status::{Failure, TP_OK};
use crate::handles::instrumented::call_id::CallId;
use crate::handles::instrumented::calls::call_of;
use crate::handles::instrumented::registry::{self, Number};
use crate::runtime::fork::lost;

// ---- The layout of the Arrow C data interface ----

type Release<S> = Option<unsafe extern "C" fn(*mut S)>;

#[repr(C)]
struct Schema {
    _strings: [*const c_char; 3],
    _numbers: [i64; 2],
    _others: [*mut c_void; 2],
    release: Release<Self>,
    private_data: *mut c_void,
}

#[repr(C)]
struct Array {
    _numbers: [i64; 5],
    _others: [*mut c_void; 3],
    release: Release<Self>,
    private_data: *mut c_void,
}

#[repr(C)]
struct Stream {
    get_schema: Option<unsafe extern "C" fn(*mut Self, *mut Schema) -> c_int>,
    get_next: Option<unsafe extern "C" fn(*mut Self, *mut Array) -> c_int>,
    get_last_error: Option<unsafe extern "C" fn(*mut Self) -> *const c_char>,
    release: Release<Self>,
    private_data: *mut c_void,
}

const _: () = assert!(size_of::<Schema>() == size_of::<FFI_ArrowSchema>());
const _: () = assert!(size_of::<Array>() == size_of::<FFI_ArrowArray>());
const _: () = assert!(size_of::<Stream>() == size_of::<FFI_ArrowArrayStream>());

// ---- Schemas and arrays: they are live until C releases them ----

/// A structure that C releases.
trait Released: Sized + 'static {
    const KIND: &str;
    const RELEASE: &str;

    fn parts(&mut self) -> (&mut Release<Self>, &mut *mut c_void);
}

impl Released for Schema {
    const KIND: &str = "ArrowSchema";
    const RELEASE: &str = "ArrowSchema.release";

    fn parts(&mut self) -> (&mut Release<Self>, &mut *mut c_void) {
        (&mut self.release, &mut self.private_data)
    }
}

impl Released for Array {
    const KIND: &str = "ArrowArray";
    const RELEASE: &str = "ArrowArray.release";

    fn parts(&mut self) -> (&mut Release<Self>, &mut *mut c_void) {
        (&mut self.release, &mut self.private_data)
    }
}

/// The original release function and data of a structure.
struct Own<S> {
    release: unsafe extern "C" fn(*mut S),
    private_data: *mut c_void,
}

// SAFETY: any thread may release such a structure, and nothing uses the data before that.
unsafe impl<S> Send for Own<S> {}
// SAFETY: as above.
unsafe impl<S> Sync for Own<S> {}

/// Counts a structure as live until it is released.
fn count<S: Released>(structure: &mut S) {
    let (release, private_data) = structure.parts();
    if let Some(own) = release.take() {
        let own = Own { release: own, private_data: *private_data };
        *private_data = as_pointer(registry::lock().insert(S::KIND, Arc::new(own)));
        *release = Some(release_counted::<S>);
    }
}

unsafe extern "C" fn release_counted<S: Released>(structure: *mut S) {
    let _call = call_of(S::RELEASE);
    status_of(|| {
        // SAFETY: the caller has the structure that it releases, or a copy of it.
        let (release, private_data) = unsafe { &mut *structure }.parts();
        // Marks the structure as released, even if the registry refuses it.
        *release = None;
        let own = registry::lock().remove(handle(*private_data), S::KIND, "structure")?;
        let own = own.downcast::<Own<S>>().expect("the registry has checked the kind");
        *private_data = own.private_data;
        // SAFETY: the structure is as the library made it, except that its `release` is NULL.
        unsafe { (own.release)(structure) };
        Ok(())
    });
}

fn as_pointer(handle: Number) -> *mut c_void {
    ptr::without_provenance_mut(handle.0)
}

fn handle(private_data: *mut c_void) -> Number {
    Number(private_data.addr())
}

/// An array for C, which is live until C releases it.
pub(crate) fn track_array(mut array: FFI_ArrowArray) -> FFI_ArrowArray {
    // SAFETY: both have the layout of the Arrow C data interface.
    count(unsafe { &mut *(&raw mut array).cast::<Array>() });
    array
}

/// A schema for C, which is live until C releases it.
pub(crate) fn track_schema(mut schema: FFI_ArrowSchema) -> FFI_ArrowSchema {
    // SAFETY: both have the layout of the Arrow C data interface.
    count(unsafe { &mut *(&raw mut schema).cast::<Schema>() });
    schema
}

// ---- Streams: one thread at a time ----

const STREAM: &str = "ArrowArrayStream";
/// `EINVAL`, on every system.
const INVALID: c_int = 22;

type Inner = Mutex<FFI_ArrowArrayStream>;

thread_local! {
    /// The stream of this thread's last call for a stream, if the call was a misuse.
    static MISUSED: Cell<Option<Number>> = const { Cell::new(None) };
}

/// A stream for C, which is live until C releases it.
pub(crate) fn track_stream(stream: FFI_ArrowArrayStream) -> FFI_ArrowArrayStream {
    let inner: Inner = Mutex::new(stream);
    let given = Stream {
        get_schema: Some(get_schema),
        get_next: Some(get_next),
        get_last_error: Some(get_last_error),
        release: Some(release),
        private_data: as_pointer(registry::lock().insert(STREAM, Arc::new(inner))),
    };
    // SAFETY: both have the layout of the Arrow C stream interface, and every member is set.
    unsafe { (&raw const given).cast::<FFI_ArrowArrayStream>().read() }
}

/// Calls `run` with the library's own stream for a stream that C holds.
///
/// # Safety
/// `stream` points to a stream that C holds, released or not.
unsafe fn with_own<R>(stream: *mut Stream, run: impl FnOnce(*mut Stream) -> R) -> Result<R, Failure> {
    // SAFETY: the caller's promise.
    let handle = handle(unsafe { (*stream).private_data });
    let inner = registry::lock().enter_alone(handle, STREAM, "stream")?;
    let entered = CallId::current();
    let inner = inner.downcast::<Inner>().expect("the registry has checked the kind");
    let result = match inner.try_lock() {
        Ok(mut own) => Ok(run((&raw mut *own).cast())),
        Err(TryLockError::Poisoned(own)) => Ok(run((&raw mut *own.into_inner()).cast())),
        // `enter_alone` has refused other threads of this process, so a thread of the parent held the lock at the fork.
        Err(TryLockError::WouldBlock) => Err(lost("stream")),
    };
    registry::lock().leave(handle, entered);
    result
}

/// Calls a function of the stream that fills a structure, and counts the structure as live.
///
/// # Safety
/// As the Arrow C stream interface requires.
unsafe fn fill<S: Released>(
    stream: *mut Stream,
    out: *mut S,
    function: impl FnOnce(&Stream) -> Option<unsafe extern "C" fn(*mut Stream, *mut S) -> c_int>,
) -> c_int {
    let mut code = INVALID;
    let status = status_of(|| {
        // SAFETY: the caller's promise; the library's own stream is valid and has all functions.
        code = unsafe { with_own(stream, |own| function(&*own).map_or(INVALID, |function| function(own, out)))? };
        if code == 0 {
            // SAFETY: the call has filled it.
            count(unsafe { &mut *out });
        }
        Ok(())
    });
    // SAFETY: the caller's promise.
    MISUSED.set((status != TP_OK).then(|| handle(unsafe { (*stream).private_data })));
    if status == TP_OK { code } else { INVALID }
}

unsafe extern "C" fn get_schema(stream: *mut Stream, schema: *mut Schema) -> c_int {
    let _call = call_of("ArrowArrayStream.get_schema");
    // SAFETY: the caller's promise.
    unsafe { fill(stream, schema, |own| own.get_schema) }
}

unsafe extern "C" fn get_next(stream: *mut Stream, array: *mut Array) -> c_int {
    let _call = call_of("ArrowArrayStream.get_next");
    // SAFETY: the caller's promise.
    unsafe { fill(stream, array, |own| own.get_next) }
}

/// The message of the stream; after a misuse on this thread, the message of the misuse.
unsafe extern "C" fn get_last_error(stream: *mut Stream) -> *const c_char {
    let _call = call_of("ArrowArrayStream.get_last_error");
    // SAFETY: the caller's promise.
    if MISUSED.get() == Some(handle(unsafe { (*stream).private_data })) {
        return tp_last_error_message();
    }
    let mut message = ptr::null();
    let status = status_of(|| {
        // SAFETY: the caller's promise; the library's own stream is valid.
        message = unsafe { with_own(stream, |own| (*own).get_last_error.map_or(ptr::null(), |get| get(own)))? };
        Ok(())
    });
    if status == TP_OK { message } else { tp_last_error_message() }
}

unsafe extern "C" fn release(stream: *mut Stream) {
    let _call = call_of("ArrowArrayStream.release");
    status_of(|| {
        // SAFETY: the caller has the stream that it releases, or a copy of it.
        let stream = unsafe { &mut *stream };
        stream.release = None;
        // The drop calls the original release function.
        let own = registry::lock().remove(handle(stream.private_data), STREAM, "stream")?;
        drop(own);
        Ok(())
    });
}
