//! The valence of words of the lexicon, changed by the words around them.

use crate::sentiment::vader::rules::{
    AT, BY_DISTANCE, CAPITALS, DOUBT, KIND, LEAST, NEGATED, NEVER, NEVER_SO, NO, NOR, OF, OR, SO, THIS, VERY, WITHOUT,
};
use crate::sentiment::vader::vocabulary::{Vocabulary, Word, WordEntry};

/// The contribution of a word to the sentiment of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sentiment {
    /// The index of the word in the text.
    pub place: usize,
    /// How positive or negative the word is.
    pub value: f64,
    /// Whether the value is an integer in Python.
    pub is_integer: bool,
}

/// The words of a text, with the vocabulary.
pub struct Sentence<'t> {
    vocabulary: &'t Vocabulary,
    words: &'t [Word],
    /// Whether capitals emphasize a word: not if all words are in capitals.
    emphasizes: bool,
}

impl<'t> Sentence<'t> {
    /// The words of a text, with the vocabulary.
    pub fn new(vocabulary: &'t Vocabulary, words: &'t [Word]) -> Self {
        Self { vocabulary, words, emphasizes: words.iter().any(|word| !word.is_upper) }
    }

    fn entry(&self, word: Word) -> &WordEntry {
        self.vocabulary.entry(word.id)
    }

    fn is_listed(&self, word: Word) -> bool {
        self.entry(word).valence.is_some()
    }

    fn is_emphasized(&self, word: Word) -> bool {
        word.is_upper && self.emphasizes
    }

    /// The contribution of a word; `None` if it is neutral.
    #[inline]
    pub fn sentiment(&self, place: usize) -> Option<Sentiment> {
        let word = self.words[place];
        let listed = self.entry(word).valence.filter(|_| word.contributes)?;
        let next = self.words.get(place + 1).copied();
        if word.id == KIND && next.is_some_and(|next| next.id == OF) {
            return None;
        }
        let mut value = listed;
        if word.id == NO && next.is_some_and(|next| self.is_listed(next)) {
            value = 0.0;
        }
        if self.follows_no(place) {
            value = listed * NEGATED;
        }
        if self.is_emphasized(word) {
            value = away_from_zero(value, CAPITALS);
        }
        let mut is_integer = false;
        for (distance, share) in BY_DISTANCE {
            let Some(earlier) = place.checked_sub(distance).map(|place| self.words[place]) else { break };
            if self.is_listed(earlier) {
                continue;
            }
            value += self.boost(earlier, value) * share;
            value *= self.negation(place, distance);
            if distance == BY_DISTANCE.len() {
                (value, is_integer) = self.idiom(place, value);
            }
        }
        if self.follows_least(place) {
            (value, is_integer) = (value * NEGATED, false);
        }
        Some(Sentiment { place, value, is_integer })
    }

    fn id(&self, place: usize, distance: usize) -> Option<u32> {
        place.checked_sub(distance).map(|place| self.words[place].id)
    }

    fn follows_no(&self, place: usize) -> bool {
        let no = |distance| self.id(place, distance) == Some(NO);
        no(1) || no(2) || no(3) && matches!(self.id(place, 1), Some(OR | NOR))
    }

    fn follows_least(&self, place: usize) -> bool {
        self.id(place, 1) == Some(LEAST)
            && !self.is_listed(self.words[place - 1])
            && !matches!(self.id(place, 2), Some(AT | VERY))
    }

    /// The number that a word adds to the valence of a word after it.
    fn boost(&self, word: Word, valence: f64) -> f64 {
        let Some(booster) = self.entry(word).booster else { return 0.0 };
        let boost = if valence < 0.0 { -booster } else { booster };
        match self.is_emphasized(word) {
            true if valence > 0.0 => boost + CAPITALS,
            true => boost - CAPITALS,
            false => boost,
        }
    }

    fn negates(&self, word: Word) -> bool {
        word.has_nt || self.entry(word).negates
    }

    /// The factor for the valence of the word at `place`, from the word at `distance` before it, which must exist.
    fn negation(&self, place: usize, distance: usize) -> f64 {
        let before = |distance: usize| self.words[place - distance].id;
        let intensifies = |distance| matches!(before(distance), SO | THIS);
        let (never_so, without_doubt) = match distance {
            1 => (false, false),
            2 => (before(2) == NEVER && intensifies(1), before(2) == WITHOUT && before(1) == DOUBT),
            // The rules of VADER accept "so" and "this" directly before a word even without "never".
            _ => (
                before(3) == NEVER && intensifies(2) || intensifies(1),
                before(3) == WITHOUT && (before(2) == DOUBT || before(1) == DOUBT),
            ),
        };
        if never_so {
            NEVER_SO
        } else if self.negates(self.words[place - distance]) && !without_doubt {
            NEGATED
        } else {
            1.0
        }
    }

    /// The value of a word after the rules for phrases, and whether it is an integer. There must be three words before
    /// it.
    fn idiom(&self, place: usize, mut value: f64) -> (f64, bool) {
        if !self.words[place - 3..=place].iter().any(|word| self.entry(*word).begins_phrase) {
            return (value, false);
        }
        let phrase = |from: usize, to: usize| self.words.get(from..=to).and_then(|words| self.vocabulary.phrase(words));
        let idiom = |(from, to)| phrase(from, to).and_then(|phrase| phrase.idiom);
        let (third, second, first) = (place - 3, place - 2, place - 1);
        let until = [(first, place), (second, place), (second, first), (third, first), (third, second)];
        // A phrase after the word has priority.
        let behind = [(place, place + 2), (place, place + 1)];
        let found = behind.into_iter().find_map(idiom).or_else(|| until.into_iter().find_map(idiom));
        let mut is_integer = false;
        if let Some(worth) = found {
            (value, is_integer) = (worth, worth.fract() == 0.0);
        }
        for (from, to) in [(third, first), (third, second), (second, first)] {
            if let Some(booster) = phrase(from, to).and_then(|phrase| phrase.booster) {
                (value, is_integer) = (value + booster, false);
            }
        }
        (value, is_integer)
    }
}

/// The valence moved away from zero; a valence of zero becomes negative.
fn away_from_zero(valence: f64, by: f64) -> f64 {
    if valence > 0.0 { valence + by } else { valence - by }
}
