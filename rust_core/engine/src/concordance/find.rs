//! Finds the matches of patterns in documents.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::checkpoint::{Steps, UNITS_PER_LOOK};
use crate::error::{Error, Result};
use crate::memory::{list_for, reserve};
use crate::patterns::Compiled;
use crate::sequence::Sequence;

/// A match of a pattern.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Match {
    /// The number of the document.
    pub document: usize,
    /// The place of the first token in the document.
    pub from: usize,
    /// The number of the pattern.
    pub pattern: u32,
}

/// Returns the matches in the order of the text, or at least the first `enough` of them.
///
/// # Errors
/// [`OutOfMemory`](Error::OutOfMemory), [`Stopped`](Error::Stopped).
pub fn find(
    sequences: &[Sequence],
    compiled: &Compiled,
    enough: usize,
    threads: usize,
    steps: &mut Steps,
) -> Result<Vec<Match>> {
    let (next, found) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let mut documents = list_for(sequences.len())?;
    documents.extend(sequences.iter().scan(0, |before, sequence| {
        let first = *before;
        *before += sequence.ends.len();
        Some(first)
    }));
    let threads = threads.min(sequences.len()).max(1);
    let mut finders = list_for(threads)?;
    finders.resize_with(threads, Finder::default);
    steps.run(&mut finders, |finder, steps| {
        while finder.failed.is_none() {
            if finder.is_idle() {
                // All sequences before those that are taken are searched to their end.
                if found.load(Ordering::Relaxed) >= enough {
                    break;
                }
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(sequence) = sequences.get(number) else { break };
                finder.failed = finder.begin(number, sequence).err();
            } else {
                match finder.find_some(documents[finder.number], compiled) {
                    Ok(some) => _ = found.fetch_add(some, Ordering::Relaxed),
                    Err(error) => finder.failed = Some(error),
                }
            }
            if steps.is_over() {
                return false;
            }
        }
        true
    })?;
    let mut parts = list_for(finders.iter().map(|finder| finder.done.len() + 1).sum())?;
    for finder in finders {
        finder.failed.map_or(Ok(()), Err)?;
        parts.extend(finder.done);
    }
    parts.sort_unstable_by_key(|(number, _)| *number);
    if let [(_, only)] = &mut parts[..] {
        return Ok(std::mem::take(only));
    }
    let mut matches = list_for(parts.iter().map(|(_, part)| part.len()).sum())?;
    for (_, part) in parts {
        steps.did(part.len())?;
        matches.extend_from_slice(&part);
    }
    Ok(matches)
}

/// The work of one thread.
#[derive(Default)]
struct Finder<'s> {
    sequence: Option<&'s Sequence>,
    /// The number of the sequence.
    number: usize,
    /// The document in the sequence, and the place in the document, where the search continues.
    document: usize,
    place: usize,
    /// The matches in each sequence.
    done: Vec<(usize, Vec<Match>)>,
    failed: Option<Error>,
}

impl<'s> Finder<'s> {
    fn is_idle(&self) -> bool {
        self.sequence.is_none_or(|sequence| self.document == sequence.ends.len())
    }

    fn begin(&mut self, number: usize, sequence: &'s Sequence) -> Result<()> {
        (self.sequence, self.number, self.document, self.place) = (Some(sequence), number, 0, 0);
        reserve(&mut self.done, 1)?;
        self.done.push((number, Vec::new()));
        Ok(())
    }

    /// Searches some tokens. Returns the number of matches.
    fn find_some(&mut self, first_document: usize, compiled: &Compiled) -> Result<usize> {
        let (Some(sequence), Some((_, matches))) = (self.sequence, self.done.last_mut()) else { return Ok(0) };
        let (before, mut units) = (matches.len(), 0);
        while units < UNITS_PER_LOOK && self.document < sequence.ends.len() {
            let tokens = &sequence.ids[sequence.range(self.document)];
            let end = tokens.len().min(self.place + UNITS_PER_LOOK - units);
            let document = first_document + self.document;
            compiled.each(tokens, self.place..end, |from, pattern| {
                reserve(matches, 1)?;
                let pattern = u32::try_from(pattern).expect("there are fewer patterns");
                matches.push(Match { document, from, pattern });
                Ok(())
            })?;
            units += end - self.place + 1;
            self.place = end;
            if end == tokens.len() {
                (self.document, self.place) = (self.document + 1, 0);
            }
        }
        Ok(matches.len() - before)
    }
}
