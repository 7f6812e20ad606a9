//! Queries about how evenly terms occur.

use crate::analyzer::Analyzer;
use crate::dispersion::{self, Dispersed, Parts, disperse};
use crate::error::Result;

impl Analyzer {
    /// Returns how evenly terms occur in the parts of the documents.
    ///
    /// # Errors
    /// As [`grouped_terms`](Self::grouped_terms).
    pub fn dispersion(&self, parts: Parts, settings: &dispersion::Settings) -> Result<Dispersed> {
        let (terms, sequences) = match parts {
            Parts::Groups(codes) => self.sequences_of(codes)?,
            Parts::Documents | Parts::Runs(_) => self.all_sequences()?,
        };
        disperse(&terms, &sequences, parts, settings, self.corpus.threads())
    }
}
