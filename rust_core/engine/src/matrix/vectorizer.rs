//! How documents become features, and which features are known.

use crate::error::Result;
use crate::interner::Interner;
use crate::matrix::features::Features;
use crate::terms::TermOptions;
use crate::terms::accents::Accents;
use crate::terms::options::{Case, boxed};
use crate::tokenizer::{Shortest, Tokenization, WordRules};

/// The terms that features consist of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TermKind {
    /// Words of letters, digits and underscores.
    Words(Shortest),
    /// All characters; a run of whitespace is one space.
    Characters,
    /// Characters of each word, with a space on both sides. Words are separated by whitespace.
    CharactersInWords,
    /// The terms of an analyzer. Only the analyzer can count them.
    OfAnalyzer,
}

impl TermKind {
    /// The separator between the terms of a feature in its name.
    pub fn between(self) -> &'static [u8] {
        if matches!(self, Self::Words(_) | Self::OfAnalyzer) { b" " } else { b"" }
    }

    /// The terms of a feature with this name.
    pub(super) fn terms(self, name: &str) -> Box<dyn Iterator<Item = &[u8]> + '_> {
        match self {
            Self::Words(_) | Self::OfAnalyzer => Box::new(name.split(' ').map(str::as_bytes)),
            // No text has a feature with an empty name.
            _ if name.is_empty() => Box::new(std::iter::once(&b""[..])),
            _ => Box::new(name.char_indices().map(|(at, character)| &name.as_bytes()[at..][..character.len_utf8()])),
        }
    }
}

/// How documents become features.
#[derive(Debug)]
pub struct Options {
    /// The terms that features consist of.
    pub analyzer: TermKind,
    /// The minimum and maximum number of terms of a feature.
    pub ngrams: (usize, usize),
    /// Whether text is lowercased first.
    pub lowercase: bool,
    /// How accents are removed after that; None keeps them.
    pub accents: Option<Accents>,
    /// Words that are skipped, as if they were not in the text.
    pub stop_words: Interner,
    /// The number of threads.
    pub threads: usize,
}

impl Options {
    pub(super) fn try_clone(&self) -> Result<Self> {
        let Self { analyzer, ngrams, lowercase, accents, ref stop_words, threads } = *self;
        Ok(Self { analyzer, ngrams, lowercase, accents, stop_words: stop_words.try_clone()?, threads })
    }

    /// The definition of the tokens of an index. Characters need no index.
    pub(super) fn tokenization(&self) -> Tokenization {
        match self.analyzer {
            TermKind::Words(shortest) => Tokenization::Word(WordRules { shortest, lowers: self.lowers_types() }),
            _ => Tokenization::Whitespace,
        }
    }

    /// How the types of an index become terms.
    pub(super) fn terms(&self) -> Result<TermOptions> {
        let case = if self.lowers_types() { Case::Lower } else { Case::Kept };
        let stop_words = match self.analyzer {
            TermKind::Words(_) => boxed(self.stop_words.try_clone()?)?,
            _ => None,
        };
        Ok(TermOptions { case, stop_words, ..TermOptions::default() })
    }

    /// Whether types are lowercased instead of the text. False if accents are removed: they are removed from
    /// lowercased text, and the result may have capitals, which scikit-learn keeps.
    fn lowers_types(&self) -> bool {
        self.lowercase && self.accents.is_none()
    }
}

/// How documents become features, and which features are known.
#[derive(Debug)]
pub struct Vectorizer {
    /// How documents become features.
    pub options: Options,
    /// The features that are known.
    pub features: Features,
}

impl Vectorizer {
    /// A vectorizer for the terms of an analyzer, without known features.
    pub(crate) fn of_analyzer(ngrams: (usize, usize), threads: usize) -> Self {
        let analyzer = TermKind::OfAnalyzer;
        let stop_words = Interner::default();
        let options = Options { analyzer, ngrams, lowercase: false, accents: None, stop_words, threads };
        Self { options, features: Features::default() }
    }

    /// Adds a feature by its name. Returns whether it is new.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn add(&mut self, name: &str) -> Result<bool> {
        self.features.add(self.options.analyzer.terms(name))
    }

    /// The id of a feature, if it is known.
    pub fn find(&self, name: &str) -> Option<u32> {
        self.features.id_of(self.options.analyzer.terms(name))
    }

    /// Appends the name of a feature.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn name(&self, feature: u32, name: &mut Vec<u8>) -> Result<()> {
        self.features.name(feature, self.options.analyzer.between(), name)
    }

    /// A copy that knows no features.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn without_features(&self) -> Result<Self> {
        Ok(Self { options: self.options.try_clone()?, features: Features::default() })
    }
}

/// How features become columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Only known features are counted; others are skipped.
    Known,
    /// New features are added to the known ones.
    Grow,
    /// The hash of a feature gives its column, and no features are known.
    Hash {
        /// The number of columns, at least 1.
        columns: u32,
        /// Whether half of the features have negative counts.
        alternates: bool,
    },
}
