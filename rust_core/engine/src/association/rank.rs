//! The order of rows with scores.

use crate::checkpoint::{Steps, UNITS_PER_LOOK};
use crate::error::Result;
use crate::grouping::sort_by_code;
use crate::memory::list_for;

/// The most rows that are sorted in one step.
const FEW: usize = UNITS_PER_LOOK / 8;

/// The units of work that a row takes when it is sorted in one step.
const UNITS_PER_KEY: usize = 16;

/// Returns rows by descending score, then by descending count. Rows that are equal in both keep their order, and those
/// whose score is NaN come last.
///
/// # Errors
/// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
pub fn rank(
    rows: Vec<u32>,
    score: impl Fn(u32) -> f64,
    count: impl Fn(u32) -> u64,
    steps: &mut Steps,
) -> Result<Vec<u32>> {
    if rows.len() <= FEW {
        let mut keys = list_for(rows.len())?;
        keys.extend((0_u32..).zip(&rows).map(|(place, row)| (descending(score(*row)), !count(*row), place, *row)));
        keys.sort_unstable();
        steps.did(UNITS_PER_KEY * keys.len())?;
        let mut sorted = list_for(rows.len())?;
        sorted.extend(keys.iter().map(|(.., row)| *row));
        return Ok(sorted);
    }
    let rows = sort_by_key(rows, |row| !count(row), steps)?;
    sort_by_key(rows, |row| descending(score(row)), steps)
}

/// Sorts rows by a key of 64 bits. Rows with equal keys keep their order.
fn sort_by_key(rows: Vec<u32>, key: impl Fn(u32) -> u64, steps: &mut Steps) -> Result<Vec<u32>> {
    let [low, high] = [0, u32::BITS].map(|shift| {
        let key = &key;
        #[allow(clippy::cast_possible_truncation)] // The other half is cut off.
        move |row: &u32| (key(*row) >> shift & u64::from(u32::MAX)) as u32
    });
    let rows = sort_by_code(rows, low, steps)?;
    sort_by_code(rows, high, steps)
}

/// Returns a key that is larger for smaller numbers, and the largest for NaN.
fn descending(number: f64) -> u64 {
    // Both zeros are equal.
    let bits = (number + 0.0).to_bits();
    match number {
        _ if number.is_nan() => u64::MAX,
        _ if bits >> 63 == 0 => !(bits | 1 << 63),
        _ => bits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::cmp::Reverse;

    proptest! {
        #[test]
        fn rows_are_sorted_by_score_then_count_then_first_appearance(
            rows in prop::collection::vec(
                (prop_oneof![any::<f64>(), Just(0.0), Just(-0.0), Just(f64::NAN), Just(f64::INFINITY)], 0..4_u64),
                0..60,
            ),
        ) {
            let at = |row: u32| rows[row as usize];
            let all: Vec<u32> = (0..).take(rows.len()).collect();
            let mut expected = all.clone();
            expected.sort_by(|left, right| {
                let ((left, left_count), (right, right_count)) = (at(*left), at(*right));
                let by_score = match (left.is_nan(), right.is_nan()) {
                    (false, false) => right.partial_cmp(&left).unwrap(),
                    (left, right) => left.cmp(&right),
                };
                by_score.then(Reverse(left_count).cmp(&Reverse(right_count)))
            });
            prop_assert_eq!(rank(all, |row| at(row).0, |row| at(row).1, &mut Steps::one()).unwrap(), expected);
        }
    }
}
