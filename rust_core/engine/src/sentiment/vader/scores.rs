//! Computes the four scores from sentiments.

use memchr::memchr2_iter;

use crate::sentiment::vader::settings::Summation;
use crate::sentiment::vader::valence::Sentiment;

/// The scores of a text.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Scores {
    /// The share of the text that is negative, from 0 to 1, with three digits.
    pub negative: f64,
    /// The share that is neutral.
    pub neutral: f64,
    /// The share that is positive.
    pub positive: f64,
    /// The sum of all valences, scaled to a number from -1 to 1, with four digits.
    pub compound: f64,
}

impl Summation {
    fn sum(self, sentiments: &[Sentiment]) -> f64 {
        let (mut sum, mut rest) = (0.0, 0.0);
        // The sum is exact before the first float is added.
        let mut is_exact = true;
        for Sentiment { value, is_integer, .. } in sentiments {
            let total: f64 = sum + value;
            let is_kept = match self {
                Self::Plain => false,
                Self::CompensatedFloats => !is_exact && !is_integer,
                Self::Compensated => !is_exact,
            };
            if is_kept {
                let (large, small) = if sum.abs() >= value.abs() { (sum, *value) } else { (*value, sum) };
                rest += (large - total) + small;
            }
            is_exact &= is_integer;
            sum = total;
        }
        if rest.is_finite() { sum + rest } else { sum }
    }
}

/// The term added to the square of a sum when the sum is scaled to a number from -1 to 1.
const NORMALIZATION: f64 = 15.0;

/// The scores of a text of `words` words. All words without a sentiment are neutral.
pub fn scores(text: &str, words: usize, sentiments: &[Sentiment], summation: Summation) -> Scores {
    if words == 0 {
        return Scores::default();
    }
    let emphasis = if sentiments.is_empty() { 0.0 } else { emphasis(text) };
    let mut sum = summation.sum(sentiments);
    if sum > 0.0 {
        sum += emphasis;
    } else if sum < 0.0 {
        sum -= emphasis;
    }
    let compound = (sum / (sum * sum + NORMALIZATION).sqrt()).clamp(-1.0, 1.0);
    // A positive or negative word counts 1 more than its value, because a neutral word counts 1.
    let (mut positive, mut negative, mut neutral) = (0.0, 0.0, words);
    for Sentiment { value, .. } in sentiments {
        if *value > 0.0 {
            positive += value + 1.0;
        } else if *value < 0.0 {
            negative += value - 1.0;
        }
        neutral -= usize::from(*value != 0.0);
    }
    if positive > f64::abs(negative) {
        positive += emphasis;
    } else if positive < f64::abs(negative) {
        negative -= emphasis;
    }
    let negative = f64::abs(negative);
    let neutral = neutral as f64;
    let total = positive + negative + neutral;
    Scores {
        negative: round(negative / total, 3),
        neutral: round(neutral / total, 3),
        positive: round(positive / total, 3),
        compound: round(compound, 4),
    }
}

/// The emphasis of exclamation marks, up to four, and of question marks, from two on.
fn emphasis(text: &str) -> f64 {
    let (mut exclamations, mut questions) = (0_u64, 0_u64);
    for at in memchr2_iter(b'!', b'?', text.as_bytes()) {
        let is_exclamation = text.as_bytes()[at] == b'!';
        exclamations += u64::from(is_exclamation);
        questions += u64::from(!is_exclamation);
    }
    let of_questions = match questions {
        0 | 1 => 0.0,
        2 | 3 => questions as f64 * 0.18,
        _ => 0.96,
    };
    exclamations.min(4) as f64 * 0.292 + of_questions
}

/// Adding and subtracting this rounds to an integer: numbers of this size have no digits after the point.
const ROUNDING: f64 = (1_u64 << 52) as f64;

/// Rounds a number of at most 1 to `digits` digits, exactly as Python's `round()` does: to the nearest decimal number,
/// and if two are equally near, to the one whose last digit is even.
fn round(value: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    let scaled = value.abs() * scale;
    let mut rounded = scaled + ROUNDING - ROUNDING;
    if (scaled - rounded).abs() == 0.5 {
        // In the middle, the rounding error of the multiplication decides; if it is zero, the even number is already
        // there.
        let rest = value.abs().mul_add(scale, -scaled);
        if rest != 0.0 {
            rounded = scaled + 0.5_f64.copysign(rest);
        }
    }
    (rounded / scale).copysign(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_in_the_middle_are_rounded_to_even() {
        for (value, expected) in [(0.0625, 0.062), (0.1875, 0.188), (0.3125, 0.312), (-0.0625, -0.062), (1.0, 1.0)] {
            assert_eq!(round(value, 3), expected);
        }
        assert!(round(-1e-17, 4).is_sign_negative());
        assert!(round(f64::NAN, 4).is_nan());
    }

    #[test]
    fn sums_are_compensated_as_in_python() {
        let sum = |summation: Summation, values: &[(f64, bool)]| {
            let sentiment = |(place, (value, is_integer)): (usize, &(f64, bool))| Sentiment {
                place,
                value: *value,
                is_integer: *is_integer,
            };
            summation.sum(&values.iter().enumerate().map(sentiment).collect::<Vec<_>>())
        };
        let tenths = [(0.1, false); 10];
        assert_eq!(sum(Summation::Plain, &tenths), 0.999_999_999_999_999_9);
        assert_eq!(sum(Summation::CompensatedFloats, &tenths), 1.0);
        assert_eq!(sum(Summation::Compensated, &tenths), 1.0);
        let mixed = [(9_007_199_254_740_992.0, false), (1.0, true), (1.0, false)];
        assert_eq!(sum(Summation::CompensatedFloats, &mixed), 9_007_199_254_740_992.0);
        assert_eq!(sum(Summation::Compensated, &mixed), 9_007_199_254_740_994.0);
    }

    proptest! {
        /// The format with a number of digits rounds exactly, except numbers that are exactly in the middle.
        #[test]
        fn numbers_are_rounded_as_decimal_numbers(value in -1.0..1.0_f64, near in 0..10_000_u32, off in -3..=3_i64) {
            let near = (f64::from(near) + 0.5) / 10_000.0;
            let near = f64::from_bits(near.to_bits().checked_add_signed(off).unwrap());
            for value in [value, near] {
                for digits in [3, 4] {
                    let is_middle = (value * 20_000.0).fract() == 0.0 && value.abs().mul_add(20_000.0, -(value.abs() * 20_000.0)) == 0.0;
                    prop_assume!(!is_middle);
                    let expected: f64 = format!("{value:.*}", usize::try_from(digits).unwrap()).parse().unwrap();
                    prop_assert_eq!(round(value, digits), expected);
                }
            }
        }
    }
}
