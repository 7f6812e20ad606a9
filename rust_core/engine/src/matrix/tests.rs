//! Compares matrices with a short model of scikit-learn.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::checkpoint::Steps;
use crate::checkpoint::tests::calls;
use crate::error::Error;
use crate::grouping::NO_GROUP;
use crate::hash::murmur3;
use crate::interner::Interner;
use crate::terms::accents::Accents;
use crate::tokenizer::Shortest;

mod steps;

fn options(analyzer: TermKind, ngrams: (usize, usize), threads: usize) -> Options {
    let mut stop_words = Interner::default();
    stop_words.intern("be".as_bytes()).unwrap();
    Options { analyzer, ngrams, lowercase: true, accents: None, stop_words, threads }
}

fn words(text: &str) -> Vec<String> {
    text.split(|character: char| !(character.is_alphanumeric() || character == '_'))
        .filter(|word| word.chars().count() > 1 && *word != "be")
        .map(str::to_owned)
        .collect()
}

fn ngrams_of(terms: &[String], (least, most): (usize, usize), between: &str) -> Vec<String> {
    (least..=most).flat_map(|n| terms.windows(n).map(|terms| terms.join(between))).collect()
}

/// The features of a document, in scikit-learn's order.
fn features(text: &str, analyzer: TermKind, ngrams: (usize, usize)) -> Vec<String> {
    let text = text.to_lowercase();
    let characters = |text: &str| text.chars().map(String::from).collect::<Vec<_>>();
    match analyzer {
        TermKind::Words(_) => ngrams_of(&words(&text), ngrams, " "),
        TermKind::Characters => {
            let spaces = regex::Regex::new(r"\s\s+").unwrap();
            ngrams_of(&characters(&spaces.replace_all(&text, " ")), ngrams, "")
        }
        TermKind::CharactersInWords => {
            let mut all = Vec::new();
            for word in text.split_whitespace() {
                let word = characters(&format!(" {word} "));
                for n in ngrams.0..=ngrams.1 {
                    all.extend(word.windows(n.min(word.len())).map(<[String]>::concat));
                    if n >= word.len() {
                        break;
                    }
                }
            }
            all
        }
        TermKind::OfAnalyzer => unreachable!("the tests of the analyzer count its terms"),
    }
}

fn joined(documents: &[String]) -> (Vec<u8>, Vec<Range<usize>>) {
    let (mut text, mut ranges) = (Vec::new(), Vec::new());
    for document in documents {
        ranges.push(text.len()..text.len() + document.len());
        text.extend_from_slice(document.as_bytes());
        text.push(0);
    }
    (text, ranges)
}

fn counted(vectorizer: Vectorizer, task: Task, batches: &[Vec<String>]) -> Matrix {
    let mut counting = MatrixBuilder::new(Arc::new(vectorizer), task).unwrap();
    for batch in batches {
        let (text, ranges) = joined(batch);
        counting.add(&text, &ranges).unwrap();
    }
    counting.finish().unwrap().finish().unwrap()
}

fn names(vectorizer: &Vectorizer) -> Vec<String> {
    (0..u32::try_from(vectorizer.features.len()).unwrap())
        .map(|feature| {
            let mut name = Vec::new();
            vectorizer.name(feature, &mut name).unwrap();
            let name = String::from_utf8(name).unwrap();
            assert_eq!(vectorizer.find(&name), Some(feature));
            name
        })
        .collect()
}

/// The rows as names and counts, in their order.
fn rows(matrix: &mut Matrix) -> Vec<Vec<(String, i64)>> {
    let names = names(&matrix.vectorizer().unwrap());
    let csr = matrix.into_csr::<i32, i64>(false).unwrap();
    let entry = |at: usize| (names[usize::try_from(csr.columns[at]).unwrap()].clone(), csr.values[at]);
    let place = |at: i32| usize::try_from(at).unwrap();
    csr.row_ends.windows(2).map(|pair| (place(pair[0])..place(pair[1])).map(entry).collect()).collect()
}

/// The names and rows by a model with a dictionary: ids are in order of first appearance, and rows are sorted by id.
fn model(documents: &[Vec<String>], known: Option<&[String]>) -> (Vec<String>, Vec<Vec<(String, i64)>>) {
    let mut ids: HashMap<String, usize> = HashMap::new();
    known.into_iter().flatten().enumerate().for_each(|(id, name)| _ = ids.insert(name.clone(), id));
    let mut rows = Vec::new();
    for document in documents {
        let mut row: HashMap<usize, i64> = HashMap::new();
        for feature in document {
            let next = ids.len();
            if known.is_none() {
                ids.entry(feature.clone()).or_insert(next);
            }
            if let Some(id) = ids.get(feature) {
                *row.entry(*id).or_default() += 1;
            }
        }
        let mut row: Vec<(usize, i64)> = row.into_iter().collect();
        row.sort_unstable();
        rows.push(row);
    }
    let mut names: Vec<(usize, String)> = ids.into_iter().map(|(name, id)| (id, name)).collect();
    names.sort_unstable();
    let names: Vec<String> = names.into_iter().map(|(_, name)| name).collect();
    let rows = rows.iter().map(|row| row.iter().map(|(id, count)| (names[*id].clone(), *count)).collect()).collect();
    (names, rows)
}

fn analyzers() -> impl Strategy<Value = TermKind> {
    prop::sample::select(vec![TermKind::Words(Shortest::Two), TermKind::Characters, TermKind::CharactersInWords])
}

fn corpora() -> impl Strategy<Value = Vec<Vec<String>>> {
    let document = "([a-c]{1,3}| |to be|É|ΑΣ|İb|_9|\n ){0,24}";
    prop::collection::vec(prop::collection::vec(document, 0..12), 0..6)
}

proptest! {
    #[test]
    fn a_merged_vectorizer_has_the_features_of_all_batches(
        batches in corpora(), analyzer in analyzers(), least in 1..4_usize, more in 0..3_usize, threads in 1..4_usize,
        is_sorted: bool,
    ) {
        let new = || Vectorizer { options: options(analyzer, (least, least + more), threads), features: Features::default() };
        let sorted = |batches: &[Vec<String>], is_sorted: bool| {
            let mut matrix = counted(new(), Task::Grow, batches);
            if is_sorted {
                matrix.sort().unwrap();
            }
            Arc::new(matrix.vectorizer().unwrap())
        };
        let parts: Vec<Arc<Vectorizer>> = batches.chunks(1).map(|part| sorted(part, is_sorted)).collect();
        prop_assume!(!parts.is_empty());
        let (merged, columns) = Vectorizer::union(&parts).unwrap();
        let wanted = sorted(&batches, true);
        let all = names(&merged);
        prop_assert_eq!(&all, &names(&wanted));
        prop_assert_eq!(merged.features.appearance(&mut Steps::begin()).unwrap(), wanted.features.appearance(&mut Steps::begin()).unwrap());
        for (part, columns) in parts.iter().zip(&columns) {
            let found: Vec<&String> = columns.iter().map(|column| &all[*column as usize]).collect();
            let known = names(part);
            prop_assert_eq!(found, known.iter().collect::<Vec<_>>());
        }
        // A merged vectorizer counts and learns as a vectorizer of all batches does.
        let (merged, wanted) = (Arc::into_inner(Arc::new(merged)).unwrap(), Arc::into_inner(wanted).unwrap());
        let further = [vec!["to abc É b a cc".to_owned()]];
        let (mut found, mut wanted) = (counted(merged, Task::Grow, &further), counted(wanted, Task::Grow, &further));
        prop_assert_eq!(rows(&mut found), rows(&mut wanted));
    }

    #[test]
    fn a_matrix_has_the_counts_of_a_dictionary(
        batches in corpora(), analyzer in analyzers(), least in 1..4_usize, more in 0..3_usize, threads in 1..4_usize,
    ) {
        let ngrams = (least, least + more);
        let vectorizer = Vectorizer { options: options(analyzer, ngrams, threads), features: Features::default() };
        let mut matrix = counted(vectorizer, Task::Grow, &batches);
        let documents: Vec<Vec<String>> =
            batches.concat().iter().map(|document| features(document, analyzer, ngrams)).collect();
        let (expected, expected_rows) = model(&documents, None);
        prop_assert_eq!(names(&matrix.vectorizer().unwrap()), &expected[..]);
        let totals = matrix.totals().unwrap();
        prop_assert_eq!(totals.counts.iter().sum::<i64>(), documents.iter().map(|document| document.len() as i64).sum::<i64>());

        // Keep every third column, and sort.
        matrix.sort().unwrap();
        let mut sorted = expected.clone();
        sorted.sort_unstable();
        prop_assert_eq!(names(&matrix.vectorizer().unwrap()), &sorted[..]);
        matrix.keep((0..sorted.len()).map(|column| column % 3 == 0).collect::<Vec<_>>().into_iter()).unwrap();
        let kept: Vec<String> = sorted.iter().step_by(3).cloned().collect();
        let fitted = matrix.vectorizer().unwrap();
        prop_assert_eq!(names(&fitted), &kept[..]);
        let seen: Vec<String> = fitted.features.appearance(&mut Steps::begin()).unwrap().iter().map(|id| kept[*id as usize].clone()).collect();
        let in_order: Vec<String> = expected.iter().filter(|name| kept.contains(name)).cloned().collect();
        prop_assert_eq!(seen, in_order);
        let entries = matrix.entries().unwrap();
        let filtered: Vec<Vec<(String, i64)>> = expected_rows
            .iter()
            .map(|row| row.iter().filter(|(name, _)| kept.contains(name)).cloned().collect())
            .collect();
        prop_assert_eq!(entries, filtered.concat().len());
        prop_assert_eq!(rows(&mut matrix), &filtered[..]);

        // This matrix has had no query that needs rows.
        let vectorizer = Vectorizer { options: options(analyzer, ngrams, threads), features: Features::default() };
        let mut matrix = counted(vectorizer, Task::Grow, &batches);
        matrix.sort().unwrap();
        matrix.keep((0..sorted.len()).map(|column| column % 3 == 0).collect::<Vec<_>>().into_iter()).unwrap();
        prop_assert!(matrix.most_entries().unwrap() >= entries);
        prop_assert_eq!(rows(&mut matrix), filtered);

        // The fitted vectorizer knows only these columns.
        let mut transformed = counted(fitted, Task::Known, &batches);
        prop_assert_eq!(rows(&mut transformed), model(&documents, Some(&kept)).1);
    }

    #[test]
    fn the_row_of_a_group_is_a_sum_of_rows(
        batches in corpora(), analyzer in analyzers(), codes in prop::collection::vec(prop_oneof![0..4_u32, Just(NO_GROUP), Just(30)], 1..9),
        threads in 1..4_usize, sorts: bool, most in 1..3_usize,
    ) {
        let ngrams = (1, most);
        let vectorizer = Vectorizer { options: options(analyzer, ngrams, threads), features: Features::default() };
        let mut matrix = counted(vectorizer, Task::Grow, &batches);
        let documents: Vec<Vec<String>> =
            batches.concat().iter().map(|document| features(document, analyzer, ngrams)).collect();
        let (names, of_documents) = model(&documents, None);
        let codes: Vec<u32> = codes.iter().copied().cycle().take(documents.len()).collect();
        let expected: Vec<Vec<(String, i64)>> = (0..31)
            .map(|group| {
                let members = of_documents.iter().zip(&codes).filter(|(_, code)| **code == group).map(|(row, _)| row);
                let entries: Vec<&(String, i64)> = members.flatten().collect();
                let of_name = |name: &String| entries.iter().filter(|(other, _)| other == name).map(|(_, count)| count).sum();
                names.iter().map(|name| (name.clone(), of_name(name))).filter(|(_, count)| *count > 0).collect()
            })
            .collect();
        if sorts {
            matrix.sort().unwrap();
        }
        prop_assert_eq!(matrix.sum_groups(&codes, 30).err(), codes.iter().position(|code| *code == 30).map(|document| {
            Error::UnknownGroup { document, code: 30, groups: 30 }
        }));
        if !codes.contains(&30) {
            return Ok(());
        }
        prop_assert_eq!(matrix.sum_groups(&codes, 31), Ok(()));
        prop_assert_eq!(matrix.rows(), 31);
        let totals = matrix.totals().unwrap();
        prop_assert_eq!(totals.documents.iter().sum::<i64>(), expected.concat().len() as i64);
        prop_assert_eq!(rows(&mut matrix), expected);
    }

    #[test]
    fn a_vocabulary_is_fixed_or_learns_new_features(batches in corpora(), vocabulary in prop::collection::vec("[a-c]{1,3}( [a-c]{1,3})?", 0..9), threads in 1..4_usize) {
        let analyzer = TermKind::Words(Shortest::Two);
        let mut known: Vec<String> = Vec::new();
        let mut fixed = Vectorizer { options: options(analyzer, (1, 2), threads), features: Features::default() };
        for name in vocabulary {
            prop_assert_eq!(fixed.find(&name).is_none(), !known.contains(&name));
            if fixed.add(&name).unwrap() {
                known.push(name);
            }
        }
        let documents: Vec<Vec<String>> = batches.concat().iter().map(|document| features(document, analyzer, (1, 2))).collect();
        let grown = Vectorizer { options: options(analyzer, (1, 2), threads), features: fixed.features.try_clone(&mut Steps::one()).unwrap() };
        let mut grown = counted(grown, Task::Grow, &batches);
        let (mut all, new) = (known.clone(), model(&documents, None).0);
        all.extend(new.into_iter().filter(|name| !known.contains(name)));
        prop_assert_eq!(names(&grown.vectorizer().unwrap()), &all[..]);
        prop_assert_eq!(rows(&mut grown), model(&documents, Some(&all)).1);
        prop_assert_eq!(rows(&mut counted(fixed, Task::Known, &batches)), model(&documents, Some(&known)).1);
    }

    #[test]
    fn columns_are_the_hashes_of_features(batches in corpora(), analyzer in analyzers(), columns in 1..40_u32, alternates: bool, threads in 1..4_usize, most in 1..3_usize) {
        let ngrams = (1, most);
        let vectorizer = Vectorizer { options: options(analyzer, ngrams, threads), features: Features::default() };
        let mut matrix = counted(vectorizer, Task::Hash { columns, alternates }, &batches);
        let mut expected = Vec::new();
        for document in batches.concat() {
            let mut row: Vec<(i64, i64)> = Vec::new();
            for feature in features(&document, analyzer, ngrams) {
                let hash = i64::from(murmur3(feature.as_bytes(), 0).cast_signed());
                let (column, sign) = (hash.abs() % i64::from(columns), if alternates && hash < 0 { -1 } else { 1 });
                match row.iter_mut().find(|entry| entry.0 == column) {
                    Some(entry) => entry.1 += sign,
                    None => row.push((column, sign)),
                }
            }
            row.sort_unstable();
            expected.extend(row);
        }
        let csr = matrix.into_csr::<i64, f64>(false).unwrap();
        #[allow(clippy::cast_possible_truncation)]
        let found: Vec<(i64, i64)> = csr.columns.iter().zip(&csr.values[..]).map(|(column, value)| (*column, *value as i64)).collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn weights_do_not_depend_on_threads(rows in prop::collection::vec(prop::collection::vec((0..5_i32, 1..9_u8), 0..7), 0..20), sublinear: bool, norm in 0..3_usize) {
        let (mut ends, mut columns, mut values) = (vec![0_i32], Vec::new(), Vec::new());
        for row in &rows {
            columns.extend(row.iter().map(|entry| entry.0));
            values.extend(row.iter().map(|entry| f64::from(entry.1)));
            ends.push(i32::try_from(columns.len()).unwrap());
        }
        let idf = [1.0, 2.0, 0.5, 3.0, 1.5];
        let norm = [None, Some(Norm::L1), Some(Norm::L2)][norm];
        let weights = Weights { is_sublinear: sublinear, of_columns: Some(&idf), norm };
        let mut expected = values.clone();
        for (row, pair) in rows.iter().zip(ends.windows(2)) {
            let own = &mut expected[usize::try_from(pair[0]).unwrap()..usize::try_from(pair[1]).unwrap()];
            for (value, entry) in own.iter_mut().zip(row) {
                let tf = if sublinear { 1.0 + value.ln() } else { *value };
                *value = tf * idf[usize::try_from(entry.0).unwrap()];
            }
            let length: f64 = match norm {
                None => 1.0,
                Some(Norm::L1) => own.iter().sum(),
                Some(Norm::L2) => own.iter().map(|value| value * value).sum::<f64>().sqrt(),
            };
            own.iter_mut().for_each(|value| *value /= length);
        }
        for threads in 1..4 {
            let mut weighed = values.clone();
            prop_assert_eq!(weights.apply(&ends, &columns, &mut weighed, threads), Ok(Ok(())));
            prop_assert_eq!(&weighed, &expected);
        }
        columns.iter_mut().for_each(|column| *column += 5);
        let result = weights.apply(&ends, &columns, &mut values.clone(), 2).unwrap();
        prop_assert_eq!(result.is_err(), !columns.is_empty());
        prop_assert!(weights.apply(&ends[1..], &columns, &mut values, 1).unwrap().is_err() || ends[1..].first() == Some(&0));
    }
}

#[test]
fn an_error_names_the_document_that_is_not_utf8() {
    let vectorizer = Vectorizer { options: options(TermKind::Characters, (1, 1), 2), features: Features::default() };
    let mut counting = MatrixBuilder::new(Arc::new(vectorizer), Task::Grow).unwrap();
    let text = b"ab\0c\xC3\0d";
    let failed = counting.add(text, &[0..2, 3..5, 6..7]).unwrap_err();
    assert_eq!((failed.text, failed.error), (1, Error::InvalidUtf8 { offset: 1 }));
    assert!(counting.finish().is_err());
}

#[test]
fn a_document_longer_than_the_tokenizer_limit_is_one_row() {
    let document = "to the lighthouse é ".repeat(3000);
    let vectorizer =
        Vectorizer { options: options(TermKind::Words(Shortest::Two), (1, 1), 2), features: Features::default() };
    let mut matrix = counted(vectorizer, Task::Grow, &[vec![document]]);
    let expected = ["to", "the", "lighthouse"].map(|word| (word.to_owned(), 3000));
    assert_eq!(rows(&mut matrix), [expected]);
}

#[test]
fn accents_are_removed_after_lowercasing() {
    for (accents, expected) in
        [(Some(Accents::Unicode), vec!["aeTM", "deja", "ω3"]), (Some(Accents::Ascii), vec!["aeTM", "deja"])]
    {
        let mut options = options(TermKind::Words(Shortest::Two), (1, 1), 1);
        options.accents = accents;
        let vectorizer = Vectorizer { options, features: Features::default() };
        let mut matrix = counted(vectorizer, Task::Grow, &[vec!["ÀE™ de\u{301}jà Ω³".to_owned()]]);
        matrix.sort().unwrap();
        assert_eq!(names(&matrix.vectorizer().unwrap()), expected);
    }
}

#[test]
fn a_sum_of_groups_that_the_checkpoint_stops_changes_nothing() {
    let batches = [(0..90).map(|number| format!("w{} a b c d{}", number % 50, number % 11)).collect::<Vec<_>>()];
    let options = options(TermKind::Words(Shortest::One), (1, 1), 2);
    let vectorizer = Vectorizer { options, features: Features::default() };
    let matrix = || {
        counted(
            Vectorizer { options: vectorizer.options.try_clone().unwrap(), features: Features::default() },
            Task::Grow,
            &batches,
        )
    };
    let codes: Vec<u32> = (0..90).map(|number| number % 8).collect();
    let (steps, summed) = calls(usize::MAX, || matrix().sum_groups(&codes, 8));
    assert_eq!(summed, Ok(()));
    assert!(steps > 20, "{steps} steps");
    let mut stopped = matrix();
    assert_eq!(calls(5, || stopped.sum_groups(&codes, 8)), (5, Err(Error::Stopped)));
    assert_eq!(rows(&mut stopped), rows(&mut matrix()));
}
