//! The order of the entries of a row.

/// Sorts the entries of a row by their features, which are their upper halves; no two are the same.
pub(super) fn sort_row(row: &mut [u64]) {
    match row.len() {
        0..=1 => {}
        2..=8 => sort_few::<8>(row),
        9..=16 => sort_few::<16>(row),
        _ => row.sort_unstable(),
    }
}

/// Each entry goes where the number of smaller ones says. All are compared with all: that takes few instructions where
/// several comparisons are made at once, and no branch that might be guessed wrong.
#[allow(clippy::cast_possible_truncation)] // The upper half is meant, and no row here is longer than 16.
fn sort_few<const ROOM: usize>(row: &mut [u64]) {
    let (mut features, mut places, mut entries) = ([u32::MAX; ROOM], [0_u32; ROOM], [0; ROOM]);
    entries[..row.len()].copy_from_slice(row);
    for (feature, entry) in features.iter_mut().zip(&*row) {
        *feature = (entry >> 32) as u32;
    }
    for entry in &*row {
        let other = (entry >> 32) as u32;
        for (feature, place) in features.iter().zip(&mut places) {
            *place += u32::from(*feature > other);
        }
    }
    for (place, entry) in places.iter().zip(&entries[..row.len()]) {
        row[*place as usize] = *entry;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rows_are_in_the_order_of_their_features(
            features in prop::collection::hash_set(prop_oneof![0..40_u32, any::<u32>()], 0..24),
        ) {
            let mut row: Vec<u64> = features.iter().map(|feature| u64::from(*feature) << 32 | 7).collect();
            let mut expected = row.clone();
            expected.sort_unstable();
            sort_row(&mut row);
            prop_assert_eq!(row, expected);
        }
    }
}
