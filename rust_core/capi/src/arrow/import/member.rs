//! The column with a name in an array of structures.

use crate::arrow::import::rows::{Rows, rows_of};
use crate::arrow::import::structures::{ArrowArray, ArrowSchema, child, invalid, length_of, text_of};
use crate::error::status::Failure;

/// The schema and the array of a column, with the rows of the structure around it.
pub(super) struct Found<'a> {
    pub(super) schema: &'a ArrowSchema,
    pub(super) array: &'a ArrowArray,
    pub(super) outer: Rows,
    pub(super) length: usize,
}

/// The member with this name of an array of structures.
///
/// # Safety
/// As `Column::new`.
pub(super) unsafe fn member<'a>(
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
