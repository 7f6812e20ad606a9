//! Versions, and what the library is at run time.

use std::ffi::c_char;

use engine::scanner::SimdLevel;

use crate::abi;

/// See the header.
#[unsafe(no_mangle)]
pub extern "C" fn tp_abi_version() -> u32 {
    abi::MAJOR << 16 | abi::MINOR
}

/// See the header.
#[unsafe(no_mangle)]
pub extern "C" fn tp_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// See the header.
#[unsafe(no_mangle)]
pub extern "C" fn tp_simd_level() -> *const c_char {
    SimdLevel::best().name().as_ptr()
}
