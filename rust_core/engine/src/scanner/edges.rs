//! From whitespace to where words begin and end.

use super::pieces::LANES;
use crate::error::Result;
use crate::memory::zeros;

/// Masks whose edges are found at once.
pub const MAX_MASKS: usize = 32;

/// Offsets, one behind the other.
pub struct Offsets {
    /// Room for one that was left over, for all that masks can give, and for what is written in vain behind the last.
    list: Box<[u32; 1 + MAX_MASKS * LANES + LANES]>,
    len: usize,
}

impl Offsets {
    /// None, and room for those of [`MAX_MASKS`] masks.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn new() -> Result<Self> {
        let list = zeros(1 + MAX_MASKS * LANES + LANES)?.try_into().expect("of that length");
        Ok(Self { list, len: 0 })
    }

    /// The number of offsets.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The first `len` of them.
    pub fn first(&self, len: usize) -> &[u32] {
        &self.list[..self.len.min(len)]
    }

    /// Forgets the first `len` of them; one at most may be left.
    pub fn forget(&mut self, len: usize) {
        self.list[0] = self.list[len];
        self.len -= len;
        debug_assert!(self.len <= 1, "{} offsets are left", self.len);
    }

    /// Appends an offset.
    pub fn push(&mut self, offset: u32) {
        self.list[self.len] = offset;
        self.len += 1;
    }

    /// Where the offsets of a mask are to be written, all at once: more may be written than `count`.
    #[inline(always)]
    pub(super) fn place(&mut self, count: u32) -> &mut [u32; LANES] {
        let at = self.len;
        self.len += count as usize;
        self.list[at..].first_chunk_mut().expect("there is room for a mask more than is ever taken")
    }
}

/// The masks of some text, and how it follows what was before.
pub struct Masks<'m> {
    /// Whether each byte is whitespace. At most [`MAX_MASKS`] masks.
    pub whitespace: &'m [u64],
    /// Whether a document begins at each byte; as many masks.
    pub borders: &'m [u64],
    /// The lowest bit: whether what is before the text is whitespace.
    pub before: u64,
    /// The offset of the first byte.
    pub base: u32,
}

/// Drives `push`, which appends the offsets of the set bits of a mask whose first has the given offset.
#[inline(always)]
pub(super) fn edges_with(
    masks: &Masks,
    starts: &mut Offsets,
    ends: &mut Offsets,
    push: impl Fn(&mut Offsets, u32, u64),
) {
    let Masks { mut before, mut base, .. } = *masks;
    for (mask, borders) in masks.whitespace.iter().zip(masks.borders) {
        let behind_whitespace = mask << 1 | before;
        push(starts, base, !mask & (behind_whitespace | borders));
        push(ends, base, !behind_whitespace & (mask | borders));
        before = mask >> (LANES - 1);
        base += 64;
    }
}

#[inline(always)]
pub(super) fn push_bits(offsets: &mut Offsets, base: u32, mut bits: u64) {
    let places = offsets.place(bits.count_ones());
    // Eight at a time, needed or not: how many bits are set is nothing a processor can foresee.
    for eight in places.chunks_exact_mut(8) {
        if bits == 0 {
            return;
        }
        for place in eight {
            *place = base + bits.trailing_zeros();
            bits &= bits.wrapping_sub(1);
        }
    }
}
