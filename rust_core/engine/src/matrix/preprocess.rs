//! Prepares documents for the index: puts their texts into a chunk, and lowercases them or removes accents if the
//! tokens depend on that.

use std::borrow::Cow;
use std::iter;
use std::ops::Range;
use std::str;

use crate::documents::Chunk;
use crate::error::Result;
use crate::matrix::vectorizer::{Options, TermKind};
use crate::memory::{Buffer, list_for};
use crate::terms::lowercase;
use crate::utf8::boundary_before;
use crate::whitespace::is_whitespace;

/// The byte after a document. It belongs to no term.
const SEPARATOR: u8 = b'\n';

/// Returns the documents as a chunk, in the memory of `copy`. They are consecutive ranges of a UTF-8 text, with one byte
/// between them that is not a letter, a digit or an underscore.
pub(super) fn chunk(options: &Options, text: &[u8], documents: &[Range<usize>], mut copy: Buffer<u8>) -> Result<Chunk> {
    let (start, end) = (documents[0].start, documents[documents.len() - 1].end);
    let mut offsets = list_for(documents.len() + 1)?;
    copy.truncate(0);
    copy.reserve(end - start + 1)?;
    if options.accents.is_some() {
        for document in documents {
            offsets.push(offset(copy.len()));
            let text = preprocessed(options, &text[document.clone()])?;
            copy.reserve(text.len() + 1)?;
            copy.extend(&text);
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

/// Returns a document in lower case or without accents, as the options require.
pub(super) fn preprocessed<'t>(options: &Options, text: &'t [u8]) -> Result<Cow<'t, [u8]>> {
    let text = if options.lowercase { lowercase(text)? } else { Cow::Borrowed(text) };
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

/// Cuts a document into pieces whose preprocessed texts, in a row, are the preprocessed document. No run of whitespace
/// is cut. A piece is short, except if a run of whitespace is long, or a text with the letter `Σ` has a long word.
pub(super) fn pieces(document: &str) -> impl Iterator<Item = &str> {
    // The lower case of this letter depends on the other letters of its word.
    let cuts_words = document.len() <= PIECE_BYTES || !document.contains('Σ');
    let mut rest = document;
    iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let from = boundary_before(rest.as_bytes(), PIECE_BYTES);
        let mut before = rest[..from].chars().next_back();
        let is_cut = |&(_, next): &(usize, char)| {
            let before = before.replace(next);
            before.is_none_or(|before| !is_whitespace(before)) && (cuts_words || is_whitespace(next))
        };
        let cut = rest[from..].char_indices().find(is_cut).map_or(rest.len(), |(at, _)| from + at);
        let piece;
        (piece, rest) = rest.split_at(cut);
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
            let mut joined = Vec::new();
            let (mut number, mut before) = (0, ' ');
            for piece in pieces(&text) {
                joined.extend_from_slice(&preprocessed(&options, piece.as_bytes()).unwrap());
                prop_assert!(number == 0 || !is_whitespace(before), "{:?}", piece);
                number += 1;
                before = piece.chars().next_back().unwrap();
            }
            prop_assert_eq!(joined, preprocessed(&options, text.as_bytes()).unwrap().into_owned());
            prop_assert!(number > text.len() / 32 || text.contains('Σ') || text.contains(char::is_whitespace));
        }
    }
}
