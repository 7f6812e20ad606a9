//! Arrow arrays that C passes in: columns of text.
//!
//! Nothing here trusts what it can check: the members of the structures, the counts of buffers and children, and each
//! offset, as far as the interface tells the lengths of buffers. Buffers may begin at any address, so values are read
//! unaligned.

use std::ffi::{CStr, c_char};
use std::slice;

use crate::error::status::{Failure, TP_ERROR_INVALID_ARGUMENT};

/// `struct ArrowSchema` of the header.
#[repr(C)]
pub(crate) struct ArrowSchema {
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
pub(crate) struct ArrowArray {
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
trait Structure {
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

fn invalid(message: impl Into<String>) -> Failure {
    Failure::new(TP_ERROR_INVALID_ARGUMENT, message)
}

/// A string of C as text for messages.
///
/// # Safety
/// The pointer is NULL, or a string that ends with a zero byte and does not change while the result is used.
unsafe fn text_of<'a>(string: *const c_char) -> &'a [u8] {
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
unsafe fn structure<'a, T: Structure>(pointer: *const T, what: &str) -> Result<&'a T, Failure> {
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
unsafe fn child<'a, T: Structure>(children: *const *const T, place: usize, what: &str) -> Result<&'a T, Failure> {
    if children.is_null() {
        return Err(Failure::null(what));
    }
    // SAFETY: the caller's promise, for both.
    unsafe { structure(children.add(place).read_unaligned(), what) }
}

/// Which rows are null: a bit for each row, 0 for a null.
#[derive(Clone, Copy)]
struct Validity {
    bits: *const u8,
    offset: usize,
}

impl Validity {
    /// # Safety
    /// The row is one of the array that the bits belong to.
    unsafe fn is_null(self, row: usize) -> bool {
        let place = self.offset + row;
        // SAFETY: the bitmap has a bit for each row of the array, by the promise of the caller of `Column::new`.
        unsafe { self.bits.add(place / 8).read() >> (place % 8) & 1 == 0 }
    }
}

/// The rows of an array: where they begin in its buffers, and which are null.
#[derive(Clone, Copy)]
struct Rows {
    offset: usize,
    validity: Option<Validity>,
}

/// The kind of integers in a buffer.
#[derive(Clone, Copy)]
enum Integers {
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    I64,
    U64,
}

impl Integers {
    fn of(format: &[u8]) -> Option<Self> {
        Some(match format {
            b"c" => Self::I8,
            b"C" => Self::U8,
            b"s" => Self::I16,
            b"S" => Self::U16,
            b"i" => Self::I32,
            b"I" => Self::U32,
            b"l" => Self::I64,
            b"L" => Self::U64,
            _ => return None,
        })
    }

    /// The integer with a number, if it can be a place.
    ///
    /// # Safety
    /// The buffer has more than `place` integers of this kind.
    #[inline]
    unsafe fn read(self, buffer: *const u8, place: usize) -> Option<usize> {
        // SAFETY: the caller's promise, for all.
        unsafe {
            match self {
                Self::I8 => usize::try_from(buffer.cast::<i8>().add(place).read()).ok(),
                Self::U8 => Some(buffer.add(place).read().into()),
                Self::I16 => usize::try_from(buffer.cast::<i16>().add(place).read_unaligned()).ok(),
                Self::U16 => Some(buffer.cast::<u16>().add(place).read_unaligned().into()),
                Self::I32 => usize::try_from(buffer.cast::<i32>().add(place).read_unaligned()).ok(),
                Self::U32 => usize::try_from(buffer.cast::<u32>().add(place).read_unaligned()).ok(),
                Self::I64 => usize::try_from(buffer.cast::<i64>().add(place).read_unaligned()).ok(),
                Self::U64 => usize::try_from(buffer.cast::<u64>().add(place).read_unaligned()).ok(),
            }
        }
    }
}

/// Strings of one kind of array.
#[derive(Clone, Copy)]
enum Values {
    /// Every row is null.
    Null,
    /// Offsets of this kind, and the text between the smallest and the largest offset.
    Offsets { integers: Integers, offsets: *const u8, text: *const u8, first: usize, last: usize },
    /// Views of 16 bytes, and the buffers that long views point into, with their lengths.
    Views { views: *const u8, buffers: *const *const u8, lengths: *const u8, count: usize },
}

/// An array of strings, without a dictionary.
#[derive(Clone, Copy)]
struct Strings {
    rows: Rows,
    length: usize,
    values: Values,
}

/// A column of text: an array of strings, or places in a dictionary of strings.
pub(crate) struct Column {
    /// The rows of the structure that the column is a member of, if it has nulls.
    outer: Option<Validity>,
    length: usize,
    kind: Kind,
}

enum Kind {
    Plain(Strings),
    Dictionary { rows: Rows, places: *const u8, integers: Integers, strings: Strings },
}

/// The schema and the array of a column, with the rows of the structure around it.
struct Found<'a> {
    schema: &'a ArrowSchema,
    array: &'a ArrowArray,
    outer: Rows,
    length: usize,
}

impl Column {
    /// Reads an array as a column of text, or the member `name` of an array of structures.
    ///
    /// # Safety
    /// Each pointer is NULL or valid, by the rules of the Arrow C data interface, and nothing changes while the column
    /// or a text of it is used.
    pub unsafe fn new(
        schema: *const ArrowSchema,
        array: *const ArrowArray,
        name: Option<&[u8]>,
    ) -> Result<Self, Failure> {
        // SAFETY: the caller's promise, for all.
        let found = unsafe {
            let schema = structure(schema, "schema")?;
            let array = structure(array, "array")?;
            let length = length_of(array)?;
            match name {
                None => Found { schema, array, outer: Rows { offset: 0, validity: None }, length },
                Some(name) => member(schema, array, length, name)?,
            }
        };
        // The rows of a member begin where those of its structure begin.
        // SAFETY: as above.
        unsafe { found.column() }
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.length
    }

    /// The text of a row, or None if it is null.
    ///
    /// # Safety
    /// The row is less than the length; the promise of [`new`](Self::new) lasts while the text is used.
    #[inline]
    pub unsafe fn get<'a>(&self, row: usize) -> Result<Option<&'a [u8]>, Failure> {
        // SAFETY: the caller's promise, for all: each array has at least `length` rows.
        let found = unsafe {
            if self.outer.is_some_and(|outer| outer.is_null(row)) {
                return Ok(None);
            }
            match &self.kind {
                Kind::Plain(strings) => strings.get(row),
                Kind::Dictionary { rows, places, integers, strings } => {
                    if rows.validity.is_some_and(|validity| validity.is_null(row)) {
                        return Ok(None);
                    }
                    match integers.read(*places, rows.offset + row).filter(|place| *place < strings.length) {
                        Some(place) => strings.get(place),
                        None => Err("its place in the dictionary is out of range"),
                    }
                }
            }
        };
        found.map_err(|message| {
            let message = format!("the array is not valid: a row has no text, because {message}");
            Failure { document: Some(row), ..invalid(message) }
        })
    }
}

impl Found<'_> {
    /// # Safety
    /// As [`Column::new`].
    unsafe fn column(&self) -> Result<Column, Failure> {
        let Self { schema, array, outer, length } = self;
        // SAFETY: the caller's promise, for all.
        let kind = unsafe {
            if schema.dictionary.is_null() {
                Kind::Plain(Strings::new(schema, array, outer.offset, *length)?)
            } else {
                let format = text_of(schema.format);
                let integers = Integers::of(format).ok_or_else(|| not_text(schema))?;
                let texts = structure(schema.dictionary, "schema->dictionary")?;
                let dictionary = structure(array.dictionary, "array->dictionary")?;
                if !texts.dictionary.is_null() {
                    return Err(invalid("a dictionary whose values are a dictionary is not a column of text"));
                }
                let rows = rows_of(array, outer.offset, 2, true)?;
                let places = buffer(array, 1, *length > 0)?;
                let strings = Strings::new(texts, dictionary, 0, length_of(dictionary)?)?;
                Kind::Dictionary { rows, places, integers, strings }
            }
        };
        Ok(Column { outer: outer.validity, length: *length, kind })
    }
}

/// The length of an array whose rows can be addressed.
fn length_of(array: &ArrowArray) -> Result<usize, Failure> {
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

/// The buffer with a number. It may be NULL only if it is not needed.
///
/// # Safety
/// `array->buffers` is NULL, or has `n_buffers` pointers.
unsafe fn buffer(array: &ArrowArray, place: usize, is_needed: bool) -> Result<*const u8, Failure> {
    // SAFETY: `rows_of` has checked that there are more than `place` buffers, and that the list is not NULL.
    let found = unsafe { array.buffers.add(place).read_unaligned() };
    if found.is_null() && is_needed {
        return Err(invalid(format!("the array is not valid: its buffer number {place} is NULL")));
    }
    Ok(found)
}

/// The rows of an array, after a check of the number of its buffers. `before` rows of a structure come first.
///
/// # Safety
/// As for [`buffer`].
unsafe fn rows_of(array: &ArrowArray, before: usize, buffers: i64, is_exact: bool) -> Result<Rows, Failure> {
    let has_all = if is_exact { array.n_buffers == buffers } else { array.n_buffers >= buffers };
    if !has_all || array.buffers.is_null() {
        return Err(invalid(format!("the array is not valid: it has {} buffers, not {buffers}", array.n_buffers)));
    }
    // `length_of` has checked the offset of each array, and that of the structure.
    let offset = before + usize::try_from(array.offset).unwrap_or_default();
    // SAFETY: the list of buffers is not NULL, and has at least one.
    let bits = unsafe { array.buffers.read_unaligned() };
    let may_have_nulls = array.null_count != 0;
    if bits.is_null() && array.null_count > 0 {
        return Err(invalid("the array is not valid: it has nulls, but no bitmap that says which rows are null"));
    }
    let validity = (may_have_nulls && !bits.is_null()).then_some(Validity { bits, offset });
    Ok(Rows { offset, validity })
}

fn not_text(schema: &ArrowSchema) -> Failure {
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

/// The member with this name of an array of structures.
///
/// # Safety
/// As [`Column::new`].
unsafe fn member<'a>(
    schema: &'a ArrowSchema,
    array: &'a ArrowArray,
    length: usize,
    name: &[u8],
) -> Result<Found<'a>, Failure> {
    let shown = String::from_utf8_lossy(name);
    // SAFETY: the caller's promise, for all that follow.
    if unsafe { text_of(schema.format) } != b"+s" {
        return Err(invalid(format!("the array has no columns, so it has no column {shown:?}: set `name` to NULL")));
    }
    let children = usize::try_from(schema.n_children).unwrap_or_default();
    if schema.n_children != array.n_children {
        let (fields, columns) = (schema.n_children, array.n_children);
        return Err(invalid(format!("the schema has {fields} columns, but the array has {columns}")));
    }
    let mut found = None;
    let mut names: Vec<String> = Vec::new();
    for place in 0..children {
        // SAFETY: as above.
        let (field, field_name) = unsafe {
            let field = child(schema.children, place, "schema->children[i]")?;
            (field, text_of(field.name))
        };
        if field_name == name && found.replace((place, field)).is_some() {
            return Err(invalid(format!("the table has two columns with the name {shown:?}: rename one of them")));
        }
        if names.len() < 9 {
            names.push(format!("{:?}", String::from_utf8_lossy(field_name)));
        }
    }
    let Some((place, field)) = found else {
        if children > 8 {
            names.truncate(8);
            names.push("...".into());
        }
        let names = if names.is_empty() { "no columns".into() } else { format!("the columns {}", names.join(", ")) };
        return Err(invalid(format!("the table has no column {shown:?}: it has {names}")));
    };
    // SAFETY: as above.
    let (outer, column) = unsafe {
        let outer = rows_of(array, 0, 1, true)?;
        let column = child(array.children, place, "array->children[i]")?;
        (outer, column)
    };
    let rows = length_of(column)?;
    // The rows of the structure are rows of its members, after those that the offset of the structure skips.
    if rows < outer.offset + length {
        return Err(invalid(format!(
            "the array is not valid: its column {shown:?} has {rows} rows, fewer than the array"
        )));
    }
    Ok(Found { schema: field, array: column, outer, length })
}

impl Strings {
    /// # Safety
    /// As [`Column::new`].
    unsafe fn new(schema: &ArrowSchema, array: &ArrowArray, before: usize, length: usize) -> Result<Self, Failure> {
        // SAFETY: the caller's promise, for all.
        unsafe {
            let (rows, values) = match text_of(schema.format) {
                b"n" => (Rows { offset: 0, validity: None }, Values::Null),
                b"u" | b"z" => offsets(array, before, length, Integers::I32)?,
                b"U" | b"Z" => offsets(array, before, length, Integers::I64)?,
                b"vu" | b"vz" => {
                    let rows = rows_of(array, before, 3, false)?;
                    let count = usize::try_from(array.n_buffers - 3).unwrap_or_default();
                    let views = buffer(array, 1, length > 0)?;
                    let lengths = buffer(array, 2 + count, count > 0)?;
                    (rows, Values::Views { views, buffers: array.buffers.add(2), lengths, count })
                }
                _ => return Err(not_text(schema)),
            };
            Ok(Self { rows, length, values })
        }
    }

    /// The text of a row, or None if it is null. An error says why the row is not valid.
    ///
    /// # Safety
    /// The row is less than the length.
    #[inline]
    unsafe fn get<'a>(&self, row: usize) -> Result<Option<&'a [u8]>, &'static str> {
        // SAFETY: the caller's promise.
        if self.rows.validity.is_some_and(|validity| unsafe { validity.is_null(row) }) {
            return Ok(None);
        }
        let place = self.rows.offset + row;
        match self.values {
            Values::Null => Ok(None),
            Values::Offsets { integers, offsets, text, first, last } => {
                // SAFETY: there is one offset more than rows, by the promise of the caller of `Column::new`.
                let ends = unsafe { (integers.read(offsets, place), integers.read(offsets, place + 1)) };
                let (Some(start), Some(end)) = ends else { return Err("an offset is negative") };
                if start > end || start < first || end > last {
                    return Err("its offsets are not in order");
                }
                if start == end {
                    return Ok(Some(&[]));
                }
                if text.is_null() {
                    return Err("the buffer of the text is NULL");
                }
                // SAFETY: the text reaches to the last offset, by the promise of the caller of `Column::new`.
                Ok(Some(unsafe { slice::from_raw_parts(text.add(start), end - start) }))
            }
            Values::Views { views, buffers, lengths, count } => {
                // SAFETY: there is a view for each row, by the promise of the caller of `Column::new`; a view of a text
                // of at most 12 bytes contains it, and others contain two more integers.
                let (length, view) = unsafe {
                    let view = views.add(16 * place);
                    (view.cast::<i32>().read_unaligned(), view)
                };
                let Ok(length) = usize::try_from(length) else { return Err("its length is negative") };
                if length <= 12 {
                    // SAFETY: as above.
                    return Ok(Some(unsafe { slice::from_raw_parts(view.add(4), length) }));
                }
                // SAFETY: as above.
                let (number, start) =
                    unsafe { (Integers::I32.read(view.add(8), 0), Integers::I32.read(view.add(12), 0)) };
                let (Some(number), Some(start)) = (number.filter(|number| *number < count), start) else {
                    return Err("its view points to no buffer");
                };
                // SAFETY: there are `count` buffers and lengths, by the promise of the caller of `Column::new`.
                let (buffer, size) = unsafe {
                    (buffers.add(number).read_unaligned(), Integers::I64.read(lengths, number).unwrap_or_default())
                };
                if buffer.is_null() || start + length > size {
                    return Err("its view points behind the end of a buffer");
                }
                // SAFETY: the buffer has `size` bytes, by the promise of the caller of `Column::new`.
                Ok(Some(unsafe { slice::from_raw_parts(buffer.add(start), length) }))
            }
        }
    }
}

/// The offsets and the text of an array of strings.
///
/// # Safety
/// As [`Column::new`].
unsafe fn offsets(
    array: &ArrowArray,
    before: usize,
    length: usize,
    integers: Integers,
) -> Result<(Rows, Values), Failure> {
    // SAFETY: the caller's promise, for all: an array with rows has one offset more than rows.
    unsafe {
        let rows = rows_of(array, before, 3, true)?;
        let (offsets, text) = (buffer(array, 1, length > 0)?, buffer(array, 2, false)?);
        let (mut first, mut last) = (0, 0);
        if length > 0 {
            let ends = (integers.read(offsets, rows.offset), integers.read(offsets, rows.offset + length));
            let (Some(start), Some(end)) = ends else {
                return Err(invalid("the array is not valid: an offset is negative"));
            };
            (first, last) = (start, end);
        }
        Ok((rows, Values::Offsets { integers, offsets, text, first, last }))
    }
}
