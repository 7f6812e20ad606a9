//! The counts and the formulas of other tools, with the same order of operations, so that scores are equal bit for bit.

use crate::association::{Measure, Parameters};
use crate::collocations::cells::{Cells, MAX_CELLS};
use crate::collocations::tuples::MAX_TERMS;

/// The tool whose counts and formulas a score has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Convention {
    /// All windows of n tokens, and the terms in each of their slots.
    #[default]
    Exact,
    /// The counts and formulas of NLTK: all tokens, and each term wherever it is.
    Nltk,
    /// The counts and formulas of gensim's `Phrases`.
    Gensim,
    /// The counts and formulas of quanteda's `textstat_collocations`, which are those of [`Exact`](Self::Exact).
    Quanteda,
}

impl Convention {
    /// Returns the largest number of words of a collocation.
    pub fn most_words(self) -> usize {
        match self {
            Self::Exact | Self::Quanteda => 5,
            Self::Nltk => 4,
            Self::Gensim => 2,
        }
    }

    /// Returns whether a term is counted wherever it is, and not in each slot of the windows.
    pub fn counts_tokens(self) -> bool {
        matches!(self, Self::Nltk | Self::Gensim)
    }

    /// Returns the score of a table; gensim needs `phrases` too.
    pub fn score(self, measure: Measure, cells: &Cells, phrases: Phrases) -> f64 {
        let own = match self {
            Self::Exact | Self::Quanteda => None,
            Self::Nltk => nltk_cells(measure, cells),
            Self::Gensim => gensim(measure, cells, phrases),
        };
        own.unwrap_or_else(|| cells.score(measure, &Parameters::default()))
    }
}

/// Two numbers that gensim needs.
#[derive(Debug, Clone, Copy)]
pub struct Phrases {
    /// The minimal count of a phrase.
    pub min_count: u64,
    /// The number of distinct words and pairs.
    pub distinct: usize,
}

/// What NLTK adds so that it does not divide by 0.
const SMALL: f64 = 1e-20;

/// Returns the score that `BigramAssocMeasures` gives to a pair; None if NLTK does not have the measure. `count` is that of
/// the pair, which may be a fraction, `first` and `second` are those of its words, and `all` is that of all tokens.
pub fn nltk_pair(measure: Measure, count: f64, first: f64, second: f64, all: f64) -> Option<f64> {
    let (others_first, others_second) = (second - count, first - count);
    let table = [count, others_first, others_second, all - count - others_first - others_second];
    let sum = table[0] + table[1] + table[2] + table[3];
    let expected = |cell: usize| (table[cell] + table[cell ^ 1]) * (table[cell] + table[cell ^ 2]) / sum;
    Some(match measure {
        Measure::Chi2 => {
            let [ii, io, oi, oo] = table;
            let (determinant, margins) = (ii * oo - io * oi, (ii + io) * (ii + oi) * (io + oo) * (oi + oo));
            // NLTK raises an error there.
            if margins == 0.0 { f64::NAN } else { all * (determinant * determinant / margins) }
        }
        Measure::Dice => 2.0 * count / (first + second),
        _ => return nltk(measure, [first, second].into_iter(), all, &table, expected),
    })
}

/// Returns the score that `NgramAssocMeasures` gives to a table. The first cell has all terms, and bit k of the number of
/// a cell says that slot k does not have its term.
fn nltk(
    measure: Measure,
    terms: impl Iterator<Item = f64>,
    all: f64,
    table: &[f64],
    expected: impl Fn(usize) -> f64,
) -> Option<f64> {
    let (count, product) = (table[0], terms.product::<f64>());
    let power = (2..table.len().ilog2() + 1).fold(1.0, |power, _| power * all);
    Some(match measure {
        Measure::Pmi => (count * power).log2() - product.log2(),
        // Python's `** 0.5` calls `pow`, whose last bit may not be that of a square root. The compiler must not know it.
        Measure::T => (count - product / power) / (count + SMALL).powf(std::hint::black_box(0.5)),
        Measure::Chi2 => {
            let cells = table.iter().enumerate();
            cells.map(|(cell, o)| (o - expected(cell)) * (o - expected(cell)) / (expected(cell) + SMALL)).sum()
        }
        Measure::G2 => {
            let cells = table.iter().enumerate();
            2.0 * cells.fold(0.0, |sum, (cell, o)| sum + o * (o / (expected(cell) + SMALL) + SMALL).ln())
        }
        Measure::PoissonStirling => count * ((count / (product / power)).log2() - 1.0),
        Measure::Jaccard => count / table[..table.len() - 1].iter().fold(0.0, |sum, cell| sum + cell),
        _ => return None,
    })
}

/// Returns the score that NLTK gives to two words or more.
fn nltk_cells(measure: Measure, cells: &Cells) -> Option<f64> {
    let (all, number) = (cells.windows(), cells.cells().len());
    let mut terms = [0.0; MAX_TERMS];
    terms.iter_mut().zip(cells.terms()).for_each(|(place, term)| *place = term);
    if number == 4 {
        return nltk_pair(measure, cells.count(), terms[0], terms[1], all);
    }
    let terms = &terms[..number.ilog2() as usize];
    let mut table = [0.0; MAX_CELLS];
    #[allow(clippy::cast_precision_loss)] // A text of 2⁵³ tokens does not fit into memory.
    table.iter_mut().zip(cells.cells().iter().rev()).for_each(|(place, cell)| *place = *cell as f64);
    let expected = |cell: usize| {
        let shares =
            terms.iter().enumerate().map(|(slot, term)| if cell >> slot & 1 == 0 { *term } else { all - term });
        shares.product::<f64>() / terms[1..].iter().fold(1.0, |power, _| power * all)
    };
    nltk(measure, terms.iter().copied(), all, &table[..number], expected)
}

/// The scorers of `gensim.models.phrases`. None if gensim does not have the measure.
#[allow(clippy::cast_precision_loss)] // A text of 2⁵³ tokens does not fit into memory.
fn gensim(measure: Measure, cells: &Cells, phrases: Phrases) -> Option<f64> {
    let all = cells.windows();
    match measure {
        Measure::Npmi => {
            let both = cells.count() / all;
            let each: f64 = cells.terms().map(|term| term / all).product();
            Some((both / each).ln() / -both.ln())
        }
        Measure::Mikolov => {
            let more = cells.count() - phrases.min_count as f64;
            Some(more / cells.terms().product::<f64>() * phrases.distinct as f64)
        }
        _ => None,
    }
}
