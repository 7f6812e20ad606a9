//! Operations on arrays of numbers.

use crate::error::{Error, Result};

/// Each value times `factor`, in a new array.
///
/// # Errors
/// [`Error::OutOfMemory`].
///
/// ```
/// assert_eq!(engine::arrays::scaled(&[1.0, 2.5], 2.0), Ok(vec![2.0, 5.0]));
/// ```
pub fn scaled(values: &[f64], factor: f64) -> Result<Vec<f64>> {
    let mut scaled = Vec::new();
    scaled.try_reserve_exact(values.len()).map_err(|_| Error::OutOfMemory { bytes: size_of_val(values) })?;
    scaled.extend(values.iter().map(|value| value * factor));
    Ok(scaled)
}
