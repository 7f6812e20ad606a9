//! Statistics of each group of documents.

use std::sync::Arc;

use crate::checkpoint::Steps;
use crate::counts::groups::fold::fold;
use crate::counts::statistics::Statistics;
use crate::documents::Chunk;
use crate::error::Result;
use crate::grouping::NO_GROUP;
use crate::memory::{list_for, zeros};
use crate::sequence::Sequence;

/// Returns the statistics of the groups 0 to `groups` - 1. The sequences have the types of all documents, and the
/// chunks have their texts. `codes` has a code below `groups` for each document, or [`NO_GROUP`]. `term_of` has the
/// term of each type, and there are `terms` terms.
///
/// # Errors
/// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
pub fn figures(
    sequences: &[Sequence],
    codes: &[u32],
    groups: usize,
    (term_of, terms): (&[u32], usize),
    chunks: &[Arc<Chunk>],
    threads: usize,
) -> Result<Vec<Statistics>> {
    let mut steps = Steps::begin();
    let mut statistics = list_for(groups)?;
    statistics.resize(groups, Statistics::default());
    let lengths = chunks.iter().flat_map(|chunk| (0..chunk.len()).map(|document| chunk.range(document).len()));
    for (code, length) in codes.iter().zip(lengths) {
        steps.did(1)?;
        if *code != NO_GROUP {
            let group = &mut statistics[*code as usize];
            group.documents += 1;
            group.bytes += length as u64;
        }
    }
    let folded = fold::<u32>(sequences, codes, term_of.len(), threads, &mut steps)?;
    // For each term, the number of the last group that has it, from 1.
    let mut last_groups: Vec<u32> = zeros(terms)?;
    for (number, (code, rows)) in (1..).zip(folded.groups()) {
        let group = &mut statistics[code as usize];
        group.distinct_types = rows.len() as u64;
        for row in rows {
            steps.did(1)?;
            group.total_words += folded.counts[row];
            // A dropped type has no term.
            if let Some(last) = last_groups.get_mut(term_of[folded.ids[row] as usize] as usize) {
                group.unique_words += u64::from(*last != number);
                *last = number;
            }
        }
    }
    Ok(statistics)
}
