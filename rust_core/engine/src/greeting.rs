//! The smallest thing the library can do.

/// Greets `name`.
///
/// ```
/// assert_eq!(engine::greeting::hello("World"), "Hello, World!");
/// ```
pub fn hello(name: &str) -> String {
    format!("Hello, {name}!")
}
