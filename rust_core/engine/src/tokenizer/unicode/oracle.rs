//! The oracle of the tests: tries the word rules of UAX #29 at each place, in the order of the standard.

use icu_properties::props::{ExtendedPictographic, WordBreak as W};
use icu_properties::{CodePointMapData, CodePointSetData};

/// The segments between the boundaries.
pub fn segments_by_the_rules(text: &str) -> Vec<&str> {
    let characters: Vec<(usize, char)> = text.char_indices().collect();
    let (mut segments, mut start) = (Vec::new(), 0);
    for place in 1..=characters.len() {
        let end = characters.get(place).map_or(text.len(), |(at, _)| *at);
        if is_boundary(&characters, place) {
            segments.push(&text[start..end]);
            start = end;
        }
    }
    segments
}

fn class((_, character): &(usize, char)) -> W {
    CodePointMapData::<W>::new().get(*character)
}

/// The classes that rule WB4 does not ignore.
fn significant(characters: &[(usize, char)]) -> Vec<W> {
    let mut classes = Vec::new();
    for class in characters.iter().map(class) {
        let is_behind_line = matches!(classes.last(), None | Some(&(W::CR | W::LF | W::Newline)));
        if !matches!(class, W::Extend | W::Format | W::ZWJ) || is_behind_line {
            classes.push(class);
        }
    }
    classes
}

/// Whether there is a boundary before a character, which must not be the first.
fn is_boundary(characters: &[(usize, char)], place: usize) -> bool {
    if place == characters.len() {
        return true; // WB2
    }
    let (last, this) = (class(&characters[place - 1]), class(&characters[place]));
    let is_pictograph = CodePointSetData::new::<ExtendedPictographic>().contains(characters[place].1);
    let is_line_end = |class| matches!(class, W::CR | W::LF | W::Newline);
    match (last, this) {
        (W::CR, W::LF) => return false,                                        // WB3
        (last, this) if is_line_end(last) || is_line_end(this) => return true, // WB3a, WB3b
        (W::ZWJ, _) if is_pictograph => return false,                          // WB3c
        (W::WSegSpace, W::WSegSpace) => return false,                          // WB3d
        (_, W::Extend | W::Format | W::ZWJ) => return false,                   // WB4
        _ => {}
    }
    let before = significant(&characters[..place]);
    let behind = significant(&characters[place..]);
    let (last, second_last) = (before[before.len() - 1], before.iter().nth_back(1).copied());
    let (this, next) = (behind[0], behind.get(1).copied());
    let is_letter = |class| matches!(class, Some(W::ALetter | W::HebrewLetter));
    let joins_letters = |class| matches!(class, W::MidLetter | W::MidNumLet | W::SingleQuote);
    let joins_numbers = |class| matches!(class, W::MidNum | W::MidNumLet | W::SingleQuote);
    let is_joined = [
        is_letter(Some(last)) && is_letter(Some(this)),                  // WB5
        is_letter(Some(last)) && joins_letters(this) && is_letter(next), // WB6
        is_letter(second_last) && joins_letters(last) && is_letter(Some(this)), // WB7
        (last, this) == (W::HebrewLetter, W::SingleQuote),               // WB7a
        (last, this, next) == (W::HebrewLetter, W::DoubleQuote, Some(W::HebrewLetter)), // WB7b
        (second_last, last, this) == (Some(W::HebrewLetter), W::DoubleQuote, W::HebrewLetter), // WB7c
        (last, this) == (W::Numeric, W::Numeric),                        // WB8
        is_letter(Some(last)) && this == W::Numeric,                     // WB9
        last == W::Numeric && is_letter(Some(this)),                     // WB10
        second_last == Some(W::Numeric) && joins_numbers(last) && this == W::Numeric, // WB11
        last == W::Numeric && joins_numbers(this) && next == Some(W::Numeric), // WB12
        (last, this) == (W::Katakana, W::Katakana),                      // WB13
        (is_letter(Some(last)) || matches!(last, W::Numeric | W::Katakana | W::ExtendNumLet))
            && this == W::ExtendNumLet, // WB13a
        last == W::ExtendNumLet && (is_letter(Some(this)) || matches!(this, W::Numeric | W::Katakana)), // WB13b
        // WB15, WB16
        this == W::RegionalIndicator
            && before.iter().rev().take_while(|class| **class == W::RegionalIndicator).count() % 2 == 1,
    ];
    !is_joined.contains(&true)
}
