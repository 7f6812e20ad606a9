//! The places of lines in the texts of their documents: of the matches, and of the windows around them.

use std::sync::Mutex;

use crate::checkpoint::Steps;
use crate::concordance::find::Match;
use crate::concordance::layout::{Layout, MAX_BYTES_FOR_ONE_THREAD};
use crate::concordance::sentence::Sentences;
use crate::concordance::texts::Texts;
use crate::concordance::{Options, Unit, Window};
use crate::error::{Error, Result};
use crate::memory::list_for;
use crate::patterns::Compiled;
use crate::tokenizer::Tokenization;

/// Where a line is in the text of its document, in bytes, and where its match is in characters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place {
    /// The beginning of the window.
    pub left: usize,
    /// The beginning of the match.
    pub start: usize,
    /// The end of the match.
    pub end: usize,
    /// The end of the window.
    pub right: usize,
    /// The beginning of the match in characters.
    pub first_character: usize,
    /// The end of the match in characters.
    pub end_character: usize,
}

/// A match, and the tokens of its sentence if windows end there.
pub type Line = (Match, Option<(usize, usize)>);

/// Finds places in documents.
pub struct Placing<'a> {
    pub texts: &'a Texts,
    pub tokenization: &'a Tokenization,
    pub compiled: &'a Compiled,
    pub options: &'a Options,
    pub threads: usize,
}

/// The work of one thread on one document after the other.
#[derive(Default)]
pub struct Scratch {
    pub layout: Layout,
    pub sentences: Sentences,
}

impl Placing<'_> {
    /// Finds the place of each line. The lines are in the order of the text.
    ///
    /// # Errors
    /// [`OutOfMemory`](Error::OutOfMemory), [`Stopped`](Error::Stopped).
    pub fn places(&self, lines: &[Line], steps: &mut Steps) -> Result<Vec<Place>> {
        let mut places = list_for(lines.len())?;
        places.resize(lines.len(), Place::default());
        let place = |scratch: &mut Scratch, text: &str, lines: &[Line], places: &mut [Place], steps: &mut Steps| {
            if self.options.window.unit == Unit::Sentences {
                scratch.sentences.fill(text, &mut scratch.layout, self.options.unwrap)?;
            }
            self.place(scratch, text, lines, places, steps)
        };
        self.each_document(lines, &mut places, steps, place)?;
        Ok(places)
    }

    /// Calls `work` with the lines of each document and their results, after the tokens of the document were found. Long
    /// documents come one after the other; a thread works on several shorter ones.
    pub fn each_document<R: Send>(
        &self,
        lines: &[Line],
        mut results: &mut [R],
        steps: &mut Steps,
        work: impl Fn(&mut Scratch, &str, &[Line], &mut [R], &mut Steps) -> Result<()> + Sync,
    ) -> Result<()> {
        let same = |(line, _): &Line, (next, _): &Line| line.document == next.document;
        let mut scratch = Scratch::default();
        let mut tasks = list_for(lines.chunk_by(same).count())?;
        for lines in lines.chunk_by(same) {
            steps.did(lines.len())?;
            let own;
            (own, results) = results.split_at_mut(lines.len());
            let text = self.texts.text(lines[0].0.document)?;
            if text.len() > MAX_BYTES_FOR_ONE_THREAD {
                scratch.layout.fill_on_threads(text, self.tokenization, self.threads, steps)?;
                work(&mut scratch, text, lines, own, steps)?;
            } else {
                tasks.push((text, lines, own));
            }
        }
        let threads = self.threads.min(tasks.len().div_ceil(TASKS_PER_THREAD)).max(1);
        let (queue, mut workers) = (Mutex::new(tasks.into_iter()), list_for(threads)?);
        let next = || queue.lock().expect("no panic while the queue is locked").next();
        workers.resize_with(threads, || (Scratch::default(), Ok(())));
        steps.run(&mut workers, |(scratch, result), steps| {
            while result.is_ok() {
                let Some((text, lines, results)) = next() else { break };
                let mut one = Steps::one();
                *result = scratch
                    .layout
                    .fill(text, self.tokenization, &mut one)
                    .and_then(|()| work(scratch, text, lines, results, &mut one));
                if steps.is_over() {
                    return false;
                }
            }
            true
        })?;
        workers.into_iter().try_for_each(|(_, result)| result)
    }

    fn place(
        &self,
        scratch: &mut Scratch,
        text: &str,
        lines: &[Line],
        places: &mut [Place],
        steps: &mut Steps,
    ) -> Result<()> {
        let Scratch { layout, sentences } = scratch;
        let Window { unit, left, right } = self.options.window;
        let (is_ascii, bytes) = (text.is_ascii(), text.as_bytes());
        // A place in bytes, and the characters before it.
        let mut counted = (0, 0);
        for ((found, sentence), place) in lines.iter().zip(places) {
            steps.did(1)?;
            let last = found.from + self.compiled.length(found.pattern as usize) - 1;
            let (first, end) = sentence.unwrap_or((0, layout.len()));
            let (start, stop) = (layout.place(found.from).start, layout.place(last).end);
            let (from, to) = match unit {
                Unit::Tokens => {
                    let before = found.from.saturating_sub(left).max(first);
                    let after = last.saturating_add(right).min(end - 1);
                    (layout.place(before).start, layout.place(after).end)
                }
                Unit::Characters => {
                    let bounds = match sentence {
                        Some((first, end)) => layout.place(*first).start..layout.place(end - 1).end,
                        None => 0..text.len(),
                    };
                    let before = characters_before(bytes, start, left).max(bounds.start);
                    (before, characters_after(bytes, stop, right).min(bounds.end))
                }
                Unit::Sentences => {
                    let before = sentences.bytes(start, (left, 0), text.len()).start;
                    (before, sentences.bytes(stop - 1, (0, right), text.len()).end)
                }
            };
            let mut character = |place: usize| {
                if is_ascii {
                    return Ok(place);
                }
                steps.did((place - counted.0) / 16)?;
                counted = (place, counted.1 + count_characters(&bytes[counted.0..place]));
                Ok::<_, Error>(counted.1)
            };
            let first_character = character(start)?;
            let end_character = if is_ascii { stop } else { first_character + count_characters(&bytes[start..stop]) };
            // A token may contain others: a window does not end inside the match.
            let (left, right) = (from.min(start), to.max(stop));
            *place = Place { left, start, end: stop, right, first_character, end_character };
        }
        Ok(())
    }
}

/// A thread is worth its start for this number of documents.
const TASKS_PER_THREAD: usize = if cfg!(test) { 2 } else { 64 };

fn is_first_byte(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

fn count_characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| is_first_byte(**byte)).count()
}

/// Returns the place of the character that is this number of characters before a place, or 0.
fn characters_before(bytes: &[u8], place: usize, number: usize) -> usize {
    let mut firsts = (0..place).rev().filter(|at| is_first_byte(bytes[*at]));
    match number.checked_sub(1) {
        Some(others) => firsts.nth(others).unwrap_or(0),
        None => place,
    }
}

/// Returns the end of this number of characters after a place, or that of the text.
fn characters_after(bytes: &[u8], place: usize, number: usize) -> usize {
    (place..bytes.len()).filter(|at| is_first_byte(bytes[*at])).nth(number).unwrap_or(bytes.len())
}
