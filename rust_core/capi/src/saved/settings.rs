//! The settings of an analyzer as the metadata of a footer.

use std::collections::BTreeMap;

use engine::Error;
use engine::analyzer::{Figures, GivenTerms, State};
use engine::interner::Interner;
use engine::memory::{list_for, reserve};
use engine::terms::TermOptions;
use engine::terms::accents::Accents;
use engine::terms::normal_forms::NormalForm;
use engine::terms::options::{Case, boxed};
use engine::terms::stemming::Stemmer;
use engine::tokenizer::{Pattern, Segments, Shortest, Tokenization, WordRules};

use crate::error::status::{Failure, TP_ERROR_INVALID_FILE};
use crate::saved::layout::{FORMAT, damaged};
use crate::saved::values::{lines, numbers, read_lines};

/// The beginning of each key.
const PREFIX: &str = "text_processor.";

/// The metadata of a footer, with keys that have no prefix.
#[derive(Default)]
pub(crate) struct Settings(BTreeMap<&'static str, String>);

impl Settings {
    fn set(&mut self, key: &'static str, value: impl Into<String>) {
        self.0.insert(key, value.into());
    }

    /// The options of an analyzer.
    pub fn of_options(tokenization: &Tokenization, terms: &TermOptions, counts_only: bool) -> Result<Self, Error> {
        let mut settings = Self::default();
        settings.set("kind", if counts_only { "counts" } else { "documents" });
        settings.set_tokenizer(tokenization);
        settings.set_terms(terms)?;
        Ok(settings)
    }

    /// The settings of an analyzer in this state.
    pub fn of(tokenization: &Tokenization, state: &State, counts_only: bool) -> Result<Self, Error> {
        let mut settings = Self::of_options(tokenization, &state.terms, counts_only)?;
        settings.set("format", FORMAT);
        settings.set("version", env!("CARGO_PKG_VERSION"));
        let (major, minor, patch) = char::UNICODE_VERSION;
        settings.set("unicode", format!("{major}.{minor}.{patch}"));
        if !state.given.words.is_empty() {
            let GivenTerms { words, terms } = &state.given;
            settings.set("given_words", lines((0..words.len()).map(|word| words.get(word)))?);
            settings.set("given_terms", lines((0..terms.len()).map(|term| terms.get(term)))?);
        }
        let Figures { documents, tokens, bytes } = state.figures;
        for (key, number) in [("documents", documents), ("tokens", tokens), ("bytes", bytes)] {
            settings.set(key, number.to_string());
        }
        settings.set("types", state.counts.len().to_string());
        if !counts_only {
            settings.set("counts", numbers(state.counts.iter().copied())?);
        }
        Ok(settings)
    }

    fn set_tokenizer(&mut self, tokenization: &Tokenization) {
        let name = match tokenization {
            Tokenization::Whitespace => "whitespace",
            Tokenization::Unicode(Segments::Words) => "unicode",
            Tokenization::Unicode(Segments::All) => "unicode-segments",
            Tokenization::Word(WordRules { shortest: Shortest::Two, lowers: true }) => "word",
            Tokenization::Word(_) => unreachable!("an analyzer has the default rules for words"),
            Tokenization::Characters => "characters",
            Tokenization::Pattern(pattern) => {
                self.set("pattern", pattern.source());
                match pattern.word_class() {
                    None => "pattern",
                    Some(class) => {
                        self.set("word_class", class);
                        "python-pattern"
                    }
                }
            }
        };
        self.set("tokenizer", name);
    }

    fn set_terms(&mut self, terms: &TermOptions) -> Result<(), Error> {
        let TermOptions { normal_form, case, accents, min_length, max_length, stemmer, has_external_terms, stop_words } =
            terms;
        match normal_form {
            None => {}
            Some(NormalForm::Nfc) => self.set("normal_form", "nfc"),
            Some(NormalForm::Nfkc) => self.set("normal_form", "nfkc"),
        }
        match case {
            Case::Lower => {}
            Case::Folded => self.set("case", "fold"),
            Case::Kept => self.set("case", "keep"),
        }
        match accents {
            None => {}
            Some(Accents::Unicode) => self.set("strip_accents", "unicode"),
            Some(Accents::Ascii) => self.set("strip_accents", "ascii"),
        }
        for (key, number) in [("min_length", min_length), ("max_length", max_length)] {
            if *number > 0 {
                self.set(key, number.to_string());
            }
        }
        if let Some(stemmer) = stemmer {
            self.set("stemmer", stemmer.name());
        }
        if *has_external_terms {
            self.set("external_terms", "yes");
        }
        if let Some(words) = stop_words {
            // In order, so that the bytes of a file depend only on the state.
            let mut sorted: Vec<&[u8]> = list_for(words.len())?;
            sorted.extend((0..words.len()).map(|word| words.strings().get(word)));
            sorted.sort_unstable();
            self.set("stop_words", lines(sorted.into_iter())?);
        }
        Ok(())
    }

    /// Sets the checksums, and the number of types up to the end of each batch.
    pub fn set_batches(&mut self, checksums: &[u32], types: &[u64]) -> Result<(), Error> {
        self.set("checksums", numbers(checksums.iter().copied().map(u64::from))?);
        self.set("batch_types", numbers(types.iter().copied())?);
        Ok(())
    }

    /// The keys without a prefix, and the values.
    pub fn pairs(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(key, value)| (*key, &**value))
    }

    /// The keys with their prefix, and the values.
    pub fn entries(self) -> impl Iterator<Item = (String, String)> {
        self.0.into_iter().map(|(key, value)| (format!("{PREFIX}{key}"), value))
    }
}

/// The metadata of a footer that is read.
#[derive(Default)]
pub(crate) struct ReadSettings<'f>(BTreeMap<&'f str, &'f str>);

impl<'f> ReadSettings<'f> {
    /// Takes the entries of a footer.
    ///
    /// # Errors
    /// Fails if the file is not a saved analyzer, or has another format.
    pub fn of(entries: impl Iterator<Item = (&'f str, &'f str)>) -> Result<Self, Failure> {
        let own = entries.filter_map(|(key, value)| Some((key.strip_prefix(PREFIX)?, value)));
        let settings = Self(own.collect());
        match settings.find("format") {
            Some(FORMAT) => Ok(settings),
            Some(other) => {
                let version = settings.find("version").unwrap_or("an unknown version");
                let message = format!(
                    "the file has the format {other:?}, written by text_processor {version}; this library reads only the \
                     format {FORMAT:?}: load the file with that version"
                );
                Err(Failure::new(TP_ERROR_INVALID_FILE, message))
            }
            None => Err(damaged("it is an Arrow file without the settings of an analyzer")),
        }
    }

    fn find(&self, key: &str) -> Option<&'f str> {
        self.0.get(key).copied()
    }

    /// The value of a key that every file has.
    pub fn get(&self, key: &str) -> Result<&'f str, Failure> {
        self.find(key).ok_or_else(|| damaged("a setting is missing"))
    }

    fn unknown() -> Failure {
        damaged("a setting has an unknown value")
    }

    /// A number.
    pub fn number<N: std::str::FromStr>(&self, key: &str) -> Result<N, Failure> {
        self.get(key)?.parse().map_err(|_| Self::unknown())
    }

    /// Whether the documents were only counted.
    pub fn counts_only(&self) -> Result<bool, Failure> {
        match self.get("kind")? {
            "documents" => Ok(false),
            "counts" => Ok(true),
            _ => Err(Self::unknown()),
        }
    }

    /// Numbers of all documents together.
    pub fn figures(&self) -> Result<Figures, Failure> {
        Ok(Figures {
            documents: self.number("documents")?,
            tokens: self.number("tokens")?,
            bytes: self.number("bytes")?,
        })
    }

    /// The definition of a token.
    pub fn tokenization(&self) -> Result<Tokenization, Failure> {
        Ok(match self.get("tokenizer")? {
            "whitespace" => Tokenization::Whitespace,
            "unicode" => Tokenization::Unicode(Segments::Words),
            "unicode-segments" => Tokenization::Unicode(Segments::All),
            "word" => Tokenization::Word(WordRules::default()),
            "characters" => Tokenization::Characters,
            "pattern" => Tokenization::Pattern(Pattern::new(self.get("pattern")?)?),
            "python-pattern" => {
                Tokenization::Pattern(Pattern::of_python(self.get("word_class")?, self.get("pattern")?)?)
            }
            _ => return Err(Self::unknown()),
        })
    }

    /// How types are normalized into terms.
    pub fn terms(&self) -> Result<TermOptions, Failure> {
        let length = |key| if self.find(key).is_some() { self.number(key) } else { Ok(0) };
        let mut stop_words = Interner::default();
        if let Some(words) = self.find("stop_words") {
            read_lines(words, |word| stop_words.intern(word).map(drop))?;
        }
        Ok(TermOptions {
            normal_form: match self.find("normal_form") {
                None => None,
                Some("nfc") => Some(NormalForm::Nfc),
                Some("nfkc") => Some(NormalForm::Nfkc),
                _ => return Err(Self::unknown()),
            },
            case: match self.find("case") {
                None => Case::Lower,
                Some("fold") => Case::Folded,
                Some("keep") => Case::Kept,
                _ => return Err(Self::unknown()),
            },
            accents: match self.find("strip_accents") {
                None => None,
                Some("unicode") => Some(Accents::Unicode),
                Some("ascii") => Some(Accents::Ascii),
                _ => return Err(Self::unknown()),
            },
            min_length: length("min_length")?,
            max_length: length("max_length")?,
            stemmer: match self.find("stemmer") {
                None => None,
                Some(name) => Some(Stemmer::of(name).ok_or_else(Self::unknown)?),
            },
            has_external_terms: match self.find("external_terms") {
                None => false,
                Some("yes") => true,
                Some(_) => return Err(Self::unknown()),
            },
            stop_words: boxed(stop_words)?,
        })
    }

    /// The external terms that were given.
    pub fn given(&self) -> Result<GivenTerms, Failure> {
        let mut given = GivenTerms::default();
        if let (Some(words), Some(terms)) = (self.find("given_words"), self.find("given_terms")) {
            read_lines(words, |word| given.words.push(word))?;
            read_lines(terms, |term| given.terms.push(term))?;
        }
        if given.words.len() == given.terms.len() { Ok(given) } else { Err(damaged("a word has no term")) }
    }

    /// A list of `count` numbers of 32 bits.
    pub fn small_numbers(&self, key: &str, count: usize) -> Result<Vec<u32>, Failure> {
        let read = crate::saved::values::read_numbers(self.get(key)?, count)?;
        let mut numbers = Vec::new();
        reserve(&mut numbers, read.len())?;
        for number in read {
            numbers.push(u32::try_from(number).map_err(|_| Self::unknown())?);
        }
        Ok(numbers)
    }
}
