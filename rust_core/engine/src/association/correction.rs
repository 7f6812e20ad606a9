//! p-values of many tests.

use crate::association::rank;
use crate::checkpoint::Steps;
use crate::error::{Error, Result};
use crate::memory::list_for;

/// How p-values are adjusted because there are many tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Correction {
    /// Multiplies each p-value by the number of tests (Bonferroni).
    Bonferroni,
    /// Steps down from the smallest p-value: controls the same error as Bonferroni, with more power (Holm 1979).
    Holm,
    /// Steps up from the largest p-value: controls the false discovery rate (Benjamini & Hochberg 1995).
    BenjaminiHochberg,
}

impl Correction {
    /// Adjusts p-values. A NaN stays, and does not count as a test.
    ///
    /// # Errors
    /// [`OutOfMemory`](Error::OutOfMemory), [`Stopped`](Error::Stopped).
    ///
    /// ```
    /// use engine::association::Correction;
    ///
    /// let mut p = [0.5, 0.01, 0.02, f64::NAN];
    /// Correction::Holm.adjust(&mut p)?;
    /// assert_eq!(p[..3], [0.5, 0.03, 0.04]);
    /// # Ok::<(), engine::Error>(())
    /// ```
    pub fn adjust(self, values: &mut [f64]) -> Result<()> {
        let mut steps = Steps::begin();
        let mut tests: Vec<u32> = list_for(values.len())?;
        let number = u32::try_from(values.len()).map_err(|_| Error::OutOfMemory { bytes: size_of_val(values) })?;
        tests.extend((0..number).filter(|at| !values[*at as usize].is_nan()));
        let count = u32::try_from(tests.len()).expect("not more than all values");
        // The smallest p-values come first.
        let order =
            if self == Self::Bonferroni { tests } else { rank(tests, |at| -values[at as usize], |_| 0, &mut steps)? };
        let value = |values: &[f64], at: u32, times: f64| (values[at as usize] * times).min(1.0);
        match self {
            Self::Bonferroni => {
                for at in order {
                    steps.did(1)?;
                    values[at as usize] = value(values, at, f64::from(count));
                }
            }
            Self::Holm => {
                let mut largest: f64 = 0.0;
                for (at, left) in order.into_iter().zip((1..=count).rev()) {
                    steps.did(1)?;
                    largest = largest.max(value(values, at, f64::from(left)));
                    values[at as usize] = largest;
                }
            }
            Self::BenjaminiHochberg => {
                let mut smallest: f64 = 1.0;
                for (at, place) in order.into_iter().rev().zip((1..=count).rev()) {
                    steps.did(1)?;
                    smallest = smallest.min(value(values, at, f64::from(count) / f64::from(place)));
                    values[at as usize] = smallest;
                }
            }
        }
        Ok(())
    }
}
