//! Compares with numbers of other tools and of papers, and with plain sums.

use proptest::prelude::*;

use super::*;

fn table(o11: f64, o12: f64, o21: f64, o22: f64) -> Contingency {
    Contingency { o11, o12, o21, o22 }
}

fn score(name: &str, table: &Contingency) -> f64 {
    Measure::from_name(name).unwrap().score(table, &Parameters::default())
}

fn close(found: f64, expected: f64, digits: f64, what: &str) {
    let error = (found - expected).abs() / expected.abs().max(f64::MIN_POSITIVE);
    assert!(found == expected || error < digits, "{what}: {found} is not {expected}");
}

#[test]
fn codes_and_names_find_their_measure() {
    for (code, measure) in Measure::ALL.iter().enumerate() {
        assert_eq!((Measure::from_code(code), *measure as usize), (Some(*measure), code));
        assert_eq!(Measure::from_name(measure.name()), Some(*measure));
    }
    assert_eq!((Measure::from_code(Measure::ALL.len()), Measure::from_name("G2")), (None, None));
}

#[test]
fn the_cat_has_the_scores_of_other_tools() {
    let the_cat = table(3.0, 4.0, 0.0, 14.0);
    let expected = [
        ("pmi", 1.584_962_500_721),
        ("npmi", 0.564_575_034_054),
        ("pmi2", 3.169_925_001_442),
        ("mi3", 4.754_887_502_163),
        ("mi_log_f", 2.197_224_577_336),
        ("t", 1.154_700_538_379),
        ("z", 2.0),
        ("g2", 7.664_171_902_307),
        ("simple_ll", 2.591_673_732_009),
        ("chi2", 7.0),
        ("chi2_yates", 3.9375),
        ("dice", 0.6),
        ("log_dice", 13.263_034_405_834),
        ("jaccard", 0.428_571_428_571),
        ("ms", 0.428_571_428_571),
        ("delta_p21", 0.428_571_428_571),
        ("delta_p12", 0.777_777_777_778),
        ("liddell", 0.777_777_777_778),
        ("odds_ratio_disc", 22.555_555_555_556),
        ("log_ratio_walter", 3.758_445_321_577),
        ("fisher", 0.026_315_789_474),
        ("lambda", 3.115_981_401_706),
        ("lambda_z", 1.941_091_033_402),
        ("poisson_stirling", 1.754_887_502_163),
    ];
    for (name, expected) in expected {
        // The numbers have 12 digits after the point.
        assert!((score(name, &the_cat) - expected).abs() < 1e-12, "{name}: {}", score(name, &the_cat));
    }
}

#[test]
fn lambda_equals_that_of_quanteda() {
    let (sat_on, cat_ran) = (table(2.0, 0.0, 0.0, 19.0), table(2.0, 1.0, 0.0, 18.0));
    for (table, lambda, z) in
        [(sat_on, 5.272_999_558_56, 2.499_281_520_54), (cat_ran, 4.121_743_536_41, 2.333_208_303_19)]
    {
        close(score("lambda", &table), lambda, 1e-11, "lambda");
        close(score("lambda_z", &table), z, 1e-11, "lambda_z");
    }
}

#[test]
fn g2_equals_that_of_dunning() {
    close(score("g2", &table(10.0, 0.0, 3.0, 31764.0)), 167.229_803_91, 1e-10, "g2");
    close(score("g2", &table(110.0, 2442.0, 111.0, 29114.0)), 270.721_876_94, 1e-10, "g2");
}

#[test]
fn pmi_equals_that_of_church_and_hanks() {
    let doctors_dentists = table(8.0, 1097.0, 36.0, 15e6 - 1141.0);
    assert!((score("pmi", &doctors_dentists) - 11.3).abs() < 0.05);
}

#[test]
fn scores_in_a_window_are_those_of_a_surface_count() {
    // Each row has O11, the frequency of the collocate in the corpus, E11, the signed G², z and the log ratio.
    for (o11, c1, expected, g2, z, log_ratio) in [
        (2.0, 2.0, 0.952_381, 3.200_624_023, 1.073_490, 2.453_173),
        (3.0, 7.0, 3.333_333, -0.095_710_043, -0.182_574, -0.231_326),
    ] {
        let near = Contingency::of_margins(o11, 10.0, c1, 21.0);
        close(near.expected()[0], expected, 1e-6, "E11");
        // quanteda adds 1e-9 to numbers before it takes logarithms.
        assert!((Measure::G2.signed_score(&near, &Parameters::default()) - g2).abs() < 5e-8);
        close(score("z", &near), z, 1e-5, "z");
        assert!((score("log_ratio_walter", &near) - log_ratio).abs() < 1e-6);
    }
}

#[test]
fn keyness_is_that_of_quanteda() {
    // The target has 17 tokens and the reference 12, of 8 terms. Below are the counts of a, b, c and d.
    let parameters = Parameters { prior_total: 0.08, ..Parameters::default() };
    let counts = [(3.0, 2.0), (2.0, 1.0), (6.0, 2.0), (1.0, 4.0)];
    let expected: [(Measure, [f64; 4], f64); 7] = [
        (Measure::G2, [0.004_751_408_7, 0.091_241_894_1, 1.274_238_009_6, -3.779_440_532_9], 1e-7),
        (Measure::G2Rayson, [0.003_934_966_3, 0.082_023_294_3, 0.941_184_238_1, -3.123_254_178_1], 1e-7),
        (Measure::Chi2, [0.004_738_562_091_5, 0.089_303_670_186_0, 1.221_872_082_166_2, -3.715_032_679_738_6], 1e-12),
        (Measure::LogRatio, [0.082_462_160_2, 0.497_499_659_5, 1.082_462_160_2, -2.502_500_340_5], 1e-8),
        (Measure::PercentDiff, [5.8824, 41.1765, 111.7647, -82.3529], 1e-5),
        (Measure::LogOddsZ, [0.076_101_889_8, f64::NAN, 1.228_043_587_3, f64::NAN], 1e-8),
        (Measure::FisherTwoSided, [f64::NAN, f64::NAN, 0.408_347_108_5, f64::NAN], 1e-9),
    ];
    for (measure, expected, digits) in expected {
        for ((a, b), expected) in counts.into_iter().zip(expected).filter(|(_, expected)| !expected.is_nan()) {
            let found = measure.signed_score(&table(a, 17.0 - a, b, 12.0 - b), &parameters);
            close(found, expected, digits.max(2e-12), measure.name());
        }
    }
}

#[test]
fn measures_of_two_corpora_have_their_definitions() {
    // A term occurs 50 times in 10,000 tokens, and 20 times in 40,000 tokens.
    let table = table(50.0, 9950.0, 20.0, 39980.0);
    let g2: f64 = score("g2", &table);
    for (name, expected) in [
        ("relative_risk", 10.0),
        ("odds_ratio", 50.0 * 39980.0 / (20.0 * 9950.0)),
        ("simple_maths", 5001.0 / 501.0),
        ("log_ratio", 10_f64.log2()),
        ("percent_diff", 900.0),
        ("bic", g2 - 50_000_f64.ln()),
        ("ell", g2 / (50_000.0 * 14_f64.ln())),
    ] {
        close(score(name, &table), expected, 1e-14, name);
    }
    let hundred = Parameters { smoothing: 100.0, ..Parameters::default() };
    assert_eq!(Measure::SimpleMaths.score(&table, &hundred), 5100.0 / 600.0);
}

#[test]
fn counts_of_zero_never_fail() {
    let (nan, infinite) = (f64::NAN, f64::INFINITY);
    // Tables with an empty cell, an empty row, an empty column, and without counts.
    let tables =
        [table(0.0, 7.0, 3.0, 11.0), table(3.0, 4.0, 0.0, 0.0), table(0.0, 4.0, 0.0, 9.0), table(0.0, 0.0, 0.0, 0.0)];
    for (name, expected) in [
        ("pmi", [-infinite, nan, nan, nan]),
        ("npmi", [-1.0, nan, nan, nan]),
        ("mi_log_f", [nan; 4]),
        ("g2", [score("g2", &tables[0]), 0.0, 0.0, 0.0]),
        ("chi2", [score("chi2", &tables[0]), 0.0, 0.0, 0.0]),
        ("poisson_stirling", [0.0, -3.0, 0.0, 0.0]),
        ("t", [-infinite, 0.0, nan, nan]),
        ("percent_diff", [-100.0, nan, nan, nan]),
        ("ell", [nan; 4]),
        ("fisher", [1.0; 4]),
        ("fisher_two_sided", [score("fisher_two_sided", &tables[0]), 1.0, 1.0, 1.0]),
    ] {
        for (table, expected) in tables.iter().zip(expected) {
            let found = score(name, table);
            assert!(found == expected || found.is_nan() && expected.is_nan(), "{name} of {table:?}: {found}");
        }
    }
    let only_in_target = table(5.0, 95.0, 0.0, 100.0);
    for name in ["percent_diff", "relative_risk", "odds_ratio"] {
        assert_eq!(score(name, &only_in_target), infinite, "{name}");
    }
    close(score("log_ratio", &only_in_target), 10_f64.log2(), 1e-15, "log_ratio");
}

#[test]
fn small_p_values_are_not_zero() {
    // The p-values are from SciPy: chi2.sf(x, 1), and 2 * norm.sf(40).
    close(Measure::G2.p_value(3.841_458_820_694_124), 0.05, 1e-14, "g2");
    close(Measure::Chi2.p_value(-1000.0), 1.795_832_784_800_736_3e-219, 2e-12, "chi2");
    close(Measure::LogOddsZ.p_value(37.0), 1.145_114_244_504_785_3e-299, 2e-12, "log_odds_z");
    assert!(!Measure::LogRatio.has_p_values() && Measure::Fisher.has_p_values());
}

#[test]
fn p_values_are_adjusted_as_in_r() {
    let p = [0.01, f64::NAN, 0.02, 0.03, 0.04, 0.9];
    for (correction, expected) in [
        (Correction::Bonferroni, [0.05, 0.1, 0.15, 0.2, 1.0]),
        (Correction::Holm, [0.05, 0.08, 0.09, 0.09, 0.9]),
        (Correction::BenjaminiHochberg, [0.05, 0.05, 0.05, 0.05, 0.9]),
    ] {
        let mut adjusted = p;
        correction.adjust(&mut adjusted).unwrap();
        assert!(adjusted[1].is_nan());
        for (found, expected) in adjusted.into_iter().filter(|p| !p.is_nan()).zip(expected) {
            close(found, expected, 1e-14, "p");
        }
    }
}

/// Returns the p-values of Fisher's tests by plain sums of products.
fn fisher(table: &Contingency) -> (f64, f64) {
    let [r1, r2] = table.rows();
    let c1 = table.columns()[0];
    let choose = |n: f64, k: f64| {
        let mut ways = 1.0;
        let mut at = 0.0;
        while at < k {
            ways = ways * (n - at) / (at + 1.0);
            at += 1.0;
        }
        ways
    };
    let probability = |k: f64| choose(r1, k) * choose(r2, c1 - k) / choose(r1 + r2, c1);
    let (mut k, mut right, mut both) = ((c1 - r2).max(0.0), 0.0, 0.0);
    let own = probability(table.o11);
    while k <= r1.min(c1) {
        right += if k >= table.o11 { probability(k) } else { 0.0 };
        both += if probability(k) <= own * (1.0 + 1e-7) { probability(k) } else { 0.0 };
        k += 1.0;
    }
    (right, both)
}

proptest! {
    #[test]
    fn fishers_tests_are_sums_of_probabilities(cells in prop::array::uniform4(prop_oneof![0..4_u32, 0..60_u32])) {
        let [o11, o12, o21, o22] = cells.map(f64::from);
        let table = table(o11, o12, o21, o22);
        let (right, both) = fisher(&table);
        close(score("fisher", &table), right, 1e-11, "right tail");
        close(score("fisher_two_sided", &table), both, 1e-11, "two-sided");
    }

    #[test]
    fn g2_is_the_sum_over_the_cells(cells in prop::array::uniform4(prop_oneof![0..4_u32, 0..100_000_u32])) {
        let [o11, o12, o21, o22] = cells.map(f64::from);
        let table = table(o11, o12, o21, o22);
        let summand = |o: f64, e: f64| if o == 0.0 { 0.0 } else { 2.0 * o * (o / e).ln() };
        let [e11, e12, e21, e22] = table.expected();
        let plain = summand(o11, e11) + summand(o12, e12) + summand(o21, e21) + summand(o22, e22);
        // The plain sum loses digits, so the tolerance is absolute for small sums.
        prop_assert!((score("g2", &table) - plain).abs() < 1e-9 * (1.0 + plain));
        let of_column = summand(o11, e11) + summand(o21, e21);
        prop_assert!((score("g2_rayson", &table) - of_column).abs() < 1e-9 * (1.0 + of_column));
    }

    #[test]
    fn every_table_has_a_score_by_each_measure(cells in prop::array::uniform4(prop_oneof![Just(0.0), 0.0..3.0, 0.0..1e9_f64, Just(1e300)])) {
        let [o11, o12, o21, o22] = cells;
        for measure in Measure::ALL {
            if !matches!(measure, Measure::Fisher | Measure::FisherTwoSided) {
                let _ = measure.p_value(measure.signed_score(&table(o11, o12, o21, o22), &Parameters::default()));
            }
        }
    }
}

#[test]
fn scores_keep_their_digits_near_independence() {
    // A term occurs 1,000,001 and 1,000,000 times in 10⁹ tokens. The scores were computed with 60 digits.
    let table = table(1_000_001.0, 998_999_999.0, 1_000_000.0, 999_000_000.0);
    close(score("g2", &table), 5.005_002_505_008_968e-7, 1e-13, "g2");
}

#[test]
fn fishers_tests_keep_their_digits_in_large_tables() {
    // The p-values were computed with sums of integers.
    for (cells, right, both) in [
        ([300.0, 39_700.0, 100.0, 59_900.0], 5.179_536_708_150_168e-46, 8.870_583_341_517_893e-46),
        ([1_000.0, 99_000.0, 1_200.0, 98_800.0], 0.999_991_907_605_376_9, 1.963_950_680_229_658e-5),
        ([150.0, 850.0, 20.0, 980.0], 4.060_050_147_960_343e-28, 8.120_100_295_920_687e-28),
        ([1.0, 2_999.0, 40.0, 2_960.0], 0.999_999_999_999_603_7, 3.372_746_624_666_053_7e-11),
    ] {
        let [o11, o12, o21, o22] = cells;
        let table = table(o11, o12, o21, o22);
        close(score("fisher", &table), right, 1e-12, "right tail");
        close(score("fisher_two_sided", &table), both, 1e-12, "two-sided");
    }
}
