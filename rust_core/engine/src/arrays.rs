//! Operations on arrays of numbers.

/// Each value times `factor`, in a new array.
///
/// ```
/// assert_eq!(engine::arrays::scaled(&[1.0, 2.5], 2.0), [2.0, 5.0]);
/// ```
pub fn scaled(values: &[f64], factor: f64) -> Vec<f64> {
    values.iter().map(|value| value * factor).collect()
}
