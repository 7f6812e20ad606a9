//! Normalizes many types on all threads.

use std::ops::Range;

use crate::error::Result;
use crate::interner::{Interner, KeyHasher, LongStrings, MergeRoom, NO_STRING, StringKey, Strings, is_long};
use crate::memory::{list_for, reserve};
use crate::terms::external::NO_TERM;
use crate::terms::options::TermOptions;

/// The number of types that a thread normalizes together. Small in tests.
const TYPES_PER_PART: usize = if cfg!(test) { 3 } else { 2048 };

/// Normalizes types.
pub struct Normalizer<'n> {
    pub options: &'n TermOptions,
    pub types: &'n Interner,
    pub threads: usize,
    pub room: &'n mut MergeRoom,
}

impl Normalizer<'_> {
    /// Normalizes at most `limit` types after the first `ids.len()` ones, interns the results in `made`, and appends
    /// their ids to `ids`. Normalizes fewer types if one thread does it.
    ///
    /// # Errors
    /// As [`Interner::reserve`]; some terms may have been added, and `ids` is unchanged.
    pub fn extend(self, limit: usize, made: &mut Interner, ids: &mut Vec<u32>) -> Result<()> {
        let (first, hasher) = (ids.len(), made.strings().hasher());
        let rest = self.types.len() - first;
        let count = limit.min(rest);
        let Self { options, types: all, threads, room } = self;
        let fill = |types: Range<usize>, keys: &mut [StringKey]| fill(options, all, types, hasher, keys);
        if !made.is_much(count, threads) {
            // The terms of these few types stay in the cache.
            let types = first..first + count.min(TYPES_PER_PART);
            let mut keys = list_for(types.len())?;
            keys.resize(types.len(), NO_STRING);
            let long = fill(types, &mut keys)?;
            return made.intern_keyed(&keys, &long, ids);
        }
        reserve(ids, count)?;
        ids.resize(first + count, NO_TERM);
        let mut parts = list_for(count.div_ceil(TYPES_PER_PART))?;
        parts.extend(ids[first..].chunks_mut(TYPES_PER_PART));
        let part = |number: usize, keys: &mut [StringKey]| {
            let start = first + number * TYPES_PER_PART;
            fill(start..start + keys.len(), keys)
        };
        let merged = made.merge_keyed(parts, part, threads, room);
        if merged.is_err() {
            ids.truncate(first);
        }
        merged
    }
}

/// Writes the keys of the terms of types. A type that is dropped has no term.
fn fill(
    options: &TermOptions,
    all: &Interner,
    types: Range<usize>,
    hasher: KeyHasher,
    keys: &mut [StringKey],
) -> Result<LongStrings<'static>> {
    let (mut places, mut long) = (Vec::new(), Strings::with_hasher(hasher));
    let lowers = options.only_changes_case();
    let strings = all.strings();
    for ((number, place), key) in types.zip(0..).zip(keys) {
        if let Some(term) = strings.ascii_lowercase(number).filter(|_| lowers) {
            *key = term;
            continue;
        }
        *key = match options.term(strings.get(number))? {
            None => NO_STRING,
            Some(term) => {
                let key = hasher.key(&term);
                if is_long(key) {
                    reserve(&mut places, 1)?;
                    places.push(place);
                    long.push(&term)?;
                }
                key
            }
        };
    }
    Ok(LongStrings::Own(places, long))
}
