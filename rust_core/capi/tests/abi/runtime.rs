//! The versions of the library, and its process.

use std::ffi::CStr;
use std::thread::available_parallelism;

use text_processor::*;

use crate::support::text;

#[test]
fn the_library_reports_its_versions() {
    assert_eq!(tp_abi_version(), 1 << 16 | 1);
    assert_eq!(text(tp_version()), env!("CARGO_PKG_VERSION"));
}

#[test]
fn the_library_names_its_simd_level() {
    let level = text(tp_simd_level());
    if cfg!(feature = "portable") {
        assert_eq!(level, "portable");
    } else if cfg!(target_arch = "aarch64") {
        assert_eq!(level, "neon");
    } else {
        assert!(["portable", "avx2", "avx512"].contains(&level.as_str()), "{level}");
    }
}

#[test]
fn strings_of_the_library_stay_valid() {
    for ask in [tp_version, tp_simd_level] {
        assert_eq!(ask(), ask());
    }
    // SAFETY: the names of statuses are valid until the process ends.
    let names = [TP_OK, TP_ERROR_PANIC].map(|status| unsafe { CStr::from_ptr(tp_status_name(status)) });
    assert_eq!(names, [c"TP_OK", c"TP_ERROR_PANIC"]);
}

#[test]
fn an_analyzer_uses_every_processor_by_default() {
    assert_eq!(usize::try_from(tp_default_threads()).unwrap(), available_parallelism().unwrap().get());
}
