//! Prepares documents for the tokenizer: lowercases them and removes accents.

use std::borrow::Cow;
use std::ops::Range;

use unicode_normalization::char::{canonical_combining_class, decompose_compatible};

use crate::error::Result;
use crate::matrix::vectorizer::{Accents, Options, TermKind};
use crate::memory::{list_for, reserve};
use crate::terms::lowercase;
use crate::tokenizer::needs_lowercase_first;

/// The byte between documents. It belongs to no document and ends words.
pub(super) const SEPARATOR: u8 = 0;

/// The most bytes of a decomposed character: 18 characters (U+FDFA) of up to four bytes.
const MAX_DECOMPOSED_BYTES: usize = 72;

/// Preprocessed documents in one text.
#[derive(Debug, Default)]
pub(super) struct Preprocessor {
    text: Vec<u8>,
    documents: Vec<Range<usize>>,
}

impl Preprocessor {
    /// The preprocessed text and the ranges of its documents. Returns the arguments if nothing changes.
    pub fn preprocess<'t>(
        &'t mut self,
        options: &Options,
        text: &'t [u8],
        documents: &'t [Range<usize>],
    ) -> Result<(&'t [u8], &'t [Range<usize>])> {
        let is_done = if options.accents != Accents::Kept {
            text.is_ascii() && !options.lowercase
        } else {
            match options.analyzer {
                TermKind::Words(_) => !options.lowercase || !needs_lowercase_first(text),
                TermKind::Characters | TermKind::CharactersInWords => !options.lowercase,
            }
        };
        if is_done {
            return Ok((text, documents));
        }
        self.text.clear();
        self.documents.clear();
        reserve(&mut self.documents, documents.len())?;
        for document in documents {
            let text = &text[document.clone()];
            let lower = if options.lowercase { lowercase(text)? } else { Cow::Borrowed(text) };
            let start = self.text.len();
            if options.accents == Accents::Kept || lower.is_ascii() {
                reserve(&mut self.text, lower.len())?;
                self.text.extend_from_slice(&lower);
            } else {
                push_without_accents(&lower, options.accents, &mut self.text)?;
            }
            self.documents.push(start..self.text.len());
            reserve(&mut self.text, 1)?;
            self.text.push(SEPARATOR);
        }
        Ok((&self.text, &self.documents))
    }
}

fn push_without_accents(text: &[u8], accents: Accents, to: &mut Vec<u8>) -> Result<()> {
    let text = str::from_utf8(text).expect("documents were checked to be UTF-8");
    // No reordering is needed: the normal form reorders only combining characters, and these are removed.
    for character in text.chars() {
        reserve(to, MAX_DECOMPOSED_BYTES)?;
        decompose_compatible(character, |part| {
            let stays = match accents {
                Accents::Ascii => part.is_ascii(),
                _ => canonical_combining_class(part) == 0,
            };
            if stays {
                to.extend_from_slice(part.encode_utf8(&mut [0; 4]).as_bytes());
            }
        });
    }
    Ok(())
}

/// The text without accents, removed as in scikit-learn.
///
/// # Errors
/// [`OutOfMemory`](crate::Error::OutOfMemory).
///
/// ```
/// use engine::matrix::{Accents, without_accents};
/// assert_eq!(without_accents("déjà", Accents::Unicode).unwrap(), b"deja");
/// ```
pub fn without_accents(text: &str, accents: Accents) -> Result<Vec<u8>> {
    let mut without = list_for(text.len())?;
    push_without_accents(text.as_bytes(), accents, &mut without)?;
    Ok(without)
}
