//! Stemming by the Snowball algorithms.

use std::borrow::Cow;

use frostem::Algorithm;

/// Longer words are their own stems. No language has such words, and the time of some algorithms grows with the square
/// of the length.
pub const MAX_STEMMED_BYTES: usize = 1024;

/// The stemmer of a language.
#[derive(Clone, Copy)]
pub struct Stemmer(frostem::Stemmer);

impl Stemmer {
    /// Returns the stemmer of a language by its name (`"english"`) or its code (`"en"`), if there is one.
    pub fn of(language: &str) -> Option<Self> {
        frostem::Stemmer::try_from_name(language).ok().map(Self)
    }

    /// Returns the names of all languages.
    pub fn languages() -> impl Iterator<Item = &'static str> {
        Algorithm::all().iter().map(|algorithm| algorithm.name())
    }

    /// Returns the name of the language.
    pub fn name(self) -> &'static str {
        self.0.algorithm().name()
    }

    /// Returns the stem of a word, which should be in lower case.
    pub fn stem<'w>(&self, word: &'w str) -> Cow<'w, str> {
        if word.len() > MAX_STEMMED_BYTES { Cow::Borrowed(word) } else { self.0.stem(word) }
    }
}

impl std::fmt::Debug for Stemmer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Stemmer({})", self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_stemmer_is_found_by_name_and_by_code() {
        assert_eq!(Stemmer::of("english").unwrap().stem("running"), "run");
        assert_eq!(Stemmer::of("de").unwrap().stem("häuser"), "haus");
        assert!(Stemmer::of("klingon").is_none());
        assert!(Stemmer::languages().all(|language| Stemmer::of(language).is_some()));
    }

    #[test]
    fn a_very_long_word_is_its_own_stem() {
        let word = "running".repeat(MAX_STEMMED_BYTES);
        assert_eq!(Stemmer::of("en").unwrap().stem(&word), word);
    }

    proptest! {
        #[test]
        fn any_text_can_be_stemmed(word: String, end in prop::sample::select(vec!["", "'s", "ing", "ость", "ها", "ियाँ"])) {
            for language in Stemmer::languages() {
                Stemmer::of(language).unwrap().stem(&format!("{word}{end}"));
            }
        }
    }
}
