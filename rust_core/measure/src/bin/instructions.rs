//! Inner loops to count instructions of, under callgrind: `instructions tokenize|intern PASSES`.
//!
//! The text is always the same, and a pass as well; so what a run of two passes takes more than a run of one is what a
//! pass takes, whatever it costs to make the text. Prints the number of words of a pass.

use std::hint::black_box;

use engine::interner::Interner;
use engine::tokenizer::{WhitespaceTokenizer, Words};
use measure::text::{ENGLISH, zipf};

const BYTES: usize = 1 << 20;
const VOCABULARY: usize = 30_000;

fn tokenize(text: &[u8], take: impl FnMut(Words)) {
    let mut tokenizer = WhitespaceTokenizer::default();
    // Whoever indexes wants the number of words: where nobody does, the compiler leaves out that they are counted.
    black_box(tokenizer.read(text, std::iter::empty()).expect("there is memory"));
    tokenizer.words(take);
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (Some(name), Some(passes)) = (arguments.next(), arguments.next().and_then(|passes| passes.parse().ok())) else {
        panic!("instructions tokenize|intern PASSES");
    };
    let text = zipf(VOCABULARY, BYTES, &ENGLISH);
    let text = text.as_bytes();
    let (mut starts, mut ends) = (Vec::new(), Vec::new());
    tokenize(text, |words| {
        starts.extend_from_slice(words.starts);
        ends.extend_from_slice(words.ends);
    });
    for _ in 0..passes {
        match name.as_str() {
            "tokenize" => tokenize(text, |words| _ = black_box(words)),
            "intern" => {
                let (mut interner, mut ids) = (Interner::default(), Vec::new());
                interner.intern_words(text, Words { starts: &starts, ends: &ends }, &mut ids).expect("there is memory");
                black_box(ids);
            }
            other => panic!("there is no loop {other:?}"),
        }
    }
    println!("{}", starts.len());
}
