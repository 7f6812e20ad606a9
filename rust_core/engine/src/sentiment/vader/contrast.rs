//! The rule for "but": words after it count more than words before it.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use crate::checkpoint::Steps;
use crate::error::{Error, Result};
use crate::memory::reserve_entry;
use crate::sentiment::vader::rules::{AFTER_BUT, BEFORE_BUT, BUT};
use crate::sentiment::vader::valence::Sentiment;
use crate::sentiment::vader::vocabulary::Word;

/// The work on a sentiment, which several tables hold.
pub const UNITS_PER_SENTIMENT: usize = 16;

/// Weights sentiments by whether they are before or after the first "but".
///
/// As in VADER, the step for each sentiment weights the first sentiment that has *the same value* at that moment:
/// itself, or an earlier one. A value of zero does not change.
///
/// # Errors
/// [`Error::OutOfMemory`], [`Error::Stopped`].
pub fn contrast(words: &[Word], sentiments: &mut [Sentiment], steps: &mut Steps) -> Result<()> {
    if sentiments.is_empty() {
        return Ok(());
    }
    let Some(but) = words.iter().position(|word| word.id == BUT) else { return Ok(()) };
    let mut same = SentimentsByValue::default();
    for current in 0..sentiments.len() {
        steps.did(UNITS_PER_SENTIMENT)?;
        let value = sentiments[current].value;
        if value == 0.0 {
            continue;
        }
        same.push(value, current)?;
        let first = same.first(value);
        let sentiment = &mut sentiments[first];
        if sentiment.place == but {
            continue;
        }
        same.pop(value);
        sentiment.value = value * if sentiment.place < but { BEFORE_BUT } else { AFTER_BUT };
        sentiment.is_integer = false;
        same.push(sentiment.value, first)?;
    }
    Ok(())
}

/// The sentiments up to the current one, by their values. The first sentiment of each value is at the top of its heap.
#[derive(Default)]
struct SentimentsByValue(HashMap<u64, BinaryHeap<Reverse<usize>>>);

impl SentimentsByValue {
    fn push(&mut self, value: f64, number: usize) -> Result<()> {
        reserve_entry(&mut self.0)?;
        let heap = self.0.entry(value.to_bits()).or_default();
        heap.try_reserve(1).map_err(|_| Error::OutOfMemory { bytes: size_of::<usize>() * heap.len() })?;
        heap.push(Reverse(number));
        Ok(())
    }

    fn first(&self, value: f64) -> usize {
        self.0.get(&value.to_bits()).and_then(BinaryHeap::peek).expect("pushed before").0
    }

    fn pop(&mut self, value: f64) {
        self.0.get_mut(&value.to_bits()).and_then(BinaryHeap::pop);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sentiment::vader::rules::UNKNOWN;
    use proptest::prelude::*;

    proptest! {
        /// The expected values come from a search from the beginning for each sentiment, as in VADER.
        #[test]
        fn the_first_sentiment_of_the_same_value_is_weighted(
            exponents in prop::collection::vec(-3..3_i32, 0..60),
            but in 0..70_usize,
        ) {
            // Values times 0.5 or 1.5 are often equal to other values.
            let value = |exponent: i32| if exponent == 0 { 0.0 } else { 2_f64.powi(exponent) * 1.5 };
            let sentiment = |(place, exponent)| Sentiment { place, value: value(exponent), is_integer: false };
            let mut sentiments: Vec<_> = exponents.iter().copied().enumerate().map(sentiment).collect();
            let mut expected: Vec<f64> = sentiments.iter().map(|sentiment| sentiment.value).collect();
            if but < expected.len() {
                for current in 0..expected.len() {
                    let value = expected[current];
                    let first = expected.iter().position(|other| *other == value).unwrap();
                    match first.cmp(&but) {
                        std::cmp::Ordering::Less => expected[first] = value * 0.5,
                        std::cmp::Ordering::Greater => expected[first] = value * 1.5,
                        std::cmp::Ordering::Equal => {}
                    }
                }
            }
            let word = |place| Word { id: if place == but { BUT } else { UNKNOWN }, ..Default::default() };
            let words: Vec<_> = (0..exponents.len()).map(word).collect();
            contrast(&words, &mut sentiments, &mut Steps::one()).unwrap();
            prop_assert_eq!(sentiments.iter().map(|sentiment| sentiment.value).collect::<Vec<_>>(), expected);
        }
    }
}
