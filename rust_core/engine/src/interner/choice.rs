//! An interner of some strings of another one, made step by step.

use crate::checkpoint::UNITS_PER_LOOK;
use crate::error::Result;
use crate::interner::Interner;

/// The strings of an interner that are chosen for another one, which is made piece by piece.
pub struct Choice<'c> {
    of: &'c Interner,
    /// The ids of the chosen strings, in their new order. No id is there twice.
    ids: &'c [u32],
    /// The new counts of the first of them. The counts of the others are 0.
    counts: &'c [u64],
    made: Interner,
    /// The number of slots that are prepared.
    prepared: usize,
    /// The number of strings that have a slot.
    slots: usize,
}

impl<'c> Choice<'c> {
    /// Begins an interner of the strings with these ids, in this order. It will have the same seeds. The first strings
    /// have these counts, and the others have 0.
    pub fn of(of: &'c Interner, ids: &'c [u32], counts: &'c [u64]) -> Self {
        Self { of, ids, counts, made: of.emptied(), prepared: 0, slots: 0 }
    }

    /// Makes a piece of the interner. Returns whether it is complete.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn make_some(&mut self) -> Result<bool> {
        let (first, all) = (self.made.len(), self.ids.len());
        if first < all {
            let some = first..all.min(first + UNITS_PER_LOOK);
            let counts = self.counts.get(some.clone()).unwrap_or_default();
            self.made.strings.append_chosen(&self.of.strings, &self.ids[some], counts, all)?;
            return Ok(false);
        }
        let Interner { slots, strings } = &mut self.made;
        slots.make_room(all, 1)?;
        if self.prepared < slots.list.len() {
            self.prepared = slots.touch(self.prepared);
            return Ok(false);
        }
        let some = self.slots..all.min(self.slots + UNITS_PER_LOOK);
        self.slots = some.end;
        slots.add(strings, some);
        Ok(self.slots == all)
    }

    /// Returns the interner, which is complete.
    pub fn into_interner(self) -> Interner {
        assert_eq!(self.slots, self.ids.len(), "all strings were chosen");
        self.made
    }
}
