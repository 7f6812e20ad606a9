//! Tables of ids and variables, when memory is refused.

use std::ptr::{null, null_mut};
use std::sync::Arc;

use arrow_array::ffi::FFI_ArrowArray;
use arrow_array::{Array, ArrayRef, Int64Array, StringArray, StructArray};
use arrow_schema::Field;
use arrow_schema::ffi::FFI_ArrowSchema;

use text_processor::*;

use crate::support::refusal::{Owned, Result, alone, refuse_each, status_of};

/// A small number, so that the reserve of the allocator is enough for each array: Arrow cannot report a failure.
const ROWS: usize = 200;

fn exported() -> (FFI_ArrowSchema, FFI_ArrowArray) {
    let column = |name: &str, values: ArrayRef| (Arc::new(Field::new(name, values.data_type().clone(), true)), values);
    let texts = (0..ROWS).map(|row| (row % 7 > 0).then(|| format!("author {}", row % 90)));
    let numbers = (0..ROWS).map(|row| i64::try_from(row % 50).unwrap());
    let table = StructArray::from(vec![
        column("author", Arc::new(texts.collect::<StringArray>())),
        column("year", Arc::new(numbers.collect::<Int64Array>())),
    ]);
    (FFI_ArrowSchema::try_from(table.data_type()).unwrap(), FFI_ArrowArray::new(&table.to_data()))
}

fn made(make: impl FnOnce(*mut *mut tp_table) -> tp_status) -> Result<Owned<tp_table>> {
    Owned::new(tp_table_free, make)
}

fn copied((schema, array): &(FFI_ArrowSchema, FFI_ArrowArray)) -> Result<Owned<tp_table>> {
    // SAFETY: the structures are valid.
    made(|table| unsafe { tp_table_copy(schema, array, null(), 0, table) })
}

fn rows(table: &Owned<tp_table>) -> usize {
    let mut rows = 0;
    // SAFETY: the handle was not freed.
    assert_eq!(unsafe { tp_table_row_count(table.handle, &raw mut rows) }, TP_OK);
    usize::try_from(rows).unwrap()
}

#[test]
fn tables_can_be_made_after_memory_was_refused() {
    let _turn = alone();
    let given = exported();
    let copy = |(): &()| status_of(copied(&given).map(|table| assert_eq!(rows(&table), ROWS)));
    assert!(refuse_each(1, || (), copy, |()| (), |()| ()) > 0);

    let table = copied(&given).unwrap();
    let is_intact = |(): &()| assert_eq!(rows(&table), ROWS);
    let both = [table.handle.cast_const(); 2];
    // SAFETY: here and below, the table was not freed, and the lists have the lengths that are passed.
    let concat = |(): &()| status_of(made(|to| unsafe { tp_table_concat(both.as_ptr(), 2, to) }).map(drop));
    assert!(refuse_each(1, || (), concat, is_intact, is_intact) > 0);
    let numbers: Vec<u64> = (0..ROWS as u64).rev().chain([u64::MAX]).collect();
    let take = |(): &()| {
        // SAFETY: as above.
        status_of(made(|to| unsafe { tp_table_take(table.handle, numbers.as_ptr(), numbers.len(), to) }).map(drop))
    };
    assert!(refuse_each(1, || (), take, is_intact, is_intact) > 0);
    let codes = |(): &()| {
        let mut codes = FFI_ArrowArray::empty();
        // SAFETY: as above.
        status_of(made(|to| unsafe { tp_table_codes(table.handle, &raw mut codes, to) }).map(drop))
    };
    assert!(refuse_each(1, || (), codes, is_intact, is_intact) > 0);
    let select = |(): &()| {
        let (names, lengths) = ([c"year".as_ptr()], [4]);
        // SAFETY: as above.
        let select = |to| unsafe { tp_table_select(table.handle, names.as_ptr(), lengths.as_ptr(), 1, to) };
        status_of(made(select).map(drop))
    };
    refuse_each(1, || (), select, is_intact, is_intact);
    let join = |(): &()| {
        let mut joined = null_mut();
        // SAFETY: as above.
        let status = unsafe { tp_table_join(both.as_ptr(), 2, &raw mut joined) };
        // Both tables have the same names.
        if status == TP_ERROR_INVALID_ARGUMENT { TP_OK } else { status }
    };
    refuse_each(1, || (), join, is_intact, is_intact);
}
