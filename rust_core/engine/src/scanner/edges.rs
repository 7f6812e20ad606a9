//! Turns masks of whitespace into the offsets where words begin and end.

use super::pieces::LANES;
use crate::error::Result;
use crate::memory::zeros;

/// The most masks whose edges are found in one call.
pub const MAX_MASKS: usize = 32;

/// A list of offsets with a fixed capacity.
pub struct Offsets {
    /// Room for one offset left over from the last call, for all offsets of the masks, and for the unused values that
    /// are written after the last offset.
    list: Box<[u32; 1 + MAX_MASKS * LANES + LANES]>,
    len: usize,
}

impl Offsets {
    /// An empty list, with room for the offsets of [`MAX_MASKS`] masks.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn new() -> Result<Self> {
        let list = zeros(1 + MAX_MASKS * LANES + LANES)?.try_into().expect("the length is the same");
        Ok(Self { list, len: 0 })
    }

    /// The number of offsets.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether the list is empty.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The first `len` offsets.
    pub fn first(&self, len: usize) -> &[u32] {
        &self.list[..self.len.min(len)]
    }

    /// Removes the first `len` offsets; at most one may remain.
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

    /// Adds `count` offsets, which the caller must write to the returned memory. The caller may write more than
    /// `count`.
    #[inline(always)]
    pub(super) fn place(&mut self, count: u32) -> &mut [u32; LANES] {
        let at = self.len;
        self.len += count as usize;
        self.list[at..].first_chunk_mut().expect("there is room for one mask more than MAX_MASKS")
    }
}

/// The masks of a part of a text, and the state before this part.
pub struct Masks<'m> {
    /// One bit for each byte: whether it is whitespace. At most [`MAX_MASKS`] masks.
    pub whitespace: &'m [u64],
    /// One bit for each byte: whether a document begins there. The number of masks is the same.
    pub borders: &'m [u64],
    /// 1 if the byte before this part is whitespace, otherwise 0.
    pub before: u64,
    /// The offset of the first byte.
    pub base: u32,
}

/// Finds the edges of masks. `push` appends the offsets of the set bits of a mask; it gets the offset of the first bit.
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
    // Writes eight offsets at a time, even if fewer bits are set: a processor cannot predict how many are set.
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
