//! Distinct pairs of counts. Most terms are rare, and many have the same counts and therefore the same scores. So a score
//! is computed once for each pair.

use std::collections::HashMap;

use crate::checkpoint::Steps;
use crate::error::{Error, Result};
use crate::keyness::Sides;
use crate::memory::{reserve, reserve_entry, zeros};

/// Pairs of counts below this number are found without a hash.
const SMALL: usize = if cfg!(test) { 4 } else { 64 };

/// The pairs of counts of terms.
#[derive(Default)]
pub struct Pairs {
    /// The tokens of each pair: in the target, and in the reference.
    pub counts: Vec<[u64; 2]>,
    /// The number of the pair of each term.
    pub of_term: Vec<u32>,
}

impl Pairs {
    /// Returns the pairs of some terms, in order of first appearance.
    ///
    /// # Errors
    /// [`OutOfMemory`](Error::OutOfMemory), [`Stopped`](Error::Stopped).
    pub fn of(sides: &Sides, terms: &[u32], steps: &mut Steps) -> Result<Self> {
        let mut pairs = Self::default();
        reserve(&mut pairs.of_term, terms.len())?;
        // For each small pair, its number from 1.
        let mut small: Vec<u32> = zeros(SMALL * SMALL)?;
        let mut large: HashMap<[u64; 2], u32> = HashMap::new();
        for term in terms {
            steps.did(1)?;
            let counts = [0, 1].map(|side| sides.counts[side][*term as usize][0]);
            let next = u32::try_from(pairs.counts.len() + 1).map_err(|_| Error::TooManyTypes)?;
            let known = match counts.map(|count| usize::try_from(count).ok().filter(|count| *count < SMALL)) {
                [Some(target), Some(reference)] => &mut small[target * SMALL + reference],
                _ => {
                    reserve_entry(&mut large)?;
                    large.entry(counts).or_default()
                }
            };
            if *known == 0 {
                *known = next;
                reserve(&mut pairs.counts, 1)?;
                pairs.counts.push(counts);
            }
            pairs.of_term.push(*known - 1);
        }
        Ok(pairs)
    }

    /// Returns the number of tokens of a pair on both sides together.
    pub fn total(&self, pair: u32) -> u64 {
        self.counts[pair as usize].iter().sum()
    }
}
