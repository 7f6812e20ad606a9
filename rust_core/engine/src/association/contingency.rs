//! A table of two rows and two columns.

use std::f64::consts::LN_2;

use crate::association::Parameters;
use crate::association::deviance;

/// Below this, a product of counts is exact.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The observed counts of two rows and two columns. They are not negative.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contingency {
    /// Row 1, column 1: both words, or the term in the target.
    pub o11: f64,
    /// Row 1, column 2.
    pub o12: f64,
    /// Row 2, column 1.
    pub o21: f64,
    /// Row 2, column 2.
    pub o22: f64,
}

impl Contingency {
    /// Returns the table of the count of both, the sums of row 1 and of column 1, and the sum of all cells.
    ///
    /// ```
    /// use engine::association::Contingency;
    ///
    /// let table = Contingency::of_margins(3.0, 7.0, 3.0, 21.0);
    /// assert_eq!(table, Contingency { o11: 3.0, o12: 4.0, o21: 0.0, o22: 14.0 });
    /// ```
    pub fn of_margins(o11: f64, r1: f64, c1: f64, n: f64) -> Self {
        Self { o11, o12: r1 - o11, o21: c1 - o11, o22: n - r1 - c1 + o11 }
    }

    /// Returns the sum of all cells.
    pub fn n(&self) -> f64 {
        self.o11 + self.o12 + self.o21 + self.o22
    }

    /// Returns the sum of each row.
    pub fn rows(&self) -> [f64; 2] {
        [self.o11 + self.o12, self.o21 + self.o22]
    }

    /// Returns the sum of each column.
    pub fn columns(&self) -> [f64; 2] {
        [self.o11 + self.o21, self.o12 + self.o22]
    }

    /// Returns the expected count of each cell, in the order E11, E12, E21, E22; zeros for a table without counts.
    pub fn expected(&self) -> [f64; 4] {
        let (n, [r1, r2], [c1, c2]) = (self.n(), self.rows(), self.columns());
        let of = |row: f64, column: f64| if n > 0.0 { row * column / n } else { 0.0 };
        [of(r1, c1), of(r1, c2), of(r2, c1), of(r2, c2)]
    }

    /// Returns whether a row or a column has no counts.
    pub(super) fn has_empty_margin(&self) -> bool {
        let ([r1, r2], [c1, c2]) = (self.rows(), self.columns());
        [r1, r2, c1, c2].contains(&0.0)
    }

    /// Returns O11 O22 - O12 O21, rounded once.
    pub(super) fn determinant(&self) -> f64 {
        let Self { o11, o12, o21, o22 } = *self;
        let (plus, minus) = (o11 * o22, o12 * o21);
        if plus < EXACT && minus < EXACT {
            return plus - minus;
        }
        // Products of large counts are rounded, so the errors of rounding are added. Kahan's algorithm.
        let rounded = (-o12).mul_add(o21, minus);
        o11.mul_add(o22, -minus) + rounded
    }

    /// Returns O11 - E11, without loss of digits when both are almost equal. It is also O22 - E22, E12 - O12 and E21 - O21.
    pub(super) fn excess(&self) -> f64 {
        let n = self.n();
        if n > 0.0 { self.determinant() / n } else { 0.0 }
    }

    /// Returns ln(O11/E11).
    pub(super) fn ln_ratio(&self) -> f64 {
        let e11 = self.expected()[0];
        let more = self.excess() / e11;
        if more.abs() < 0.5 { more.ln_1p() } else { (self.o11 / e11).ln() }
    }

    /// Returns log(O11/E11) to base 2, or NaN if a row or a column has no counts.
    pub(super) fn log2_ratio_unless_empty(&self) -> f64 {
        if self.has_empty_margin() {
            return f64::NAN;
        }
        let e11 = self.expected()[0];
        let more = self.excess() / e11;
        if more.abs() < 0.5 { more.ln_1p() / LN_2 } else { (self.o11 / e11).log2() }
    }

    /// Returns log((O11/R1) / (O21/R2)) to base 2, without loss of digits when both rates are almost equal.
    pub(super) fn log2_ratio_of_rates(&self) -> f64 {
        let [r1, r2] = self.rows();
        let more = self.determinant() / r1 / self.o21;
        if more.abs() < 0.5 { more.ln_1p() / LN_2 } else { (self.o11 / r1 / (self.o21 / r2)).log2() }
    }

    pub(super) fn g2(&self) -> f64 {
        let ([e11, e12, e21, e22], excess) = (self.expected(), self.excess());
        // Σ (O - E) is 0, so it may be subtracted. Then no summand is negative, and no digits are lost.
        let row_1 = deviance::of_cell(self.o11, e11, excess) + deviance::of_cell(self.o12, e12, -excess);
        let row_2 = deviance::of_cell(self.o21, e21, -excess) + deviance::of_cell(self.o22, e22, excess);
        2.0 * (row_1 + row_2)
    }

    /// Returns the part of G² that comes from column 1: the sums of O and of E are equal there too.
    pub(super) fn g2_rayson(&self) -> f64 {
        let ([e11, _, e21, _], excess) = (self.expected(), self.excess());
        2.0 * (deviance::of_cell(self.o11, e11, excess) + deviance::of_cell(self.o21, e21, -excess))
    }

    pub(super) fn simple_ll(&self) -> f64 {
        2.0 * deviance::of_cell(self.o11, self.expected()[0], self.excess())
    }

    /// Returns χ²; `less` is subtracted from the absolute value of the determinant.
    pub(super) fn chi2(&self, less: f64) -> f64 {
        if self.has_empty_margin() {
            return 0.0;
        }
        let ([r1, r2], [c1, c2]) = (self.rows(), self.columns());
        let determinant = (self.determinant().abs() - less).max(0.0);
        self.n() * (determinant / (r1 * r2)) * (determinant / (c1 * c2))
    }

    pub(super) fn dice(&self) -> f64 {
        2.0 * self.o11 / (self.rows()[0] + self.columns()[0])
    }

    pub(super) fn odds_ratio_disc(&self) -> f64 {
        (self.o11 + 0.5) * (self.o22 + 0.5) / ((self.o12 + 0.5) * (self.o21 + 0.5))
    }

    pub(super) fn log_odds(&self, parameters: &Parameters) -> f64 {
        let others = parameters.prior_total - parameters.prior;
        let odds = |count: f64, other_counts: f64| (count + parameters.prior) / (other_counts + others);
        (odds(self.o11, self.o12) / odds(self.o21, self.o22)).ln()
    }
}
