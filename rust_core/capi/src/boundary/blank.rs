//! How a call treats texts without words, and rows without a text.

use engine::documents::Blank;

use crate::error::status::{Failure, TP_ERROR_INVALID_ARGUMENT};

pub type tp_blank = usize;

pub const TP_BLANK_REFUSE: tp_blank = 0;
pub const TP_BLANK_SKIP: tp_blank = 1;
pub const TP_BLANK_KEEP: tp_blank = 2;

/// The treatment that C has chosen with the option `option`.
pub(crate) fn blank_of(number: tp_blank, option: &str) -> Result<Blank, Failure> {
    match number {
        TP_BLANK_REFUSE => Ok(Blank::Refused),
        TP_BLANK_SKIP => Ok(Blank::Skipped),
        TP_BLANK_KEEP => Ok(Blank::Kept),
        _ => {
            let message = format!("`{option}` is {number}: it must be TP_BLANK_REFUSE, TP_BLANK_SKIP or TP_BLANK_KEEP");
            Err(Failure::new(TP_ERROR_INVALID_ARGUMENT, message))
        }
    }
}
