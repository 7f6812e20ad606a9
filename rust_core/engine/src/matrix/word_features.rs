//! The features inside words: n-grams of the characters of a word, with a space on both sides.

use std::str;

use crate::error::Result;
use crate::matrix::features::Features;
use crate::matrix::hashing::Hashing;
use crate::matrix::ngram_finder::NgramFinder;
use crate::matrix::trie::NO_ID;
use crate::memory::reserve;
use crate::utf8::boundary_before;

/// The bytes of a word that are read together.
const PIECE_BYTES: usize = if cfg!(test) { 4 } else { 16 << 10 };

/// The features inside each of many words. They depend on the word alone, so they are found once for each distinct word.
#[derive(Debug)]
pub(super) struct WordFeatures {
    features: Vec<u32>,
    /// The end of each word in `features`.
    ends: Vec<usize>,
    finder: NgramFinder,
    /// The term of each ASCII character; [`NO_ID`] if it was not looked up yet.
    of_ascii: [u32; 128],
    /// The characters of the current word, and the number of its bytes that were read.
    characters: Vec<u32>,
    read: usize,
    hashing: Option<Hashing>,
    /// The occurrence of each feature in a hashed row.
    hashed: Vec<u32>,
}

impl WordFeatures {
    /// No words; `ngrams` is the minimum and maximum number of characters.
    pub fn new(ngrams: (usize, usize), hashing: Option<Hashing>) -> Self {
        Self {
            features: Vec::new(),
            ends: Vec::new(),
            finder: NgramFinder::new(ngrams),
            of_ascii: [NO_ID; 128],
            characters: Vec::new(),
            read: 0,
            hashing,
            hashed: Vec::new(),
        }
    }

    /// The number of words.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The features inside a word, or their occurrences in a hashed row.
    #[inline]
    pub fn get(&self, word: u32) -> &[u32] {
        let start = (word as usize).checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.features[start..self.ends[word as usize]]
    }

    /// Adds a word. Its features are among the known ones, unless new features are added to `grown`. `is_over` gets the
    /// work since its last call, as a number of bytes or n-grams. If it returns true, this function may return false
    /// before the word is added: call it again with the same word.
    pub fn push(
        &mut self,
        word: &[u8],
        known: &Features,
        mut grown: Option<&mut Features>,
        mut is_over: impl FnMut(usize) -> bool,
    ) -> Result<bool> {
        if !self.read(word, known, grown.as_deref_mut(), &mut is_over)? {
            return Ok(false);
        }
        let before = self.features.len();
        let Self { finder, characters, features, .. } = self;
        let is_complete = match grown {
            Some(grown) => {
                let is_complete = finder.find_in_word(characters, grown.growing()?, features, is_over)?;
                if let Some(hashing) = self.hashing {
                    let name = |feature, name: &mut Vec<u8>| grown.name(feature, b"", name);
                    hashing.extend(&mut self.hashed, grown.len(), name)?;
                    features[before..].iter_mut().for_each(|feature| *feature = self.hashed[*feature as usize]);
                }
                is_complete
            }
            None => finder.find_in_word(characters, known, features, is_over)?,
        };
        if is_complete {
            reserve(&mut self.ends, 1)?;
            self.ends.push(self.features.len());
            self.characters.clear();
            self.read = 0;
        }
        Ok(is_complete)
    }

    /// Reads the characters of a word. Returns whether all are read.
    fn read(
        &mut self,
        word: &[u8],
        known: &Features,
        mut grown: Option<&mut Features>,
        mut is_over: impl FnMut(usize) -> bool,
    ) -> Result<bool> {
        if self.characters.is_empty() {
            reserve(&mut self.characters, word.len() + 2)?;
            self.append(" ", known, grown.as_deref_mut())?;
        }
        while self.read < word.len() {
            let piece = self.read..boundary_before(word, self.read + PIECE_BYTES);
            let text = str::from_utf8(&word[piece.clone()]).expect("documents were checked to be UTF-8");
            self.append(text, known, grown.as_deref_mut())?;
            self.read = piece.end;
            if self.read == word.len() {
                self.append(" ", known, grown.as_deref_mut())?;
            } else if is_over(piece.len()) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Appends characters to those of the current word.
    fn append(&mut self, text: &str, known: &Features, mut grown: Option<&mut Features>) -> Result<()> {
        for character in text.chars() {
            let cached = self.of_ascii.get(character as usize).copied().unwrap_or(NO_ID);
            if cached != NO_ID {
                self.characters.push(cached);
                continue;
            }
            let (mut bytes, known) = ([0; 4], known.terms());
            let name = character.encode_utf8(&mut bytes).as_bytes();
            let term = match &mut grown {
                Some(grown) => grown.terms_mut()?.intern(name)?,
                None => known.find(name).unwrap_or(NO_ID),
            };
            if let Some(cached) = self.of_ascii.get_mut(character as usize) {
                *cached = term;
            }
            self.characters.push(term);
        }
        Ok(())
    }
}
