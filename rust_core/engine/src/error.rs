//! The errors of the engine.

use std::fmt;

/// The reason why a call failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// The text is not valid UTF-8.
    InvalidUtf8 {
        /// The offset of the first invalid byte.
        offset: usize,
    },
    /// The document is blank.
    NoWords,
    /// The analyzer has no document, and the result needs one.
    NoDocuments,
    /// The analyzer does not keep the text of its documents.
    TextNotStored,
    /// A number of a document is too large.
    NoSuchDocument {
        /// The number, from 0.
        document: u64,
        /// The number of documents.
        documents: usize,
    },
    /// Two analyzers that are merged have different tokenizers.
    OtherTokenizer,
    /// The token pattern is not a valid regular expression, or uses a feature that the engine does not support.
    InvalidPattern {
        /// The defect of the pattern, and a line that marks its place.
        message: String,
        /// The offset of the defect in the pattern, if it has a place.
        offset: Option<usize>,
    },
    /// Some words still wait for external terms.
    TermsPending,
    /// A lexicon has an invalid line.
    InvalidLexicon {
        /// The name of the lexicon.
        what: &'static str,
        /// The number of the line, from 1.
        line: usize,
        /// The defect of the line.
        reason: &'static str,
    },
    /// There is not exactly one code of a group for each document.
    CodeCount {
        /// The number of codes.
        codes: usize,
        /// The number of documents.
        documents: usize,
    },
    /// The code of a document is not the number of a group.
    UnknownGroup {
        /// The number of the document.
        document: usize,
        /// Its code.
        code: u32,
        /// The number of groups.
        groups: usize,
    },
    /// A side of a comparison has no tokens.
    EmptySide {
        /// The target or the reference.
        side: &'static str,
    },
    /// The result needs p-values, and no measure has p-values.
    NoPValues,
    /// The function of a [`checkpoint`](crate::checkpoint) ended the work.
    Stopped,
    /// There is no memory for a document, the index or a result.
    OutOfMemory {
        /// The size of the memory that was requested.
        bytes: usize,
    },
    /// There are more distinct words than 32 bits can number.
    TooManyTypes,
    /// A file is not a saved analyzer, or it is damaged.
    InvalidFile {
        /// The defect of the file.
        reason: &'static str,
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
            Self::NoSuchDocument { document, documents } => {
                write!(
                    f,
                    "there is no document {document}: the analyzer has {documents}, and the first one is document 0"
                )
            }
            Self::OtherTokenizer => {
                f.write_str("the analyzers have different tokenizers: their words cannot be merged")
            }
            Self::InvalidPattern { message, .. } => f.write_str(message),
            Self::TermsPending => f.write_str("the terms of some words were not given yet"),
            Self::InvalidLexicon { what, line, reason } => write!(f, "{what}, line {line}: {reason}"),
            Self::CodeCount { codes, documents } => {
                write!(
                    f,
                    "the number of codes is {codes}, but the number of documents is {documents}: pass a code for each"
                )
            }
            Self::UnknownGroup { document, code, groups } => {
                write!(
                    f,
                    "the code of document {document} is {code}: it must be less than the number of groups, {groups}"
                )
            }
            Self::EmptySide { side } => {
                write!(
                    f,
                    "the {side} has no words: choose documents that have words for the target and for the reference"
                )
            }
            Self::NoPValues => {
                f.write_str("none of the measures has p-values: use a measure that has p-values, such as g2 or chi2")
            }
            Self::Stopped => f.write_str("the function of the checkpoint ended the call"),
            Self::OutOfMemory { bytes } => write!(f, "there is no memory for {bytes} bytes"),
            Self::TooManyTypes => f.write_str("the text has more than four billion distinct words"),
            Self::InvalidFile { reason } => write!(f, "the file is damaged, or is not a saved analyzer: {reason}"),
        }
    }
}

impl std::error::Error for Error {}

/// The first text of a batch that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchError {
    /// The number of the text in the batch.
    pub text: usize,
    /// The reason.
    pub error: Error,
}

/// The result of a fallible engine call.
pub type Result<T> = std::result::Result<T, Error>;
