//! Sorts terms by their names.

use std::iter::repeat_n;
use std::sync::Mutex;

use crate::checkpoint::Steps;
use crate::error::Result;
use crate::interner::Interner;
use crate::memory::{list_for, zeros};

/// Terms are divided by this number of bits, and each part is sorted on one thread.
const BITS: u32 = if cfg!(test) { 3 } else { 14 };

/// Parts of fewer terms are sorted together.
const TERMS_PER_TASK: usize = if cfg!(test) { 4 } else { 1 << 13 };

/// A term, and the beginning of its name as an integer: most names differ there, so most comparisons read no name.
type Named = (u64, u32);

/// Returns all terms in the order of their names.
///
/// # Errors
/// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
pub fn names_in_order(terms: &Interner, threads: usize, steps: &mut Steps) -> Result<Vec<u32>> {
    let mut named: Vec<Named> = list_for(terms.len())?;
    steps.extend(&mut named, (0_u32..).take(terms.len()).map(|term| (beginning(terms.get(term)), term)))?;
    let mut sorted: Vec<Named> = list_for(named.len())?;
    // New memory takes most of the time, so it gets its first values in steps.
    steps.extend(&mut sorted, repeat_n((0, 0), named.len()))?;
    let ends = divide(&named, &mut sorted, steps)?;
    drop(named);
    // The system needs long to free a long list.
    steps.did(sorted.len())?;
    let mut tasks = list_for(1 + ends.len().min(sorted.len() / TERMS_PER_TASK))?;
    let (mut rest, mut begin) = (&mut sorted[..], 0);
    for (number, end) in ends.iter().enumerate() {
        let length = *end as usize - begin;
        if length >= TERMS_PER_TASK || number + 1 == ends.len() {
            begin = *end as usize;
            tasks.push(rest.split_off_mut(..length).expect("the ends are in order"));
        }
    }
    let name = |term: &Named| terms.get(term.1);
    let mut states = list_for(threads.min(tasks.len()).max(1))?;
    states.resize(threads.min(tasks.len()).max(1), ());
    let queue = Mutex::new(tasks.into_iter());
    steps.run(&mut states, |(), steps| {
        let next = || queue.lock().expect("no panic while the queue is locked").next();
        while let Some(task) = next() {
            task.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| name(a).cmp(name(b))));
            if steps.is_over() {
                return false;
            }
        }
        true
    })?;
    let mut order = list_for(sorted.len())?;
    steps.extend(&mut order, sorted.into_iter().map(|(_, term)| term))?;
    Ok(order)
}

fn beginning(name: &[u8]) -> u64 {
    let mut beginning = [0; 8];
    let length = name.len().min(8);
    beginning[..length].copy_from_slice(&name[..length]);
    u64::from_be_bytes(beginning)
}

/// Writes the terms to `divided`, ordered by some bits of their beginnings: from the first bit on that is not the same
/// in all beginnings. Returns the end of each part.
fn divide(named: &[Named], divided: &mut [Named], steps: &mut Steps) -> Result<Vec<u32>> {
    let differ = named.iter().fold(0, |differ, (beginning, _)| differ | beginning ^ named[0].0);
    let same = differ.leading_zeros().min(u64::BITS - BITS);
    #[allow(clippy::cast_possible_truncation)] // The number of bits is small.
    let part = |beginning: u64| (beginning << same >> (u64::BITS - BITS)) as usize;
    let mut ends: Vec<u32> = zeros(1 << BITS)?;
    steps.did(named.len())?;
    for (beginning, _) in named {
        ends[part(*beginning)] += 1;
    }
    steps.did(named.len())?;
    let mut begin = 0;
    for end in &mut ends {
        (*end, begin) = (begin, begin + *end);
    }
    for one in named {
        let end = &mut ends[part(one.0)];
        divided[*end as usize] = *one;
        *end += 1;
        steps.did(1)?;
    }
    Ok(ends)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn names_are_in_the_order_of_their_bytes(
            names in prop::collection::hash_set("[ab\u{e9}]{0,3}|same prefix [a-d]{0,4}", 0..60),
            threads in 1..4_usize,
        ) {
            let mut terms = Interner::default();
            for name in &names {
                terms.intern(name.as_bytes()).unwrap();
            }
            let mut expected: Vec<&[u8]> = names.iter().map(String::as_bytes).collect();
            expected.sort_unstable();
            let order = names_in_order(&terms, threads, &mut Steps::begin()).unwrap();
            prop_assert_eq!(order.into_iter().map(|term| terms.get(term)).collect::<Vec<_>>(), expected);
        }
    }
}
