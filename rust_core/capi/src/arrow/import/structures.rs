//! The structures of the Arrow C data interface, and the checks of their members.
//!
//! The types of the crate `arrow` for these structures have private members, and do not check them.

use std::ffi::{CStr, c_char};

use crate::error::status::{Failure, TP_ERROR_INVALID_ARGUMENT};

/// `struct ArrowSchema` of the header.
#[repr(C)]
pub struct ArrowSchema {
    pub format: *const c_char,
    pub name: *const c_char,
    pub metadata: *const c_char,
    pub flags: i64,
    pub n_children: i64,
    pub children: *const *const Self,
    pub dictionary: *const Self,
    pub release: Option<unsafe extern "C" fn(*mut Self)>,
    pub private_data: *mut std::ffi::c_void,
}

/// `struct ArrowArray` of the header.
#[repr(C)]
pub struct ArrowArray {
    pub length: i64,
    pub null_count: i64,
    pub offset: i64,
    pub n_buffers: i64,
    pub n_children: i64,
    pub buffers: *const *const u8,
    pub children: *const *const Self,
    pub dictionary: *const Self,
    pub release: Option<unsafe extern "C" fn(*mut Self)>,
    pub private_data: *mut std::ffi::c_void,
}

/// A structure of Arrow, which its owner may have released or moved.
pub(crate) trait Structure {
    fn is_released(&self) -> bool;
}

impl Structure for ArrowSchema {
    fn is_released(&self) -> bool {
        self.release.is_none()
    }
}

impl Structure for ArrowArray {
    fn is_released(&self) -> bool {
        self.release.is_none()
    }
}

/// The largest sum of the length and the offset of an array: the byte of its last value can still be addressed.
const MAX_ROWS: usize = isize::MAX.cast_unsigned() / 32;

pub(crate) fn invalid(message: impl Into<String>) -> Failure {
    Failure::new(TP_ERROR_INVALID_ARGUMENT, message)
}

/// A string of C as text for messages.
///
/// # Safety
/// The pointer is NULL, or a string that ends with a zero byte and does not change while the result is used.
pub(crate) unsafe fn text_of<'a>(string: *const c_char) -> &'a [u8] {
    if string.is_null() {
        return b"";
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(string) }.to_bytes()
}

/// A structure that was not released.
///
/// # Safety
/// The pointer is NULL, or valid for reads of the structure, which does not change while the result is used.
pub(crate) unsafe fn structure<'a, T: Structure>(pointer: *const T, what: &str) -> Result<&'a T, Failure> {
    if pointer.is_null() {
        return Err(Failure::null(what));
    }
    if !pointer.is_aligned() {
        return Err(Failure::not_aligned::<T>(what));
    }
    // SAFETY: the caller's promise; the pointer is not NULL and is aligned.
    let found = unsafe { &*pointer };
    if found.is_released() {
        return Err(invalid(format!(
            "the argument `{what}` was released or moved: request a new one from its producer"
        )));
    }
    Ok(found)
}

/// The child with a number.
///
/// # Safety
/// `children` is NULL, or has more than `place` pointers, which are NULL or valid as for [`structure`].
pub(crate) unsafe fn child<'a, T: Structure>(
    children: *const *const T,
    place: usize,
    what: &str,
) -> Result<&'a T, Failure> {
    if children.is_null() {
        return Err(Failure::null(what));
    }
    // SAFETY: the caller's promise, for both.
    unsafe { structure(children.add(place).read_unaligned(), what) }
}

/// The length of an array whose rows can be addressed.
pub(crate) fn length_of(array: &ArrowArray) -> Result<usize, Failure> {
    let (length, offset) = (usize::try_from(array.length), usize::try_from(array.offset));
    let (Ok(length), Ok(offset)) = (length, offset) else {
        return Err(invalid(format!(
            "the array is not valid: its length is {}, and its offset is {}",
            array.length, array.offset
        )));
    };
    match length.checked_add(offset).filter(|rows| *rows <= MAX_ROWS) {
        Some(_) => Ok(length),
        None => Err(invalid(format!("the array is not valid: it has {length} rows after {offset} others"))),
    }
}

pub(crate) fn not_text(schema: &ArrowSchema) -> Failure {
    // SAFETY: the format of a schema is NULL or a string, by the promise of the caller of `Column::new`.
    let format = String::from_utf8_lossy(unsafe { text_of(schema.format) });
    let advice = match &*format {
        "+s" => "it is a table or a structure: set `name` to the name of the column with the text",
        "w:8" => "it has bytes of a fixed size, which may be pointers to objects: convert it to strings",
        _ => "pass a column of utf8, large_utf8, utf8_view, binary, large_binary, binary_view, or a dictionary of them",
    };
    let indexed = if schema.dictionary.is_null() { "" } else { "dictionary with places of the " };
    invalid(format!("the column has the Arrow {indexed}format {format:?}, which is not text: {advice}"))
}
