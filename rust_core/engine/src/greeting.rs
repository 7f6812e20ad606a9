//! A greeting: the smallest function of the library.

use crate::error::Result;
use crate::memory::list_for;

/// Returns a greeting of `name`, with room for one more byte, which the C ABI needs.
///
/// # Errors
/// [`OutOfMemory`](crate::Error::OutOfMemory).
///
/// ```
/// assert_eq!(engine::greeting::hello("World")?, b"Hello, World!");
/// # Ok::<(), engine::Error>(())
/// ```
pub fn hello(name: &str) -> Result<Vec<u8>> {
    let mut greeting = list_for("Hello, !".len() + name.len() + 1)?;
    for part in ["Hello, ", name, "!"] {
        greeting.extend_from_slice(part.as_bytes());
    }
    Ok(greeting)
}
