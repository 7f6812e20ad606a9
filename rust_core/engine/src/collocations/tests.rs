//! Compares collocations with a reference that compares each n-gram with each window.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;

use proptest::prelude::*;

use super::*;
use crate::Analyzer;
use crate::checkpoint::tests::calls;
use crate::documents::{Blank, Checked};
use crate::grouping::NO_GROUP;
use crate::patterns::{Base, Patterns};
use crate::terms::TermOptions;
use crate::tokenizer::Tokenization;

const C4: [&str; 4] =
    ["the cat sat on the mat the cat ran", "a dog sat on the log", "the dog and the cat ran to the log", ""];

fn analyzer(texts: &[impl AsRef<str>], threads: usize, dropped: &[&str]) -> Analyzer {
    let analyzer = Analyzer::with(NonZero::new(threads), true, Tokenization::Whitespace);
    analyzer.set_terms(TermOptions::default().with_stop_words(dropped.iter().copied()).unwrap());
    for text in texts {
        analyzer.add_all([Checked::with(text.as_ref().as_bytes(), Blank::Kept)], Blank::Kept).1.unwrap();
    }
    analyzer
}

fn settings(n: usize, measures: &[Measure]) -> Settings {
    Settings {
        n,
        measures: measures.to_vec(),
        min_count: 1,
        min_documents: 1,
        gaps: Gaps::Keep,
        within: Within::Document,
        convention: Convention::Exact,
        limit: None,
    }
}

/// The terms of each row, separated by spaces.
fn names(found: &Collocations) -> Vec<String> {
    let name = |row| {
        let terms = found.get(row).iter().map(|id| found.terms().get(*id).to_vec());
        String::from_utf8(terms.collect::<Vec<_>>().join(&b' ')).unwrap()
    };
    (0..found.len()).map(name).collect()
}

fn assert_near(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-11 * expected.abs().max(1.0), "{found} is not {expected}");
}

#[test]
fn the_cat_has_the_scores_of_the_specification() {
    let expected = [
        (Measure::Pmi, 1.584_962_500_721),
        (Measure::G2, 7.664_171_902_307),
        (Measure::Lambda, 3.115_981_401_706),
        (Measure::LambdaZ, 1.941_091_033_402),
        (Measure::Chi2, 7.0),
        (Measure::DeltaP21, 0.428_571_428_571),
    ];
    let measures: Vec<Measure> = expected.iter().map(|(measure, _)| *measure).collect();
    let found = analyzer(&C4, 2, &[]).collocations(None, &settings(2, &measures)).unwrap();
    let row = names(&found).iter().position(|name| name == "the cat").unwrap();
    assert_eq!((found.counts()[row], found.documents()[row]), (3, 2));
    for ((_, expected), scores) in expected.iter().zip(found.scores()) {
        assert_near(scores[row], *expected);
    }
}

#[test]
fn quantedas_collocations_are_in_its_order() {
    let analyzer = analyzer(&C4, 1, &[]);
    let settings = Settings {
        min_count: 2,
        convention: Convention::Quanteda,
        ..settings(2, &[Measure::LambdaZ, Measure::Lambda])
    };
    let found = analyzer.collocations(None, &settings).unwrap();
    assert_eq!(names(&found)[..3], ["sat on", "cat ran", "the cat"]);
    assert_eq!(found.len(), 5);
    assert_near(found.scores()[1][0], 5.272_999_558_56);
    assert_near(found.scores()[0][0], 2.499_281_520_54);
    assert_near(found.scores()[1][1], 4.121_743_536_41);
    assert_near(found.scores()[0][1], 2.333_208_303_19);
}

#[test]
fn dropped_terms_leave_a_gap_and_do_not_change_the_scores_of_others() {
    let dropped = ["the", "on", "to", "and", "a"];
    let found = analyzer(&C4, 1, &dropped).collocations(None, &settings(2, &[Measure::Lambda])).unwrap();
    assert_eq!(names(&found), ["cat ran", "dog sat", "cat sat"]);
    assert_near(found.scores()[0][0], 4.121_743_536_41);
    let closed = Settings { gaps: Gaps::Close, ..settings(2, &[]) };
    let found = analyzer(&C4, 1, &dropped).collocations(None, &closed).unwrap();
    assert_eq!(names(&found), ["cat ran", "cat sat", "sat mat", "mat cat", "dog sat", "sat log", "dog cat", "ran log"]);
}

#[test]
fn scores_of_nltk_use_the_number_of_tokens() {
    let settings = Settings {
        convention: Convention::Nltk,
        ..settings(2, &[Measure::Pmi, Measure::G2, Measure::T, Measure::Chi2])
    };
    let found = analyzer(&C4, 1, &[]).collocations(None, &settings).unwrap();
    let row = names(&found).iter().position(|name| name == "the cat").unwrap();
    let scores: Vec<f64> = found.scores().iter().map(|scores| scores[row]).collect();
    assert_eq!(
        scores,
        [1.777_607_578_663_551_5, 8.524_254_274_502_361, 1.226_869_322_027_954_7, 8.326_530_612_244_898]
    );
}

#[test]
fn scores_of_gensim_use_the_number_of_tokens() {
    let settings = Settings { convention: Convention::Gensim, ..settings(2, &[Measure::Npmi]) };
    let found = analyzer(&C4, 1, &[]).collocations(None, &settings).unwrap();
    let row = names(&found).iter().position(|name| name == "the cat").unwrap();
    assert_eq!(found.scores()[0][row], 0.592_535_859_554_517_4);
}

/// The tokens of a document. A dropped token is None, or is left out if gaps are closed.
fn tokens(text: &str, drops: bool, gaps: Gaps) -> Vec<Option<String>> {
    let all = text.split_whitespace().map(|word| (!drops || word != "a").then(|| word.to_owned()));
    all.filter(|word| gaps == Gaps::Keep || word.is_some()).collect()
}

/// The answer of the reference for an n-gram: its count, its documents, its cells, and its cells as NLTK counts them.
type Found = (u64, u64, Vec<i64>, Vec<i64>);

fn reference(texts: &[&str], n: usize, drops: bool, gaps: Gaps) -> BTreeMap<String, Found> {
    let documents: Vec<Vec<Option<String>>> = texts.iter().map(|text| tokens(text, drops, gaps)).collect();
    let windows: Vec<&[Option<String>]> = documents.iter().flat_map(|document| document.windows(n)).collect();
    let all: BTreeSet<&[Option<String>]> =
        windows.iter().copied().filter(|window| window.iter().all(Option::is_some)).collect();
    let sum_of_run = |gram: &[Option<String>], set: usize| {
        let slots: Vec<usize> = (0..n).filter(|slot| set >> slot & 1 == 1).collect();
        let (Some(first), Some(last)) = (slots.first(), slots.last()) else {
            return documents.iter().flatten().flatten().count();
        };
        let runs = documents.iter().flat_map(|document| document.windows(last - first + 1));
        runs.filter(|run| run.iter().all(Option::is_some) && slots.iter().all(|slot| run[slot - first] == gram[*slot]))
            .count()
    };
    all.into_iter()
        .map(|gram| {
            let mut cells = vec![0; 1 << n];
            for window in &windows {
                let bits = (0..n).map(|slot| usize::from(window[slot] == gram[slot]) << slot);
                cells[bits.sum::<usize>()] += 1;
            }
            let in_documents = documents.iter().filter(|document| document.windows(n).any(|window| window == gram));
            let by_runs = Cells::new(n, |set| sum_of_run(gram, set) as u64).cells().to_vec();
            let name: Vec<&str> = gram.iter().flatten().map(String::as_str).collect();
            let count = u64::try_from(cells[(1 << n) - 1]).unwrap();
            (name.join(" "), (count, in_documents.count() as u64, cells, by_runs))
        })
        .collect()
}

fn lambda(cells: &[i64]) -> f64 {
    let sign = |cell: usize| if (cells.len().ilog2() - cell.count_ones()).is_multiple_of(2) { 1.0 } else { -1.0 };
    cells.iter().enumerate().map(|(cell, count)| sign(cell) * (*count as f64 + 0.5).ln()).sum()
}

proptest! {
    #[test]
    fn collocations_are_those_of_the_reference(
        texts in prop::collection::vec("(a |b |c |d ){0,14}", 0..9),
        codes in prop::collection::vec(prop_oneof![0..2_u32, Just(NO_GROUP)], 9),
        is_grouped: bool,
        n in 2..6_usize,
        threads in 1..4_usize,
        drops: bool,
        closes: bool,
        (min_count, min_documents) in (1..3_u64, 1..3_u64),
        nltk: bool,
    ) {
        let nltk = nltk && n < 5;
        let gaps = if closes { Gaps::Close } else { Gaps::Keep };
        let settings = Settings {
            gaps,
            min_count,
            min_documents,
            convention: if nltk { Convention::Nltk } else { Convention::Exact },
            ..settings(n, &[Measure::Lambda])
        };
        let analyzer = analyzer(&texts, threads, if drops { &["a"] } else { &[] });
        let codes = is_grouped.then(|| &codes[..texts.len()]);
        let found = analyzer.collocations(codes, &settings).unwrap();
        let groups: Vec<Option<u32>> = if is_grouped { vec![Some(0), Some(1)] } else { vec![None] };
        let mut expected = Vec::new();
        for group in groups {
            let own = |number: &usize| codes.is_none_or(|codes| Some(codes[*number]) == group);
            let texts: Vec<&str> = (0..texts.len()).filter(own).map(|number| &texts[number][..]).collect();
            let mut rows: Vec<(f64, u64, String, u64)> = reference(&texts, n, drops, gaps)
                .into_iter()
                .filter(|(_, (count, documents, ..))| *count >= min_count && *documents >= min_documents)
                .map(|(name, (count, documents, cells, by_runs))| {
                    (lambda(if nltk { &by_runs } else { &cells }), count, name, documents)
                })
                .collect();
            rows.sort_by(|one, other| one.2.cmp(&other.2));
            expected.extend(rows.into_iter().map(|row| (group, row)));
        }
        let mut rows: Vec<_> = names(&found).into_iter().enumerate().map(|(row, name)| {
            let group = found.groups().map(|groups| groups[row]);
            (group, (found.scores()[0][row], found.counts()[row], name, found.documents()[row]))
        }).collect();
        for pair in rows.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
            let [one, other] = [&pair[0].1, &pair[1].1];
            prop_assert!(one.0 > other.0 || one.0 == other.0 && one.1 >= other.1 || other.0.is_nan());
        }
        rows.sort_by(|one, other| (one.0, &one.1.2).cmp(&(other.0, &other.1.2)));
        prop_assert_eq!(rows.len(), expected.len());
        for ((group, row), (own_group, own)) in rows.iter().zip(&expected) {
            prop_assert_eq!((group, row.1, &row.2, row.3), (own_group, own.1, &own.2, own.3));
            let is_near = (row.0 - own.0).abs() < 1e-9 || row.0.is_nan() && own.0.is_nan();
            prop_assert!(is_near, "{}: {} is not {}", row.2, row.0, own.0);
        }
    }
}

#[test]
fn p_values_are_sorted_upwards_and_other_scores_downwards() {
    let order =
        |measures: &[Measure]| in_order(measures, &[vec![0.2, 0.1, 0.2]], &[1, 1, 2], &mut Steps::one()).unwrap();
    assert_eq!(order(&[Measure::G2]), [2, 0, 1]);
    assert_eq!(order(&[Measure::Fisher]), [1, 2, 0]);
    assert_eq!(in_order(&[], &[], &[1, 3, 2], &mut Steps::one()).unwrap(), [1, 2, 0]);
}

#[test]
fn settings_report_lengths_and_measures_that_are_not_defined() {
    let of = |n, convention, measure| Settings { convention, ..settings(n, &[Measure::G2, measure]) };
    assert!(of(5, Convention::Exact, Measure::Pmi).has_length());
    for (n, convention) in
        [(1, Convention::Exact), (6, Convention::Exact), (5, Convention::Nltk), (3, Convention::Gensim)]
    {
        assert!(!of(n, convention, Measure::Pmi).has_length());
    }
    assert_eq!(of(2, Convention::Exact, Measure::Fisher).undefined(), None);
    assert_eq!(of(3, Convention::Exact, Measure::Fisher).undefined(), Some(Measure::Fisher));
}

#[test]
fn the_checkpoint_can_stop_collocations_at_any_step() {
    let texts: Vec<String> = (0..60).map(|number| format!("w{} a w{} b ", number % 7, number % 5).repeat(3)).collect();
    let analyzer = analyzer(&texts, 2, &["a"]);
    analyzer.update(None).unwrap();
    let codes: Vec<u32> = (0..60).map(|number| number * 7 % 4).collect();
    for codes in [None, Some(&codes[..])] {
        for n in [2, 3] {
            let find = || analyzer.collocations(codes, &settings(n, &[Measure::G2])).map(|found| found.len());
            let expected = find().unwrap();
            let (all, counted) = calls(usize::MAX, find);
            assert_eq!(counted, Ok(expected));
            assert!(all > 20, "{all} steps");
            for last in (1..all / 2).step_by(1 + all / 20) {
                assert_eq!(calls(last, find), (last, Err(Error::Stopped)));
            }
        }
    }
}

proptest! {
    #[test]
    fn sentences_of_a_corpus_end_at_the_same_places_as_in_each_document(
        texts in prop::collection::vec("(A[.!]? |b[.]? ?|\n){0,40}", 0..8),
        threads in 1..4_usize,
        unwrap: bool,
    ) {
        let analyzer = analyzer(&texts, threads, &["b"]);
        let corpus = analyzer.searched(false, None).unwrap();
        let found = sentence_ends::sentence_ends(&corpus, unwrap, &mut Steps::one()).unwrap();
        let mut expected = Vec::new();
        let mut before = 0;
        for text in &texts {
            let mut ends: BTreeSet<usize> = BTreeSet::new();
            crate::sentences::each(text, unwrap, |sentence| {
                ends.insert(before + text[..sentence.end].split_whitespace().count());
                Ok(())
            }).unwrap();
            before += text.split_whitespace().count();
            ends.insert(before);
            expected.extend(ends);
        }
        let mut all: Vec<usize> = Vec::new();
        let mut start = 0;
        for (ends, sequence) in found.iter().zip(&corpus.sequences) {
            all.extend(ends.iter().map(|end| start + end));
            start += sequence.ids.len();
        }
        all.dedup();
        expected.dedup();
        prop_assert_eq!(all, expected);
    }
}

fn patterns(phrase: &str) -> Patterns {
    let mut patterns = Patterns::new(Base::Terms);
    if !phrase.is_empty() {
        patterns.add_phrase("", phrase).unwrap();
    }
    patterns
}

#[test]
fn the_checkpoint_can_stop_collocates_at_any_step() {
    let texts: Vec<String> = (0..60).map(|number| format!("W{} a w{}. b ", number % 7, number % 5).repeat(3)).collect();
    let analyzer = analyzer(&texts, 2, &["a"]);
    analyzer.update(None).unwrap();
    let codes: Vec<u32> = (0..60).map(|number| number * 7 % 4).collect();
    for counts_pairs in [false, true] {
        let settings = WindowSettings {
            left: 2,
            right: 3,
            measures: vec![Measure::G2],
            min_count: 1,
            gaps: if counts_pairs { Gaps::Close } else { Gaps::Keep },
            within: Within::Sentence { unwrap: false },
            counts_pairs,
            limit: None,
        };
        let find =
            || analyzer.collocates(&patterns("w*"), &patterns("b"), Some(&codes), &settings).map(|found| found.len());
        let expected = find().unwrap();
        assert!(expected > 0);
        let (all, counted) = calls(usize::MAX, find);
        assert_eq!(counted, Ok(expected));
        assert!(all > 20, "{all} steps");
        for last in (1..all / 2).step_by(1 + all / 20) {
            assert_eq!(calls(last, find), (last, Err(Error::Stopped)));
        }
    }
}
