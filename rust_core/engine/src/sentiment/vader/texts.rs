//! Texts that lie one behind the other.

use std::ops::Range;

use crate::error::Result;
use crate::memory::{append, reserve};

/// Texts with a byte of ASCII between them, which belongs to none of them.
#[derive(Debug, Clone, Copy)]
pub struct Texts<'t> {
    /// All of them.
    pub text: &'t str,
    /// Where each of them ends.
    pub ends: &'t [usize],
}

impl Texts<'_> {
    /// Where each of them is.
    pub fn ranges(&self) -> impl Iterator<Item = Range<usize>> {
        let starts = std::iter::once(0).chain(self.ends.iter().map(|end| end + 1));
        starts.zip(self.ends).map(|(start, end)| start..*end)
    }
}

/// Memory for texts that are copied there.
#[derive(Debug, Default)]
pub struct JoinedTexts {
    text: String,
    ends: Vec<usize>,
}

impl JoinedTexts {
    /// Forgets the texts.
    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// Appends to the text that has not ended yet.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn append(&mut self, part: &str) -> Result<()> {
        append(&mut self.text, [part])
    }

    /// Ends the text.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn end(&mut self) -> Result<()> {
        reserve(&mut self.ends, 1)?;
        self.ends.push(self.text.len());
        self.append("\n")
    }

    /// Where each text ends.
    #[cfg(feature = "test-hooks")]
    pub fn ends_mut(&mut self) -> &mut Vec<usize> {
        &mut self.ends
    }

    /// The texts.
    pub fn texts(&self) -> Texts<'_> {
        Texts { text: &self.text, ends: &self.ends }
    }
}
