//! Prepares documents for the index: puts their texts into a chunk, and lowercases them or removes accents if the
//! tokens depend on that.

use std::borrow::Cow;
use std::ops::Range;
use std::str;

use crate::documents::Chunk;
use crate::error::Result;
use crate::matrix::vectorizer::{Options, TermKind};
use crate::memory::{Buffer, list_for};
use crate::terms::lowercase;

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
