//! Stop words: lists by name, and the spelling of apostrophes.
//!
//! `scikit-learn` is `ENGLISH_STOP_WORDS` of scikit-learn (BSD 3-Clause, see `english.license`), a list by the Glasgow
//! Information Retrieval Group. `english` is another name for it. The list has no contractions: those are in
//! `english-contractions`, and [`dropped_by`] adds them to `english`. The lists of Stopwords ISO are named `iso-` and
//! the ISO 639-1 code of the language, or the code alone. They come from the crate `stop-words` (MIT or Apache 2.0).

use std::borrow::Cow;

use crate::error::Result;
use crate::memory::list_for;

const ENGLISH: &str = include_str!("english.txt");
const CONTRACTIONS: &str = include_str!("english_contractions.txt");

/// The optional prefix of a language code.
const ISO: &str = "iso-";

/// The typographic apostrophe.
const TYPOGRAPHIC_APOSTROPHE: char = '’';

/// Returns the names of all lists, each as a prefix and the rest.
pub fn names() -> impl Iterator<Item = [&'static str; 2]> {
    let own = ["english", "english-contractions", "scikit-learn"].into_iter().map(|name| ["", name]);
    own.chain(stop_words::available_languages().iter().map(|code| [ISO, code]))
}

/// Returns the words of a list, or None for an unknown name.
pub fn list(name: &str) -> Option<Box<dyn Iterator<Item = &'static str>>> {
    Some(match name {
        "english" | "scikit-learn" => Box::new(ENGLISH.lines()),
        "english-contractions" => Box::new(CONTRACTIONS.lines()),
        _ => Box::new(stop_words::lookup(name.strip_prefix(ISO).unwrap_or(name))?.iter().copied()),
    })
}

/// Returns the words that a list removes: its own words, and for `english` also contractions.
pub fn dropped_by(name: &str) -> Option<Box<dyn Iterator<Item = &'static str>>> {
    let words = list(name)?;
    Some(if name == "english" { Box::new(words.chain(CONTRACTIONS.lines())) } else { words })
}

/// Returns a word with `'` in place of each `’`, or None if it has no `’`.
pub(super) fn with_plain_apostrophes(word: &str) -> Result<Option<Cow<'_, str>>> {
    if !word.contains(TYPOGRAPHIC_APOSTROPHE) {
        return Ok(None);
    }
    let mut plain = list_for(word.len())?;
    for (place, part) in word.split(TYPOGRAPHIC_APOSTROPHE).enumerate() {
        plain.extend_from_slice(if place > 0 { b"'" } else { b"" });
        plain.extend_from_slice(part.as_bytes());
    }
    Ok(Some(Cow::Owned(String::from_utf8(plain).expect("it was made of strings"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_of_stop_words_has_words() {
        assert!(names().all(|name| list(&name.concat()).is_some_and(|words| words.count() > 10)));
        assert_eq!(list("english").unwrap().count(), 318);
        assert!(list("english").unwrap().eq(list("scikit-learn").unwrap()));
        assert!(list("english").unwrap().any(|word| word == "the"));
        assert!(list("de").unwrap().any(|word| word == "und"));
        assert!(list("de").unwrap().eq(list("iso-de").unwrap()));
        assert!(list("klingon").is_none() && list("iso-english").is_none() && list("iso-").is_none());
    }

    #[test]
    fn only_english_removes_more_than_its_words() {
        let number = |words: Option<Box<dyn Iterator<Item = &'static str>>>| words.unwrap().count();
        for name in names().map(|name| name.concat()).filter(|name| name != "english") {
            assert_eq!(number(dropped_by(&name)), number(list(&name)), "{name}");
        }
        assert_eq!(number(dropped_by("english")), number(list("english")) + number(list("english-contractions")));
        assert!(CONTRACTIONS.lines().all(|word| word.contains('\'') && word.is_ascii()));
    }
}
