//! Versions, and what the library is at run time.

use std::ffi::c_char;

use engine::scanner::SimdLevel;

/// Another major is another library.
const ABI_MAJOR: u32 = 1;
/// A newer minor only adds.
const ABI_MINOR: u32 = 1;

/// See the header.
#[unsafe(no_mangle)]
pub extern "C" fn tp_abi_version() -> u32 {
    ABI_MAJOR << 16 | ABI_MINOR
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
