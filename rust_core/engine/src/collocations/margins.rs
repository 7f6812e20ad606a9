//! Counts of terms in each slot of the windows of a text.

use crate::checkpoint::Steps;
use crate::collocations::units::Units;
use crate::error::Result;
use crate::memory::{copied, list_for};

/// The margins of the windows of `n` tokens: all windows in the units, those with gaps too.
pub struct Margins {
    /// The number of windows.
    pub windows: u64,
    /// For each slot, the number of windows with each term in it.
    pub slots: Vec<Vec<u64>>,
}

impl Margins {
    /// Counts the windows. `totals` has the count of each term.
    ///
    /// Each token of a long unit is in each slot of one window, except the tokens near the ends of the unit. So only
    /// these are subtracted.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
    pub fn of_windows(units: &Units, n: usize, totals: &[u64], steps: &mut Steps) -> Result<Self> {
        let (mut windows, mut slots) = (0, list_for(n)?);
        for _ in 0..n {
            slots.push(copied(totals)?);
        }
        for (sequence, ends) in units.runs.iter().zip(&units.ends) {
            let mut start = 0;
            for end in ends {
                let unit = &sequence.ids[std::mem::replace(&mut start, *end)..*end];
                let number = (unit.len() + 1).saturating_sub(n);
                steps.did(n * n.min(unit.len()) + 1)?;
                windows += number as u64;
                for (slot, counts) in slots.iter_mut().enumerate() {
                    let (before, rest) = unit.split_at(slot.min(unit.len()));
                    let after = &rest[number.min(rest.len())..];
                    for id in before.iter().chain(after) {
                        if let Some(count) = counts.get_mut(*id as usize) {
                            *count -= 1;
                        }
                    }
                }
            }
        }
        Ok(Self { windows, slots })
    }
}
