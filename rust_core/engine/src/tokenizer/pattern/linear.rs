//! Searches in time proportional to the text, for patterns that read far beyond each match.
//!
//! A search may read the rest of the text before it knows that there is no longer match, and the next search reads the
//! same bytes again. So this search notes the states of the automaton from which it found nothing. If a later search
//! reaches a noted state at the same place, it ends there. The `regex` crate has no such notes, but it is faster where
//! they do not help.

use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::pikevm::{self, PikeVM};
use regex_automata::nfa::thompson::{self, NFA};
use regex_automata::util::primitives::NonMaxUsize;
use regex_automata::{Anchored, Input, MatchKind};

use crate::checkpoint::Steps;
use crate::error::Result;
use crate::memory::{ensure, list_for};
use crate::tokenizer::pattern::stepper::{Found, MAX_AUTOMATON_BYTES, SEARCHING_BYTES};

/// The number of bytes for each note.
const BYTES_PER_NOTE: usize = if cfg!(test) { 4 } else { 64 };

/// Searches for the matches of a pattern in one text after another.
#[derive(Debug)]
pub struct LinearSearch {
    forward: DFA,
    forward_cache: Cache,
    /// Finds the start of a match from its end.
    backward: DFA,
    backward_cache: Cache,
    /// Finds the group in a match, if the pattern has one.
    groups: Option<(PikeVM, pikevm::Cache)>,
    /// For some places of the text, a state after the byte there from which there is no match.
    notes: Vec<Option<LazyStateID>>,
    /// The notes of the current search.
    new_notes: Vec<(usize, LazyStateID)>,
    /// The number of times that the states got other numbers.
    clears: usize,
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
        let with_groups = NFA::compiler().configure(limit).build(pattern).ok()?;
        let groups = if with_groups.group_info().all_group_len() > 1 {
            let machine = PikeVM::new_from_nfa(with_groups).ok()?;
            let cache = machine.create_cache();
            Some((machine, cache))
        } else {
            None
        };
        let (forward_cache, backward_cache) = (forward.create_cache(), backward.create_cache());
        let (notes, new_notes) = (Vec::new(), Vec::new());
        Some(Self { forward, forward_cache, backward, backward_cache, groups, notes, new_notes, clears: 0 })
    }

    /// Begins the search of a text.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn begin(&mut self, text: &str) -> Result<()> {
        let notes = text.len() / BYTES_PER_NOTE + 1;
        self.notes = list_for(notes)?;
        self.notes.resize(notes, None);
        self.new_notes = list_for(notes)?;
        Ok(())
    }

    /// Finds the first match at or after `from`. Returns None if the automata cannot search this text: those with word
    /// boundaries read only ASCII.
    ///
    /// # Errors
    /// [`Stopped`](crate::Error::Stopped).
    pub fn find(&mut self, text: &str, from: usize, steps: &mut Steps) -> Result<Option<Option<Found>>> {
        let end = match self.end(text.as_bytes(), from, steps)? {
            Some(Some(end)) => end,
            Some(None) => return Ok(Some(None)),
            None => return Ok(None),
        };
        let input = Input::new(text).range(from..end).anchored(Anchored::Yes);
        let start = match self.backward.try_search_rev(&mut self.backward_cache, &input) {
            Ok(start) => start.map_or(end, |start| start.offset()),
            Err(_) => return Ok(None),
        };
        if start == end {
            // An empty match is not a token, and may be inside a character.
            let next = (end + 1..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len() + 1);
            return Ok(Some(Some(Found { end: next, token: None })));
        }
        let token = match &mut self.groups {
            None => Some((start, end)),
            Some((machine, cache)) => {
                let mut slots: [Option<NonMaxUsize>; 4] = [None; 4];
                let input = Input::new(text).range(start..end).anchored(Anchored::Yes);
                machine.search_slots(cache, &input, &mut slots);
                slots[2].zip(slots[3]).map(|(start, end)| (start.get(), end.get()))
            }
        };
        Ok(Some(Some(Found { end, token })))
    }

    /// Finds the end of the first match at or after `from`. Returns None if the automaton cannot search this text.
    fn end(&mut self, text: &[u8], from: usize, steps: &mut Steps) -> Result<Option<Option<usize>>> {
        let cache = &mut self.forward_cache;
        let mut end = None;
        if from > text.len() {
            return Ok(Some(end));
        }
        let Ok(mut state) = self.forward.start_state_forward(cache, &Input::new(text).range(from..)) else {
            return Ok(None);
        };
        self.new_notes.clear();
        for (at, byte) in text.iter().enumerate().skip(from) {
            steps.did(1)?;
            match self.forward.next_state(cache, state, *byte) {
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
                    self.notes.fill(None);
                    self.new_notes.clear();
                }
                if state.is_dead() || self.notes[at / BYTES_PER_NOTE] == Some(state) {
                    self.keep_notes();
                    return Ok(Some(end));
                }
                self.new_notes.push((at / BYTES_PER_NOTE, state));
            }
        }
        match self.forward.next_eoi_state(cache, state) {
            Ok(last) if last.is_match() => end = Some(text.len()),
            Ok(_) => self.keep_notes(),
            Err(_) => return Ok(None),
        }
        Ok(Some(end))
    }

    fn keep_notes(&mut self) {
        for (place, state) in self.new_notes.drain(..) {
            self.notes[place] = Some(state);
        }
    }
}
