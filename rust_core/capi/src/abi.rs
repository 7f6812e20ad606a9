//! The version of the ABI. The build script reads this file too: the name of the library has the major version.

/// A different major version is a different library.
pub const MAJOR: u32 = 1;
/// A newer minor version only adds functions and types.
pub const MINOR: u32 = 1;
