//! Compares the counts of each group with an analyzer that has only the documents of the group.

use std::num::NonZero;

use proptest::prelude::*;

use super::*;
use crate::Analyzer;
use crate::checkpoint::tests::calls;
use crate::counts::Statistics;
use crate::documents::{Blank, Checked};
use crate::grouping::NO_GROUP;
use crate::terms::TermOptions;
use crate::tokenizer::{Segments, Tokenization, WordRules};

/// Rows: a group, its terms, and their count.
type Rows = Vec<(u32, Vec<Vec<u8>>, u64)>;

fn rows(counts: &GroupedCounts) -> Rows {
    let terms = |row| counts.get(row).iter().map(|id| counts.terms().get(*id).to_vec()).collect();
    (0..counts.len()).map(|row| (counts.group(row), terms(row), counts.count(row))).collect()
}

/// An analyzer, and the options to make other analyzers of this kind.
#[derive(Debug, Clone)]
struct Setting {
    threads: usize,
    tokenization: Tokenization,
    drops: bool,
}

impl Setting {
    fn analyzer<'t>(&self, texts: impl IntoIterator<Item = &'t String>) -> Analyzer {
        let analyzer = Analyzer::with(NonZero::new(self.threads), true, self.tokenization.clone());
        if self.drops {
            analyzer.set_terms(TermOptions::default().with_stop_words(["a", "ab"]).unwrap());
        }
        for text in texts {
            analyzer.add_all([Checked::with(text.as_bytes(), Blank::Kept)], Blank::Kept).1.unwrap();
        }
        analyzer
    }
}

fn settings() -> impl Strategy<Value = Setting> {
    let tokenizations = prop::sample::select(vec![
        Tokenization::Whitespace,
        Tokenization::Unicode(Segments::Words),
        Tokenization::Word(WordRules::default()),
        Tokenization::Characters,
    ]);
    (1..4_usize, tokenizations, any::<bool>()).prop_map(|(threads, tokenization, drops)| Setting {
        threads,
        tokenization,
        drops,
    })
}

fn documents() -> impl Strategy<Value = Vec<(String, u32)>> {
    let text = prop_oneof!["[abABé ]{0,12}", "([ab]{1,2} ){10,90}"];
    let code = prop_oneof![0..3_u32, Just(NO_GROUP), Just(9), Just(70_000)];
    prop::collection::vec((text, code), 0..30)
}

/// The first rows of each group, from an analyzer that has only the documents of the group.
fn expected(
    documents: &[(String, u32)],
    setting: &Setting,
    limit: Option<NonZero<usize>>,
    ask: impl Fn(&Analyzer) -> Vec<(Vec<Vec<u8>>, u64)>,
) -> Rows {
    let mut codes: Vec<u32> = documents.iter().map(|(_, code)| *code).filter(|code| *code != NO_GROUP).collect();
    codes.sort_unstable();
    codes.dedup();
    let of_group = |code: u32| {
        let texts = documents.iter().filter(move |(_, other)| *other == code).map(|(text, _)| text);
        let found = ask(&setting.analyzer(texts)).into_iter().map(move |(terms, count)| (code, terms, count));
        found.take(limit.map_or(usize::MAX, NonZero::get))
    };
    codes.into_iter().flat_map(of_group).collect()
}

fn ranked(ask: Vec<(Vec<Vec<u8>>, u64)>, order: Order) -> Vec<(Vec<Vec<u8>>, u64)> {
    let mut rows = ask;
    if order == Order::Frequency {
        rows.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    }
    rows
}

proptest! {
    #[test]
    fn counts_of_groups_are_those_of_analyzers_of_each_group(
        documents in documents(),
        setting in settings(),
        (n, skip) in (1..4_usize, 0..2_usize),
        order in prop::sample::select(vec![Order::FirstSeen, Order::Frequency]),
        limit in prop::option::of(1..5_usize),
    ) {
        let limit = limit.and_then(NonZero::new);
        let codes: Vec<u32> = documents.iter().map(|(_, code)| *code).collect();
        let analyzer = setting.analyzer(documents.iter().map(|(text, _)| text));
        let terms = expected(&documents, &setting, limit, |analyzer| {
            let found = analyzer.frequencies().unwrap();
            ranked(found.iter().map(|(term, count)| (vec![term.to_vec()], count)).collect(), order)
        });
        prop_assert_eq!(rows(&analyzer.grouped_terms(&codes, order, limit).unwrap()), terms);
        let shape = Shape::new(n, skip).unwrap();
        let ngrams = expected(&documents, &setting, limit, |analyzer| {
            let found = analyzer.ngrams(shape).unwrap();
            let gram = |number| found.get(number).iter().map(|id| found.terms().get(*id).to_vec()).collect();
            ranked((0..found.len()).map(|number| (gram(number), found.counts()[number])).collect(), order)
        });
        prop_assert_eq!(rows(&analyzer.grouped_ngrams(&codes, shape, order, limit).unwrap()), ngrams);
    }

    #[test]
    fn figures_of_groups_are_those_of_analyzers_of_each_group(documents in documents(), setting in settings()) {
        let codes: Vec<u32> =
            documents.iter().map(|(_, code)| if *code == 70_000 { 4 } else { *code }).collect();
        let analyzer = setting.analyzer(documents.iter().map(|(text, _)| text));
        let expected: Vec<Statistics> = (0..11)
            .map(|group| {
                let texts = documents.iter().zip(&codes).filter(|(_, code)| **code == group);
                setting.analyzer(texts.map(|((text, _), _)| text)).statistics().unwrap()
            })
            .collect();
        prop_assert_eq!(analyzer.grouped_statistics(&codes, 11).unwrap(), expected);
    }
}

#[test]
fn ngrams_of_groups_may_be_long() {
    let setting = Setting { threads: 2, tokenization: Tokenization::Whitespace, drops: false };
    let documents: Vec<(String, u32)> =
        (0..6).map(|number| ("a b c d ".repeat(20 + number), [1, 70_000][number % 2])).collect();
    let codes: Vec<u32> = documents.iter().map(|(_, code)| *code).collect();
    let analyzer = setting.analyzer(documents.iter().map(|(text, _)| text));
    // With codes of 17 bits, keys have 68 bits, or are lists.
    for n in [3, 40] {
        let shape = Shape::new(n, 0).unwrap();
        let found = rows(&analyzer.grouped_ngrams(&codes, shape, Order::FirstSeen, None).unwrap());
        assert_eq!(found.len(), 8);
        let counts = |code| found.iter().filter(|(group, ..)| *group == code).map(|(.., count)| count).sum::<u64>();
        let expected = |first: u64| 3 * (4 * (20 + first + 2) - n as u64 + 1);
        assert_eq!((counts(1), counts(70_000)), (expected(0), expected(1)));
    }
}

#[test]
fn codes_must_fit_the_documents() {
    let analyzer = Analyzer::default();
    analyzer.add(b"one").unwrap();
    let expected = Error::CodeCount { codes: 2, documents: 1 };
    assert_eq!(analyzer.grouped_terms(&[0, 1], Order::FirstSeen, None).unwrap_err(), expected);
    assert_eq!(analyzer.grouped_statistics(&[0, 0], 1).unwrap_err(), expected);
    let unknown = Error::UnknownGroup { document: 0, code: 1, groups: 1 };
    assert_eq!(analyzer.grouped_statistics(&[1], 1).unwrap_err(), unknown);
    let counting = Analyzer::counting(None);
    assert_eq!(counting.grouped_statistics(&[], 0).unwrap_err(), Error::TextNotStored);
}

#[test]
fn the_checkpoint_can_stop_counting_groups_at_any_step() {
    let setting = Setting { threads: 2, tokenization: Tokenization::Whitespace, drops: false };
    let texts: Vec<String> = (0..60).map(|number| format!("w{} a w{} b ", number % 7, number % 5).repeat(3)).collect();
    let analyzer = setting.analyzer(&texts);
    let codes: Vec<u32> = (0..60).map(|number| number * 7 % 4).collect();
    let shape = Shape::new(2, 0).unwrap();
    analyzer.update(None).unwrap();
    for kind in 0..3 {
        let count = || match kind {
            0 => analyzer.grouped_terms(&codes, Order::Frequency, NonZero::new(2)).map(|found| rows(&found).len()),
            1 => analyzer.grouped_ngrams(&codes, shape, Order::FirstSeen, None).map(|found| rows(&found).len()),
            _ => analyzer.grouped_statistics(&codes, 4).map(|groups| groups.len()),
        };
        let expected = count().unwrap();
        let (all, counted) = calls(usize::MAX, count);
        assert_eq!(counted, Ok(expected));
        assert!(all > 20, "{all} steps");
        for last in (1..all / 2).step_by(1 + all / 20) {
            assert_eq!(calls(last, count), (last, Err(Error::Stopped)));
        }
    }
}
