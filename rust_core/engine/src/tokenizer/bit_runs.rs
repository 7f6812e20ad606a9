//! Turns masks into words: runs of bytes whose bits are 0.

use crate::error::Result;
use crate::interner::Words;
use crate::memory::reserve;
use crate::scanner::edges::{MAX_MASKS, Masks, Offsets};
use crate::scanner::{LANES, SimdLevel, find_edges};

/// Turns masks into the offsets of words. A word also ends where a document begins.
#[derive(Default)]
pub struct Runs {
    borders: Vec<u64>,
    /// The offsets where words begin and where they end, for some masks. Allocated for the first text.
    offsets: Option<[Offsets; 2]>,
}

impl Runs {
    /// Prepares for a text of `masks` masks, whose words also end at each of `borders`. Returns the number of
    /// documents.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn begin(&mut self, masks: usize, borders: impl Iterator<Item = usize>) -> Result<usize> {
        if self.offsets.is_none() {
            self.offsets = Some([Offsets::new()?, Offsets::new()?]);
        }
        self.borders.clear();
        reserve(&mut self.borders, masks)?;
        self.borders.resize(masks, 0);
        let mut documents = 1;
        for border in borders {
            // Only documents without text begin after the last mask.
            if let Some(borders) = self.borders.get_mut(border / LANES) {
                *borders |= 1 << (border % LANES);
            }
            documents += 1;
        }
        Ok(documents)
    }

    /// One bit for each byte: whether a document begins there.
    pub fn borders(&self) -> &[u64] {
        &self.borders
    }

    /// Mutable access to [`borders`](Self::borders).
    pub fn borders_mut(&mut self) -> &mut [u64] {
        &mut self.borders
    }

    /// The number of words; `between` as in [`words`](Self::words).
    pub fn count(&self, between: &[u64]) -> usize {
        let (mut words, mut before) = (0, 1);
        for (mask, borders) in between.iter().zip(&self.borders) {
            words += (!mask & (mask << 1 | before | borders)).count_ones() as usize;
            before = mask >> (LANES - 1);
        }
        words
    }

    /// Calls `take` with the words, many at a time: the runs of bytes whose bits in `between` are 0. The bits after the
    /// end of the text must be 1.
    #[inline]
    pub fn words(&mut self, between: &[u64], mut take: impl FnMut(Words)) {
        let Some([starts, ends]) = &mut self.offsets else { return };
        let (mut base, mut before) = (0, 1);
        for (whitespace, borders) in between.chunks(MAX_MASKS).zip(self.borders.chunks(MAX_MASKS)) {
            find_edges(SimdLevel::best(), &Masks { whitespace, borders, before, base }, starts, ends);
            before = whitespace[whitespace.len() - 1] >> (LANES - 1);
            base += u32::try_from(whitespace.len() * LANES).expect("a text has less than 4 GiB");
            // The last word may continue in the next masks.
            let complete = ends.len();
            take(Words { starts: starts.first(complete), ends: ends.first(complete) });
            starts.forget(complete);
            ends.forget(complete);
        }
        if !starts.is_empty() {
            ends.push(base);
            take(Words { starts: starts.first(1), ends: ends.first(1) });
            starts.forget(1);
            ends.forget(1);
        }
    }
}
