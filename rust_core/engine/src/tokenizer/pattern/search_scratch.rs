//! The memory of a search of the stepper: the threads of the automaton, and notes for later searches.

use std::collections::HashMap;

use regex_automata::util::primitives::StateID;

use crate::memory::{copied, reserve, reserve_entry};
use crate::tokenizer::pattern::stepper::Found;

/// The offsets where a thread starts and where its capturing group starts and ends.
pub type Places = [usize; 3];
pub const NOWHERE: usize = usize::MAX;

/// The states of threads, preferred ones first.
#[derive(Debug, Default)]
pub struct Threads {
    pub states: Vec<StateID>,
    place_of: Vec<u32>,
    pub places: Vec<Places>,
}

impl Threads {
    /// Begins a search with an automaton of this many states.
    pub fn begin(&mut self, states: usize) {
        self.states.clear();
        self.place_of.resize(states, 0);
        self.places.resize(states, [NOWHERE; 3]);
    }

    /// Removes all threads.
    pub fn clear(&mut self) {
        self.states.clear();
    }

    /// Adds a thread. Returns whether no thread is in this state yet.
    pub fn add(&mut self, state: StateID, places: Places) -> bool {
        let place = self.place_of[state.as_usize()] as usize;
        if self.states.get(place) == Some(&state) {
            return false;
        }
        self.place_of[state.as_usize()] = u32::try_from(self.states.len()).expect("there are fewer states");
        self.states.push(state);
        self.places[state.as_usize()] = places;
        true
    }
}

/// Memory of a search, which the next search uses again.
#[derive(Debug, Default)]
pub struct SearchScratch {
    pub now: Threads,
    pub next: Threads,
    pub stack: Vec<(StateID, Places)>,
    pub notes: Notes,
    /// The place where the search stopped at the end of a step, and the match that it had found.
    pub stopped: Option<(usize, Option<Found>)>,
}

/// The bytes of text for each note.
pub const BYTES_PER_NOTE: usize = if cfg!(test) { 4 } else { 64 };
/// The most different lists of states with a number.
const MAX_LISTS: usize = 1 << 12;

/// For some places of a text, the states of threads from which there is no match.
#[derive(Debug, Default)]
pub struct Notes {
    /// The number of each list of states, from 1.
    numbers: HashMap<Vec<StateID>, u32>,
    /// The number of the list of states at each place; 0 if there is no note.
    at: Vec<u32>,
    /// The notes of the current search.
    new: Vec<(usize, u32)>,
}

impl Notes {
    /// Forgets the notes of the current search.
    pub fn begin_search(&mut self) {
        self.new.clear();
    }

    /// Returns whether there is no match from these states at this place, or notes them. Without memory for a note,
    /// the search is only slower.
    pub fn know(&mut self, states: &[StateID], place: usize) -> bool {
        let number = match self.numbers.get(states) {
            Some(number) => *number,
            None if self.numbers.len() < MAX_LISTS => {
                let (Ok(states), Ok(())) = (copied(states), reserve_entry(&mut self.numbers)) else { return false };
                let number = u32::try_from(self.numbers.len()).expect("there are few lists") + 1;
                self.numbers.insert(states, number);
                number
            }
            None => return false,
        };
        if self.at.get(place) == Some(&number) {
            return true;
        }
        if reserve(&mut self.new, 1).is_ok() {
            self.new.push((place, number));
        }
        false
    }

    /// Keeps the notes of a search that found no later match.
    pub fn keep(&mut self) {
        for (place, number) in self.new.drain(..) {
            if self.at.len() <= place {
                let more = place + 1 - self.at.len();
                if reserve(&mut self.at, more).is_err() {
                    return;
                }
                self.at.resize(place + 1, 0);
            }
            self.at[place] = number;
        }
    }
}

impl SearchScratch {
    /// Begins another text.
    pub fn begin(&mut self) {
        self.notes.at.clear();
        self.stopped = None;
    }
}
