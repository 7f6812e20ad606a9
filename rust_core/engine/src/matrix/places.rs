//! The places of different numbers in a list.

use std::iter::repeat_n;

use crate::checkpoint::{Steps, UNITS_PER_LOOK};
use crate::error::Result;
use crate::matrix::trie::NO_ID;
use crate::memory::list_for;

/// The index of each number below `bound` in these numbers, which must be different; [`NO_ID`] if it is not there.
pub(super) fn places_of(numbers: &[u32], bound: usize, steps: &mut Steps) -> Result<Vec<u32>> {
    let mut places = list_for(bound)?;
    // New memory takes most of the time, so it gets its first values in steps.
    steps.extend(&mut places, repeat_n(NO_ID, bound))?;
    put_places(&mut places, numbers, steps)?;
    Ok(places)
}

/// Writes the index of each of these numbers to the place with this number.
pub(super) fn put_places(places: &mut [u32], numbers: &[u32], steps: &mut Steps) -> Result<()> {
    let mut indices = 0_u32..;
    for some in numbers.chunks(UNITS_PER_LOOK) {
        some.iter().zip(&mut indices).for_each(|(number, index)| places[*number as usize] = index);
        steps.did(some.len())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_places_of_numbers_are_found_and_other_numbers_have_none() {
        let numbers: Vec<u32> = (0..100).map(|number| number * 3 % 100 + 7).collect();
        let places = places_of(&numbers, 120, &mut Steps::begin()).unwrap();
        let place = |number: u32| (0_u32..).zip(&numbers).find(|(_, other)| **other == number).map(|(place, _)| place);
        let expected: Vec<u32> = (0..120).map(|number| place(number).unwrap_or(NO_ID)).collect();
        assert_eq!(places, expected);
    }
}
