//! Analyzers of chosen documents, and merged analyzers.

use std::time::Instant;

use crate::analyzer::Analyzer;
use crate::analyzer::corpus::Corpus;
use crate::checkpoint::Steps;
use crate::documents::{Choice, Documents};
use crate::error::{Error, Result};
use crate::index::{Choosing, Index, Origin, are_all, check_numbers};
use crate::interner::SharedInterner;

/// Chosen documents.
struct Chosen {
    index: Index,
    documents: Documents,
    /// The number of the index from which the documents were chosen.
    number: u32,
}

/// Shares all documents of a corpus with an index, as a copy of this index.
fn all(corpus: &Corpus, index: &Index, copy: Index) -> Result<Chosen> {
    let documents = corpus.documents().first(index.position().documents)?.with_words(index.token_count());
    Ok(Chosen { index: copy, documents, number: index.number() })
}

/// Chooses documents of a corpus that keeps text, step by step. No lock is held between two steps.
fn choose(corpus: &Corpus, numbers: &[u64]) -> Result<Chosen> {
    let mut steps = Steps::begin();
    loop {
        let begin = |index: &Index| -> Result<_> {
            if are_all(numbers, index.position().documents) {
                return Ok(Err(all(corpus, index, index.shared()?)?));
            }
            let choosing = Choosing::begin(index, numbers, corpus.threads())?;
            Ok(Ok((index.number(), choosing, corpus.documents().shared()?)))
        };
        let (number, mut choosing, documents) = match corpus.query(begin)?? {
            Ok(begun) => begun,
            Err(chosen) => return Ok(chosen),
        };
        let texts = documents.choose(numbers, corpus.threads(), &mut steps)?;
        drop(documents);
        // If the documents get other numbers in the meantime, the choice begins again.
        while let Some(index) = corpus.index_with(number) {
            if choosing.advance(&index, &steps)? {
                let origin = Origin::of(&index, corpus.threads())?;
                drop(index);
                let index = choosing.finish(&origin, texts.iter().map(Choice::bytes).sum(), &mut steps)?;
                let mut documents = Documents::default();
                documents.reserve_segments(texts.len())?;
                documents.push_choices(texts, index.token_count());
                return Ok(Chosen { index, documents, number });
            }
            drop(index);
            steps.end_step()?;
        }
    }
}

impl Analyzer {
    /// Returns an analyzer of the documents with these numbers, in this order. A number may be there more than once. It
    /// shares its texts with this analyzer until they are read, and has the same options. No text is tokenized again, and
    /// terms that were given stay.
    ///
    /// # Errors
    /// [`Error::NoSuchDocument`], [`Error::TextNotStored`], [`Error::OutOfMemory`], [`Error::Stopped`].
    pub fn choose(&self, documents: &[u64]) -> Result<Self> {
        self.check_keeps_text()?;
        let Chosen { index, documents, .. } = choose(&self.corpus, documents)?;
        Ok(Self { corpus: self.corpus.with(index, documents), tokenization: self.tokenization.clone() })
    }

    /// Keeps only the documents with these numbers, in this order, as [`choose`](Self::choose) does. Documents that
    /// other threads add during the call follow. If other threads remove documents during the call, it begins again with
    /// the new numbers. Frees the text of a removed document if the call keeps less than half of the text in the chunks.
    ///
    /// # Errors
    /// As [`choose`](Self::choose); nothing has changed.
    pub fn keep(&self, documents: &[u64]) -> Result<()> {
        self.check_keeps_text()?;
        loop {
            let before = self.corpus.numbers();
            check_numbers(documents, before.documents)?;
            let Chosen { index, documents: mut kept, number } = choose(&self.corpus, documents)?;
            kept.pack_sparse(&mut Steps::begin())?;
            if self.corpus.replace(number, &before, index, kept)? {
                return Ok(());
            }
        }
    }

    /// Adds all documents of another analyzer, which does not change, after those of this one. They share their texts, and
    /// no text is tokenized again. An analyzer that only counts adds the counts.
    ///
    /// # Errors
    /// [`Error::OtherTokenizer`]; [`Error::TextNotStored`] if only this analyzer keeps text; [`Error::OutOfMemory`],
    /// [`Error::Stopped`]. Nothing was added.
    pub fn append(&self, other: &Self) -> Result<()> {
        if self.tokenization != other.tokenization {
            return Err(Error::OtherTokenizer);
        }
        if !self.corpus.keeps_text() {
            return self.append_counts(other);
        }
        other.check_keeps_text()?;
        let mut steps = Steps::begin();
        // The lock of the other index is released before that of this index is taken.
        let share = |index: &Index| all(&other.corpus, index, index.shared_without_terms()?);
        let Chosen { index: more, documents: others, .. } = other.corpus.query(share)??;
        steps.look_at(Instant::now())?;
        // Step by step; `change` indexes only what other threads add from now on.
        self.corpus.query(|_| ())?;
        steps.look_at(Instant::now())?;
        self.corpus.change(|index, documents| {
            documents.reserve_segments(others.segments())?;
            index.append(more)?;
            documents.push_others(others);
            Ok(())
        })
    }

    fn append_counts(&self, other: &Self) -> Result<()> {
        let count =
            |index: &Index| (index.share_types(), index.position().documents, index.token_count(), index.bytes());
        let (counted, number, words, bytes) = other.corpus.query(count)?;
        self.corpus.query(|_| ())?;
        self.corpus.change_counts(|index, documents| {
            index.add_counted(&mut SharedInterner::of(counted), number, words, bytes, self.corpus.threads())?;
            documents.push_without_text(number, bytes, words);
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests;
