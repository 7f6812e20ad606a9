use super::*;
use crate::error::Error;
use proptest::prelude::*;

fn strings() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let string = prop_oneof!["[ab]{0,3}", "[ab]{14,18}", "[a-z]{1,2}"];
    prop::collection::vec(string.prop_map(String::into_bytes), 0..200)
}

proptest! {
    #[test]
    fn a_merge_on_threads_gives_the_same_table_as_adding_one_after_the_other(
        before in strings(), lists in prop::collection::vec(strings(), 1..4), has_same_seeds: bool,
        cuts in prop::collection::vec(1..40_usize, 1..9), threads in prop_oneof![2..6_usize, Just(usize::MAX)],
    ) {
        let mut interner = Interner::default();
        before.iter().for_each(|string| _ = interner.intern(string).unwrap());
        let mut sources = Vec::new();
        for strings in &lists {
            let mut source = if has_same_seeds { interner.strings.emptied() } else { Strings::default() };
            strings.iter().for_each(|string| source.push(string).unwrap());
            sources.push(source);
        }
        // Merge the parts of the lists alternately.
        let (mut parts, mut starts) = (Vec::new(), vec![0; lists.len()]);
        for cut in cuts.iter().cycle().take(400) {
            let list = parts.len() % lists.len();
            let end = lists[list].len().min(starts[list] + cut);
            parts.push(Part { list, strings: starts[list]..end });
            starts[list] = end;
        }
        let mut expected = interner.try_clone().unwrap();
        let mut expected_ids = vec![Vec::new(); lists.len()];
        for Part { list, strings } in &parts {
            expected_ids[*list].extend(strings.clone().map(|at| expected.intern(&lists[*list][at]).unwrap()));
        }
        let mut ids = vec![Vec::new(); lists.len()];
        let mut room = MergeRoom::default();
        let sources: Vec<&Strings> = sources.iter().collect();
        interner.merge(&sources, &parts, &mut ids.iter_mut().collect::<Vec<_>>(), threads, &mut room).unwrap();
        prop_assert_eq!(ids, expected_ids);
        prop_assert_eq!(interner.bytes(), expected.bytes());
        for id in 0..u32::try_from(expected.len()).unwrap() {
            prop_assert_eq!(interner.get(id), expected.get(id));
            prop_assert_eq!(interner.find(expected.get(id)), Some(id));
        }
        prop_assert_eq!(interner.len(), expected.len());

        // After a failure, the interner is unchanged.
        let fill = |_: usize, _: &mut [StringKey]| Err(Error::OutOfMemory { bytes: 1 });
        prop_assert!(interner.merge_keyed(vec![&mut [0; 9]], fill, threads, &mut room).is_err());
        interner.slots.refill(&interner.strings);
        for id in 0..u32::try_from(expected.len()).unwrap() {
            prop_assert_eq!(interner.find(expected.get(id)), Some(id));
        }
    }

    #[test]
    fn all_strings_of_another_interner_get_the_ids_of_adding_one_after_the_other(
        before in strings(), others in strings(), has_same_seeds: bool,
    ) {
        let (mut interner, mut other) = (Interner::default(), Interner::default());
        before.iter().for_each(|string| _ = interner.intern(string).unwrap());
        if has_same_seeds {
            other = interner.emptied();
        }
        others.iter().for_each(|string| _ = other.intern(string).unwrap());
        let mut expected = interner.try_clone().unwrap();
        let ids = (0..other.len()).map(|at| expected.intern(other.strings.get(at))).collect::<Result<Vec<_>>>();
        prop_assert_eq!(interner.add_all(&other), ids);
        prop_assert_eq!(interner.bytes(), expected.bytes());
        for id in 0..u32::try_from(expected.len()).unwrap() {
            prop_assert_eq!(interner.find(expected.get(id)), Some(id));
        }
    }

    #[test]
    fn after_new_strings_are_removed_the_others_are_still_there(before in strings(), others in strings()) {
        let mut interner = Interner::default();
        before.iter().for_each(|string| _ = interner.intern(string).unwrap());
        let (expected, mut again) = (interner.try_clone().unwrap(), interner.try_clone().unwrap());
        others.iter().for_each(|string| _ = interner.intern(string).unwrap());
        interner.truncate(expected.len());
        prop_assert_eq!(interner.bytes(), expected.bytes());
        for string in &others {
            prop_assert_eq!(interner.find(string), expected.find(string));
        }
        for string in &others {
            prop_assert_eq!(interner.intern(string), again.intern(string));
        }
    }

    #[test]
    fn a_table_that_has_grown_on_threads_has_the_same_strings(
        before in strings(), more in 0..2000_usize, threads in prop_oneof![1..9_usize, Just(200)],
    ) {
        let mut interner = Interner::default();
        before.iter().for_each(|string| _ = interner.intern(string).unwrap());
        let slots = interner.slots.list.len();
        let has_grown = interner.grow_for(more, threads).unwrap();
        prop_assert_eq!(has_grown, interner.slots.list.len() > slots);
        for id in 0..u32::try_from(interner.len()).unwrap() {
            prop_assert_eq!(interner.find(interner.get(id)), Some(id));
        }
        prop_assert_eq!(interner.find(b"not there"), None);
    }
}
