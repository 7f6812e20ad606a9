//! Searches in time proportional to the text, for patterns that read far beyond each match.
//!
//! A search may read the rest of the text before it knows that there is no longer match, and the next search reads the
//! same bytes again. So this search notes the states of the automaton from which it found nothing. If a later search
//! reaches a noted state at the same place, it ends there. The `regex` crate has no such notes, but it is faster where
//! they do not help.
//!
//! A search can also stop inside a match, and continue there.

use std::mem::take;
use std::ops::Range;

use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::pikevm::{self, PikeVM};
use regex_automata::nfa::thompson::{self, NFA};
use regex_automata::util::primitives::NonMaxUsize;
use regex_automata::{Anchored, Input, MatchKind};
use regex_syntax::hir::HirKind;

use crate::checkpoint::Steps;
use crate::error::Result;
use crate::memory::{ensure, reserve};
use crate::tokenizer::pattern::search_scratch::SearchScratch;
use crate::tokenizer::pattern::stepper::{Found, MAX_AUTOMATON_BYTES, SEARCHING_BYTES, Stepper};

/// The number of bytes for each note.
const BYTES_PER_NOTE: usize = if cfg!(test) { 4 } else { 64 };

/// The bytes of text that are read before the work is counted.
const PIECE_BYTES: usize = if cfg!(test) { 4 } else { 4 << 10 };

/// The stepper finds the group of a longer match, because it can stop.
const MAX_GROUPED_BYTES: usize = if cfg!(test) { 16 } else { 64 << 10 };

/// Searches for the matches of a pattern in one text after another.
#[derive(Debug)]
pub struct LinearSearch {
    forward: DFA,
    forward_cache: Cache,
    /// Finds the start of a match from its end.
    backward: DFA,
    backward_cache: Cache,
    /// Finds the group in a match, if the pattern has one that may be only a part of the match.
    groups: Option<(PikeVM, pikevm::Cache)>,
    /// For some places of the text, a state after the byte there from which there is no match.
    notes: Vec<Option<LazyStateID>>,
    /// The notes of the current search.
    new_notes: Vec<(usize, LazyStateID)>,
    /// The number of times that the states got other numbers.
    clears: usize,
    /// The bytes that were read by the search before, and not counted as work.
    uncounted: usize,
    /// Where a search stopped.
    stopped: Option<Stopped>,
}

/// The place and the state where a search stopped.
#[derive(Debug)]
enum Stopped {
    /// It was reading text, and had perhaps found the end of a match.
    Forward { at: usize, state: LazyStateID, end: Option<usize> },
    /// It was looking for the start of a match, and had perhaps found one.
    Backward { at: usize, state: LazyStateID, start: usize, end: usize },
    /// It was looking for the group of a match.
    InMatch { start: usize, end: usize },
}

impl LinearSearch {
    /// Builds the automata of a pattern. Returns None if there is no memory for them.
    pub fn new(pattern: &str) -> Option<Self> {
        ensure(3 * (MAX_AUTOMATON_BYTES + SEARCHING_BYTES)).ok()?;
        let limit = thompson::Config::new().nfa_size_limit(Some(MAX_AUTOMATON_BYTES));
        let automaton = |kind, reverse| {
            let config = DFA::config().match_kind(kind).unicode_word_boundary(true);
            DFA::builder().configure(config).thompson(limit.clone().reverse(reverse)).build(pattern).ok()
        };
        let (forward, backward) = (automaton(MatchKind::LeftmostFirst, false)?, automaton(MatchKind::All, true)?);
        let parsed = regex_syntax::parse(pattern).ok()?;
        let is_group = matches!(parsed.kind(), HirKind::Capture(_));
        let groups = if parsed.properties().explicit_captures_len() > 0 && !is_group {
            let machine = PikeVM::new_from_nfa(NFA::compiler().configure(limit).build(pattern).ok()?).ok()?;
            let cache = machine.create_cache();
            Some((machine, cache))
        } else {
            None
        };
        let (forward_cache, backward_cache) = (forward.create_cache(), backward.create_cache());
        let (notes, new_notes) = (Vec::new(), Vec::new());
        Some(Self {
            forward,
            forward_cache,
            backward,
            backward_cache,
            groups,
            notes,
            new_notes,
            clears: 0,
            uncounted: 0,
            stopped: None,
        })
    }

    /// Begins another text.
    pub fn begin(&mut self) {
        self.notes.clear();
        self.new_notes.clear();
        self.stopped = None;
    }

    /// Finds the first match at or after `from`. Returns None if the automata cannot search this text: those with word
    /// boundaries read only ASCII. If the search stops, the next call with the same arguments continues it. The
    /// stepper of the same pattern, if there is one, finds the groups of long matches.
    ///
    /// # Errors
    /// [`Stopped`](crate::Error::Stopped).
    pub fn find(
        &mut self,
        text: &str,
        from: usize,
        stepper: Option<&Stepper>,
        scratch: &mut SearchScratch,
        steps: &mut Steps,
    ) -> Result<Option<Option<Found>>> {
        steps.did(take(&mut self.uncounted))?;
        let (start, end) = match self.stopped.take() {
            Some(Stopped::InMatch { start, end }) => (start, end),
            stopped => {
                let (end, stopped) = match stopped {
                    Some(Stopped::Backward { end, .. }) => (Some(Some(end)), stopped),
                    _ => (self.end(text.as_bytes(), from, stopped, steps)?, None),
                };
                let end = match end {
                    Some(Some(end)) => end,
                    Some(None) => return Ok(Some(None)),
                    None => return Ok(None),
                };
                match self.start(text.as_bytes(), from..end, stopped, steps)? {
                    Some(start) => (start, end),
                    None => return Ok(None),
                }
            }
        };
        if start == end {
            // An empty match is not a token, and may be inside a character.
            let next = (end + 1..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len() + 1);
            return Ok(Some(Some(Found { end: next, token: None })));
        }
        let token = match (&mut self.groups, stepper) {
            (None, _) => Some((start, end)),
            (Some(_), Some(stepper)) if end - start > MAX_GROUPED_BYTES => {
                let found = stepper.find(text, start, scratch, steps);
                if found.is_err() {
                    self.stopped = Some(Stopped::InMatch { start, end });
                }
                found?.and_then(|found| found.token)
            }
            (Some((machine, cache)), _) => {
                let mut slots: [Option<NonMaxUsize>; 4] = [None; 4];
                let input = Input::new(text).range(start..end).anchored(Anchored::Yes);
                machine.search_slots(cache, &input, &mut slots);
                slots[2].zip(slots[3]).map(|(start, end)| (start.get(), end.get()))
            }
        };
        Ok(Some(Some(Found { end, token })))
    }

    /// Finds the end of the first match at or after `from`. Returns None if the automaton cannot search this text.
    fn end(
        &mut self,
        text: &[u8],
        from: usize,
        stopped: Option<Stopped>,
        steps: &mut Steps,
    ) -> Result<Option<Option<usize>>> {
        let cache = &mut self.forward_cache;
        let (mut from, mut state, mut end) = match stopped {
            Some(Stopped::Forward { at, state, end }) => (at, state, end),
            _ if from > text.len() => return Ok(Some(None)),
            _ => {
                self.new_notes.clear();
                match self.forward.start_state_forward(cache, &Input::new(text).range(from..)) {
                    Ok(state) => (from, state, None),
                    Err(_) => return Ok(None),
                }
            }
        };
        while from < text.len() {
            let piece = from..text.len().min(from + PIECE_BYTES);
            for at in piece.clone() {
                match self.forward.next_state(cache, state, text[at]) {
                    Ok(next) => state = next,
                    Err(_) => return Ok(None),
                }
                // A match ends before the byte that shows it.
                if state.is_match() {
                    end = Some(at);
                    self.new_notes.clear();
                } else if state.is_quit() {
                    return Ok(None);
                }
                if end.is_some() && (state.is_dead() || at % BYTES_PER_NOTE == 0) {
                    if cache.clear_count() != self.clears {
                        self.clears = cache.clear_count();
                        self.notes.clear();
                        self.new_notes.clear();
                    }
                    let place = at / BYTES_PER_NOTE;
                    if state.is_dead() || self.notes.get(place) == Some(&Some(state)) {
                        self.keep_notes();
                        self.uncounted = at - piece.start;
                        return Ok(Some(end));
                    }
                    // Without memory for a note, the search is only slower.
                    if reserve(&mut self.new_notes, 1).is_ok() {
                        self.new_notes.push((place, state));
                    }
                }
            }
            from = piece.end;
            if let Err(error) = steps.did(piece.len()) {
                self.stopped = Some(Stopped::Forward { at: from, state, end });
                return Err(error);
            }
        }
        match self.forward.next_eoi_state(cache, state) {
            Ok(last) if last.is_match() => end = Some(text.len()),
            Ok(_) => self.keep_notes(),
            Err(_) => return Ok(None),
        }
        Ok(Some(end))
    }

    /// Finds the start of the match that ends at the end of a range, in which it begins. Returns None if the automaton
    /// cannot search this text.
    fn start(
        &mut self,
        text: &[u8],
        range: Range<usize>,
        stopped: Option<Stopped>,
        steps: &mut Steps,
    ) -> Result<Option<usize>> {
        let cache = &mut self.backward_cache;
        let end = range.end;
        let (mut to, mut state, mut start) = match stopped {
            Some(Stopped::Backward { at, state, start, .. }) => (at, state, start),
            _ => {
                let input = Input::new(text).range(range.clone()).anchored(Anchored::Yes);
                match self.backward.start_state_reverse(cache, &input) {
                    Ok(state) => (end, state, end),
                    Err(_) => return Ok(None),
                }
            }
        };
        while to > range.start {
            let piece = range.start.max(to.saturating_sub(PIECE_BYTES))..to;
            for at in piece.clone().rev() {
                match self.backward.next_state(cache, state, text[at]) {
                    Ok(next) => state = next,
                    Err(_) => return Ok(None),
                }
                // A match begins after the byte that shows it.
                if state.is_match() {
                    start = at + 1;
                } else if state.is_dead() {
                    return Ok(Some(start));
                } else if state.is_quit() {
                    return Ok(None);
                }
            }
            to = piece.start;
            if let Err(error) = steps.did(piece.len()) {
                self.stopped = Some(Stopped::Backward { at: to, state, start, end });
                return Err(error);
            }
        }
        let last = match range.start.checked_sub(1) {
            Some(before) => self.backward.next_state(cache, state, text[before]),
            None => self.backward.next_eoi_state(cache, state),
        };
        Ok(match last {
            Ok(last) if last.is_match() => Some(range.start),
            Ok(last) if last.is_quit() => None,
            Ok(_) => Some(start),
            Err(_) => None,
        })
    }

    fn keep_notes(&mut self) {
        for (place, state) in self.new_notes.drain(..) {
            if self.notes.len() <= place {
                let more = place + 1 - self.notes.len();
                if reserve(&mut self.notes, more).is_err() {
                    return;
                }
                self.notes.resize(place + 1, None);
            }
            self.notes[place] = Some(state);
        }
    }
}
