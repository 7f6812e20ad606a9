//! The version of the ABI. The build script reads this file too, because the major is part of the library's name.

/// A different major is a different library.
pub const MAJOR: u32 = 1;
/// A newer minor only adds functions and types.
pub const MINOR: u32 = 1;
