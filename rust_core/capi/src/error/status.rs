//! Status codes, and the failures that they stand for.

use std::ffi::c_char;

use engine::Error;
use engine::error::BatchError;

/// Declares the status codes: each number and its name are in one place.
macro_rules! statuses {
    ($($name:ident = $number:literal),+ $(,)?) => {
        pub type tp_status = i32;

        $(pub const $name: tp_status = $number;)+

        #[unsafe(no_mangle)]
        pub extern "C" fn tp_status_name(status: tp_status) -> *const c_char {
            let name = match status {
                $($number => concat!(stringify!($name), "\0"),)+
                _ => "TP_ERROR_UNKNOWN\0",
            };
            name.as_ptr().cast()
        }
    };
}

statuses! {
    TP_OK = 0,
    TP_ERROR_NULL_POINTER = 1,
    TP_ERROR_INVALID_ARGUMENT = 2,
    TP_ERROR_INVALID_UTF8 = 3,
    TP_ERROR_NO_WORDS = 4,
    TP_ERROR_NO_DOCUMENTS = 5,
    TP_ERROR_STOPPED_BY_CALLBACK = 6,
    TP_ERROR_OUT_OF_MEMORY = 7,
    TP_ERROR_PANIC = 8,
    TP_ERROR_TEXT_NOT_STORED = 9,
    TP_ERROR_MISUSE = 10,
    TP_ERROR_FORKED = 11,
    TP_ERROR_INVALID_PATTERN = 12,
    TP_ERROR_INVALID_LEXICON = 13,
    TP_ERROR_TERMS_PENDING = 14,
    TP_ERROR_MISSING_TEXT = 15,
    TP_ERROR_IO = 16,
    TP_ERROR_INVALID_FILE = 17,
}

/// Why a call failed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub status: tp_status,
    pub message: String,
    pub offset: Option<usize>,
    pub document: Option<usize>,
    /// The errno of a failure of the system.
    pub errno: Option<i32>,
}

impl Failure {
    pub fn new(status: tp_status, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), offset: None, document: None, errno: None }
    }

    pub fn null(argument: &str) -> Self {
        Self::new(TP_ERROR_NULL_POINTER, format!("the argument `{argument}` is NULL"))
    }

    pub fn not_aligned<T>(argument: &str) -> Self {
        let message = format!("the argument `{argument}` is not aligned to {} bytes", align_of::<T>());
        Self::new(TP_ERROR_INVALID_ARGUMENT, message)
    }

    pub fn unknown_value(option: &str, value: usize, largest: usize) -> Self {
        let message = format!("`{option}` is {value}: the largest value of this option is {largest}");
        Self::new(TP_ERROR_INVALID_ARGUMENT, message)
    }

    pub fn stopped_by_callback(document: Option<usize>) -> Self {
        let message = "the document callback ended the call; the document stays added";
        Self { document, ..Self::new(TP_ERROR_STOPPED_BY_CALLBACK, message) }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let status = match error {
            Error::InvalidUtf8 { .. } => TP_ERROR_INVALID_UTF8,
            Error::NoWords => TP_ERROR_NO_WORDS,
            Error::NoDocuments => TP_ERROR_NO_DOCUMENTS,
            Error::TextNotStored => TP_ERROR_TEXT_NOT_STORED,
            Error::CodeCount { .. } | Error::UnknownGroup { .. } => TP_ERROR_INVALID_ARGUMENT,
            Error::EmptySide { .. } | Error::NoPValues => TP_ERROR_INVALID_ARGUMENT,
            Error::InvalidLexicon { .. } => TP_ERROR_INVALID_LEXICON,
            Error::InvalidPattern { .. } => TP_ERROR_INVALID_PATTERN,
            Error::TermsPending => TP_ERROR_TERMS_PENDING,
            Error::NoSuchDocument { .. } | Error::OtherTokenizer => TP_ERROR_INVALID_ARGUMENT,
            Error::Stopped => TP_ERROR_STOPPED_BY_CALLBACK,
            Error::OutOfMemory { .. } | Error::TooManyTypes => TP_ERROR_OUT_OF_MEMORY,
            Error::InvalidFile { .. } => TP_ERROR_INVALID_FILE,
        };
        let offset = match error {
            Error::InvalidUtf8 { offset } => Some(offset),
            Error::InvalidPattern { offset, .. } => offset,
            _ => None,
        };
        let document = match error {
            Error::UnknownGroup { document, .. } => Some(document),
            _ => None,
        };
        Self { offset, document, ..Self::new(status, error.to_string()) }
    }
}

impl From<BatchError> for Failure {
    fn from(BatchError { text, error }: BatchError) -> Self {
        Self { document: Some(text), ..error.into() }
    }
}
