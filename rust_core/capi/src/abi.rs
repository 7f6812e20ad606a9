//! The version of the ABI. The build script reads it as well, for the name that programs are linked to.

/// Another major is another library.
pub const MAJOR: u32 = 1;
/// A newer minor only adds.
pub const MINOR: u32 = 1;
