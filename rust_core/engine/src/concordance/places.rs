//! The places of lines in the texts of their documents: of the matches, and of the windows around them.

use std::sync::Mutex;

use crate::checkpoint::Steps;
use crate::concordance::find::Match;
use crate::concordance::layout::{Layout, MAX_BYTES_FOR_ONE_THREAD};
use crate::concordance::sentence::Sentences;
use crate::concordance::texts::Texts;
use crate::concordance::{Options, Unit, Window};
use crate::error::Result;
use crate::memory::list_for;
use crate::patterns::Compiled;
use crate::tokenizer::Tokenization;

/// Where a line is in the text of its document, in bytes.
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
    /// The number of characters before the match.
    pub characters: usize,
}

/// Matches in the order of the text.
#[derive(Clone, Copy)]
pub struct Found<'m> {
    pub matches: &'m [Match],
    /// The first token and the end of the sentence of each match; empty if windows do not end there.
    pub sentences: &'m [(usize, usize)],
}

impl<'m> Found<'m> {
    /// Returns the matches of each document.
    fn of_documents(self) -> impl Iterator<Item = Self> {
        let mut rest = self.sentences;
        self.matches.chunk_by(|one, next| one.document == next.document).map(move |matches| {
            let (sentences, others) = rest.split_at(matches.len().min(rest.len()));
            rest = others;
            Self { matches, sentences }
        })
    }
}

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
    /// Finds the place of each match.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
    pub fn places(&self, found: Found, steps: &mut Steps) -> Result<Vec<Place>> {
        let mut places = list_for(found.matches.len())?;
        places.resize(found.matches.len(), Place::default());
        let place = |scratch: &mut Scratch, text: &str, found: Found, places: &mut [Place], steps: &mut Steps| {
            if self.options.window.unit == Unit::Sentences {
                scratch.sentences.fill(text, &mut scratch.layout, self.options.unwrap, steps)?;
            }
            self.place(scratch, text, found, places, steps)
        };
        self.each_document(found, &mut places, steps, place)?;
        Ok(places)
    }

    /// Calls `work` with the matches in each document and their results, after the tokens of the document were found. Long
    /// documents come one after the other; a thread works on several shorter ones.
    pub fn each_document<R: Send>(
        &self,
        found: Found,
        mut results: &mut [R],
        steps: &mut Steps,
        work: impl Fn(&mut Scratch, &str, Found, &mut [R], &mut Steps) -> Result<()> + Sync,
    ) -> Result<()> {
        let mut scratch = Scratch::default();
        let mut tasks = list_for(found.of_documents().count())?;
        for found in found.of_documents() {
            steps.did(found.matches.len())?;
            let own;
            (own, results) = results.split_at_mut(found.matches.len());
            let text = self.texts.text(found.matches[0].document)?;
            if text.len() > MAX_BYTES_FOR_ONE_THREAD {
                let last = found.matches[found.matches.len() - 1].from;
                let needed = last.saturating_add(self.reach(found));
                scratch.layout.fill_on_threads(text, self.tokenization, needed, self.threads, steps)?;
                work(&mut scratch, text, found, own, steps)?;
            } else {
                tasks.push((text, found, own));
            }
        }
        let threads = self.threads.min(tasks.len().div_ceil(TASKS_PER_THREAD)).max(1);
        let (queue, mut workers) = (Mutex::new(tasks.into_iter()), list_for(threads)?);
        let next = || queue.lock().expect("no panic while the queue is locked").next();
        workers.resize_with(threads, || (Scratch::default(), Ok(())));
        steps.run(&mut workers, |(scratch, result), steps| {
            while result.is_ok() {
                let Some((text, found, results)) = next() else { break };
                let mut one = Steps::one();
                *result = scratch
                    .layout
                    .fill(text, self.tokenization, &mut one)
                    .and_then(|()| work(scratch, text, found, results, &mut one));
                if steps.is_over() {
                    return false;
                }
            }
            true
        })?;
        workers.into_iter().try_for_each(|(_, result)| result)
    }

    /// Returns the number of tokens after the last match that its line needs.
    fn reach(&self, found: Found) -> usize {
        let longest = (0..self.compiled.len()).map(|pattern| self.compiled.length(pattern)).max().unwrap_or(0);
        match self.options.window.unit {
            // The end of a sentence is known as a number of tokens, and sentences are found in the complete document.
            _ if self.options.within_sentences || found.matches.is_empty() => usize::MAX,
            Unit::Tokens => longest.saturating_add(self.options.window.right),
            Unit::Characters => longest,
            Unit::Sentences => usize::MAX,
        }
    }

    fn place(
        &self,
        scratch: &mut Scratch,
        text: &str,
        found: Found,
        places: &mut [Place],
        steps: &mut Steps,
    ) -> Result<()> {
        let Scratch { layout, sentences } = scratch;
        let Window { unit, left, right } = self.options.window;
        let (is_ascii, bytes) = (text.is_ascii(), text.as_bytes());
        // A place in bytes, and the characters before it.
        let mut counted = (0, 0);
        for (number, (own, place)) in found.matches.iter().zip(places).enumerate() {
            steps.did(1)?;
            let last = own.from + self.compiled.length(own.pattern as usize) - 1;
            let sentence = found.sentences.get(number);
            let (first, end) = sentence.copied().unwrap_or((0, layout.len()));
            let (start, stop) = (layout.place(own.from).start, layout.place(last).end);
            let (from, to) = match unit {
                Unit::Tokens => {
                    let before = own.from.saturating_sub(left).max(first);
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
            let characters = if is_ascii {
                start
            } else {
                steps.did((start - counted.0) / 16)?;
                counted = (start, counted.1 + count_characters(&bytes[counted.0..start]));
                counted.1
            };
            // A token may contain others: a window does not end inside the match.
            let (left, right) = (from.min(start), to.max(stop));
            *place = Place { left, start, end: stop, right, characters };
        }
        Ok(())
    }
}

/// A thread is worth its start for this number of documents.
const TASKS_PER_THREAD: usize = if cfg!(test) { 2 } else { 64 };

fn is_first_byte(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

/// Returns the number of characters of a text.
pub fn count_characters(bytes: &[u8]) -> usize {
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
