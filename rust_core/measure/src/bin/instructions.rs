//! Runs inner loops under callgrind, which counts their instructions: `instructions tokenize|intern PASSES`.
//!
//! The text and the work of a pass are always the same. So the instructions of a pass are the difference between a run
//! of two passes and a run of one; making the text cancels out. Prints the number of words of a pass.

use std::hint::black_box;

use engine::interner::Interner;
use engine::tokenizer::{WhitespaceTokenizer, Words};
use measure::text::{ENGLISH, zipf};

const BYTES: usize = 1 << 20;
const VOCABULARY: usize = 30_000;

fn tokenize(text: &[u8], take: impl FnMut(Words)) {
    let mut tokenizer = WhitespaceTokenizer::default();
    // An index uses the number of words. Without `black_box`, the compiler would remove the code that counts them.
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
