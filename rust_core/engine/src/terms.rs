//! From types to terms: what words become after normalization.

use std::borrow::Cow;
use std::sync::Arc;

use crate::error::Result;
use crate::interner::Interner;
use crate::memory::{list_for, reserve};
use crate::tokenizer::Words;

/// Types whose terms are looked up together, at most, and about how many bytes of them.
const TOGETHER: usize = 1024;
const TOGETHER_BYTES: usize = 64 << 10;
/// Bytes of a word for which it is worth asking whether there is memory.
const LONG: usize = 256;

/// Maps type ids to term ids. It is given each distinct word once, so it may be slow and correct.
#[derive(Debug, Default)]
pub struct TermMap {
    term_of: Vec<u32>,
    /// Shared with the results that were handed out; copied before it grows while one is alive.
    terms: Arc<Interner>,
}

impl TermMap {
    /// Takes in the types that came since the last call.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory); some of them may have been taken in then.
    pub fn extend(&mut self, types: &Interner) -> Result<()> {
        let known = self.term_of.len();
        if known == types.len() {
            return Ok(());
        }
        if Arc::get_mut(&mut self.terms).is_none() {
            self.terms = Arc::new(self.terms.try_clone()?);
        }
        let terms = Arc::get_mut(&mut self.terms).expect("nobody else has it");
        let mut batch = Batch::default();
        for id in known..types.len() {
            let term = lowercase(types.get(u32::try_from(id).expect("ids are 32 bits")))?;
            if batch.text.len() + term.len() > u32::MAX as usize {
                // One of gigabytes, alone.
                batch.look_up(terms, &mut self.term_of)?;
                reserve(&mut self.term_of, 1)?;
                self.term_of.push(terms.intern(&term)?);
                continue;
            }
            batch.push(&term)?;
            if batch.ends.len() == TOGETHER || batch.text.len() > TOGETHER_BYTES {
                batch.look_up(terms, &mut self.term_of)?;
            }
        }
        batch.look_up(terms, &mut self.term_of)
    }

    /// The distinct terms, in order of first appearance.
    pub fn terms(&self) -> &Arc<Interner> {
        &self.terms
    }

    /// The term of each type.
    pub fn term_of(&self) -> &[u32] {
        &self.term_of
    }
}

/// Terms that are looked up together: that takes less time than one by one.
#[derive(Default)]
struct Batch {
    text: Vec<u8>,
    starts: Vec<u32>,
    ends: Vec<u32>,
}

impl Batch {
    fn push(&mut self, term: &[u8]) -> Result<()> {
        let offset = |text: &[u8]| u32::try_from(text.len()).expect("a batch is shorter than that");
        reserve(&mut self.text, term.len())?;
        reserve(&mut self.starts, 1)?;
        reserve(&mut self.ends, 1)?;
        self.starts.push(offset(&self.text));
        self.text.extend_from_slice(term);
        self.ends.push(offset(&self.text));
        Ok(())
    }

    fn look_up(&mut self, terms: &mut Interner, ids: &mut Vec<u32>) -> Result<()> {
        terms.intern_uncounted(&self.text, Words { starts: &self.starts, ends: &self.ends }, ids)?;
        self.text.clear();
        self.starts.clear();
        self.ends.clear();
        Ok(())
    }
}

/// A word in lower case, exactly as Python's `str.lower()` has it, final sigma included.
///
/// # Errors
/// [`OutOfMemory`](crate::Error::OutOfMemory).
pub fn lowercase(word: &[u8]) -> Result<Cow<'_, [u8]>> {
    if word.is_ascii() {
        if word.iter().any(u8::is_ascii_uppercase) {
            let mut lower = list_for(word.len())?;
            lower.extend(word.iter().map(u8::to_ascii_lowercase));
            return Ok(Cow::Owned(lower));
        }
        return Ok(Cow::Borrowed(word));
    }
    if word.iter().all(|byte| has_no_upper_case(*byte)) {
        return Ok(Cow::Borrowed(word));
    }
    match str::from_utf8(word) {
        Ok(text) => {
            if word.len() > LONG {
                // The standard library does not ask whether there is memory: a character of two bytes may become one of
                // three, in a list that grows to twice its size.
                drop(list_for::<u8>(4 * word.len())?);
            }
            Ok(Cow::Owned(text.to_lowercase().into_bytes()))
        }
        Err(_) => Ok(Cow::Borrowed(word)),
    }
}

/// Whether no character that begins with this byte of UTF-8 has an upper case, or it continues one that began with another.
/// Ideographs, kana and most Hangul lie together, from U+3000 to U+9FFF and from U+B000 to U+D7FF.
#[inline]
fn has_no_upper_case(byte: u8) -> bool {
    byte < 0xC0 && !byte.is_ascii_uppercase() || matches!(byte, 0xE3..=0xE9 | 0xEB..=0xED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lower_case_is_that_of_python() {
        for (word, expected) in
            [("The", "the"), ("ÉCOLE", "école"), ("ΣΊΣΥΦΟΣ", "σίσυφος"), ("İ", "i\u{307}"), ("ẞ", "ß"), ("光", "光")]
        {
            assert_eq!(lowercase(word.as_bytes()).unwrap(), expected.as_bytes());
        }
    }

    #[test]
    fn no_character_that_is_passed_over_has_a_lower_case() {
        for character in '\0'..=char::MAX {
            let text = character.to_string();
            assert_eq!(lowercase(text.as_bytes()).unwrap(), text.to_lowercase().as_bytes());
        }
    }

    #[test]
    fn types_that_fall_together_share_a_term() {
        let mut types = Interner::default();
        let mut map = TermMap::default();
        for word in ["The", "cat", "THE"] {
            types.intern(word.as_bytes()).unwrap();
        }
        map.extend(&types).unwrap();
        types.intern("Cat".as_bytes()).unwrap();
        map.extend(&types).unwrap();
        assert_eq!(map.term_of(), [0, 1, 0, 1]);
        assert_eq!(map.terms().bytes(), b"thecat");
    }
}
