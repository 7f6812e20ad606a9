//! Appends the documents of one index to another.

use crate::error::Result;
use crate::index::Index;
use crate::memory::reserve;

impl Index {
    /// Appends the documents of another index: its types that are new follow in their order, and its tokens are not read.
    /// Both indexes keep tokens, and have the counts of all their documents. The next [`settle`](Self::settle)
    /// normalizes the new types.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`TooManyTypes`](crate::Error::TooManyTypes); nothing was appended.
    pub fn append(&mut self, other: Self) -> Result<()> {
        assert!(self.shards.is_empty() && other.shards.is_empty(), "all types are merged and counted");
        let (Some(tokens), Some(others)) = (&mut self.tokens, other.tokens) else { unreachable!("tokens are kept") };
        let (types, new) = (self.counter.types_mut(), other.counter.types());
        tokens.reserve_for(&others)?;
        reserve(&mut self.index_ids, other.index_ids.len() + 1)?;
        let ids = types.add_all(new, self.threads)?;
        types.count_all(&ids, new);
        let first = self.index_ids.len();
        let own = first + other.index_ids.len();
        self.index_ids.extend(other.index_ids.into_iter().map(|mut list| {
            list.iter_mut().for_each(|id| *id = ids[*id as usize]);
            list
        }));
        self.index_ids.push(ids);
        tokens.append(others, first, own);
        self.token_count += other.token_count;
        self.bytes += other.bytes;
        self.position.documents += other.position.documents;
        Ok(())
    }
}
