//! Benchmarks of the inner loops of the engine: `cargo bench --package text_processor_measure`.

use std::hint::black_box;
use std::num::NonZero;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use engine::Analyzer;
use engine::interner::{Interner, MergeRoom};
use engine::scanner::{SimdLevel, scan};
use engine::terms::TermMap;
use engine::tokenizer::{ScikitWordTokenizer, WhitespaceTokenizer, Words};
use engine::whitespace::count_words;
use measure::text::{self, ENGLISH, JAPANESE, RUSSIAN};
use regex::Regex;

const BYTES: usize = 8 << 20;
const BLOCK_BYTES: usize = 128 << 10;

/// The offsets where the words of a text begin and end.
fn words_of(text: &str) -> (Vec<u32>, Vec<u32>) {
    let mut tokenizer = WhitespaceTokenizer::default();
    let (mut starts, mut ends) = (Vec::new(), Vec::new());
    tokenizer.read(text.as_bytes(), std::iter::empty()).unwrap();
    tokenizer.words(|some| {
        starts.extend_from_slice(some.starts);
        ends.extend_from_slice(some.ends);
    });
    (starts, ends)
}

/// Calls `take` with the start and the end of each of scikit-learn's words, block by block.
fn each_word(tokenizer: &mut ScikitWordTokenizer, text: &str, mut take: impl FnMut(usize, usize)) {
    let mut start = 0;
    while start < text.len() {
        let end = (start + BLOCK_BYTES..text.len()).find(|at| text.as_bytes()[*at] == b' ');
        let end = end.unwrap_or(text.len());
        tokenizer.read(&text.as_bytes()[start..end], std::iter::empty()).unwrap();
        tokenizer.words(|some| {
            some.starts.iter().zip(some.ends).for_each(|(a, b)| take(start + *a as usize, start + *b as usize));
        });
        start = end;
    }
}

/// Compares the tokenizer "word" with the regular expression that defines its words.
fn words_of_letters(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("words of letters");
    let pattern = Regex::new(r"\b\w\w+\b").unwrap();
    let mut tokenizer = ScikitWordTokenizer::default();
    for language in [ENGLISH, RUSSIAN, JAPANESE] {
        let (name, text) = (language.name, text::zipf(30_000, BYTES, &language));
        let mut found = Vec::new();
        each_word(&mut tokenizer, &text, |start, end| found.push((start, end)));
        assert!(found.into_iter().eq(pattern.find_iter(&text).map(|word| (word.start(), word.end()))), "{name}");
        group.sample_size(10).throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(format!("tokenize {name}"), |bencher| {
            bencher.iter(|| each_word(&mut tokenizer, &text, |start, end| _ = black_box((start, end))));
        });
        group.bench_function(format!("regex {name}"), |bencher| {
            bencher.iter(|| pattern.find_iter(&text).for_each(|word| _ = black_box((word.start(), word.end()))));
        });
    }
    group.finish();
}

fn inner_loops(criterion: &mut Criterion) {
    let text = text::zipf(30_000, BYTES, &ENGLISH);
    let (starts, ends) = words_of(&text);
    let words = Words { starts: &starts, ends: &ends };

    let mut group = criterion.benchmark_group("bytes");
    for language in [ENGLISH, RUSSIAN, JAPANESE] {
        let (name, text) = (language.name, text::zipf(30_000, BYTES, &language));
        group.sample_size(20).throughput(Throughput::Bytes(text.len() as u64));
        for level in SimdLevel::available() {
            group.bench_function(format!("scan {name} {}", level.name().to_string_lossy()), |bencher| {
                bencher.iter(|| scan(level, text.as_bytes(), |mask| _ = black_box(mask)));
            });
        }
        group.bench_function(format!("count words {name}"), |bencher| bencher.iter(|| count_words(text.as_bytes())));
    }
    group.finish();

    let mut group = criterion.benchmark_group("words");
    group.sample_size(20).throughput(Throughput::Elements(starts.len() as u64));
    group.bench_function("tokenize", |bencher| {
        let mut tokenizer = WhitespaceTokenizer::default();
        bencher.iter(|| {
            for start in (0..text.len()).step_by(BLOCK_BYTES) {
                let piece = &text.as_bytes()[start..text.len().min(start + BLOCK_BYTES)];
                tokenizer.read(piece, std::iter::empty()).unwrap();
                tokenizer.words(|some| _ = black_box(some));
            }
        });
    });
    for (name, vocabulary) in [("30 thousand", 30_000), ("500 thousand", 500_000)] {
        let text = text::zipf(vocabulary, BYTES, &ENGLISH);
        let (starts, ends) = words_of(&text);
        let words = Words { starts: &starts, ends: &ends };
        group.bench_function(format!("intern {name}"), |bencher| {
            bencher.iter(|| {
                let (mut interner, mut ids) = (Interner::default(), Vec::new());
                interner.intern_words(text.as_bytes(), words, &mut ids).unwrap();
                ids.len()
            });
        });
        // The time of two threads is half the time of one plus the merge, which grows with the number of types.
        for threads in [1, 2] {
            group.bench_function(format!("index {name} on {threads}"), |bencher| {
                bencher.iter_with_setup(
                    || {
                        let analyzer = Analyzer::new(NonZero::new(threads));
                        analyzer.add(text.as_bytes()).unwrap();
                        analyzer
                    },
                    |analyzer| analyzer.unique_words(),
                );
            });
        }
    }
    group.finish();

    let mut types = Interner::default();
    types.intern_words(text.as_bytes(), words, &mut Vec::new()).unwrap();
    let mut group = criterion.benchmark_group("types");
    group.sample_size(20).throughput(Throughput::Elements(types.len() as u64));
    group.bench_function("fold", |bencher| {
        bencher.iter(|| TermMap::default().extend(&types, 1, None, &mut MergeRoom::default()));
    });
    // Merges the types of one thread into an index.
    group.bench_function("merge", |bencher| {
        bencher.iter(|| {
            let (mut merged, mut ids) = (Interner::default(), Vec::new());
            merged.intern_all(&types, 0..types.len(), &mut ids).unwrap();
            ids.len()
        });
    });
    group.finish();
}

criterion_group!(benches, inner_loops, words_of_letters);
criterion_main!(benches);
