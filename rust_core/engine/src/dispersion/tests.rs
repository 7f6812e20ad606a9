//! Compares with the examples of Gries and of Savický & Hlaváčová, and with the formulas over dense lists.

use std::num::NonZero;

use proptest::prelude::*;

use super::*;
use crate::Analyzer;
use crate::checkpoint::tests::calls;
use crate::documents::{Blank, Checked};

fn analyzer<'t>(threads: usize, texts: impl IntoIterator<Item = &'t str>) -> Analyzer {
    let analyzer = Analyzer::new(NonZero::new(threads));
    for text in texts {
        analyzer.add_all([Checked::with(text.as_bytes(), Blank::Kept)], Blank::Kept).1.unwrap();
    }
    analyzer
}

fn settings(measures: &[Dispersion]) -> Settings<'_> {
    Settings { measures, terms: None, min_count: 1, equal_parts: false }
}

fn value(found: &Dispersed, term: &str, column: usize) -> f64 {
    let row = found.ids.iter().position(|id| found.terms.get(*id) == term.as_bytes()).unwrap();
    found.values[column][row]
}

fn close(found: f64, expected: f64, digits: f64, what: &str) {
    assert!(found == expected || (found - expected).abs() < digits, "{what}: {found} is not {expected}");
}

/// Documents of these lengths, in which the word "a" has these counts.
fn documents(counts: &[usize], lengths: &[usize]) -> Vec<String> {
    counts.iter().zip(lengths).map(|(count, length)| "a ".repeat(*count) + &"x ".repeat(length - count)).collect()
}

#[test]
fn values_for_parts_of_different_sizes_are_those_of_gries() {
    use Dispersion::{D, D2, Da, Dp, DpNorm, Kld, KldNorm, Range, S};
    let texts = documents(&[1, 2, 3, 4, 5], &[9, 10, 10, 10, 11]);
    let analyzer = analyzer(1, texts.iter().map(String::as_str));
    let expected = [
        (Range, 5.0),
        (D, 0.785_150_453_450_451),
        (D2, 0.937_921_303_297_996),
        (S, 0.949_816_342_304_241),
        (Dp, 0.18),
        (DpNorm, 0.219_512_195_121_951),
        (Kld, 0.136_971_729_365_221),
        (KldNorm, 0.128_005_122),
        (Da, 0.697_450_034_458_994),
    ];
    let measures = expected.map(|(measure, _)| measure);
    let found = analyzer.dispersion(Parts::Documents, &settings(&measures)).unwrap();
    for (column, (measure, expected)) in expected.into_iter().enumerate() {
        close(value(&found, "a", column), expected, if measure == KldNorm { 1e-9 } else { 1e-14 }, measure.name());
    }
    assert_eq!((found.parts, found.empty_parts), (5, 0));
}

#[test]
fn values_for_parts_of_equal_sizes_are_those_of_gries() {
    use Dispersion::{D, D2, D3, Dc, Dp, DpNorm, S};
    let texts = documents(&[1, 2, 3, 4, 5], &[10; 5]);
    let of_ten = analyzer(1, texts.iter().map(String::as_str));
    let texts = documents(&[1, 2, 3, 4, 5], &[9, 10, 10, 10, 11]);
    let of_others = analyzer(1, texts.iter().map(String::as_str));
    let expected =
        [(D, 0.764_297_739_6), (D2, 0.925_633_916_9), (S, 0.937), (D3, 0.944), (Dc, 0.937), (Dp, 0.2), (DpNorm, 0.25)];
    let measures = expected.map(|(measure, _)| measure);
    let whole = analyzer(3, [texts.concat().as_str()]);
    let equal = Settings { equal_parts: true, ..settings(&measures) };
    for (column, (measure, expected)) in expected.into_iter().enumerate() {
        let digits = if [S, D3, Dc].contains(&measure) { 1e-3 } else { 1e-10 };
        let found = of_ten.dispersion(Parts::Documents, &settings(&measures)).unwrap();
        close(value(&found, "a", column), expected, digits, measure.name());
        let found = of_others.dispersion(Parts::Documents, &equal).unwrap();
        close(value(&found, "a", column), expected, digits, measure.name());
    }
    let runs = whole.dispersion(Parts::Runs(5), &settings(&measures)).unwrap();
    assert_eq!((runs.parts, runs.empty_parts), (5, 0));
}

#[test]
fn values_from_distances_are_those_of_savicky_and_hlavacova() {
    use Dispersion::{Ald, Arf, Awt};
    let text = "b a m n i b e u p k b a s a t b e w q n b c a g a b e s t a b a g h a b e a a t b a h a a b e a x a";
    let (start, end) = text.split_at(text.len() / 2);
    let measures = [Arf, Ald, Awt];
    for texts in [vec![text], vec![start, "", end]] {
        let found = analyzer(1, texts).dispersion(Parts::Documents, &settings(&measures)).unwrap();
        close(value(&found, "a", 0), 10.8, 1e-12, "arf");
        close(value(&found, "a", 1), 0.628, 5e-4, "ald");
        close(value(&found, "a", 2), 3.18, 1e-12, "awt");
        // The distance of a single occurrence to itself is the length of the text.
        close(value(&found, "x", 0), 1.0, 1e-15, "arf");
        close(value(&found, "x", 2), 25.5, 1e-15, "awt");
    }
}

#[test]
fn with_one_part_only_the_range_and_the_distances_are_numbers() {
    let found = analyzer(1, ["a b a", "", " "]).dispersion(Parts::Documents, &settings(Dispersion::ALL)).unwrap();
    assert_eq!((found.parts, found.empty_parts), (1, 2));
    for (measure, values) in Dispersion::ALL.iter().zip(&found.values) {
        let is_number = measure.is_of_places() || *measure == Dispersion::Range;
        assert!(values.iter().all(|value| value.is_nan() != is_number), "{}", measure.name());
    }
    let empty = analyzer(1, []).dispersion(Parts::Documents, &settings(Dispersion::ALL)).unwrap();
    assert_eq!((empty.ids.len(), empty.parts, empty.values.len()), (0, 0, Dispersion::ALL.len()));
    let few = analyzer(1, ["a b"]).dispersion(Parts::Runs(5), &settings(&[Dispersion::Range])).unwrap();
    assert_eq!((few.parts, few.empty_parts), (2, 3));
}

#[test]
fn terms_can_be_chosen() {
    let analyzer = analyzer(1, ["b a a c", "c a d"]);
    let listed = |terms: Option<&[&[u8]]>, min_count| {
        let settings = Settings { terms, min_count, ..settings(&[Dispersion::Range]) };
        let found = analyzer.dispersion(Parts::Documents, &settings).unwrap();
        let row = |(id, count): (&u32, &u64)| (found.terms.get(*id).to_vec(), *count);
        found.ids.iter().zip(&found.counts).map(row).collect::<Vec<_>>()
    };
    let row = |term: &str, count| (term.as_bytes().to_vec(), count);
    assert_eq!(listed(None, 0), [row("a", 3), row("c", 2), row("b", 1), row("d", 1)]);
    assert_eq!(listed(Some(&[b"d", b"unknown", b"c", b"d"]), 1), [row("c", 2), row("d", 1)]);
    assert_eq!(listed(Some(&[]), 1), []);
    assert_eq!(listed(None, 2), [row("a", 3), row("c", 2)]);
}

/// The measures by their formulas: `counts` and `sizes` have a number for each part.
fn plain(measure: Dispersion, counts: &[f64], sizes: &[f64]) -> f64 {
    let (total, all, n) = (counts.iter().sum::<f64>(), sizes.iter().sum::<f64>(), counts.len() as f64);
    let shares: Vec<f64> = sizes.iter().map(|size| size / all).collect();
    let rates: Vec<f64> = counts.iter().zip(sizes).map(|(count, size)| count / size).collect();
    let mean = rates.iter().sum::<f64>() / n;
    let own = || counts.iter().zip(&shares);
    let dp = own().map(|(count, share)| (count / total - share).abs()).sum::<f64>() / 2.0;
    let entropy = |share: f64| if share == 0.0 { 0.0 } else { share * share.log2() };
    let kld = own()
        .map(|(count, share)| if *count == 0.0 { 0.0 } else { count / total * (count / total / share).log2() })
        .sum::<f64>();
    match measure {
        Dispersion::Range => counts.iter().filter(|count| **count > 0.0).count() as f64,
        Dispersion::Dp => dp,
        Dispersion::DpNorm => dp / (1.0 - shares.iter().copied().fold(1.0, f64::min)),
        Dispersion::D => {
            let variance = rates.iter().map(|rate| (rate - mean).powi(2)).sum::<f64>() / n;
            1.0 - variance.sqrt() / mean / (n - 1.0).sqrt()
        }
        Dispersion::D2 => -rates.iter().map(|rate| entropy(rate / (mean * n))).sum::<f64>() / n.log2(),
        Dispersion::S => own().map(|(count, share)| (count * share).sqrt()).sum::<f64>().powi(2) / total,
        Dispersion::D3 => {
            1.0 - own().map(|(count, share)| (count - share * total).powi(2) / (share * total)).sum::<f64>()
                / (4.0 * total)
        }
        Dispersion::Dc => counts.iter().map(|count| count.sqrt()).sum::<f64>().powi(2) / (n * total),
        Dispersion::Da => {
            let pairs = rates.iter().flat_map(|rate| rates.iter().map(move |other| (rate - other).abs()));
            1.0 - pairs.sum::<f64>() / 2.0 / (n * (n - 1.0) / 2.0) / (2.0 * mean)
        }
        Dispersion::Kld => kld,
        Dispersion::KldNorm => 1.0 - (-kld).exp(),
        Dispersion::Arf | Dispersion::Ald | Dispersion::Awt => unreachable!("they have another test"),
    }
}

/// The measures of distances by their formulas.
fn of_places(measure: Dispersion, tokens: &[&str], term: &str) -> f64 {
    let places: Vec<usize> = (0..tokens.len()).filter(|place| tokens[*place] == term).collect();
    let all = tokens.len() as f64;
    let mean = all / places.len() as f64;
    let next = |at: usize| if at + 1 < places.len() { places[at + 1] } else { places[0] + tokens.len() };
    let distances = (0..places.len()).map(|at| (next(at) - places[at]) as f64);
    match measure {
        Dispersion::Arf => distances.map(|distance| distance.min(mean)).sum::<f64>() / mean,
        Dispersion::Ald => distances.map(|distance| distance / all * distance.log10()).sum(),
        _ => (1.0 + distances.map(|distance| distance * distance).sum::<f64>() / all) / 2.0,
    }
}

proptest! {
    #[test]
    fn measures_are_those_of_their_formulas(
        documents in prop::collection::vec(("([a-d] ){0,20}", prop_oneof![0..4_u32, Just(NO_GROUP)]), 1..20),
        threads in 1..4_usize,
        equal_parts in any::<bool>(),
        runs in 1..6_u32,
    ) {
        let analyzer = analyzer(threads, documents.iter().map(|(text, _)| text.as_str()));
        let codes: Vec<u32> = documents.iter().map(|(_, code)| *code).collect();
        for kind in 0..3 {
            let (parts, own): (Parts, Vec<Vec<&str>>) = match kind {
                0 => {
                    let of = |code: u32| documents.iter().filter(move |(_, other)| *other == code)
                        .flat_map(|(text, _)| text.split_whitespace()).collect();
                    (Parts::Groups(&codes), (0..4).map(of).collect())
                }
                1 => (Parts::Documents, documents.iter().map(|(text, _)| text.split_whitespace().collect()).collect()),
                _ => {
                    let all: Vec<&str> = documents.iter().flat_map(|(text, _)| text.split_whitespace()).collect();
                    let end = |run: usize| run * all.len() / runs as usize;
                    (Parts::Runs(runs), (0..runs as usize).map(|run| all[end(run)..end(run + 1)].to_vec()).collect())
                }
            };
            let own: Vec<Vec<&str>> = own.into_iter().filter(|part| !part.is_empty()).collect();
            let in_order: Vec<&str> = documents.iter().filter(|(_, code)| kind > 0 || *code != NO_GROUP)
                .flat_map(|(text, _)| text.split_whitespace()).collect();
            let settings = Settings { equal_parts, ..settings(Dispersion::ALL) };
            let found = analyzer.dispersion(parts, &settings).unwrap();
            prop_assert_eq!(found.parts as usize, own.len());
            prop_assert!(found.counts.is_sorted_by(|left, right| left >= right));
            for (row, id) in found.ids.iter().enumerate() {
                let term = std::str::from_utf8(found.terms.get(*id)).unwrap();
                let counts: Vec<f64> = own.iter().map(|part| part.iter().filter(|word| **word == term).count() as f64).collect();
                let sizes: Vec<f64> = own.iter().map(|part| if equal_parts { 1.0 } else { part.len() as f64 }).collect();
                prop_assert_eq!(float(found.counts[row]), counts.iter().sum::<f64>());
                for (measure, values) in Dispersion::ALL.iter().zip(&found.values) {
                    let expected = match measure {
                        measure if measure.is_of_places() => of_places(*measure, &in_order, term),
                        Dispersion::Range => plain(*measure, &counts, &sizes),
                        _ if own.len() < 2 => f64::NAN,
                        _ => plain(*measure, &counts, &sizes),
                    };
                    let is_close = (values[row] - expected).abs() < 1e-7 || expected.is_nan() && values[row].is_nan();
                    prop_assert!(is_close, "{} of {term}: {} is not {expected}", measure.name(), values[row]);
                }
            }
        }
    }
}

#[test]
fn the_checkpoint_can_stop_dispersion_at_any_step() {
    let texts: Vec<String> = (0..60).map(|number| format!("w{} a w{} b ", number % 17, number % 5).repeat(3)).collect();
    let analyzer = analyzer(2, texts.iter().map(String::as_str));
    analyzer.update(None).unwrap();
    let codes: Vec<u32> = (0..60).map(|number| number % 7).collect();
    for parts in [Parts::Groups(&codes), Parts::Documents, Parts::Runs(9)] {
        let disperse = || analyzer.dispersion(parts, &settings(Dispersion::ALL)).map(|found| found.ids);
        let expected = disperse().unwrap();
        let (all, found) = calls(usize::MAX, disperse);
        assert_eq!(found, Ok(expected));
        assert!(all > 20, "{all} steps");
        for last in (1..all / 2).step_by(1 + all / 20) {
            assert_eq!(calls(last, disperse), (last, Err(Error::Stopped)));
        }
    }
}
