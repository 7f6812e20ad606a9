//! Features: the n-grams that are columns.

use std::sync::Arc;
use std::time::Instant;

use crate::checkpoint::{Steps, UNITS_PER_LOOK};
use crate::error::Result;
use crate::interner::{Interner, SharedInterner};
use crate::matrix::name_order::names_in_order;
use crate::matrix::places::{places_of, put_places};
use crate::matrix::trie::{NO_ID, NgramTrie};
use crate::memory::{list_for, reserve};

/// A set of features with ids `0, 1, 2, …`. It may know other n-grams too: prefixes of features, and former features.
#[derive(Debug, Default)]
pub struct Features {
    /// The terms of the n-grams, and perhaps other terms.
    terms: SharedInterner,
    /// Shared with sets in which other n-grams are features.
    trie: Arc<NgramTrie>,
    ids: FeatureIds,
}

/// The n-grams that are features.
#[derive(Debug, Default)]
struct FeatureIds {
    /// The feature of each n-gram. The newest n-grams may be missing here: they are not features.
    feature_of: Vec<u32>,
    node_of: Vec<u32>,
    /// The number of features that are older than each. Not affected if ids change.
    age: Vec<u32>,
}

impl Features {
    /// No features, and room for features that are one term each: see [`add_terms`](Self::add_terms).
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub(super) fn for_terms(terms: Arc<Interner>) -> Result<Self> {
        let number = terms.len();
        let ids = FeatureIds { feature_of: list_for(number)?, node_of: list_for(number)?, age: list_for(number)? };
        Ok(Self { terms: SharedInterner::of(terms), trie: Arc::new(NgramTrie::for_terms(number)?), ids })
    }

    /// Adds the features of the next `most` terms, one term each, to features from [`for_terms`](Self::for_terms). A
    /// feature has the id of its term. Returns whether all terms are features.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub(super) fn add_terms(&mut self, most: usize) -> Result<bool> {
        let id = |number: usize| u32::try_from(number).expect("ids are 32 bits");
        let all = self.terms.len();
        let Growing { trie, ids, .. } = self.growing()?;
        let FeatureIds { feature_of, node_of, age } = ids;
        let some = id(age.len())..id(all.min(age.len() + most));
        trie.add_terms(some.clone());
        feature_of.extend(some.clone());
        node_of.extend(some.clone());
        age.extend(some);
        Ok(age.len() == all)
    }

    /// The features of these n-grams of terms.
    pub(super) fn of_grams(terms: Arc<Interner>, grams: GrownFeatures) -> Self {
        Self { terms: SharedInterner::of(terms), trie: Arc::new(grams.trie), ids: grams.ids }
    }

    /// The number of features.
    pub fn len(&self) -> usize {
        self.ids.node_of.len()
    }

    /// Whether there are no features.
    pub fn is_empty(&self) -> bool {
        self.ids.node_of.is_empty()
    }

    /// The n-grams, features or not.
    pub(super) fn trie(&self) -> &NgramTrie {
        &self.trie
    }

    /// The number of n-grams, features or not.
    pub(super) fn nodes(&self) -> usize {
        self.trie.len()
    }

    /// The terms of the n-grams, and perhaps other terms.
    pub(super) fn terms(&self) -> &Arc<Interner> {
        self.terms.as_arc()
    }

    /// A copy of the features.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
    pub(super) fn try_clone(&self, steps: &mut Steps) -> Result<Self> {
        let mut copy = |list: &Vec<u32>| {
            let mut copy = list_for(list.len())?;
            steps.extend(&mut copy, list.iter().copied()).map(|()| copy)
        };
        let FeatureIds { feature_of, node_of, age } = &self.ids;
        let ids = FeatureIds { feature_of: copy(feature_of)?, node_of: copy(node_of)?, age: copy(age)? };
        Ok(Self { terms: SharedInterner::of(self.terms.share()), trie: Arc::clone(&self.trie), ids })
    }

    /// The same features with these terms, which are those of this set, and more.
    pub(super) fn with_terms(self, terms: Arc<Interner>) -> Self {
        Self { terms: SharedInterner::of(terms), ..self }
    }

    /// Copies a piece of the terms if they are shared. Returns whether more terms can be added without a further copy.
    pub(super) fn copy_some_terms(&mut self) -> Result<bool> {
        self.terms.make_changeable(Some(Instant::now()))
    }

    /// The terms, to add to them.
    pub(super) fn terms_mut(&mut self) -> Result<&mut Interner> {
        self.terms.make_changeable(None)?;
        Ok(self.terms.get_mut())
    }

    /// The feature of one term; added if it is new.
    pub(super) fn feature_of_term(&mut self, term: u32) -> Result<u32> {
        let mut growing = self.growing()?;
        growing.reserve(1)?;
        let node = growing.alone(term);
        Ok(growing.feature(node))
    }

    /// Access to add n-grams of the terms, and features.
    pub(super) fn growing(&mut self) -> Result<Growing<'_>> {
        if Arc::get_mut(&mut self.trie).is_none() {
            self.trie = Arc::new(self.trie.try_clone()?);
        }
        let trie = Arc::get_mut(&mut self.trie).expect("the copy is not shared");
        Ok(Growing { trie, ids: &mut self.ids, terms: self.terms.len() })
    }

    /// Adds the n-gram of these terms as a feature. Returns whether it is new.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn add<'t>(&mut self, terms: impl Iterator<Item = &'t [u8]>) -> Result<bool> {
        let mut node = NO_ID;
        for term in terms {
            let term = self.terms_mut()?.intern(term)?;
            let mut growing = self.growing()?;
            growing.reserve(1)?;
            node = if node == NO_ID {
                growing.alone(term)
            } else {
                growing.reserve_children(1)?;
                growing.child(node, term)
            };
        }
        let mut growing = self.growing()?;
        let features = growing.len();
        growing.feature(node);
        Ok(growing.len() > features)
    }

    /// The id of the feature with these terms, if there is one.
    pub fn id_of<'t>(&self, terms: impl Iterator<Item = &'t [u8]>) -> Option<u32> {
        let mut node = NO_ID;
        for term in terms {
            let term = self.terms.find(term)?;
            node = if node == NO_ID { self.alone(term) } else { self.child(node, term) };
            if node == NO_ID {
                return None;
            }
        }
        Some(self.feature(node)).filter(|feature| *feature != NO_ID)
    }

    /// The n-gram of one term; [`NO_ID`] if it is unknown.
    #[inline]
    pub(super) fn alone(&self, term: u32) -> u32 {
        self.trie.known_alone(term)
    }

    /// The n-gram of a prefix and a last term; [`NO_ID`] if it, the prefix or the term is unknown.
    #[inline]
    pub(super) fn child(&self, prefix: u32, last: u32) -> u32 {
        self.trie.known_child(prefix, last)
    }

    /// The feature of an n-gram; [`NO_ID`] if the n-gram is not a feature.
    #[inline]
    pub(super) fn feature(&self, node: u32) -> u32 {
        self.ids.feature_of.get(node as usize).copied().unwrap_or(NO_ID)
    }

    /// The n-gram of a feature.
    pub(super) fn node_of(&self, feature: u32) -> u32 {
        self.ids.node_of[feature as usize]
    }

    /// Appends the name of a feature: its terms, with `between` between them.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn name(&self, feature: u32, between: &[u8], name: &mut Vec<u8>) -> Result<()> {
        append_name(&self.trie, self.node_of(feature), &self.terms, between, name)
    }

    /// The features sorted by their names; names are compared term by term.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
    pub fn in_order(&self, threads: usize, steps: &mut Steps) -> Result<Vec<u32>> {
        let mut order = self.trie.in_order(&names_in_order(&self.terms, threads, steps)?, steps)?;
        for some in order.chunks_mut(UNITS_PER_LOOK) {
            some.iter_mut().for_each(|node| *node = self.feature(*node));
            steps.did(some.len())?;
        }
        order.retain(|feature| *feature != NO_ID);
        Ok(order)
    }

    /// The same n-grams with only these features. The new id of a feature is its index in `features`.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
    pub fn only(&self, features: &[u32], steps: &mut Steps) -> Result<Self> {
        let mut node_of = list_for(features.len())?;
        steps.extend(&mut node_of, features.iter().map(|feature| self.node_of(*feature)))?;
        let feature_of = places_of(&node_of, self.nodes(), steps)?;
        let mut age: Vec<u32> = list_for(features.len())?;
        steps.extend(&mut age, features.iter().map(|feature| self.ids.age[*feature as usize]))?;
        let by_age = by_age(&age, steps)?;
        put_places(&mut age, &by_age, steps)?;
        let ids = FeatureIds { feature_of, node_of, age };
        Ok(Self { terms: SharedInterner::of(self.terms.share()), trie: Arc::clone(&self.trie), ids })
    }

    /// The features in order of first appearance.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
    pub fn appearance(&self, steps: &mut Steps) -> Result<Vec<u32>> {
        by_age(&self.ids.age, steps)
    }
}

/// Appends the name of an n-gram: its terms, with `between` between them.
fn append_name(trie: &NgramTrie, node: u32, terms: &Interner, between: &[u8], name: &mut Vec<u8>) -> Result<()> {
    let length = trie.terms_of(node).map(|term| terms.get(term).len() + between.len()).sum();
    reserve(name, length)?;
    let start = name.len();
    name.resize(start + length, 0);
    let mut end = start + length;
    for term in trie.terms_of(node) {
        let term = terms.get(term);
        end -= term.len();
        name[end..][..term.len()].copy_from_slice(term);
        // A separator is also written before the first term, and removed below.
        end -= between.len();
        name[end..][..between.len()].copy_from_slice(between);
    }
    name.drain(start..start + between.len().min(length));
    Ok(())
}

/// Features in the order of their ages, which must be different.
fn by_age(age: &[u32], steps: &mut Steps) -> Result<Vec<u32>> {
    let mut at = places_of(age, age.iter().max().map_or(0, |oldest| *oldest as usize + 1), steps)?;
    at.retain(|feature| *feature != NO_ID);
    Ok(at)
}

/// The features that one thread has found, without their terms.
#[derive(Debug, Default)]
pub(super) struct GrownFeatures {
    trie: NgramTrie,
    ids: FeatureIds,
}

impl GrownFeatures {
    /// The number of features.
    pub fn len(&self) -> usize {
        self.ids.node_of.len()
    }

    /// The n-gram of a feature.
    pub fn node_of(&self, feature: u32) -> u32 {
        self.ids.node_of[feature as usize]
    }

    /// The n-grams.
    pub fn trie(&self) -> &NgramTrie {
        &self.trie
    }

    /// Takes the n-grams out. The features keep their n-grams, but not their names.
    pub fn take_trie(&mut self) -> NgramTrie {
        std::mem::take(&mut self.trie)
    }

    /// Access to add n-grams of this number of terms, and features.
    pub fn growing(&mut self, terms: usize) -> Growing<'_> {
        Growing { trie: &mut self.trie, ids: &mut self.ids, terms }
    }

    /// Appends the name of a feature: its terms, with `between` between them.
    pub fn name(&self, feature: u32, terms: &Interner, between: &[u8], name: &mut Vec<u8>) -> Result<()> {
        append_name(&self.trie, self.node_of(feature), terms, between, name)
    }
}

impl From<NgramTrie> for GrownFeatures {
    /// The n-grams, without features.
    fn from(trie: NgramTrie) -> Self {
        Self { trie, ids: FeatureIds::default() }
    }
}

/// Access to a set of features, to add features.
#[derive(Debug)]
pub(super) struct Growing<'f> {
    pub trie: &'f mut NgramTrie,
    ids: &'f mut FeatureIds,
    terms: usize,
}

impl Growing<'_> {
    /// The number of terms that n-grams may consist of.
    pub fn terms(&self) -> usize {
        self.terms
    }

    /// The number of features.
    pub fn len(&self) -> usize {
        self.ids.node_of.len()
    }

    /// Reserves memory for this many n-grams of one term: adding them, also as features, cannot fail then.
    pub fn reserve(&mut self, more: usize) -> Result<()> {
        self.trie.reserve(more, self.terms)?;
        self.reserve_features(more)
    }

    /// Reserves memory for this many n-grams of several terms.
    pub fn reserve_children(&mut self, more: usize) -> Result<()> {
        self.trie.reserve_children(more)?;
        self.reserve_features(more)
    }

    fn reserve_features(&mut self, more: usize) -> Result<()> {
        let nodes = self.trie.len() + more;
        if nodes > self.ids.feature_of.len() {
            let new = nodes - self.ids.feature_of.len();
            reserve(&mut self.ids.feature_of, new)?;
            self.ids.feature_of.resize(nodes, NO_ID);
        }
        // Any n-gram may become a feature.
        let features = nodes - self.ids.node_of.len();
        reserve(&mut self.ids.node_of, features)?;
        reserve(&mut self.ids.age, features)
    }

    /// The n-gram of one term; added if it is new. The caller has reserved memory.
    #[inline]
    pub fn alone(&mut self, term: u32) -> u32 {
        self.trie.alone(term)
    }

    /// The n-gram of a prefix and a last term; added if it is new. The caller has reserved memory.
    #[inline]
    pub fn child(&mut self, prefix: u32, last: u32) -> u32 {
        self.trie.child(prefix, last)
    }

    /// The feature of an n-gram; added if it is new. The caller has reserved memory.
    #[inline]
    pub fn feature(&mut self, node: u32) -> u32 {
        let feature = &mut self.ids.feature_of[node as usize];
        if *feature == NO_ID {
            *feature = u32::try_from(self.ids.node_of.len()).expect("there are not more features than n-grams");
            self.ids.age.push(*feature);
            self.ids.node_of.push(node);
        }
        *feature
    }
}
