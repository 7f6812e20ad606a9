//! Statistics of all documents.

/// Statistics of all documents at one point in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Statistics {
    /// The number of documents.
    pub documents: u64,
    /// The number of tokens.
    pub total_words: u64,
    /// The number of distinct terms (by default, words in lower case).
    pub unique_words: u64,
    /// The number of distinct types (words as written).
    pub distinct_types: u64,
    /// The length of all documents in bytes of UTF-8.
    pub bytes: u64,
}
