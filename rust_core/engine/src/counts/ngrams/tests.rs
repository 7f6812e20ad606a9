use std::collections::HashMap;

use proptest::prelude::*;

use super::*;
use crate::checkpoint::tests::calls;

/// Returns all n-grams of documents in order. Tries all numbers, whose bits select terms.
fn model(documents: &[Vec<u32>], n: usize, skip: usize) -> Vec<(Vec<u32>, u64)> {
    let (mut counts, mut order): (HashMap<Vec<u32>, u64>, Vec<_>) = Default::default();
    for document in documents {
        for start in 0..document.len() {
            let window = &document[start + 1..document.len().min(start + n + skip)];
            // Without skips, there is only one combination. Trying all numbers would take too long.
            let tried = if skip > 0 { 0..1_u32 << window.len() } else { 0..0 };
            let mut found: Vec<Vec<usize>> = tried
                .map(|bits| (0..window.len()).filter(|place| bits >> place & 1 == 1).collect())
                .filter(|chosen: &Vec<usize>| chosen.len() == n - 1)
                .collect();
            if skip == 0 && window.len() + 1 == n {
                found.push((0..n - 1).collect());
            }
            found.sort();
            for chosen in found {
                let mut gram = vec![document[start]];
                gram.extend(chosen.iter().map(|place| window[*place]));
                *counts.entry(gram.clone()).or_insert_with(|| {
                    order.push(gram.clone());
                    0
                }) += 1;
            }
        }
    }
    order.into_iter().map(|gram| (gram.clone(), counts[&gram])).collect()
}

/// Counts documents of this number of terms, as sequences of one or two documents.
fn count(documents: &[Vec<u32>], vocabulary: u32, shape: Shape, threads: usize) -> Result<Ngrams> {
    count_frequent(documents, vocabulary, shape, 1, threads)
}

/// As [`count`], but keeps only n-grams with this count.
fn count_frequent(
    documents: &[Vec<u32>],
    vocabulary: u32,
    shape: Shape,
    min_count: u64,
    threads: usize,
) -> Result<Ngrams> {
    let mut terms = Interner::default();
    for number in 0..vocabulary {
        terms.intern(&number.to_le_bytes()).unwrap();
    }
    let sequence = |documents: &[Vec<u32>]| {
        let ends = documents.iter().scan(0, |end, document| {
            *end += document.len();
            Some(*end)
        });
        Sequence { ids: documents.concat(), ends: ends.collect() }
    };
    let sequences: Vec<Sequence> = documents.chunks(2).map(sequence).collect();
    Ngrams::count(&sequences, None, &Arc::new(terms), shape, min_count, threads)
}

proptest! {
    #[test]
    fn ngrams_have_the_counts_of_a_simple_model(
        documents in prop::collection::vec(prop::collection::vec(0..5_u32, 0..20), 0..8),
        n in 1..6_usize,
        skip in 0..4_usize,
        // The keys are integers of 64 bits with the first and often of 128 bits with the second.
        vocabulary in prop::sample::select(vec![5, 9000]),
        min_count in 0..4_u64,
        threads in 1..4_usize,
    ) {
        let shape = Shape::new(n, skip).unwrap();
        let counted = count_frequent(&documents, vocabulary, shape, min_count, threads).unwrap();
        let mut expected = model(&documents, n, skip);
        prop_assert_eq!(counted.distinct(), expected.len());
        expected.retain(|(_, count)| *count >= min_count);
        let found: Vec<_> = (0..counted.len()).map(|place| (counted.get(place).to_vec(), counted.counts()[place])).collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn long_ngrams_have_the_counts_of_a_simple_model(
        documents in prop::collection::vec(prop::collection::vec(0..2_u32, 0..60), 0..4),
        n in 40..50_usize,
        threads in 1..4_usize,
    ) {
        // Terms of one, two, three and nine bits. Keys are integers or lists.
        for vocabulary in [1, 2, 4, 300] {
            let documents: Vec<Vec<u32>> =
                documents.iter().map(|document| document.iter().map(|id| id % vocabulary).collect()).collect();
            let counted = count(&documents, vocabulary, Shape::new(n, 0).unwrap(), threads).unwrap();
            let expected = model(&documents, n, 0);
            prop_assert_eq!(counted.len(), expected.len());
            for (place, (gram, count)) in expected.iter().enumerate() {
                prop_assert_eq!(counted.get(place), &gram[..]);
                prop_assert_eq!(counted.counts()[place], *count);
            }
        }
    }
}

/// Ends the work at each of its checkpoints.
#[test]
fn the_checkpoint_can_stop_counting_at_any_step() {
    let documents: Vec<Vec<u32>> = (0..5).map(|number| (number..number + 40).collect()).collect();
    // Keys are integers of 64 and 128 bits, and lists.
    for (n, skip, vocabulary, ngrams) in [(2, 0, 50, 195), (3, 30, 50, 70_000), (5, 4, 9000, 9000), (30, 0, 50, 55)] {
        let shape = Shape::new(n, skip).unwrap();
        let count = || count(&documents, vocabulary, shape, 2);
        let expected = count().unwrap();
        let (all, counted) = calls(usize::MAX, count);
        assert_eq!(counted.unwrap().counts(), expected.counts());
        // Each thread makes a few n-grams in each step.
        let steps = ngrams * n / (8 * UNITS_PER_LOOK);
        assert!(all > steps, "{all} steps for {ngrams} n-grams of {n}");
        // In each run, the threads divide the work in another way.
        for last in (1..=all / 2).step_by(1 + all / 20) {
            let (called, result) = calls(last, count);
            assert_eq!((called, result.err()), (last, Some(Error::Stopped)));
        }
    }
}

#[test]
fn a_worker_looks_at_the_clock_after_a_table_has_grown() {
    let tables = (0..4).map(|_| NgramTable::<u64>::new(7)).collect();
    let mut worker = NgramWorker { tables, grams: None, lists: (), failed: None };
    let meet = |worker: &mut NgramWorker<u64>, keys: Range<u64>| {
        for key in keys {
            for table in &mut worker.tables {
                table.meet(key, &(), key.hash(&(), 7), key, &mut 0).unwrap();
            }
        }
    };
    for keys in [0..100, 100..200] {
        meet(&mut worker, keys);
        let settled: Vec<bool> = (0..5).map(|_| worker.settle().unwrap()).collect();
        assert_eq!(settled, [true, true, true, true, false]);
    }
    meet(&mut worker, 0..50);
    assert_eq!(worker.settle(), Ok(false));
    assert!(worker.tables.iter().all(|table| table.len() == 200));
}

#[test]
fn ngrams_are_ranked_by_their_counts() {
    let counted = count(&[vec![0, 1, 2, 1, 2]], 3, Shape::new(2, 0).unwrap(), 1).unwrap();
    assert_eq!((counted.n(), counted.len(), counted.is_empty()), (2, 3, false));
    assert_eq!(
        counted.ranked().unwrap().map(|place| counted.get(place as usize)).collect::<Vec<_>>(),
        [[1, 2], [0, 1], [2, 1]]
    );
}
