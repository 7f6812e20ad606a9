//! Normalizes many types on all threads.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::{Error, Result};
use crate::interner::{Interner, Part, Strings};
use crate::memory::{list_for, reserve};
use crate::terms::external::NO_TERM;
use crate::terms::options::TermOptions;
use crate::workers;

/// The number of types that a thread normalizes together. Small in tests.
const TYPES_PER_PART: usize = if cfg!(test) { 3 } else { 2048 };
/// With fewer types, starting threads takes longer than the work.
const MIN_TYPES_FOR_THREADS: usize = 4 * TYPES_PER_PART;
/// The most types of a step on several threads, which takes some milliseconds.
const MAX_TYPES_PER_STEP: usize = 64 * TYPES_PER_PART;

/// Normalizes types.
pub struct Normalizer<'n> {
    pub options: &'n TermOptions,
    pub types: &'n Interner,
    pub threads: usize,
}

/// The terms that a thread makes.
#[derive(Default)]
pub struct TermBatch {
    terms: Strings,
    /// For each type, whether it has a term, which is the next one.
    are_kept: Vec<bool>,
    /// The first type and the terms of each part.
    parts: Vec<(usize, Range<usize>)>,
    /// The id of each term.
    ids: Vec<u32>,
    failed: Option<Error>,
}

impl Normalizer<'_> {
    /// Normalizes some types after the first `ids.len()` ones, interns the results in `made`, and appends their ids to
    /// `ids`. Keeps memory for the next call in `batches`.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`]; some terms may have been added, and `ids` is unchanged.
    pub fn extend(&self, batches: &mut Vec<TermBatch>, made: &mut Interner, ids: &mut Vec<u32>) -> Result<()> {
        let first = ids.len();
        let rest = self.types.len() - first;
        let (threads, count) = if self.threads < 2 || rest < MIN_TYPES_FOR_THREADS {
            // So few types that their terms stay in the cache.
            (1, rest.min(TYPES_PER_PART))
        } else {
            (self.threads, rest.min(MAX_TYPES_PER_STEP))
        };
        reserve(ids, count)?;
        reserve(batches, threads.saturating_sub(batches.len()))?;
        batches.resize_with(threads, TermBatch::default);
        batches.iter_mut().for_each(|batch| batch.clear(made.strings()));
        self.normalize(batches, first..first + count)?;

        let mut parts = list_for(batches.iter().map(|batch| batch.parts.len()).sum())?;
        let (mut lists, mut ids_of_lists) = (list_for(threads)?, list_for(threads)?);
        for (list, batch) in batches.iter_mut().enumerate() {
            parts.extend(batch.parts.iter().map(|(start, strings)| (*start, list, strings.clone())));
            lists.push(&batch.terms);
            ids_of_lists.push(&mut batch.ids);
        }
        parts.sort_unstable_by_key(|(start, ..)| *start);
        let mut to_merge = list_for(parts.len())?;
        to_merge.extend(parts.iter().map(|(_, list, strings)| Part { list: *list, strings: strings.clone() }));
        made.merge(&lists, &to_merge, &mut ids_of_lists, threads)?;

        let mut rests = list_for(threads)?;
        rests.extend(batches.iter().map(|batch| (batch.are_kept.iter(), batch.ids.iter())));
        for (start, list, _) in parts {
            let (are_kept, ids_of_list) = &mut rests[list];
            let part = TYPES_PER_PART.min(first + count - start);
            ids.extend(are_kept.by_ref().take(part).map(|is_kept| match is_kept {
                true => *ids_of_list.next().expect("each term has an id"),
                false => NO_TERM,
            }));
        }
        Ok(())
    }

    fn normalize(&self, batches: &mut [TermBatch], types: Range<usize>) -> Result<()> {
        let next = AtomicUsize::new(types.start);
        workers::run(batches, |batch| {
            while let Some(start) = Some(next.fetch_add(TYPES_PER_PART, Ordering::Relaxed)).filter(|at| *at < types.end)
            {
                let part = start..types.end.min(start + TYPES_PER_PART);
                if let Err(error) = batch.normalize(self.options, self.types.strings(), part) {
                    next.fetch_max(types.end, Ordering::Relaxed);
                    batch.failed = Some(error);
                }
            }
        });
        batches.iter_mut().try_for_each(|batch| batch.failed.take().map_or(Ok(()), Err))
    }
}

impl TermBatch {
    fn clear(&mut self, terms: &Strings) {
        self.terms.clear_for(terms);
        self.are_kept.clear();
        self.parts.clear();
        self.ids.clear();
    }

    fn normalize(&mut self, options: &TermOptions, types: &Strings, part: Range<usize>) -> Result<()> {
        let (first, before) = (part.start, self.terms.len());
        reserve(&mut self.are_kept, part.len())?;
        reserve(&mut self.parts, 1)?;
        let lowers = options.only_changes_case();
        for number in part {
            if let Some(term) = types.ascii_lowercase(number).filter(|_| lowers) {
                self.terms.push_short(term)?;
                self.are_kept.push(true);
                continue;
            }
            let term = options.term(types.get(number))?;
            if let Some(term) = &term {
                self.terms.push(term)?;
            }
            self.are_kept.push(term.is_some());
        }
        self.parts.push((first, before..self.terms.len()));
        Ok(())
    }
}
