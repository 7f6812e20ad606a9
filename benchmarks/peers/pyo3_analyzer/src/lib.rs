//! A simple analyzer: it keeps documents as strings, and reads all documents again for each query.

use std::collections::HashMap;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

#[pymodule]
mod pyo3_analyzer {
    #[pymodule_export]
    use super::Analyzer;
}

/// Documents, and the counts and the sentiment of their words.
#[pyclass]
#[derive(Default)]
struct Analyzer {
    documents: Vec<String>,
}

#[pymethods]
impl Analyzer {
    #[new]
    fn new() -> Self {
        Self::default()
    }

    /// Adds a document.
    fn add_document(&mut self, text: String) -> PyResult<()> {
        if text.trim().is_empty() {
            return Err(PyValueError::new_err("the document holds no word"));
        }
        self.documents.push(text);
        Ok(())
    }

    /// Adds documents.
    fn add_documents(&mut self, texts: Vec<String>) -> PyResult<()> {
        texts.into_iter().try_for_each(|text| self.add_document(text))
    }

    /// Returns the number of words.
    fn total_words(&self) -> usize {
        self.documents.iter().map(|text| text.split_whitespace().count()).sum()
    }

    /// Returns the count of each word in lower case.
    fn word_frequency(&self) -> HashMap<String, usize> {
        let mut frequency = HashMap::new();
        for word in self.documents.iter().flat_map(|text| text.split_whitespace()) {
            *frequency.entry(word.to_lowercase()).or_insert(0) += 1;
        }
        frequency
    }

    /// Returns the sum of the values of all words, divided by the number of documents.
    fn analyze_sentiment(&self) -> f64 {
        let words = self.documents.iter().flat_map(|text| text.split_whitespace());
        let total: f64 = words
            .map(|word| match word.to_lowercase().as_str() {
                "good" | "great" | "excellent" => 1.0,
                "bad" | "terrible" | "awful" => -1.0,
                _ => 0.0,
            })
            .sum();
        total / self.documents.len() as f64
    }
}
