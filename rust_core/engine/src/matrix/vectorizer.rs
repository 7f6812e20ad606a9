//! How documents become features, and which features are known.

use crate::error::Result;
use crate::interner::Interner;
use crate::matrix::features::Features;
use crate::terms::accents::Accents;
use crate::tokenizer::Shortest;

/// What features are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TermKind {
    /// Words of letters, digits and underscores.
    Words(Shortest),
    /// Characters, wherever they stand; several characters of whitespace together are one space.
    Characters,
    /// Characters inside words, which are what stands between whitespace, with a space on either side.
    CharactersInWords,
}

impl TermKind {
    /// What stands between two terms of a feature.
    pub fn between(self) -> &'static [u8] {
        if matches!(self, Self::Words(_)) { b" " } else { b"" }
    }

    /// The terms of a feature with this name.
    pub(super) fn terms(self, name: &str) -> Box<dyn Iterator<Item = &[u8]> + '_> {
        match self {
            Self::Words(_) => Box::new(name.split(' ').map(str::as_bytes)),
            // There is no such feature in any text.
            _ if name.is_empty() => Box::new(std::iter::once(&b""[..])),
            _ => Box::new(name.char_indices().map(|(at, character)| &name.as_bytes()[at..][..character.len_utf8()])),
        }
    }
}

/// How documents become features.
#[derive(Debug)]
pub struct Options {
    /// What features are made of.
    pub analyzer: TermKind,
    /// The least and the greatest number of terms in a feature.
    pub ngrams: (usize, usize),
    /// Whether text is brought into lower case first.
    pub lowercase: bool,
    /// What becomes of accents then.
    pub accents: Option<Accents>,
    /// Words that are passed over, as if they did not stand there.
    pub stop_words: Interner,
    /// How many threads count.
    pub threads: usize,
}

impl Options {
    pub(super) fn try_clone(&self) -> Result<Self> {
        let Self { analyzer, ngrams, lowercase, accents, ref stop_words, threads } = *self;
        Ok(Self { analyzer, ngrams, lowercase, accents, stop_words: stop_words.try_clone()?, threads })
    }

    /// Whether lower case is made of types, and not of the text: accents come off what is in lower case already, and may
    /// leave capitals, which stay.
    pub(super) fn lowers_types(&self) -> bool {
        self.lowercase && self.accents.is_none() && matches!(self.analyzer, TermKind::Words(_))
    }
}

/// How documents become features, and which ones are known.
#[derive(Debug)]
pub struct Vectorizer {
    /// How documents become features.
    pub options: Options,
    /// The features that are known.
    pub features: Features,
}

impl Vectorizer {
    /// Makes a feature known by its name; whether it was not known before.
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

    /// The same, which knows no feature.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn without_features(&self) -> Result<Self> {
        Ok(Self { options: self.options.try_clone()?, features: Features::default() })
    }
}

/// What becomes of features.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Those that are not known are passed over.
    Known,
    /// Those that are not known become so.
    Grow,
    /// None is known: each belongs to the column that its hash says.
    Hash {
        /// How many columns there are; not none.
        columns: u32,
        /// Whether half of the features count downwards.
        alternates: bool,
    },
}
