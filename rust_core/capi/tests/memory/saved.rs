//! Saved analyzers, when memory is refused.

use std::ptr::{null, null_mut};

use arrow_array::UInt8Array;
use arrow_array::ffi::FFI_ArrowArray;

use text_processor::*;

use crate::support::Handle;
use crate::support::refusal::{Owned, alone, array, documents, refuse_each, status_of};

fn analyzer(counts_only: bool) -> Handle {
    let handle = if counts_only { Handle::counting() } else { Handle::with_threads(1) };
    for document in documents(20, 40) {
        assert_eq!(handle.add(document.as_bytes()), TP_OK);
    }
    handle
}

fn bytes(handle: &Handle) -> Vec<u8> {
    let mut ipc = FFI_ArrowArray::empty();
    // SAFETY: the analyzer was not freed; the array is one of uint8.
    unsafe {
        assert_eq!(tp_analyzer_to_ipc(handle.pointer(), null(), &raw mut ipc), TP_OK);
        let data = arrow_array::ffi::from_ffi_and_data_type(ipc, arrow_schema::DataType::UInt8).unwrap();
        UInt8Array::from(data).values().to_vec()
    }
}

#[test]
fn an_analyzer_is_saved_after_memory_was_refused() {
    let _turn = alone();
    for counts_only in [false, true] {
        let expected = bytes(&analyzer(counts_only));
        let failures = refuse_each(
            1,
            || analyzer(counts_only),
            // SAFETY: the analyzer was not freed.
            |handle| status_of(array(|ipc| unsafe { tp_analyzer_to_ipc(handle.pointer(), null(), ipc) })),
            |handle| assert_eq!(handle.statistics()[0], 20),
            |handle| assert!(bytes(handle) == expected),
        );
        assert!(failures > 0);
    }
}

#[test]
fn an_analyzer_is_loaded_after_memory_was_refused() {
    let _turn = alone();
    let options = tp_load_options { struct_size: size_of::<tp_load_options>(), threads: 1, mmap: 0 };
    for counts_only in [false, true] {
        let saved = bytes(&analyzer(counts_only));
        let load = || {
            // SAFETY: the bytes have their length, and the options have their size.
            Owned::new(tp_analyzer_free, |analyzer| unsafe {
                let (start, length) = (saved.as_ptr().cast(), saved.len());
                tp_analyzer_from_ipc(start, length, &raw const options, analyzer, null_mut())
            })
        };
        let failures = refuse_each(1, || (), |()| status_of(load().map(drop)), |()| (), |()| ());
        assert!(failures > 0);
    }
}
