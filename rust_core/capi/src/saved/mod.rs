//! Saved analyzers: an analyzer as a file of Arrow IPC.
//!
//! The file has the columns of the caller, the texts, and the tokens of each text as a dictionary of the types. Its
//! footer has the `settings` of the analyzer, which `values` writes as strings, and the checksums of all bytes before
//! it. `layout` says where the parts of a file are. `write` writes batches of documents, and `new_file` makes sure that
//! a file is complete before it gets its name. `source` reads a file, `blocks` finds its parts and checks them, and
//! `load` makes an analyzer of them on all threads.

mod blocks;
mod layout;
mod load;
mod new_file;
mod settings;
mod sink;
mod source;
mod values;
mod write;

#[cfg(test)]
mod tests;

use std::ffi::{OsStr, c_char};
use std::num::NonZero;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr::null_mut;
use std::sync::Arc;

use arrow_array::ffi::FFI_ArrowArray;
use arrow_array::{Array, ArrayRef, StructArray, UInt8Array};
use arrow_schema::Field;

use crate::analyzer::tp_analyzer;
use crate::arrow::columns::{StringColumn, export_array};
use crate::boundary::guard::guard;
use crate::boundary::options::{self, Options};
use crate::boundary::pointers::out;
use crate::boundary::text_args::bytes;
use crate::error::status::{Failure, tp_status};
use crate::handles::{Borrowed, borrow, into_handle};
use crate::runtime::threads::default_threads;
use crate::tables::{Bytes, give, tp_table};
use load::Loaded;
use new_file::NewFile;
use settings::Settings;
use source::Source;

#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct tp_load_options {
    pub struct_size: usize,
    pub threads: usize,
    pub mmap: usize,
}

// SAFETY: its layout is that of C, its members are integers, and 0 is the default of each.
unsafe impl Options for tp_load_options {
    const NAME: &str = "tp_load_options";
}

/// The path that C passes.
///
/// # Safety
/// The pointer is NULL, or valid for reads of `length` bytes.
unsafe fn path_of<'a>(path: *const c_char, length: usize) -> Result<&'a Path, Failure> {
    // SAFETY: the caller's promise.
    Ok(Path::new(OsStr::from_bytes(unsafe { bytes(path, length, "path")? })))
}

/// The table of the caller, if there is one.
///
/// # Safety
/// The handle is NULL or valid.
unsafe fn columns_of<'a>(columns: *const tp_table) -> Result<Option<Borrowed<'a, tp_table>>, Failure> {
    // SAFETY: the caller's promise.
    if columns.is_null() { Ok(None) } else { unsafe { borrow(columns, "columns") }.map(Some) }
}

/// The table behind a borrowed handle.
fn table_of<'b>(columns: Option<&'b Borrowed<'_, tp_table>>) -> Option<&'b tp_table> {
    // A borrowed handle of the instrumented core is not a reference.
    columns.map(|columns| -> &tp_table { columns })
}

/// Loads an analyzer and its table from a source, which `open` makes of the options.
///
/// # Safety
/// `options` is NULL or valid, `analyzer` is NULL or valid for writes, and `columns` too.
unsafe fn load_from<'s>(
    open: impl FnOnce(&tp_load_options) -> Result<Source<'s>, Failure>,
    options: *const tp_load_options,
    analyzer: *mut *mut tp_analyzer,
    columns: *mut *mut tp_table,
) -> Result<(), Failure> {
    let analyzer = out(analyzer, "analyzer")?;
    // SAFETY: the caller's promise.
    let options = unsafe { options::read(options)? };
    let source = open(&options)?;
    let threads = NonZero::new(options.threads).map_or_else(default_threads, Ok)?;
    let Loaded { engine, columns: table } = load::load(&source, threads)?;
    // SAFETY: `analyzer` is not NULL, and both are valid for writes, by the caller's promise.
    unsafe {
        if !columns.is_null() {
            match table {
                Some((schema, batches)) => give(columns, schema, batches),
                None => columns.write(null_mut()),
            }
        }
        analyzer.write(into_handle(tp_analyzer::of(engine)));
    }
    Ok(())
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_save(
    analyzer: *const tp_analyzer,
    columns: *const tp_table,
    path: *const c_char,
    path_length: usize,
) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promise, for all three.
        let (analyzer, columns, path) =
            unsafe { (borrow(analyzer, "analyzer")?, columns_of(columns)?, path_of(path, path_length)?) };
        write::write(&analyzer.engine, table_of(columns.as_ref()), || NewFile::create(path))?.finish()
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_to_ipc(
    analyzer: *const tp_analyzer,
    columns: *const tp_table,
    ipc: *mut FFI_ArrowArray,
) -> tp_status {
    guard(|| {
        let ipc = out(ipc, "ipc")?;
        // SAFETY: the caller's promise, for both.
        let (analyzer, columns) = unsafe { (borrow(analyzer, "analyzer")?, columns_of(columns)?) };
        let Bytes(bytes) = write::write(&analyzer.engine, table_of(columns.as_ref()), || Ok(Bytes::default()))?;
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { ipc.write(export_array(&UInt8Array::from(bytes))) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_load(
    path: *const c_char,
    path_length: usize,
    options: *const tp_load_options,
    analyzer: *mut *mut tp_analyzer,
    columns: *mut *mut tp_table,
) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promises, of which one is that no process changes the file while it is mapped.
        unsafe {
            let open = |options: &tp_load_options| Source::open(path_of(path, path_length)?, options.mmap != 0);
            load_from(open, options, analyzer, columns)
        }
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_from_ipc(
    ipc: *const c_char,
    length: usize,
    options: *const tp_load_options,
    analyzer: *mut *mut tp_analyzer,
    columns: *mut *mut tp_table,
) -> tp_status {
    guard(|| {
        // SAFETY: the caller's promises.
        unsafe {
            let open = |_: &tp_load_options| Ok(Source::Bytes(bytes(ipc, length, "ipc")?));
            load_from(open, options, analyzer, columns)
        }
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tp_analyzer_settings(
    analyzer: *const tp_analyzer,
    settings: *mut FFI_ArrowArray,
) -> tp_status {
    guard(|| {
        let settings = out(settings, "settings")?;
        // SAFETY: the caller's promise.
        let analyzer = unsafe { borrow(analyzer, "analyzer")? };
        let engine = &analyzer.engine;
        let found = Settings::of_options(engine.tokenization(), &*engine.term_options()?, !engine.keeps_text())?;
        let (mut keys, mut values) = (StringColumn::<i64>::with_capacity(0)?, StringColumn::<i64>::with_capacity(0)?);
        for (key, value) in found.pairs() {
            keys.push(key.as_bytes())?;
            values.push(value.as_bytes())?;
        }
        let column = |name, values: StringColumn<i64>| {
            let values: ArrayRef = Arc::new(values.finish());
            (Arc::new(Field::new(name, values.data_type().clone(), false)), values)
        };
        let array = StructArray::from(vec![column("key", keys), column("value", values)]);
        // SAFETY: not NULL, and valid for writes by the caller's promise.
        unsafe { settings.write(export_array(&array)) };
        Ok(())
    })
}
