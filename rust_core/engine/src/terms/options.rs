//! The steps that normalize a word into a term.

use std::borrow::Cow;

use super::accents::Accents;
use super::lowercase::lowercase;
use super::normal_forms::{NormalForm, casefold, then};
use super::stemming::Stemmer;
use super::stop_words::with_plain_apostrophes;
use crate::error::Result;
use crate::interner::Interner;
use crate::memory::ensure;

/// The treatment of upper case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Case {
    /// Changes it to lower case, as Python's `str.lower()`.
    #[default]
    Lower,
    /// Folds it, as Python's `str.casefold()`.
    Folded,
    /// Keeps it.
    Kept,
}

/// The options of normalization. The steps are, in this order: normal form, case, normal form again, accents, stop
/// words, length, stem, and external terms. By default, words are only changed to lower case.
#[derive(Debug, Default)]
pub struct TermOptions {
    /// The Unicode normal form.
    pub normal_form: Option<NormalForm>,
    /// The treatment of upper case.
    pub case: Case,
    /// The treatment of accents; None keeps them.
    pub accents: Option<Accents>,
    /// The least number of characters of a word, without its accents and before it is stemmed.
    pub min_length: usize,
    /// The greatest number of characters of such a word; 0 for any number.
    pub max_length: usize,
    /// Stems words.
    pub stemmer: Option<Stemmer>,
    /// Whether the caller gives the terms of the words that result from all other steps.
    pub has_external_terms: bool,
    /// Words that are dropped, as they are after the steps before: set them by
    /// [`with_stop_words`](Self::with_stop_words). The apostrophes `'` and `’` are equal, in stop words and in words.
    /// In a box, because most options have no stop words.
    pub stop_words: Option<Box<Interner>>,
}

impl TermOptions {
    /// Returns the options with these stop words. Set the options that change the spelling of words first, because they
    /// change stop words too.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn with_stop_words<'w>(mut self, words: impl IntoIterator<Item = &'w str>) -> Result<Self> {
        let mut found = self.stop_words.take().map_or_else(Interner::default, |words| *words);
        for word in words {
            for word in [Some(Cow::Borrowed(word)), with_plain_apostrophes(word)?].into_iter().flatten() {
                let word = self.spelled(&word)?;
                found.intern(word.as_bytes())?;
            }
        }
        self.stop_words = boxed(found)?;
        Ok(self)
    }

    /// Returns whether a word is a stop word; `spelled` is the word after all steps before.
    fn is_stop_word(&self, word: &str, spelled: &str) -> Result<bool> {
        let Some(stop_words) = &self.stop_words else { return Ok(false) };
        if stop_words.find(spelled.as_bytes()).is_some() {
            return Ok(true);
        }
        Ok(match with_plain_apostrophes(word)? {
            Some(word) => stop_words.find(self.spelled(&word)?.as_bytes()).is_some(),
            None => false,
        })
    }

    /// Returns the term of a word, or None if the word is dropped.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn term<'w>(&self, word: &'w [u8]) -> Result<Option<Cow<'w, [u8]>>> {
        if self.only_changes_case() {
            return lowercase(word).map(Some);
        }
        let word = str::from_utf8(word).expect("words are from text that was checked");
        let spelled = self.spelled(word)?;
        if self.is_stop_word(word, &spelled)? || !self.has_right_length(&spelled) {
            return Ok(None);
        }
        let term = match self.stemmer {
            Some(stemmer) => then(spelled, |word| Ok(stemmer.stem(word)))?,
            None => spelled,
        };
        Ok((!term.is_empty()).then(|| match term {
            Cow::Borrowed(term) => Cow::Borrowed(term.as_bytes()),
            Cow::Owned(term) => Cow::Owned(term.into_bytes()),
        }))
    }

    /// Returns whether the term of a word is its lower case.
    pub fn only_changes_case(&self) -> bool {
        self.case == Case::Lower
            && self.normal_form.is_none()
            && self.accents.is_none()
            && self.stemmer.is_none()
            && self.stop_words.is_none()
            && self.min_length <= 1
            && self.max_length == 0
    }

    fn has_right_length(&self, word: &str) -> bool {
        // A character has at most four bytes.
        if self.max_length == 0 && word.len() / 4 >= self.min_length {
            return true;
        }
        let length = word.chars().count();
        self.min_length <= length && (self.max_length == 0 || length <= self.max_length)
    }

    /// Returns a word after the steps that change its spelling: normal form, case and accents.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn spelled<'w>(&self, word: &'w str) -> Result<Cow<'w, str>> {
        let mut word = Cow::Borrowed(word);
        if let Some(form) = self.normal_form {
            word = then(word, |word| form.of(word))?;
        }
        word = match self.case {
            Case::Lower => then(word, lowered)?,
            Case::Folded => then(word, casefold)?,
            Case::Kept => word,
        };
        if let Some(form) = self.normal_form {
            // A change of case decomposes some characters.
            word = then(word, |word| form.of(word))?;
        }
        match self.accents {
            Some(accents) => then(word, |word| accents.strip(word)),
            None => Ok(word),
        }
    }
}

/// Returns stop words in the form of the options.
///
/// # Errors
/// [`OutOfMemory`](crate::Error::OutOfMemory).
pub fn boxed(words: Interner) -> Result<Option<Box<Interner>>> {
    ensure(size_of::<Interner>())?;
    Ok((!words.is_empty()).then(|| Box::new(words)))
}

fn lowered(word: &str) -> Result<Cow<'_, str>> {
    Ok(match lowercase(word.as_bytes())? {
        Cow::Borrowed(_) => Cow::Borrowed(word),
        Cow::Owned(lower) => Cow::Owned(String::from_utf8(lower).expect("lower case is UTF-8")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(options: &TermOptions, word: &str) -> Option<String> {
        let term = options.term(word.as_bytes()).unwrap();
        term.map(|term| String::from_utf8(term.into_owned()).unwrap())
    }

    #[test]
    fn each_step_changes_the_result_of_the_steps_before_it() {
        let options = TermOptions {
            normal_form: Some(NormalForm::Nfkc),
            accents: Some(Accents::Unicode),
            min_length: 3,
            max_length: 8,
            stemmer: Stemmer::of("english"),
            ..TermOptions::default()
        };
        let options = options.with_stop_words(["The", "thé2"]).unwrap();
        assert_eq!(term(&options, "ﬁnding").as_deref(), Some("find"));
        assert_eq!(term(&options, "RÉSUMÉS").as_deref(), Some("resum"));
        for dropped in ["THE", "Thé²", "at", "unbelievably", "é"] {
            assert_eq!(term(&options, dropped), None, "{dropped}");
        }
    }

    #[test]
    fn a_folded_term_is_in_its_normal_form() {
        let options = TermOptions { normal_form: Some(NormalForm::Nfc), case: Case::Folded, ..TermOptions::default() };
        // Case folding decomposes this character.
        assert_eq!(term(&options, "\u{390}").as_deref(), Some("\u{390}"));
    }

    #[test]
    fn case_may_be_kept() {
        let options = TermOptions { case: Case::Kept, ..TermOptions::default() }.with_stop_words(["the"]).unwrap();
        assert_eq!(term(&options, "The").as_deref(), Some("The"));
        assert_eq!(term(&options, "the"), None);
    }

    #[test]
    fn stop_words_match_with_either_apostrophe() {
        for accents in [None, Some(Accents::Unicode), Some(Accents::Ascii)] {
            let options = TermOptions { accents, ..TermOptions::default() };
            let options = options.with_stop_words(["he'll", "don’t"]).unwrap();
            for dropped in ["He'll", "HE’LL", "don't", "don’t"] {
                assert_eq!(term(&options, dropped), None, "{dropped}");
            }
            for kept in ["hell", "he‘ll", "’"] {
                assert_eq!(term(&options, kept).is_some(), accents != Some(Accents::Ascii) || kept != "’", "{kept}");
            }
        }
    }

    #[test]
    fn a_word_that_has_only_accents_is_dropped() {
        let options = TermOptions { accents: Some(Accents::Unicode), ..TermOptions::default() };
        assert_eq!(term(&options, "\u{301}"), None);
        let options = TermOptions { accents: Some(Accents::Ascii), ..TermOptions::default() };
        assert_eq!(term(&options, "光"), None);
    }
}
