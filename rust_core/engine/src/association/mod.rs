//! Measures of association: numbers for a table of two rows and two columns.
//!
//! For words that occur together, row 1 is the first word, or the window of a node, and column 1 is the second word. For
//! keyness, row 1 is the target, row 2 is the reference, and column 1 is the term. `contingency` has the table and its
//! margins, `hypergeometric` the exact test, `deviance` the sums that must not lose digits, `correction` the p-values of
//! many tests, and `rank` the order of rows.

mod contingency;
mod correction;
mod deviance;
mod hypergeometric;
mod rank;

use std::f64::consts::SQRT_2;

use crate::error::{Error, Result};
use crate::memory::list_for;

pub use contingency::Contingency;
pub use correction::Correction;
pub use rank::rank;

/// Declares the measures: each code, its name and its description are in one place.
macro_rules! measures {
    ($($(#[$doc:meta])+ $measure:ident = $code:literal $name:literal,)+) => {
        /// A measure of association. The logarithms are to base 2, except where "ln" is written. E11 is the count that O11
        /// would have if rows and columns were independent; R and C are the sums of rows and columns.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Measure {
            $($(#[$doc])+ $measure = $code,)+
        }

        impl Measure {
            /// All measures, in the order of their codes.
            pub const ALL: &[Self] = &[$(Self::$measure,)+];

            /// Returns the name of the measure: lower case, digits and underscores.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$measure => $name,)+
                }
            }
        }
    };
}

measures! {
    /// Pointwise mutual information: log(O11/E11) (Church & Hanks 1990).
    Pmi = 0 "pmi",
    /// log(O11²/E11) (Daille 1994).
    Pmi2 = 1 "pmi2",
    /// log(O11³/E11) (Daille 1994).
    Mi3 = 2 "mi3",
    /// ln(O11/E11) / -ln(O11/N), from -1 to 1 (Bouma 2009).
    Npmi = 3 "npmi",
    /// log(O11/E11) ln(O11 + 1) (Kilgarriff et al. 2004).
    MiLogF = 4 "mi_log_f",
    /// (O11 - E11) / √O11 (Church et al. 1991).
    T = 5 "t",
    /// (O11 - E11) / √E11 (Dennis 1965).
    Z = 6 "z",
    /// The log-likelihood ratio G², 2 Σ O ln(O/E) over four cells (Dunning 1993).
    G2 = 7 "g2",
    /// 2 (O11 ln(O11/E11) - (O11 - E11)) (Evert 2008).
    SimpleLl = 8 "simple_ll",
    /// Pearson's χ².
    Chi2 = 9 "chi2",
    /// χ² with the correction of Yates (1934).
    Chi2Yates = 10 "chi2_yates",
    /// 2 O11 / (R1 + C1) (Dice 1945).
    Dice = 11 "dice",
    /// 14 + log(dice) (Rychlý 2008).
    LogDice = 12 "log_dice",
    /// O11 / (O11 + O12 + O21) (Jaccard 1912).
    Jaccard = 13 "jaccard",
    /// Minimum sensitivity: the smaller of O11/R1 and O11/C1 (Pedersen 1998).
    MinimumSensitivity = 14 "ms",
    /// ΔP of column 1 given row 1: O11/R1 - O21/R2 (Gries 2013).
    DeltaP21 = 15 "delta_p21",
    /// ΔP of row 1 given column 1: O11/C1 - O12/C2 (Gries 2013).
    DeltaP12 = 16 "delta_p12",
    /// (O11 O22 - O12 O21) / (C1 C2) (Liddell 1976).
    Liddell = 17 "liddell",
    /// The odds ratio, with ½ added to each cell.
    OddsRatioDisc = 18 "odds_ratio_disc",
    /// log(((O11 + ½)/(R1 + ½)) / ((O21 + ½)/(R2 + ½))) (Walter 1975).
    LogRatioWalter = 19 "log_ratio_walter",
    /// The p-value of Fisher's exact test: the probability of O11 or more.
    Fisher = 20 "fisher",
    /// O11 (log(O11/E11) - 1) (Quasthoff & Wolff 2002).
    PoissonStirling = 21 "poisson_stirling",
    /// λ: the ln of the odds ratio, with ½ added to each cell (Blaheta & Johnson 2001).
    Lambda = 22 "lambda",
    /// λ divided by its standard error √Σ 1/(O + ½).
    LambdaZ = 23 "lambda_z",
    /// G² of two terms, those of column 1: 2 (O11 ln(O11/E11) + O21 ln(O21/E21)) (Rayson & Garside 2000).
    G2Rayson = 24 "g2_rayson",
    /// log((O11/R1) / (O21/R2)); an O of 0 counts as ½ (Hardie 2014).
    LogRatio = 25 "log_ratio",
    /// 100 (O11/R1 - O21/R2) / (O21/R2) (Gabrielatos & Marchi 2011).
    PercentDiff = 26 "percent_diff",
    /// G² - ln N (Wilson 2013).
    Bic = 27 "bic",
    /// G² / (N ln(the smallest E)) (Johnston et al. 2006); NaN if the smallest E is at most 1.
    Ell = 28 "ell",
    /// (O11/R1) / (O21/R2).
    RelativeRisk = 29 "relative_risk",
    /// The odds ratio of the sample: (O11 O22) / (O12 O21).
    OddsRatio = 30 "odds_ratio",
    /// (O11 per million + n) / (O21 per million + n) (Kilgarriff 2009).
    SimpleMaths = 31 "simple_maths",
    /// The weighted log-odds ratio δ with a Dirichlet prior (Monroe, Colaresi & Quinn 2008).
    LogOdds = 32 "log_odds",
    /// δ divided by its standard error (Monroe, Colaresi & Quinn 2008).
    LogOddsZ = 33 "log_odds_z",
    /// The p-value of Fisher's exact test: the probability of all tables that are at most as likely as this one.
    FisherTwoSided = 34 "fisher_two_sided",
    /// O11/E11, which is O11 N / (R1 C1) (Mikolov et al. 2013). gensim's formula subtracts the minimal count from O11, and
    /// has the number of distinct words and pairs for N.
    Mikolov = 35 "mikolov",
}

/// Numbers that some measures need.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameters {
    /// The number that [`Measure::SimpleMaths`] adds to both rates: the n of Kilgarriff.
    pub smoothing: f64,
    /// The prior count of the term, for [`Measure::LogOdds`] and [`Measure::LogOddsZ`]: α of a term.
    pub prior: f64,
    /// The sum of the prior counts of all terms: α of all terms.
    pub prior_total: f64,
}

impl Default for Parameters {
    fn default() -> Self {
        Self { smoothing: 1.0, prior: 0.01, prior_total: 0.01 }
    }
}

impl Measure {
    /// Returns the measure with this code.
    pub fn from_code(code: usize) -> Option<Self> {
        Self::ALL.get(code).copied()
    }

    /// Returns the measure with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|measure| measure.name() == name)
    }

    /// Returns the score of a table. A quotient of zeros is NaN, and one of a positive number and zero is infinite. In a
    /// table with an empty row or column, G² and χ² are 0, and the measures of mutual information are NaN.
    ///
    /// ```
    /// use engine::association::{Contingency, Measure, Parameters};
    ///
    /// let the_cat = Contingency { o11: 3.0, o12: 4.0, o21: 0.0, o22: 14.0 };
    /// assert_eq!(Measure::Z.score(&the_cat, &Parameters::default()), 2.0);
    /// ```
    pub fn score(self, table: &Contingency, parameters: &Parameters) -> f64 {
        let Contingency { o11, o12, o21, o22 } = *table;
        let (n, [r1, r2], [c1, c2]) = (table.n(), table.rows(), table.columns());
        let e11 = table.expected()[0];
        match self {
            Self::Pmi => table.log2_ratio_unless_empty(),
            Self::Pmi2 => table.log2_ratio_unless_empty() + o11.log2(),
            Self::Mi3 => table.log2_ratio_unless_empty() + 2.0 * o11.log2(),
            Self::Npmi if o11 == 0.0 && e11 > 0.0 && !table.has_empty_margin() => -1.0,
            Self::Npmi if table.has_empty_margin() => f64::NAN,
            Self::Npmi => table.ln_ratio() / -(o11 / n).ln(),
            Self::MiLogF if o11 == 0.0 => f64::NAN,
            Self::MiLogF => table.log2_ratio_unless_empty() * o11.ln_1p(),
            Self::T => table.excess() / o11.sqrt(),
            Self::Z => table.excess() / e11.sqrt(),
            Self::G2 => table.g2(),
            Self::SimpleLl => table.simple_ll(),
            Self::Chi2 => table.chi2(0.0),
            Self::Chi2Yates => table.chi2(n / 2.0),
            Self::Dice => table.dice(),
            Self::LogDice => 14.0 + table.dice().log2(),
            Self::Jaccard => o11 / (o11 + o12 + o21),
            Self::MinimumSensitivity if r1 == 0.0 || c1 == 0.0 => f64::NAN,
            Self::MinimumSensitivity => o11 / r1.max(c1),
            Self::DeltaP21 => table.determinant() / r1 / r2,
            Self::DeltaP12 | Self::Liddell => table.determinant() / c1 / c2,
            Self::OddsRatioDisc => table.odds_ratio_disc(),
            Self::LogRatioWalter => Contingency { o11: o11 + 0.5, o12, o21: o21 + 0.5, o22 }.log2_ratio_of_rates(),
            Self::Fisher => hypergeometric::right_tail(table),
            Self::FisherTwoSided => hypergeometric::two_sided(table),
            Self::Mikolov => o11 / e11,
            Self::PoissonStirling if o11 == 0.0 => 0.0,
            Self::PoissonStirling => o11 * (table.ln_ratio() / std::f64::consts::LN_2 - 1.0),
            Self::Lambda => table.odds_ratio_disc().ln(),
            Self::LambdaZ => {
                let error = [o11, o12, o21, o22].iter().map(|cell| 1.0 / (cell + 0.5)).sum::<f64>().sqrt();
                table.odds_ratio_disc().ln() / error
            }
            Self::G2Rayson => table.g2_rayson(),
            Self::LogRatio if o11 == 0.0 && o21 == 0.0 => f64::NAN,
            Self::LogRatio => {
                let half_if_zero = |count: f64| if count == 0.0 { 0.5 } else { count };
                if o11 > 0.0 && o21 > 0.0 {
                    table.log2_ratio_of_rates()
                } else {
                    ((half_if_zero(o11) / r1) / (half_if_zero(o21) / r2)).log2()
                }
            }
            Self::PercentDiff => 100.0 * table.determinant() / r1 / o21,
            Self::Bic => table.g2() - n.ln(),
            Self::Ell => {
                let smallest = table.expected().into_iter().fold(f64::INFINITY, f64::min);
                if smallest > 1.0 { table.g2() / (n * smallest.ln()) } else { f64::NAN }
            }
            Self::RelativeRisk => (o11 / r1) / (o21 / r2),
            Self::OddsRatio => (o11 / o12) * (o22 / o21),
            Self::SimpleMaths => {
                let rate = |count: f64, size: f64| 1e6 * count / size + parameters.smoothing;
                rate(o11, r1) / rate(o21, r2)
            }
            Self::LogOdds => table.log_odds(parameters),
            Self::LogOddsZ => {
                let error = (1.0 / (o11 + parameters.prior) + 1.0 / (o21 + parameters.prior)).sqrt();
                table.log_odds(parameters) / error
            }
        }
    }

    /// Returns the score with the sign of O11 - E11 if the measure is a statistic that is never negative, such as G² or
    /// χ². Returns the score of other measures.
    pub fn signed_score(self, table: &Contingency, parameters: &Parameters) -> f64 {
        let score = self.score(table, parameters);
        if self.is_unsigned() && table.determinant() < 0.0 { -score } else { score }
    }

    /// Returns whether the measure is a statistic that is never negative, and grows with the distance of O11 from E11.
    pub fn is_unsigned(self) -> bool {
        matches!(self, Self::G2 | Self::SimpleLl | Self::Chi2 | Self::Chi2Yates | Self::G2Rayson)
    }

    /// Returns whether a smaller score means a stronger association: a p-value.
    pub fn is_p_value(self) -> bool {
        matches!(self, Self::Fisher | Self::FisherTwoSided)
    }

    /// Returns whether scores have p-values.
    pub fn has_p_values(self) -> bool {
        !self.p_value(1.0).is_nan()
    }

    /// Returns the probability of a score that is at least as far from independence, if rows and columns are independent:
    /// by the χ² distribution with one degree of freedom, or by the normal distribution (two-sided). Fisher's tests are
    /// p-values themselves. For other measures, returns NaN.
    pub fn p_value(self, score: f64) -> f64 {
        match self {
            Self::G2 | Self::G2Rayson | Self::Chi2 | Self::Chi2Yates => libm::erfc((score.abs() / 2.0).sqrt()),
            Self::Z | Self::LambdaZ | Self::LogOddsZ => libm::erfc(score.abs() / SQRT_2),
            Self::Fisher | Self::FisherTwoSided => score,
            _ => f64::NAN,
        }
    }
}

/// Returns the score of each table. The lists have the cells O11, O12, O21 and O22 of each table.
///
/// # Errors
/// [`OutOfMemory`](crate::Error::OutOfMemory).
pub fn scores(measure: Measure, cells: [&[f64]; 4], parameters: &Parameters, is_signed: bool) -> Result<Vec<f64>> {
    let [o11, o12, o21, o22] = cells;
    let mut scores = list_for(o11.len())?;
    for (((o11, o12), o21), o22) in o11.iter().zip(o12).zip(o21).zip(o22) {
        let table = Contingency { o11: *o11, o12: *o12, o21: *o21, o22: *o22 };
        scores.push(if is_signed {
            measure.signed_score(&table, parameters)
        } else {
            measure.score(&table, parameters)
        });
    }
    Ok(scores)
}

/// Returns the p-value of each score, adjusted if there is a correction.
///
/// # Errors
/// [`OutOfMemory`](crate::Error::OutOfMemory), [`NoPValues`](Error::NoPValues), [`Stopped`](crate::Error::Stopped).
pub fn p_values(measure: Measure, scores: &[f64], correction: Option<Correction>) -> Result<Vec<f64>> {
    if !measure.has_p_values() {
        return Err(Error::NoPValues);
    }
    let mut found = list_for(scores.len())?;
    found.extend(scores.iter().map(|score| measure.p_value(*score)));
    if let Some(correction) = correction {
        correction.adjust(&mut found)?;
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
