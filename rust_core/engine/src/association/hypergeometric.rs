//! Fisher's exact test.

use std::f64::consts::TAU;

use crate::association::{Contingency, deviance};

/// Two tables count as equally likely if their probabilities differ by less than this part, as in R and SciPy.
const EQUAL: f64 = 1e-7;

/// Returns the probability of a table with these margins and O11 or more in its first cell. NaN if a cell is not a whole
/// number.
pub fn right_tail(table: &Contingency) -> f64 {
    if !is_whole(table) {
        return f64::NAN;
    }
    if table.determinant() > 0.0 {
        return (probability(table) * sum_up(table)).min(1.0);
    }
    // The lower tail has fewer summands here. It is at most about a half, so no digits are lost.
    if table.o11 == 0.0 || table.o22 == 0.0 {
        return 1.0;
    }
    let lower = moved(table, -1.0);
    1.0 - probability(&lower) * sum_down(&lower)
}

/// Returns the probability of all tables with these margins that are at most as likely as this one. NaN if a cell is not
/// a whole number.
pub fn two_sided(table: &Contingency) -> f64 {
    if !is_whole(table) {
        return f64::NAN;
    }
    let (n, [r1, _], [c1, _]) = (table.n(), table.rows(), table.columns());
    let mode = ((r1 + 1.0) * (c1 + 1.0) / (n + 2.0)).floor();
    let own = probability(table);
    let (is_high, to_mode) = (table.o11 > mode, (table.o11 - mode).abs());
    let (sign, room) = if is_high { (-1.0, table.o11.min(table.o22)) } else { (1.0, table.o12.min(table.o21)) };
    let at = |steps: f64| moved(table, sign * steps);
    let is_rare = |steps: f64| probability(&at(steps)) <= own * (1.0 + EQUAL);
    if to_mode == 0.0 || to_mode > room || is_rare(to_mode) {
        // No table is more likely.
        return 1.0;
    }
    // From the mode on, the probabilities fall. So halving finds the first rare table of the other side.
    let (mut common, mut rare) = (to_mode, room + 1.0);
    while rare - common > 1.0 {
        let middle = ((common + rare) / 2.0).floor();
        if is_rare(middle) {
            rare = middle;
        } else {
            common = middle;
        }
    }
    let near = own * if is_high { sum_up(table) } else { sum_down(table) };
    if rare > room {
        return near.min(1.0);
    }
    let other = at(rare);
    let far = probability(&other) * if is_high { sum_down(&other) } else { sum_up(&other) };
    (near + far).min(1.0)
}

fn is_whole(table: &Contingency) -> bool {
    [table.o11, table.o12, table.o21, table.o22].iter().all(|cell| *cell >= 0.0 && cell.fract() == 0.0)
}

/// Returns the table with the same margins and `more` in its first cell.
fn moved(table: &Contingency, more: f64) -> Contingency {
    let Contingency { o11, o12, o21, o22 } = *table;
    Contingency { o11: o11 + more, o12: o12 - more, o21: o21 - more, o22: o22 + more }
}

/// Returns the sum of the probabilities of a table and of those with more in the first cell, divided by its own.
fn sum_up(table: &Contingency) -> f64 {
    let Contingency { o11, o12, o21, o22 } = *table;
    sum(o12.min(o21), |at| (o12 - at) * (o21 - at) / ((o11 + at + 1.0) * (o22 + at + 1.0)))
}

/// Returns the sum of the probabilities of a table and of those with less in the first cell, divided by its own.
fn sum_down(table: &Contingency) -> f64 {
    let Contingency { o11, o12, o21, o22 } = *table;
    sum(o11.min(o22), |at| (o11 - at) * (o22 - at) / ((o12 + at + 1.0) * (o21 + at + 1.0)))
}

/// Adds products of ratios of neighbours until they are too small to change the sum.
fn sum(last: f64, ratio: impl Fn(f64) -> f64) -> f64 {
    let (mut sum, mut summand, mut at) = (1.0, 1.0, 0.0);
    while at < last {
        let ratio = ratio(at);
        summand *= ratio;
        sum += summand;
        // The rest is at most that of a geometric series.
        if ratio < 1.0 && summand < f64::EPSILON / 4.0 * sum * (1.0 - ratio) {
            break;
        }
        at += 1.0;
    }
    sum
}

/// Returns the probability of a table among those with its margins. Loader's method: the logarithms of factorials are
/// large, and their differences small, so only the small parts are added.
fn probability(table: &Contingency) -> f64 {
    let (n, [r1, r2], [c1, c2]) = (table.n(), table.rows(), table.columns());
    if c1 == 0.0 || c2 == 0.0 {
        return 1.0;
    }
    let (p, q) = (c1 / n, c2 / n);
    (ln_binomial(table.o11, r1, p, q) + ln_binomial(table.o21, r2, p, q) - ln_binomial(c1, n, p, q)).exp()
}

/// Returns the ln of the probability of `hits` in `number` trials, each with the probability `p`, which is 1 - `q`.
fn ln_binomial(hits: f64, number: f64, p: f64, q: f64) -> f64 {
    let misses = number - hits;
    if hits == 0.0 || misses == 0.0 {
        let (rate, other) = if hits == 0.0 { (q, p) } else { (p, q) };
        let ln_rate = if other < 0.1 { (-other).ln_1p() } else { rate.ln() };
        return if number == 0.0 { 0.0 } else { number * ln_rate };
    }
    let rest = stirling_error(number) - stirling_error(hits) - stirling_error(misses);
    let cell = |observed: f64, expected: f64| deviance::of_cell(observed, expected, observed - expected);
    let away = cell(hits, number * p) + cell(misses, number * q);
    rest - away - (TAU * hits * (misses / number)).ln() / 2.0
}

/// Returns ln(n!) minus Stirling's approximation of it.
fn stirling_error(n: f64) -> f64 {
    if n <= 15.0 {
        return libm::lgamma(n + 1.0) - (n + 0.5) * n.ln() + n - TAU.ln() / 2.0;
    }
    let square = n * n;
    // The terms that follow are below 1e-17 for n above 15.
    let series = [1.0 / 1188.0, 1.0 / 1680.0, 1.0 / 1260.0, 1.0 / 360.0];
    (1.0 / 12.0 - series.iter().fold(691.0 / 360_360.0 / square, |rest, term| (term - rest) / square)) / n
}
