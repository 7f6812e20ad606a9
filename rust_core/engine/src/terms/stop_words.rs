//! Words that say little: lists by name.
//!
//! `english` is the list of scikit-learn (`ENGLISH_STOP_WORDS`; BSD 3-Clause, see `english.license`), which is that of the
//! Glasgow Information Retrieval Group. Languages by their ISO 639-1 code have the lists of Stopwords ISO, which the crate
//! `stop-words` brings (MIT or Apache 2.0).

/// The list with a name of its own.
const ENGLISH: &str = include_str!("english.txt");

/// The names of the lists.
pub fn names() -> impl Iterator<Item = &'static str> {
    ["english"].into_iter().chain(stop_words::available_languages().iter().copied())
}

/// The words of a list, if there is one of that name.
pub fn list(name: &str) -> Option<Box<dyn Iterator<Item = &'static str>>> {
    if name == "english" {
        return Some(Box::new(ENGLISH.lines()));
    }
    Some(Box::new(stop_words::lookup(name)?.iter().copied()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_has_words() {
        assert!(names().all(|name| list(name).is_some_and(|words| words.count() > 10)));
        assert_eq!(list("english").unwrap().count(), 318);
        assert!(list("english").unwrap().any(|word| word == "the"));
        assert!(list("de").unwrap().any(|word| word == "und"));
        assert!(list("klingon").is_none());
    }
}
