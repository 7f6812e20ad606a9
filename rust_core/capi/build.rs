//! Sets the name of the shared library that a linked program looks for at its start.

use std::env;

#[path = "src/abi.rs"]
#[expect(dead_code, reason = "the name contains only the major")]
mod abi;

fn main() {
    println!("cargo::rerun-if-changed=src/abi.rs");
    let system = env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    let argument = match system.as_str() {
        "macos" => format!("-install_name,@rpath/libtext_processor.{}.dylib", abi::MAJOR),
        "windows" => return,
        _ => format!("-soname,libtext_processor.so.{}", abi::MAJOR),
    };
    println!("cargo::rustc-cdylib-link-arg=-Wl,{argument}");
    if system == "linux" {
        // CFFI closes the library when Python ends. Arrow data that lives longer calls the functions that release it.
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}
