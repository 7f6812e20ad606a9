//! Columns of nulls with a buffer, as polars gives them. By the Arrow C data interface they have no buffers, so the
//! crates of Arrow refuse them.

use std::mem::ManuallyDrop;
use std::ptr::from_ref;
use std::slice;

use engine::Error;
use engine::memory::{list_for, reserve};

use arrow_array::ffi::FFI_ArrowArray;
use arrow_schema::{DataType, FieldRef};

use crate::arrow::import::structures::ArrowArray;

/// The memory of a copied array, until it is released.
struct Kept {
    /// The array itself, if it was moved here.
    original: Option<FFI_ArrowArray>,
    /// Copies of the children of an array. These lists never grow, so that their values do not move.
    arrays: Vec<Vec<ArrowArray>>,
    /// The addresses of these copies.
    children: Vec<Vec<*const ArrowArray>>,
}

/// The types of the children of an array, as far as they are looked at.
fn members(kind: &DataType) -> &[FieldRef] {
    match kind {
        DataType::Struct(fields) => fields,
        DataType::List(field) | DataType::LargeList(field) | DataType::FixedSizeList(field, _) => {
            slice::from_ref(field)
        }
        _ => &[],
    }
}

/// The children of an array of this type, with their types.
///
/// # Safety
/// As [`without_buffers`].
unsafe fn children<'a>(
    kind: &'a DataType,
    array: &'a ArrowArray,
) -> impl Iterator<Item = (&'a DataType, &'a ArrowArray)> {
    let members = members(kind);
    let has_all = !array.children.is_null() && usize::try_from(array.n_children) == Ok(members.len());
    let place = move |place: usize| {
        // SAFETY: the array has this number of children by the caller's promise, and each is valid.
        unsafe { &*array.children.add(place).read_unaligned() }
    };
    let members = if has_all { members } else { &[] };
    members.iter().enumerate().map(move |(number, field)| (field.data_type(), place(number)))
}

/// Whether a column of nulls in an array of this type has a buffer.
///
/// # Safety
/// As [`without_buffers`].
unsafe fn has_buffers(kind: &DataType, array: &ArrowArray) -> bool {
    let is_such = matches!(kind, DataType::Null) && array.n_buffers != 0;
    // SAFETY: the caller's promise, for both.
    is_such || unsafe { children(kind, array).any(|(kind, child)| has_buffers(kind, child)) }
}

/// A copy of an array, in which columns of nulls have no buffers.
///
/// # Safety
/// As [`without_buffers`].
unsafe fn copied(kind: &DataType, array: &ArrowArray, kept: &mut Kept) -> Result<ArrowArray, Error> {
    // SAFETY: the caller's promise; the copy is not released.
    let mut copy = unsafe { from_ref(array).read() };
    if matches!(kind, DataType::Null) {
        copy.n_buffers = 0;
        return Ok(copy);
    }
    let mut arrays = list_for(members(kind).len())?;
    // SAFETY: the caller's promise, for both.
    for (kind, child) in unsafe { children(kind, array) } {
        // SAFETY: as above.
        arrays.push(unsafe { copied(kind, child, kept)? });
    }
    if !arrays.is_empty() {
        let mut children = list_for(arrays.len())?;
        children.extend(arrays.iter().map(from_ref));
        copy.children = children.as_ptr();
        reserve(&mut kept.arrays, 1)?;
        reserve(&mut kept.children, 1)?;
        kept.arrays.push(arrays);
        kept.children.push(children);
    }
    Ok(copy)
}

unsafe extern "C" fn release(array: *mut ArrowArray) {
    // SAFETY: Arrow passes a valid array, whose private data is what `without_buffers` has put there.
    unsafe {
        (*array).release = None;
        drop(Box::from_raw((*array).private_data.cast::<Kept>()));
    }
}

/// An array of this type, in which columns of nulls have no buffers. It owns `array`, and releases it.
///
/// # Safety
/// The array and all its children are valid, by the rules of the Arrow C data interface.
pub(crate) unsafe fn without_buffers(kind: &DataType, array: FFI_ArrowArray) -> Result<FFI_ArrowArray, Error> {
    // SAFETY: both types have the layout of C, and the caller's promise, for both.
    let made = unsafe {
        let read = from_ref(&array).cast::<ArrowArray>();
        if !has_buffers(kind, &*read) {
            return Ok(array);
        }
        let mut kept = Kept { original: None, arrays: Vec::new(), children: Vec::new() };
        let mut made = copied(kind, &*read, &mut kept)?;
        kept.original = Some(array);
        made.release = Some(release);
        made.private_data = Box::into_raw(Box::new(kept)).cast();
        made
    };
    // SAFETY: as above. The structure is moved.
    Ok(unsafe { from_ref(&ManuallyDrop::new(made)).cast::<FFI_ArrowArray>().read() })
}
