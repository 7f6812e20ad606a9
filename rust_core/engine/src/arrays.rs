//! Operations on arrays of numbers.

use crate::error::Result;
use crate::memory::list_for;

/// Returns a new array of each value times `factor`.
///
/// # Errors
/// [`OutOfMemory`](crate::Error::OutOfMemory).
///
/// ```
/// assert_eq!(engine::arrays::scaled(&[1.0, 2.5], 2.0), Ok(vec![2.0, 5.0]));
/// ```
pub fn scaled(values: &[f64], factor: f64) -> Result<Vec<f64>> {
    let mut scaled = list_for(values.len())?;
    scaled.extend(values.iter().map(|value| value * factor));
    Ok(scaled)
}
