//! Arrow structures that the library keeps for an object of the caller, until the caller frees the object.
//!
//! A capsule of Python has a destructor. A destructor in Python would lose an exception that is being raised, and a
//! destructor in C needs the headers of Python. So the library has a function that Python can call as a destructor: its
//! argument is the address of the capsule, under which the library keeps the structure.

use std::collections::HashMap;
use std::ffi::c_void;
use std::sync::{LazyLock, Mutex, PoisonError};

use engine::forks;
use engine::memory::{ensure, reserve_entry};

use arrow_array::ffi::FFI_ArrowSchema;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;

use crate::arrow::read::invalid;
use crate::boundary::guard::{guard, guard_release};
use crate::boundary::pointers::out;
use crate::error::status::{Failure, tp_status};

/// A structure that the library keeps, and that the caller reads or moves.
enum Kept {
    Stream(*mut FFI_ArrowArrayStream),
    Schema(*mut FFI_ArrowSchema),
}

// SAFETY: any thread may release a stream or a schema.
unsafe impl Send for Kept {}

impl Drop for Kept {
    fn drop(&mut self) {
        // SAFETY: the pointer came from `Box::into_raw`, and is dropped once. The structure releases itself, unless the
        // caller has moved it: then its `release` is NULL.
        unsafe {
            match *self {
                Self::Stream(stream) => drop(Box::from_raw(stream)),
                Self::Schema(schema) => drop(Box::from_raw(schema)),
            }
        }
    }
}

static KEPT: LazyLock<Mutex<HashMap<usize, Kept>>> = LazyLock::new(Mutex::default);

/// Uses the kept structures alone. A fork waits for the end, so the lock is free in every child.
fn with_kept<R>(work: impl FnOnce(&mut HashMap<usize, Kept>) -> R) -> R {
    forks::step(|| work(&mut KEPT.lock().unwrap_or_else(PoisonError::into_inner)))
}

/// Keeps what `kept` returns for an owner that has nothing yet.
fn keep(owner: *const c_void, kept: impl FnOnce() -> Kept) -> Result<(), Failure> {
    with_kept(|all| {
        if all.contains_key(&owner.addr()) {
            return Err(invalid("the library keeps a structure for this `owner` already: free it first"));
        }
        reserve_entry(all)?;
        all.insert(owner.addr(), kept());
        Ok(())
    })
}

/// The argument, which is not NULL.
fn checked_owner(owner: *const c_void) -> Result<*const c_void, Failure> {
    if owner.is_null() { Err(Failure::null("owner")) } else { Ok(owner) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_stream_keep(
    owner: *const c_void,
    stream: *mut FFI_ArrowArrayStream,
    kept: *mut *mut FFI_ArrowArrayStream,
) -> tp_status {
    guard(|| {
        let (owner, stream, kept) = (checked_owner(owner)?, out(stream, "stream")?, out(kept, "kept")?);
        ensure(size_of::<FFI_ArrowArrayStream>())?;
        keep(owner, || {
            // SAFETY: not NULL, and a stream by the caller's promise; it is moved, so its `release` becomes NULL.
            let moved = Box::into_raw(Box::new(unsafe { FFI_ArrowArrayStream::from_raw(stream) }));
            // SAFETY: not NULL, and valid for writes by the caller's promise.
            unsafe { kept.write(moved) };
            Kept::Stream(moved)
        })
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_schema_keep(
    owner: *const c_void,
    schema: *mut FFI_ArrowSchema,
    kept: *mut *mut FFI_ArrowSchema,
) -> tp_status {
    guard(|| {
        let (owner, schema, kept) = (checked_owner(owner)?, out(schema, "schema")?, out(kept, "kept")?);
        ensure(size_of::<FFI_ArrowSchema>())?;
        keep(owner, || {
            // SAFETY: not NULL, and a schema by the caller's promise; it is moved, so its `release` becomes NULL.
            let moved = Box::into_raw(Box::new(unsafe { FFI_ArrowSchema::from_raw(schema) }));
            // SAFETY: not NULL, and valid for writes by the caller's promise.
            unsafe { kept.write(moved) };
            Kept::Schema(moved)
        })
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_kept_free(owner: *mut c_void) {
    guard_release(|| {
        // Released after the step: a release function may be that of another library, and may start threads.
        drop(with_kept(|all| all.remove(&owner.addr())));
        Ok(())
    });
}
