//! The table of an n-gram: how many windows have some of its terms in their slots, and no other.

use crate::association::{Contingency, Measure, Parameters};
use crate::collocations::tuples::MAX_TERMS;

/// The most cells of a table.
pub const MAX_CELLS: usize = 1 << MAX_TERMS;

/// The counts of all cells. Bit k of the number of a cell says whether slot k has its term.
#[derive(Debug, Clone, Copy)]
pub struct Cells {
    n: usize,
    /// For each set of slots, the number of windows that have these terms, and maybe others too.
    sums: [i64; MAX_CELLS],
    cells: [i64; MAX_CELLS],
}

#[allow(clippy::cast_precision_loss)] // A text of 2⁵³ tokens does not fit into memory.
fn float(count: i64) -> f64 {
    count as f64
}

impl Cells {
    /// Returns the cells of a table. `sum` returns the number of windows that have the terms of a set of slots; for no
    /// slot, that of all windows.
    pub fn new(n: usize, sum: impl Fn(usize) -> u64) -> Self {
        let mut sums = [0; MAX_CELLS];
        for (slots, place) in sums[..1 << n].iter_mut().enumerate() {
            *place = i64::try_from(sum(slots)).expect("fewer than fit into memory");
        }
        // Inclusion and exclusion: a cell is the number of windows with these terms, minus that of windows with one
        // more term.
        let mut cells = sums;
        for slot in 0..n {
            for set in (0..1 << n).filter(|set| set >> slot & 1 == 0) {
                cells[set] -= cells[set | 1 << slot];
            }
        }
        Self { n, sums, cells }
    }

    /// Returns whether a measure is defined for three words or more.
    pub fn has(measure: Measure) -> bool {
        use Measure::{
            Chi2, Dice, G2, Jaccard, Lambda, LambdaZ, LogDice, Mi3, MiLogF, MinimumSensitivity, Npmi, Pmi, Pmi2,
            PoissonStirling, SimpleLl, T, Z,
        };
        matches!(
            measure,
            Pmi | Pmi2
                | Mi3
                | Npmi
                | MiLogF
                | T
                | Z
                | G2
                | SimpleLl
                | Chi2
                | Dice
                | LogDice
                | Jaccard
                | MinimumSensitivity
                | PoissonStirling
                | Lambda
                | LambdaZ
        )
    }

    /// Returns whether a measure needs more than the count of the n-gram and those of its terms.
    pub fn needs_all(measure: Measure) -> bool {
        matches!(measure, Measure::G2 | Measure::Chi2 | Measure::Jaccard | Measure::Lambda | Measure::LambdaZ)
    }

    /// Returns the count of the n-gram.
    pub fn count(&self) -> f64 {
        float(self.sums[(1 << self.n) - 1])
    }

    /// Returns the number of windows.
    pub fn windows(&self) -> f64 {
        float(self.sums[0])
    }

    /// Returns the number of windows with each term.
    pub fn terms(&self) -> impl Iterator<Item = f64> {
        (0..self.n).map(|slot| float(self.sums[1 << slot]))
    }

    /// Returns the count of each cell.
    pub fn cells(&self) -> &[i64] {
        &self.cells[..1 << self.n]
    }

    /// Returns the table of two words.
    pub fn contingency(&self) -> Contingency {
        Contingency {
            o11: float(self.cells[3]),
            o12: float(self.cells[1]),
            o21: float(self.cells[2]),
            o22: float(self.cells[0]),
        }
    }

    /// Returns the count that a cell would have if the terms were independent.
    fn expected(&self, cell: usize) -> f64 {
        let all = self.windows();
        let shares = self.terms().enumerate().map(|(slot, term)| if cell >> slot & 1 == 1 { term } else { all - term });
        let mut product = all;
        shares.for_each(|share| product *= share / all);
        product
    }

    /// Returns the score of the n-gram. A statistic that is never negative gets a minus if the n-gram is less frequent
    /// than expected.
    pub fn score(&self, measure: Measure, parameters: &Parameters) -> f64 {
        if self.n == 2 {
            return measure.signed_score(&self.contingency(), parameters);
        }
        let (a, all, n) = (self.count(), self.windows(), self.terms().map(|_| 1.0).sum::<f64>());
        let e = self.expected((1 << self.n) - 1);
        let is_certain = self.terms().any(|term| term >= all);
        let dice = || n * a / self.terms().sum::<f64>();
        let lambda = || {
            let sign = |cell: usize| if (self.n - cell.count_ones() as usize).is_multiple_of(2) { 1.0 } else { -1.0 };
            self.cells().iter().enumerate().map(|(cell, o)| sign(cell) * (float(*o) + 0.5).ln()).sum::<f64>()
        };
        let score = match measure {
            Measure::Pmi | Measure::Pmi2 | Measure::Mi3 | Measure::Npmi | Measure::MiLogF if is_certain => f64::NAN,
            Measure::Pmi => (a / e).log2(),
            Measure::Pmi2 => (a / e).log2() + a.log2(),
            Measure::Mi3 => (a / e).log2() + 2.0 * a.log2(),
            Measure::Npmi => (a / e).ln() / (-(a / all).ln() * (n - 1.0)),
            Measure::MiLogF => (a / e).log2() * a.ln_1p(),
            Measure::T => (a - e) / a.sqrt(),
            Measure::Z => (a - e) / e.sqrt(),
            Measure::SimpleLl => 2.0 * (a * (a / e).ln() - (a - e)),
            Measure::G2 => {
                let terms = self.cells().iter().enumerate().filter(|(_, o)| **o != 0);
                2.0 * terms.map(|(cell, o)| float(*o) * (float(*o) / self.expected(cell)).ln()).sum::<f64>()
            }
            Measure::Chi2 => {
                let cells = self.cells().iter().enumerate().map(|(cell, o)| (float(*o), self.expected(cell)));
                cells.filter(|(_, e)| *e > 0.0).map(|(o, e)| (o - e) * (o - e) / e).sum()
            }
            Measure::Dice => dice(),
            Measure::LogDice => 14.0 + dice().log2(),
            Measure::Jaccard => a / (all - float(self.cells[0])),
            Measure::MinimumSensitivity => a / self.terms().fold(0.0, f64::max),
            Measure::PoissonStirling => a * ((a / e).log2() - 1.0),
            Measure::Lambda => lambda(),
            Measure::LambdaZ => lambda() / self.cells().iter().map(|o| 1.0 / (float(*o) + 0.5)).sum::<f64>().sqrt(),
            _ => f64::NAN,
        };
        // Products of small whole numbers are exact, so a count that is exactly as expected gets no minus.
        let is_rarer = self.terms().skip(1).fold(a, |product, _| product * all) < self.terms().product::<f64>();
        if measure.is_unsigned() && is_rarer { -score } else { score }
    }
}
