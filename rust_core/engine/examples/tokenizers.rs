//! Tokenizers beside the crates one would use otherwise: `tokenizers FILE [ROUNDS]` prints what each takes, and the ratios.
//!
//! All on one thread, in turns, the best of some rounds; and all must find the same.

use std::hint::black_box;
use std::time::Instant;

use engine::tokenizer::{Segments, UnicodeTokenizer, WordTokenizer, Words, unicode};
use engine::whitespace::whitespace_from;
use regex::Regex;
use unicode_segmentation::UnicodeSegmentation;

/// Text tokenized at once, as the index does it.
const BLOCK: usize = 128 << 10;

const MEMORY: &str = "there is memory";

/// Numbers of tokens, and the sum of their places: two ways that agree on both found the same.
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

/// Goes through a text in blocks, and passes where each token is to `take`.
fn each_block(text: &str, cut: impl Fn(&[u8], usize) -> Option<usize>, mut block: impl FnMut(usize, &[u8])) {
    let mut start = 0;
    while start < text.len() {
        let aim = start + BLOCK;
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
    let (mut tokenizer, mut found) = (WordTokenizer::default(), Found::default());
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

fn main() {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().expect("tokenizers FILE [ROUNDS]");
    let rounds = arguments.next().map_or(10, |rounds| rounds.parse().expect("a number of rounds"));
    let text = std::fs::read_to_string(file).expect("a file of UTF-8");
    let pattern = Regex::new(r"\b\w\w+\b").expect("a pattern");
    let place = |(at, token): (usize, &str)| (at, at + token.len());
    type Way<'w> = &'w dyn Fn() -> Found;
    let contests: [(&str, Way, &str, Way); 3] = [
        ("unicode", &|| unicode(&text, Segments::Words), "unicode_word_indices", &|| {
            found_by(text.unicode_word_indices().map(place))
        }),
        ("unicode-segments", &|| unicode(&text, Segments::All), "split_word_bound_indices", &|| {
            found_by(text.split_word_bound_indices().map(place))
        }),
        ("word", &|| word(&text), r"regex \b\w\w+\b", &|| {
            found_by(pattern.find_iter(&text).map(|found| (found.start(), found.end())))
        }),
    ];
    for (name, ours, peer, theirs) in contests {
        assert_eq!(ours(), theirs(), "{name} and {peer} find the same");
        let mut best = [f64::INFINITY; 2];
        for _ in 0..rounds {
            for (way, best) in [ours, theirs].into_iter().zip(&mut best) {
                let start = Instant::now();
                black_box(way());
                *best = best.min(start.elapsed().as_secs_f64());
            }
        }
        let speed = best.map(|seconds| text.len() as f64 / 1e6 / seconds);
        println!(
            "{name:<18} {:>6.0} MB/s   {peer:<26} {:>6.0} MB/s   {:>5.1} times",
            speed[0],
            speed[1],
            speed[0] / speed[1]
        );
    }
}
