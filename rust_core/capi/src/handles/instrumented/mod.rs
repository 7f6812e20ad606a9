//! Instrumented handles: numbers that are looked up before memory is read.

mod arrow;
mod call_id;
mod calls;
mod lent;
pub(crate) mod registry;
mod strings;

use std::any::{Any, type_name};
use std::ffi::c_char;
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr;
use std::sync::Arc;

use crate::error::status::Failure;
use crate::handles::instrumented::call_id::CallId;
use crate::handles::instrumented::registry::{Number, Value};
use crate::handles::{Handle, unless_lost};
use crate::runtime::fork::lost;

pub(crate) use {arrow::*, calls::*, lent::*};

/// The object of a handle, during a call.
pub(crate) type Borrowed<'a, T> = InCall<T, &'a T>;
/// The object of a handle, which stays alive if the handle is freed.
pub(crate) type Acquired<T> = InCall<T, Arc<T>>;

/// The use of a handle. While it exists, no other thread may free the handle.
pub(crate) struct InCall<T, As> {
    handle: Number,
    entered: CallId,
    value: Arc<T>,
    /// The type of the object, as in the shipped version, where a handle is an address.
    like: PhantomData<As>,
}

impl<T, As> Deref for InCall<T, As> {
    type Target = Arc<T>;

    fn deref(&self) -> &Arc<T> {
        &self.value
    }
}

impl<T, As> Drop for InCall<T, As> {
    fn drop(&mut self) {
        registry::lock().leave(self.handle, self.entered);
    }
}

/// The name that a type has in C.
fn kind<T>() -> &'static str {
    let name = type_name::<T>();
    name.rsplit("::").next().unwrap_or(name)
}

fn enter<T: Handle + Any + Send + Sync, As>(handle: *const T, argument: &str) -> Result<InCall<T, As>, Failure> {
    if handle.is_null() {
        return Err(Failure::null(argument));
    }
    let handle = Number(handle.addr());
    let value = registry::lock().enter(handle, kind::<T>(), argument)?;
    let entered = InCall { handle, entered: CallId::current(), value: of_kind::<T>(value), like: PhantomData };
    if entered.value.is_here() { Ok(entered) } else { Err(lost(argument)) }
}

fn of_kind<T: Any + Send + Sync>(value: Value) -> Arc<T> {
    value.downcast().expect("the registry has checked the kind")
}

/// A handle for C.
pub(crate) fn into_handle<T: Any + Send + Sync>(value: impl Into<Arc<T>>) -> *mut T {
    let handle = registry::lock().insert(kind::<T>(), value.into());
    ptr::without_provenance_mut(handle.0)
}

/// The object of a handle that is not freed during the call.
///
/// # Safety
/// There are no conditions.
pub(crate) unsafe fn borrow<'a, T: Handle + Any + Send + Sync>(
    handle: *const T,
    argument: &str,
) -> Result<Borrowed<'a, T>, Failure> {
    enter(handle, argument)
}

/// The object of a handle that a callback may free during the call.
///
/// # Safety
/// There are no conditions.
pub(crate) unsafe fn acquire<T: Handle + Any + Send + Sync>(
    handle: *const T,
    argument: &str,
) -> Result<Acquired<T>, Failure> {
    enter(handle, argument)
}

/// Takes a handle back. `None` for NULL, or if a fork left the object half changed.
///
/// # Safety
/// There are no conditions.
pub(crate) unsafe fn from_handle<T: Handle + Any + Send + Sync>(
    handle: *mut T,
    argument: &str,
) -> Result<Option<Arc<T>>, Failure> {
    if handle.is_null() {
        return Ok(None);
    }
    let value = registry::lock().remove(Number(handle.addr()), kind::<T>(), argument)?;
    Ok(unless_lost(of_kind(value)))
}

/// Returns a string for C, which ends with a zero byte, and its length without that byte.
pub(crate) fn export_string(bytes: Vec<u8>) -> (*mut c_char, usize) {
    let length = bytes.len();
    (registry::lock().strings().insert(bytes).cast(), length)
}

/// Takes a string back and frees it. NULL is ignored.
///
/// # Safety
/// There are no conditions.
pub(crate) unsafe fn reclaim_string(string: *mut c_char, length: usize) -> Result<(), Failure> {
    if string.is_null() {
        return Ok(());
    }
    let mut registry = registry::lock();
    let freed = registry.strings().free(string.addr(), length);
    freed.map_err(|wrong| registry.misuse(&wrong))
}
