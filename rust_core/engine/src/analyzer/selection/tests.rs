//! Compares chosen, reduced and merged analyzers with new analyzers.

use super::*;
use crate::analyzer::tests::{assert_is, documents, tokenizations};
use crate::checkpoint::{self, tests::calls};
use crate::counts::Shape;
use crate::terms::TermOptions;
use crate::terms::stemming::Stemmer;
use crate::tokenizer::{Pattern, Tokenization};
use proptest::prelude::*;
use proptest::sample::Index as Any;
use std::num::NonZero;
use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

mod merging;

fn analyzer(threads: usize, tokenization: &Tokenization, texts: &[String]) -> Analyzer {
    let analyzer = Analyzer::with(NonZero::new(threads), true, tokenization.clone());
    texts.iter().for_each(|text| _ = analyzer.add(text.as_bytes()).unwrap());
    analyzer
}

fn texts_of(analyzer: &Analyzer) -> Vec<String> {
    let (chunks, _) = analyzer.documents_since(0).unwrap();
    let texts = chunks.iter().flat_map(|chunk| (0..chunk.len()).map(|at| chunk.text()[chunk.range(at)].to_vec()));
    texts.map(|text| String::from_utf8(text).unwrap()).collect()
}

fn ngrams_of(analyzer: &Analyzer) -> Vec<(Vec<u8>, u64)> {
    let ngrams = analyzer.ngrams(Shape::new(2, 0).unwrap()).unwrap();
    let text = |at: usize| ngrams.get(at).iter().map(|id| ngrams.terms().get(*id)).collect::<Vec<_>>().join(&b' ');
    let texts = (0..ngrams.len()).map(text);
    texts.zip(ngrams.counts().iter().copied()).collect()
}

/// The numbers of some documents, of which there are `count`.
fn numbers(chosen: &[Any], count: usize) -> Vec<u64> {
    if count == 0 { Vec::new() } else { chosen.iter().map(|number| number.index(count) as u64).collect() }
}

fn those<T: Clone>(numbers: &[u64], all: &[T]) -> Vec<T> {
    numbers.iter().map(|number| all[usize::try_from(*number).unwrap()].clone()).collect()
}

#[derive(Debug, Clone)]
enum Change {
    Add(Vec<String>),
    /// Replaces an analyzer by one of documents that are chosen from another analyzer.
    Choose(Any, Vec<Any>),
    /// As `Choose`, with consecutive documents.
    ChooseFrom(Any, Any),
    Keep(Vec<Any>),
    Append(Any),
    Clear,
    Query,
    Update,
    ReadTexts(Any),
    Panic,
}

fn changes() -> impl Strategy<Value = Vec<(Any, Change)>> {
    let chosen = || prop::collection::vec(any::<Any>(), 0..20);
    let change = prop_oneof![
        4 => documents().prop_map(Change::Add),
        4 => (any::<Any>(), chosen()).prop_map(|(of, chosen)| Change::Choose(of, chosen)),
        2 => (any::<Any>(), any::<Any>()).prop_map(|(of, first)| Change::ChooseFrom(of, first)),
        4 => chosen().prop_map(Change::Keep),
        4 => any::<Any>().prop_map(Change::Append),
        1 => Just(Change::Clear),
        2 => Just(Change::Query),
        2 => Just(Change::Update),
        2 => any::<Any>().prop_map(Change::ReadTexts),
        1 => Just(Change::Panic),
    ];
    prop::collection::vec((any::<Any>(), change), 0..14)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]
    #[test]
    fn each_answer_equals_that_of_a_new_analyzer(
        changes in changes(), threads in 1..4_usize, in_steps: bool,
        tokenization in prop_oneof![tokenizations(), Just(Tokenization::Whitespace)],
    ) {
        let mut analyzers = [(); 3].map(|()| (analyzer(threads, &tokenization, &[]), Vec::<String>::new()));
        for (own, change) in changes {
            let own = own.index(3);
            let change = || match change {
                Change::Add(texts) => {
                    let (analyzer, all) = &mut analyzers[own];
                    texts.iter().for_each(|text| _ = analyzer.add(text.as_bytes()).unwrap());
                    all.extend(texts);
                }
                Change::Choose(of, chosen) => {
                    let (of, all) = &analyzers[of.index(3)];
                    let numbers = numbers(&chosen, all.len());
                    analyzers[own] = (of.choose(&numbers).unwrap(), those(&numbers, all));
                }
                Change::ChooseFrom(of, first) => {
                    let (of, all) = &analyzers[of.index(3)];
                    let first = first.index(all.len() + 1);
                    let numbers: Vec<u64> = (first as u64..all.len() as u64).collect();
                    analyzers[own] = (of.choose(&numbers).unwrap(), all[first..].to_vec());
                }
                Change::Keep(chosen) => {
                    let (analyzer, all) = &mut analyzers[own];
                    let numbers = numbers(&chosen, all.len());
                    analyzer.keep(&numbers).unwrap();
                    *all = those(&numbers, all);
                }
                Change::Append(of) => {
                    let (of, more) = &analyzers[of.index(3)];
                    if analyzers[own].1.len() + more.len() < 60 {
                        analyzers[own].0.append(of).unwrap();
                        let more = more.clone();
                        analyzers[own].1.extend(more);
                    }
                }
                Change::Clear => {
                    analyzers[own].0.clear();
                    analyzers[own].1.clear();
                }
                Change::Query => assert_is(&analyzers[own].0, &analyzers[own].1),
                Change::Update => _ = analyzers[own].0.update(Some(Duration::ZERO)).unwrap(),
                Change::ReadTexts(first) => {
                    let (analyzer, all) = &analyzers[own];
                    let first = first.index(all.len() + 1);
                    let (chunks, skipped) = analyzer.documents_since(first).unwrap();
                    assert_eq!(chunks.iter().map(|chunk| chunk.len()).sum::<usize>() - skipped, all.len() - first);
                    assert!(chunks.is_empty() || skipped < chunks[0].len());
                }
                Change::Panic => {
                    let work = std::panic::AssertUnwindSafe(|| analyzers[own].0.panic_while_indexing("on purpose"));
                    assert!(std::panic::catch_unwind(work).is_err());
                }
            };
            // With a checkpoint, each step is as short as possible.
            if in_steps { calls(usize::MAX, change).1 } else { change() }
        }
        for (analyzer, all) in &analyzers {
            assert_is(analyzer, all);
            prop_assert_eq!(&texts_of(analyzer), all);
            let new = self::analyzer(threads, &tokenization, all);
            prop_assert_eq!(ngrams_of(analyzer), ngrams_of(&new));
            prop_assert_eq!(analyzer.sentence_count(false), new.sentence_count(false));
            prop_assert_eq!(analyzer.update(None), new.update(None));
            assert_is(analyzer, all);
        }
    }
}

/// Gives terms until no word is pending. Returns the words that were pending.
fn give(analyzer: &Analyzer, most: usize) -> Vec<Vec<u8>> {
    let mut asked = Vec::new();
    while asked.len() < most {
        let (begin, words) =
            analyzer.pending_terms(most - asked.len(), |words| words.map(<[u8]>::to_vec).collect::<Vec<_>>()).unwrap();
        if words.is_empty() {
            break;
        }
        // The term of a word is its length. Words whose length is a multiple of 3 are dropped.
        let terms: Vec<_> = words.iter().map(|word| (word.len() % 3 > 0).then(|| word.len().to_string())).collect();
        analyzer.give_terms(begin, terms.iter().map(|term| term.as_ref().map(String::as_bytes))).unwrap();
        asked.extend(words);
    }
    asked
}

proptest! {
    #[test]
    fn terms_equal_those_of_a_new_analyzer_and_given_terms_are_not_requested_again(
        texts in documents(), more in documents(), chosen in prop::collection::vec(any::<Any>(), 0..20),
        given in prop_oneof![Just(0), Just(usize::MAX), 0..30_usize], is_external: bool, is_kept: bool, threads in 1..4_usize,
    ) {
        let options = || {
            let options = TermOptions { min_length: 2, stemmer: Stemmer::of("english"), has_external_terms: is_external, ..TermOptions::default() };
            options.with_stop_words(["ab", "BA", "é"]).unwrap()
        };
        let parent = analyzer(threads, &Tokenization::Whitespace, &texts);
        parent.set_terms(options());
        let asked = give(&parent, given);
        let numbers = numbers(&chosen, texts.len());
        let expected = those(&numbers, &texts);
        let chosen = if is_kept {
            parent.keep(&numbers).unwrap();
            parent
        } else {
            parent.choose(&numbers).unwrap()
        };
        let other = analyzer(threads, &Tokenization::Whitespace, &more);
        for round in 0..2 {
            let new = analyzer(1, &Tokenization::Whitespace, &[&expected[..], if round == 0 { &[] } else { &more }].concat());
            new.set_terms(options());
            give(&new, usize::MAX);
            let again = give(&chosen, usize::MAX);
            prop_assert!(given < usize::MAX || round > 0 || again.is_empty());
            let most = if is_external { new.statistics().unwrap().distinct_types } else { 0 };
            prop_assert!(round > 0 || again.len() as u64 <= most);
            prop_assert!(is_external || asked.is_empty() && again.is_empty());
            prop_assert_eq!(chosen.statistics(), new.statistics());
            prop_assert!(chosen.frequencies().unwrap().iter().eq(new.frequencies().unwrap().iter()));
            prop_assert_eq!(ngrams_of(&chosen), ngrams_of(&new));
            if round == 0 {
                chosen.append(&other).unwrap();
            }
        }
    }
}

#[test]
fn a_number_that_no_document_has_is_refused() {
    let analyzer = analyzer(1, &Tokenization::Whitespace, &["one".to_owned(), "two".to_owned()]);
    let error = Error::NoSuchDocument { document: 2, documents: 2 };
    assert_eq!(analyzer.choose(&[0, 2]).err(), Some(error.clone()));
    assert_eq!(analyzer.keep(&[2, u64::MAX]), Err(error));
    assert_eq!(analyzer.document_count(), 2);
}

#[test]
fn analyzers_with_different_tokenizers_are_not_merged() {
    let patterns = [r"\w+", r"\w"].map(|pattern| Tokenization::Pattern(Pattern::new(pattern).unwrap()));
    let python = ["[ab]", "[abc]"].map(|words| Tokenization::Pattern(Pattern::of_python(words, r"\w+").unwrap()));
    let all = [&patterns[..], &python, &[Tokenization::Characters, Tokenization::Whitespace]].concat();
    for (number, own) in all.iter().enumerate() {
        for (place, other) in all.iter().enumerate() {
            let merged = analyzer(1, own, &[]).append(&analyzer(1, other, &[]));
            assert_eq!(merged, if number == place { Ok(()) } else { Err(Error::OtherTokenizer) });
        }
    }
}

#[test]
fn documents_that_are_added_during_the_call_stay_after_those_that_are_kept() {
    static ANALYZER: LazyLock<Analyzer> = LazyLock::new(|| {
        let texts: Vec<String> = (0..300).map(|number| format!("Word{number} of many")).collect();
        analyzer(2, &Tokenization::Whitespace, &texts)
    });
    static ADDED: AtomicUsize = AtomicUsize::new(0);
    let add = || {
        let number = ADDED.fetch_add(1, Ordering::Relaxed);
        ANALYZER.add(format!("new{number} {}", "é ".repeat(number)).as_bytes()).unwrap();
        if number % 4 == 3 {
            // After a query, the index has more documents than at the beginning.
            checkpoint::set(None);
            ANALYZER.statistics().unwrap();
            checkpoint::set(Some((|| true, Duration::ZERO)));
        }
        true
    };
    let numbers: Vec<u64> = (0..300).rev().step_by(2).collect();
    checkpoint::set(Some((add, Duration::ZERO)));
    let kept = ANALYZER.keep(&numbers);
    checkpoint::set(None);
    assert_eq!(kept, Ok(()));
    let added = ADDED.load(Ordering::Relaxed);
    assert!(added >= 4, "{added}");
    let texts = numbers.iter().map(|number| format!("Word{number} of many"));
    let texts = texts.chain((0..added).map(|number| format!("new{number} {}", "é ".repeat(number))));
    assert_is(&ANALYZER, &texts.collect::<Vec<_>>());
}

#[test]
fn documents_may_be_removed_during_the_call() {
    static ANALYZER: LazyLock<Analyzer> = LazyLock::new(|| analyzer(2, &Tokenization::Whitespace, &[]));
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    static REMOVES_AT: AtomicUsize = AtomicUsize::new(0);
    let remove = || {
        if CALLS.fetch_add(1, Ordering::Relaxed) == REMOVES_AT.load(Ordering::Relaxed) {
            checkpoint::set(None);
            ANALYZER.keep(&(0..200).collect::<Vec<_>>()).unwrap();
            ANALYZER.add(b"new").unwrap();
            checkpoint::set(Some((|| true, Duration::ZERO)));
        }
        true
    };
    let texts: Vec<String> = (0..300).map(|number| format!("word{number} of {}", "many ".repeat(number % 7))).collect();
    let numbers: Vec<u64> = (0..100).rev().collect();
    // The first call counts the checkpoints. In each of the others, documents are removed at one of them.
    let mut removes_at = usize::MAX;
    let mut all = 0;
    while removes_at > 0 {
        ANALYZER.clear();
        texts.iter().for_each(|text| _ = ANALYZER.add(text.as_bytes()).unwrap());
        CALLS.store(0, Ordering::Relaxed);
        REMOVES_AT.store(removes_at, Ordering::Relaxed);
        checkpoint::set(Some((remove, Duration::ZERO)));
        let kept = ANALYZER.keep(&numbers);
        checkpoint::set(None);
        assert_eq!(kept, Ok(()));
        // The call began again after the removal, so it removed the new document too.
        assert_is(&ANALYZER, &those(&numbers, &texts));
        let calls = CALLS.load(Ordering::Relaxed);
        if removes_at == usize::MAX {
            assert!(calls > 20, "{calls}");
            (all, removes_at) = (calls, calls);
        } else {
            // The number of steps depends a little on the threads.
            assert!(calls >= removes_at || all - removes_at < 20);
        }
        removes_at -= all.div_ceil(20).min(removes_at);
    }
}

#[test]
fn other_threads_may_add_and_query_while_documents_are_chosen() {
    let text = |number: usize| format!("Thread word{number} {}", "more ".repeat(number % 50));
    let (texts, is_done) = ((0..500).map(text).collect::<Vec<_>>(), AtomicBool::new(false));
    let analyzer = analyzer(2, &Tokenization::Whitespace, &texts);
    thread::scope(|scope| {
        for thread in 1..3 {
            let (analyzer, is_done) = (&analyzer, &is_done);
            scope.spawn(move || {
                for number in (thread..4000).step_by(3).take_while(|_| !is_done.load(Ordering::Relaxed)) {
                    analyzer.add(text(number).as_bytes()).unwrap();
                    analyzer.statistics().unwrap();
                }
            });
        }
        for _ in 0..5 {
            let rest: Vec<u64> = (1..analyzer.document_count()).rev().collect();
            let chosen = analyzer.choose(&rest).unwrap();
            assert_is(&chosen, &texts_of(&chosen));
            analyzer.keep(&rest).unwrap();
            analyzer.append(&chosen).unwrap();
        }
        is_done.store(true, Ordering::Relaxed);
    });
    assert_is(&analyzer, &texts_of(&analyzer));
}

#[test]
fn analyzers_may_be_merged_into_each_other_at_the_same_time() {
    let texts: Vec<String> = (0..200).map(|number| format!("some word{number}")).collect();
    let pair = [0, 1].map(|own| analyzer(2, &Tokenization::Whitespace, &texts[own * 100..][..100]));
    thread::scope(|scope| {
        for own in 0..2 {
            let pair = &pair;
            scope.spawn(move || (0..4).for_each(|_| pair[own].append(&pair[1 - own]).unwrap()));
        }
    });
    for analyzer in &pair {
        assert!(analyzer.document_count() >= 500);
        let texts = texts_of(analyzer);
        assert_is(analyzer, &texts);
    }
}

type Call<'a> = &'a dyn Fn() -> Result<()>;

#[test]
fn a_call_that_a_checkpoint_ends_changes_nothing() {
    let texts: Vec<String> = (0..300).map(|number| format!("word{} of document {number}", number % 40)).collect();
    for threads in [1, 2] {
        let (own, other) = (
            analyzer(threads, &Tokenization::Whitespace, &texts),
            analyzer(threads, &Tokenization::Whitespace, &texts),
        );
        let numbers: Vec<u64> = (0..300).step_by(3).collect();
        let subset = own.choose(&numbers).unwrap();
        let calls_of: [(&str, Call, usize); 4] = [
            ("choose", &|| own.choose(&numbers).map(drop), 7),
            ("texts", &|| subset.documents_since(0).map(drop), 7),
            ("keep", &|| own.keep(&numbers), 7),
            ("append", &|| own.append(&other), 2),
        ];
        own.statistics().unwrap();
        other.statistics().unwrap();
        for (name, call, most) in calls_of {
            for last in 1..=most {
                assert_eq!(calls(last, call), (last, Err(Error::Stopped)), "{name}");
            }
            assert_is(&own, &texts);
        }
    }
}

#[test]
fn the_text_of_removed_documents_is_freed() {
    let texts: Vec<String> = (0..1000).map(|number| format!("document {number}")).collect();
    let analyzer = analyzer(1, &Tokenization::Whitespace, &texts);
    let held = Arc::downgrade(&analyzer.documents_since(0).unwrap().0[0]);
    analyzer.keep(&(0..900).collect::<Vec<_>>()).unwrap();
    assert!(held.upgrade().is_some(), "most of the chunk is kept, so it is not copied yet");
    let subset = analyzer.choose(&[5, 4]).unwrap();
    analyzer.keep(&[3, 5]).unwrap();
    assert!(held.upgrade().is_some(), "the subset shares it");
    assert_eq!(texts_of(&subset), [&*texts[5], &*texts[4]]);
    assert!(held.upgrade().is_none());
    assert_eq!(texts_of(&analyzer), [&*texts[3], &*texts[5]]);
}
