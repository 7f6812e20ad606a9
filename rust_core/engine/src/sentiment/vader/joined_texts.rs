//! Consecutive texts in one string.

use std::ops::Range;

use crate::error::Result;
use crate::memory::{append, reserve};

/// Texts with one ASCII byte between them, which belongs to no text.
#[derive(Debug, Clone, Copy)]
pub struct Texts<'t> {
    /// The string with all texts.
    pub text: &'t str,
    /// The offset where each text ends.
    pub ends: &'t [usize],
}

impl Texts<'_> {
    /// The range of each text.
    pub fn ranges(&self) -> impl Iterator<Item = Range<usize>> {
        let starts = std::iter::once(0).chain(self.ends.iter().map(|end| end + 1));
        starts.zip(self.ends).map(|(start, end)| start..*end)
    }
}

/// Memory for copies of texts.
#[derive(Debug, Default)]
pub struct JoinedTexts {
    text: String,
    ends: Vec<usize>,
}

impl JoinedTexts {
    /// Removes all texts.
    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// Appends to the current text.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn append(&mut self, part: &str) -> Result<()> {
        append(&mut self.text, [part])
    }

    /// Ends the current text.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn end(&mut self) -> Result<()> {
        reserve(&mut self.ends, 1)?;
        self.ends.push(self.text.len());
        self.append("\n")
    }

    /// The offset where each text ends.
    #[cfg(feature = "test-hooks")]
    pub fn ends_mut(&mut self) -> &mut Vec<usize> {
        &mut self.ends
    }

    /// The texts.
    pub fn texts(&self) -> Texts<'_> {
        Texts { text: &self.text, ends: &self.ends }
    }
}
