//! Prepares documents for the index: one chunk of text, which is lowercased or without accents if the tokens of the
//! text depend on that.

use std::borrow::Cow;
use std::ops::Range;
use std::str;

use crate::documents::Chunk;
use crate::error::Result;
use crate::matrix::vectorizer::{Options, TermKind};
use crate::memory::{Buffer, list_for};
use crate::terms::lowercase;
use crate::whitespace::next_word;

/// The byte after a document. It belongs to no term.
const SEPARATOR: u8 = b'\n';

/// Returns the documents as a chunk. They are consecutive ranges of a UTF-8 text, with one byte between them that is not
/// a letter, a digit or an underscore.
pub(super) fn chunk(options: &Options, text: &[u8], documents: &[Range<usize>]) -> Result<Chunk> {
    let (start, end) = (documents[0].start, documents[documents.len() - 1].end);
    if matches!(options.analyzer, TermKind::Characters) || options.accents.is_some() {
        return preprocessed(options, text, documents, end - start);
    }
    let mut copy = Buffer::with_room_for(end - start)?;
    copy.extend(&text[start..end]);
    if options.analyzer == TermKind::CharactersInWords {
        copy.set_all(documents[1..].iter().map(|document| document.start - 1 - start), SEPARATOR);
    }
    let mut offsets = list_for(documents.len() + 1)?;
    offsets.extend(documents.iter().map(|document| offset(document.start - start)));
    offsets.push(offset(end - start));
    Ok(Chunk::of_many(copy, offsets))
}

fn offset(offset: usize) -> i64 {
    i64::try_from(offset).expect("lengths in memory fit into 63 bits")
}

fn preprocessed(options: &Options, text: &[u8], documents: &[Range<usize>], length: usize) -> Result<Chunk> {
    let mut written = Buffer::with_room_for(length + documents.len())?;
    let mut offsets = list_for(documents.len() + 1)?;
    let mut stripped = Vec::new();
    offsets.push(0);
    for document in documents {
        let text = &text[document.clone()];
        let mut text = if options.lowercase { lowercase(text)? } else { Cow::Borrowed(text) };
        if let Some(accents) = options.accents
            && !text.is_ascii()
        {
            stripped.clear();
            accents.strip_to(str::from_utf8(&text).expect("documents were checked to be UTF-8"), &mut stripped)?;
            text = Cow::Borrowed(&stripped);
        }
        if options.analyzer == TermKind::Characters {
            write_with_single_spaces(&text, &mut written)?;
        } else {
            written.reserve(text.len() + 1)?;
            written.extend(&text);
            written.extend(&[SEPARATOR]);
        }
        offsets.push(offset(written.len()));
    }
    Ok(Chunk::of_many(written, offsets))
}

/// Appends a text in which each run of several whitespace characters is one space.
fn write_with_single_spaces(text: &[u8], written: &mut Buffer<u8>) -> Result<()> {
    written.reserve(text.len())?;
    if text.is_ascii() && !has_long_space(text) {
        written.extend(text);
        return Ok(());
    }
    let mut start = 0;
    while start < text.len() {
        let word = next_word(text, start).unwrap_or(text.len()..text.len());
        let space = &text[start..word.start];
        let is_long = space.len() > 1 && str::from_utf8(space).is_ok_and(|space| space.chars().nth(1).is_some());
        written.extend(if is_long { b" " } else { space });
        written.extend(&text[word.clone()]);
        start = word.end;
    }
    Ok(())
}

/// Whether ASCII text has two whitespace characters in a row.
fn has_long_space(text: &[u8]) -> bool {
    let is_space = |byte: u8| matches!(byte, b'\t'..=b'\r' | 0x1C..=b' ');
    let pairs = text.iter().zip(text.iter().skip(1));
    // Without an early end, the compiler uses vector instructions.
    pairs.fold(false, |found, (first, second)| found | (is_space(*first) & is_space(*second)))
}
