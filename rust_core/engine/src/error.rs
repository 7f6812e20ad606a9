//! What can be wrong with what the engine is given.

use std::fmt;

/// An engine call that could not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// The text is not UTF-8; the first `offset` bytes of it are.
    InvalidUtf8 {
        /// Bytes before the first that is wrong.
        offset: usize,
    },
    /// The document holds no word.
    NoWords,
    /// The analyzer holds no document, and the answer needs one.
    NoDocuments,
    /// The text of the documents is not stored.
    TextNotStored,
    /// What is to find tokens is no regular expression, or one that cannot be used.
    InvalidPattern {
        /// What is wrong with it, with a picture of where.
        message: String,
        /// Bytes of the pattern before the place, where there is one.
        offset: Option<usize>,
    },
    /// Words wait for terms that are given from outside.
    TermsPending,
    /// What a list of words says makes no sense.
    InvalidLexicon {
        /// The list.
        what: &'static str,
        /// The line in it, counted from 1.
        line: usize,
        /// What is wrong.
        reason: &'static str,
    },
    /// The memory for a document, the index or a result could not be had; `bytes` were asked for.
    OutOfMemory {
        /// The size of the request.
        bytes: usize,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidUtf8 { offset } => {
                write!(f, "the text is not valid UTF-8: wrong byte at offset {offset}")
            }
            Self::NoWords => f.write_str("the document holds no word: it is empty or all whitespace"),
            Self::NoDocuments => f.write_str("the analyzer holds no document yet"),
            Self::TextNotStored => f.write_str("the text of the documents was not stored: they were only counted"),
            Self::InvalidPattern { message, .. } => f.write_str(message),
            Self::TermsPending => f.write_str("there are words whose terms were not given yet"),
            Self::InvalidLexicon { what, line, reason } => write!(f, "{what}, line {line}: {reason}"),
            Self::OutOfMemory { bytes } => write!(f, "there is no memory for {bytes} bytes"),
        }
    }
}

impl std::error::Error for Error {}

/// A batch of which not all was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchError {
    /// Which text of the batch was refused.
    pub text: usize,
    /// Why.
    pub error: Error,
}

/// The result of a fallible engine call.
pub type Result<T> = std::result::Result<T, Error>;
