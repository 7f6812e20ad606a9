use super::linear::LinearSearch;
use super::open_end::OpenEnd;
use super::search::each_step;
use super::stepper::Found;
use super::*;
use crate::interner::Words;
use crate::tokenizer::block::MAX_TEXT_BYTES;
use proptest::prelude::*;
use std::time::Instant;

fn tokens<'t>(pattern: &str, text: &'t str, borders: &[usize]) -> Vec<&'t str> {
    let mut tokenizer = PatternTokenizer::new(Pattern::new(pattern).unwrap());
    tokenizer.read(text.as_bytes(), borders.iter().copied()).unwrap();
    let mut tokens = Vec::new();
    tokenizer.words(text, |some| {
        tokens.extend(some.starts.iter().zip(some.ends).map(|(start, end)| &text[*start as usize..*end as usize]));
    });
    tokens
}

#[test]
fn tokens_are_matches_or_the_text_of_their_group() {
    assert_eq!(tokens(r"\w+", "one, two & é", &[]), ["one", "two", "é"]);
    assert_eq!(tokens(r"#(\w+)", "a #tag, #b and # c", &[]), ["tag", "b"]);
    assert_eq!(tokens(r"(a)|b", "abab", &[]), ["a", "a"]);
    assert_eq!(tokens("x*", "axxb", &[]), ["xx"]);
    assert_eq!(tokens("(x*)", "éxxé", &[]), ["xx"]);
    assert_eq!(tokens("", "abc", &[]), [""; 0]);
    assert_eq!(tokens("a", &"a".repeat(1000), &[]), ["a"; 1000]);
}

#[test]
fn anchors_match_at_the_ends_of_adjacent_documents() {
    assert_eq!(tokens("^.|.$", "abcdéf", &[2, 6]), ["a", "b", "c", "é", "f"]);
}

#[test]
fn an_invalid_pattern_is_shown_with_the_place_of_the_error() {
    let error = |pattern: &str| match Pattern::new(pattern).unwrap_err() {
        Error::InvalidPattern { message, offset } => (message, offset),
        other => panic!("{other:?}"),
    };
    let (message, offset) = error("é(b");
    assert_eq!(offset, Some(2));
    assert_eq!(message, "the pattern is not a valid regular expression: unclosed group\n    é(b\n     ^");
    assert_eq!(error("(?x)a\n  [z-a]").1, Some(9));
    assert!(error("(?x)a\n  [z-a]").0.ends_with("\n      [z-a]\n       ^"), "{}", error("(?x)a\n  [z-a]").0);
    assert!(error("(?=a)").0.contains("look-around"));
    assert!(error(&format!("{}(", "x".repeat(500))).0.len() < 250);
    assert_eq!(error("(a)(b)").1, None);
    assert!(error("(a)(b)").0.contains("2 groups"));
    assert!(error(r"\w{1000}{1000}").0.contains("size"));
}

/// The tokens that the linear search finds. It does not use the `regex` crate.
fn linear<'t>(search: &mut LinearSearch, text: &'t str) -> Option<Vec<&'t str>> {
    let (mut tokens, mut at) = (Vec::new(), 0);
    search.begin();
    let scratch = &mut SearchScratch::default();
    while let Some(Found { end, token }) = search.find(text, at, None, scratch, &mut Steps::begin()).unwrap()? {
        at = end;
        tokens.extend(token.filter(|(start, end)| start < end).map(|(start, end)| &text[start..end]));
    }
    Some(tokens)
}

/// Patterns that read beyond a match, or have groups, empty matches or conditions on the text around a match.
const PATTERNS: [&str; 14] = [
    ".*[^A-Z]|[A-Z]",
    "(.*[^A-Z]|[A-Z])",
    "(?:a.*é|.)",
    "(?s)A.*?b|A|b+",
    "A+b|A",
    "(A*)b?",
    "x*",
    "a*?",
    "(?m)^A|b$",
    r"\bA\w*|\s",
    r"A\B.|é|",
    "A(b)|.",
    "(?:AA)*b|AA|A",
    "[Ab]*é|[Ab]{3}|.",
];

/// Also patterns of ordinary tokens.
const LONG_PATTERNS: [&str; 20] = [
    r"\b\w\w+\b",
    r"\S+",
    r"(\w+)",
    r"(\w)\w*",
    r"\w+|[^\w\s]",
    r"\s+|\S+",
    r"A{3}b|(?:Aé){20,}|A{100,200}|.",
    r"A\b|\w+$",
    "AAAAAAAAAAAAAAAAAAAAAAAAb|A",
    ".*[^A-Z]|[A-Z]",
    "(?s)A.*?b|A|b+",
    "(A*)b?",
    "x*",
    "a*?",
    "(?m)^A|b$",
    "A(b)|.",
    "(?:AA)*b|AA|A",
    "[Ab]*é|[Ab]{3}|.",
    "(?i)ab*|É+",
    r"\b",
];

#[test]
fn a_pattern_that_reads_the_rest_of_the_text_for_each_token_takes_linear_time() {
    let text = "A".repeat(60_000);
    let words = r"[\p{L}\p{N}_]";
    for pattern in [
        Pattern::new("(?s).*b|A"),
        Pattern::new("(?s)(.*b|A)"),
        Pattern::new(".*[^A-Z]|[A-Z]"),
        Pattern::of_python(words, "(?s).*b|A|x(?mR:$)"),
        Pattern::of_python(words, "(?s).*b|A|x*"),
    ] {
        let mut number = 0;
        let take = |token: Range<usize>| {
            assert_eq!(token, number..number + 1);
            number += 1;
            Ok(())
        };
        pattern.unwrap().find(&text, &mut Steps::begin(), take).unwrap();
        assert_eq!(number, text.len());
    }
    // The automaton of the crate has word boundaries only for ASCII.
    let mut number = 0;
    let take = |_| {
        number += 1;
        Ok(())
    };
    let pattern = Pattern::new(r"(?s).*b\b|A").unwrap();
    pattern.find(&format!("{text}é"), &mut Steps::begin(), take).unwrap();
    assert_eq!(number, text.len());
    let text = &text[..MAX_TEXT_BYTES];
    let borders: Vec<usize> = (1..4).map(|number| number * MAX_TEXT_BYTES / 4).collect();
    assert_eq!(tokens("(?s).*b|A", text, &borders), vec!["A"; text.len()]);
}

proptest! {
    #[test]
    fn the_linear_search_finds_the_tokens_of_the_regex_crate(
        texts in prop::collection::vec("[Abé \n]{0,80}|A{0,80}|(AAb){0,20}", 1..4), pattern in prop::sample::select(&PATTERNS[..]),
    ) {
        let mut search = LinearSearch::new(pattern).unwrap();
        let stepper = Stepper::of_crate(pattern);
        for text in &texts {
            if let Some(stepper) = &stepper {
                let mut found = Vec::new();
                let mut take = |token: Range<usize>| { found.push(&text[token]); Ok(()) };
                let (scratch, steps) = (&mut SearchScratch::default(), &mut Steps::begin());
                each_step(stepper, text, &mut 0, scratch, steps, &mut take).unwrap();
                prop_assert_eq!(found, tokens(pattern, text, &[]), "{:?}", text);
            }
            let found = linear(&mut search, text);
            prop_assert!(found.is_some() || pattern.contains(r"\b") || pattern.contains(r"\B"));
            if let Some(found) = found {
                prop_assert_eq!(found, tokens(pattern, text, &[]), "{:?}", text);
            }
        }
    }

    #[test]
    fn a_long_text_has_the_same_tokens_in_any_steps(
        pieces in prop::collection::vec(
            prop_oneof!["[Abé \n]{0,60}", "A{150,400}", "(é|光){60,150}", "(Aé){80,150}b", " {100,250}"], 1..6),
        pattern in prop::sample::select(&LONG_PATTERNS[..]),
    ) {
        let text = pieces.concat();
        let groups = usize::from(pattern.contains("(A*)") || pattern.contains(r"(\w") || pattern.contains("A(b)"));
        let expected: Vec<Range<usize>> = Regex::new(pattern)
            .unwrap()
            .captures_iter(&text)
            .filter_map(|found| found.get(groups))
            .map(|token| token.range())
            .filter(|token| !token.is_empty())
            .collect();
        let parsed = Pattern::new(pattern).unwrap();
        let mut found = Vec::new();
        parsed.find(&text, &mut Steps::begin(), |token| { found.push(token); Ok(()) }).unwrap();
        prop_assert_eq!(&found, &expected, "{:?}", text);
        // Each part ends after the least work that is possible.
        let (mut tokenizer, mut rest, now) = (PatternTokenizer::new(parsed), Some(0), Some(Instant::now()));
        found.clear();
        while let Some(from) = rest {
            let take = |some: Words| {
                found.extend(some.spans().map(|(start, end)| start..end));
                Ok(())
            };
            rest = tokenizer.part(&text, from, now, take).unwrap();
        }
        prop_assert_eq!(&found, &expected, "{:?}", text);
    }

    #[test]
    fn the_open_matches_of_a_window_depend_on_the_text_after_it(
        text in "[Abé \n]{0,30}", more in "[Abé \n]{0,8}", pattern in prop::sample::select(&LONG_PATTERNS[..]),
    ) {
        let mut open_end = OpenEnd::new(&regex_syntax::parse(pattern).unwrap()).unwrap();
        let first = open_end.first(&text, 0, text.len());
        prop_assert!(text.is_char_boundary(first));
        let regex = Regex::new(pattern).unwrap();
        let both = format!("{text}{more}");
        // The match from a place before is the same, also if other text follows.
        for at in (0..first).filter(|at| text.is_char_boundary(*at)) {
            let found = |text| regex.find_at(text, at).map(|found| found.range()).filter(|found| found.start < first);
            prop_assert_eq!(found(&text), found(&both), "{:?} {:?} from {}", &text, &more, at);
        }
    }

    #[test]
    fn the_words_before_the_last_space_of_a_window_are_certain(text in "[Abé ]{0,30}", word in "[Abé]{0,5}") {
        for pattern in [r"\S+", r"\b\w\w+\b", r"(\w)\w*"] {
            let mut open_end = OpenEnd::new(&regex_syntax::parse(pattern).unwrap()).unwrap();
            let window = format!("{text} {word}");
            prop_assert_eq!(open_end.first(&window, 0, window.len()), text.len() + 1, "{:?}", window);
        }
    }

    #[test]
    fn adjacent_documents_are_tokenized_independently(documents in prop::collection::vec("[ab1é ]{1,60}", 1..20)) {
        let pattern = Regex::new(r"\b[a-z]\w*\b").unwrap();
        let text = documents.concat();
        let ends = documents.iter().scan(0, |end, document| { *end += document.len(); Some(*end) });
        let borders: Vec<usize> = ends.take(documents.len() - 1).collect();
        let separate: Vec<&str> = documents.iter().flat_map(|document| pattern.find_iter(document)).map(|m| m.as_str()).collect();
        prop_assert_eq!(tokens(pattern.as_str(), &text, &borders), &separate[..]);
        let grouped = format!("({})", pattern.as_str());
        prop_assert_eq!(tokens(&grouped, &text, &borders), separate);
    }
}

#[test]
fn a_pattern_with_very_many_parts_is_searched_without_windows() {
    let pattern = format!("(?:(?:{})*x?)*", (0..40_000).map(|word| format!("w{word}")).collect::<Vec<_>>().join("|"));
    assert!(OpenEnd::new(&regex_syntax::parse(&pattern).unwrap()).is_none());
}
