//! Words as runs of bytes that masks do not keep apart.

use crate::error::Result;
use crate::interner::Words;
use crate::memory::reserve;
use crate::scanner::edges::{MAX_MASKS, Masks, Offsets};
use crate::scanner::{LANES, SimdLevel, find_edges};

/// Makes offsets of masks, and knows where documents touch.
#[derive(Default)]
pub struct Runs {
    borders: Vec<u64>,
    /// Where words begin and where they end, of some masks. Made for the first text.
    offsets: Option<[Offsets; 2]>,
}

impl Runs {
    /// Takes up a text of so many masks, whose words end at each of `borders` too; gives the number of its documents.
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
            // Behind the last mask, only documents without text begin.
            if let Some(borders) = self.borders.get_mut(border / LANES) {
                *borders |= 1 << (border % LANES);
            }
            documents += 1;
        }
        Ok(documents)
    }

    /// A bit for each byte: whether a document begins there.
    pub fn borders(&self) -> &[u64] {
        &self.borders
    }

    /// The same, to be changed: words end there too.
    pub fn borders_mut(&mut self) -> &mut [u64] {
        &mut self.borders
    }

    /// The number of words, given as in [`words`](Self::words).
    pub fn count(&self, between: &[u64]) -> usize {
        let (mut words, mut before) = (0, 1);
        for (mask, borders) in between.iter().zip(&self.borders) {
            words += (!mask & (mask << 1 | before | borders)).count_ones() as usize;
            before = mask >> (LANES - 1);
        }
        words
    }

    /// Passes the words to `take`, many at a time: the runs of bytes whose bits in `between` are unset. Behind the end of
    /// the text, they are set.
    #[inline]
    pub fn words(&mut self, between: &[u64], mut take: impl FnMut(Words)) {
        let Some([starts, ends]) = &mut self.offsets else { return };
        let (mut base, mut before) = (0, 1);
        for (whitespace, borders) in between.chunks(MAX_MASKS).zip(self.borders.chunks(MAX_MASKS)) {
            find_edges(SimdLevel::best(), &Masks { whitespace, borders, before, base }, starts, ends);
            before = whitespace[whitespace.len() - 1] >> (LANES - 1);
            base += u32::try_from(whitespace.len() * LANES).expect("not more than fits");
            // A word may have begun that has not ended yet.
            let whole = ends.len();
            take(Words { starts: starts.first(whole), ends: ends.first(whole) });
            starts.forget(whole);
            ends.forget(whole);
        }
        if !starts.is_empty() {
            ends.push(base);
            take(Words { starts: starts.first(1), ends: ends.first(1) });
            starts.forget(1);
            ends.forget(1);
        }
    }
}
