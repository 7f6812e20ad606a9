//! The tokens of one text after another, many at a time.

use std::time::{Duration, Instant};

use crate::checkpoint::Steps;
use crate::error::{Error, Result};
use crate::interner::Words;
use crate::memory::{list_for, reserve};
use crate::tokenizer::block::MAX_TEXT_BYTES;
use crate::tokenizer::pattern::Pattern;
use crate::tokenizer::pattern::search::Scratch;

/// The most tokens that one call of `take` gets.
const TOKENS_PER_CALL: usize = 256;

/// The number of tokens between two looks at the clock, and the time after which the tokens were slow.
const TOKENS_PER_LOOK: usize = if cfg!(test) { 2 } else { 64 };
const SLOW_TOKENS: Duration = Duration::from_millis(1);

/// Finds the tokens of one text after another.
pub struct PatternTokenizer {
    pattern: Pattern,
    /// The offset where each document of the text ends.
    documents: Vec<usize>,
    starts: Vec<u32>,
    ends: Vec<u32>,
    scratch: Scratch,
    /// The address and the length of a document, and the place where its next part begins, if the search of that part
    /// has begun.
    begun: Option<(usize, usize, usize)>,
}

impl PatternTokenizer {
    /// A tokenizer for the matches of a pattern.
    pub fn new(pattern: Pattern) -> Self {
        Self {
            pattern,
            documents: Vec::new(),
            starts: Vec::new(),
            ends: Vec::new(),
            scratch: Scratch::default(),
            begun: None,
        }
    }

    /// Loads a text. It must be UTF-8 and contain only complete characters. `borders` are the offsets where a document
    /// begins directly after another.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); then no text is loaded.
    ///
    /// # Panics
    /// Panics if the text is longer than [`MAX_TEXT_BYTES`].
    pub fn read(&mut self, text: &[u8], borders: impl Iterator<Item = usize>) -> Result<()> {
        assert!(text.len() <= MAX_TEXT_BYTES, "a text of {} bytes is too long", text.len());
        self.pattern.ensure_searching()?;
        self.starts.clear();
        self.ends.clear();
        self.documents.clear();
        for border in borders.chain([text.len()]) {
            reserve(&mut self.documents, 1)?;
            self.documents.push(border);
        }
        if self.starts.capacity() == 0 {
            (self.starts, self.ends) = (list_for(TOKENS_PER_CALL)?, list_for(TOKENS_PER_CALL)?);
        }
        Ok(())
    }

    /// Calls `take` with the tokens of the loaded text, many at a time.
    pub fn words(&mut self, text: &str, mut take: impl FnMut(Words)) {
        let Self { pattern, documents, starts, ends, scratch, begun } = self;
        *begun = None;
        let mut begin = 0;
        for end in documents {
            let place = |offset: usize| u32::try_from(begin + offset).expect("a text is at most MAX_TEXT_BYTES long");
            scratch.begin();
            let each = pattern.each(&text[begin..*end], &mut 0, scratch, &mut Steps::one(), |token| {
                starts.push(place(token.start));
                ends.push(place(token.end));
                if starts.len() == TOKENS_PER_CALL {
                    take(Words { starts, ends });
                    starts.clear();
                    ends.clear();
                }
                Ok(())
            });
            each.expect("this closure does not fail");
            begin = *end;
        }
        take(Words { starts, ends });
        starts.clear();
        ends.clear();
    }
}

impl PatternTokenizer {
    /// Calls `take` with the tokens of a document, many at a time, from the place `from` on, until the deadline. Returns
    /// the place of the rest, or None at the end of the document. If `from` is not 0, it is the place of the rest of the
    /// call before.
    ///
    /// The deadline may come inside a token. The next call with the same document and the rest continues the search.
    ///
    /// # Errors
    /// The errors of `take`; [`OutOfMemory`](Error::OutOfMemory).
    ///
    /// # Panics
    /// Panics if the document is longer than [`MAX_TEXT_BYTES`].
    pub fn part(
        &mut self,
        document: &str,
        from: usize,
        deadline: Option<Instant>,
        mut take: impl FnMut(Words) -> Result<()>,
    ) -> Result<Option<usize>> {
        self.read(document.as_bytes(), std::iter::empty())?;
        let Self { pattern, starts, ends, scratch, begun, .. } = self;
        let key = |place: usize| (document.as_ptr().addr(), document.len(), place);
        if begun.take() != Some(key(from)) {
            scratch.begin();
        }
        let (mut at, mut tokens, mut looked) = (from, 0, Instant::now());
        let place = |offset: usize| u32::try_from(offset).expect("a text is at most MAX_TEXT_BYTES long");
        let result = pattern.each(document, &mut at, scratch, &mut Steps::until(deadline), |token| {
            starts.push(place(token.start));
            ends.push(place(token.end));
            if starts.len() == TOKENS_PER_CALL {
                let result = take(Words { starts, ends });
                starts.clear();
                ends.clear();
                result?;
            }
            tokens += 1;
            if tokens < TOKENS_PER_LOOK {
                return Ok(());
            }
            let now = Instant::now();
            // If searches are slow, the clock is read after each token.
            let is_slow = now - std::mem::replace(&mut looked, now) > SLOW_TOKENS;
            tokens = if is_slow { TOKENS_PER_LOOK } else { 0 };
            if deadline.is_some_and(|deadline| now >= deadline) { Err(Error::Stopped) } else { Ok(()) }
        });
        let rest = match result {
            Err(Error::Stopped) => Some(at.min(document.len())),
            result => result.map(|()| None)?,
        };
        take(Words { starts, ends })?;
        *begun = rest.map(key);
        Ok(rest)
    }

    /// Whether the search of a part has begun, which the next call of [`part`](Self::part) continues.
    pub fn has_begun(&self) -> bool {
        self.begun.is_some()
    }
}
