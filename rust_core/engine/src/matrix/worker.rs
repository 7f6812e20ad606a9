//! The work of one thread: it counts blocks of documents, with its own features if features may be new.

use std::borrow::Cow;
use std::ops::Range;

use crate::error::{Error, Result};
use crate::interner::Interner;
use crate::matrix::features::{Features, Growing};
use crate::matrix::hashing::Hashing;
use crate::matrix::ngram_finder::{BlockRows, CountedRows, NgramFinder};
use crate::matrix::preprocess::Preprocessor;
use crate::matrix::trie::NO_ID;
use crate::matrix::vectorizer::{Options, Task, TermKind, Vectorizer};
use crate::memory::{reserve, zeros};
use crate::terms::lowercase;
use crate::tokenizer::ScikitWordTokenizer;
use crate::tokenizer::block::MAX_TEXT_BYTES;
use crate::utf8::{self, boundary_before};
use crate::whitespace::{next_word, whitespace_from};

/// The token of a stop word, which is skipped.
const STOP_WORD: u32 = NO_ID - 1;

/// The most types or n-grams that a hashing worker keeps. It then forgets them all, because only hashing needs them.
const MAX_KEPT_NGRAMS: usize = if cfg!(test) { 50 } else { 1 << 20 };

/// The counts of a block.
pub(super) struct Counted {
    /// The number of the block, in the order of the documents.
    pub place: usize,
    pub rows: BlockRows,
    /// The number of features that the worker knew after this block.
    pub features: usize,
}

/// Counts blocks of documents.
pub(super) struct MatrixWorker {
    /// The features of this worker, if features may be new.
    pub features: Features,
    pub counted: Vec<Counted>,
    pub failed: Option<(usize, Error)>,
    hashing: Option<Hashing>,
    is_growing: bool,
    preprocessor: Preprocessor,
    cutter: Cutter,
    finder: NgramFinder,
    rows: CountedRows,
    tokens: Vec<u32>,
}

impl MatrixWorker {
    pub fn new(options: &Options, task: &Task) -> Result<Self> {
        Ok(Self {
            features: Features::default(),
            counted: Vec::new(),
            failed: None,
            hashing: match task {
                Task::Hash { columns, alternates } => Some(Hashing::new(*columns, *alternates)),
                _ => None,
            },
            is_growing: !matches!(task, Task::Known),
            preprocessor: Preprocessor::default(),
            cutter: Cutter::new(options.analyzer)?,
            finder: NgramFinder::new(options.ngrams),
            rows: CountedRows::default(),
            tokens: Vec::new(),
        })
    }

    /// Counts the features of documents, which are ranges of a UTF-8 text.
    pub fn take(
        &mut self,
        vectorizer: &Vectorizer,
        place: usize,
        text: &[u8],
        documents: &[Range<usize>],
    ) -> Result<()> {
        utf8::checked(text)?;
        reserve(&mut self.counted, 1)?;
        self.rows.clear();
        let options = &vectorizer.options;
        let (text, documents) = self.preprocessor.preprocess(options, text, documents)?;
        let own = if self.is_growing { Some(self.features.growing()?) } else { None };
        let mut terms = TermLookup { options, known: &vectorizer.features, own };
        let (finder, rows) = (&mut self.finder, &mut self.rows);
        match &mut self.cutter {
            Cutter::Words(words) => words.cut(text, documents, &mut terms, &mut self.tokens, |terms, tokens| {
                terms.count(tokens, finder, rows)?;
                rows.end()
            })?,
            Cutter::Characters { of_characters, in_words } => {
                for document in documents {
                    let text = &text[document.clone()];
                    if *in_words {
                        let mut from = 0;
                        while let Some(word) = next_word(text, from) {
                            from = word.end;
                            self.tokens.clear();
                            push_characters(&[b" ", &text[word], b" "], of_characters, &mut terms, &mut self.tokens)?;
                            terms.count_word(&self.tokens, finder, rows)?;
                        }
                    } else {
                        self.tokens.clear();
                        push_with_single_spaces(text, of_characters, &mut terms, &mut self.tokens)?;
                        terms.count(&self.tokens, finder, rows)?;
                    }
                    rows.end()?;
                }
            }
        }
        let rows = match &mut self.hashing {
            None => BlockRows::of(&self.rows)?,
            Some(hashing) => hashing.hash(&self.rows, &self.features, options.analyzer.between())?,
        };
        self.counted.push(Counted { place, rows, features: self.features.len() });
        if let Some(hashing) = &mut self.hashing
            && (self.features.nodes() > MAX_KEPT_NGRAMS || self.cutter.len() > MAX_KEPT_NGRAMS)
        {
            hashing.clear();
            self.features = Features::default();
            self.cutter = Cutter::new(options.analyzer)?;
        }
        Ok(())
    }

    /// Frees the memory that only counting needs.
    pub fn settle(&mut self) {
        (self.preprocessor, self.rows, self.tokens) = Default::default();
        self.cutter = Cutter::Characters { of_characters: Vec::new(), in_words: false };
    }
}

/// Turns terms into tokens: the integers that are counted.
///
/// If features are single terms, a token is the id of a feature, which is looked up once per type, not per occurrence.
/// Otherwise it is the id of a term.
struct TermLookup<'v> {
    options: &'v Options,
    known: &'v Features,
    own: Option<Growing<'v>>,
}

impl TermLookup<'_> {
    fn are_features(&self) -> bool {
        self.options.ngrams == (1, 1)
    }

    /// The token of a term; [`NO_ID`] if it is not known and may not be added.
    fn token(&mut self, term: &[u8]) -> Result<u32> {
        match &mut self.own {
            Some(own) => {
                let term = own.trie.terms_mut().intern(term)?;
                self.token_of(term)
            }
            None => {
                let term = self.known.terms().find(term).unwrap_or(NO_ID);
                Ok(if self.are_features() { self.known.feature(self.known.alone(term)) } else { term })
            }
        }
    }

    /// The token of a term of this worker.
    fn token_of(&mut self, term: u32) -> Result<u32> {
        let are_features = self.are_features();
        let own = self.own.as_mut().expect("the worker has terms of its own");
        if !are_features {
            return Ok(term);
        }
        own.reserve(1)?;
        let node = own.alone(term);
        Ok(own.feature(node))
    }

    /// Counts the features of a sequence of tokens.
    fn count(&mut self, tokens: &[u32], finder: &mut NgramFinder, rows: &mut CountedRows) -> Result<()> {
        if self.are_features() {
            return rows.count(tokens, self.own.as_ref().map_or(self.known.len(), Growing::len));
        }
        match &mut self.own {
            Some(own) => finder.count(tokens, own, rows),
            None => finder.count(tokens, self.known, rows),
        }
    }

    /// Counts the features of the characters of a word.
    fn count_word(&mut self, tokens: &[u32], finder: &mut NgramFinder, rows: &mut CountedRows) -> Result<()> {
        if self.are_features() {
            return self.count(tokens, finder, rows);
        }
        match &mut self.own {
            Some(own) => finder.count_word(tokens, own, rows),
            None => finder.count_word(tokens, self.known, rows),
        }
    }
}

/// Cuts documents into terms.
enum Cutter {
    Words(Box<WordCutter>),
    Characters {
        /// The token of each character plus one; 0 if the character is new.
        of_characters: Vec<u32>,
        in_words: bool,
    },
}

impl Cutter {
    fn new(analyzer: TermKind) -> Result<Self> {
        Ok(match analyzer {
            TermKind::Words(shortest) => Self::Words(Box::new(WordCutter {
                tokenizer: ScikitWordTokenizer::new(shortest),
                types: Interner::default(),
                token_of: Vec::new(),
            })),
            _ => Self::Characters {
                of_characters: zeros(char::MAX as usize + 1)?,
                in_words: analyzer == TermKind::CharactersInWords,
            },
        })
    }

    /// The number of types it knows.
    fn len(&self) -> usize {
        match self {
            Self::Words(words) => words.types.len(),
            Self::Characters { .. } => 0,
        }
    }
}

/// Cuts documents into words.
struct WordCutter {
    tokenizer: ScikitWordTokenizer,
    /// The types, if they are not the terms of this worker.
    types: Interner,
    /// The token of each type.
    token_of: Vec<u32>,
}

impl WordCutter {
    /// Calls `document` with the tokens of each document, in order.
    fn cut<'v>(
        &mut self,
        text: &[u8],
        documents: &[Range<usize>],
        terms: &mut TermLookup<'v>,
        tokens: &mut Vec<u32>,
        mut document: impl FnMut(&mut TermLookup<'v>, &[u32]) -> Result<()>,
    ) -> Result<()> {
        let [first, .., last] = documents else {
            // One document, which may be long: reads it in pieces that end at whitespace.
            tokens.clear();
            for range in documents {
                let text = &text[range.clone()];
                let mut start = 0;
                while start < text.len() {
                    let aim = (start + MAX_TEXT_BYTES / 2).min(text.len());
                    let end = whitespace_from(text, aim).unwrap_or(text.len()).min(start + MAX_TEXT_BYTES);
                    let end = boundary_before(text, end);
                    self.intern(&text[start..end], terms, tokens, |_| ())?;
                    start = end;
                }
                tokens.retain(|term| *term != STOP_WORD);
                document(terms, tokens)?;
            }
            return Ok(());
        };
        let origin = first.start;
        tokens.clear();
        // The number of words that begin before the end of each document.
        let mut ends = Vec::new();
        reserve(&mut ends, documents.len())?;
        let mut words = 0;
        self.intern(&text[origin..last.end], terms, tokens, |starts| {
            let mut from = 0;
            while let Some(document) = documents.get(ends.len()) {
                // A linear search, because most documents have few words.
                from += starts[from..].iter().take_while(|start| (**start as usize) < document.end - origin).count();
                if from == starts.len() {
                    break;
                }
                ends.push(words + from);
            }
            words += starts.len();
        })?;
        ends.resize(documents.len(), words);
        let mut start = 0;
        let mut kept = Vec::new();
        for end in ends {
            let own = &tokens[start..end];
            start = end;
            if !terms.options.stop_words.is_empty() && own.contains(&STOP_WORD) {
                kept.clear();
                reserve(&mut kept, own.len())?;
                kept.extend(own.iter().copied().filter(|term| *term != STOP_WORD));
                document(terms, &kept)?;
            } else {
                document(terms, own)?;
            }
        }
        Ok(())
    }

    /// Appends the tokens of the words of a text, and calls `starts` with the offsets where words begin.
    fn intern(
        &mut self,
        text: &[u8],
        terms: &mut TermLookup,
        tokens: &mut Vec<u32>,
        mut starts: impl FnMut(&[u32]),
    ) -> Result<()> {
        let before = tokens.len();
        reserve(tokens, self.tokenizer.read(text, std::iter::empty())?)?;
        let mut result = Ok(());
        let types = terms.own.as_mut().map_or(&mut self.types, |own| own.trie.terms_mut());
        self.tokenizer.words(|words| {
            starts(words.starts);
            if result.is_ok() {
                result = types.intern_uncounted(text, words, tokens);
            }
        });
        result?;
        self.know(terms)?;
        tokens[before..].iter_mut().for_each(|token| *token = self.token_of[*token as usize]);
        Ok(())
    }

    /// Looks up the tokens of new types, or of their lower case.
    fn know(&mut self, terms: &mut TermLookup) -> Result<()> {
        loop {
            let id = self.token_of.len();
            let types = terms.own.as_ref().map_or(&self.types, |own| own.trie.terms());
            if id == types.len() {
                return Ok(());
            }
            reserve(&mut self.token_of, types.len() - id)?;
            let id = u32::try_from(id).expect("ids are 32 bits");
            let word = types.get(id);
            let lower = match terms.options.lowers_types() {
                true => Some(lowercase(word)?).filter(|lower| matches!(lower, Cow::Owned(_))).map(Cow::into_owned),
                false => None,
            };
            let token = if terms.options.stop_words.find(lower.as_deref().unwrap_or(word)).is_some() {
                STOP_WORD
            } else {
                match (lower, &terms.own) {
                    (Some(lower), _) => terms.token(&lower)?,
                    (None, Some(_)) => terms.token_of(id)?,
                    (None, None) => terms.token(self.types.get(id))?,
                }
            };
            self.token_of.push(token);
        }
    }
}

/// Appends the tokens of characters.
fn push_characters(
    texts: &[&[u8]],
    of_characters: &mut [u32],
    terms: &mut TermLookup,
    tokens: &mut Vec<u32>,
) -> Result<()> {
    for text in texts {
        let text = str::from_utf8(text).expect("documents were checked to be UTF-8");
        reserve(tokens, text.len())?;
        for character in text.chars() {
            let term = &mut of_characters[character as usize];
            if *term == 0 {
                // An unknown character stays 0, and 0 minus one is `NO_ID`.
                *term = terms.token(character.encode_utf8(&mut [0; 4]).as_bytes())?.wrapping_add(1);
            }
            tokens.push(term.wrapping_sub(1));
        }
    }
    Ok(())
}

/// Appends the tokens of the characters of a text. A run of whitespace becomes one space.
fn push_with_single_spaces(
    text: &[u8],
    of_characters: &mut [u32],
    terms: &mut TermLookup,
    tokens: &mut Vec<u32>,
) -> Result<()> {
    let mut start = 0;
    while start < text.len() {
        let word = next_word(text, start).unwrap_or(text.len()..text.len());
        let space = &text[start..word.start];
        let is_long = str::from_utf8(space).is_ok_and(|space| space.chars().nth(1).is_some());
        push_characters(&[if is_long { b" " } else { space }, &text[word.clone()]], of_characters, terms, tokens)?;
        start = word.end;
    }
    Ok(())
}
