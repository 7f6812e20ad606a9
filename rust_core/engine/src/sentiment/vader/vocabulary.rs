//! The vocabulary: all words of the lexicon and of the rules.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::checkpoint::Steps;
use crate::error::{Error, Result};
use crate::interner::Interner;
use crate::memory::{append, list_for, reserve, reserve_entry, zeros};
use crate::sentiment::lexicon::{Listed, entries, lines};
use crate::sentiment::vader::prefix_map::PrefixMap;
use crate::sentiment::vader::rules::{
    BOOST, BOOSTERS, DAMPENERS, DAMPENING_PHRASES, IDIOMS, NAMED, NEGATIONS, UNKNOWN,
};
use crate::sentiment::vader::settings::Settings;
use crate::sentiment::vader::short_word::ShortWord;
use crate::terms::lowercase;
use crate::whitespace::is_whitespace;

/// A word of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Word {
    /// The id of its lower case in the vocabulary.
    pub id: u32,
    /// Whether the word is in capitals.
    pub is_upper: bool,
    /// Whether the word contains "n't".
    pub has_nt: bool,
    /// Whether the word contributes to the sentiment of a text.
    pub contributes: bool,
}

/// The properties of a word by itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct WordEntry {
    /// The valence, if the lexicon lists the word.
    pub valence: Option<f64>,
    /// The number it adds to the valence of words after it, if it is a booster or a dampener.
    pub booster: Option<f64>,
    /// Whether it negates the valence of words after it.
    pub negates: bool,
    /// Whether it is the first word of a phrase.
    pub begins_phrase: bool,
    /// Whether it is the second word of a phrase.
    pub continues_phrase: bool,
}

impl WordEntry {
    /// Whether a word contributes to the sentiment of a text: the lexicon lists it, and it is not a booster.
    pub fn contributes(&self) -> bool {
        self.valence.is_some() && self.booster.is_none()
    }
}

/// The properties of a phrase of two or three words.
#[derive(Debug, Clone, Copy, Default)]
pub struct Phrase {
    /// The valence of a word of the lexicon in the phrase or next to it.
    pub idiom: Option<f64>,
    /// The number it adds to the valence of a word after it.
    pub booster: Option<f64>,
}

/// The most words of a phrase.
const MAX_PHRASE_WORDS: usize = 3;

/// The id in place of the third word of a phrase of two words.
const NO_WORD: u32 = u32::MAX;

/// Words with ids and properties, and phrases.
#[derive(Debug)]
pub struct Vocabulary {
    words: Interner,
    /// The bytes of the longest word.
    longest: usize,
    entries: Vec<WordEntry>,
    filter: Filter,
    phrases: HashMap<[u32; MAX_PHRASE_WORDS], Phrase>,
    /// The ids of the idioms in the settings, by the ids of their words.
    idioms: PrefixMap<u32>,
}

impl Vocabulary {
    /// Builds the vocabulary from the rules and the settings.
    ///
    /// # Errors
    /// [`Error::InvalidLexicon`], [`Error::OutOfMemory`].
    pub fn new(settings: &Settings) -> Result<Self> {
        let mut vocabulary = Self {
            words: Interner::default(),
            longest: 0,
            entries: Vec::new(),
            filter: Filter::default(),
            phrases: HashMap::new(),
            idioms: PrefixMap::default(),
        };
        for word in NAMED {
            vocabulary.add(word)?;
        }
        vocabulary.know_rules()?;
        for entry in entries("the lexicon", settings.lexicon) {
            let Listed { word, value, .. } = entry?;
            vocabulary.entry_mut(word)?.valence = Some(value);
        }
        vocabulary.know_more(settings)?;
        Ok(vocabulary)
    }

    fn know_rules(&mut self) -> Result<()> {
        for (words, booster) in [(BOOSTERS, BOOST), (DAMPENERS, -BOOST)] {
            for word in words.split(' ') {
                self.entry_mut(word)?.booster = Some(booster);
            }
        }
        for word in NEGATIONS.split(' ') {
            self.entry_mut(word)?.negates = true;
        }
        for phrase in DAMPENING_PHRASES {
            self.phrase_mut(&phrase.split(' ').collect::<Vec<_>>())?.booster = Some(-BOOST);
        }
        for (phrase, value) in IDIOMS {
            self.phrase_mut(&phrase.split(' ').collect::<Vec<_>>())?.idiom = Some(value);
        }
        Ok(())
    }

    /// Adds the words of the settings that go beyond VADER. Their case does not matter.
    fn know_more(&mut self, settings: &Settings) -> Result<()> {
        for entry in entries("the boosters", settings.boosters) {
            let Listed { line, word, value } = entry?;
            let lower = in_lower_case(word)?;
            match split(&lower)?[..] {
                [word] => self.entry_mut(word)?.booster = Some(value),
                ref words if words.len() <= MAX_PHRASE_WORDS => self.phrase_mut(words)?.booster = Some(value),
                _ => {
                    let reason = "a booster has at most three words";
                    return Err(Error::InvalidLexicon { what: "the boosters", line, reason });
                }
            }
        }
        for (line, word) in lines(settings.negations) {
            if word.contains(is_whitespace) {
                let reason = "a negation is one word, without whitespace in it";
                return Err(Error::InvalidLexicon { what: "the negations", line, reason });
            }
            self.entry_mut(&in_lower_case(word)?)?.negates = true;
        }
        for entry in entries("the idioms", settings.idioms) {
            let Listed { line, word, value } = entry?;
            let lower = in_lower_case(word)?;
            let words = split(&lower)?;
            if words.len() < 2 {
                let reason = "an idiom has more than one word; a single word belongs in the lexicon";
                return Err(Error::InvalidLexicon { what: "the idioms", line, reason });
            }
            let (mut ids, mut joined) = (list_for(words.len())?, String::new());
            for word in &words {
                ids.push(self.add(word)?);
                let between = if joined.is_empty() { "" } else { " " };
                append(&mut joined, [between, *word])?;
            }
            // This cannot be equal to a word of a text, because it contains a space.
            let idiom = self.add(&joined)?;
            self.entries[idiom as usize].valence = Some(value);
            self.idioms.insert(ids.into_iter(), idiom)?;
        }
        Ok(())
    }

    /// The id of a word; added if it is new.
    fn add(&mut self, word: &str) -> Result<u32> {
        reserve(&mut self.entries, 1)?;
        let id = self.words.intern(word.as_bytes())?;
        if id as usize == self.entries.len() {
            self.entries.push(WordEntry::default());
            self.filter.add(word.as_bytes())?;
            self.longest = self.longest.max(word.len());
        }
        Ok(id)
    }

    fn entry_mut(&mut self, word: &str) -> Result<&mut WordEntry> {
        let id = self.add(word)?;
        Ok(&mut self.entries[id as usize])
    }

    fn phrase_mut(&mut self, words: &[&str]) -> Result<&mut Phrase> {
        let mut key = [NO_WORD; MAX_PHRASE_WORDS];
        for (id, word) in key.iter_mut().zip(words) {
            *id = self.add(word)?;
        }
        self.entries[key[0] as usize].begins_phrase = true;
        self.entries[key[1] as usize].continues_phrase = true;
        reserve_entry(&mut self.phrases)?;
        Ok(self.phrases.entry(key).or_default())
    }

    /// Whether a word of `length` bytes, in any case, may be known. The lower case of a character has at least a third of
    /// its bytes.
    pub fn may_know(&self, length: usize) -> bool {
        length <= 3 * self.longest
    }

    /// The id of a word, which must be in lower case.
    pub fn find(&self, word: &[u8]) -> u32 {
        self.words.find(word).unwrap_or(UNKNOWN)
    }

    /// The id of a word of `length` bytes, in any case.
    #[inline]
    pub fn find_short(&self, word: ShortWord, length: usize) -> u32 {
        let id = if self.filter.may_know(word) { self.words.find_short(word.lower(), length) } else { None };
        id.unwrap_or(UNKNOWN)
    }

    /// The properties of a word.
    pub fn entry(&self, id: u32) -> &WordEntry {
        &self.entries[id as usize]
    }

    /// The properties of a phrase of two or three words, if it is one.
    pub fn phrase(&self, words: &[Word]) -> Option<&Phrase> {
        // The rules check this for each word of the lexicon, and it is rarely true.
        if !self.entry(words[0].id).begins_phrase || !self.entry(words[1].id).continues_phrase {
            return None;
        }
        let mut key = [NO_WORD; MAX_PHRASE_WORDS];
        for (id, word) in key.iter_mut().zip(words) {
            *id = word.id;
        }
        self.phrases.get(&key)
    }

    /// The words of a text in which each idiom of the settings is one word, in `memory`. If several idioms begin at a
    /// word, the longest counts.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], [`Error::Stopped`].
    pub fn join_idioms<'w>(
        &self,
        words: &'w [Word],
        memory: &'w mut Vec<Word>,
        steps: &mut Steps,
    ) -> Result<&'w [Word]> {
        if self.idioms.is_empty() {
            return Ok(words);
        }
        memory.clear();
        reserve(memory, words.len())?;
        let mut rest = words;
        while let Some(first) = rest.first() {
            steps.did(1)?;
            let (mut word, mut length) = (*first, 1);
            if let Some((longest, id)) = self.idioms.longest(rest.iter().map(|word| word.id)) {
                let is_upper = rest[..longest].iter().all(|word| word.is_upper);
                word = Word { id: *id, is_upper, has_nt: false, contributes: true };
                length = longest;
            }
            memory.push(word);
            rest = &rest[length..];
        }
        Ok(memory)
    }
}

/// A filter that rejects most unknown words with a table in the fastest cache.
#[derive(Debug, Default)]
struct Filter {
    /// One bit for each hash. Empty before the first word is added.
    bits: Vec<u64>,
}

impl Filter {
    /// The bits of a hash: some thousand words then fill a few percent of the table.
    const HASH_BITS: u32 = 17;

    fn add(&mut self, word: &[u8]) -> Result<()> {
        if self.bits.is_empty() {
            self.bits = zeros(1 << (Self::HASH_BITS - u64::BITS.ilog2()))?;
        }
        if let Some(short) = ShortWord::of(word, &(0..word.len())) {
            let (place, bit) = Self::place(short);
            self.bits[place] |= bit;
        }
        Ok(())
    }

    #[inline]
    fn may_know(&self, word: ShortWord) -> bool {
        let (place, bit) = Self::place(word);
        self.bits[place] & bit != 0
    }

    #[inline]
    #[allow(clippy::cast_possible_truncation)] // The shift leaves HASH_BITS bits.
    fn place(word: ShortWord) -> (usize, u64) {
        let hash = word.caseless_hash() >> (u64::BITS - Self::HASH_BITS);
        ((hash / 64) as usize, 1 << (hash % 64))
    }
}

fn in_lower_case(words: &str) -> Result<Cow<'_, str>> {
    Ok(match lowercase(words.as_bytes())? {
        Cow::Borrowed(_) => Cow::Borrowed(words),
        Cow::Owned(lower) => Cow::Owned(String::from_utf8(lower).expect("lower case is UTF-8")),
    })
}

fn split(words: &str) -> Result<Vec<&str>> {
    let each = || words.split(is_whitespace).filter(|word| !word.is_empty());
    let mut split = list_for(each().count())?;
    split.extend(each());
    Ok(split)
}
