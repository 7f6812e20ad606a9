//! Stems of words, by the algorithms of Snowball.

use std::borrow::Cow;

use frostem::Algorithm;

/// Longer words, in bytes, are their own stems: no word of a language is that long, and some algorithms take time by the
/// square of the length.
pub const LONGEST: usize = 1024;

/// Makes stems of the words of a language.
#[derive(Clone, Copy)]
pub struct Stemmer(frostem::Stemmer);

impl Stemmer {
    /// The stemmer of a language, by its name (`"english"`) or its code (`"en"`), if there is one.
    pub fn of(language: &str) -> Option<Self> {
        frostem::Stemmer::try_from_name(language).ok().map(Self)
    }

    /// The names of the languages.
    pub fn languages() -> impl Iterator<Item = &'static str> {
        Algorithm::all().iter().map(|algorithm| algorithm.name())
    }

    /// The stem of a word, which should be in lower case.
    pub fn stem<'w>(&self, word: &'w str) -> Cow<'w, str> {
        if word.len() > LONGEST { Cow::Borrowed(word) } else { self.0.stem(word) }
    }
}

impl std::fmt::Debug for Stemmer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Stemmer({})", self.0.algorithm().name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_language_has_a_name_and_a_code() {
        assert_eq!(Stemmer::of("english").unwrap().stem("running"), "run");
        assert_eq!(Stemmer::of("de").unwrap().stem("häuser"), "haus");
        assert!(Stemmer::of("klingon").is_none());
        assert!(Stemmer::languages().all(|language| Stemmer::of(language).is_some()));
    }

    #[test]
    fn a_very_long_word_is_its_own_stem() {
        let word = "running".repeat(LONGEST);
        assert_eq!(Stemmer::of("en").unwrap().stem(&word), word);
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange_to_be_stemmed(word: String, end in prop::sample::select(vec!["", "'s", "ing", "ость", "ها", "ियाँ"])) {
            for language in Stemmer::languages() {
                Stemmer::of(language).unwrap().stem(&format!("{word}{end}"));
            }
        }
    }
}
