//! Prepares documents for the index: puts their texts into a chunk, and lowercases them or removes accents if the
//! tokens depend on that.

use std::borrow::Cow;
use std::iter;
use std::ops::Range;
use std::str;

use crate::checkpoint::Steps;
use crate::documents::Chunk;
use crate::error::Result;
use crate::matrix::vectorizer::{Options, TermKind};
use crate::memory::{Buffer, list_for};
use crate::terms::lowercase;
use crate::utf8::{self, boundary_before};
use crate::whitespace::is_whitespace;

/// The byte after a document. It belongs to no term.
const SEPARATOR: u8 = b'\n';

/// Returns the documents as a chunk, in the memory of `copy`. They are consecutive ranges of a UTF-8 text, with one byte
/// between them that is not a letter, a digit or an underscore.
pub(super) fn chunk(
    options: &Options,
    text: &[u8],
    documents: &[Range<usize>],
    mut copy: Buffer<u8>,
    steps: &mut Steps,
) -> Result<Chunk> {
    let (start, end) = (documents[0].start, documents[documents.len() - 1].end);
    let mut offsets = list_for(documents.len() + 1)?;
    copy.truncate(0);
    copy.reserve(end - start + 1)?;
    if options.accents.is_some() {
        for document in documents {
            offsets.push(offset(copy.len()));
            for piece in pieces(utf8::checked(&text[document.clone()])?) {
                let text = preprocessed(options, piece)?;
                copy.reserve(text.len() + 1)?;
                copy.extend(&text);
                steps.did(piece.len())?;
            }
            copy.reserve(1)?;
            copy.extend(&[SEPARATOR]);
        }
    } else {
        copy.extend(&text[start..end]);
        offsets.extend(documents.iter().map(|document| offset(document.start - start)));
        if options.analyzer == TermKind::CharactersInWords {
            copy.set_all(documents[1..].iter().map(|document| document.start - 1 - start), SEPARATOR);
        }
    }
    offsets.push(offset(copy.len()));
    Ok(Chunk::of_many(copy, offsets))
}

fn offset(offset: usize) -> i64 {
    i64::try_from(offset).expect("lengths in memory fit into 63 bits")
}

/// Returns a piece of a document in lower case or without accents, as the options require.
pub(super) fn preprocessed<'t>(options: &Options, piece: &'t str) -> Result<Cow<'t, [u8]>> {
    let text = if options.lowercase { lowercase(piece.as_bytes())? } else { Cow::Borrowed(piece.as_bytes()) };
    match options.accents {
        Some(accents) if !text.is_ascii() => {
            let mut stripped = list_for(text.len())?;
            accents.strip_to(str::from_utf8(&text).expect("documents were checked to be UTF-8"), &mut stripped)?;
            Ok(Cow::Owned(stripped))
        }
        _ => Ok(text),
    }
}

/// The bytes of a piece of a long document, at least.
const PIECE_BYTES: usize = if cfg!(test) { 8 } else { 64 << 10 };

/// Cuts a document into pieces whose preprocessed texts, in a row, are the preprocessed document. A piece is short, except
/// if a text with the letter `Σ` has a long word.
pub(super) fn pieces(document: &str) -> impl Iterator<Item = &str> {
    // The lower case of this letter depends on the other letters of its word.
    let cuts_words = document.len() <= PIECE_BYTES || !document.contains('Σ');
    let mut rest = document;
    iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let from = boundary_before(rest.as_bytes(), PIECE_BYTES);
        let cut = if cuts_words { Some(0) } else { rest[from..].find(is_whitespace) };
        let piece;
        (piece, rest) = rest.split_at(cut.map_or(rest.len(), |at| from + at));
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interner::Interner;
    use crate::terms::accents::Accents;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_pieces_of_a_document_are_preprocessed_like_the_document(
            text in "[aÉΣ'İ\u{301} \n\u{3000}]{0,80}|[aÉ'İ\u{301} \n\u{3000}]{0,80}", lowercase: bool, strips: bool,
        ) {
            let accents = strips.then_some(Accents::Unicode);
            let (analyzer, stop_words) = (TermKind::Characters, Interner::default());
            let options = Options { analyzer, ngrams: (1, 1), lowercase, accents, stop_words, threads: 1 };
            let (mut joined, mut number) = (Vec::new(), 0);
            for piece in pieces(&text) {
                joined.extend_from_slice(&preprocessed(&options, piece).unwrap());
                number += 1;
            }
            prop_assert_eq!(joined, preprocessed(&options, &text).unwrap().into_owned());
            prop_assert!(number >= text.len() / 32 || text.contains('Σ'));
        }
    }
}
