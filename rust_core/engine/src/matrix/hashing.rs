//! The hashing trick: the column of a feature is a hash of its name, so no vocabulary is needed.

use crate::error::Result;
use crate::hash::murmur3;
use crate::matrix::vectorizer::Task;
use crate::memory::reserve;

/// How features become columns.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hashing {
    pub columns: u32,
    /// Whether half of the features have negative counts. Features that share a column then tend to cancel out.
    pub alternates: bool,
}

impl Hashing {
    /// The hashing of a task, if it hashes.
    pub fn of(task: Task) -> Option<Self> {
        match task {
            Task::Hash { columns, alternates } => Some(Self { columns, alternates }),
            Task::Known | Task::Grow => None,
        }
    }

    /// Appends the occurrences of the features that are not in `hashed` yet, up to number `features`. `append_name`
    /// appends the name of a feature.
    pub fn extend(
        self,
        hashed: &mut Vec<u32>,
        features: usize,
        append_name: impl Fn(u32, &mut Vec<u8>) -> Result<()>,
    ) -> Result<()> {
        let mut name = Vec::new();
        reserve(hashed, features - hashed.len())?;
        for feature in hashed.len()..features {
            name.clear();
            append_name(u32::try_from(feature).expect("ids are 32 bits"), &mut name)?;
            hashed.push(self.occurrence(&name));
        }
        Ok(())
    }

    /// The occurrence of a feature, as in a signed row: twice its column, plus one if it is subtracted.
    pub fn occurrence(self, name: &[u8]) -> u32 {
        let hash = murmur3(name, 0).cast_signed();
        // As in scikit-learn: -2^31 has the column of 2^31. There are fewer than 2^31 columns.
        (hash.unsigned_abs() % self.columns) << 1 | u32::from(self.alternates && hash < 0)
    }
}
