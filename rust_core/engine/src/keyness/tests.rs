//! Compares with counts of the words of each document, and with the numbers of quanteda.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::Analyzer;
use crate::checkpoint::tests::calls;
use crate::documents::{Blank, Checked};
use crate::grouping::NO_GROUP;
use crate::terms::TermOptions;

fn analyzer<'t>(threads: usize, drops: bool, texts: impl IntoIterator<Item = &'t str>) -> Analyzer {
    let analyzer = Analyzer::new(NonZero::new(threads));
    if drops {
        analyzer.set_terms(TermOptions::default().with_stop_words(["the"]).unwrap());
    }
    for text in texts {
        analyzer.add_all([Checked::with(text.as_bytes(), Blank::Kept)], Blank::Kept).1.unwrap();
    }
    analyzer
}

fn settings(measures: &[Measure]) -> Settings<'_> {
    Settings { measures, min_count: 1, is_signed: true, correction: None, limit: None, smoothing: 1.0, prior: 0.01 }
}

fn terms(keyness: &Keyness) -> Vec<String> {
    keyness.ids.iter().map(|id| String::from_utf8(keyness.terms.get(*id).to_vec()).unwrap()).collect()
}

const QUANTEDA: [&str; 2] = ["a a a b b c c c c c c d e f g h h", "a a b c c d d d d e f h"];

#[test]
fn scores_are_those_of_quanteda() {
    let analyzer = analyzer(1, false, QUANTEDA);
    let measures = [Measure::G2, Measure::LogRatio, Measure::FisherTwoSided, Measure::LogOddsZ];
    let found = analyzer.keyness(&[TARGET, REFERENCE], None, &settings(&measures)).unwrap();
    let listed = terms(&found);
    assert_eq!((listed[0].as_str(), listed[7].as_str(), listed.len()), ("c", "d", 8));
    let at = |term: &str| listed.iter().position(|other| other == term).unwrap();
    let close = |found: f64, expected: f64| assert!((found / expected - 1.0).abs() < 1e-8, "{found} {expected}");
    for (term, g2, log_ratio) in [
        ("a", 0.004_751_408_7, 0.082_462_160_2),
        ("b", 0.091_241_894_1, 0.497_499_659_5),
        ("c", 1.274_238_009_6, 1.082_462_160_2),
        ("d", -3.779_440_532_9, -2.502_500_340_5),
    ] {
        close(found.scores[0][at(term)], g2);
        close(found.scores[1][at(term)], log_ratio);
    }
    close(found.scores[2][at("c")], 0.408_347_108_5);
    close(found.scores[3][at("c")], 1.228_043_587_3);
    assert_eq!((found.counts[0][0], found.counts[1][0]), (6, 2));
    assert_eq!((found.documents[0][at("g")], found.documents[1][at("g")]), (1, 0));
    assert_eq!(found.rates[1][7], 1e6 * 4.0 / 12.0);
    let p_values = found.p_values.unwrap();
    assert_eq!(p_values[7], Measure::G2.p_value(found.scores[0][7]));
    let unsigned = Settings { is_signed: false, limit: NonZero::new(2), min_count: 3, ..settings(&measures) };
    let found = analyzer.keyness(&[TARGET, REFERENCE], None, &unsigned).unwrap();
    assert_eq!(terms(&found), ["d", "c"]);
    assert!(found.scores[0][0] > 3.7);
}

#[test]
fn rows_with_equal_scores_are_in_order_of_their_counts_and_then_of_first_appearance() {
    let analyzer = analyzer(1, false, ["x y z z w", "x y z z w"]);
    let found = analyzer.keyness(&[TARGET, REFERENCE], None, &settings(&[Measure::Chi2])).unwrap();
    assert_eq!(terms(&found), ["z", "x", "y", "w"]);
    let by_count = analyzer.keyness(&[TARGET, REFERENCE], None, &settings(&[])).unwrap();
    assert_eq!((terms(&by_count), by_count.p_values), (terms(&found), None));
}

#[test]
fn the_smallest_p_values_come_first_for_fisher() {
    let analyzer = analyzer(1, false, QUANTEDA);
    let found = analyzer.keyness(&[TARGET, REFERENCE], None, &settings(&[Measure::FisherTwoSided])).unwrap();
    assert_eq!(terms(&found)[0], "d");
    assert!(found.scores[0].is_sorted());
}

#[test]
fn a_target_or_a_reference_without_words_is_an_error() {
    let analyzer = analyzer(1, true, ["a", "the", ""]);
    let empty = |codes: &[u32]| analyzer.keyness(codes, None, &settings(&[Measure::G2])).unwrap_err();
    assert_eq!(empty(&[TARGET, REFERENCE, REFERENCE]), Error::EmptySide { side: "reference" });
    assert_eq!(empty(&[NO_GROUP, REFERENCE, TARGET]), Error::EmptySide { side: "target" });
    assert_eq!(empty(&[2, REFERENCE, TARGET]), Error::UnknownGroup { document: 0, code: 2, groups: 2 });
    assert_eq!(empty(&[TARGET]), Error::CodeCount { codes: 1, documents: 3 });
    let corrected = Settings { correction: Some(Correction::Holm), ..settings(&[Measure::LogRatio]) };
    assert_eq!(analyzer.keyness(&[TARGET; 3], None, &corrected).unwrap_err(), Error::NoPValues);
    assert_eq!(
        analyzer.grouped_keyness(&[0, 1, 2], &settings(&[Measure::G2])).unwrap_err(),
        Error::EmptySide { side: "reference" }
    );
}

/// The tokens and documents of a term in documents with this code.
fn occurrences(documents: &[(String, u32)], code: u32, term: &str) -> [u64; 2] {
    let counts = documents.iter().filter(|(_, other)| *other == code);
    let counts = counts.map(|(text, _)| text.split_whitespace().filter(|word| *word == term).count() as u64);
    counts.fold([0, 0], |[tokens, documents], count| [tokens + count, documents + u64::from(count > 0)])
}

fn documents(codes: impl Strategy<Value = u32>) -> impl Strategy<Value = Vec<(String, u32)>> {
    prop::collection::vec(("([a-f] |the ){0,30}", codes), 1..30)
}

type Row = (u32, String, [[u64; 2]; 2]);

fn rows(found: &Keyness) -> Vec<Row> {
    let side = |side: usize, row: usize| [found.counts[side][row], found.documents[side][row]];
    let row = |(row, term)| (found.groups.as_ref().map_or(0, |groups| groups[row]), term, [side(0, row), side(1, row)]);
    terms(found).into_iter().enumerate().map(row).collect()
}

proptest! {
    #[test]
    fn counts_equal_those_of_the_documents(
        documents in documents(prop_oneof![Just(TARGET), Just(REFERENCE), Just(NO_GROUP)]),
        threads in 1..4_usize,
        split in any::<prop::sample::Index>(),
        drops in any::<bool>(),
    ) {
        let listed: BTreeSet<&str> = documents.iter().filter(|(_, code)| *code != NO_GROUP)
            .flat_map(|(text, _)| text.split_whitespace()).filter(|word| !drops || *word != "the").collect();
        let expected: BTreeSet<Row> = listed.into_iter()
            .map(|term| (0, term.to_owned(), [TARGET, REFERENCE].map(|code| occurrences(&documents, code, term)))).collect();
        let codes: Vec<u32> = documents.iter().map(|(_, code)| *code).collect();
        let texts = || documents.iter().map(|(text, _)| text.as_str());
        let whole = analyzer(threads, drops, texts());
        let measures = [Measure::G2, Measure::LogOdds, Measure::Fisher];
        let settings = settings(&measures);
        match whole.keyness(&codes, None, &settings) {
            Err(error) => {
                let is_empty = matches!(error, Error::EmptySide { .. });
                prop_assert!(is_empty);
            }
            Ok(found) => {
                prop_assert_eq!(rows(&found).into_iter().collect::<BTreeSet<_>>(), expected);
                // The same documents in two analyzers have the same rows.
                let split = split.index(documents.len());
                let (first, second) = (analyzer(threads, drops, texts().take(split)), analyzer(threads, drops, texts().skip(split)));
                let parts = first.keyness(&codes[..split], Some((&second, &codes[split..])), &settings).unwrap();
                prop_assert_eq!(rows(&parts), rows(&found));
                prop_assert_eq!(&parts.scores, &found.scores);
            }
        }
    }

    #[test]
    fn each_group_is_compared_with_all_others(
        documents in documents(prop_oneof![0..3_u32, Just(NO_GROUP), Just(70_000)]),
        threads in 1..4_usize,
    ) {
        let codes: Vec<u32> = documents.iter().map(|(_, code)| *code).collect();
        let analyzer = analyzer(threads, false, documents.iter().map(|(text, _)| text.as_str()));
        let measures = [Measure::G2, Measure::LogRatio];
        let settings = Settings { limit: NonZero::new(4), correction: Some(Correction::Bonferroni), ..settings(&measures) };
        let mut groups: Vec<u32> = documents.iter().filter(|(text, _)| !text.trim().is_empty()).map(|(_, code)| *code)
            .filter(|code| *code != NO_GROUP).collect();
        groups.sort_unstable();
        groups.dedup();
        let (mut expected, mut scores, mut p_values) = (Vec::new(), Vec::new(), Vec::new());
        let mut is_empty = false;
        for group in groups {
            let sides: Vec<u32> = codes.iter().map(|code| match *code {
                NO_GROUP => NO_GROUP,
                code => u32::from(code != group),
            }).collect();
            match analyzer.keyness(&sides, None, &settings) {
                Ok(found) => {
                    expected.extend(rows(&found).into_iter().map(|(_, term, counts)| (group, term, counts)));
                    scores.extend(found.scores[0].clone());
                    p_values.extend(found.p_values.unwrap());
                }
                Err(_) => is_empty = true,
            }
        }
        match analyzer.grouped_keyness(&codes, &settings) {
            Ok(found) => {
                prop_assert_eq!((rows(&found), &found.scores[0]), (expected, &scores));
                prop_assert_eq!(found.p_values.unwrap(), p_values);
            }
            Err(_) => prop_assert!(is_empty),
        }
    }
}

#[test]
fn the_checkpoint_can_stop_keyness_at_any_step() {
    let texts: Vec<String> = (0..60).map(|number| format!("w{} a w{} b ", number % 17, number % 5).repeat(3)).collect();
    let whole = analyzer(2, false, texts.iter().map(String::as_str));
    let other = analyzer(2, false, texts.iter().map(String::as_str));
    let codes: Vec<u32> = (0..60).map(|number| number % 2).collect();
    whole.update(None).unwrap();
    other.update(None).unwrap();
    let settings = Settings { correction: Some(Correction::BenjaminiHochberg), ..settings(&[Measure::G2]) };
    for kind in 0..3 {
        let compare = || match kind {
            0 => whole.keyness(&codes, None, &settings).map(|found| found.ids),
            1 => whole.keyness(&codes, Some((&other, &codes)), &settings).map(|found| found.ids),
            _ => whole.grouped_keyness(&codes, &settings).map(|found| found.ids),
        };
        let expected = compare().unwrap();
        let (all, found) = calls(usize::MAX, compare);
        assert_eq!(found, Ok(expected));
        assert!(all > 20, "{all} steps");
        for last in (1..all / 2).step_by(1 + all / 20) {
            assert_eq!(calls(last, compare), (last, Err(Error::Stopped)));
        }
    }
}
