//! Adding documents to a corpus.

use std::ops::Range;
use std::sync::Arc;

use crate::analyzer::corpus::Corpus;
use crate::analyzer::draft::Draft;
use crate::documents::{Blank, Checked, Chunk, PIECE_BYTES, Parts, number_of_parts, parts, pieces};
use crate::error::{BatchError, Error, Result};
use crate::memory::reserve;
use crate::utf8;

/// The result of adding a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Added {
    /// The number of words between whitespace in the document.
    pub words: u64,
    /// The number of documents, including this one.
    pub documents: u64,
}

/// Adds a document that was checked.
pub fn add_checked(corpus: &Corpus, document: &Checked) -> Result<Added> {
    let mut documents = corpus.documents();
    documents.push(document)?;
    let added = Added { words: document.words(), documents: documents.len() as u64 };
    drop(documents);
    corpus.count_if_large();
    Ok(added)
}

/// Adds a document whose text a draft has kept. Leaves an empty draft.
pub fn add_stored(corpus: &Corpus, draft: &mut Draft) -> Result<(Added, Arc<Chunk>)> {
    let words = draft.words();
    draft.shrink();
    let mut documents = corpus.documents();
    documents.reserve_segments(1)?;
    let chunk = Arc::new(Chunk::of(std::mem::take(draft).into_text()));
    documents.push_chunk(Arc::clone(&chunk), words);
    let added = Added { words, documents: documents.len() as u64 };
    drop(documents);
    corpus.count_if_large();
    Ok((added, chunk))
}

/// Adds a document whose words a draft has counted. Leaves an empty draft.
pub fn add_counted(corpus: &Corpus, draft: &mut Draft) -> Result<Added> {
    let (words, bytes) = (draft.words(), draft.length());
    corpus.change_counts(|index, documents| {
        let counted = draft.counted()?.expect("the draft counts");
        index.add_counted(counted.types_mut(), 1, words, bytes, corpus.threads())?;
        documents.push_without_text(1, bytes, words);
        *draft = Draft::counting();
        Ok(Added { words, documents: documents.len() as u64 })
    })
}

/// Adds documents until one is refused.
pub fn add_all<'t>(
    corpus: &Corpus,
    texts: impl IntoIterator<Item = Result<Checked<'t>>>,
    blank: Blank,
) -> (u64, std::result::Result<(), BatchError>) {
    let mut added = 0;
    for (text, checked) in texts.into_iter().enumerate() {
        match checked.and_then(|document| add_checked(corpus, &document)) {
            Ok(_) => added += 1,
            Err(Error::NoWords) if blank == Blank::Skipped => {}
            Err(error) => return (added, Err(BatchError { text, error })),
        }
    }
    (added, Ok(()))
}

/// Adds texts until one is refused. Checks short texts together.
pub fn add_texts<'t>(
    corpus: &Corpus,
    texts: impl IntoIterator<Item = &'t [u8]>,
    blank: Blank,
) -> (u64, std::result::Result<(), BatchError>) {
    let mut piece = Piece { corpus, blank, texts: Vec::new(), bytes: 0, first: 0, added: 0 };
    let mut result = texts.into_iter().try_for_each(|text| piece.push(text));
    if result.is_ok() {
        result = piece.add();
    }
    (piece.added, result)
}

/// Texts that are added together.
struct Piece<'c, 't> {
    corpus: &'c Corpus,
    blank: Blank,
    texts: Vec<&'t [u8]>,
    /// The length of the texts in bytes, and one byte for each text.
    bytes: usize,
    /// The number of texts before these.
    first: usize,
    /// The number of documents that were added.
    added: u64,
}

impl<'t> Piece<'_, 't> {
    /// Takes a text. Adds all texts if they are large enough.
    fn push(&mut self, text: &'t [u8]) -> std::result::Result<(), BatchError> {
        if text.len() >= PIECE_BYTES {
            self.add()?;
        }
        let reserved = reserve(&mut self.texts, 1);
        reserved.map_err(|error| BatchError { text: self.first + self.texts.len(), error })?;
        self.texts.push(text);
        self.bytes += text.len() + 1;
        if self.bytes < PIECE_BYTES { Ok(()) } else { self.add() }
    }

    /// Adds the texts, and removes them from the list.
    fn add(&mut self) -> std::result::Result<(), BatchError> {
        let (first, number) = (self.first, self.texts.len());
        self.first += number;
        self.bytes = 0;
        let is_added = match &*self.texts {
            [] => return Ok(()),
            // A single text may be long, and is checked before the documents are locked.
            [_] => Ok(false),
            _ => self.corpus.documents().push_texts(&mut self.texts, self.blank),
        };
        match is_added {
            Ok(true) => {
                self.added += self.texts.len() as u64;
                self.texts.clear();
                self.corpus.count_if_large();
                Ok(())
            }
            Ok(false) => {
                let blank = self.blank;
                let checked = self.texts.drain(..).map(|text| Checked::with(text, blank));
                let (more, result) = add_all(self.corpus, checked, blank);
                self.added += more;
                result.map_err(|error| BatchError { text: first + error.text, ..error })
            }
            Err(error) => Err(BatchError { text: first, error }),
        }
    }
}

/// Adds the parts of a text between separators.
pub fn add_separated(
    corpus: &Corpus,
    text: &[u8],
    separator: u8,
    blank: Blank,
) -> (u64, std::result::Result<(), BatchError>) {
    let (mut added, mut number) = (0, 0);
    for piece in pieces(text, separator, PIECE_BYTES) {
        let (more, result) = add_parts(corpus, piece, parts(piece, separator), blank);
        added += more;
        if let Err(BatchError { text, error }) = result {
            return (added, Err(BatchError { text: number + text, error }));
        }
        // Without an error, every part was added, unless blank ones are skipped.
        number += if blank == Blank::Skipped {
            number_of_parts(piece, separator)
        } else {
            usize::try_from(more).expect("documents are in memory")
        };
    }
    (added, Ok(()))
}

/// Adds parts of a text, as [`Parts::new`] takes them.
fn add_parts(
    corpus: &Corpus,
    text: &[u8],
    parts: impl Iterator<Item = Range<usize>>,
    blank: Blank,
) -> (u64, std::result::Result<(), BatchError>) {
    let Ok(checked) = utf8::checked(text) else {
        return add_all(corpus, parts.map(|part| Checked::with(&text[part], blank)), blank);
    };
    let added = Parts::new(checked, parts, blank).and_then(|(parts, refused)| {
        corpus.documents().push_parts(&parts)?;
        Ok((parts.len(), refused))
    });
    let (added, refused) = match added {
        Ok(added) => added,
        Err(error) => return (0, Err(BatchError { text: 0, error })),
    };
    corpus.count_if_large();
    let refused = refused.map(|text| BatchError { text, error: Error::NoWords });
    (added as u64, refused.map_or(Ok(()), Err))
}
