use super::*;
use crate::analyzer::Analyzer;
use crate::concordance::{MatchCount, Options};
use crate::terms::TermOptions;
use crate::terms::stemming::Stemmer;

/// Returns the number of tokens that match a pattern of one slot.
fn count(analyzer: &Analyzer, base: Base, slot: impl Fn() -> Slot) -> u64 {
    let mut patterns = Patterns::new(base);
    assert_eq!(patterns.add_slot(slot()), Ok(false));
    patterns.add("").unwrap();
    patterns.add_slot(slot()).unwrap();
    let patterns = patterns.try_clone().unwrap();
    let counted = analyzer.matches(&patterns, &Options::default()).unwrap();
    let [MatchCount { matches, .. }] = counted[..] else { panic!("there is one label") };
    matches
}

fn globs(analyzer: &Analyzer, base: Base, words: &[&str]) -> u64 {
    count(analyzer, base, || Slot::Words(words.iter().map(|word| Word::Glob(Glob::parse(word).unwrap())).collect()))
}

fn analyzer(options: TermOptions) -> Analyzer {
    let analyzer = Analyzer::default();
    analyzer.set_terms(options);
    analyzer.add("The Cats chase the cat; the DOGS sleep. Café café".as_bytes()).unwrap();
    analyzer
}

#[test]
fn strings_are_normalized_in_the_same_way_as_words() {
    let plain = analyzer(TermOptions::default());
    assert_eq!(globs(&plain, Base::Terms, &["THE"]), 3);
    assert_eq!(globs(&plain, Base::Tokens, &["the"]), 2);
    assert_eq!(globs(&plain, Base::Terms, &["CAT*", "dogs"]), 3);
    assert_eq!(globs(&plain, Base::Tokens, &["?a*", "c*"]), 5);
    let stems = analyzer(TermOptions { stemmer: Stemmer::of("english"), ..TermOptions::default() });
    assert_eq!(globs(&stems, Base::Terms, &["dog"]), 1);
    assert_eq!(globs(&stems, Base::Terms, &["Dogs"]), 1);
    let dropped = analyzer(TermOptions::default().with_stop_words(["the"]).unwrap());
    assert_eq!(globs(&dropped, Base::Terms, &["the", "t*"]), 0);
    assert_eq!(globs(&dropped, Base::Tokens, &["the"]), 2);
    assert_eq!(count(&dropped, Base::Terms, || Slot::Any), 10);
    assert_eq!(globs(&dropped, Base::Terms, &["*"]), 7);
}

#[test]
fn strings_match_given_terms_and_the_words_of_these_terms() {
    let given = analyzer(TermOptions { has_external_terms: true, ..TermOptions::default() });
    let (begin, words) = given.pending_terms(99, |words| words.map(<[u8]>::to_vec).collect::<Vec<_>>()).unwrap();
    let term = |word: &Vec<u8>| if word.starts_with(b"cat") { Some(&b"FELINE"[..]) } else { Some(&b"other"[..]) };
    given.give_terms(begin, words.iter().map(term)).unwrap();
    assert_eq!(globs(&given, Base::Terms, &["FELINE"]), 2);
    assert_eq!(globs(&given, Base::Terms, &["Cats"]), 2);
    assert_eq!(globs(&given, Base::Terms, &["unknown"]), 0);
}

#[test]
fn regular_expressions_are_found_in_words() {
    let plain = analyzer(TermOptions::default());
    let regex = |pattern: &'static str| move || Slot::Words(vec![Word::Regex(Regex::new(pattern).unwrap())]);
    assert_eq!(count(&plain, Base::Terms, regex("^cat")), 2);
    assert_eq!(count(&plain, Base::Terms, regex("x*")), 10);
    let python = |pattern: &'static str| move || Slot::Words(vec![Word::of_python("[a-z]", pattern).unwrap()]);
    assert_eq!(count(&plain, Base::Terms, python(r"s(?mR:$)")), 2);
    // An empty match also counts, at its place.
    assert_eq!(count(&plain, Base::Terms, python(r"x*(?mR:$)")), 10);
    assert_eq!(count(&plain, Base::Terms, python(r"\Ax*(?mR:$)")), 0);
    assert_eq!(count(&plain, Base::Terms, python(r"t\b")), 1);
}

#[test]
fn a_phrase_is_divided_at_whitespace() {
    let plain = analyzer(TermOptions::default());
    let count = |phrase: &str| {
        let mut patterns = Patterns::new(Base::Terms);
        patterns.add_phrase("p", phrase).unwrap();
        plain.matches(&patterns, &Options::default()).unwrap()[0].matches
    };
    assert_eq!(count(" the  cat*\u{3000}"), 2);
    assert_eq!(count(r"the\ cats"), 0);
    assert_eq!(count(r"\the \*"), 0);
    let mut patterns = Patterns::new(Base::Terms);
    let refused = patterns.add_phrase("p", " ").unwrap_err();
    let message = "the pattern \"p\" is empty: it must have a word".to_owned();
    assert_eq!(refused, Error::InvalidPattern { message, offset: None });
    assert!(patterns.is_empty());
    patterns.add("p").unwrap();
    assert_eq!(plain.matches(&patterns, &Options::default()).unwrap_err(), refused);
}
