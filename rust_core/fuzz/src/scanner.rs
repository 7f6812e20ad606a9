//! Compares the scanner, and the code that uses its masks, with loops over characters, at every SIMD level of the
//! machine.

use std::ops::Range;

use engine::Error;
use engine::scanner::edges::{MAX_MASKS, Masks, Offsets};
use engine::scanner::{LANES, SimdLevel, find_edges, scan};
use engine::tokenizer::WhitespaceTokenizer;
use engine::tokenizer::block::MAX_TEXT_BYTES;
use engine::utf8::boundary_before;
use engine::whitespace::{Whitespace, count_words, count_words_after, next_whitespace, next_word, whitespace_from};
use engine::word_count::word_count;

use super::reference::{WHITESPACE, is_whitespace, words};
use super::text::text;

/// The first two bytes give the alignment of the text and the places where it is cut. The other bytes are the text.
pub fn check(data: &[u8]) {
    let [start, cuts, bytes @ ..] = data else { return };
    let start = usize::from(*start) % LANES;
    // The allocation ends with the text, so reading past the text is an error.
    let mut memory = vec![b'x'; start];
    memory.extend(text(bytes));
    let memory = memory.into_boxed_slice();
    let text = &memory[start..];

    every_level_gives_the_masks_of_the_reference(text);
    every_level_finds_the_edges_of_the_reference(text, u32::from(*cuts));
    let Ok(text) = str::from_utf8(text) else {
        let offset = str::from_utf8(text).map_or_else(|error| error.valid_up_to(), str::len);
        assert_eq!(word_count(text), Err(Error::InvalidUtf8 { offset }));
        return;
    };
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).skip(1).step_by(usize::from(*cuts) + 1).collect();
    if text.len() <= MAX_TEXT_BYTES {
        tokens_are_the_words_of_the_reference(text, &[]);
        tokens_are_the_words_of_the_reference(text, &places);
    }
    counts_are_those_of_the_reference(text, &places);
    searches_find_what_the_reference_finds(text, &places);
}

/// One bit for each byte that says whether it belongs to a whitespace character. The bytes may be other than UTF-8.
fn masks_of(text: &[u8]) -> Vec<u64> {
    let spaces: Vec<&[u8]> = WHITESPACE.split("").filter(|space| !space.is_empty()).map(str::as_bytes).collect();
    let mut may_begin = [false; 256];
    spaces.iter().for_each(|space| may_begin[usize::from(space[0])] = true);
    let mut masks = vec![0_u64; text.len().div_ceil(LANES)];
    for start in (0..text.len()).filter(|at| may_begin[usize::from(text[*at])]) {
        let space = spaces.iter().find(|space| text[start..].starts_with(space));
        for byte in start..start + space.map_or(0, |space| space.len()) {
            masks[byte / LANES] |= 1 << (byte % LANES);
        }
    }
    masks
}

fn every_level_gives_the_masks_of_the_reference(text: &[u8]) {
    let expected = masks_of(text);
    for level in SimdLevel::available() {
        let mut masks = Vec::new();
        scan(level, text, |mask| masks.push(mask));
        assert_eq!(masks, expected, "masks of {:?}", level.name());
    }
}

/// Uses the bytes of a text as masks of whitespace and of borders.
fn every_level_finds_the_edges_of_the_reference(text: &[u8], base: u32) {
    let (numbers, _) = text.as_chunks();
    let numbers: Vec<u64> = numbers.iter().map(|number| u64::from_le_bytes(*number)).take(2 * MAX_MASKS).collect();
    let (whitespace, borders) = numbers.split_at(numbers.len() / 2);
    let borders = &borders[..whitespace.len()];
    let before = u64::from(base & 1);
    let masks = Masks { whitespace, borders, before, base };

    let bit = |masks: &[u64], at: usize| masks[at / LANES] >> (at % LANES) & 1 == 1;
    let (mut expected, mut behind_word) = ([Vec::new(), Vec::new()], before == 0);
    for (at, offset) in (0..whitespace.len() * LANES).zip(base..) {
        let (is_space, is_border) = (bit(whitespace, at), bit(borders, at));
        if !is_space && (!behind_word || is_border) {
            expected[0].push(offset);
        }
        if behind_word && (is_space || is_border) {
            expected[1].push(offset);
        }
        behind_word = !is_space;
    }
    for level in SimdLevel::available() {
        let (mut starts, mut ends) = (Offsets::new().unwrap(), Offsets::new().unwrap());
        find_edges(level, &masks, &mut starts, &mut ends);
        let found = [starts, ends].map(|offsets| offsets.first(usize::MAX).to_vec());
        assert_eq!(found, expected, "edges of {:?}", level.name());
    }
}

/// `borders` are the offsets where a document begins directly after another.
fn tokens_are_the_words_of_the_reference(text: &str, borders: &[usize]) {
    let mut tokenizer = WhitespaceTokenizer::default();
    let most = tokenizer.read(text.as_bytes(), borders.iter().copied()).unwrap();
    let mut found: Vec<&str> = Vec::new();
    tokenizer.words(|some| {
        assert_eq!(some.starts.len(), some.ends.len());
        found.extend(some.starts.iter().zip(some.ends).map(|(start, end)| &text[*start as usize..*end as usize]));
    });
    assert_eq!(found, documents(text, borders).flat_map(|range| words(&text[range])).collect::<Vec<_>>());
    assert!(found.len() <= most, "{} words, but the tokenizer announced at most {most}", found.len());
}

fn documents<'b>(text: &str, borders: &'b [usize]) -> impl Iterator<Item = Range<usize>> + 'b {
    let starts = [0].into_iter().chain(borders.iter().copied());
    starts.zip(borders.iter().copied().chain([text.len()])).map(|(start, end)| start..end)
}

fn counts_are_those_of_the_reference(text: &str, places: &[usize]) {
    let count = |text: &str| words(text).len() as u64;
    assert_eq!(word_count(text.as_bytes()), Ok(count(text)));
    assert_eq!(count_words(text.as_bytes()), count(text));

    let mut whitespace = Whitespace::default();
    whitespace.scan(text.as_bytes()).unwrap();
    let (mut in_pieces, mut inside) = (0, false);
    for document in documents(text, places) {
        let expected = count(&text[document.clone()]);
        assert_eq!(whitespace.count(document.clone()), expected, "words in {document:?}");
        assert_eq!(whitespace.holds_word(document.clone()), expected > 0, "a word in {document:?}");
        let begun = count_words_after(inside, &text.as_bytes()[document]);
        (in_pieces, inside) = (in_pieces + begun.0, begun.1);
    }
    assert_eq!(in_pieces, count(text), "words counted in pieces");
    assert_eq!(inside, text.chars().next_back().is_some_and(|last| !is_whitespace(last)));
}

fn searches_find_what_the_reference_finds(text: &str, places: &[usize]) {
    let bytes = text.as_bytes();
    // Each search may read the rest of the text, so only a few places are checked.
    for from in places.iter().copied().take(16) {
        let behind = |at: usize| from + at;
        let space = text[from..].find(is_whitespace).map(behind);
        assert_eq!(next_whitespace(bytes, from), space, "whitespace from {from}");
        assert_eq!(whitespace_from(bytes, from), space, "whitespace from {from}");
        // If the previous character has several bytes, the offset is inside it.
        let inside = if text.is_char_boundary(from - 1) { from } else { from - 1 };
        assert_eq!(whitespace_from(bytes, inside), space, "whitespace from {inside}");
        let start = text[from..].find(|character| !is_whitespace(character)).map(behind);
        let word = start.map(|start| start..text[start..].find(is_whitespace).map_or(text.len(), |at| start + at));
        assert_eq!(next_word(bytes, from), word, "a word from {from}");
        let boundary = (0..=inside).rev().find(|at| text.is_char_boundary(*at));
        assert_eq!(Some(boundary_before(bytes, inside)), boundary, "the boundary before {inside}");
    }
}
