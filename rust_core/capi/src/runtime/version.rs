//! The versions of the library, and the SIMD instructions that it uses.

use std::ffi::c_char;

use engine::scanner::SimdLevel;

use crate::abi;

#[unsafe(no_mangle)]
pub extern "C" fn tp_abi_version() -> u32 {
    abi::MAJOR << 16 | abi::MINOR
}

#[unsafe(no_mangle)]
pub extern "C" fn tp_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

#[unsafe(no_mangle)]
pub extern "C" fn tp_simd_level() -> *const c_char {
    SimdLevel::best().name().as_ptr()
}
