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
            Self::OutOfMemory { bytes } => write!(f, "there is no memory for {bytes} bytes"),
        }
    }
}

impl std::error::Error for Error {}

/// The result of a fallible engine call.
pub type Result<T> = std::result::Result<T, Error>;
