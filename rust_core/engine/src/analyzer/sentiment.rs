//! The sentiment of a corpus: sums of the values of its words.

use crate::analyzer::Analyzer;
use crate::analyzer::corpus::Corpus;
use crate::error::{Error, Result};
use crate::sentiment;
use crate::sentiment::lexicon::Lexicon;

impl Analyzer {
    /// Returns the sum of the sentiment of all words, divided by the number of documents.
    ///
    /// # Errors
    /// [`Error::NoDocuments`], [`Error::OutOfMemory`].
    pub fn sentiment(&self) -> Result<f64> {
        mean(&self.corpus)
    }

    /// Returns the sum of the values of all words in a lexicon of terms, divided by the number of documents.
    ///
    /// # Errors
    /// As [`sentiment`](Self::sentiment).
    pub fn sentiment_with(&self, lexicon: &Lexicon) -> Result<f64> {
        mean_with(&self.corpus, lexicon)
    }

    /// Returns the sum of the values of the words in each document, by a lexicon or as [`sentiment`](Self::sentiment).
    ///
    /// # Errors
    /// [`Error::TextNotStored`], [`Error::OutOfMemory`].
    pub fn document_sentiments(&self, lexicon: Option<&Lexicon>) -> Result<Vec<f64>> {
        self.check_keeps_text()?;
        of_documents(&self.corpus, lexicon)
    }
}

/// Returns the sum of the values of all words by the default lexicon, divided by the number of documents.
fn mean(corpus: &Corpus) -> Result<f64> {
    corpus.query_terms(|index, terms| match index.position().documents {
        0 => Err(Error::NoDocuments),
        documents => {
            let total = sentiment::total(terms.terms(), terms.term_of(), index.types().counts());
            // Both integers are exact below 2^53, so the quotient is that of integers in Python.
            Ok(total as f64 / documents as f64)
        }
    })?
}

/// Returns the sum of the values of all words in a lexicon of terms, divided by the number of documents.
fn mean_with(corpus: &Corpus, lexicon: &Lexicon) -> Result<f64> {
    corpus.query_terms(|index, terms| match index.position().documents {
        0 => Err(Error::NoDocuments),
        documents => {
            let values = sentiment::values(lexicon.iter(), terms.terms(), terms.term_of())?;
            Ok(sentiment::total_of(&values, index.types().counts()) / documents as f64)
        }
    })?
}

/// Returns the sum of the values of the words in each document, by this lexicon or by the default one.
fn of_documents(corpus: &Corpus, lexicon: Option<&Lexicon>) -> Result<Vec<f64>> {
    corpus.query_terms(|index, terms| {
        let (terms, term_of) = (terms.terms(), terms.term_of());
        let values = match lexicon {
            Some(lexicon) => sentiment::values(lexicon.iter(), terms, term_of),
            None => sentiment::values(sentiment::usual(), terms, term_of),
        }?;
        sentiment::of_documents(&values, index.token_runs())
    })?
}
