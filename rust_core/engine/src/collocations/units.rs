//! The tokens of documents in units. Adjacency and windows end where a unit ends.

use crate::checkpoint::{Steps, UNITS_PER_LOOK};
use crate::error::Result;
use crate::grouping::{NO_GROUP, sort_by_code};
use crate::memory::{copied, list_for, reserve, zeros};
use crate::sequence::{DROPPED, Sequence, TOKENS_PER_SEQUENCE};

/// The treatment of the place of a token that has no term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Gaps {
    /// The token keeps its place: the tokens before and after it are not adjacent.
    #[default]
    Keep,
    /// The token is removed: the tokens before and after it are adjacent.
    Close,
}

/// The units that adjacency and windows do not cross.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Within {
    /// Documents.
    #[default]
    Document,
    /// Sentences by UAX #29.
    Sentence {
        /// Whether a line end inside a paragraph counts as a space.
        unwrap: bool,
    },
}

/// The tokens of documents. A token without a term keeps its place.
pub struct Tokens {
    /// The terms of the tokens of consecutive documents, and the ends of the documents.
    pub sequences: Vec<Sequence>,
    /// The ends of the sentences in each sequence, if sentences are the units. Each end of a document is one of them.
    pub sentences: Option<Vec<Vec<usize>>>,
}

/// The place of a document in the sequences, and the code of its group.
#[derive(Debug, Clone, Copy, Default)]
pub struct Place {
    code: u32,
    sequence: u32,
    start: usize,
    end: usize,
}

/// Tokens that are cut into units.
#[derive(Debug, Default)]
pub struct Units {
    /// The terms. Each end is that of a run: adjacent terms of one unit. A gap is a run of its own.
    pub runs: Vec<Sequence>,
    /// The ends of the units in each sequence.
    pub ends: Vec<Vec<usize>>,
    /// The ends of the documents in each sequence.
    pub documents: Vec<Vec<usize>>,
}

impl Tokens {
    /// Returns the places of the documents that are in a group, in the order of their groups. `codes` has a code for each
    /// document.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
    pub fn places(&self, codes: &[u32], steps: &mut Steps) -> Result<Vec<Place>> {
        let (mut places, mut codes) = (list_for(codes.len())?, codes.iter());
        for (number, sequence) in (0..).zip(&self.sequences) {
            let mut start = 0;
            for (end, code) in sequence.ends.iter().zip(&mut codes) {
                steps.did(1)?;
                let own = std::mem::replace(&mut start, *end);
                if *code != NO_GROUP {
                    places.push(Place { code: *code, sequence: number, start: own, end: *end });
                }
            }
        }
        sort_by_code(places, |place| place.code, steps)
    }

    /// Returns the tokens of documents of one group.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
    pub fn of_group(&self, places: &[Place], steps: &mut Steps) -> Result<Self> {
        let mut group = Self { sequences: Vec::new(), sentences: self.sentences.as_ref().map(|_| Vec::new()) };
        for place in places {
            steps.did(1 + place.end - place.start)?;
            if group.sequences.last().is_none_or(|last| last.ids.len() >= TOKENS_PER_SEQUENCE) {
                reserve(&mut group.sequences, 1)?;
                group.sequences.push(Sequence::default());
                if let Some(sentences) = &mut group.sentences {
                    reserve(sentences, 1)?;
                    sentences.push(Vec::new());
                }
            }
            let number = place.sequence as usize;
            let own = group.sequences.last_mut().expect("there is one");
            let before = own.ids.len();
            let ids = &self.sequences[number].ids[place.start..place.end];
            reserve(&mut own.ids, ids.len())?;
            own.ids.extend_from_slice(ids);
            reserve(&mut own.ends, 1)?;
            own.ends.push(own.ids.len());
            if let (Some(sentences), Some(all)) = (&mut group.sentences, &self.sentences) {
                let (own, ends) = (sentences.last_mut().expect("there is one"), &all[number]);
                let from = ends.partition_point(|end| *end <= place.start);
                let inside = &ends[from..ends.partition_point(|end| *end <= place.end)];
                reserve(own, inside.len())?;
                own.extend(inside.iter().map(|end| before + end - place.start));
            }
        }
        Ok(group)
    }

    /// Cuts the tokens into units.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
    pub fn cut(self, gaps: Gaps, steps: &mut Steps) -> Result<Units> {
        let number = self.sequences.len();
        let mut units = Units { runs: list_for(number)?, ends: list_for(number)?, documents: list_for(number)? };
        let mut sentences = self.sentences.map(Vec::into_iter);
        for Sequence { mut ids, ends: mut documents } in self.sequences {
            let mut ends = match &mut sentences {
                Some(sentences) => sentences.next().expect("each sequence has sentences"),
                None => copied(&documents)?,
            };
            let has_gaps = has_gaps(&ids, steps)?;
            let runs = if has_gaps && gaps == Gaps::Close {
                close_gaps(&mut ids, &mut [&mut ends, &mut documents], steps)?;
                copied(&ends)?
            } else if has_gaps {
                runs(&ids, &ends, steps)?
            } else {
                copied(&ends)?
            };
            units.runs.push(Sequence { ids, ends: runs });
            units.ends.push(ends);
            units.documents.push(documents);
        }
        Ok(units)
    }
}

/// Cuts places into those of each group.
pub fn groups(places: &[Place]) -> impl Iterator<Item = (u32, &[Place])> {
    places.chunk_by(|one, other| one.code == other.code).map(|places| (places[0].code, places))
}

fn has_gaps(ids: &[u32], steps: &mut Steps) -> Result<bool> {
    for some in ids.chunks(UNITS_PER_LOOK) {
        steps.did(some.len() / 8)?;
        if some.contains(&DROPPED) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Removes dropped tokens, and moves the ends in these lists.
fn close_gaps(ids: &mut Vec<u32>, lists: &mut [&mut Vec<usize>], steps: &mut Steps) -> Result<()> {
    let mut next = [0; 2];
    let mut kept = 0;
    for at in 0..=ids.len() {
        steps.did(1)?;
        for (list, next) in lists.iter_mut().zip(&mut next) {
            while list.get(*next) == Some(&at) {
                list[*next] = kept;
                *next += 1;
            }
        }
        if let Some(id) = ids.get(at).copied().filter(|id| *id != DROPPED) {
            ids[kept] = id;
            kept += 1;
        }
    }
    ids.truncate(kept);
    Ok(())
}

/// Returns the ends of the runs in units with these ends.
fn runs(ids: &[u32], units: &[usize], steps: &mut Steps) -> Result<Vec<usize>> {
    let (mut ends, mut start) = (list_for(units.len())?, 0);
    for end in units {
        let mut last = start;
        for (at, id) in (start..).zip(&ids[start..*end]) {
            steps.did(1)?;
            if *id == DROPPED {
                reserve(&mut ends, 2)?;
                if at > last {
                    ends.push(at);
                }
                ends.push(at + 1);
                last = at + 1;
            }
        }
        if *end > last {
            reserve(&mut ends, 1)?;
            ends.push(*end);
        }
        start = *end;
    }
    Ok(ends)
}

impl Units {
    /// Returns the number of documents.
    pub fn document_count(&self) -> usize {
        self.documents.iter().map(Vec::len).sum()
    }

    /// Counts each term. Terms are below `terms`.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
    pub fn totals(&self, terms: usize, steps: &mut Steps) -> Result<Vec<u64>> {
        let mut totals: Vec<u64> = zeros(terms)?;
        for some in self.runs.iter().flat_map(|sequence| sequence.ids.chunks(UNITS_PER_LOOK)) {
            steps.did(some.len())?;
            for id in some {
                // A gap has no term.
                if let Some(total) = totals.get_mut(*id as usize) {
                    *total += 1;
                }
            }
        }
        Ok(totals)
    }
}
