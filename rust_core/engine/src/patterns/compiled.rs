//! Patterns for the types of an index: a set of bits for each slot.

use crate::checkpoint::Steps;
use crate::error::Result;
use crate::memory::{list_for, zeros};
use crate::patterns::vocabulary::Vocabulary;
use crate::patterns::{Base, Pattern, Slot, Word};
use crate::terms::NO_TERM;
use crate::tokenizer::PatternSearch;

/// The types that match a slot: a bit for each.
#[derive(Debug, Clone)]
struct TypeSet(Vec<u64>);

impl TypeSet {
    fn new(types: usize) -> Result<Self> {
        zeros(types.div_ceil(64)).map(Self)
    }

    #[inline]
    fn has(&self, id: u32) -> bool {
        self.0[id as usize / 64] >> (id % 64) & 1 != 0
    }

    fn add(&mut self, id: usize) {
        self.0[id / 64] |= 1 << (id % 64);
    }

    fn add_all(&mut self, others: &Self) {
        self.0.iter_mut().zip(&others.0).for_each(|(own, other)| *own |= other);
    }
}

/// The slots of a pattern; None matches every token.
#[derive(Debug)]
struct Phrase {
    label: usize,
    slots: Vec<Option<TypeSet>>,
}

/// Patterns that are compared with tokens, which are given as the ids of their types.
#[derive(Debug)]
pub struct Compiled {
    phrases: Vec<Phrase>,
    /// The types at which a match can begin; None if a match can begin at every token.
    starts: Option<TypeSet>,
}

impl Compiled {
    /// Compares the patterns with each type, or each term, once.
    pub(super) fn of(patterns: &[Pattern], base: Base, vocabulary: &Vocabulary, steps: &mut Steps) -> Result<Self> {
        let types = vocabulary.term_of.len();
        let (mut phrases, mut starts) = (list_for(patterns.len())?, Some(TypeSet::new(types)?));
        for pattern in patterns {
            let mut slots = list_for(pattern.slots.len())?;
            for slot in &pattern.slots {
                slots.push(match slot {
                    Slot::Any => None,
                    Slot::Words(words) => Some(match base {
                        Base::Tokens => types_of_tokens(words, vocabulary, steps)?,
                        Base::Terms => types_of_terms(words, vocabulary, steps)?,
                    }),
                });
            }
            match (&mut starts, &slots[..]) {
                (Some(all), [Some(own), ..]) => all.add_all(own),
                _ => starts = None,
            }
            phrases.push(Phrase { label: pattern.label, slots });
        }
        Ok(Self { phrases, starts })
    }

    /// Returns the number of patterns.
    pub fn len(&self) -> usize {
        self.phrases.len()
    }

    /// Returns whether there is no pattern.
    pub fn is_empty(&self) -> bool {
        self.phrases.is_empty()
    }

    /// Returns the number of the label of a pattern.
    pub fn label(&self, pattern: usize) -> usize {
        self.phrases[pattern].label
    }

    /// Returns the number of tokens that a pattern matches together.
    pub fn length(&self, pattern: usize) -> usize {
        self.phrases[pattern].slots.len()
    }

    /// Returns whether each pattern matches single tokens.
    pub fn are_words(&self) -> bool {
        self.phrases.iter().all(|phrase| phrase.slots.len() == 1)
    }

    /// Returns whether a pattern matches at the beginning of these tokens.
    #[inline]
    pub fn matches(&self, pattern: usize, tokens: &[u32]) -> bool {
        let slots = &self.phrases[pattern].slots;
        slots.len() <= tokens.len()
            && slots.iter().zip(tokens).all(|(slot, id)| slot.as_ref().is_none_or(|types| types.has(*id)))
    }

    /// Calls `take` with the places of a document, among those from `first` to `end`, where a match begins, and the
    /// number of the pattern. At one place, patterns with the same label and the same length count once.
    ///
    /// # Errors
    /// The errors of `take`.
    pub fn each(
        &self,
        document: &[u32],
        places: std::ops::Range<usize>,
        mut take: impl FnMut(usize, usize) -> Result<()>,
    ) -> Result<()> {
        for place in places {
            if self.starts.as_ref().is_some_and(|starts| !starts.has(document[place])) {
                continue;
            }
            for pattern in 0..self.phrases.len() {
                let is_match = |pattern: usize| self.matches(pattern, &document[place..]);
                if is_match(pattern) && !self.same_before(pattern).any(is_match) {
                    take(place, pattern)?;
                }
            }
        }
        Ok(())
    }

    /// Returns the patterns before this one with its label and length.
    fn same_before(&self, pattern: usize) -> impl Iterator<Item = usize> {
        let key = |pattern: usize| (self.label(pattern), self.length(pattern));
        (0..pattern).filter(move |other| key(*other) == key(pattern))
    }
}

/// Returns the types that match one of the words as they are written.
fn types_of_tokens(words: &[Word], vocabulary: &Vocabulary, steps: &mut Steps) -> Result<TypeSet> {
    let mut found = TypeSet::new(vocabulary.types.len())?;
    let mut search = Search::of(words)?;
    let mut literals: Vec<&str> = list_for(words.len())?;
    literals.extend(words.iter().filter_map(Word::as_literal));
    literals.sort_unstable();
    for id in 0..vocabulary.types.len() {
        let token = vocabulary.types.get(id);
        steps.did(1 + token.len())?;
        if literals.binary_search(&token).is_ok() || search.finds(token, steps)? {
            found.add(id);
        }
    }
    Ok(found)
}

/// Returns the types whose terms match one of the words.
fn types_of_terms(words: &[Word], vocabulary: &Vocabulary, steps: &mut Steps) -> Result<TypeSet> {
    let Vocabulary { terms, term_of, options, given, .. } = vocabulary;
    let mut found = TypeSet::new(terms.len())?;
    let mut add = |term: Option<u32>| {
        if let Some(term) = term.filter(|term| *term != NO_TERM) {
            found.add(term as usize);
        }
    };
    for literal in words.iter().filter_map(Word::as_literal) {
        steps.did(1 + literal.len())?;
        // The string may be a term already, or a word.
        add(terms.find(literal.as_bytes()));
        if let Some(term) = options.term(literal.as_bytes())? {
            add(match given {
                Some((words, terms)) => words.find(&term).and_then(|word| terms.get(word as usize).copied()),
                None => terms.find(&term),
            });
        }
    }
    let mut folded = list_for(words.len())?;
    for word in words {
        match word {
            Word::Glob(glob) if glob.as_literal().is_none() => folded.push(Word::Glob(glob.folded(options)?)),
            _ => {}
        }
    }
    let (mut search, mut folded) = (Search::of(words)?, Search::of(&folded)?);
    if !search.is_empty() {
        for id in 0..terms.len() {
            let term = terms.get(u32::try_from(id).expect("ids are 32 bits"));
            let term = str::from_utf8(term).expect("terms are from text that was checked");
            steps.did(1 + term.len())?;
            if search.finds(term, steps)? || folded.finds(term, steps)? {
                found.add(id);
            }
        }
    }
    let mut types = TypeSet::new(term_of.len())?;
    for (id, term) in term_of.iter().enumerate() {
        steps.did(1)?;
        if *term != NO_TERM && found.has(*term) {
            types.add(id);
        }
    }
    Ok(types)
}

/// Compares strings with the words that are not literals.
struct Search<'w> {
    globs: Vec<&'w super::Glob>,
    regexes: Vec<PatternSearch>,
}

impl<'w> Search<'w> {
    fn of(words: &'w [Word]) -> Result<Self> {
        let (mut globs, mut regexes) = (list_for(words.len())?, list_for(words.len())?);
        for word in words {
            match word {
                Word::Glob(glob) if glob.as_literal().is_none() => globs.push(glob),
                Word::Glob(_) => {}
                Word::Regex(regex) => regexes.push(PatternSearch::new(regex.clone())?),
            }
        }
        Ok(Self { globs, regexes })
    }

    fn is_empty(&self) -> bool {
        self.globs.is_empty() && self.regexes.is_empty()
    }

    fn finds(&mut self, string: &str, steps: &mut Steps) -> Result<bool> {
        if self.globs.iter().any(|glob| glob.matches(string)) {
            return Ok(true);
        }
        for regex in &mut self.regexes {
            if regex.is_in(string, steps)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
