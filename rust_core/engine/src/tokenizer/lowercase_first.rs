//! Text whose words are told apart in lower case.

use std::borrow::Cow;
use std::iter;

use memchr::memmem;

use crate::error::Result;
use crate::terms::lowercase;

/// The characters for which it matters: see [`needs_lowercase_first`].
const CHARACTERS: [char; 2] = ['İ', 'Σ'];

/// A text in parts, of which those with such characters are in lower case. Parts end at whitespace, beyond which nothing
/// decides about words or their lower case; so it does not matter how much text is taken at once.
pub fn lowered_apart(text: &str) -> impl Iterator<Item = Result<Cow<'_, [u8]>>> {
    let (mut rest, mut is_lowered) = (text, true);
    iter::from_fn(move || {
        is_lowered = !is_lowered;
        let end = if is_lowered {
            rest.find(char::is_whitespace)
        } else {
            let before = |at: usize| rest[..at].trim_end_matches(|character: char| !character.is_whitespace());
            rest.find(CHARACTERS).map(|at| before(at).len())
        };
        if rest.is_empty() {
            return None;
        }
        let (part, behind) = rest.split_at(end.unwrap_or(rest.len()));
        rest = behind;
        Some(if is_lowered { lowercase(part.as_bytes()) } else { Ok(Cow::Borrowed(part.as_bytes())) })
    })
}

/// Whether a text must be brought into lower case before its words are told apart. In all others, the words in lower case
/// are the words of the text in lower case.
///
/// There are two such characters. `İ` (U+0130) becomes two, of which the second is no word character. And what `Σ` (U+03A3)
/// becomes depends on what stands around it, beyond the word it is in.
pub fn needs_lowercase_first(text: &[u8]) -> bool {
    !text.is_ascii() && ["İ", "Σ"].iter().any(|character| memmem::find(text, character.as_bytes()).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn parts_are_lowered_as_in_the_whole_text(text in "[aΣAİ'\u{3000} .\u{307}]{0,60}") {
            let parts: Vec<Cow<[u8]>> = lowered_apart(&text).map(Result::unwrap).collect();
            let lower: Vec<u8> = parts.concat();
            prop_assert_eq!(String::from_utf8(lower).unwrap().to_lowercase(), text.to_lowercase());
            prop_assert!(!needs_lowercase_first(&parts.concat()));
            let same = text.split_whitespace().filter(|word| !needs_lowercase_first(word.as_bytes()));
            prop_assert!(same.into_iter().all(|word| parts.iter().any(|part| String::from_utf8_lossy(part).contains(word))));
        }
    }
}
