//! The order of rows.

use crate::association::{Measure, rank};
use crate::checkpoint::Steps;
use crate::error::Result;
use crate::memory::list_for;

/// Returns the numbers of rows in their order: the largest score of the first measure comes first, or the smallest one if
/// it is a p-value; then the count decides, then first appearance. Without a measure, only counts decide.
///
/// # Errors
/// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
pub fn in_order(measures: &[Measure], scores: &[Vec<f64>], counts: &[u64], steps: &mut Steps) -> Result<Vec<u32>> {
    let mut rows = list_for(counts.len())?;
    rows.extend((0..).take(counts.len()));
    let first = scores.first().map(|scores| &scores[..]);
    let sign = if measures.first().is_some_and(|measure| measure.is_p_value()) { -1.0 } else { 1.0 };
    let score = |row: u32| first.map_or(0.0, |scores| sign * scores[row as usize]);
    rank(rows, score, |row| counts[row as usize], steps)
}
