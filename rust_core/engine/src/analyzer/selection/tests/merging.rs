//! Merged analyzers, and analyzers that only count.

use super::*;
use crate::analyzer::Draft;

#[derive(Debug, Clone)]
enum Counting {
    Add(Vec<String>),
    /// Adds one document that comes in pieces.
    Draft(Vec<String>),
    /// Adds a document of as many new words as a table that waits needs, and more.
    NewWords(usize),
    Append(Any),
    Query,
}

fn counting() -> impl Strategy<Value = Vec<(Any, Counting)>> {
    let change = prop_oneof![
        4 => documents().prop_map(Counting::Add),
        4 => documents().prop_map(Counting::Draft),
        4 => (10..60_usize).prop_map(Counting::NewWords),
        4 => any::<Any>().prop_map(Counting::Append),
        1 => Just(Counting::Query),
    ];
    prop::collection::vec((any::<Any>(), change), 0..14)
}

proptest! {
    #[test]
    fn counts_are_merged_in_order(
        before in documents(), more in documents(), keeps_text: bool, threads in 1..4_usize,
        tokenization in prop_oneof![tokenizations(), Just(Tokenization::Whitespace)],
    ) {
        let new = |keeps_text, texts: &[String]| {
            let new = Analyzer::with(NonZero::new(threads), keeps_text, tokenization.clone());
            texts.iter().for_each(|text| _ = new.add(text.as_bytes()).unwrap());
            new
        };
        let (counting, other) = (new(false, &before), new(keeps_text, &more));
        prop_assert_eq!(counting.append(&other), Ok(()));
        prop_assert_eq!(counting.append(&counting), Ok(()));
        let all = [before, more.clone()].concat();
        let all = [&all[..], &all].concat();
        assert_is(&counting, &all);
        assert_is(&other, &more);
        prop_assert_eq!(new(true, &all).append(&counting), Err(Error::TextNotStored));
        prop_assert_eq!(counting.choose(&[]).err(), Some(Error::TextNotStored));
        prop_assert_eq!(counting.keep(&[]), Err(Error::TextNotStored));
    }

    #[test]
    fn counts_equal_those_of_a_new_analyzer(changes in counting(), threads in 1..4_usize, in_steps: bool) {
        let new = || Analyzer::with(NonZero::new(threads), false, Tokenization::Whitespace);
        let mut analyzers = [(); 3].map(|()| (new(), Vec::<String>::new()));
        let mut next_word = 0;
        let draft = |analyzer: &Analyzer, pieces: &[String]| {
            let mut draft = Draft::counting();
            pieces.iter().try_for_each(|piece| draft.append(piece.as_bytes())).unwrap();
            (draft.words() > 0).then(|| analyzer.add_draft(&mut draft).unwrap()).is_some()
        };
        for (own, change) in changes {
            let own = own.index(3);
            let change = || match change {
                Counting::Add(texts) => {
                    let (analyzer, all) = &mut analyzers[own];
                    texts.iter().for_each(|text| _ = analyzer.add(text.as_bytes()).unwrap());
                    all.extend(texts);
                }
                Counting::Draft(pieces) => {
                    let (analyzer, all) = &mut analyzers[own];
                    all.extend(draft(analyzer, &pieces).then(|| pieces.concat()));
                }
                Counting::NewWords(count) => {
                    let (analyzer, all) = &mut analyzers[own];
                    let text: String = (next_word..next_word + count).map(|word| format!("W{word} ")).collect();
                    next_word += count / 2;
                    assert!(draft(analyzer, std::slice::from_ref(&text)));
                    all.push(text);
                }
                Counting::Append(of) => {
                    let (of, more) = &analyzers[of.index(3)];
                    if analyzers[own].1.len() + more.len() < 60 {
                        analyzers[own].0.append(of).unwrap();
                        let more = more.clone();
                        analyzers[own].1.extend(more);
                    }
                }
                Counting::Query => assert_is(&analyzers[own].0, &analyzers[own].1),
            };
            if in_steps { calls(usize::MAX, change).1 } else { change() }
        }
        for (analyzer, all) in &analyzers {
            assert_is(analyzer, all);
        }
    }
}

fn words(range: std::ops::Range<usize>) -> Vec<String> {
    let all: Vec<usize> = range.collect();
    all.chunks(7).map(|some| some.iter().map(|number| format!("Word{number} ")).collect()).collect()
}

#[test]
fn the_first_query_after_a_merge_works_in_steps() {
    for threads in [1, 3] {
        let (before, more) = (words(0..400), words(300..900));
        let own = analyzer(threads, &Tokenization::Whitespace, &before);
        let other = analyzer(threads, &Tokenization::Whitespace, &more);
        own.append(&other).unwrap();
        // The other analyzer was queried in the merge. A query of this one in parts ends at last.
        let mut steps = 0;
        loop {
            let (calls, statistics) = calls(3, || own.statistics());
            steps += calls;
            if statistics.is_ok() {
                break;
            }
            assert_eq!(statistics, Err(Error::Stopped));
        }
        assert!(steps >= 20, "{steps}");
        let all = [before, more.clone()].concat();
        assert_is(&own, &all);
        // The types of an analyzer that is copied are copied in steps, too.
        let copy = other.choose(&(0..other.document_count()).collect::<Vec<_>>()).unwrap();
        other.add(b"one more").unwrap();
        let (steps, statistics) = calls(usize::MAX, || other.statistics());
        assert!(statistics.is_ok() && steps >= 20, "{steps}");
        assert_is(&other, &[more.clone(), vec!["one more".to_owned()]].concat());
        assert_is(&copy, &more);
    }
}

#[test]
fn an_analyzer_with_too_many_types_fails_until_it_is_cleared() {
    for keeps_text in [true, false] {
        let new = |words: std::ops::Range<usize>| {
            let analyzer = Analyzer::with(NonZero::new(1), keeps_text, Tokenization::Whitespace);
            analyzer.add(self::words(words).concat().as_bytes()).unwrap();
            analyzer
        };
        // Together, they have more types than MAX_STRINGS, which is small in tests.
        let (own, other) = (new(0..100_000), new(90_000..190_000));
        own.append(&other).unwrap();
        for _ in 0..2 {
            assert_eq!(own.statistics(), Err(Error::TooManyTypes));
        }
        assert_eq!(other.statistics().unwrap().distinct_types, 100_000);
        own.clear();
        own.append(&new(0..50)).unwrap();
        assert_is(&own, &[words(0..50).concat()]);
    }
}
