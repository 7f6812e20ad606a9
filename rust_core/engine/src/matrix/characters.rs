//! Documents as sequences of characters. A character is an integer already, so it needs no index.

use std::collections::HashMap;
use std::ops::Range;
use std::str;

use crate::checkpoint::Steps;
use crate::error::Result;
use crate::matrix::preprocess::preprocessed;
use crate::matrix::vectorizer::Options;
use crate::memory::{list_for, reserve, reserve_entry};
use crate::sequence::{DROPPED, Sequence, TOKENS_PER_SEQUENCE};
use crate::whitespace::is_whitespace;

/// The id of a character that was not looked up yet.
const NEW: u32 = DROPPED - 2;

/// The characters that are read before they are counted as units of work.
const CHARACTERS_PER_CALL: usize = if cfg!(test) { 4 } else { 1 << 12 };

/// The ids of the characters that were looked up.
#[derive(Debug)]
pub(super) struct CharacterIds {
    of_ascii: [u32; 128],
    of_others: HashMap<char, u32>,
}

impl Default for CharacterIds {
    fn default() -> Self {
        Self { of_ascii: [NEW; 128], of_others: HashMap::new() }
    }
}

impl CharacterIds {
    /// Returns documents, which are ranges of a UTF-8 text, as the ids of their characters. A run of whitespace becomes
    /// one space. `look_up` returns the id of a character; characters whose id is [`DROPPED`] are left out.
    pub fn sequences(
        &mut self,
        options: &Options,
        text: &[u8],
        documents: &[Range<usize>],
        mut look_up: impl FnMut(&[u8]) -> Result<u32>,
        steps: &mut Steps,
    ) -> Result<Vec<Sequence>> {
        let mut sequences = Vec::new();
        let mut rest = documents;
        while let Some(first) = rest.first() {
            let near = rest.partition_point(|document| document.end - first.start <= TOKENS_PER_SEQUENCE).max(1);
            let some;
            (some, rest) = rest.split_at(near);
            let length = some.iter().map(ExactSizeIterator::len).sum();
            let mut sequence = Sequence { ids: list_for(length)?, ends: list_for(some.len())? };
            for document in some {
                self.append(&preprocessed(options, &text[document.clone()])?, &mut sequence.ids, &mut look_up, steps)?;
                sequence.ends.push(sequence.ids.len());
            }
            reserve(&mut sequences, 1)?;
            sequences.push(sequence);
        }
        Ok(sequences)
    }

    fn append(
        &mut self,
        text: &[u8],
        ids: &mut Vec<u32>,
        look_up: &mut impl FnMut(&[u8]) -> Result<u32>,
        steps: &mut Steps,
    ) -> Result<()> {
        reserve(ids, text.len())?;
        let text = str::from_utf8(text).expect("documents were checked to be UTF-8");
        let mut characters = text.chars().peekable();
        let mut unread = CHARACTERS_PER_CALL;
        while let Some(mut character) = characters.next() {
            if is_whitespace(character) {
                while characters.next_if(|next| is_whitespace(*next)).is_some() {
                    character = ' ';
                }
            }
            let known = match self.of_ascii.get(character as usize) {
                Some(id) => *id,
                None => self.of_others.get(&character).copied().unwrap_or(NEW),
            };
            let id = if known == NEW { self.learn(character, look_up)? } else { known };
            if id != DROPPED {
                ids.push(id);
            }
            unread -= 1;
            if unread == 0 {
                steps.did(CHARACTERS_PER_CALL)?;
                unread = CHARACTERS_PER_CALL;
            }
        }
        steps.did(CHARACTERS_PER_CALL - unread)
    }

    #[cold]
    fn learn(&mut self, character: char, look_up: &mut impl FnMut(&[u8]) -> Result<u32>) -> Result<u32> {
        let id = look_up(character.encode_utf8(&mut [0; 4]).as_bytes())?;
        match self.of_ascii.get_mut(character as usize) {
            Some(place) => *place = id,
            None => {
                reserve_entry(&mut self.of_others)?;
                self.of_others.insert(character, id);
            }
        }
        Ok(id)
    }
}
