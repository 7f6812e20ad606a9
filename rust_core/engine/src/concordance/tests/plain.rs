//! A search in plain Rust, which the tests compare with concordances, and the settings of this comparison.

use super::super::*;
use crate::analyzer::Analyzer;
use crate::documents::{Blank, Checked};
use crate::patterns::{Base, Glob, Patterns, Slot, Word};
use crate::sentences;
use crate::terms::TermOptions;
use crate::tokenizer::{Pattern, Segments, WordRules};
use proptest::prelude::*;
use std::num::NonZero;

#[derive(Debug, Clone)]
pub struct Setting {
    pub threads: usize,
    pub tokenization: Tokenization,
    pub drops: bool,
    pub base: Base,
    pub window: Window,
    pub within_sentences: bool,
    pub keys: Vec<Key>,
    pub offset: usize,
    pub limit: Option<usize>,
}

impl Setting {
    pub fn options(&self) -> TermOptions {
        let stop_words: &[&str] = if self.drops { &["b", "ab"] } else { &[] };
        TermOptions::default().with_stop_words(stop_words.iter().copied()).unwrap()
    }

    pub fn analyzer(&self, texts: &[String]) -> Analyzer {
        let analyzer = Analyzer::with(NonZero::new(self.threads), true, self.tokenization.clone());
        analyzer.set_terms(self.options());
        for text in texts {
            analyzer.add_all([Checked::with(text.as_bytes(), Blank::Kept)], Blank::Kept).1.unwrap();
        }
        analyzer
    }

    pub fn wanted(&self) -> Options {
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

pub fn keys() -> impl Strategy<Value = Vec<Key>> {
    let key = prop_oneof![
        (1..4_usize).prop_map(Key::Left),
        (1..4_usize).prop_map(Key::Right),
        prop::sample::select(vec![Key::Match, Key::Label, Key::Document, Key::Position, Key::Frequency]),
        (0..2_usize).prop_map(Key::Rank),
    ];
    prop::collection::vec(key, 0..4)
}

pub fn settings() -> impl Strategy<Value = Setting> {
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

/// The slots of patterns. A slot that is None matches any token.
pub type Phrases = Vec<Vec<Option<&'static str>>>;

pub fn phrases() -> impl Strategy<Value = Phrases> {
    let words = ["a", "B", "ab", "*", "a*", "*b", "?", "a?", "é*", "."];
    let slot = prop_oneof![5 => prop::sample::select(words.to_vec()).prop_map(Some), 1 => Just(None)];
    prop::collection::vec(prop::collection::vec(slot, 1..4), 1..4)
}

pub fn texts() -> impl Strategy<Value = Vec<String>> {
    let text = prop_oneof!["[abABé.! \n]{0,12}", "([abé]{1,2}[ .!]{1,2}){10,60}", "[ab]{1,4}( [AB]\\. ?){0,9}"];
    prop::collection::vec(text, 0..20)
}

pub fn patterns(phrases: &Phrases, base: Base) -> Patterns {
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

pub fn fits(setting: &Setting, slot: Option<&str>, token: &str) -> bool {
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
pub struct Plain {
    pub document: usize,
    pub from: usize,
    pub pattern: usize,
    pub length: usize,
    pub quote: [String; 3],
    pub characters: (usize, usize),
    /// The words before the match and after it, the nearest first, and the words of the match.
    pub words: [Vec<String>; 3],
}

pub fn plain(texts: &[String], phrases: &Phrases, setting: &Setting) -> Vec<Plain> {
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

pub fn rank(list: usize, document: usize) -> u32 {
    [document * 7 % 3, document % 2][list].try_into().unwrap()
}

pub fn sorted(lines: Vec<Plain>, setting: &Setting) -> Vec<Plain> {
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
