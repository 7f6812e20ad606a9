//! An interner that several owners read.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Instant;

use crate::checkpoint::Steps;
use crate::error::Result;
use crate::interner::Interner;
use crate::memory::ensure;

/// An interner that results and other indexes may read too. While they do, it is copied before it changes.
#[derive(Debug, Default)]
pub struct SharedInterner {
    interner: Arc<Interner>,
    /// The part of a copy that is made, because a copy of many strings takes several steps.
    copy: Option<Box<Interner>>,
}

impl SharedInterner {
    /// Returns an interner that others may own too.
    pub fn of(interner: Arc<Interner>) -> Self {
        Self { interner, copy: None }
    }

    /// Returns another owner of the interner, which sees no later change.
    pub fn share(&self) -> Arc<Interner> {
        Arc::clone(&self.interner)
    }

    /// Returns the interner, for callers that only read it or make another owner later.
    pub fn as_arc(&self) -> &Arc<Interner> {
        &self.interner
    }

    /// Copies the interner if others own it too, until the deadline has passed. Returns whether it can be changed. If
    /// not, call it again: the copy continues.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn make_changeable(&mut self, deadline: Option<Instant>) -> Result<bool> {
        if Arc::get_mut(&mut self.interner).is_none() {
            if self.copy.is_none() {
                ensure(size_of::<Interner>())?;
            }
            if !self.copy.get_or_insert_default().copy_some(&self.interner, deadline)? {
                return Ok(false);
            }
            ensure(size_of::<Interner>())?;
            self.interner = Arc::new(*self.copy.take().expect("the copy is complete"));
        }
        self.copy = None;
        Ok(true)
    }

    /// Returns the interner to change it, and copies it first in steps if others own it too.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
    pub fn changeable(&mut self, steps: &mut Steps) -> Result<&mut Interner> {
        while !self.make_changeable(steps.end())? {
            steps.end_step()?;
        }
        Ok(self.get_mut())
    }

    /// Returns the interner to change it, after [`make_changeable`](Self::make_changeable).
    ///
    /// # Panics
    /// Panics if others own it too.
    #[inline]
    pub fn get_mut(&mut self) -> &mut Interner {
        Arc::get_mut(&mut self.interner).expect("there is no other owner")
    }
}

impl From<Interner> for SharedInterner {
    fn from(interner: Interner) -> Self {
        Self::of(Arc::new(interner))
    }
}

impl Deref for SharedInterner {
    type Target = Interner;

    fn deref(&self) -> &Interner {
        &self.interner
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::tests::calls;
    use proptest::prelude::*;

    fn interned(strings: &[String]) -> Interner {
        let mut interner = Interner::default();
        strings.iter().for_each(|string| _ = interner.intern_and_count(string.as_bytes()).unwrap());
        interner
    }

    fn strings() -> impl Strategy<Value = Vec<String>> {
        prop::collection::vec("[ab]{0,3}|[a-z]{20}", 0..200)
    }

    proptest! {
        #[test]
        fn other_owners_see_no_change(before in strings(), more in strings(), is_shared: bool) {
            let mut own = SharedInterner::from(interned(&before));
            let other = is_shared.then(|| own.share());
            let (steps, changed) = calls(usize::MAX, || -> Result<()> {
                let changeable = own.changeable(&mut Steps::begin())?;
                more.iter().try_for_each(|string| changeable.intern_and_count(string.as_bytes()).map(drop))
            });
            prop_assert_eq!(changed, Ok(()));
            prop_assert!(is_shared || steps == 0);
            for (interner, strings) in other.iter().map(|other| (&**other, before.clone())).chain([(&*own, [before.clone(), more].concat())]) {
                let expected = interned(&strings);
                prop_assert_eq!(interner.bytes(), expected.bytes());
                prop_assert!(interner.counts().eq(expected.counts()));
                prop_assert!(strings.iter().all(|string| interner.find(string.as_bytes()) == expected.find(string.as_bytes())));
            }
        }
    }

    #[test]
    fn a_copy_continues_in_the_next_step_and_ends_without_other_owners() {
        let many: Vec<String> = (0..1000).map(|number| format!("string {number}")).collect();
        let mut own = SharedInterner::from(interned(&many));
        let other = own.share();
        let (steps, stopped) = calls(3, || own.changeable(&mut Steps::begin()).map(drop));
        assert_eq!((steps, stopped), (3, Err(crate::Error::Stopped)));
        let (rest, copied) = calls(usize::MAX, || own.changeable(&mut Steps::begin()).map(drop));
        assert_eq!(copied, Ok(()));
        drop(other);
        let other = own.share();
        let (all, copied) = calls(usize::MAX, || own.changeable(&mut Steps::begin()).map(drop));
        assert_eq!(copied, Ok(()));
        // The piece that the stopped call had copied was not copied again.
        assert!(rest < all && all > 50, "{rest} {all}");
        drop(other);
        let other = own.share();
        assert_eq!(own.make_changeable(Some(Instant::now())), Ok(false));
        drop(other);
        assert_eq!(own.make_changeable(Some(Instant::now())), Ok(true));
        assert!(own.copy.is_none());
    }
}
