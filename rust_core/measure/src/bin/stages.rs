//! Measures each stage on a file, and the speed of the machine: `stages FILE ROUNDS` prints seconds as JSON.
//!
//! Everything runs on one thread, except `index_on_two`. The results are medians. Each round runs all stages, so a
//! machine that becomes slower affects all of them.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::num::NonZero;
use std::time::Instant;

use engine::Analyzer;
use engine::counts::Frequencies;
use engine::interner::{Interner, MergeRoom};
use engine::terms::TermMap;
use engine::tokenizer::WhitespaceTokenizer;
use engine::whitespace::count_words;
use measure::text::Random;

/// The bytes of text tokenized in one step, as in the index.
const BLOCK_BYTES: usize = 128 << 10;

/// The bytes read from a file in one step, as in the package.
const PIECE_BYTES: usize = 4 << 20;

/// The sizes of the memory for lookups that each depend on the one before.
const CHASES: [usize; 3] = [64 << 10, 2 << 20, 32 << 20];
const CHASE_STEPS: usize = 1 << 20;

const MEMORY: &str = "there is memory";

/// The seconds of each stage in each round.
#[derive(Default)]
struct Seconds(BTreeMap<String, Vec<f64>>);

impl Seconds {
    fn time<T>(&mut self, stage: &str, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = work();
        self.0.entry(stage.to_owned()).or_default().push(start.elapsed().as_secs_f64());
        result
    }

    fn medians(mut self) -> impl Iterator<Item = (String, f64)> {
        self.0.values_mut().for_each(|list| list.sort_by(f64::total_cmp));
        self.0.into_iter().map(|(stage, list)| (stage, list[list.len() / 2]))
    }
}

/// The last stage to run on the way from text to type ids.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Depth {
    Scan,
    Tokenize,
    Intern,
}

fn tokenize(text: &[u8], depth: Depth) -> Interner {
    let (mut tokenizer, mut types) = (WhitespaceTokenizer::default(), Interner::default());
    let mut rest = 0..text.len();
    while !rest.is_empty() {
        // The index also cuts at whitespace.
        let aim = text.len().min(rest.start + BLOCK_BYTES);
        let end = text[aim..].iter().position(u8::is_ascii_whitespace).map_or(text.len(), |further| aim + further);
        // The interner may read past the last word, so the text after the block must be there.
        let block = &text[rest.start..];
        tokenizer.read(&block[..end - rest.start], std::iter::empty()).expect(MEMORY);
        if depth >= Depth::Tokenize {
            let mut ids = Vec::with_capacity(BLOCK_BYTES / 4);
            tokenizer.words(|words| {
                if depth == Depth::Intern {
                    types.intern_words(block, words, &mut ids).expect(MEMORY);
                } else {
                    black_box(words);
                }
            });
            black_box(ids);
        }
        rest.start = end;
    }
    types
}

fn indexed(text: &[u8], threads: usize) -> Analyzer {
    let analyzer = Analyzer::new(NonZero::new(threads));
    analyzer.add(text).expect("the file is text");
    analyzer
}

/// A list in which each item has the index of another, so that all are visited in an unpredictable order.
fn cycle(bytes: usize) -> Vec<[usize; 8]> {
    let mut places: Vec<[usize; 8]> = (0..bytes / 64).map(|place| [place; 8]).collect();
    let mut random = Random(1);
    for last in (1..places.len()).rev() {
        let other = usize::try_from(random.number() % last as u64).expect("smaller than a usize");
        places.swap(last, other);
    }
    places
}

fn chase(places: &[[usize; 8]]) -> usize {
    (0..CHASE_STEPS).fold(0, |place, _| places[place][0])
}

fn round(seconds: &mut Seconds, text: &[u8], chases: &[Vec<[usize; 8]>]) -> (usize, usize) {
    let scan = Instant::now();
    tokenize(text, Depth::Scan);
    let scan = scan.elapsed();
    let words = Instant::now();
    tokenize(text, Depth::Tokenize);
    let words = words.elapsed();
    let intern = Instant::now();
    let types = tokenize(text, Depth::Intern);
    let intern = intern.elapsed();
    for (stage, time) in
        [("scan", scan), ("tokenize", words.saturating_sub(scan)), ("intern", intern.saturating_sub(words))]
    {
        seconds.0.entry(stage.to_owned()).or_default().push(time.as_secs_f64());
    }

    let mut terms = TermMap::default();
    seconds.time("terms", || terms.extend(&types, 1, None, &mut MergeRoom::default())).expect(MEMORY);
    let fold = || Frequencies::fold(terms.terms(), terms.term_of(), types.counts());
    seconds.time("frequencies", fold).expect(MEMORY);

    let one = seconds.time("add", || indexed(text, 1));
    seconds.time("index_on_one", || one.update(None)).expect(MEMORY);
    drop(one);
    let both = indexed(text, 2);
    seconds.time("index_on_two", || both.update(None)).expect(MEMORY);
    drop(both);

    seconds.time("read", || {
        let (whole, _) = text.as_chunks::<8>();
        black_box(whole.iter().fold(0_u64, |sum, bytes| sum.wrapping_add(u64::from_le_bytes(*bytes))))
    });
    seconds.time("count", || black_box(count_words(text)));
    seconds.time("copy", || black_box(text.to_vec()).len());
    let mut room = vec![0; PIECE_BYTES];
    seconds.time("copy_by_piece", || {
        for piece in text.chunks(PIECE_BYTES) {
            black_box(&mut room)[..piece.len()].copy_from_slice(piece);
        }
    });
    // One store for each offset of a word, into a list that stays in the fastest cache.
    let mut list = [0_u32; 512];
    let offsets = u32::try_from(2 * count_words(text)).expect("no file for this program is that long");
    seconds.time("store", || {
        for base in (0..offsets).step_by(list.len()) {
            for (offset, place) in (base..).zip(&mut list) {
                *place = offset;
            }
            black_box(&mut list);
        }
    });
    for places in chases {
        seconds.time(&format!("chase_{}", places.len() * 64), || black_box(chase(places)));
    }
    (types.len(), terms.terms().len())
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (Some(file), Some(rounds)) = (arguments.next(), arguments.next().and_then(|rounds| rounds.parse().ok())) else {
        panic!("stages FILE ROUNDS");
    };
    let text = std::fs::read(file).expect("the file can be read");
    let chases = CHASES.map(cycle);
    let (mut seconds, mut sizes) = (Seconds::default(), (0, 0));
    for _ in 0..rounds {
        sizes = round(&mut seconds, &text, &chases);
    }
    let (types, terms) = sizes;
    let words = count_words(&text);
    let medians: Vec<String> = seconds.medians().map(|(stage, median)| format!("{stage:?}: {median:e}")).collect();
    println!(
        r#"{{"bytes": {}, "words": {words}, "types": {types}, "terms": {terms}, "chase_steps": {CHASE_STEPS}, "seconds": {{{}}}}}"#,
        text.len(),
        medians.join(", ")
    );
}
