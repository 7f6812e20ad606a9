//! The inner loops of the engine, each by itself: `cargo bench --package text_processor_engine`.
//!
//! The text is generated: words of a vocabulary, frequent as in real text (Zipf's law), from a fixed seed.

use std::hint::black_box;
use std::num::NonZero;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use engine::Analyzer;
use engine::interner::Interner;
use engine::scanner::{SimdLevel, scan};
use engine::terms::TermMap;
use engine::tokenizer::{Tokenizer, Words};
use engine::whitespace::count_words;

const BYTES: usize = 8 << 20;

/// Numbers that look random and are the same in every run (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

/// Text in which the word of rank r stands as often as 1/r says.
fn zipf_text(vocabulary: usize) -> String {
    let mut random = Random(1);
    let words: Vec<String> = (0..vocabulary)
        .map(|_| {
            let length = 2 + random.next() % 9;
            (0..length).map(|_| char::from(b'a' + u8::try_from(random.next() % 26).unwrap())).collect()
        })
        .collect();
    let mut text = String::with_capacity(BYTES + 16);
    while text.len() < BYTES {
        // The logarithm of a rank is about evenly distributed.
        #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let rank = ((random.next() >> 11) as f64 / (1_u64 << 53) as f64 * (vocabulary as f64).ln()).exp() as usize;
        text.push_str(&words[rank - 1]);
        text.push(if random.next().is_multiple_of(12) { '\n' } else { ' ' });
    }
    text
}

/// Where the words of a text begin, and where they end.
fn words_of(text: &str) -> (Vec<u32>, Vec<u32>) {
    let mut tokenizer = Tokenizer::default();
    let (mut starts, mut ends) = (Vec::new(), Vec::new());
    tokenizer.read(text.as_bytes(), std::iter::empty());
    tokenizer.words(|some| {
        starts.extend_from_slice(some.starts);
        ends.extend_from_slice(some.ends);
    });
    (starts, ends)
}

fn inner_loops(criterion: &mut Criterion) {
    let text = zipf_text(30_000);
    let (starts, ends) = words_of(&text);
    let words = Words { starts: &starts, ends: &ends };

    let mut group = criterion.benchmark_group("bytes");
    group.sample_size(20).throughput(Throughput::Bytes(text.len() as u64));
    for level in SimdLevel::available() {
        group.bench_function(format!("scan {}", level.name().to_string_lossy()), |bencher| {
            bencher.iter(|| scan(level, text.as_bytes(), |mask| _ = black_box(mask)));
        });
    }
    group.bench_function("count words", |bencher| bencher.iter(|| count_words(text.as_bytes())));
    group.finish();

    let mut group = criterion.benchmark_group("words");
    group.sample_size(20).throughput(Throughput::Elements(starts.len() as u64));
    group.bench_function("tokenize", |bencher| {
        let mut tokenizer = Tokenizer::default();
        bencher.iter(|| {
            for start in (0..text.len()).step_by(128 << 10) {
                let piece = &text.as_bytes()[start..text.len().min(start + (128 << 10))];
                tokenizer.read(piece, std::iter::empty());
                tokenizer.words(|some| _ = black_box(some));
            }
        });
    });
    for (name, vocabulary) in [("30 thousand", 30_000), ("500 thousand", 500_000)] {
        let text = zipf_text(vocabulary);
        let (starts, ends) = words_of(&text);
        let words = Words { starts: &starts, ends: &ends };
        group.bench_function(format!("intern {name}"), |bencher| {
            bencher.iter(|| {
                let (mut interner, mut ids) = (Interner::default(), Vec::new());
                interner.intern_words(text.as_bytes(), words, &mut ids);
                ids.len()
            });
        });
    }
    for threads in [1, 2] {
        group.bench_function(format!("index on {threads}"), |bencher| {
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
    group.finish();

    let mut types = Interner::default();
    types.intern_words(text.as_bytes(), words, &mut Vec::new());
    let mut group = criterion.benchmark_group("types");
    group.sample_size(20).throughput(Throughput::Elements(types.len() as u64));
    group.bench_function("fold", |bencher| bencher.iter(|| TermMap::default().extend(&types)));
    group.finish();
}

criterion_group!(benches, inner_loops);
criterion_main!(benches);
