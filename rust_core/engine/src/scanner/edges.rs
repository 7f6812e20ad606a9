//! From whitespace to where words begin and end.

use super::{LANES, SimdLevel};
#[cfg(all(target_arch = "x86_64", not(feature = "portable")))]
use super::{avx2, avx512};
use crate::error::Result;
use crate::memory::zeros;

/// Masks whose edges are found at once.
pub const MASKS: usize = 32;

/// Offsets, one behind the other.
pub struct Offsets {
    /// Room for one that was left over, for all that masks can give, and for what is written in vain behind the last.
    list: Box<[u32; 1 + MASKS * LANES + LANES]>,
    len: usize,
}

impl Offsets {
    /// None, and room for those of [`MASKS`] masks.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn new() -> Result<Self> {
        let list = zeros(1 + MASKS * LANES + LANES)?.try_into().expect("of that length");
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
    /// Whether each byte is whitespace. At most [`MASKS`] masks.
    pub whitespace: &'m [u64],
    /// Whether a document begins at each byte; as many masks.
    pub borders: &'m [u64],
    /// The lowest bit: whether what is before the text is whitespace.
    pub before: u64,
    /// The offset of the first byte.
    pub base: u32,
}

/// Appends where words begin to `starts`, and where they end to `ends`. Words end at whitespace and at borders.
#[inline]
pub fn edges(level: SimdLevel, masks: &Masks, starts: &mut Offsets, ends: &mut Offsets) {
    match level {
        #[cfg(all(target_arch = "x86_64", not(feature = "portable")))]
        SimdLevel::Avx2 => avx2::edges(masks, starts, ends),
        #[cfg(all(target_arch = "x86_64", not(feature = "portable")))]
        SimdLevel::Avx512 => avx512::edges(masks, starts, ends),
        _ => edges_with(masks, starts, ends, push_bits),
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(level: SimdLevel, masks: &Masks) -> [Vec<u32>; 2] {
        let mut both = [Offsets::new().unwrap(), Offsets::new().unwrap()];
        let [starts, ends] = &mut both;
        edges(level, masks, starts, ends);
        both.map(|offsets| offsets.first(usize::MAX).to_vec())
    }

    proptest! {
        #[test]
        fn every_level_finds_the_edges_that_going_byte_by_byte_does(
            masks in prop::collection::vec((any::<u64>(), any::<u64>(), any::<u64>()), 0..=MASKS), sparse: bool, before in 0..2_u64, base in 0..9_u32,
        ) {
            let whitespace: Vec<u64> = masks.iter().map(|mask| if sparse { mask.0 & mask.1 & mask.2 } else { mask.0 }).collect();
            let borders: Vec<u64> = masks.iter().map(|mask| if sparse { 0 } else { mask.1 & mask.2 }).collect();
            let bit = |masks: &[u64], at: usize| masks[at / LANES] >> (at % LANES) & 1 == 1;
            let mut expected = [vec![], vec![]];
            for at in 0..masks.len() * LANES {
                let behind_word = if at == 0 { before == 0 } else { !bit(&whitespace, at - 1) };
                let (is_space, is_border) = (bit(&whitespace, at), bit(&borders, at));
                let offset = base + u32::try_from(at).unwrap();
                if !is_space && (!behind_word || is_border) {
                    expected[0].push(offset);
                }
                if behind_word && (is_space || is_border) {
                    expected[1].push(offset);
                }
            }
            let masks = Masks { whitespace: &whitespace, borders: &borders, before, base };
            for level in SimdLevel::available() {
                prop_assert_eq!(&found(level, &masks), &expected, "{:?}", level.name());
            }
        }
    }

    #[test]
    fn there_is_room_for_a_border_at_every_byte() {
        let (whitespace, borders) = ([0; MASKS], [!0; MASKS]);
        for level in SimdLevel::available() {
            let masks = Masks { whitespace: &whitespace, borders: &borders, before: 0, base: 0 };
            let mut offsets = [Offsets::new().unwrap(), Offsets::new().unwrap()];
            offsets.iter_mut().for_each(|offsets| offsets.push(7));
            let [starts, ends] = &mut offsets;
            edges(level, &masks, starts, ends);
            assert_eq!((starts.len(), ends.len()), (1 + MASKS * LANES, 1 + MASKS * LANES));
        }
    }
}
