//! Distinct byte strings, numbered in order of first appearance.

use std::hash::{BuildHasher, RandomState};

use crate::tokenizer::Words;

/// Strings up to this length are compared as two integers.
const HEAD: usize = 16;

/// Words that are looked up together.
const BATCH: usize = 256;

/// The first 16 bytes of a string as two little-endian integers, zeros behind the end.
type Head = [u64; 2];

/// One distinct string: its first bytes, and where all of it lies.
#[derive(Debug, Clone, Copy)]
struct Entry {
    head: Head,
    start: usize,
    len: usize,
}

/// A set of byte strings with ids `0, 1, 2, …` in order of first appearance.
///
/// The index is open addressing over slots of eight bytes (32 bits of hash, id + 1); what it points into is dense and in
/// order of first appearance, so that the frequent words of a text lie together in the cache. Hashes are seeded at
/// random in each interner: no text is slow for everybody.
///
/// ```
/// let mut interner = engine::interner::Interner::default();
/// assert_eq!([interner.intern(b"to"), interner.intern(b"be"), interner.intern(b"to")], [0, 1, 0]);
/// assert_eq!(interner.get(1), b"be");
/// ```
#[derive(Debug, Clone)]
pub struct Interner {
    seeds: [u64; 2],
    slots: Vec<u64>,
    entries: Vec<Entry>,
    bytes: Vec<u8>,
}

impl Default for Interner {
    fn default() -> Self {
        let random = RandomState::new();
        Self {
            seeds: [random.hash_one(0), random.hash_one(1)],
            slots: Vec::new(),
            entries: Vec::new(),
            bytes: Vec::new(),
        }
    }
}

impl Interner {
    /// How many distinct strings there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The string with this id.
    pub fn get(&self, id: u32) -> &[u8] {
        let Entry { start, len, .. } = self.entries[id as usize];
        &self.bytes[start..start + len]
    }

    /// All strings one behind the other, in order of their ids.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where in [`bytes`](Self::bytes) the string with this id ends.
    pub fn end(&self, id: u32) -> usize {
        let Entry { start, len, .. } = self.entries[id as usize];
        start + len
    }

    /// The id of a string, if it is in the set.
    pub fn find(&self, string: &[u8]) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        let head = head(string, 0, string.len());
        self.probe(self.hash(head, string, 0, string.len()), head, string).ok()
    }

    /// The id of a string, which is added if it is new.
    pub fn intern(&mut self, string: &[u8]) -> u32 {
        let head = head(string, 0, string.len());
        let hash = self.hash(head, string, 0, string.len());
        self.intern_hashed(hash, head, string)
    }

    /// Appends to `ids` the ids of words in a text.
    ///
    /// Words are taken some hundred at a time through three steps, in each of which they do not depend on each other:
    /// so the processor waits for many places of memory at once instead of one after the other.
    pub fn intern_words(&mut self, text: &[u8], words: Words, ids: &mut Vec<u32>) {
        let mut heads = [[0; 2]; BATCH];
        let mut hashes = [0; BATCH];
        let mut candidates = [0; BATCH];
        if self.slots.is_empty() {
            self.grow();
        }
        for (starts, ends) in words.starts.chunks(BATCH).zip(words.ends.chunks(BATCH)) {
            let spans = || starts.iter().zip(ends).map(|(start, end)| (*start, *end));
            for (((start, end), head), hash) in spans().zip(&mut heads).zip(&mut hashes) {
                *head = self::head(text, start, end);
                *hash = self.hash(*head, text, start, end);
            }
            for (hash, candidate) in hashes[..starts.len()].iter().zip(&mut candidates) {
                *candidate = self.candidate(*hash);
            }
            ids.extend(spans().zip(heads.iter().zip(&hashes).zip(&candidates)).map(|((start, end), looked_up)| {
                let ((head, hash), candidate) = looked_up;
                match self.entries.get(*candidate as usize) {
                    Some(entry) if entry.head == *head && entry.len == end - start && entry.len <= HEAD => *candidate,
                    _ => self.intern_hashed(*hash, *head, &text[start..end]),
                }
            }));
        }
    }

    /// The first id in the table with this hash, or an id that nothing has.
    #[inline]
    fn candidate(&self, hash: u32) -> u32 {
        let mut at = self.home(hash);
        loop {
            let slot = self.slots[at];
            let (tag, id) = unpack(slot);
            if tag == hash || slot == 0 {
                return id;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    #[inline(never)]
    fn intern_hashed(&mut self, hash: u32, head: Head, string: &[u8]) -> u32 {
        if self.entries.len() * 2 >= self.slots.len() {
            self.grow();
        }
        match self.probe(hash, head, string) {
            Ok(id) => id,
            Err(slot) => self.insert(slot, hash, head, string),
        }
    }

    /// The id, or the free slot where it belongs.
    #[inline]
    fn probe(&self, hash: u32, head: Head, string: &[u8]) -> Result<u32, usize> {
        let mut at = self.home(hash);
        loop {
            let slot = self.slots[at];
            if slot == 0 {
                return Err(at);
            }
            let (tag, id) = unpack(slot);
            if tag == hash {
                let entry = &self.entries[id as usize];
                let same = entry.head == head && entry.len == string.len();
                if same && (string.len() <= HEAD || &self.bytes[entry.start..entry.start + entry.len] == string) {
                    return Ok(id);
                }
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    #[cold]
    fn insert(&mut self, slot: usize, hash: u32, head: Head, string: &[u8]) -> u32 {
        // One less than would fit: a slot holds the id plus one.
        let id = u32::try_from(self.entries.len()).ok().filter(|id| *id < u32::MAX);
        let id = id.expect("more than four billion distinct words");
        self.entries.push(Entry { head, start: self.bytes.len(), len: string.len() });
        self.bytes.extend_from_slice(string);
        self.slots[slot] = pack(hash, id);
        id
    }

    #[cold]
    fn grow(&mut self) {
        let doubled = vec![0; (self.slots.len() * 2).max(64)];
        let old = std::mem::replace(&mut self.slots, doubled);
        for slot in old.into_iter().filter(|slot| *slot != 0) {
            let mut at = self.home(unpack(slot).0);
            while self.slots[at] != 0 {
                at = (at + 1) & (self.slots.len() - 1);
            }
            self.slots[at] = slot;
        }
    }

    /// The slot where the search for a hash begins: its upper bits.
    #[inline]
    fn home(&self, hash: u32) -> usize {
        let bits = self.slots.len().trailing_zeros();
        (u64::from(hash) << bits >> u32::BITS) as usize
    }

    #[inline]
    #[allow(clippy::cast_possible_truncation)] // The upper half is meant.
    fn hash(&self, head: Head, text: &[u8], start: usize, end: usize) -> u32 {
        let [first, second] = self.seeds;
        // A short string is its head and its length.
        let length = ((end - start) as u64) << 56;
        let hash = folded_product(head[0] ^ first, head[1].wrapping_add(length) ^ second);
        let hash = if end - start > HEAD { self.hash_on(hash, &text[start + HEAD..end]) } else { hash };
        (hash >> 32) as u32
    }

    /// Goes on with what is behind the head.
    #[cold]
    fn hash_on(&self, hash: u64, string: &[u8]) -> u64 {
        string.chunks(HEAD).fold(hash ^ string.len() as u64, |hash, piece| {
            let piece = head(piece, 0, piece.len());
            folded_product(piece[0] ^ hash, piece[1] ^ self.seeds[1])
        })
    }
}

fn pack(hash: u32, id: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(id + 1)
}

#[allow(clippy::cast_possible_truncation)] // Each half is meant.
fn unpack(slot: u64) -> (u32, u32) {
    ((slot >> 32) as u32, (slot as u32).wrapping_sub(1))
}

#[inline]
#[allow(clippy::cast_possible_truncation)] // Each half is meant.
fn folded_product(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

/// Which bits of a head belong to a string of each length up to 16.
const MASKS: [Head; HEAD + 1] = {
    let mut masks = [[0; 2]; HEAD + 1];
    let mut bit = 0;
    while bit < 8 * HEAD {
        let mut len = bit / 8 + 1;
        while len <= HEAD {
            masks[len][bit / 64] |= 1 << (bit % 64);
            len += 1;
        }
        bit += 1;
    }
    masks
};

/// The head of `text[start..end]`.
#[inline]
fn head(text: &[u8], start: usize, end: usize) -> Head {
    let len = (end - start).min(HEAD);
    if let Some(bytes) = text[start..].first_chunk::<HEAD>() {
        let both = u128::from_le_bytes(*bytes);
        let mask = MASKS[len];
        #[allow(clippy::cast_possible_truncation)] // Each half is meant.
        return [both as u64 & mask[0], (both >> 64) as u64 & mask[1]];
    }
    let mut bytes = [0; HEAD];
    bytes[..len].copy_from_slice(&text[start..start + len]);
    head(&bytes, 0, len)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    proptest! {
        #[test]
        fn ids_are_those_of_a_map_filled_in_order(
            strings in prop::collection::vec(prop::collection::vec(prop::sample::select(vec![0_u8, b'a', b'b', 0xFF]), 0..40), 0..300),
        ) {
            let mut interner = Interner::default();
            let mut model: HashMap<Vec<u8>, u32> = HashMap::new();
            for string in &strings {
                let next = u32::try_from(model.len()).unwrap();
                let expected = *model.entry(string.clone()).or_insert(next);
                prop_assert_eq!(interner.intern(string), expected);
            }
            prop_assert_eq!(interner.len(), model.len());
            for (string, id) in &model {
                prop_assert_eq!(interner.get(*id), &string[..]);
                prop_assert_eq!(interner.find(string), Some(*id));
            }
            prop_assert_eq!(interner.find(b"not there"), None);
        }

        #[test]
        fn what_follows_a_string_does_not_matter(text in prop::collection::vec(any::<u8>(), 0..60), a: prop::sample::Index, b: prop::sample::Index) {
            let (a, b) = (a.index(text.len() + 1), b.index(text.len() + 1));
            let (start, end) = (a.min(b), a.max(b));
            let mut interner = Interner::default();
            let mut ids = Vec::new();
            interner.intern_words(&text, Words { starts: &[start], ends: &[end] }, &mut ids);
            prop_assert_eq!(ids, [0]);
            prop_assert_eq!(interner.intern(&text[start..end]), 0);
            prop_assert_eq!(interner.get(0), &text[start..end]);
        }
    }

    #[test]
    fn many_strings_survive_growth() {
        let mut interner = Interner::default();
        for number in 0..100_000_u32 {
            assert_eq!(interner.intern(format!("word{number}").as_bytes()), number);
        }
        for number in 0..100_000_u32 {
            assert_eq!(interner.find(format!("word{number}").as_bytes()), Some(number));
        }
    }
}
