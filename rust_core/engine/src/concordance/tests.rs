//! Compares concordances with a plain search in the texts.

use super::*;
use crate::analyzer::Analyzer;
use crate::checkpoint::tests::calls;
use crate::documents::{Blank, Checked};
use crate::patterns::{Base, Glob, Patterns, Slot, Word};
use crate::sentences;
use crate::terms::{TermOptions, lowercase};
use crate::tokenizer::{Pattern, Segments, WordRules};
use proptest::prelude::*;
use std::num::NonZero;

#[derive(Debug, Clone)]
struct Setting {
    threads: usize,
    tokenization: Tokenization,
    drops: bool,
    base: Base,
    window: Window,
    within_sentences: bool,
    keys: Vec<Key>,
    offset: usize,
    limit: Option<usize>,
}

impl Setting {
    fn options(&self) -> TermOptions {
        let stop_words: &[&str] = if self.drops { &["b", "ab"] } else { &[] };
        TermOptions::default().with_stop_words(stop_words.iter().copied()).unwrap()
    }

    fn analyzer(&self, texts: &[String]) -> Analyzer {
        let analyzer = Analyzer::with(NonZero::new(self.threads), true, self.tokenization.clone());
        analyzer.set_terms(self.options());
        for text in texts {
            analyzer.add_all([Checked::with(text.as_bytes(), Blank::Kept)], Blank::Kept).1.unwrap();
        }
        analyzer
    }

    fn wanted(&self) -> Options {
        Options {
            window: self.window,
            within_sentences: self.within_sentences,
            keys: self.keys.clone(),
            offset: self.offset,
            limit: self.limit,
            ..Options::default()
        }
    }
}

fn keys() -> impl Strategy<Value = Vec<Key>> {
    let key = prop_oneof![
        (1..4_usize).prop_map(Key::Left),
        (1..4_usize).prop_map(Key::Right),
        prop::sample::select(vec![Key::Match, Key::Label, Key::Document, Key::Position, Key::Frequency]),
        (0..2_usize).prop_map(Key::Rank),
    ];
    prop::collection::vec(key, 0..4)
}

fn settings() -> impl Strategy<Value = Setting> {
    let tokenizations = prop::sample::select(vec![
        Tokenization::Whitespace,
        Tokenization::Unicode(Segments::Words),
        Tokenization::Unicode(Segments::All),
        Tokenization::Word(WordRules::default()),
        Tokenization::Characters,
        Tokenization::Pattern(Pattern::new(r"\w+|[^\w\s]").unwrap()),
    ]);
    let base = prop::sample::select(vec![Base::Terms, Base::Tokens]);
    let unit = prop::sample::select(vec![Unit::Tokens, Unit::Characters, Unit::Sentences]);
    let window = (unit, 0..5_usize, 0..5_usize).prop_map(|(unit, left, right)| Window { unit, left, right });
    let page = (prop_oneof![Just(0), 0..9_usize], prop::option::of(0..12_usize));
    (1..4_usize, tokenizations, any::<bool>(), base, (window, any::<bool>()), keys(), page).prop_map(
        |(threads, tokenization, drops, base, (window, within_sentences), keys, (offset, limit))| Setting {
            threads,
            tokenization,
            drops,
            base,
            window,
            within_sentences,
            keys,
            offset,
            limit,
        },
    )
}

/// The slots of patterns: None for any token.
type Phrases = Vec<Vec<Option<&'static str>>>;

fn phrases() -> impl Strategy<Value = Phrases> {
    let words = ["a", "B", "ab", "*", "a*", "*b", "?", "a?", "é*", "."];
    let slot = prop_oneof![5 => prop::sample::select(words.to_vec()).prop_map(Some), 1 => Just(None)];
    prop::collection::vec(prop::collection::vec(slot, 1..4), 1..4)
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    let text = prop_oneof!["[abABé.! \n]{0,12}", "([abé]{1,2}[ .!]{1,2}){10,60}", "[ab]{1,4}( [AB]\\. ?){0,9}"];
    prop::collection::vec(text, 0..20)
}

fn patterns(phrases: &Phrases, base: Base) -> Patterns {
    let mut patterns = Patterns::new(base);
    for (number, slots) in phrases.iter().enumerate() {
        // The first and the third pattern have the same label.
        patterns.add(["x", "y"][number % 2]).unwrap();
        for slot in slots {
            let word = |text| Slot::Words(vec![Word::Glob(Glob::parse(text).unwrap())]);
            assert_eq!(patterns.add_slot(slot.map_or(Slot::Any, word)), Ok(true));
        }
    }
    patterns
}

fn fits(setting: &Setting, slot: Option<&str>, token: &str) -> bool {
    let Some(slot) = slot else { return true };
    if setting.base == Base::Tokens {
        return Glob::parse(slot).unwrap().matches(token);
    }
    let slot = slot.to_lowercase();
    let is_dropped = setting.options().term(slot.as_bytes()).unwrap().is_none();
    let term = setting.options().term(token.as_bytes()).unwrap();
    !is_dropped && term.is_some_and(|term| Glob::parse(&slot).unwrap().matches(str::from_utf8(&term).unwrap()))
}

/// One line of the plain search.
#[derive(Debug, Clone)]
struct Plain {
    document: usize,
    from: usize,
    pattern: usize,
    length: usize,
    quote: [String; 3],
    characters: (usize, usize),
    /// The words before and after the match, the nearest first, and those of the match.
    words: [Vec<String>; 3],
}

fn plain(texts: &[String], phrases: &Phrases, setting: &Setting) -> Vec<Plain> {
    let mut lines: Vec<Plain> = Vec::new();
    for (document, text) in texts.iter().enumerate() {
        let mut tokens = Vec::new();
        setting
            .tokenization
            .each(text, |token| {
                tokens.push(token);
                Ok(())
            })
            .unwrap();
        let mut starts = Vec::new();
        sentences::each(text, false, |sentence| {
            starts.push(sentence.start);
            Ok(())
        })
        .unwrap();
        let sentence_of = |byte: usize| starts.iter().filter(|start| **start <= byte).count().max(1) - 1;
        let own = |token: usize| sentence_of(tokens[token].start);
        for from in 0..tokens.len() {
            for (pattern, slots) in phrases.iter().enumerate() {
                let to = from + slots.len();
                let is_here = |slots: &[Option<&str>]| {
                    from + slots.len() <= tokens.len()
                        && slots
                            .iter()
                            .zip(&tokens[from..])
                            .all(|(slot, token)| fits(setting, *slot, &text[token.clone()]))
                };
                let is_known = (0..pattern).any(|other| {
                    other % 2 == pattern % 2 && phrases[other].len() == slots.len() && is_here(&phrases[other])
                });
                if !is_here(slots) || is_known || setting.within_sentences && own(from) != own(to - 1) {
                    continue;
                }
                let is_near = |token: &usize| !setting.within_sentences || own(*token) == own(from);
                let (start, end) = (tokens[from].start, tokens[to - 1].end);
                let near: Vec<usize> = (0..tokens.len()).filter(is_near).collect();
                let word = |token: usize| text[tokens[token].clone()].to_lowercase();
                let before: Vec<String> =
                    near.iter().rev().filter(|token| **token < from).map(|token| word(*token)).collect();
                let after: Vec<String> = near.iter().filter(|token| **token >= to).map(|token| word(*token)).collect();
                let Window { unit, left, right } = setting.window;
                let (left, right) = match unit {
                    Unit::Tokens => {
                        let first = near.iter().filter(|token| **token < from).rev().take(left).last().copied();
                        let last = near.iter().filter(|token| **token >= to).take(right).last().copied();
                        (first.map_or(start, |token| tokens[token].start), last.map_or(end, |token| tokens[token].end))
                    }
                    Unit::Characters => {
                        let bounds = if setting.within_sentences {
                            (tokens[near[0]].start, tokens[near[near.len() - 1]].end)
                        } else {
                            (0, text.len())
                        };
                        let before: usize =
                            text[bounds.0.min(start)..start].chars().rev().take(left).map(char::len_utf8).sum();
                        let after: usize = text[end..bounds.1.max(end)].chars().take(right).map(char::len_utf8).sum();
                        (start - before, end + after)
                    }
                    Unit::Sentences => {
                        let first = sentence_of(start).saturating_sub(left);
                        let last = sentence_of(end - 1) + right + 1;
                        let start = |sentence: usize| if sentence == 0 { 0 } else { starts[sentence] };
                        (start(first), if last < starts.len() { starts[last] } else { text.len() })
                    }
                };
                let quote = [&text[left.min(start)..start], &text[start..end], &text[end..right.max(end)]];
                let trim = |part: &str| part.trim_matches(is_whitespace).to_owned();
                lines.push(Plain {
                    document,
                    from,
                    pattern,
                    length: slots.len(),
                    quote: [trim(quote[0]), quote[1].to_owned(), trim(quote[2])],
                    characters: (text[..start].chars().count(), text[..end].chars().count()),
                    words: [before, after, (from..to).map(word).collect()],
                });
            }
        }
    }
    sorted(lines, setting)
}

fn rank(list: usize, document: usize) -> u32 {
    [document * 7 % 3, document % 2][list].try_into().unwrap()
}

fn sorted(lines: Vec<Plain>, setting: &Setting) -> Vec<Plain> {
    let mut keys = setting.keys.clone();
    if keys.contains(&Key::Frequency) && !keys.iter().any(|key| key.is_of_words()) {
        keys.extend([Key::Right(1), Key::Right(2), Key::Right(3)]);
    }
    let words = |line: &Plain, key: &Key| match key {
        Key::Left(distance) => line.words[0].get(distance - 1).map(|word| vec![word.clone()]).unwrap_or_default(),
        Key::Right(distance) => line.words[1].get(distance - 1).map(|word| vec![word.clone()]).unwrap_or_default(),
        _ => line.words[2].clone(),
    };
    let all_words =
        |line: &Plain| keys.iter().filter(|key| key.is_of_words()).map(|key| words(line, key)).collect::<Vec<_>>();
    let value = |line: &Plain, key: &Key| match key {
        Key::Label => (line.pattern % 2, Vec::new()),
        Key::Document => (line.document, Vec::new()),
        Key::Position => (line.from, Vec::new()),
        Key::Frequency => {
            let same = lines.iter().filter(|other| all_words(other) == all_words(line)).count();
            (usize::MAX - same, Vec::new())
        }
        Key::Rank(list) => (rank(*list, line.document) as usize, Vec::new()),
        key => (0, words(line, key)),
    };
    let mut keyed: Vec<_> =
        lines.iter().map(|line| (keys.iter().map(|key| value(line, key)).collect::<Vec<_>>(), line.clone())).collect();
    keyed.sort_by(|(key, _), (other, _)| key.cmp(other));
    let listed = keyed.into_iter().map(|(_, line)| line).skip(setting.offset);
    listed.take(setting.limit.unwrap_or(usize::MAX)).collect()
}

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
    fn counts_are_those_of_the_lines(texts in texts(), phrases in phrases(), setting in settings()) {
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
    fn tokens_of_a_text_that_is_lowered_first_have_their_places(text in "[aΣAİ'\u{3000} .\u{307}b]{0,60}") {
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
            // The lower case of a sigma depends on more text.
            let term = String::from_utf8(term.to_vec()).unwrap().replace('ς', "σ");
            prop_assert!(words.iter().any(|word| word.replace('ς', "σ").contains(&term)), "{term} {words:?}");
        }
    }

    #[test]
    fn a_sample_has_lines_of_all_in_their_order(texts in texts(), number in 1..9_usize, seed: u64) {
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
