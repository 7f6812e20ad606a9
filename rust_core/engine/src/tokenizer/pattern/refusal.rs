//! Error messages for patterns, with the place of the error.

use crate::error::Error;

/// The most characters of a pattern that a message shows around the place of an error.
const MAX_SHOWN_CHARACTERS: usize = 70;

/// The error for a pattern that cannot be parsed, with a picture of the place.
pub(super) fn refused(pattern: &str, error: &regex_syntax::Error) -> Error {
    let (reason, offset) = match error {
        regex_syntax::Error::Parse(error) => (error.kind().to_string(), Some(error.span().start.offset)),
        regex_syntax::Error::Translate(error) => (error.kind().to_string(), Some(error.span().start.offset)),
        _ => (error.to_string(), None),
    };
    let picture = offset.map_or(String::new(), |offset| picture(pattern, offset));
    Error::InvalidPattern {
        message: format!("the pattern is not a valid regular expression: {reason}{picture}"),
        offset,
    }
}

/// The line of a pattern that contains an offset, and below it a caret at the offset.
fn picture(pattern: &str, offset: usize) -> String {
    let (before, behind) = pattern.split_at(offset);
    let before: Vec<char> = before.rsplit('\n').next().unwrap_or_default().chars().collect();
    let behind: Vec<char> = behind.split('\n').next().unwrap_or_default().chars().collect();
    let before = &before[before.len().saturating_sub(MAX_SHOWN_CHARACTERS / 2)..];
    let behind = &behind[..behind.len().min(MAX_SHOWN_CHARACTERS - before.len())];
    // Control characters would move the caret or the terminal, so they are shown as blanks.
    let shown: String =
        before.iter().chain(behind).map(|shown| if shown.is_control() { ' ' } else { *shown }).collect();
    format!("\n    {shown}\n    {}^", " ".repeat(before.len()))
}
