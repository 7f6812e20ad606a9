//! Groups of documents: a code for each document.
//!
//! Documents with the same code are one group. Counts, statistics and matrices by group first sort the documents by
//! their codes, and then read each group once.

use crate::checkpoint::{Steps, UNITS_PER_LOOK};
use crate::error::{Error, Result};
use crate::memory::{list_for, zeros};

/// The code of a document that is in no group.
pub const NO_GROUP: u32 = u32::MAX;

/// The bits of a code that are sorted in one pass.
const BITS_PER_PASS: u32 = if cfg!(test) { 3 } else { 16 };

/// Checks that there is one code for each document.
///
/// # Errors
/// [`Error::CodeCount`].
pub fn check_number(codes: &[u32], documents: usize) -> Result<()> {
    if codes.len() == documents { Ok(()) } else { Err(Error::CodeCount { codes: codes.len(), documents }) }
}

/// Checks that each code is the number of one of `groups` groups, or [`NO_GROUP`].
///
/// # Errors
/// [`Error::UnknownGroup`].
pub fn check_groups(codes: &[u32], groups: usize) -> Result<()> {
    match codes.iter().position(|code| *code != NO_GROUP && *code as usize >= groups) {
        Some(document) => Err(Error::UnknownGroup { document, code: codes[document], groups }),
        None => Ok(()),
    }
}

/// Sorts items by their codes. Items with equal codes keep their order.
///
/// # Errors
/// [`OutOfMemory`](Error::OutOfMemory), [`Stopped`](Error::Stopped).
pub fn sort_by_code<T: Copy + Default>(items: Vec<T>, code: impl Fn(&T) -> u32, steps: &mut Steps) -> Result<Vec<T>> {
    let (mut items, mut largest, mut is_sorted) = (items, 0, true);
    for some in items.chunks(UNITS_PER_LOOK) {
        steps.did(some.len())?;
        for code in some.iter().map(&code) {
            is_sorted &= largest <= code;
            largest = largest.max(code);
        }
    }
    let mut shift = 0;
    while !is_sorted && shift < u32::BITS && largest >> shift > 0 {
        let part = |item: &T| (code(item) >> shift & ((1 << BITS_PER_PASS) - 1)) as usize;
        let mut places: Vec<usize> = zeros((largest >> shift).min((1 << BITS_PER_PASS) - 1) as usize + 1)?;
        for some in items.chunks(UNITS_PER_LOOK) {
            steps.did(some.len())?;
            some.iter().for_each(|item| places[part(item)] += 1);
        }
        let mut before = 0;
        for place in &mut places {
            before += std::mem::replace(place, before);
        }
        let mut sorted = list_for(items.len())?;
        sorted.resize(items.len(), T::default());
        for some in items.chunks(UNITS_PER_LOOK) {
            steps.did(some.len())?;
            for item in some {
                let place = &mut places[part(item)];
                sorted[*place] = *item;
                *place += 1;
            }
        }
        items = sorted;
        shift += BITS_PER_PASS;
    }
    Ok(items)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::tests::calls;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sorting_by_code_keeps_the_order_of_equal_codes(
            codes in prop::collection::vec(prop_oneof![0..4_u32, 0..90_u32, any::<u32>()], 0..60),
        ) {
            let items: Vec<(u32, usize)> = codes.iter().copied().zip(0..).collect();
            let mut expected = items.clone();
            expected.sort_by_key(|item| item.0);
            prop_assert_eq!(sort_by_code(items, |item| item.0, &mut Steps::one()).unwrap(), expected);
        }
    }

    #[test]
    fn wrong_codes_are_refused() {
        assert_eq!(check_number(&[0, NO_GROUP], 2), Ok(()));
        assert_eq!(check_number(&[0, 1], 3), Err(Error::CodeCount { codes: 2, documents: 3 }));
        assert_eq!(check_groups(&[1, NO_GROUP, 0], 2), Ok(()));
        assert_eq!(check_groups(&[1, 2], 2), Err(Error::UnknownGroup { document: 1, code: 2, groups: 2 }));
    }

    #[test]
    fn the_checkpoint_can_stop_sorting() {
        let sort = || sort_by_code((0..200_u32).rev().collect(), |code| *code, &mut Steps::begin()).map(|list| list[0]);
        let (steps, sorted) = calls(usize::MAX, sort);
        assert_eq!(sorted, Ok(0));
        for last in 1..=steps {
            assert_eq!(calls(last, sort), (last, Err(Error::Stopped)));
        }
    }
}
