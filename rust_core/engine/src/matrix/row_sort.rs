//! Sorts the entries of a row.

/// Sorts the entries of a row by their features. The upper half of an entry is its feature; the features are different.
pub(super) fn sort_row(row: &mut [u64]) {
    match row.len() {
        0..=1 => {}
        2..=8 => sort_few::<8>(row),
        9..=16 => sort_few::<16>(row),
        _ => row.sort_unstable(),
    }
}

/// The index of an entry is the number of smaller entries. Compares all entries with all: vector instructions make that
/// cheap, and it needs no branch that the processor may predict wrong.
#[allow(clippy::cast_possible_truncation)] // Takes the upper half on purpose, and rows here have at most 16 entries.
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
        fn rows_are_sorted_by_their_features(
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
