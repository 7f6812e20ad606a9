//! The order of the lines of a concordance.
//!
//! The words at the places of the keys become numbers first: the distinct words in lower case are sorted once. Then the
//! lines are sorted by numbers only.

use crate::checkpoint::Steps;
use crate::concordance::find::Match;
use crate::concordance::texts::Tokens;
use crate::error::Result;
use crate::grouping::sort_by_code;
use crate::interner::Interner;
use crate::matrix::names_in_order;
use crate::memory::{list_for, reserve, zeros};
use crate::patterns::{Compiled, Words};
use crate::terms::lowercase;

/// A property by which lines are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// The word at this distance before the match, from 1.
    Left(usize),
    /// The word at this distance after the match, from 1.
    Right(usize),
    /// The words of the match.
    Match,
    /// The label of the pattern, in the order in which labels were added.
    Label,
    /// The number of the document.
    Document,
    /// The place in the document.
    Position,
    /// How many lines have the same words at the places of all keys that are words; the most frequent first.
    Frequency,
    /// A number of the document, in this list of the caller.
    Rank(usize),
}

impl Key {
    pub(super) fn is_of_words(self) -> bool {
        matches!(self, Self::Left(_) | Self::Right(_) | Self::Match)
    }

    /// Whether the types of the index are needed.
    pub fn needs_types(self) -> bool {
        self.is_of_words() || self == Self::Frequency
    }
}

/// The words after a match that are compared if the only key of words is their frequency.
const WORDS_OF_FREQUENCY: [Key; 3] = [Key::Right(1), Key::Right(2), Key::Right(3)];

/// The number for a place without a word.
const NO_TYPE: u32 = u32::MAX;

/// Lines that are sorted.
pub struct Lines<'a> {
    /// The matches, in the order of the text.
    pub matches: &'a [Match],
    /// The first token and the end of the sentence of each match, if windows end there.
    pub sentences: Option<&'a [(usize, usize)]>,
    /// The tokens of the documents.
    pub tokens: &'a Tokens<'a>,
    /// The types of the tokens.
    pub types: &'a Words,
    /// The patterns.
    pub compiled: &'a Compiled,
    /// A number for each document, for each rank of a key.
    pub ranks: &'a [&'a [u32]],
}

impl Lines<'_> {
    /// Returns the places of the matches in the order of these keys; equal lines stay in the order of the text.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
    pub fn order(&self, keys: &[Key], threads: usize, steps: &mut Steps) -> Result<Vec<usize>> {
        let mut all = list_for(keys.len() + WORDS_OF_FREQUENCY.len())?;
        all.extend_from_slice(keys);
        if keys.contains(&Key::Frequency) && !keys.iter().any(|key| key.is_of_words()) {
            all.extend(WORDS_OF_FREQUENCY);
        }
        let words = self.words(&all, threads, steps)?;
        let mut order = list_for(self.matches.len())?;
        order.extend(0..self.matches.len());
        let frequencies = if keys.contains(&Key::Frequency) { self.frequencies(&words, steps)? } else { Vec::new() };
        let mut column = words.width;
        for key in all.iter().rev() {
            let own = self.width(*key);
            column -= own;
            order = match *key {
                Key::Left(_) | Key::Right(_) | Key::Match => words.sort(order, column..column + own, steps)?,
                Key::Label => {
                    let label = |line: &usize| self.compiled.label(self.matches[*line].pattern as usize);
                    sort_by_number(order, label, steps)?
                }
                Key::Document => sort_by_number(order, |line| self.matches[*line].document, steps)?,
                Key::Position => sort_by_number(order, |line| self.matches[*line].from, steps)?,
                // The largest number first.
                Key::Frequency => sort_by_code(order, |line| !frequencies[*line], steps)?,
                Key::Rank(list) => sort_by_code(order, |line| self.ranks[list][self.matches[*line].document], steps)?,
            };
        }
        Ok(order)
    }

    /// Returns the number of words of a key.
    fn width(&self, key: Key) -> usize {
        match key {
            Key::Left(_) | Key::Right(_) => 1,
            Key::Match => self.longest(),
            _ => 0,
        }
    }

    fn longest(&self) -> usize {
        (0..self.compiled.len()).map(|pattern| self.compiled.length(pattern)).max().unwrap_or(0)
    }

    /// Returns the words at the places of the keys, as numbers in their order.
    fn words(&self, keys: &[Key], threads: usize, steps: &mut Steps) -> Result<WordRanks> {
        let width: usize = keys.iter().map(|key| self.width(*key)).sum();
        let mut ranks = list_for(width * self.matches.len())?;
        let longest = self.longest();
        for (line, found) in self.matches.iter().enumerate() {
            steps.did(1 + width)?;
            let tokens = self.tokens.of(found.document);
            let (first, end) = self.sentences.map_or((0, tokens.len()), |sentences| sentences[line]);
            let to = found.from + self.compiled.length(found.pattern as usize);
            let at = |place: Option<usize>| match place {
                Some(place) if (first..end).contains(&place) => tokens[place],
                _ => NO_TYPE,
            };
            for key in keys {
                match *key {
                    Key::Left(distance) => ranks.push(at(found.from.checked_sub(distance))),
                    Key::Right(distance) => ranks.push(at((to - 1).checked_add(distance))),
                    Key::Match => {
                        let own = |place: usize| at((place < to).then_some(place));
                        ranks.extend((found.from..found.from + longest).map(own));
                    }
                    _ => {}
                }
            }
        }
        self.number(&mut ranks, threads, steps)?;
        Ok(WordRanks { ranks, width })
    }

    /// Replaces types by the numbers of their lower case in alphabetical order, from 1; [`NO_TYPE`] becomes 0.
    fn number(&self, types: &mut [u32], threads: usize, steps: &mut Steps) -> Result<()> {
        // The number of the word of each type, from 1.
        let mut word_of: Vec<u32> = zeros(self.types.len())?;
        let mut words = Interner::default();
        for id in types.iter() {
            steps.did(1)?;
            if *id != NO_TYPE && word_of[*id as usize] == 0 {
                let lower = lowercase(self.types.get(*id as usize).as_bytes())?;
                steps.did(lower.len())?;
                word_of[*id as usize] = 1 + words.intern(&lower)?;
            }
        }
        let mut rank_of: Vec<u32> = zeros(words.len() + 1)?;
        if !words.is_empty() {
            for (rank, word) in (1..).zip(names_in_order(&words, threads, steps)?) {
                rank_of[word as usize + 1] = rank;
            }
        }
        for id in types {
            steps.did(1)?;
            *id = if *id == NO_TYPE { 0 } else { rank_of[word_of[*id as usize] as usize] };
        }
        Ok(())
    }

    /// Returns how many lines have the same words as each line.
    fn frequencies(&self, words: &WordRanks, steps: &mut Steps) -> Result<Vec<u32>> {
        let mut order = list_for(self.matches.len())?;
        order.extend(0..self.matches.len());
        let order = words.sort(order, 0..words.width, steps)?;
        let mut frequencies: Vec<u32> = zeros(self.matches.len())?;
        for same in order.chunk_by(|line, next| words.of(*line) == words.of(*next)) {
            steps.did(same.len())?;
            let number = u32::try_from(same.len()).unwrap_or(u32::MAX);
            same.iter().for_each(|line| frequencies[*line] = number);
        }
        Ok(frequencies)
    }
}

/// The words of each line, as numbers in alphabetical order.
struct WordRanks {
    ranks: Vec<u32>,
    /// The number of words of a line.
    width: usize,
}

impl WordRanks {
    fn of(&self, line: usize) -> &[u32] {
        &self.ranks[line * self.width..][..self.width]
    }

    /// Sorts lines by some of their words.
    fn sort(&self, order: Vec<usize>, columns: std::ops::Range<usize>, steps: &mut Steps) -> Result<Vec<usize>> {
        columns.rev().try_fold(order, |order, column| sort_by_code(order, |line| self.of(*line)[column], steps))
    }
}

/// Sorts lines by a number of 64 bits.
///
/// # Errors
/// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
pub fn sort_by_number(order: Vec<usize>, number: impl Fn(&usize) -> usize, steps: &mut Steps) -> Result<Vec<usize>> {
    let half =
        |line: &usize, shift: u32| u32::try_from(number(line) as u64 >> shift & u64::from(u32::MAX)).expect("32 bits");
    let order = sort_by_code(order, |line| half(line, 0), steps)?;
    sort_by_code(order, |line| half(line, 32), steps)
}

/// Chooses `number` places below `count` at random, in ascending order; all of them if there are fewer. Equal seeds give
/// equal places.
///
/// # Errors
/// [`OutOfMemory`](crate::Error::OutOfMemory), [`Stopped`](crate::Error::Stopped).
pub fn sample(count: usize, number: usize, seed: u64, steps: &mut Steps) -> Result<Vec<usize>> {
    let (mut chosen, mut state) = (list_for(number.min(count))?, seed);
    for place in 0..count {
        let missing = number.min(count) - chosen.len();
        if missing == 0 {
            break;
        }
        steps.did(1)?;
        // Each place is chosen with the probability missing / left: all choices have the same probability.
        let left = (count - place) as u128;
        if (u128::from(random(&mut state)) * left) >> 64 < missing as u128 {
            reserve(&mut chosen, 1)?;
            chosen.push(place);
        }
    }
    Ok(chosen)
}

/// Returns the next number of the generator SplitMix64 (Steele, Lea and Flood 2014).
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mixed = (*state ^ *state >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ mixed >> 31
}
