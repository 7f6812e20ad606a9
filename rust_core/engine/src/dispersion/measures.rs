//! The measures of dispersion.

use crate::error::Result;
use crate::memory::list_for;

/// Declares the measures: each code, its name and its description are in one place.
macro_rules! measures {
    ($($(#[$doc:meta])+ $measure:ident = $code:literal $name:literal,)+) => {
        /// A measure of how evenly a term occurs in the parts of a corpus, or in its text. There are n parts that have
        /// tokens. For part i, s is its share of all tokens, f the count of the term, v the share of the term's tokens that
        /// are there, and p the rate f / (tokens of the part). The sum of all f is F, and N is the number of tokens.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Dispersion {
            $($(#[$doc])+ $measure = $code,)+
        }

        impl Dispersion {
            /// All measures, in the order of their codes.
            pub const ALL: &[Self] = &[$(Self::$measure,)+];

            /// Returns the name of the measure: lower case and digits.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$measure => $name,)+
                }
            }
        }
    };
}

measures! {
    /// The number of parts that have the term.
    Range = 0 "range",
    /// DP, the deviation of proportions: ½ Σ |v - s| (Gries 2008).
    Dp = 1 "dp",
    /// DP / (1 - the smallest s) (Lijffijt & Gries 2012).
    DpNorm = 2 "dpnorm",
    /// D: 1 - (standard deviation of p / mean of p) / √(n - 1) (Juilland et al. 1970).
    D = 3 "d",
    /// D₂: -Σ r log r / log n, where r is p / Σ p (Carroll 1970).
    D2 = 4 "d2",
    /// S: (Σ √(s f))² / F (Rosengren 1971).
    S = 5 "s",
    /// D₃: 1 - χ² / (4 F), where χ² is Σ (f - s F)² / (s F) (Lyne 1985).
    D3 = 6 "d3",
    /// DC, the distributional consistency: (Σ √f)² / (n F), by counts (Zhang et al. 2004).
    Dc = 7 "dc",
    /// DA: 1 - (mean of |p - p'| over all pairs of parts) / (2 mean of p) (Burch et al. 2017).
    Da = 8 "da",
    /// The divergence of Kullback and Leibler: Σ v log₂(v / s) (Gries 2021).
    Kld = 9 "kld",
    /// 1 - e^(-KLD) (Gries 2021).
    KldNorm = 10 "kldnorm",
    /// ARF, the average reduced frequency: Σ min(d, N/F) / (N/F), where d are the distances between occurrences that follow
    /// each other, and the text is a circle (Savický & Hlaváčová 2002).
    Arf = 11 "arf",
    /// ALD, the average logarithmic distance: Σ (d/N) log₁₀ d (Savický & Hlaváčová 2002).
    Ald = 12 "ald",
    /// AWT, the average waiting time: ½ (1 + Σ d² / N) (Savický & Hlaváčová 2002).
    Awt = 13 "awt",
}

impl Dispersion {
    /// Returns the measure with this code.
    pub fn from_code(code: usize) -> Option<Self> {
        Self::ALL.get(code).copied()
    }

    /// Returns whether the measure is computed from the places of the tokens, not from parts.
    pub fn is_of_places(self) -> bool {
        matches!(self, Self::Arf | Self::Ald | Self::Awt)
    }
}

/// The parts of a corpus that have tokens.
#[derive(Debug)]
pub struct PartSizes {
    /// The share of each part.
    shares: Vec<f64>,
    /// The tokens of each part, or 1 for each if parts count as equal.
    sizes: Vec<f64>,
    smallest_share: f64,
}

impl PartSizes {
    /// Returns the shares of parts with these sizes.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn new(sizes: Vec<f64>) -> Result<Self> {
        let all = sizes.iter().sum::<f64>();
        let mut shares: Vec<f64> = list_for(sizes.len())?;
        shares.extend(sizes.iter().map(|size| size / all));
        let smallest_share = shares.iter().copied().fold(f64::INFINITY, f64::min);
        Ok(Self { shares, sizes, smallest_share })
    }

    /// Returns the number of parts.
    pub fn len(&self) -> usize {
        self.sizes.len()
    }
}

/// The occurrences of one term.
#[derive(Debug, Clone, Copy)]
pub struct Occurrences<'o> {
    /// The number of each part that has the term, in ascending order.
    pub parts: &'o [u32],
    /// The count in each of these parts.
    pub counts: &'o [f64],
    /// The sum of the counts.
    pub total: f64,
}

impl Occurrences<'_> {
    /// Returns the value of a measure that is computed from parts. With one part, only the range is a number. `rates` is
    /// room for a number for each part.
    pub fn measure(&self, measure: Dispersion, parts: &PartSizes, rates: &mut Vec<f64>) -> f64 {
        let n = float(parts.len());
        if measure == Dispersion::Range {
            return float(self.parts.len());
        }
        if n < 2.0 {
            return f64::NAN;
        }
        let own = || self.parts.iter().map(|part| *part as usize).zip(self.counts.iter().copied());
        match measure {
            Dispersion::Dp => self.dp(parts),
            Dispersion::DpNorm => self.dp(parts) / (1.0 - parts.smallest_share),
            Dispersion::D => {
                let mean = own().map(|(part, count)| count / parts.sizes[part]).sum::<f64>() / n;
                let missing = n - float(self.parts.len());
                let squares = own().map(|(part, count)| (count / parts.sizes[part] - mean).powi(2)).sum::<f64>();
                let deviation = ((squares + missing * mean * mean) / n).sqrt();
                1.0 - deviation / mean / (n - 1.0).sqrt()
            }
            Dispersion::D2 => {
                let all = own().map(|(part, count)| count / parts.sizes[part]).sum::<f64>();
                let entropy = |rate: f64| -rate * rate.log2();
                own().map(|(part, count)| entropy(count / parts.sizes[part] / all)).sum::<f64>() / n.log2()
            }
            Dispersion::S => {
                own().map(|(part, count)| (parts.shares[part] * count).sqrt()).sum::<f64>().powi(2) / self.total
            }
            Dispersion::D3 => {
                // In parts without the term, the summand is the expected count.
                let expected = |part: usize| parts.shares[part] * self.total;
                let present = own().map(|(part, _)| parts.shares[part]).sum::<f64>();
                let squares = own().map(|(part, count)| (count - expected(part)).powi(2) / expected(part)).sum::<f64>();
                let absent = if self.parts.len() == parts.len() { 0.0 } else { (1.0 - present) * self.total };
                1.0 - (squares + absent) / (4.0 * self.total)
            }
            Dispersion::Dc => self.counts.iter().map(|count| count.sqrt()).sum::<f64>().powi(2) / (n * self.total),
            Dispersion::Da => {
                rates.clear();
                rates.extend(own().map(|(part, count)| count / parts.sizes[part]));
                rates.sort_unstable_by(f64::total_cmp);
                let sum = rates.iter().sum::<f64>();
                // Of the sorted rates, the one with k others below it is larger than k, and smaller than n - 1 - k.
                let below = n - float(rates.len());
                let differences = (0..).zip(rates.iter()).map(|(place, rate)| {
                    let below = below + f64::from(place);
                    rate * (2.0 * below - (n - 1.0))
                });
                1.0 - differences.sum::<f64>() / (n * (n - 1.0) / 2.0) / (2.0 * sum / n)
            }
            Dispersion::Kld => self.kld(parts),
            Dispersion::KldNorm => -(-self.kld(parts)).exp_m1(),
            Dispersion::Range | Dispersion::Arf | Dispersion::Ald | Dispersion::Awt => f64::NAN,
        }
    }

    fn dp(&self, parts: &PartSizes) -> f64 {
        // The sums of v and of s are equal, so half of the sum of absolute values is the sum of the positive values.
        let more = |(part, count): (&u32, &f64)| (count / self.total - parts.shares[*part as usize]).max(0.0);
        self.parts.iter().zip(self.counts).map(more).sum()
    }

    fn kld(&self, parts: &PartSizes) -> f64 {
        let summand = |(part, count): (&u32, &f64)| {
            let share = count / self.total;
            share * (share / parts.shares[*part as usize]).log2()
        };
        // Rounding may make it less than 0.
        self.parts.iter().zip(self.counts).map(summand).sum::<f64>().max(0.0)
    }
}

/// The distances between the occurrences of one term, up to the last occurrence that was read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Distances {
    /// The places of the first and the last occurrence, from 1; 0 before the first one.
    first: u64,
    last: u64,
    /// Σ min(d, N/F).
    reduced: f64,
    /// Σ d log₁₀ d.
    logarithms: f64,
    /// Σ d².
    squares: f64,
}

impl Distances {
    /// Adds an occurrence. `mean` is N/F.
    pub fn add(&mut self, place: u64, mean: f64) {
        if self.first == 0 {
            self.first = place;
        } else {
            self.add_distance(place - self.last, mean);
        }
        self.last = place;
    }

    fn add_distance(&mut self, distance: u64, mean: f64) {
        #[allow(clippy::cast_precision_loss)] // Places are below 2⁵³.
        let distance = distance as f64;
        self.reduced += distance.min(mean);
        self.logarithms += distance * distance.log10();
        self.squares += distance * distance;
    }

    /// Adds the distance from the last occurrence to the first one around the circle of all `tokens`.
    pub fn close(&mut self, tokens: u64, mean: f64) {
        self.add_distance(self.first + tokens - self.last, mean);
    }

    /// Returns the value of a measure that is computed from places; `tokens` is N.
    pub fn measure(&self, measure: Dispersion, tokens: f64, mean: f64) -> f64 {
        match measure {
            Dispersion::Arf => self.reduced / mean,
            Dispersion::Ald => self.logarithms / tokens,
            Dispersion::Awt => (1.0 + self.squares / tokens) / 2.0,
            _ => f64::NAN,
        }
    }
}

#[allow(clippy::cast_precision_loss)] // Lists have fewer than 2⁵³ values.
fn float(number: usize) -> f64 {
    number as f64
}
