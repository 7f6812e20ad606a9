//! Regular expressions with features that the `regex` crate does not have: Python's word boundaries, its `$`, and
//! matches that are never empty.
//!
//! Simulates the automaton that the crate `regex-automata` builds from a pattern, byte by byte, with all threads of
//! the automaton in parallel (Pike's machine). The time is proportional to the text and the pattern. The `regex` crate is
//! faster, so it searches the texts in which it finds the same matches, unless its searches are slow.
//!
//! As in `linear`, a search notes the states from which it found nothing, and a later search ends at such a note.

use regex_automata::nfa::thompson::{NFA, State, WhichCaptures};
use regex_automata::util::look::Look;
use regex_automata::util::primitives::StateID;
use regex_syntax::hir::{Class, Hir, HirKind};

use crate::checkpoint::Steps;
use crate::error::{Error, Result};
use crate::memory::ensure;
use crate::tokenizer::character_set::CharacterSet;
use crate::tokenizer::pattern::refusal::refused;
use crate::tokenizer::pattern::search_scratch::{BYTES_PER_NOTE, NOWHERE, Places, SearchScratch, Threads};

/// The most bytes of an automaton.
pub const MAX_AUTOMATON_BYTES: usize = 10 << 20;

/// Approximately the most bytes needed for a search. The crate does not check that there is memory, so we do.
pub const SEARCHING_BYTES: usize = 4 << 20;

/// Adds the characters of a class that are not in the set, and removes those that are.
///
/// # Errors
/// [`Error::InvalidPattern`] if `class` is not a class of characters.
fn toggle(set: &mut CharacterSet, class: &Hir) -> Result<()> {
    match class.kind() {
        HirKind::Class(Class::Unicode(class)) => {
            for range in class.ranges() {
                (range.start()..=range.end()).for_each(|character| set.toggle(character));
            }
        }
        // The parser turns a class of one character into a literal.
        HirKind::Literal(literal) => match str::from_utf8(&literal.0).map(|text| (text.chars().next(), text)) {
            Ok((Some(character), text)) if text.len() == character.len_utf8() => set.toggle(character),
            _ => return Err(no_class()),
        },
        _ => return Err(no_class()),
    }
    Ok(())
}

fn no_class() -> Error {
    let message = "the characters of words must be given as a class, such as [a-z_]".to_owned();
    Error::InvalidPattern { message, offset: None }
}

/// Finds the matches of a pattern, with these differences from the `regex` crate:
///
/// - a class defines the word characters for `\b` and `\B`;
/// - `(?mR:$)` matches at the end of a text, and before a line feed that ends it;
/// - matches are never empty: an empty match is replaced by the first match at the same place that is not empty.
#[derive(Debug)]
pub struct Stepper {
    nfa: NFA,
    /// The class of the word characters, as it was given.
    word_class: Box<str>,
    words: CharacterSet,
    /// The characters that are word characters only here or only in the `regex` crate.
    others: CharacterSet,
    /// Whether the `regex` crate can never be used.
    is_always_needed: bool,
    /// Whether there are word boundaries.
    has_boundaries: bool,
}

/// A match, and the group in it.
#[derive(Debug)]
pub struct Found {
    pub end: usize,
    pub token: Option<(usize, usize)>,
}

impl Stepper {
    /// Builds the automaton of a parsed pattern. `words` is the class of the word characters.
    ///
    /// # Errors
    /// [`Error::InvalidPattern`], [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn new(words: &str, pattern: &str, parsed: &Hir) -> Result<Self> {
        ensure(MAX_AUTOMATON_BYTES)?;
        let word_class = words.into();
        let class = regex_syntax::parse(words).map_err(|error| refused(words, &error))?;
        let theirs = regex_syntax::parse(r"\w").expect("a class");
        let (mut words, mut others) = (CharacterSet::empty()?, CharacterSet::empty()?);
        toggle(&mut words, &class)?;
        toggle(&mut others, &class)?;
        toggle(&mut others, &theirs)?;
        let config = NFA::config().which_captures(WhichCaptures::All).nfa_size_limit(Some(MAX_AUTOMATON_BYTES));
        let nfa = NFA::compiler().configure(config).build(pattern).map_err(|error| Error::InvalidPattern {
            message: format!("the pattern is refused: {error}"),
            offset: None,
        })?;
        let looks = nfa.look_set_any();
        let has_boundaries = looks.contains_word_unicode();
        // ASCII text is not checked, so its word characters must be the same in both.
        let differs_in_ascii = ('\0'..='\x7F').any(|character| others.contains(u32::from(character)));
        let is_always_needed = parsed.properties().minimum_len().unwrap_or(0) == 0
            || looks.contains(Look::EndCRLF)
            || has_boundaries && differs_in_ascii;
        Ok(Self { nfa, word_class, words, others, is_always_needed, has_boundaries })
    }

    /// Returns the class of the word characters, as it was given.
    pub fn word_class(&self) -> &str {
        &self.word_class
    }

    /// Returns whether both find the same tokens with the same pattern.
    pub fn has_same_words(&self, other: &Self) -> bool {
        self.words == other.words
    }

    /// Builds the automaton of a pattern for the matches of the `regex` crate. Returns None if the crate may find others.
    pub fn of_crate(pattern: &str) -> Option<Self> {
        let parsed = regex_syntax::parse(pattern).ok()?;
        let stepper = Self::new(r"\w", pattern, &parsed).ok()?;
        (!stepper.is_always_needed).then_some(stepper)
    }

    /// Whether the `regex` crate may find other matches in a text.
    pub fn is_needed(&self, text: &str) -> bool {
        self.is_always_needed
            || self.has_boundaries
                && !text.is_ascii()
                && text.chars().any(|character| self.others.contains(u32::from(character)))
    }

    /// The first match that begins at or after `from`. If the search stops, the next call with the same arguments
    /// continues it.
    ///
    /// # Errors
    /// [`Stopped`](crate::Error::Stopped).
    pub fn find(
        &self,
        text: &str,
        from: usize,
        scratch: &mut SearchScratch,
        steps: &mut Steps,
    ) -> Result<Option<Found>> {
        let SearchScratch { now, next, stack, notes, stopped } = scratch;
        let (from, mut found) = stopped.take().unwrap_or_else(|| {
            let states = self.nfa.states().len();
            now.begin(states);
            next.begin(states);
            notes.begin_search();
            (from, None)
        });
        for at in from..=text.len() {
            if found.is_some() && now.states.is_empty() {
                break;
            }
            if let Err(error) = steps.did(1 + now.states.len()) {
                *stopped = Some((at, found));
                return Err(error);
            }
            if found.is_none() && text.is_char_boundary(at) {
                self.follow(text, at, self.nfa.start_anchored(), [at, NOWHERE, NOWHERE], now, stack);
            }
            let byte = text.as_bytes().get(at);
            for state in &now.states {
                let places = now.places[state.as_usize()];
                let to = match (self.nfa.state(*state), byte) {
                    (State::Match { .. }, _) if places[0] < at => {
                        let token = (places[2] != NOWHERE).then_some((places[1], places[2]));
                        notes.begin_search();
                        found = Some(Found {
                            end: at,
                            token: if self.has_group() { token } else { Some((places[0], at)) },
                        });
                        break;
                    }
                    (State::ByteRange { trans }, Some(byte)) => trans.matches_byte(*byte).then_some(trans.next),
                    (State::Sparse(transitions), Some(byte)) => transitions.matches_byte(*byte),
                    (State::Dense(transitions), Some(byte)) => transitions.matches_byte(*byte),
                    _ => None,
                };
                if let Some(to) = to {
                    self.follow(text, at + 1, to, places, next, stack);
                }
            }
            std::mem::swap(now, next);
            next.clear();
            if found.is_some() && at % BYTES_PER_NOTE == 0 && notes.know(&now.states, at / BYTES_PER_NOTE) {
                break;
            }
        }
        notes.keep();
        Ok(found)
    }

    fn has_group(&self) -> bool {
        self.nfa.group_info().all_group_len() > 1
    }

    /// Adds a state and all states that are reached from it without reading a byte.
    fn follow(
        &self,
        text: &str,
        at: usize,
        state: StateID,
        places: Places,
        threads: &mut Threads,
        stack: &mut Vec<(StateID, Places)>,
    ) {
        stack.push((state, places));
        while let Some((state, mut places)) = stack.pop() {
            if !threads.add(state, places) {
                continue;
            }
            match self.nfa.state(state) {
                State::Look { look, next } if self.holds(*look, text, at) => stack.push((*next, places)),
                State::Union { alternates } => stack.extend(alternates.iter().rev().map(|next| (*next, places))),
                State::BinaryUnion { alt1, alt2 } => stack.extend([(*alt2, places), (*alt1, places)]),
                State::Capture { next, slot, .. } => {
                    // The start of the match is already known, and its end is not needed.
                    if let Some(slot) = slot.as_usize().checked_sub(1).filter(|slot| *slot >= 1) {
                        places[slot] = at;
                    }
                    stack.push((*next, places));
                }
                _ => {}
            }
        }
    }

    fn holds(&self, look: Look, text: &str, at: usize) -> bool {
        match look {
            Look::EndCRLF => matches!(&text.as_bytes()[at..], [] | [b'\n']),
            Look::WordUnicode => self.is_boundary(text, at),
            Look::WordUnicodeNegate => !self.is_boundary(text, at),
            look => self.nfa.look_matcher().matches(look, text.as_bytes(), at),
        }
    }

    fn is_boundary(&self, text: &str, at: usize) -> bool {
        let is_word =
            |character: Option<char>| character.is_some_and(|character| self.words.contains(u32::from(character)));
        let (Some(before), Some(behind)) = (text.get(..at), text.get(at..)) else { return false };
        is_word(before.chars().next_back()) != is_word(behind.chars().next())
    }

    /// Checks that there is memory for a search.
    pub fn ensure(&self) -> Result<()> {
        ensure(SEARCHING_BYTES + 200 * self.nfa.states().len())
    }
}

#[cfg(test)]
mod tests {
    use crate::checkpoint::Steps;
    use crate::tokenizer::Pattern;
    use proptest::prelude::*;
    use regex::Regex;

    const WORDS: &str = r"[\p{L}\p{N}_]";

    fn tokens<'t>(words: &str, pattern: &str, text: &'t str) -> Vec<&'t str> {
        let mut tokens = Vec::new();
        let pattern = Pattern::of_python(words, pattern).unwrap();
        pattern
            .find(text, &mut Steps::begin(), |token| {
                tokens.push(&text[token]);
                Ok(())
            })
            .unwrap();
        tokens
    }

    #[test]
    fn the_class_defines_word_boundaries() {
        assert_eq!(tokens(WORDS, r"\b\w+\b", "na\u{308}ive x²"), ["na\u{308}ive"]);
        assert_eq!(tokens(WORDS, r"\b[\w²]+\b", "na\u{308}ive x²"), ["na\u{308}ive", "x²"]);
        assert_eq!(tokens("[a]", r"\b[a-z]", "baab é"), ["a", "b"]);
        assert_eq!(tokens(WORDS, r"[a-z]+\b", "na\u{308}ive"), ["na", "ive"]);
        assert_eq!(tokens("[a]", r"[a-z]\B", "baab"), ["a", "b"]);
        assert_eq!(tokens("[é]", r"\b[a-zé]", "béa"), ["é", "a"]);
    }

    #[test]
    fn word_characters_must_be_a_class() {
        for words in ["ab", "a*", "", "[a]|[b]c", r"\b"] {
            let error = Pattern::of_python(words, r"\b").unwrap_err();
            assert!(error.to_string().contains("as a class"), "{words}: {error}");
        }
    }

    #[test]
    fn the_end_matches_before_a_final_line_feed() {
        assert_eq!(tokens(WORDS, "[a-z](?mR:$)", "a\nb\n"), ["b"]);
        assert_eq!(tokens(WORDS, "[a-z](?mR:$)", "a\nb\n\n"), [""; 0]);
        assert_eq!(tokens(WORDS, "[a-z](?mR:$)", "a\r\n"), [""; 0]);
        assert_eq!(tokens(WORDS, r"[a-z]\z|x*", "a\nb"), ["b"]);
    }

    #[test]
    fn empty_matches_are_replaced() {
        assert_eq!(tokens(WORDS, "x*|b", "bxxb"), ["b", "xx", "b"]);
        assert_eq!(tokens(WORDS, "a*?", "aa"), ["a", "a"]);
        assert_eq!(tokens(WORDS, "(|a)b?", "ab"), ["a"]);
        assert_eq!(tokens(WORDS, "(a)?b|c?", "bcab"), ["a"]);
    }

    proptest! {
        #[test]
        fn other_patterns_match_as_in_the_regex_crate(
            text in "[ab_ \n'é²\u{301}光]{0,40}",
            pattern in prop::sample::select(vec!["a+|b", r"[^\s]+?b", "(?m:^).", "(?:a|ab)(?:b|_)", r"\w+?(?:é|\b)", "光|.b"]),
        ) {
            // This alternative never matches, but it makes the stepper necessary.
            let forced = format!("{pattern}|[^\\x{{0}}-\\x{{10FFFF}}](?mR:$)");
            let found: Vec<&str> = Regex::new(pattern).unwrap().find_iter(&text).map(|found| found.as_str()).collect();
            prop_assert_eq!(tokens(r"\w", &forced, &text), found);
        }
    }
}
