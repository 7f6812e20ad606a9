//! Work in steps: each look at the clock ends a step.

use std::time::Instant;

use super::*;
use crate::checkpoint::UNITS_PER_LOOK;
use crate::matrix::vocabulary::Vocabulary;
use crate::sequence::Sequence;
use crate::terms::NO_TERM;

/// Documents of many different words, the first of which is long.
fn documents() -> Vec<String> {
    let words = |numbers: Range<usize>| numbers.map(|number| format!("w{}", number * 7 % 150)).collect::<Vec<_>>();
    let mut documents = vec![words(0..200).join(" ")];
    documents.extend((0..40).map(|number| words(number..number + number % 9).join(" ")));
    documents
}

fn sorted(options: Options) -> Matrix {
    let mut matrix = counted(Vectorizer { options, features: Features::default() }, Task::Grow, &[documents()]);
    matrix.sort().unwrap();
    matrix
}

proptest! {
    #[test]
    fn a_matrix_does_not_depend_on_steps(
        batches in corpora(), analyzer in analyzers(), least in 1..3_usize, more in 0..2_usize, threads in 1..4_usize,
        repeated in 1..20_usize,
        task in prop::sample::select(vec![Task::Known, Task::Grow, Task::Hash { columns: 90, alternates: true }]),
        has_known: bool,
    ) {
        let options = || options(analyzer, (least, least + more), threads);
        let known = vec![vec!["to a bc ab abc".to_owned()]];
        let batches: Vec<Vec<String>> =
            batches.iter().map(|batch| batch.iter().map(|document| document.repeat(repeated)).collect()).collect();
        let make = || {
            let empty = Vectorizer { options: options(), features: Features::default() };
            let is_fitted = has_known && !matches!(task, Task::Hash { .. });
            let fitted = if is_fitted { counted(empty, Task::Grow, &known).vectorizer().unwrap() } else { empty };
            let mut matrix = counted(fitted, task, &batches);
            let (entries, totals) = (matrix.entries().unwrap(), matrix.totals().unwrap());
            let named = matrix.vectorizer().unwrap();
            matrix.sort().unwrap();
            let sorted = matrix.vectorizer().unwrap();
            let csr = matrix.into_csr::<i32, i64>(false).unwrap();
            let arrays = (csr.row_ends.to_vec(), csr.columns.to_vec(), csr.values.to_vec());
            let order = sorted.features.appearance(&mut Steps::begin()).unwrap();
            (entries, totals.documents, totals.counts, names(&named), names(&sorted), order, arrays)
        };
        prop_assert_eq!(calls(usize::MAX, make).1, make());
    }
}

#[test]
fn the_checkpoint_can_stop_making_a_vectorizer() {
    let matrix = sorted(options(TermKind::Words(Shortest::Two), (1, 1), 2));
    let features = matrix.columns();
    assert_eq!(features, 150);
    let (steps, made) = calls(usize::MAX, || matrix.vectorizer());
    // At least the features of the columns, their columns, and their ages are lists of this length.
    assert!(steps >= 3 * features / UNITS_PER_LOOK, "{steps} steps");
    let expected = names(&made.unwrap());
    for last in 1..=steps {
        assert_eq!(calls(last, || matrix.vectorizer().err()), (last, Some(Error::Stopped)));
    }
    assert_eq!(names(&matrix.vectorizer().unwrap()), expected);
}

#[test]
fn a_long_row_is_made_and_written_in_steps() {
    let mut terms = Interner::default();
    (0..150).for_each(|number| _ = terms.intern(format!("w{number}").as_bytes()).unwrap());
    let terms = Arc::new(terms);
    for ngrams in [(1, 1), (1, 2)] {
        let vectorizer = Arc::new(Vectorizer::of_analyzer(ngrams, 1));
        let fold = || {
            let sequence = Sequence { ids: (0..200).map(|number| number * 7 % 150).collect(), ends: vec![200] };
            Fold::of_sequences(&vectorizer, &terms, vec![sequence]).unwrap()
        };
        let (mut in_steps, mut number) = (fold(), 1);
        while !in_steps.step(Some(Instant::now())).unwrap() {
            number += 1;
        }
        // The sums of 200 words make the row.
        assert!(number >= 200 / UNITS_PER_LOOK, "{number} steps");
        let (mut matrix, mut expected) = (in_steps.finish().unwrap(), fold().finish().unwrap());
        let (steps, found) = calls(usize::MAX, || rows(&mut matrix));
        assert!(steps >= 150 / UNITS_PER_LOOK, "{steps} steps");
        assert_eq!(found, rows(&mut expected));
    }
}

#[test]
fn a_vocabulary_is_made_in_steps() {
    let options = || options(TermKind::Words(Shortest::One), (1, 1), 1);
    let known = counted(Vectorizer { options: options(), features: Features::default() }, Task::Grow, &[documents()]);
    let known = known.vectorizer().unwrap();
    let mut terms = Interner::default();
    (0..300).for_each(|number| _ = terms.intern(format!("w{number}").as_bytes()).unwrap());
    let (terms, term_of) = (Arc::new(terms), (0..300).rev().chain([NO_TERM]).collect::<Vec<u32>>());
    for task in [Task::Known, Task::Grow, Task::Hash { columns: 90, alternates: true }] {
        let make = |is_late: bool| {
            let (mut vocabulary, mut number) = (Vocabulary::begin(&known, task, &terms, None).unwrap(), 1);
            while !vocabulary.step(&known, &term_of, |_| is_late).unwrap() {
                number += 1;
            }
            let (terms, features, ids) = vocabulary.into_parts();
            (number, terms.len(), features.map(|features| features.len()), ids)
        };
        let ((one, .., ids), (many, ..)) = (make(false), make(true));
        assert!(one == 1 && many > 100, "{many} steps");
        assert_eq!(ids.as_ref().map(Vec::len), Some(301));
        assert_eq!((make(true).1, make(true).2, make(true).3), (make(false).1, make(false).2, ids));
    }
}

#[test]
fn the_characters_of_a_long_document_are_read_in_steps() {
    let add = || {
        let options = options(TermKind::Characters, (1, 1), 1);
        let mut builder =
            MatrixBuilder::new(Arc::new(Vectorizer { options, features: Features::default() }), Task::Known)?;
        let text = "é b".repeat(20 * UNITS_PER_LOOK);
        builder.add(text.as_bytes(), std::slice::from_ref(&(0..text.len()))).map_err(|error| error.error)
    };
    let (steps, added) = calls(usize::MAX, add);
    assert_eq!(added, Ok(()));
    assert!(steps >= 60, "{steps} steps");
    for last in [1, 30, 60] {
        assert_eq!(calls(last, add), (last, Err(Error::Stopped)));
    }
}
