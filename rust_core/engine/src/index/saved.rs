//! Types and tokens that were saved, and are checked before they become an index.

use std::ops::Range;
use std::time::Instant;

use crate::checkpoint::Steps;
use crate::error::{Error, Result};
use crate::index::token_store::{IdBuffer, SavedRun, TokenStore};
use crate::index::{Index, Position};
use crate::interner::{Interner, Words};
use crate::memory::{list_for, reserve};
use crate::tokenizer::Tokenization;
use crate::utf8;

/// The most tokens of a run. Runs are short, as those that come from blocks of text, so that work on them has short
/// steps.
const TOKENS_PER_RUN: usize = if cfg!(any(test, fuzzing)) { 20 } else { 1 << 15 };

/// The strings that are interned together.
const STRINGS_TOGETHER: usize = 256;

/// Returns the error of a file that has this defect.
fn invalid(reason: &'static str) -> Error {
    Error::InvalidFile { reason }
}

/// Distinct types of a file, which are checked and interned piece by piece. They have the ids 0, 1, 2, ….
pub struct SavedTypes<'t> {
    text: &'t str,
    /// Type `i` is from `offsets[i]` to `offsets[i + 1]` in the text.
    offsets: &'t [i64],
    types: Interner,
    ids: Vec<u32>,
}

impl<'t> SavedTypes<'t> {
    /// Begins to read types. Type `i` is from `offsets[i]` to `offsets[i + 1]` in `bytes`.
    ///
    /// # Errors
    /// [`Error::InvalidFile`], [`Error::OutOfMemory`], [`Error::TooManyTypes`].
    pub fn new(bytes: &'t [u8], offsets: &'t [i64]) -> Result<Self> {
        let text = utf8::checked(bytes).map_err(|_| invalid("a word is not UTF-8"))?;
        let is_first = offsets.first().is_none_or(|first| *first == 0);
        let is_last = usize::try_from(*offsets.last().unwrap_or(&0)) == Ok(bytes.len());
        if !is_first || !is_last {
            return Err(invalid("the words are not in their column"));
        }
        let mut types = Interner::default();
        types.reserve(offsets.len().saturating_sub(1), bytes.len())?;
        Ok(Self { text, offsets, types, ids: list_for(STRINGS_TOGETHER)? })
    }

    /// Reads some types. Returns whether all are read.
    ///
    /// # Errors
    /// [`Error::InvalidFile`] if a type is empty, is not UTF-8 or occurs twice; [`Error::OutOfMemory`].
    pub fn read_some(&mut self) -> Result<bool> {
        let (first, strings) = (self.types.len(), self.offsets.len().saturating_sub(1));
        let offsets = &self.offsets[first..(first + 1 + STRINGS_TOGETHER).min(self.offsets.len())];
        let (mut starts, mut ends) = ([0; STRINGS_TOGETHER], [0; STRINGS_TOGETHER]);
        let (mut count, mut base, mut is_short) = (0, 0, true);
        for pair in offsets.windows(2) {
            let (start, end) = (self.place(pair[0])?, self.place(pair[1])?);
            if start >= end {
                return Err(invalid("a word is empty"));
            }
            if count == 0 {
                base = start;
            }
            match (u32::try_from(start - base), u32::try_from(end - base)) {
                (Ok(start), Ok(end)) => (starts[count], ends[count]) = (start, end),
                _ => is_short = false,
            }
            count += 1;
        }
        self.ids.clear();
        if is_short {
            let words = Words { starts: &starts[..count], ends: &ends[..count] };
            self.types.intern_uncounted(&self.text.as_bytes()[base..], words, &mut self.ids)?;
        } else {
            // Words of gigabytes.
            for pair in offsets.windows(2) {
                self.types.intern(&self.text.as_bytes()[self.place(pair[0])?..self.place(pair[1])?])?;
            }
        }
        if self.types.len() != first + count {
            return Err(invalid("a word occurs twice in the list of words"));
        }
        Ok(self.types.len() == strings)
    }

    fn place(&self, offset: i64) -> Result<usize> {
        let at = usize::try_from(offset).ok().filter(|at| self.text.is_char_boundary(*at));
        at.ok_or_else(|| invalid("a word begins or ends inside a character"))
    }

    /// Returns the types, which are all read.
    pub fn into_types(self) -> Interner {
        self.types
    }
}

/// Returns the types that [`SavedTypes`] reads, which are read in steps.
///
/// # Errors
/// As [`SavedTypes`]; [`Error::Stopped`].
pub fn types_of(bytes: &[u8], offsets: &[i64], steps: &mut Steps) -> Result<Interner> {
    let mut types = SavedTypes::new(bytes, offsets)?;
    while !types.read_some()? {
        steps.look_at(Instant::now())?;
    }
    Ok(types.into_types())
}

/// The tokens of consecutive documents of a file, which were checked.
pub struct SavedTokens {
    ids: IdBuffer,
    runs: Vec<SavedRun>,
    documents: usize,
}

impl SavedTokens {
    /// Takes tokens; those of document `i` are from `offsets[i]` to `offsets[i + 1]`. Checks that they belong to the
    /// first `types.end` types.
    ///
    /// With `counts`, which has a count for each type, also counts the tokens, and checks that types have numbers in
    /// order of first appearance: `types.start` of them occur in documents before these.
    ///
    /// # Errors
    /// [`Error::InvalidFile`], [`Error::OutOfMemory`].
    pub fn new(ids: IdBuffer, offsets: &[i64], types: Range<u32>, counts: Option<&mut [u64]>) -> Result<Self> {
        let number = match &ids {
            IdBuffer::Narrow(ids) => check(ids, types, counts).map(|()| ids.len()),
            IdBuffer::Wide(ids) => check(ids, types, counts).map(|()| ids.len()),
        }?;
        Ok(Self { runs: runs_of(offsets, number)?, ids, documents: offsets.len() - 1 })
    }

    /// Returns the number of documents.
    pub fn documents(&self) -> usize {
        self.documents
    }

    /// Returns the number of tokens.
    pub fn len(&self) -> usize {
        match &self.ids {
            IdBuffer::Narrow(ids) => ids.len(),
            IdBuffer::Wide(ids) => ids.len(),
        }
    }

    /// Returns whether there is no token.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Checks the ids of tokens, as [`SavedTokens::new`] describes it.
fn check<I: Copy + Into<u32> + Ord>(ids: &[I], types: Range<u32>, counts: Option<&mut [u64]>) -> Result<()> {
    let unknown = || invalid("a token has no word");
    let Some(counts) = counts else {
        let largest = ids.iter().copied().max().map(Into::into);
        return if largest.is_none_or(|id| id < types.end) { Ok(()) } else { Err(unknown()) };
    };
    let mut next = types.start;
    for id in ids {
        let id: u32 = (*id).into();
        if id >= next {
            if id != next {
                return Err(invalid("the words are not in order of first appearance"));
            }
            next += 1;
        }
        *counts.get_mut(id as usize).ok_or_else(unknown)? += 1;
    }
    if next == types.end { Ok(()) } else { Err(invalid("a word is missing in the text")) }
}

/// Cuts the tokens of documents into runs.
fn runs_of(offsets: &[i64], tokens: usize) -> Result<Vec<SavedRun>> {
    let wrong = || invalid("the tokens of a document are not in their column");
    let place = |offset: i64| usize::try_from(offset).expect("offsets are in order, and the first is 0");
    let [first, .., last] = offsets else {
        // There is no document.
        return if offsets == [0] && tokens == 0 { Ok(Vec::new()) } else { Err(wrong()) };
    };
    if *first != 0 || usize::try_from(*last).ok() != Some(tokens) || !offsets.is_sorted() {
        return Err(wrong());
    }
    let ends = &offsets[1..];
    let (mut runs, mut document) = (list_for(tokens / TOKENS_PER_RUN + 1)?, 0);
    let mut start = 0;
    while document < ends.len() {
        let limit = start + i64::try_from(TOKENS_PER_RUN).expect("a small number");
        // This document, and those after it that end within the run.
        let rest = &ends[document..ends.len().min(document + TOKENS_PER_RUN)];
        let complete = rest.partition_point(|end| *end <= limit);
        let continues = start != offsets[document];
        let mut lengths = list_for(complete.max(1))?;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // The numbers of tokens of a run.
        if complete == 0 {
            lengths.push((limit - start) as u32);
        } else {
            lengths.push((rest[0] - start) as u32);
            lengths.extend(rest[..complete].windows(2).map(|ends| (ends[1] - ends[0]) as u32));
        }
        let end = if complete == 0 { limit } else { rest[complete - 1] };
        reserve(&mut runs, 1)?;
        runs.push(SavedRun { range: place(start)..place(end), lengths, continues });
        (start, document) = (end, document + complete);
    }
    Ok(runs)
}

impl Index {
    /// Returns an index of types and the tokens of all documents, or of types that were only counted. Terms are made on
    /// `threads` threads.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn of_saved(
        tokenization: &Tokenization,
        types: Interner,
        tokens: Option<Vec<SavedTokens>>,
        (documents, token_count, bytes): (usize, u64, usize),
        threads: usize,
    ) -> Result<Self> {
        let mut index = Self::new(tokens.is_some(), tokenization);
        index.threads = threads;
        *index.counter.types_mut() = types.into();
        index.position = Position { documents, inside: 0 };
        (index.token_count, index.bytes) = (token_count, bytes);
        if let Some(tokens) = tokens {
            let mut store = TokenStore::default();
            for SavedTokens { ids, runs, .. } in tokens {
                store.append_saved(ids, runs)?;
            }
            index.tokens = Some(store);
        }
        Ok(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Buffer;
    use proptest::prelude::*;

    fn narrow(ids: &[u16]) -> IdBuffer {
        let mut buffer = Buffer::with_room_for(ids.len()).unwrap();
        buffer.extend(ids);
        IdBuffer::Narrow(buffer)
    }

    fn reason(result: Result<impl Sized>) -> &'static str {
        match result.err() {
            Some(Error::InvalidFile { reason }) => reason,
            other => panic!("{other:?}"),
        }
    }

    proptest! {
        #[test]
        fn tokens_are_read_as_they_were_saved(lengths in prop::collection::vec(0..70_usize, 0..20)) {
            let offsets: Vec<i64> = [0].into_iter().chain(lengths.iter().scan(0, |end, length| {
                *end += i64::try_from(*length).unwrap();
                Some(*end)
            })).collect();
            let ids: Vec<u16> = (0..u16::try_from(lengths.iter().sum::<usize>()).unwrap()).collect();
            let all = u32::try_from(ids.len()).unwrap();
            let mut counts = vec![0; ids.len()];
            let saved = SavedTokens::new(narrow(&ids), &offsets, 0..all, Some(&mut counts)).unwrap();
            prop_assert!(counts.iter().all(|count| *count == 1));
            prop_assert_eq!((saved.documents(), saved.len()), (lengths.len(), ids.len()));
            let (documents, tokens) = (lengths.len(), u64::from(all));
            let sizes = (documents, tokens, 0);
            let index = Index::of_saved(&Tokenization::Whitespace, Interner::default(), Some(vec![saved]), sizes, 1).unwrap();
            let expected: Vec<u64> = lengths.iter().map(|length| *length as u64).collect();
            prop_assert_eq!(index.document_lengths().unwrap(), expected);
            let read: Vec<u32> = index.token_runs().flat_map(crate::index::TokenRun::ids).collect();
            prop_assert_eq!(read, ids.iter().map(|id| u32::from(*id)).collect::<Vec<_>>());
            prop_assert!(index.token_runs().all(|run| run.len() <= TOKENS_PER_RUN));
        }

        #[test]
        fn any_offsets_are_refused_or_used(offsets in prop::collection::vec(-2..60_i64, 0..6), tokens in 0..60_usize) {
            let is_valid = offsets.is_sorted()
                && offsets.first() == Some(&0)
                && offsets.last().copied() == i64::try_from(tokens).ok();
            let runs = runs_of(&offsets, tokens);
            prop_assert_eq!(runs.is_ok(), is_valid);
            let covered: usize = runs.iter().flatten().map(|run| run.range.len()).sum();
            prop_assert!(!is_valid || covered == tokens);
        }
    }

    #[test]
    fn tokens_of_unknown_words_and_words_in_another_order_are_refused() {
        let new = |ids: &[u16], types: Range<u32>, counts: Option<&mut [u64]>| {
            SavedTokens::new(narrow(ids), &[0, i64::try_from(ids.len()).unwrap()], types, counts)
        };
        assert!(new(&[1, 0, 2], 0..3, None).is_ok());
        assert_eq!(reason(new(&[1, 0, 3], 0..3, None)), "a token has no word");
        assert!(new(&[1, 0, 3], 3..4, Some(&mut [0; 4])).is_ok());
        assert!(reason(new(&[1, 0, 2], 0..3, Some(&mut [0; 3]))).contains("first appearance"));
        assert!(reason(new(&[0, 1], 0..3, Some(&mut [0; 3]))).contains("missing"));
        assert_eq!(reason(new(&[0, 1, 2], 0..3, Some(&mut [0; 2]))), "a token has no word");
    }

    #[test]
    fn a_list_of_words_is_distinct_and_of_utf8() {
        let types = types_of("aéb".as_bytes(), &[0, 1, 3, 4], &mut Steps::one()).unwrap();
        assert_eq!((0..3).map(|id| types.get(id).to_vec()).collect::<Vec<_>>(), [&b"a"[..], "é".as_bytes(), b"b"]);
        assert_eq!(
            (
                types_of(b"", &[0], &mut Steps::one()).unwrap().len(),
                types_of(b"", &[], &mut Steps::one()).unwrap().len()
            ),
            (0, 0)
        );
        for (bytes, offsets) in [
            (&b"aba"[..], &[0, 1, 2, 3][..]),
            (b"ab", &[0, 0, 2]),
            (b"ab", &[0, 2, 1]),
            (b"ab", &[0, 1]),
            (b"ab", &[0, 3]),
            (b"ab", &[1, 2]),
            (b"ab", &[]),
            (b"ab", &[0, -1, 2]),
            ("é".as_bytes(), &[0, 1, 2]),
            (b"\xFF", &[0, 1]),
        ] {
            assert!(types_of(bytes, offsets, &mut Steps::one()).is_err(), "{bytes:?} {offsets:?}");
        }
        let many: Vec<i64> = (0..=1000).map(|at| 4 * at).collect();
        let bytes: Vec<u8> = (1000..2000).flat_map(|number: i32| number.to_string().into_bytes()).collect();
        assert_eq!(types_of(&bytes, &many, &mut Steps::one()).unwrap().find(b"1999"), Some(999));
    }
}
