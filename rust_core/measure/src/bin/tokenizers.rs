//! Compares tokenizers with crates that do the same: `tokenizers FILE TOKENIZER engine|crate` prints as JSON how long
//! the engine or the crate takes to find all tokens on one thread, and what it found.

use std::hint::black_box;
use std::time::Instant;

use engine::tokenizer::{ScikitWordTokenizer, Segments, UnicodeTokenizer, Words, unicode};
use engine::whitespace::whitespace_from;
use regex::Regex;
use unicode_segmentation::UnicodeSegmentation;

/// The bytes of text tokenized in one step, as in the index.
const BLOCK_BYTES: usize = 128 << 10;

const MEMORY: &str = "there is memory";

/// The number of tokens and a checksum of their offsets. If both are equal, the tokens are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Found {
    tokens: usize,
    places: usize,
}

impl Found {
    fn take(&mut self, start: usize, end: usize) {
        self.tokens += 1;
        self.places += start ^ end << 1;
    }
}

/// Calls `block` with each block of a text and its offset.
fn each_block(text: &str, cut: impl Fn(&[u8], usize) -> Option<usize>, mut block: impl FnMut(usize, &[u8])) {
    let mut start = 0;
    while start < text.len() {
        let aim = start + BLOCK_BYTES;
        let end = if aim < text.len() { cut(text.as_bytes(), aim).unwrap_or(text.len()) } else { text.len() };
        block(start, &text.as_bytes()[start..end]);
        start = end;
    }
}

fn take_all(found: &mut Found, base: usize, words: Words) {
    for (start, end) in words.starts.iter().zip(words.ends) {
        found.take(base + *start as usize, base + *end as usize);
    }
}

fn unicode(text: &str, segments: Segments) -> Found {
    let (mut tokenizer, mut found) = (UnicodeTokenizer::new(segments), Found::default());
    each_block(text, unicode::cut_from, |base, block| {
        tokenizer.read(block, std::iter::empty()).expect(MEMORY);
        tokenizer.words(|words| take_all(&mut found, base, words));
    });
    found
}

fn word(text: &str) -> Found {
    let (mut tokenizer, mut found) = (ScikitWordTokenizer::default(), Found::default());
    each_block(text, whitespace_from, |base, block| {
        tokenizer.read(block, std::iter::empty()).expect(MEMORY);
        tokenizer.words(|words| take_all(&mut found, base, words));
    });
    found
}

fn found_by(tokens: impl Iterator<Item = (usize, usize)>) -> Found {
    let mut found = Found::default();
    tokens.for_each(|(start, end)| found.take(start, end));
    found
}

fn by_crate(text: &str, tokenizer: &str) -> Found {
    let place = |(at, token): (usize, &str)| (at, at + token.len());
    match tokenizer {
        "unicode" => found_by(text.unicode_word_indices().map(place)),
        "unicode-segments" => found_by(text.split_word_bound_indices().map(place)),
        _ => {
            let pattern = Regex::new(r"\b\w\w+\b").expect("a pattern");
            found_by(pattern.find_iter(text).map(|found| (found.start(), found.end())))
        }
    }
}

fn by_engine(text: &str, tokenizer: &str) -> Found {
    match tokenizer {
        "unicode" => unicode(text, Segments::Words),
        "unicode-segments" => unicode(text, Segments::All),
        _ => word(text),
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, tokenizer, way] = &arguments[..] else { panic!("tokenizers FILE TOKENIZER engine|crate") };
    assert!(
        ["unicode", "unicode-segments", "word"].contains(&tokenizer.as_str()),
        "{tokenizer} is not compared with a crate"
    );
    let find = if way == "engine" { by_engine } else { by_crate };
    let text = std::fs::read_to_string(file).expect("a file of UTF-8");
    // A first pass that is not measured, so that the memory is already mapped.
    black_box(find(&text, tokenizer));
    let start = Instant::now();
    let Found { tokens, places } = black_box(find(&text, tokenizer));
    println!(r#"{{"seconds": {}, "tokens": {tokens}, "places": {places}}}"#, start.elapsed().as_secs_f64());
}
