//! Compares the tokens with Unicode's own tests, and with the oracle on any text.

use super::oracle::segments_by_the_rules;
use super::*;
use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

fn tokens<'t>(text: &'t str, borders: &[usize], segments: Segments) -> Vec<&'t str> {
    let mut tokenizer = UnicodeTokenizer::new(segments);
    // An earlier text must not change the result.
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
    let is_token = |token: &&str| segments == Segments::All || token.contains(char::is_alphanumeric);
    segments_by_the_rules(text).into_iter().filter(is_token).collect()
}

fn assert_is(text: &str) {
    for segments in [Segments::Words, Segments::All] {
        assert_eq!(tokens(text, &[], segments), expected(text, segments), "{text:?}");
        let one_by_one: Vec<&str> = super::segments(text, segments).map(|range| &text[range]).collect();
        assert_eq!(one_by_one, expected(text, segments), "{text:?}");
    }
}

/// The parts between the boundaries, for each line of a test file of Unicode.
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
        // Each line is also tested between other text, and across the end of a mask.
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

/// A character of each class, and pictographs, one of which is also a letter.
const CLASSES: &str = "\r\n\u{b}\u{301}\u{200d}\u{ad}カאb'\".:,1_ \u{1f1e6}-👨Ⓜ";

#[test]
fn short_texts_have_the_tokens_of_the_oracle() {
    let mut texts = vec![String::new()];
    for _ in 0..4 {
        texts = texts.iter().flat_map(|text| CLASSES.chars().map(move |class| format!("{text}{class}"))).collect();
        for text in &texts {
            let found: Vec<&str> = super::segments(text, Segments::All).map(|range| &text[range]).collect();
            assert_eq!(found, segments_by_the_rules(text), "{text:?}");
        }
    }
}

#[test]
fn letters_are_not_joined_with_pictographs() {
    assert_eq!(tokens("a.\u{200d}👨", &[], Segments::All), ["a", ".\u{200d}👨"]);
    assert_eq!(tokens("1,\u{200d}👨", &[], Segments::All), ["1", ",\u{200d}👨"]);
    assert_eq!(tokens("א\"\u{200d}👨", &[], Segments::All), ["א", "\"\u{200d}👨"]);
    // Every rule treats a pictograph that is a letter as a letter.
    assert_eq!(tokens("\u{200d}Ⓜa", &[], Segments::All), ["\u{200d}Ⓜa"]);
    assert_eq!(tokens("a.\u{200d}Ⓜ", &[], Segments::All), ["a.\u{200d}Ⓜ"]);
}

/// All characters, except those in planes that are not assigned or are for private use.
pub(crate) fn assigned() -> impl Iterator<Item = char> {
    ('\0'..='\u{33fff}').chain('\u{e0000}'..='\u{e0fff}')
}

#[test]
fn every_character_has_its_class() {
    // The characters around a character show its class. The crate is wrong only after a zero width joiner.
    for c in assigned() {
        let text = format!("a{c}a{c}{c}1{c}1 {c} カ{c}_{c}א{c}א\n{c}\u{1f1e6}{c}\u{1f1e6}\r{c}a.{c}");
        let found: Vec<&str> = super::segments(&text, Segments::All).map(|range| &text[range]).collect();
        assert_eq!(found, text.split_word_bounds().collect::<Vec<_>>(), "{c:?}");
        let joined = format!("\u{200d}{c}\u{200d}{c}");
        let found: Vec<&str> = super::segments(&joined, Segments::All).map(|range| &joined[range]).collect();
        assert_eq!(found, joined.split_word_bounds().collect::<Vec<_>>(), "{c:?}");
    }
}

#[test]
fn common_texts_have_the_expected_words() {
    let text = "Can't pay $3,456.78 at 10:30 – e.g. on example.com; foo_bar ___ l’été 光は";
    let words =
        ["Can't", "pay", "3,456.78", "at", "10", "30", "e.g", "on", "example.com", "foo_bar", "l’été", "光", "は"];
    assert_eq!(tokens(text, &[], Segments::Words), words);
    assert_eq!(tokens("a  b.\r\n", &[], Segments::All), ["a", "  ", "b", ".", "\r\n"]);
    assert_eq!(tokens("", &[], Segments::All), [""; 0]);
}

#[test]
fn tokens_across_pieces_are_found() {
    for token in ["a'b", "1,2", "a", "_", "___", "_a", "  ", "\r\n", "é.b", "a:é", "a_1", "a'b.c:d"] {
        // The text begins at the start, and at all places around the ends of the first two pieces.
        for before in (0..2).chain(LANES - 10..LANES + 2).chain(2 * LANES - 10..2 * LANES + 2) {
            for behind in ["", " ", "!", "; x", " é"] {
                assert_is(&format!("{}{token}{behind}", "-".repeat(before)));
            }
        }
    }
}

#[test]
fn a_text_is_cut_between_ideographs_and_each_is_a_word() {
    let text: String = ('\u{5000}'..='\u{8FFF}').collect();
    let words = segments(&text, Segments::Words);
    assert!(words.eq((0..text.len()).step_by(3).map(|start| start..start + 3)));
    for from in 3..text.len() - 3 {
        assert_eq!(cut_from(text.as_bytes(), from), Some(from.next_multiple_of(3)));
    }
    assert_eq!(cut_from("光。光\u{301} é光".as_bytes(), 1), None);
}

proptest! {
    #[test]
    fn tokens_of_ascii_text_equal_those_of_the_oracle(text in "[abcX01_.,;:'\" \r\n-]{0,400}") {
        assert_is(&text);
    }

    #[test]
    fn tokens_of_other_text_equal_those_of_the_oracle(
        text in "[ab1_.,;:' \r\n]{0,40}([ab1_.,;:'\" \r\n\u{b}\u{85}éλЖאひカ光\u{300}\u{200d}\u{ad}\u{1f1e6}\u{1f600}\u{2019}\u{203f}\u{3000}]{0,4}[ab1.' \n]{0,40}){0,9}",
    ) {
        assert_is(&text);
    }

    #[test]
    fn tokens_of_any_text_equal_those_of_the_oracle(text in any::<String>()) {
        assert_is(&text);
    }

    #[test]
    fn adjacent_documents_are_tokenized_independently(
        documents in prop::collection::vec("[ab1_.,' \r\né\u{300}]{1,90}", 1..20), all: bool,
    ) {
        let segments = if all { Segments::All } else { Segments::Words };
        let text = documents.concat();
        let ends = documents.iter().scan(0, |end, document| { *end += document.len(); Some(*end) });
        let borders: Vec<usize> = ends.take(documents.len() - 1).collect();
        let separate: Vec<&str> = documents.iter().flat_map(|document| expected(document, segments)).collect();
        prop_assert_eq!(tokens(&text, &borders, segments), separate);
    }

    #[test]
    fn tokens_do_not_change_if_text_is_cut_at_these_places(text in "[ab1.' \r\né\u{300}\u{200d}光]{0,80}|[光aé。\u{300}]{0,40}", from in 0..90_usize) {
        if let Some(cut) = cut_from(text.as_bytes(), from.min(text.len())) {
            prop_assert!(from <= cut && cut < text.len());
            let (left, right) = text.split_at(cut);
            let both = [expected(left, Segments::All), expected(right, Segments::All)].concat();
            prop_assert_eq!(expected(&text, Segments::All), both);
        }
    }
}
