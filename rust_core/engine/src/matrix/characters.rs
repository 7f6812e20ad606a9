//! Documents as sequences of characters. A character is an integer already, so it needs no index.

use std::collections::HashMap;
use std::ops::Range;
use std::str;

use crate::checkpoint::Steps;
use crate::error::Result;
use crate::matrix::preprocess::{pieces, preprocessed};
use crate::matrix::vectorizer::Options;
use crate::memory::{list_for, reserve, reserve_entry};
use crate::sequence::{DROPPED, Sequence, TOKENS_PER_SEQUENCE};
use crate::utf8;
use crate::whitespace::is_whitespace;

/// The id of a character that was not looked up yet.
const NEW: u32 = DROPPED - 2;

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
    /// one space. `look_up` returns the id of a character; characters whose id is [`DROPPED`] are left out. Counts the
    /// bytes as units of work.
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
                let mut space = None;
                for piece in pieces(utf8::checked(&text[document.clone()])?) {
                    let text = preprocessed(options, piece)?;
                    self.append(&text, &mut space, &mut sequence.ids, &mut look_up)?;
                    steps.did(piece.len())?;
                }
                if let Some(space) = space {
                    reserve(&mut sequence.ids, 1)?;
                    self.push(space, &mut sequence.ids, &mut look_up)?;
                }
                sequence.ends.push(sequence.ids.len());
                steps.did(1)?;
            }
            reserve(&mut sequences, 1)?;
            sequences.push(sequence);
        }
        Ok(sequences)
    }

    /// Appends the characters of a piece of a document. `space` is the run of whitespace before the piece, and then the one
    /// at its end, as one character.
    fn append(
        &mut self,
        text: &[u8],
        space: &mut Option<char>,
        ids: &mut Vec<u32>,
        look_up: &mut impl FnMut(&[u8]) -> Result<u32>,
    ) -> Result<()> {
        reserve(ids, text.len() + 1)?;
        let text = str::from_utf8(text).expect("documents were checked to be UTF-8");
        for character in text.chars() {
            if is_whitespace(character) {
                *space = Some(if space.is_some() { ' ' } else { character });
                continue;
            }
            if let Some(space) = space.take() {
                self.push(space, ids, look_up)?;
            }
            self.push(character, ids, look_up)?;
        }
        Ok(())
    }

    /// Appends a character. There must be room for it.
    #[inline]
    fn push(
        &mut self,
        character: char,
        ids: &mut Vec<u32>,
        look_up: &mut impl FnMut(&[u8]) -> Result<u32>,
    ) -> Result<()> {
        let known = match self.of_ascii.get(character as usize) {
            Some(id) => *id,
            None => self.of_others.get(&character).copied().unwrap_or(NEW),
        };
        let id = if known == NEW { self.learn(character, look_up)? } else { known };
        if id != DROPPED {
            ids.push(id);
        }
        Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interner::Interner;
    use crate::matrix::vectorizer::TermKind;
    use crate::terms::accents::Accents;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_characters_of_a_long_document_are_those_of_its_preprocessed_text(
            text in "[aÉ光¨\u{301} \n\u{3000}]{0,60}", lowercase: bool,
            accents in prop_oneof![Just(None), Just(Some(Accents::Ascii)), Just(Some(Accents::Unicode))],
        ) {
            let (analyzer, stop_words) = (TermKind::Characters, Interner::default());
            let options = Options { analyzer, ngrams: (1, 1), lowercase, accents, stop_words, threads: 1 };
            let mut learned = Interner::default();
            let sequences = CharacterIds::default().sequences(
                &options,
                text.as_bytes(),
                std::slice::from_ref(&(0..text.len())),
                |character| learned.intern(character),
                &mut Steps::one(),
            ).unwrap();
            let mut expected = Interner::default();
            let whole = preprocessed(&options, &text).unwrap().into_owned();
            let mut characters = str::from_utf8(&whole).unwrap().chars().peekable();
            let mut ids = Vec::new();
            while let Some(mut character) = characters.next() {
                while is_whitespace(character) && characters.next_if(|next| is_whitespace(*next)).is_some() {
                    character = ' ';
                }
                ids.push(expected.intern(character.encode_utf8(&mut [0; 4]).as_bytes()).unwrap());
            }
            prop_assert_eq!(&sequences[0].ids, &ids);
            prop_assert_eq!(learned.bytes(), expected.bytes());
        }
    }
}
