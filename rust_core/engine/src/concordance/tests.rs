//! Compares concordances with a plain search in the texts.

mod plain;

use super::*;
use crate::analyzer::Analyzer;
use crate::checkpoint::tests::calls;
use crate::documents::{Blank, Checked};
use crate::patterns::{Base, Patterns, Slot};
use crate::terms::lowercase;
use crate::tokenizer::WordRules;
use plain::{Setting, patterns, phrases, plain, rank, settings, texts};
use proptest::prelude::*;
use std::num::NonZero;

fn found(analyzer: &Analyzer, patterns: &Patterns, setting: &Setting) -> Concordance {
    let documents = usize::try_from(analyzer.document_count()).unwrap();
    let ranks = [0, 1].map(|list| (0..documents).map(|document| rank(list, document)).collect::<Vec<_>>());
    analyzer.concordance(patterns, &setting.wanted(), &[&ranks[0], &ranks[1]]).unwrap()
}

proptest! {
    #[test]
    fn lines_are_those_of_a_plain_search(texts in texts(), phrases in phrases(), setting in settings()) {
        let analyzer = setting.analyzer(&texts);
        let patterns = patterns(&phrases, setting.base);
        let (lines, expected) = (found(&analyzer, &patterns, &setting), plain(&texts, &phrases, &setting));
        prop_assert_eq!(lines.len(), expected.len());
        for (number, plain) in expected.iter().enumerate() {
            let line = lines.line(number);
            let (own, place) = line;
            let is = (own.document, own.from, own.pattern as usize);
            prop_assert_eq!(is, (plain.document, plain.from, plain.pattern));
            prop_assert_eq!(lines.pattern(&own), (plain.length, plain.pattern % 2));
            prop_assert_eq!(lines.quote(&line), plain.quote.each_ref().map(String::as_bytes));
            prop_assert_eq!(lines.characters(&line), plain.characters.0..plain.characters.1);
            prop_assert_eq!(&texts[own.document][place.start..place.end], &plain.quote[1]);
        }
    }

    #[test]
    fn counts_equal_the_numbers_of_lines(texts in texts(), phrases in phrases(), setting in settings()) {
        let setting = Setting { keys: Vec::new(), offset: 0, limit: None, ..setting };
        let (analyzer, patterns) = (setting.analyzer(&texts), patterns(&phrases, setting.base));
        let lines = plain(&texts, &phrases, &setting);
        let codes: Vec<u32> = (0..texts.len()).map(|document| [0, NO_GROUP, 2][document % 3]).collect();
        let labels = patterns.labels().len();
        let count = |is_in: &dyn Fn(usize) -> bool| -> Vec<MatchCount> {
            let of_label = |label: usize| {
                let own: Vec<usize> =
                    lines.iter().filter(|line| line.pattern % 2 == label && is_in(line.document)).map(|line| line.document).collect();
                let documents = own.chunk_by(|document, next| document == next).count() as u64;
                MatchCount { matches: own.len() as u64, documents: Some(documents) }
            };
            (0..labels).map(of_label).collect()
        };
        let wanted = setting.wanted();
        prop_assert_eq!(analyzer.matches(&patterns, &wanted).unwrap(), count(&|_| true));
        let expected: Vec<MatchCount> =
            (0..3).flat_map(|group| count(&|document| codes[document] == group)).collect();
        prop_assert_eq!(analyzer.grouped_matches(&patterns, &wanted, &codes, 3).unwrap(), expected);
        // An analyzer without texts counts single words.
        let counting = Analyzer::with(NonZero::new(setting.threads), false, setting.tokenization.clone());
        counting.set_terms(setting.options());
        for text in &texts {
            counting.add_all([Checked::with(text.as_bytes(), Blank::Kept)], Blank::Kept).1.unwrap();
        }
        let matches = |counts: Vec<MatchCount>| counts.iter().map(|count| count.matches).collect::<Vec<_>>();
        let single = phrases.iter().all(|slots| slots.len() == 1);
        let expected = if single { Ok(matches(count(&|_| true))) } else { Err(Error::TextNotStored) };
        prop_assert_eq!(counting.matches(&patterns, &wanted).map(matches), expected);
    }

    #[test]
    fn tokens_of_a_text_that_is_first_converted_to_lower_case_have_their_places(text in "[aΣAİ'\u{3000} .\u{307}b]{0,60}") {
        let tokenization = Tokenization::Word(WordRules::default());
        let analyzer = Analyzer::with(NonZero::new(1), true, tokenization.clone());
        analyzer.add_all([Checked::with(text.as_bytes(), Blank::Kept)], Blank::Kept).1.unwrap();
        let mut patterns = Patterns::new(Base::Tokens);
        patterns.add("any").unwrap();
        patterns.add_slot(Slot::Any).unwrap();
        let lines = analyzer.concordance(&patterns, &Options::default(), &[]).unwrap();
        let counted = analyzer.frequencies().unwrap();
        let mut words: Vec<String> = Vec::new();
        let mut end = 0;
        for number in 0..lines.len() {
            let place = lines.line(number).1;
            prop_assert!(end <= place.start && place.start < place.end);
            end = place.end;
            words.push(String::from_utf8(lowercase(&text.as_bytes()[place.start..place.end]).unwrap().into_owned()).unwrap());
        }
        prop_assert_eq!(lines.len() as u64, counted.iter().map(|(_, count)| count).sum::<u64>());
        for (term, _) in counted.iter() {
            // The lower case of a sigma depends on the text around the token.
            let term = String::from_utf8(term.to_vec()).unwrap().replace('ς', "σ");
            prop_assert!(words.iter().any(|word| word.replace('ς', "σ").contains(&term)), "{term} {words:?}");
        }
    }

    #[test]
    fn a_sample_has_some_of_all_lines_in_their_order(texts in texts(), number in 1..9_usize, seed: u64) {
        let setting = Setting {
            threads: 2,
            tokenization: Tokenization::Characters,
            drops: false,
            base: Base::Terms,
            window: Window::default(),
            within_sentences: seed % 2 == 0,
            keys: Vec::new(),
            offset: 0,
            limit: None,
        };
        let analyzer = setting.analyzer(&texts);
        let patterns = patterns(&vec![vec![Some("a")]], Base::Terms);
        let places = |lines: &Concordance| {
            (0..lines.len()).map(|line| (lines.line(line).0.document, lines.line(line).0.from)).collect::<Vec<_>>()
        };
        let all = places(&found(&analyzer, &patterns, &setting));
        let wanted = Options { sample: Some((number, seed)), ..setting.wanted() };
        let sample = || places(&analyzer.concordance(&patterns, &wanted, &[]).unwrap());
        prop_assert_eq!(sample().len(), number.min(all.len()));
        prop_assert!(sample().is_sorted());
        prop_assert!(sample().iter().all(|place| all.contains(place)));
        prop_assert_eq!(sample(), sample());
    }
}

#[test]
fn every_sample_is_as_probable_as_any_other() {
    let mut seen = std::collections::BTreeMap::new();
    for seed in 0..6000 {
        *seen.entry(sample(4, 2, seed, &mut Steps::one()).unwrap()).or_insert(0) += 1;
    }
    assert_eq!(seen.len(), 6);
    assert!(seen.values().all(|times| (900..1100).contains(times)), "{seen:?}");
}

#[test]
fn ranks_must_fit_the_documents() {
    let analyzer = Analyzer::default();
    analyzer.add(b"one").unwrap();
    let patterns = patterns(&vec![vec![Some("one")]], Base::Terms);
    let wanted = Options { keys: vec![Key::Rank(0)], ..Options::default() };
    let refused = analyzer.concordance(&patterns, &wanted, &[&[0, 1]]).unwrap_err();
    assert_eq!(refused, Error::CodeCount { codes: 2, documents: 1 });
    assert_eq!(Analyzer::counting(None).concordance(&patterns, &wanted, &[]).unwrap_err(), Error::TextNotStored);
    let refused = analyzer.grouped_matches(&patterns, &Options::default(), &[1], 1).unwrap_err();
    assert_eq!(refused, Error::UnknownGroup { document: 0, code: 1, groups: 1 });
}

#[test]
fn the_checkpoint_can_stop_a_concordance_at_any_step() {
    let texts: Vec<String> =
        (0..40).map(|number| format!("w{} a b. w{} a! ", number % 7, number % 5).repeat(6)).collect();
    let setting = Setting {
        threads: 2,
        tokenization: Tokenization::Whitespace,
        drops: false,
        base: Base::Tokens,
        window: Window { unit: Unit::Sentences, left: 1, right: 1 },
        within_sentences: true,
        keys: vec![Key::Right(1), Key::Frequency],
        offset: 0,
        limit: None,
    };
    let analyzer = setting.analyzer(&texts);
    let patterns = patterns(&vec![vec![Some("a*"), None], vec![Some("w*")]], Base::Tokens);
    analyzer.update(None).unwrap();
    let wanted = setting.wanted();
    let codes = vec![0; 40];
    for kind in 0..2 {
        let work = || match kind {
            0 => analyzer.concordance(&patterns, &wanted, &[]).map(|lines| lines.len()),
            _ => analyzer.grouped_matches(&patterns, &wanted, &codes, 1).map(|counts| counts.len()),
        };
        let (all, result) = calls(usize::MAX, work);
        assert_eq!(result, work());
        assert!(all > 20, "{all} steps");
        for last in (1..all / 2).step_by(1 + all / 20) {
            assert_eq!(calls(last, work), (last, Err(Error::Stopped)));
        }
    }
}
