//! Against Unicode's own tests, and against the general algorithm on any text.

use super::*;
use proptest::prelude::*;

fn tokens<'t>(text: &'t str, borders: &[usize], segments: Segments) -> Vec<&'t str> {
    let mut tokenizer = UnicodeTokenizer::new(segments);
    // What was read before leaves nothing behind.
    tokenizer.read("a_b __ é c.d".as_bytes(), [3].into_iter()).unwrap();
    let number = tokenizer.read(text.as_bytes(), borders.iter().copied()).unwrap();
    let mut tokens = Vec::new();
    tokenizer.words(|some| {
        tokens.extend(some.starts.iter().zip(some.ends).map(|(start, end)| &text[*start as usize..*end as usize]));
    });
    assert_eq!(tokens.len(), number);
    tokens
}

fn expected(text: &str, segments: Segments) -> Vec<&str> {
    match segments {
        Segments::Words => text.split_word_bounds().filter(|token| token.unicode_words().next().is_some()).collect(),
        Segments::All => text.split_word_bounds().collect(),
    }
}

fn assert_is(text: &str) {
    for segments in [Segments::Words, Segments::All] {
        assert_eq!(tokens(text, &[], segments), expected(text, segments), "{text:?}");
        let one_by_one: Vec<&str> = super::segments(text, segments).map(|range| &text[range]).collect();
        assert_eq!(one_by_one, expected(text, segments), "{text:?}");
    }
}

/// Each line of a test file of Unicode: the parts between the boundaries.
pub(crate) fn lines_of(file: &str) -> impl Iterator<Item = Vec<String>> {
    let lines = file.lines().map(|line| line.split('#').next().unwrap().trim()).filter(|line| !line.is_empty());
    lines.map(|line| {
        let parts = line.split('÷').map(str::trim).filter(|part| !part.is_empty());
        let character = |code: &str| char::from_u32(u32::from_str_radix(code.trim(), 16).unwrap()).unwrap();
        parts.map(|part| part.split('×').map(character).collect()).collect()
    })
}

#[test]
fn every_line_of_unicodes_test_passes() {
    let mut number = 0;
    for parts in lines_of(include_str!("../../../tests/data/WordBreakTest.txt")) {
        let text = parts.concat();
        assert_eq!(tokens(&text, &[], Segments::All), parts);
        assert_is(&text);
        // The same between other text, and behind the border of a mask.
        for before in ["x\n".to_owned(), format!("{}\n", "_ ".repeat(31)), format!("{}.\r\n", "é".repeat(31))] {
            assert_eq!(
                tokens(&format!("{before}{text}"), &[], Segments::All)[expected(&before, Segments::All).len()..],
                parts
            );
        }
        number += 1;
    }
    assert_eq!(number, 1944);
}

#[test]
fn words_are_what_people_take_for_words() {
    let text = "Can't pay $3,456.78 at 10:30 – e.g. on example.com; foo_bar ___ l’été 光は";
    let words =
        ["Can't", "pay", "3,456.78", "at", "10", "30", "e.g", "on", "example.com", "foo_bar", "l’été", "光", "は"];
    assert_eq!(tokens(text, &[], Segments::Words), words);
    assert_eq!(tokens("a  b.\r\n", &[], Segments::All), ["a", "  ", "b", ".", "\r\n"]);
    assert_eq!(tokens("", &[], Segments::All), [""; 0]);
}

#[test]
fn tokens_may_lie_across_any_border() {
    for token in ["a'b", "1,2", "a", "_", "___", "_a", "  ", "\r\n", "é.b", "a:é", "a_1", "a'b.c:d"] {
        for before in 0..2 * LANES {
            for behind in ["", " ", "!", "; x", " é"] {
                assert_is(&format!("{}{token}{behind}", "-".repeat(before)));
            }
        }
    }
}

proptest! {
    #[test]
    fn tokens_are_those_of_the_general_algorithm(text in "[abcX01_.,;:'\" \r\n-]{0,400}") {
        assert_is(&text);
    }

    #[test]
    fn so_they_are_where_not_all_is_ascii(
        text in "[ab1_.,;:' \r\n]{0,40}([ab1_.,;:'\" \r\n\u{b}\u{85}éλЖאひカ光\u{300}\u{200d}\u{ad}\u{1f1e6}\u{1f600}\u{2019}\u{203f}\u{3000}]{0,4}[ab1.' \n]{0,40}){0,9}",
    ) {
        assert_is(&text);
    }

    #[test]
    fn so_they_are_on_any_text(text in any::<String>()) {
        assert_is(&text);
    }

    #[test]
    fn documents_that_touch_are_tokenized_as_if_they_stood_alone(
        documents in prop::collection::vec("[ab1_.,' \r\né\u{300}]{1,90}", 1..20), all: bool,
    ) {
        let segments = if all { Segments::All } else { Segments::Words };
        let text = documents.concat();
        let ends = documents.iter().scan(0, |end, document| { *end += document.len(); Some(*end) });
        let borders: Vec<usize> = ends.take(documents.len() - 1).collect();
        let alone: Vec<&str> = documents.iter().flat_map(|document| expected(document, segments)).collect();
        prop_assert_eq!(tokens(&text, &borders, segments), alone);
    }

    #[test]
    fn a_text_may_be_cut_where_it_is_said(text in "[ab1.' \r\né\u{300}\u{200d}光]{0,80}", from in 0..90_usize) {
        if let Some(cut) = cut_from(text.as_bytes(), from.min(text.len())) {
            prop_assert!(from <= cut && cut < text.len());
            let (left, right) = text.split_at(cut);
            let both = [expected(left, Segments::All), expected(right, Segments::All)].concat();
            prop_assert_eq!(expected(&text, Segments::All), both);
        }
    }
}
