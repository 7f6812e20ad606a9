//! Saved analyzers, through the functions of C.

use std::ffi::c_char;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::ptr::{null, null_mut};

use arrow_array::UInt8Array;
use arrow_array::ffi::FFI_ArrowArray;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;

use text_processor::*;

use crate::support::{Handle, last_error, rows};

/// A folder that is removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("text_processor-{name}-{}", std::process::id()));
        _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).unwrap();
        Self(folder)
    }

    fn files(&self) -> Vec<String> {
        let names = fs::read_dir(&self.0).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        _ = fs::remove_dir_all(&self.0);
    }
}

fn name(path: &Path) -> (*const c_char, usize) {
    let bytes = path.as_os_str().as_encoded_bytes();
    (bytes.as_ptr().cast(), bytes.len())
}

fn save(handle: &Handle, columns: *const tp_table, path: &Path) -> tp_status {
    let (path, length) = name(path);
    // SAFETY: the handles are valid, and the path has its length.
    unsafe { tp_analyzer_save(handle.pointer(), columns, path, length) }
}

fn options(mmap: bool) -> tp_load_options {
    tp_load_options { struct_size: size_of::<tp_load_options>(), threads: 2, mmap: mmap.into() }
}

/// The analyzer and the table that a call has loaded.
fn loaded(
    call: impl FnOnce(*mut *mut tp_analyzer, *mut *mut tp_table) -> tp_status,
) -> Result<(Handle, *mut tp_table), tp_status> {
    let (mut analyzer, mut table) = (null_mut(), null_mut());
    match call(&raw mut analyzer, &raw mut table) {
        // SAFETY: the analyzer is valid, and its only owner is the new handle.
        TP_OK => Ok((unsafe { Handle::of(analyzer) }, table)),
        status => {
            assert!(analyzer.is_null() && table.is_null(), "an out-parameter was written on failure");
            Err(status)
        }
    }
}

fn load(path: &Path, mmap: bool) -> Result<(Handle, *mut tp_table), tp_status> {
    let (path, length) = name(path);
    let options = options(mmap);
    // SAFETY: the path has its length, the options have their size, and no process changes the file.
    loaded(|analyzer, table| unsafe { tp_analyzer_load(path, length, &raw const options, analyzer, table) })
}

fn ipc(handle: &Handle) -> Vec<u8> {
    let mut array = FFI_ArrowArray::empty();
    // SAFETY: the analyzer was not freed; the array is one of uint8.
    unsafe {
        assert_eq!(tp_analyzer_to_ipc(handle.pointer(), null(), &raw mut array), TP_OK);
        let data = arrow_array::ffi::from_ffi_and_data_type(array, arrow_schema::DataType::UInt8).unwrap();
        UInt8Array::from(data).values().to_vec()
    }
}

#[test]
fn an_analyzer_is_saved_and_loaded_with_its_columns() {
    let folder = Folder::new("saved");
    let path = folder.0.join("é.arrow");
    let handle = Handle::with_documents(&["The cat", "the dog", "a cat"]);
    let mut stream = FFI_ArrowArrayStream::empty();
    let (mut table, streams) = (null_mut(), [&raw mut stream]);
    let (names, lengths) = ([c"id".as_ptr(), c"words".as_ptr()], [2, 5]);
    // SAFETY: the analyzer is valid, and the lists have the lengths that are passed.
    unsafe {
        assert_eq!(tp_analyzer_documents(handle.pointer(), 0, streams[0]), TP_OK);
        let made = tp_table_new(streams.as_ptr(), 1, names.as_ptr(), lengths.as_ptr(), 2, &raw mut table);
        assert_eq!(made, TP_OK);
    }
    assert_eq!(save(&handle, table, &path), TP_OK);
    assert_eq!(folder.files(), ["é.arrow"]);
    for mmap in [false, true] {
        let (copy, columns) = load(&path, mmap).unwrap();
        assert_eq!(
            rows(copy.stream(tp_analyzer_term_frequencies, 0)),
            rows(handle.stream(tp_analyzer_term_frequencies, 0))
        );
        let mut count = 0;
        // SAFETY: the table is valid, and freed once.
        unsafe {
            assert_eq!(tp_table_row_count(columns, &raw mut count), TP_OK);
            tp_table_free(columns);
        }
        assert_eq!(count, 3);
        assert_eq!(copy.add(b"one more"), TP_OK);
        assert_eq!(copy.statistics(), {
            let more = Handle::with_documents(&["The cat", "the dog", "a cat", "one more"]);
            more.statistics()
        });
    }
    // SAFETY: the handle is freed only once.
    unsafe { tp_table_free(table) };
}

#[test]
fn the_bytes_of_an_analyzer_are_those_of_its_file() {
    let folder = Folder::new("bytes");
    let path = folder.0.join("file");
    let handle = Handle::with_documents(&["The cat", "the dog"]);
    let bytes = ipc(&handle);
    assert_eq!(save(&handle, null(), &path), TP_OK);
    assert_eq!(fs::read(&path).unwrap(), bytes);
    let read = |bytes: &[u8]| {
        let (start, length) = (bytes.as_ptr().cast(), bytes.len());
        // SAFETY: the bytes have their length; the options may be NULL.
        loaded(|analyzer, table| unsafe { tp_analyzer_from_ipc(start, length, null(), analyzer, table) })
    };
    let (copy, table) = read(&bytes).unwrap();
    assert!(table.is_null());
    assert_eq!(copy.statistics(), handle.statistics());
    assert_eq!(ipc(&copy), bytes);
    assert_eq!(read(&bytes[..bytes.len() - 1]).err(), Some(TP_ERROR_INVALID_FILE));
    assert!(last_error().0.contains("damaged"), "{}", last_error().0);
    assert_eq!(tp_last_error_errno(), 0);
}

#[test]
fn a_new_file_keeps_the_permissions_of_the_old_one_and_a_link_stays_a_link() {
    let folder = Folder::new("replaced");
    let (path, link) = (folder.0.join("file"), folder.0.join("link"));
    let (one, two) = (Handle::with_documents(&["one"]), Handle::with_documents(&["two words"]));
    assert_eq!(save(&one, null(), &path), TP_OK);
    fs::set_permissions(&path, PermissionsExt::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("file", &link).unwrap();
    let mapped = load(&path, true).unwrap().0;
    assert_eq!(save(&two, null(), &link), TP_OK);
    assert_eq!(folder.files(), ["file", "link"]);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(load(&path, false).unwrap().0.statistics(), two.statistics());
    // An analyzer that has mapped the old file can still read it.
    assert_eq!(mapped.statistics(), one.statistics());
    // An analyzer may replace the file that it was mapped from.
    assert_eq!(save(&mapped, null(), &path), TP_OK);
    assert_eq!(load(&path, false).unwrap().0.statistics(), one.statistics());
}

#[test]
fn errors_of_the_operating_system_have_a_number() {
    let folder = Folder::new("errors");
    let handle = Handle::with_documents(&["one"]);
    let missing = folder.0.join("missing").join("file");
    for status in [save(&handle, null(), &missing), load(&missing, false).err().unwrap()] {
        assert_eq!((status, tp_last_error_errno()), (TP_ERROR_IO, 2), "{}", last_error().0);
    }
    assert_eq!(load(&folder.0, false).err(), Some(TP_ERROR_IO));
    assert_eq!(tp_last_error_errno(), 21);
    for path in [&folder.0, Path::new("/dev/null")] {
        assert_eq!(save(&handle, null(), path), TP_ERROR_INVALID_ARGUMENT);
        assert!(last_error().0.contains("not a regular file"), "{}", last_error().0);
    }
    assert_eq!(load(Path::new("/dev/zero"), true).err(), Some(TP_ERROR_INVALID_ARGUMENT));
    for mmap in [false, true] {
        fs::write(folder.0.join("empty"), b"").unwrap();
        assert_eq!(load(&folder.0.join("empty"), mmap).err(), Some(TP_ERROR_INVALID_FILE));
    }
    assert_eq!(folder.files(), ["empty"]);
}

#[test]
fn null_pointers_and_unknown_options_are_refused() {
    let (handle, mut analyzer) = (Handle::with_documents(&["one"]), null_mut());
    // SAFETY: NULL is refused, and the other pointers are valid.
    unsafe {
        assert_eq!(tp_analyzer_save(null(), null(), null(), 0), TP_ERROR_NULL_POINTER);
        assert_eq!(tp_analyzer_save(handle.pointer(), null(), null(), 1), TP_ERROR_NULL_POINTER);
        assert_eq!(tp_analyzer_save(handle.pointer(), null(), null(), 0), TP_ERROR_IO);
        assert_eq!(tp_analyzer_to_ipc(handle.pointer(), null(), null_mut()), TP_ERROR_NULL_POINTER);
        assert_eq!(tp_analyzer_load(null(), 0, null(), null_mut(), null_mut()), TP_ERROR_NULL_POINTER);
        assert_eq!(tp_analyzer_from_ipc(null(), 1, null(), &raw mut analyzer, null_mut()), TP_ERROR_NULL_POINTER);
        let wrong = tp_load_options { struct_size: 1, threads: 0, mmap: 0 };
        let status = tp_analyzer_from_ipc(null(), 0, &raw const wrong, &raw mut analyzer, null_mut());
        assert_eq!(status, TP_ERROR_INVALID_ARGUMENT);
    }
}
