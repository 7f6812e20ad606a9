//! Prepares documents for the tokenizer: lowercases them and removes accents.

use std::borrow::Cow;
use std::ops::Range;

use crate::error::Result;
use crate::matrix::vectorizer::{Options, TermKind};
use crate::memory::reserve;
use crate::terms::lowercase;
use crate::tokenizer::needs_lowercase_first;

/// The byte between documents. It belongs to no document and ends words.
pub(super) const SEPARATOR: u8 = 0;

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
        let is_done = if options.accents.is_some() {
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
            match options.accents {
                Some(accents) if !lower.is_ascii() => {
                    let lower = str::from_utf8(&lower).expect("documents were checked to be UTF-8");
                    accents.strip_to(lower, &mut self.text)?;
                }
                _ => {
                    reserve(&mut self.text, lower.len())?;
                    self.text.extend_from_slice(&lower);
                }
            }
            self.documents.push(start..self.text.len());
            reserve(&mut self.text, 1)?;
            self.text.push(SEPARATOR);
        }
        Ok((&self.text, &self.documents))
    }
}
