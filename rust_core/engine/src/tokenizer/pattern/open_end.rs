//! Finds the matches that the end of a window leaves open.
//!
//! A long text is searched window by window. A match of a window is a match of the text, except if more text could
//! change it: the first part of a match, which is read from the end of the window backwards, must not reach its start.

use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::{self, NFA};
use regex_automata::{Anchored, Input, MatchKind};
use regex_syntax::hir::{Hir, HirKind, Repetition};

use crate::memory::ensure;
use crate::tokenizer::pattern::stepper::{MAX_AUTOMATON_BYTES, SEARCHING_BYTES};

/// How often the cache of states may be emptied. A state takes some microseconds.
const MAX_CACHE_CLEARS: usize = 1;

/// The most parts of a pattern, multiplied by its depth. The pattern of the beginnings has at most this number of parts,
/// which take some megabytes.
const MAX_SIZE: usize = 1 << 15;

/// The beginnings of longer sequences are approximated.
const MAX_SEQUENCE: usize = 16;

/// Reads the beginnings of matches backwards.
pub struct OpenEnd {
    backward: DFA,
    cache: Cache,
}

impl OpenEnd {
    /// Builds the automaton of a parsed pattern. Returns None if it is too large, or there is no memory for it.
    pub fn new(parsed: &Hir) -> Option<Self> {
        let (parts, depth) = size(parsed);
        if parts.saturating_mul(depth) > MAX_SIZE {
            return None;
        }
        ensure(MAX_AUTOMATON_BYTES + SEARCHING_BYTES).ok()?;
        let limit = thompson::Config::new().nfa_size_limit(Some(MAX_AUTOMATON_BYTES)).reverse(true);
        let config = limit.which_captures(thompson::WhichCaptures::None);
        let nfa = NFA::compiler().configure(config).build_from_hir(&beginnings(parsed)).ok()?;
        // If the states do not fit into the cache several times, the window is slow.
        let config = DFA::config().match_kind(MatchKind::All).minimum_cache_clear_count(Some(MAX_CACHE_CLEARS));
        let backward = DFA::builder().configure(config).build_from_nfa(nfa).ok()?;
        let cache = backward.create_cache();
        Some(Self { backward, cache })
    }

    /// Returns the first place at or after `from` where a match may begin that does not end before `end`, or `end`.
    pub fn first(&mut self, text: &str, from: usize, end: usize) -> usize {
        let input = Input::new(text).range(from..end).anchored(Anchored::Yes);
        match self.backward.try_search_rev(&mut self.cache, &input) {
            Ok(found) => found.map_or(end, |found| found.offset()),
            Err(_) => from,
        }
    }
}

/// Returns the number of parts of a pattern, and the depth of its deepest part.
fn size(pattern: &Hir) -> (usize, usize) {
    let parts = pattern.kind().subs().iter().map(size);
    let (parts, depth) = parts.fold((0, 0), |(parts, depth), own| (parts + own.0, depth.max(own.1)));
    (parts + 1, depth + 1)
}

/// Returns a pattern that matches at least all beginnings of the matches of a pattern, also the empty one. Conditions on
/// the text around a place are left out.
fn beginnings(pattern: &Hir) -> Hir {
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => Hir::empty(),
        HirKind::Class(_) => repeated(pattern.clone(), Some(1)),
        HirKind::Literal(literal) => {
            let text = str::from_utf8(&literal.0).expect("the pattern matches UTF-8");
            if text.chars().nth(1).is_none() {
                return repeated(pattern.clone(), Some(1));
            }
            sequence(text.chars().map(|character| Hir::literal(character.to_string().into_bytes())).collect())
        }
        HirKind::Capture(group) => beginnings(&group.sub),
        HirKind::Repetition(Repetition { sub, .. }) => {
            Hir::concat(vec![repeated(without_looks(sub), None), beginnings(sub)])
        }
        HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(beginnings).collect()),
        HirKind::Concat(parts) => sequence(parts.clone()),
    }
}

/// The beginnings of some patterns in a row.
fn sequence(parts: Vec<Hir>) -> Hir {
    if parts.len() > MAX_SEQUENCE {
        let any = parts.iter().flat_map(|part| [without_looks(part), beginnings(part)]).collect();
        return repeated(Hir::alternation(any), None);
    }
    let add =
        |rest: Hir, part: &Hir| Hir::alternation(vec![beginnings(part), Hir::concat(vec![without_looks(part), rest])]);
    parts.iter().rev().fold(Hir::empty(), add)
}

/// Returns the pattern from 0 to `max` times.
fn repeated(pattern: Hir, max: Option<u32>) -> Hir {
    Hir::repetition(Repetition { min: 0, max, greedy: true, sub: Box::new(pattern) })
}

/// Returns the pattern without conditions on the text around a place, and without groups.
fn without_looks(pattern: &Hir) -> Hir {
    match pattern.kind() {
        HirKind::Look(_) => Hir::empty(),
        HirKind::Empty | HirKind::Class(_) | HirKind::Literal(_) => pattern.clone(),
        HirKind::Capture(group) => without_looks(&group.sub),
        HirKind::Repetition(Repetition { sub, min, max, greedy }) => {
            let sub = Box::new(without_looks(sub));
            Hir::repetition(Repetition { min: *min, max: *max, greedy: *greedy, sub })
        }
        HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(without_looks).collect()),
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(without_looks).collect()),
    }
}
