//! The features of several vectorizers together.

use std::sync::Arc;

use crate::checkpoint::{Steps, UNITS_PER_LOOK};
use crate::error::Result;
use crate::matrix::features::Features;
use crate::matrix::places::places_of;
use crate::matrix::vectorizer::{Options, Vectorizer};
use crate::memory::{list_for, zeros};

/// The strings and n-grams that are added between two looks at the clock.
const PER_STEP: usize = if cfg!(test) { 4 } else { 1 << 12 };

impl Vectorizer {
    /// A vectorizer that knows the features of several vectorizers, sorted by their names, and has the options of the
    /// first one. In order of first appearance, the features of a vectorizer precede the new ones of those after it.
    /// Also returns the new feature for each feature of each vectorizer.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
    ///
    /// # Panics
    /// Panics if there is no vectorizer.
    pub fn union(vectorizers: &[Arc<Self>]) -> Result<(Self, Vec<Vec<u32>>)> {
        let (first, others) = vectorizers.split_first().expect("at least one vectorizer");
        let mut steps = Steps::begin();
        let mut all = first.features.try_clone(&mut steps)?;
        let mut columns: Vec<Vec<u32>> = list_for(vectorizers.len())?;
        let mut own = list_for(all.len())?;
        own.extend((0_u32..).take(all.len()));
        columns.push(own);
        for other in others {
            columns.push(all.take_in(&other.features, &mut steps)?);
        }
        let options: Options = first.options.try_clone()?;
        let order = all.in_order(options.threads, &mut steps)?;
        let new_ids = places_of(&order, order.len(), &mut steps)?;
        for column in columns.iter_mut().flatten() {
            *column = new_ids[*column as usize];
            steps.did(1)?;
        }
        Ok((Self { options, features: all.only(&order, &mut steps)? }, columns))
    }
}

impl Features {
    /// Adds the features of another set, in order of first appearance. Returns the feature for each of its features.
    fn take_in(&mut self, others: &Self, steps: &mut Steps) -> Result<Vec<u32>> {
        let mut ids: Vec<u32> = list_for(others.terms().len())?;
        while !self.copy_some_terms()? {
            steps.did(UNITS_PER_LOOK)?;
        }
        let interner = self.terms_mut()?;
        while ids.len() < others.terms().len() {
            let some = ids.len()..others.terms().len().min(ids.len() + PER_STEP);
            steps.did(some.len())?;
            interner.intern_all(others.terms(), some, &mut ids)?;
        }
        let mut growing = self.growing()?;
        let count = growing.terms();
        let mut nodes: Vec<u32> = list_for(others.nodes())?;
        while nodes.len() < others.nodes() {
            growing.trie.take_in(others.trie(), count, |term| ids[term as usize], &mut nodes, PER_STEP)?;
            steps.did(PER_STEP)?;
        }
        growing.reserve(0)?;
        let mut features: Vec<u32> = zeros(others.len())?;
        for feature in others.appearance(steps)? {
            features[feature as usize] = growing.feature(nodes[others.node_of(feature) as usize]);
            steps.did(1)?;
        }
        Ok(features)
    }
}
