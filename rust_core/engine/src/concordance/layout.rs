//! The places of the tokens of one document in its text.

use std::mem::take;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::checkpoint::Steps;
use crate::error::{Error, Result};
use crate::memory::{list_for, reserve};
use crate::tokenizer::block::{BLOCK_BYTES, MAX_TEXT_BYTES};
use crate::tokenizer::{Tokenization, Tokenizer};

/// The tokens of a longer document are found on all threads.
pub const MAX_BYTES_FOR_ONE_THREAD: usize = if cfg!(test) { 60 } else { 1 << 20 };

/// The bytes of a part of such a document.
const BYTES_PER_PART: usize = if cfg!(test) { 25 } else { 256 << 10 };

/// The largest offset in a part.
const MAX_OFFSET: usize = if cfg!(test) { 40 } else { MAX_TEXT_BYTES };

/// Consecutive tokens.
#[derive(Default)]
struct Part {
    /// The number of tokens before.
    before: usize,
    /// The offset to which the places are relative.
    base: usize,
    starts: Vec<u32>,
    ends: Vec<u32>,
}

impl Part {
    /// Appends the tokens of a text, whose length is at most that of a block or a part.
    fn tokenize(&mut self, text: &str, tokenizer: &mut Tokenizer) -> Result<()> {
        let most = tokenizer.read(text.as_bytes(), std::iter::empty())?;
        let (starts, ends) = (&mut self.starts, &mut self.ends);
        let mut result = reserve(starts, most).and_then(|()| reserve(ends, most));
        tokenizer.words(text.as_bytes(), |words| {
            if result.is_ok() {
                result = reserve(starts, words.starts.len()).and_then(|()| reserve(ends, words.ends.len()));
            }
            if result.is_ok() {
                starts.extend_from_slice(words.starts);
                ends.extend_from_slice(words.ends);
            }
        });
        result
    }

    fn push(&mut self, token: Range<usize>) -> Result<()> {
        reserve(&mut self.starts, 1)?;
        reserve(&mut self.ends, 1)?;
        let offset = |place: usize| u32::try_from(place - self.base).expect("parts are short");
        self.starts.push(offset(token.start));
        self.ends.push(offset(token.end));
        Ok(())
    }
}

/// The place of each token of a document.
#[derive(Default)]
pub struct Layout {
    parts: Vec<Part>,
    /// The part of the last token that was looked up.
    last: usize,
    /// Finds the tokens of one short document after the other.
    tokenizer: Option<Tokenizer>,
}

impl Layout {
    /// Finds the tokens of a document, on this thread.
    ///
    /// # Errors
    /// [`OutOfMemory`](Error::OutOfMemory), [`Stopped`](Error::Stopped).
    pub fn fill(&mut self, text: &str, tokenization: &Tokenization, steps: &mut Steps) -> Result<()> {
        let mut part = self.parts.first_mut().map(take).unwrap_or_default();
        self.parts.clear();
        self.last = 0;
        (part.before, part.base) = (0, 0);
        part.starts.clear();
        part.ends.clear();
        if text.len() <= BLOCK_BYTES.min(MAX_OFFSET) && !tokenization.lowers(text.as_bytes()) {
            part.tokenize(text, self.tokenizer.get_or_insert_with(|| Tokenizer::new(tokenization)))?;
            reserve(&mut self.parts, 1)?;
            self.parts.push(part);
            return Ok(());
        }
        let parts = &mut self.parts;
        tokenization.document_spans(text, steps, |token| {
            if token.end - part.base > MAX_OFFSET {
                reserve(parts, 1)?;
                let next = Part { before: part.before + part.starts.len(), base: token.start, ..Part::default() };
                parts.push(std::mem::replace(&mut part, next));
            }
            part.push(token)
        })?;
        reserve(parts, 1)?;
        parts.push(part);
        Ok(())
    }

    /// Finds the tokens of a long document, at least the first `needed` of them, on all threads if the tokenizer allows
    /// that.
    ///
    /// # Errors
    /// As [`fill`](Self::fill).
    pub fn fill_on_threads(
        &mut self,
        text: &str,
        tokenization: &Tokenization,
        needed: usize,
        threads: usize,
        steps: &mut Steps,
    ) -> Result<()> {
        if tokenization.lowers(text.as_bytes()) || tokenization.has_parts() {
            return self.fill(text, tokenization, steps);
        }
        self.parts.clear();
        self.last = 0;
        let (mut start, mut wave) = (0, threads);
        while start < text.len() && self.len() < needed {
            let mut ranges = list_for(wave)?;
            while start < text.len() && ranges.len() < wave {
                let from = text.len().min(start + BYTES_PER_PART);
                let end = tokenization.cut_from(text.as_bytes(), from).unwrap_or(text.len());
                if end - start > MAX_OFFSET {
                    return self.fill(text, tokenization, steps);
                }
                ranges.push(start..end);
                start = end;
            }
            self.append(text, &ranges, tokenization, threads, steps)?;
            // If few tokens are needed, most of the text is not read.
            wave *= 2;
        }
        Ok(())
    }

    /// Finds the tokens of consecutive parts of a document.
    fn append(
        &mut self,
        text: &str,
        ranges: &[Range<usize>],
        tokenization: &Tokenization,
        threads: usize,
        steps: &mut Steps,
    ) -> Result<()> {
        let threads = threads.min(ranges.len());
        let (next, mut workers) = (AtomicUsize::new(0), list_for(threads)?);
        workers.resize_with(threads, || (Tokenizer::new(tokenization), Vec::new(), None));
        steps.run(&mut workers, |(tokenizer, made, failed), steps| {
            while failed.is_none() {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(range) = ranges.get(number) else { break };
                let mut part = Part { base: range.start, ..Part::default() };
                let kept = part.tokenize(&text[range.clone()], tokenizer).and_then(|()| reserve(made, 1));
                match kept {
                    Ok(()) => made.push((number, part)),
                    Err(error) => *failed = Some(error),
                }
                if steps.is_over() {
                    return false;
                }
            }
            true
        })?;
        let mut parts = list_for(ranges.len())?;
        for (_, made, failed) in workers {
            failed.map_or(Ok(()), Err::<(), Error>)?;
            parts.extend(made);
        }
        parts.sort_unstable_by_key(|(number, _)| *number);
        reserve(&mut self.parts, parts.len())?;
        for (_, mut part) in parts.into_iter().filter(|(_, part)| !part.starts.is_empty()) {
            part.before = self.len();
            self.parts.push(part);
        }
        Ok(())
    }

    /// Returns the number of tokens.
    pub fn len(&self) -> usize {
        self.parts.last().map_or(0, |part| part.before + part.starts.len())
    }

    /// Returns the place of a token. Looking up near tokens one after the other is fast.
    ///
    /// # Panics
    /// Panics if there is no such token.
    #[inline]
    pub fn place(&mut self, token: usize) -> Range<usize> {
        let part = match self.parts.get(self.last) {
            Some(part) if part.before <= token && token - part.before < part.starts.len() => part,
            _ => {
                self.last = self.parts.partition_point(|part| part.before <= token) - 1;
                &self.parts[self.last]
            }
        };
        let at = token - part.before;
        part.base + part.starts[at] as usize..part.base + part.ends[at] as usize
    }
}
